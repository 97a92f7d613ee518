"""A child process whose pipes never block us: started, written to, read from, and never left behind.

Rule 1: threads read and write the pipes, since Windows cannot poll them.
Rule 2: the thread that writes also closes the pipe: a file that another thread writes to cannot be closed without
        waiting for it, and a child that hangs with a full pipe would stop the caller for ever.
Rule 3: at most ORDERS_MOST lines wait to be written. More are dropped: a child that reads so slowly hangs.
"""

import contextlib
import queue
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Callable, Sequence
from typing import IO

from petard.shared.background_writer import BackgroundWriter

GRACE = 1.0  # seconds for each of: end by yourself, SIGTERM
LOG_LINES = 200
LINE_SIZE = 4096  # bytes; a longer line is cut
ORDERS_MOST = 32  # lines
# A process group of its own: Ctrl-C in the terminal goes to the game, which then ends its child in good order.
# On Windows the child would also open a console window beside the game.
if sys.platform == "win32":
    GROUP, CREATION = None, subprocess.CREATE_NEW_PROCESS_GROUP | subprocess.CREATE_NO_WINDOW
else:
    GROUP, CREATION = 0, 0


class ChildProcess:
    def __init__(self, command: Sequence[str], variables: dict[str, str]) -> None:
        """Start it. Raises OSError."""
        pipe = subprocess.PIPE
        self.process = subprocess.Popen(
            command, stdin=pipe, stdout=pipe, stderr=pipe, env=variables, process_group=GROUP, creationflags=CREATION
        )
        self.lines: queue.SimpleQueue[str] = queue.SimpleQueue()  # of its standard output
        self.log: deque[str] = deque(maxlen=LOG_LINES)  # of its standard error, newest last
        assert self.process.stdin
        self.orders = pipe_writer(self.process.stdin)  # lines for its standard input
        self._readers = [_reader(self.process.stdout, self.lines.put), _reader(self.process.stderr, self.log.append)]

    @property
    def has_ended(self) -> bool:
        """True once it has ended and all of its output was read."""
        return self.process.poll() is not None and not any(thread.is_alive() for thread in self._readers)

    def end(self) -> None:
        """End it. Returns at once; a thread makes sure that the process is gone within three seconds."""
        self.orders.close(within=0.0)
        # Not a daemon thread: the window closes at once, but our process stays until the child has ended.
        try:
            threading.Thread(name="see off", target=self._wait_for_end).start()
        except RuntimeError:  # the interpreter shuts down and starts no more threads
            self._wait_for_end()

    def _wait_for_end(self) -> None:
        for step in (self.process.poll, self.process.terminate, self.process.kill):
            with contextlib.suppress(OSError):
                step()
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(GRACE)
                break
        for thread in self._readers:
            thread.join(GRACE)


def pipe_writer(pipe: IO[bytes]) -> BackgroundWriter[bytes]:
    """Write lines into a pipe, then close it. That its reader has ended is no error."""

    def write(line: bytes) -> None:
        with contextlib.suppress(OSError):
            pipe.write(line)
            pipe.flush()

    def close() -> None:
        with contextlib.suppress(OSError):
            pipe.close()

    return BackgroundWriter("orders", write, ORDERS_MOST, close)


def _reader(pipe: IO[bytes] | None, add: Callable[[str], None]) -> threading.Thread:
    def read() -> None:
        assert pipe
        with pipe, contextlib.suppress(OSError, ValueError):
            while line := pipe.readline(LINE_SIZE):
                add(line.decode("utf-8", "replace").rstrip("\r\n"))

    thread = threading.Thread(target=read, daemon=True)
    thread.start()
    return thread
