"""The server's end of the private channel to the game that started it (lines: shared/control_channel.py).

Rule 1: a thread reads standard input, because Windows cannot poll a pipe, and only cuts it into lines
(server/runtime/signals.py). Everything else happens in the loop.
Rule 2: the queue is bounded: LINES_MOST lines of LINE_MOST bytes. Longer lines, and lines that find the queue full, are
dropped, counted and logged.
Rule 3: an answer never waits for its reader: `write` takes it at once (server/runtime/log_writer.py).
"""

from collections import deque
from collections.abc import Callable

from petard.server.net.server import Server
from petard.server.policy.log import Log
from petard.server.room.pace import PaceControl
from petard.shared.control_channel import (
    LINE_MOST,
    SETTINGS,
    BadControlOrder,
    ControlOrder,
    Pace,
    decode_order,
    encode_pace,
)
from petard.shared.demo.server_actions import EndMatch

LINES_MOST = 32


class LineQueue:
    """Takes bytes in one thread, gives whole lines in another."""

    def __init__(self) -> None:
        self.dropped = 0  # lines that were too long, or too many
        self.unfinished = b""  # the beginning of a line, less than LINE_MOST bytes of it
        self._lines: deque[bytes] = deque()
        self._is_too_long = False  # the unfinished line is, so its rest is dropped too

    def receive_data(self, data: bytes) -> None:
        """Add bytes; called only by the reading thread."""
        *whole, rest = (self.unfinished + data).split(b"\n")
        for line in whole:
            if self._is_too_long or len(line) >= LINE_MOST or len(self._lines) >= LINES_MOST:
                self.dropped += 1
            else:
                self._lines.append(line)
            self._is_too_long = False
        self._is_too_long = self._is_too_long or len(rest) >= LINE_MOST
        self.unfinished = b"" if self._is_too_long else rest

    def poll(self) -> list[bytes]:
        """Return the lines since the last call; called only by the loop."""
        return [self._lines.popleft() for _ in range(len(self._lines))]


class ControlChannel:
    """Carries out the requests of the parent process and reports each change of the pace to it."""

    def __init__(
        self,
        server: Server,
        lines: LineQueue,
        log: Log,
        write: Callable[[str], object],
        set_value: Callable[[str, bool | str, float], object],
    ) -> None:
        """`write`: takes one line for standard output. `set_value`: changes a setting, by its key, from `now` on."""
        self._server, self._lines, self._log, self._write, self._set_value = server, lines, log, write, set_value
        self._control = PaceControl(server.room)
        self._reported = Pace.NORMAL
        self._dropped = 0  # how many dropped lines are in the log

    def _obey(self, order: ControlOrder, now: float) -> None:
        if order.verb in SETTINGS:
            self._set_value(*SETTINGS[order.verb], now)
        elif self._control.obey(order):
            self._server.perform(EndMatch(is_restart=True), now)

    def update(self, now: float) -> Pace:
        """Carry out the requests; return the pace of this turn, and write it if it has changed."""
        for line in self._lines.poll():
            try:
                self._obey(decode_order(line), now)
            except BadControlOrder as problem:
                what = f"{line[:24]!r} on standard input is ignored: {problem}"
                self._log.write(what, now, kind="a bad order on standard input")
        if self._lines.dropped > self._dropped:
            new, self._dropped = self._lines.dropped - self._dropped, self._lines.dropped
            self._log.write(f"{new} lines on standard input were too long or too many and are ignored", now)
        pace = self._control.pace()
        if pace is not self._reported:
            self._reported = pace
            self._write(encode_pace(pace))
        return pace
