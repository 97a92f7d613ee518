"""petard-server as a process, and the files that it writes."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from petard.shared.demo.reader import read_demo
from petard.shared.protocol.messages import BUILD, PROTOCOL, Delta, Hello, Loaded, Ping, Ready, Round, Welcome
from tests.full_disk import full_disk_code
from tests.server.loopback import RawClient
from tests.server.recorded_ends import RecordedEnds
from tests.server.server_process import PATIENCE, ServerProcess, read_until

ROOM = ("--map", "small", "--rules", "duel", "--bots", "2")
LEAST = 900  # bytes that fit on a disk: about two seconds of a match
LIMITED = f"""
import runpy
{full_disk_code(LEAST)}
runpy.run_module("petard.server", run_name="__main__")
"""


def play(server: ServerProcess, seconds: int) -> None:
    """Join, start a match, and stay for so many seconds."""
    guest = RawClient(server.port)
    guest.send(Hello(PROTOCOL, BUILD, "Ada", 1, ""))
    read_until(guest, Welcome)
    guest.send(Ready(True))
    read_until(guest, Round)
    guest.send(Loaded(1))
    for second in range(seconds):
        while len(guest.all_of(Delta)) < 60 * (second + 1):
            assert not guest.is_over, server.log
            guest.read()
        guest.send(Ping(second))  # who is silent for long is taken for lost
    guest.sock.close()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such limits")
def test_a_full_disk_ends_the_demo_with_one_line_and_the_match_goes_on(tmp_path: Path) -> None:
    with ServerProcess(*ROOM, "--record", str(tmp_path), start=("-c", LIMITED)) as server:
        play(server, 4)
        server.stop()
    assert server.log.count("this match is not recorded any further") == 1
    assert "held up" not in server.log
    (file,) = tmp_path.iterdir()
    assert 0 < file.stat().st_size <= LEAST
    demo = read_demo(file.read_bytes())
    assert demo.damage == ""
    assert demo.length >= 60


def test_without_arguments_demos_go_to_the_users_data_folder() -> None:
    with ServerProcess(*ROOM, "--record", "") as server:
        play(server, 1)
        server.stop()
    if sys.platform == "linux":
        files = list(Path(os.environ["XDG_DATA_HOME"], "petard", "demos").glob("*-small.petard"))
        assert any(read_demo(file.read_bytes()).length >= 60 for file in files)


def test_a_match_that_cannot_be_resumed_is_one_sentence_and_status_2(tmp_path: Path) -> None:
    demo = tmp_path / "2026-11-21T15-50-12Z-small.petard"
    assert refused(demo) == f"{demo} cannot be read: No such file or directory."
    ends = RecordedEnds()
    ends.two()
    ends.tick(130)
    demo.write_bytes(ends.files[1])
    assert refused(demo) == f"Without {demo.name}.seats nobody could prove which seat is theirs."
    demo.write_bytes(b"Dear diary")
    demo.with_name(f"{demo.name}.seats").write_bytes(ends.proof)
    assert refused(demo) == "This file is no demo of Petard, or one of a version that this Petard does not know."


@pytest.mark.parametrize(
    ("options", "goes_on"),
    [((), True), (("--resume", "off"), False), (("--capture", "a.wire"), False), (("--record", "off"), False)],
)
def test_a_match_goes_on_unless_that_is_off_or_nothing_is_recorded_or_a_capture_is(
    options: tuple[str, ...], goes_on: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    ends = RecordedEnds()
    ends.two()
    ends.tick(400)
    ends.flush()
    demo = tmp_path / "2026-11-21T15-50-12Z-small.petard"
    demo.write_bytes(ends.files[1])
    demo.with_name(f"{demo.name}.seats").write_bytes(ends.proof)
    with ServerProcess("--map", "small", "--record", str(tmp_path), *options) as server:
        server.stop()
    assert (f"goes on with the match of {demo.name}" in server.log) == goes_on, server.log
    assert demo.with_name(f"{demo.name}.seats").exists() != goes_on


def refused(demo: Path) -> str:
    command = [sys.executable, "-m", "petard.server", "--port", "0", "--record", "off", "--resume", str(demo)]
    ended = subprocess.run(command, capture_output=True, encoding="utf-8", timeout=PATIENCE, check=False)
    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr.startswith("petard-server: ")
    assert ended.stderr.endswith("\n")
    return ended.stderr.removeprefix("petard-server: ")[:-1]
