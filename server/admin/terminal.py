"""The console on standard input: the same lines, from whoever sits at the terminal that the server runs in.

Rule 1: a thread reads, for input cannot be read without waiting on every system; another writes the answers, so that a
terminal held by Ctrl-S holds up nobody.
Rule 2: the end of the input ends nothing but this.
Rule 3: a server in the background of a terminal reads nothing there, and is not stopped for trying to (POSIX).
"""

import contextlib
import os
import signal
import socket
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence

from petard.server.admin.console_session import ConsoleSession
from petard.server.net.server import Server
from petard.server.policy.console_protocol import BadLine, Lines, error_of, event_of, said, told
from petard.server.room.events import Happening

STDIN = 0
READ_MOST = 4096  # bytes
WAITING_MOST = 256  # pieces of input
AGAIN_AFTER = 1.0  # seconds until a terminal is read again that had nothing, or was another's


class Terminal:
    """A service. `write` takes the answers, without the last line end, and never waits."""

    def __init__(
        self, clerk: ConsoleSession, net: Server, write: Callable[[str], object], descriptor: int = STDIN
    ) -> None:
        self._clerk, self._net, self._write = clerk, net, write
        self._lines = Lines()
        self._pieces: deque[bytes] = deque()
        self._line = 0  # of chat, the last that was told
        self._wire = socket.socketpair()  # the second pokes the first, which wakes a server that sleeps
        for sock in self._wire:
            sock.setblocking(False)
        net.crowd.heed(self._wire[0], self)
        self._thread = threading.Thread(target=self._read_all, args=(descriptor,), name="terminal", daemon=True)
        self._thread.start()

    def _read_all(self, descriptor: int) -> None:
        while True:
            try:
                piece = os.read(descriptor, READ_MOST)
            except OSError:  # EIO: the terminal belongs to another job now
                if not is_in_background(descriptor):
                    return
                time.sleep(AGAIN_AFTER)
                continue
            if not piece:
                if not os.isatty(descriptor):
                    return
                time.sleep(AGAIN_AFTER)  # Ctrl-D: the next line may still come
                continue
            if len(self._pieces) < WAITING_MOST:
                self._pieces.append(piece)
            with contextlib.suppress(OSError):
                self._wire[1].send(b"\0")

    def turn(self, now: float) -> None:
        """Answer what was typed."""
        if self._pieces:
            with contextlib.suppress(BlockingIOError):
                self._wire[0].recv(READ_MOST)
            self._lines.receive_data(self._pieces.popleft())
            self._answer(now)
        self._tell_chat()

    def _answer(self, now: float) -> None:
        while self._lines.has_line:
            try:
                line = self._lines.take()
                self._say(self._clerk.answer(line or "", now))
            except BadLine as problem:
                self._say(error_of(problem))
        if self._lines.broken:
            self._say(error_of(self._lines.broken))
            self._lines = Lines()

    def _say(self, text: str) -> None:
        if text:
            self._write(text.removesuffix("\n"))

    def _tell_chat(self) -> None:
        for line in self._net.room.lines_after(self._line):
            self._line = line.number
            if line.name and self._clerk.follows:
                self._say(event_of(said(line)))

    def heard(self, happenings: Sequence[Happening], now: float) -> None:
        """Tell it, if that is wanted."""
        if self._clerk.follows:
            for happening in happenings:
                self._say(event_of(told(happening)))

    def next_at(self, now: float) -> float:
        """At once if something was typed; who types pokes a socket, too."""
        return now if self._pieces else float("inf")

    def close(self) -> None:
        """Hear nobody any more."""
        for sock in self._wire:
            sock.close()


def is_terminal(descriptor: int = STDIN) -> bool:
    """True if somebody may sit there; from then on it is no fault to read in the background."""
    if not os.isatty(descriptor):
        return False
    if sys.platform != "win32":
        signal.signal(signal.SIGTTIN, signal.SIG_IGN)
    return True


def is_in_background(descriptor: int) -> bool:
    """True if the terminal belongs to another job."""
    if sys.platform == "win32":
        return False
    try:
        return os.tcgetpgrp(descriptor) != os.getpgrp()
    except OSError:
        return False
