"""Runs a real petard-server in a process."""

import json
import subprocess
import sys
from collections.abc import Sequence
from types import TracebackType

from tests.server.loopback import RawClient

PATIENCE = 20.0  # real seconds until a test gives up
ALONE = (
    *("--config", "off", "--discovery", "off", "--console", "off", "--results", "off", "--record", "off"),
    *("--drain", "0"),
)


class ServerProcess:
    """A petard-server on a free port, ready after the constructor, killed at the end of the `with`."""

    def __init__(
        self, *arguments: str, host: str = "127.0.0.1", start: Sequence[str] = ("-m", "petard.server")
    ) -> None:
        where = ("--host", host) if host else ()
        command = [sys.executable, *start, "--port", "0", "--ready", "json", *where, *ALONE, *arguments]
        pipe = subprocess.PIPE
        self.process = subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe, encoding="utf-8")
        assert self.process.stdout
        ready = json.loads(self.process.stdout.readline() or "{}")
        assert ready.get("ready") is True, self.process.communicate()[1]
        assert ready["pid"] == self.process.pid
        self.port: int = ready["port"]
        self.log = ""

    def end(self) -> int:
        """Wait for the end; returns the exit status."""
        self.log = self.process.communicate(timeout=PATIENCE)[1]
        return self.process.returncode

    def stop(self) -> int:
        """Send SIGTERM and wait for the end."""
        self.process.terminate()
        return self.end()

    def __enter__(self) -> "ServerProcess":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.communicate()


def read_until_over(*guests: RawClient) -> None:
    """Read, blocking, until the server closes every connection."""
    for guest in guests:
        guest.sock.settimeout(PATIENCE)
        while not guest.is_over:
            guest.read()


def read_until(guest: RawClient, kind: type) -> None:
    """Read, blocking, until a message of a type arrives."""
    guest.sock.settimeout(PATIENCE)
    while not guest.all_of(kind):
        assert not guest.is_over, guest.received[-9:]
        guest.confirm(1)
        guest.read()
