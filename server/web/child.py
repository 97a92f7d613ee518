"""One process beside the room, with the line over which it hears how the room stands and says how it does.

Rule 1: nothing here waits.
Rule 2: a process that ends, or answers no report for SILENT seconds, is started again, after pauses that grow.
"""

from collections.abc import Callable
from typing import Any

from petard.server.net.connections import Connections
from petard.server.policy.log import Log, shown
from petard.server.web.private import WebOrder
from petard.server.web.started_process import StartedProcess
from petard.server.web.status_line import StatusLine

SILENT = 10.0  # seconds without an answer to a report
PROBLEM_MOST = 200  # characters of what it says


class Child:
    """The process, and its line once it has connected. Times in seconds."""

    def __init__(self, process: StartedProcess, connections: Connections, log: Log) -> None:
        self.process = process
        self._connections, self._log = connections, log
        self._line: StatusLine | None = None
        self._said = ""  # the last line in the log

    @property
    def is_connected(self) -> bool:
        """True while it hears reports."""
        return self._line is not None

    def use(self, line: StatusLine) -> None:
        """It has connected."""
        self.hang_up()
        self._line = line
        self._connections.register(line.sock, line)

    def look_after(self, order: Callable[[], WebOrder] | None, now: float) -> None:
        """Start it if it does not run; end one that does not answer. `order`: None if it shall not run."""
        if self._line and self._line.silent_for(now) > SILENT:
            self.say(f"{self.process.name} has not answered for {SILENT:.0f} s and is ended", now)
            self.hang_up()
            self.process.kill()
        self.say(self.process.ended(now), now)
        if order:
            self.say(self.process.start_if_due(order, now), now)
        elif self.process.pid:
            self.process.stop()

    def send(self, report: bytes, now: float) -> None:
        if self._line:
            self._line.send(report, now)

    def receive(self) -> list[dict[str, Any]]:
        """Return what it has said."""
        found = self._line.receive() if self._line else []
        if self._line and self._line.is_over:
            self.hang_up()
        return found

    def say_problem(self, message: dict[str, Any], now: float) -> None:
        """Write into the log what it says that is wrong, if anything is."""
        if problem := message.get("problem"):
            self.say(shown(str(problem)[:PROBLEM_MOST]), now)

    def say(self, text: str, now: float) -> None:
        """Write a line to the log, unless it would be the last one again."""
        if text and text != self._said:
            self._said = text
            self._log.write(text, now)

    def hang_up(self) -> None:
        if self._line:
            self._connections.unregister(self._line.sock)
            self._line.sock.close()
            self._line = None

    def close(self) -> None:
        self.hang_up()
        self.process.close()
