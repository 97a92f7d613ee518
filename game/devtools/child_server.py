"""The processes that tools start: a petard-server of their own, and programs that people name.

Rule 1: what was started is ended with the tool, whatever ends it: an error, Ctrl-C, or a signal (game/__main__.py).
Rule 2: a program may start others (`go run`, `npm`, a shell): on POSIX it has a process group, which is ended as one.
Rule 3: a tool that is killed cannot end anything. A process of its own, the watchdog, notices that by a pipe, and ends
        what is left. It does not find what has left its process group, and on Windows not what a program has started.
"""

import atexit
import json
import os
import shlex
import shutil
import signal
import subprocess
import sys
from collections import deque
from contextlib import suppress
from functools import cache
from threading import Thread
from typing import Self

# A line `5` is a process to be watched, `-5` one that has ended. The end of the input is the end of the tool.
WATCHDOG = """
import os, signal, sys
watched = set()
for line in sys.stdin:
    number = int(line)
    watched.add(number)
    watched -= {number, -number} if number < 0 else set()
for pid in watched:
    try:
        os.kill(pid, signal.SIGTERM) if sys.platform == "win32" else os.killpg(pid, signal.SIGKILL)
    except OSError:
        pass
"""
OWN_GROUP = sys.platform != "win32"


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


def start_program(words: list[str], output: int = subprocess.DEVNULL) -> "subprocess.Popen[bytes]":
    """Start a program without an input; what it prints goes to `output`. CannotRun: the system cannot start it."""
    try:
        program = subprocess.Popen(
            words, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT, start_new_session=OWN_GROUP
        )
        _tell_watchdog(program.pid)
        return program
    except (OSError, ValueError) as problem:  # a ValueError: a null character in a word
        reason = (problem.strerror if isinstance(problem, OSError) else "") or problem
        raise CannotRun(f"The program {words[0]!r} cannot be started: {reason}.") from None


def end_program(program: "subprocess.Popen[bytes]", patience: float = 0.0) -> None:
    """End a program, and on POSIX all that it has started; gently, and after `patience` seconds for certain."""
    try:
        if patience:
            _signal(program, "SIGTERM")
            with suppress(subprocess.TimeoutExpired):
                program.wait(patience)
    finally:
        _signal(program, "SIGKILL")
        program.wait()
        _tell_watchdog(-program.pid)


def _signal(program: "subprocess.Popen[bytes]", name: str) -> None:
    """Send a signal to the process group of a program; on Windows, which has neither, end the program."""
    if sys.platform == "win32":
        program.kill()
        return
    with suppress(ProcessLookupError, PermissionError):  # all have ended; macOS says so with a PermissionError
        os.killpg(program.pid, getattr(signal, name))


@cache  # one for all that this tool starts
def _watchdog() -> "subprocess.Popen[bytes]":
    """Start the watchdog, which ends with this process."""
    watchdog = subprocess.Popen(
        [sys.executable, "-I", "-S", "-c", WATCHDOG], stdin=subprocess.PIPE, start_new_session=OWN_GROUP
    )
    atexit.register(watchdog.communicate)
    return watchdog


def _tell_watchdog(number: int) -> None:
    """Write a line to the watchdog."""
    stdin = _watchdog().stdin
    assert stdin is not None
    with suppress(OSError):  # somebody has killed it
        os.write(stdin.fileno(), b"%d\n" % number)


class ChildServer:
    """A real petard-server on a free port. `log`: the last lines of its log.

    `swap`: Python that changes a part of it before it starts.
    """

    def __init__(self, *options: str, swap: str = "") -> None:
        """Start it. CannotRun: it did not start."""
        program = f"import sys; {swap or 'pass'}\nfrom petard.server.__main__ import main\nsys.exit(main())"
        quiet = ("--discovery", "off", "--console", "off", "--record", "off", "--results", "off", "--web", "off")
        alone = ("--host", "127.0.0.1", "--port", "0", "--config", "off", "--drain", "0", "--ready", "json", *quiet)
        command = [sys.executable, "-c", program, *alone, *options]
        self.log: deque[str] = deque(maxlen=1000)
        pipe, nothing = subprocess.PIPE, subprocess.DEVNULL
        self.process = subprocess.Popen(
            command, stdin=nothing, stdout=pipe, stderr=pipe, text=True, start_new_session=OWN_GROUP
        )
        _tell_watchdog(self.process.pid)
        self._reader = Thread(target=self._keep_log, daemon=True)
        self._reader.start()
        try:
            self.port = self._wait()
        except BaseException:  # Ctrl-C, too
            self.close()
            raise

    def _wait(self) -> int:
        """Wait until the server is ready; return its port."""
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        if not line:
            self._reader.join()
            reason = ("".join(self.log).strip() or "it said nothing").splitlines()[-1]
            raise CannotRun(f"The server did not start: {reason.removeprefix('petard-server: ')}")
        return int(json.loads(line)["port"])

    def _keep_log(self) -> None:
        """Read the log until the server ends; a pipe that nobody reads would be full after some time, and stop it."""
        assert self.process.stderr is not None
        with self.process.stderr as lines:
            self.log.extend(lines)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def close(self) -> None:
        """End the server."""
        self.process.kill()
        self.process.wait()
        _tell_watchdog(-self.process.pid)
        assert self.process.stdout is not None
        self.process.stdout.close()
        self._reader.join()
