"""Decodes sound files in a thread, so that neither the start of the game nor a picture waits for them.

Rule 1: a missing or broken file is None, never an exception.
Rule 2: only the thread adds to `sounds`; everybody else reads it, or forgets what is not needed any more. pygame
        decodes without holding Python's lock, so pictures go on meanwhile.
"""

import atexit
import threading
from collections.abc import Iterable
from queue import SimpleQueue

import pygame

from petard.assets import path


class SoundLoader:
    """Loads files of assets/ by their names, such as "sounds/win.1.wav", in the order in which they were requested."""

    def __init__(self) -> None:
        self.sounds: dict[str, pygame.mixer.Sound | None] = {}
        self._requested: set[str] = set()
        self._queue: SimpleQueue[str] = SimpleQueue()  # "" ends the thread
        self._thread: threading.Thread | None = None
        self._is_closed = False
        self._lock = threading.Lock()  # of `sounds` and `_requested` together

    def request(self, names: Iterable[str]) -> None:
        """Load those that were not requested before. Returns at once."""
        with self._lock:
            for name in names:
                if name not in self._requested:
                    self._requested.add(name)
                    self._queue.put(name)
        if self._thread is None and not self._is_closed:
            self._thread = threading.Thread(target=self._load_all, name="sounds", daemon=True)
            self._thread.start()
            atexit.register(self.close)  # else pygame ends the mixer while this thread is in it, and waits for ever

    def forget(self, names: Iterable[str]) -> None:
        """Free the memory of sounds, or load them no more; they may be requested again."""
        with self._lock:
            for name in names:
                self._requested.discard(name)
                self.sounds.pop(name, None)

    def wait(self) -> None:
        """Wait until everything that was requested is loaded."""
        if self._thread is not None:
            self._queue.put("")
            self._thread.join()
            self._thread = None

    def close(self) -> None:
        """Load nothing more. Waits for the file that is being decoded, 0.2 s at most: its thread uses the mixer."""
        self._is_closed = True
        atexit.unregister(self.close)
        self.wait()
        self.sounds.clear()

    def _load_all(self) -> None:
        while name := self._queue.get():
            if name not in self._requested or self._is_closed:
                continue
            sound = _load(name)
            with self._lock:
                if name in self._requested:  # else it was forgotten meanwhile
                    self.sounds[name] = sound


def _load(name: str) -> pygame.mixer.Sound | None:
    try:
        return pygame.mixer.Sound(str(path(*name.split("/"))))
    except (pygame.error, OSError):
        return None
