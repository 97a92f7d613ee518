"""Standard streams that are closed, full or unread: no traceback, no socket in their place, the right status."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from petard.shared.standard_streams import standard_streams
from tests.server.test_main import posix_only

OPEN = """
import os, socket, sys
from pathlib import Path
from petard.shared.standard_streams import standard_streams
with standard_streams():
    number = socket.socket().fileno()
    print("to nobody", file=sys.stderr, flush=True)
    Path(sys.argv[1]).write_text(f"{number > 2} {os.read(0, 9)}")
"""
# Both say more than a buffer takes, and then leave without a flush.
SAY = """
import sys
from petard.shared.standard_streams import standard_streams
with standard_streams():
    for number in range(2000):
        print("line", number, file=getattr(sys, sys.argv[1]))
    sys.exit(int(sys.argv[2]))
"""


def status_of(program: str, *words: str) -> tuple[int, str]:
    """Run a line of the shell, which has a program of Python in $@; return its status and what it says elsewhere."""
    command = ["bash", "-o", "pipefail", "-c", program, "bash", sys.executable, "-c", *words]
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, encoding="utf-8", check=False)
    return done.returncode, done.stdout + done.stderr


@posix_only
@pytest.mark.parametrize("closed", ["<&- >&- 2>&-", ">&-", ">&- 2>&-"])
def test_no_socket_gets_the_descriptor_of_a_standard_stream(closed: str, tmp_path: Path) -> None:
    result = tmp_path / "result"
    command = ["sh", "-c", f'exec "$@" {closed}', "sh", sys.executable, "-c", OPEN, str(result)]
    subprocess.run(command, check=True, stdin=subprocess.DEVNULL)
    assert result.read_text() == "True b''"


@posix_only
@pytest.mark.parametrize("lost", [">&-", "> /dev/full", ">&- 2>&-"])
def test_lost_output_ends_a_program_with_status_1_and_without_a_word(lost: str) -> None:
    assert status_of(f'"$@" {lost}', SAY, "stdout", "0") == (1, "")


@posix_only
@pytest.mark.parametrize("status", [0, 2])
@pytest.mark.parametrize("lost", ["2>&-", "2> /dev/full", "<&- 2>&-"])
def test_lost_errors_leave_the_status_as_it_is(lost: str, status: int) -> None:
    assert status_of(f'"$@" {lost}', SAY, "stderr", str(status)) == (status, "")


def test_a_character_that_the_other_end_cannot_show_is_escaped(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    sys.stdout.reconfigure(encoding="ascii")  # type: ignore[union-attr]  # pytest's own, for this test
    with standard_streams():
        print("Zo\u00eb \udcff")  # noqa: T201
    assert capsys.readouterr().out == "Zo\\xeb \\udcff\n"


def test_open_streams_are_the_same_afterwards() -> None:
    before = (sys.stdin, sys.stdout, sys.stderr, os.dup(0))
    os.close(before[-1])
    with standard_streams():
        pass
    assert (sys.stdin, sys.stdout, sys.stderr, os.dup(0)) == before
    os.close(before[-1])
