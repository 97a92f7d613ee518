"""What ends the server from outside: a signal, or a parent process that is gone.

Rule 1: whatever comes only sets `reason` and pokes a socket, so that a server that sleeps in select hears it.
Rule 2: the second signal is not caught: it ends the process at once.
Rule 3: works the same on Windows, where select takes sockets and nothing else.
"""

import contextlib
import os
import signal
import socket
import threading
from types import FrameType

_SIGNALS = ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK")  # those that this system has


class Wake:
    """`reason` is "" until the server has to stop; `sock` becomes readable then."""

    def __init__(self) -> None:
        self.reason = ""
        self.sock, self._poker = socket.socketpair()
        self.sock.setblocking(False)
        self._poker.setblocking(False)

    def catch_signals(self) -> None:
        """Stop at the first signal that asks for it."""
        signal.set_wakeup_fd(self._poker.fileno(), warn_on_full_buffer=False)
        for name in _SIGNALS:
            if hasattr(signal, name):
                signal.signal(getattr(signal, name), self._stop_by_signal)

    def _stop_by_signal(self, number: int, frame: FrameType | None) -> None:
        self.reason = "The server was stopped."
        for name in _SIGNALS:
            if hasattr(signal, name):
                signal.signal(getattr(signal, name), signal.SIG_DFL)

    def watch_stdin(self) -> None:
        """Stop when standard input ends, as it does when the process at its other end has died."""
        threading.Thread(target=self._await_end_of_stdin, name="stdin", daemon=True).start()

    def _await_end_of_stdin(self) -> None:
        with contextlib.suppress(OSError):
            while os.read(0, 4096):  # not sys.stdin, whose lock would be held while Python shuts down
                pass
        self.reason = "The game that ran this server has ended."
        with contextlib.suppress(OSError):
            self._poker.send(b"\0")
