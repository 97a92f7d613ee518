"""A petard-server that a tool starts for itself, in a process of its own."""

import json
import subprocess
import sys
from typing import Self


class CannotRun(Exception):
    """A tool cannot run here; the text is one sentence."""


class ChildServer:
    """A real petard-server on a free port. `swap`: Python that changes a part of it before it starts."""

    def __init__(self, *options: str, swap: str = "") -> None:
        """Start it. CannotRun: it did not start."""
        program = f"import sys; {swap or 'pass'}\nfrom petard.server.__main__ import main\nsys.exit(main())"
        quiet = ("--discovery", "off", "--console", "off", "--record", "off", "--results", "off", "--web", "off")
        alone = ("--host", "127.0.0.1", "--port", "0", "--config", "off", "--drain", "0", "--ready", "json", *quiet)
        command = [sys.executable, "-c", program, *alone, *options]
        self.process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        if not line:
            reason = (self.process.communicate()[1].strip() or "it said nothing").splitlines()[-1]
            raise CannotRun(f"The server did not start: {reason.removeprefix('petard-server: ')}")
        self.port = int(json.loads(line)["port"])

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def close(self) -> None:
        """End the server."""
        self.process.kill()
        self.process.communicate()
