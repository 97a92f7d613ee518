"""The plugin works in another project without our tests, and a difference is a failed test."""

import subprocess
import sys
from pathlib import Path

import pytest

from petard.server.devtools.capture_difference import ReplayMismatch
from petard.server.devtools.playback import play_demo
from petard.server.devtools.wire import play_capture
from petard.shared.demo.blocks import DemoError
from petard.shared.demo.capture import read_capture
from petard.shared.demo.reader import read_demo

SESSIONS = Path(__file__).parents[2] / "sessions"
THEIRS = """
import pytest
from petard.shared.rules.events import EventType

def test_a_demo(petard_replay):
    assert petard_replay("first_blood").moments(EventType.DIED, slot=1)

def test_a_demo_in_other_ways(petard_replay):
    petard_replay("first_blood", copy_every=50)
    petard_replay("first_blood", through_state=50)

def test_a_capture(petard_wire):
    petard_wire("glued_hello", cut="bytes")

def test_a_path(petard_wire):
    petard_wire(PATH, cut=7)

def test_a_part(petard_wire):
    assert petard_wire("glued_hello.wire", until=2.0).seconds <= 2.0

def test_a_name_with_a_dot(petard_wire):
    petard_wire("v1.2", until=0.5)

def test_that_true_is_no_seed(petard_wire):
    with pytest.raises(ValueError, match="not True"):
        petard_wire("glued_hello", cut=True)

def test_that_fails(petard_replay, monkeypatch):
    monkeypatch.setattr("petard.shared.rules.bombs.TILE", 256)
    monkeypatch.setattr("petard.shared.rules.step.burn", lambda world: None)
    petard_replay("first_blood")
"""


def test_the_fixtures_work_in_other_projects(tmp_path: Path) -> None:
    (tmp_path / "recorded").mkdir()
    for name in ("first_blood.petard", "glued_hello.wire"):
        (tmp_path / "recorded" / name).write_bytes((SESSIONS / name).read_bytes())
    path = tmp_path / "recorded" / "glued_hello.wire"
    (tmp_path / "recorded" / "v1.2.wire").write_bytes(path.read_bytes())
    (tmp_path / "test_theirs.py").write_text(f"PATH = {str(path)!r}\n{THEIRS}", encoding="utf-8")
    (tmp_path / "pytest.ini").write_text("[pytest]\npetard_sessions = recorded\n", encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", "test_theirs.py"]
    ended = subprocess.run(command, cwd=tmp_path, capture_output=True, encoding="utf-8", timeout=60, check=False)
    assert "1 failed, 7 passed" in ended.stdout, ended.stdout
    assert "ReplayMismatch: round 1, tick " in ended.stdout


@pytest.mark.parametrize("cut", [1, 300])
def test_a_truncated_file_does_not_pass(cut: int) -> None:
    with pytest.raises(ReplayMismatch):
        play_demo(read_demo((SESSIONS / "first_blood.petard").read_bytes()[:-cut]))
    with pytest.raises(DemoError):
        play_capture(read_capture((SESSIONS / "glued_hello.wire").read_bytes()[:-cut]))
