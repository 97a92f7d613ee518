"""The server's end of the private channel to the game that started it (shared/control_channel.py is its line protocol).

Rule 1: a thread reads standard input, since Windows cannot poll a pipe, and does nothing but cut it into lines
        (server/runtime/stop_signals.py). Everything else happens in the loop.
Rule 2: what waits is bounded: LINES_MOST lines of LINE_MOST bytes. Longer lines, and lines that find the queue full,
        are dropped, counted and reported in the log.
Rule 3: an answer never waits for its reader: `write` takes it at once (server/runtime/log_writer.py).
"""

from collections import deque
from collections.abc import Callable

from petard.server.net.server import Server
from petard.server.room.pace import PaceControl
from petard.server.runtime.log import Log
from petard.shared.control_channel import LINE_MOST, BadControlOrder, Pace, decode_order, encode_pace

LINES_MOST = 32


class LineQueue:
    """Bytes in at one thread, whole lines out at another."""

    def __init__(self) -> None:
        self.dropped = 0  # lines that were too long, or too many
        self._lines: deque[bytes] = deque()
        self._unfinished = b""
        self._is_too_long = False  # the unfinished line is, so the rest of it is dropped too

    def receive_data(self, data: bytes) -> None:
        """Take what was read; called by the reading thread only."""
        *whole, rest = (self._unfinished + data).split(b"\n")
        for line in whole:
            if self._is_too_long or len(line) >= LINE_MOST or len(self._lines) >= LINES_MOST:
                self.dropped += 1
            else:
                self._lines.append(line)
            self._is_too_long = False
        self._is_too_long = self._is_too_long or len(rest) >= LINE_MOST
        self._unfinished = b"" if self._is_too_long else rest

    def take(self) -> list[bytes]:
        """The lines that came since the last call; called by the loop only."""
        return [self._lines.popleft() for _ in range(len(self._lines))]


class ControlChannel:
    """Obeys the orders that have come, and tells the pace of each turn of the loop."""

    def __init__(self, net: Server, lines: LineQueue, log: Log, write: Callable[[str], object]) -> None:
        """`write`: takes one line for standard output."""
        self._net, self._lines, self._log, self._write = net, lines, log, write
        self._control = PaceControl(net.room)
        self._told = Pace.NORMAL
        self._dropped = 0  # how many of the lines that were dropped are in the log

    def turn(self, now: float) -> Pace:
        """Obey, and answer with how time passes now; a change is also told on standard output."""
        for line in self._lines.take():
            try:
                self._net.say(self._control.obey(decode_order(line)))
            except BadControlOrder as problem:
                what = f"{line[:24]!r} on standard input is ignored: {problem}"
                self._log.say(what, now, kind="a bad order on standard input")
        if self._lines.dropped > self._dropped:
            new, self._dropped = self._lines.dropped - self._dropped, self._lines.dropped
            self._log.say(f"{new} lines on standard input were too long or too many and are ignored", now)
        pace = self._control.pace()
        if pace is not self._told:
            self._told = pace
            self._write(encode_pace(pace))
        return pace
