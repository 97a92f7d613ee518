"""A short soak: clients join, leave, stall, are reset, rejoin, vote and chat, and nothing is left behind.

The long one is a command of its own: `python -m tests.soak`.
"""

import json
from pathlib import Path

import pytest

from tests.soak import Sample, main, slope


@pytest.mark.parametrize("minutes", ["0.1", pytest.param("1", marks=pytest.mark.long)])
def test_a_short_soak_ends_cleanly_and_its_recordings_verify(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], minutes: str
) -> None:
    words = ["--minutes", minutes, "--clients", "8", "--map", "grand", "--json", str(tmp_path / "soak.json")]
    assert main([*words, "--folder", str(tmp_path)]) == 0
    report = json.loads(capsys.readouterr().out)
    assert report["acts"]
    assert report["recordings"] >= 1
    samples = json.loads((tmp_path / "soak.json").read_text("utf-8"))["samples"]
    assert samples[-1]["descriptors"] <= samples[0]["descriptors"] + 8 + 4, "one for each client, and the recording"


def test_the_slope_is_that_of_the_memory_after_the_first_third() -> None:
    steady = [Sample(60.0 * minute, 100 << 20, 20, 6, 17.0, 18.0) for minute in range(3)]
    growing = [Sample(60.0 * minute, (100 << 20) + ((minute - 3) << 20), 20, 6, 17.0, 18.0) for minute in range(3, 9)]
    assert slope(steady) == pytest.approx(0.0)
    assert slope([*steady, *growing]) == pytest.approx(60.0), "a MiB a minute"
