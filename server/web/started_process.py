"""A process that the room starts: started, started again after pauses that grow, ended with the room.

Rule 1: it reads its order on standard input, and ends when that ends; so it never outlives the room.
Rule 2: nothing waits, but `close` for END_WITHIN seconds.
"""

import contextlib
import math
import os
import subprocess
import sys
from collections.abc import Callable, Sequence

from petard.server.web.private import CANNOT_LISTEN, WebOrder

PROGRAM = (sys.executable, "-P", "-m", "petard.server")
WEB, RELAY = (*PROGRAM, "web", "--room"), (*PROGRAM, "relay", "--room")
PAUSES = (0.5, 1.0, 2.0, 4.0, 8.0, 15.0, 30.0, 60.0)  # seconds before the start after each end; the last one for ever
STEADY = 60.0  # seconds that a process must have run for its end to count as the first
END_WITHIN = 1.0  # seconds
KEPT_BACK = ("NOTIFY_SOCKET", "WATCHDOG_PID", "WATCHDOG_USEC")  # variables that are meant for the room


class StartedProcess:
    """The process. `name`: as the log calls it. Times in seconds, monotonic."""

    def __init__(self, command: Sequence[str] = WEB, name: str = "the web process") -> None:
        self._command, self.name = command, name
        self._process: subprocess.Popen[bytes] | None = None
        self._started_at = self._due_at = -math.inf
        self._ends = 0  # one after the other

    @property
    def pid(self) -> int:
        """Of the process, 0 while none runs."""
        return self._process.pid if self._process else 0

    def start_if_due(self, order: Callable[[], WebOrder], now: float) -> str:
        """Start it if it is due; returns why that is not possible, or ""."""
        if self._process or now < self._due_at:
            return ""
        environ = {name: text for name, text in os.environ.items() if name not in KEPT_BACK}
        self._started_at = now
        try:
            self._process = subprocess.Popen(
                self._command,
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                env=environ,
                bufsize=0,
                start_new_session=sys.platform != "win32",  # Ctrl-C is for the room
                creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),
            )
            if self._process.stdin:
                self._process.stdin.write(order().line())  # less than a pipe holds
        except OSError as problem:
            self._plan(now)
            return f"{self.name} cannot be started: {problem.strerror}"
        return ""

    def ended(self, now: float) -> str:
        """Note its end, and return how it has ended; "" if it has not, was told to, or has said why itself."""
        status = self._process.poll() if self._process else None
        if status is None:
            return ""
        was_told = self._process is not None and self._process.stdin is not None and self._process.stdin.closed
        self._end_input()
        self._process = None
        pause = self._plan(now)
        if was_told or status == CANNOT_LISTEN:
            return ""
        return f"{self.name} has ended (status {status}), and starts again in {pause:g} s"

    def _plan(self, now: float) -> float:
        self._ends = 1 if now - self._started_at >= STEADY else self._ends + 1
        pause = PAUSES[min(self._ends, len(PAUSES)) - 1]
        self._due_at = now + pause
        return pause

    def stop(self) -> None:
        """Tell it to end; `ended` notes it."""
        self._end_input()

    def kill(self) -> None:
        """End it at once; `ended` will tell."""
        if self._process:
            self._process.kill()

    def next_due(self) -> float:
        return math.inf if self._process else self._due_at

    def close(self) -> None:
        """End it, within END_WITHIN seconds."""
        self._end_input()
        if self._process:
            try:
                self._process.wait(END_WITHIN)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        self._process = None

    def _end_input(self) -> None:
        if self._process and self._process.stdin:
            with contextlib.suppress(OSError):
                self._process.stdin.close()
