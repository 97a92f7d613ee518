"""The console on standard input, for the person at the terminal in which the server runs.

Rule 1: a thread reads, because not every system can poll standard input; another writes the answers, so that a terminal
stopped by Ctrl-S blocks nothing.
Rule 2: the end of the input ends only this service.
Rule 3: a server in the background of a terminal does not read, and is not stopped for trying to (POSIX).
"""

import os
import signal
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress

from petard.server.admin.console import RunLine
from petard.server.net.server import Server
from petard.server.policy.console_protocol import ChatFeed, ConsoleLines, ConsoleSession, event_line, event_text
from petard.server.room.status import RoomEvent
from petard.server.runtime.service import Service
from petard.server.runtime.signals import StopSignals

STDIN = 0
READ_MOST = 4096  # bytes
WAITING_MOST = 256  # pieces of input
AGAIN_AFTER = 1.0  # seconds until a terminal is read again that was at its end, or belonged to another job


class Terminal(Service):
    """A service. `write` takes each answer, without the last line end, and never waits."""

    def __init__(
        self, run: RunLine, server: Server, signals: StopSignals, write: Callable[[str], object], stdin: int = STDIN
    ) -> None:
        self._session, self._feed = ConsoleSession(run), ChatFeed(server.room.chat.lines_after)
        self._signals, self._write = signals, write
        self._pieces: deque[bytes] = deque()
        self.reader = threading.Thread(target=self._read_all, args=(stdin,), name="terminal", daemon=True)
        self.reader.start()

    def _read_all(self, descriptor: int) -> None:
        while True:
            try:
                piece = os.read(descriptor, READ_MOST)
                may_continue = bool(piece) or os.isatty(descriptor)  # after Ctrl-D another line may follow
            except OSError:  # EIO: the terminal belongs to another job now
                piece, may_continue = b"", is_in_background(descriptor)
            if not may_continue:
                return
            if not piece:
                time.sleep(AGAIN_AFTER)
                continue
            if len(self._pieces) < WAITING_MOST:
                self._pieces.append(piece)
            self._signals.wake()

    def update(self, now: float) -> None:
        session = self._session
        if self._pieces:
            session.lines.receive_data(self._pieces.popleft())
        while session.lines.has_line:
            if answer := session.answer_next(now):
                self._write(answer.removesuffix("\n"))
        if session.lines.broken:
            session.lines = ConsoleLines()
        self._show(self._feed.lines())

    def handle_events(self, events: Sequence[RoomEvent], now: float) -> None:
        self._show(event_line(event_text(event)) for event in events)

    def _show(self, lines: Iterable[str]) -> None:
        for line in lines:
            if self._session.follows:
                self._write(line.removesuffix("\n"))

    def next_due(self, now: float) -> float:
        """At once if something was typed; the reading thread wakes the server, too."""
        return now if self._pieces else float("inf")


def is_terminal(descriptor: int = STDIN) -> bool:
    """Return True for a terminal; from then on reading it in the background does not stop the process."""
    if not os.isatty(descriptor):
        return False
    if sys.platform != "win32":
        signal.signal(signal.SIGTTIN, signal.SIG_IGN)
    return True


def is_in_background(descriptor: int) -> bool:
    if sys.platform != "win32":
        with suppress(OSError):
            return os.tcgetpgrp(descriptor) != os.getpgrp()
    return False
