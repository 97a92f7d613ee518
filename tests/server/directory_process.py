"""Runs a real petard-directory in a process, and says what a room would announce."""

import json
import subprocess
import sys
from types import TracebackType
from typing import Any

PATIENCE = 20.0  # real seconds until a test gives up


def announcement(number: int = 1, **other: Any) -> dict[str, Any]:
    """Return what room `number` announces; `other`: fields that differ."""
    return {
        "id": f"{number:016x}",
        "secret": f"{number:032x}",
        "port": 7777,
        "name": f"Room {number}",
        "build": "0.2.0",
        "protocol": 2,
        "words": ["modes", "items", "players", "map-vote", "sides"],
        "map": "classic",
        "mode": "last-one-standing",
        "rules": "last-one-standing",
        "phase": "lobby",
        "players": 0,
        "places": 8,
        "watchers": 0,
        "locked": False,
        "draining": False,
    } | other


class DirectoryProcess:
    """A petard-directory on a free port, ready after the constructor, killed at the end of the `with`."""

    def __init__(self, *arguments: str) -> None:
        command = [sys.executable, "-m", "petard.server.directory", "--port", "0", "--ready", "json", *arguments]
        pipe = subprocess.PIPE
        self.process = subprocess.Popen(command, stdout=pipe, stderr=pipe, encoding="utf-8")
        assert self.process.stdout
        ready = json.loads(self.process.stdout.readline() or "{}")
        assert ready.get("ready") is True, self.process.communicate()[1]
        self.port: int = ready["port"]
        self.log = ""

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def stop(self) -> int:
        """Send SIGTERM and wait for the end; returns the exit status."""
        self.process.terminate()
        self.log = self.process.communicate(timeout=PATIENCE)[1]
        return self.process.returncode

    def __enter__(self) -> "DirectoryProcess":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.communicate()
