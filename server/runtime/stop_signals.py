"""What ends the server from outside: a signal, or a parent process that is gone.

Rule 1: whatever comes only sets `wish` or `reason` and pokes a socket, so that a server that sleeps in select hears it.
Rule 2: the first signal is a wish (drain.py says when it comes true), the second ends the server now, with a goodbye.
The third is not caught: it ends the process at once.
Rule 3: works the same on Windows, where select takes sockets and nothing else.
"""

import contextlib
import os
import signal
import socket
import threading
from collections.abc import Callable
from types import FrameType

STOPPED = "The server was stopped."
_SIGNALS = ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK")  # those that this system has
_NOW = "SIGBREAK"  # also sent when the window of a Windows console closes; the process is ended soon after


class StopSignals:
    """`wish`: somebody wants the server to end. `reason` is "" until it has to end now. `sock` is readable then."""

    def __init__(self) -> None:
        self.wish = False
        self.reason = ""
        self.sock, self._poker = socket.socketpair()
        self.sock.setblocking(False)
        self._poker.setblocking(False)

    def stop(self) -> None:
        """End the server now."""
        self.reason = self.reason or STOPPED

    def calm(self) -> None:
        """Forget what poked the socket, so that the server can sleep again."""
        with contextlib.suppress(OSError):
            while self.sock.recv(64):
                pass

    def catch_signals(self) -> None:
        """Take signals for wishes."""
        signal.set_wakeup_fd(self._poker.fileno(), warn_on_full_buffer=False)
        for name in _SIGNALS:
            if hasattr(signal, name):
                signal.signal(getattr(signal, name), self._hear)

    def _hear(self, number: int, frame: FrameType | None) -> None:
        if self.wish or signal.Signals(number).name == _NOW:
            self.stop()
            for name in _SIGNALS:
                if hasattr(signal, name):
                    signal.signal(getattr(signal, name), signal.SIG_DFL)
        self.wish = True

    def watch_stdin(self, take: Callable[[bytes], None]) -> None:
        """Give `take` what comes on standard input, in a thread; stop when it ends.

        It ends when the process at its other end has died. `take` must neither wait nor raise.
        """
        threading.Thread(target=self._read_stdin, args=(take,), name="stdin", daemon=True).start()

    def _read_stdin(self, take: Callable[[bytes], None]) -> None:
        with contextlib.suppress(OSError):
            while data := os.read(0, 4096):  # not sys.stdin, whose lock would be held while Python shuts down
                take(data)
                self._poke()
        self.reason = "The host has closed the game."
        self._poke()

    def _poke(self) -> None:
        with contextlib.suppress(OSError):  # a full socket wakes as well
            self._poker.send(b"\0")
