"""The server under test: a command, an address, or a function that is given a listening socket.

Rule: a function runs in a process of its own (fork), so a server that hangs or spins can be ended.
"""

import asyncio
import inspect
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import traceback
import warnings
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from pathlib import Path

from tcpcut.capture import TcpcutError
from tcpcut.delivery import Delivery

Serve = Callable[[socket.socket], Awaitable[object] | object]
Target = Sequence[str] | tuple[str, int] | Serve
START_SECONDS = 20.0  # until a command has to listen


class Server:
    """One running server. `address` is where it listens."""

    def __init__(self, target: Target, delivery: Delivery, ipv6: bool = False) -> None:
        """Start it, and wait until it listens. Raises TcpcutError."""
        # Appended to: the server that writes shares the position of the file.
        self._output = tempfile.TemporaryFile("a+b")  # noqa: SIM115
        self._pid, self.address = 0, ("", 0)
        self._child: subprocess.Popen[bytes] | None = None
        try:
            if callable(target):
                self._fork(target, ipv6)
            elif len(target) == 2 and isinstance(target[1], int):
                self.address = ("::1" if ipv6 else str(target[0]), target[1])
            else:
                self._run([str(word) for word in target], delivery, ipv6)
        except BaseException:
            self.close()
            raise

    def _fork(self, serve: Serve, ipv6: bool) -> None:
        if not hasattr(os, "fork"):
            raise TcpcutError("a function cannot be the server here (there is no fork): give a command or an address")
        with self._listener(ipv6) as listener, warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # other threads run: the child touches none of theirs
            self._pid = os.fork()
            if not self._pid:
                _serve(serve, listener, self._output.fileno())

    def _run(self, words: list[str], delivery: Delivery, ipv6: bool) -> None:
        if not any("{port}" in word for word in words):
            raise TcpcutError(f"the command needs the word {{port}}, where the server has to listen: {' '.join(words)}")
        self._listener(ipv6).close()  # a port that is free
        host, port = self.address
        argv = [word.replace("{port}", str(port)).replace("{host}", host) for word in words]
        nothing, output = subprocess.DEVNULL, self._output
        try:
            child = subprocess.Popen(argv, stdin=nothing, stdout=output, stderr=output, start_new_session=True)
        except OSError as error:
            raise TcpcutError(f"cannot start {argv[0]}: {error.strerror}") from None
        self._child, until = child, time.monotonic() + START_SECONDS
        while not delivery.listens(self.address):
            if child.poll() is not None:
                raise TcpcutError(f"{argv[0]} ended with status {child.returncode}. {self.output()}".strip())
            if time.monotonic() > until:
                raise TcpcutError(f"{argv[0]} does not listen on {host} port {port} after {START_SECONDS:g} s")
            time.sleep(0.005)

    def _listener(self, ipv6: bool) -> socket.socket:
        host, family = ("::1", socket.AF_INET6) if ipv6 else ("127.0.0.1", socket.AF_INET)
        try:
            listener = socket.create_server((host, 0), family=family)
        except OSError as error:
            raise TcpcutError(f"cannot listen on {host}: {error.strerror}") from None
        self.address = listener.getsockname()[:2]
        return listener

    def output(self) -> str:
        """The last lines that the server wrote to its standard output and errors."""
        self._output.seek(max(0, self._output.seek(0, os.SEEK_END) - 4096))
        return self._output.read().decode("utf-8", "replace").strip()

    def is_busy(self) -> bool:
        """True if a thread of the server has a processor or waits for one; False where Linux does not tell."""
        pid = self._pid or (self._child.pid if self._child else 0)
        with suppress(OSError):
            return any(b") R" in stat.read_bytes() for stat in Path(f"/proc/{pid}/task").glob("*/stat"))
        return False

    def close(self) -> None:
        """End the process, and wait for its end."""
        with suppress(ProcessLookupError, PermissionError):
            if self._pid:
                os.kill(self._pid, signal.SIGKILL)
                os.waitpid(self._pid, 0)
            elif self._child and sys.platform == "win32":
                self._child.kill()
            elif self._child:
                os.killpg(self._child.pid, signal.SIGKILL)  # with the processes that it started
        self._pid = 0
        if self._child:
            self._child.wait()
        self._output.close()


def _serve(serve: Serve, listener: socket.socket, output: int) -> None:
    """The child: run the server, and never return."""
    try:
        os.dup2(output, 1)
        os.dup2(output, 2)
        sys.stdout = sys.stderr = os.fdopen(1, "w", buffering=1, closefd=False)
        sys.excepthook, threading.excepthook = sys.__excepthook__, threading.__excepthook__  # pytest has its own
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        result = serve(listener)
        if inspect.isawaitable(result):
            asyncio.new_event_loop().run_until_complete(result)
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(0)
