"""The processes that tools start: a petard-server of their own, and programs that people name."""

import json
import shlex
import shutil
import subprocess
import sys
from typing import Self


class CannotRun(Exception):
    """A tool cannot run here; the text is one sentence."""


def command_words(command: str, **places: str) -> list[str]:
    """Return the words of a command that a person wrote, with `places` for the names in braces.

    CannotRun: it is not quoted as in a shell, or there is no such program.

    >>> command_words("python3 'my bot.py' {port}", port="7777")
    ['python3', 'my bot.py', '7777']
    """
    try:
        words = shlex.split(command)
    except ValueError as problem:
        raise CannotRun(f"{command!r} is no command as in a shell: {problem}.") from None
    for name, value in places.items():
        words = [word.replace(f"{{{name}}}", value) for word in words]
    if not words or shutil.which(words[0]) is None:
        raise CannotRun(f"There is no program {words[0] if words else ''!r} to start.")
    return words


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
