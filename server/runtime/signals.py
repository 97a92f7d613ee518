"""Signals and standard input: requests from outside to stop the server, or to reload its settings.

Rule 1: a handler only sets a flag and pokes a socket, so that a server that sleeps in select wakes up.
Rule 2: the first stop signal is a request (drain.py decides when it is met); the second stops the server at once, with
a goodbye; the third is not caught and ends the process.
Rule 3: this works the same on Windows, where select takes sockets only.
Rule 4: SIGHUP reloads the settings, also from a file that did not exist at the start. But a closing terminal sends the
same signal: then, and where no settings file is used, SIGHUP stops the server. Windows has no SIGHUP.
Rule 5: a signal that was ignored at the start stays ignored, such as SIGHUP under nohup and SIGINT in a background job.
"""

import contextlib
import os
import signal
import socket
import sys
import threading
from collections.abc import Callable
from types import FrameType

STOPPED = "The server was stopped."
TERMINAL = "/dev/tty"
_SIGNALS = [name for name in ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK") if hasattr(signal, name)]
_NOW = "SIGBREAK"  # also sent when a Windows console window closes; Windows ends the process soon after


class StopSignals:
    """`is_requested`: a stop was requested. `reason`: "" until the server must stop now. `sock` turns readable."""

    def __init__(self) -> None:
        self.is_requested = False
        self.reason = ""
        self.sock, self._waker = socket.socketpair()
        self.sock.setblocking(False)
        self._waker.setblocking(False)

    def stop(self) -> None:
        """Make the server stop now."""
        self.reason = self.reason or STOPPED

    def clear_wakeups(self) -> None:
        """Empty the socket, so that the server can sleep again."""
        with contextlib.suppress(OSError):
            while self.sock.recv(64):
                pass

    def catch_signals(self) -> None:
        """Handle signals as stop requests."""
        signal.set_wakeup_fd(self._waker.fileno(), warn_on_full_buffer=False)
        set_stop_handlers(self._handle_signal)

    def _handle_signal(self, number: int, frame: FrameType | None) -> None:
        if self.is_requested or signal.Signals(number).name == _NOW:
            self.stop()
            set_stop_handlers(signal.SIG_DFL)
        self.is_requested = True

    def watch_stdin(self, receive: Callable[[bytes], None]) -> None:
        """Read standard input in a thread and pass the bytes to `receive`; at its end, stop the server.

        The end comes when the parent process dies. `receive` must neither wait nor raise.
        """
        threading.Thread(target=self._read_stdin, args=(receive,), name="stdin", daemon=True).start()

    def _read_stdin(self, receive: Callable[[bytes], None]) -> None:
        with contextlib.suppress(OSError):
            while data := os.read(0, 4096):  # not sys.stdin: its lock would be held while Python shuts down
                receive(data)
                self.wake()
        self.reason = "The host has closed the game."
        self.wake()

    def wake(self) -> None:
        """Wake the server if it sleeps; may be called by any thread."""
        with contextlib.suppress(OSError):  # a full socket wakes as well
            self._waker.send(b"\0")

    def close(self) -> None:
        self.sock.close()
        self._waker.close()


class ReloadSignal:
    """SIGHUP as a reload request. Create it after `StopSignals.catch_signals`: it falls back to that handler."""

    def __init__(self) -> None:
        self._is_requested = False
        self._had_terminal = has_terminal()
        self._stop: object = None
        if sys.platform != "win32" and signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:
            self._stop = signal.signal(signal.SIGHUP, self._handle_signal)

    def poll(self) -> bool:
        """Return True once after one or more requests."""
        was, self._is_requested = self._is_requested, False
        return was

    def _handle_signal(self, number: int, frame: FrameType | None) -> None:
        if self._had_terminal and not has_terminal() and callable(self._stop):
            self._stop(number, frame)
        else:
            self._is_requested = True


def set_stop_handlers(handler: "Callable[[int, FrameType | None], object] | signal.Handlers") -> None:
    """Set the handler of each stop signal that is not ignored."""
    for number in (getattr(signal, name) for name in _SIGNALS):
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, handler)


def has_terminal() -> bool:
    """Return True if this process has a controlling terminal, which may be closed."""
    if sys.platform == "win32":
        return False
    try:
        os.close(os.open(TERMINAL, os.O_RDONLY | os.O_NOCTTY | os.O_NONBLOCK))
    except OSError:
        return False
    return True
