"""Whoever starts us with standard input, output or error closed gets a server, and no log in a socket."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from petard.server.runtime.log_writer import open_standard_streams
from tests.server.test_main import posix_only

OPEN = """
import os, socket, sys
from pathlib import Path
from petard.server.runtime.log_writer import open_standard_streams
open_standard_streams()
number = socket.socket().fileno()
print("to nobody", file=sys.stderr, flush=True)
print("to nobody", flush=True)
Path(sys.argv[1]).write_text(f"{number > 2} {os.read(0, 9)}")
"""


@posix_only
@pytest.mark.parametrize("closed", ["<&- >&- 2>&-", ">&-", ">&- 2>&-"])
def test_no_socket_gets_the_number_of_standard_output(closed: str, tmp_path: Path) -> None:
    told = tmp_path / "told"
    command = ["sh", "-c", f'exec "$@" {closed}', "sh", sys.executable, "-c", OPEN, str(told)]
    subprocess.run(command, check=True, stdin=subprocess.DEVNULL)
    assert told.read_text() == "True b''"


@posix_only
def test_a_verb_that_can_tell_nobody_is_content() -> None:
    words = [sys.executable, "-m", "petard.server", "config", "--config", "off"]
    subprocess.run(["sh", "-c", 'exec "$@" >&- 2>&-', "sh", *words], check=True, timeout=20.0)


def test_what_is_open_stays_as_it_is() -> None:
    before = (sys.stdin, sys.stdout, sys.stderr, os.dup(0))
    os.close(before[-1])
    open_standard_streams()
    assert (sys.stdin, sys.stdout, sys.stderr, os.dup(0)) == before
    os.close(before[-1])
