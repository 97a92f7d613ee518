"""A server killed at any moment leaves a sound file without half rounds, with all that was written before."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows cannot fork")


def check(folder: Path, kills: int, seed: int) -> None:
    command = [sys.executable, "-m", "tests.server.results.kill_writers", str(folder), str(kills), str(seed)]
    told = subprocess.run(command, stdout=subprocess.PIPE, check=True, timeout=600)
    found = json.loads(told.stdout)
    assert found["faults"] == []
    assert found["kills"] == kills
    assert found["wrote"] > kills // 4, "most were killed before they wrote anything"


def test_twenty_kills_leave_no_half_round(tmp_path: Path) -> None:
    check(tmp_path, 20, 1)


@pytest.mark.long
def test_a_thousand_kills_leave_no_half_round(tmp_path: Path) -> None:
    check(tmp_path, 1000, 2)
