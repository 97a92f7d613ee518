"""A server started with closed standard streams works, and its log goes into no socket."""

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
def test_no_socket_gets_the_descriptor_of_a_standard_stream(closed: str, tmp_path: Path) -> None:
    result = tmp_path / "result"
    command = ["sh", "-c", f'exec "$@" {closed}', "sh", sys.executable, "-c", OPEN, str(result)]
    subprocess.run(command, check=True, stdin=subprocess.DEVNULL)
    assert result.read_text() == "True b''"


@posix_only
def test_a_subcommand_without_standard_streams_succeeds() -> None:
    words = [sys.executable, "-m", "petard.server", "config", "--config", "off"]
    subprocess.run(["sh", "-c", 'exec "$@" >&- 2>&-', "sh", *words], check=True, timeout=20.0)


def test_open_streams_stay_as_they_are() -> None:
    before = (sys.stdin, sys.stdout, sys.stderr, os.dup(0))
    os.close(before[-1])
    open_standard_streams()
    assert (sys.stdin, sys.stdout, sys.stderr, os.dup(0)) == before
    os.close(before[-1])
