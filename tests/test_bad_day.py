"""Eight people play while ten faults happen at once: no player is disconnected, and what was recorded can be read.

How late a tick comes is measured by `python -m tests.bad_day`, beside a process that only sleeps.
"""

import sys
from pathlib import Path

import pytest

from petard.shared.demo.reader import read_demo
from tests.bad_day import play

SECONDS, SECONDS_LONG = 3.0, 20.0  # that the faults last; each begins at once, and most again and again


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no limit of file sizes; the server is the same")
@pytest.mark.parametrize("seconds", [SECONDS, pytest.param(SECONDS_LONG, marks=pytest.mark.long)])
def test_ten_faults_at_once_cost_eight_honest_players_nothing(tmp_path: Path, seconds: float) -> None:
    day = play(tmp_path, seconds)
    assert day.lost_players == 0, day.log
    assert day.exit_status == 0
    assert "Traceback" not in day.log
    assert "not recorded any further" in day.log
    demos = [read_demo(file.read_bytes()) for file in tmp_path.glob("*.petard")]
    assert demos
    assert all(demo.damage == "" and demo.length >= 60 for demo in demos)
