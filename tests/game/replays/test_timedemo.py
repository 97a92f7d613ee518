"""The timedemo: its result is right, and compared with the right earlier run."""

import json
from pathlib import Path

import pytest

from petard.game.config.arguments import Arguments
from petard.game.replays.timedemo import TimedemoResult, comparison_text, result_of, run, save_result
from tests.game.ui.pictures import dummy_canvas
from tests.shared.demo.matches import record
from tests.tools.long_timedemo import match_of, measure, verdict


def result(rate: float) -> TimedemoResult:
    """The result of a run that drew `rate` pictures a second."""
    return TimedemoResult(1000, rate, 3.0, 7.0, 20.0, 99, "2026-11-21 16:20")


def test_the_second_run_is_compared_with_the_first(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    dummy_canvas()
    file, memory = tmp_path / "match.petard", tmp_path / "state" / "timedemo.json"
    file.write_bytes(record(3, 200))
    for words in ("It is the first run of this recording", " a second, p99 "):
        assert run(Arguments(timedemo=file), memory) == 0
        out = capsys.readouterr().out
        assert "1280 x 720, dummy: 141 pictures, " in out  # 201, without the first second
        assert words in out
    file.write_bytes(record(3, 140))
    assert run(Arguments(timedemo=file), memory) == 0
    assert "first run" in capsys.readouterr().out  # the name is the same, the recording is not
    assert run(Arguments(timedemo=file, seconds=0.0001), memory) == 0
    assert "broken off" in capsys.readouterr().out
    assert len(json.loads(memory.read_text("utf-8"))) == 2


def test_a_long_match_of_many_is_measured_by_the_real_command(tmp_path: Path) -> None:
    run = measure(match_of(16, 1), "640x360", tmp_path)
    assert 0 < run["p50"] <= run["worst"]
    assert verdict({"rate": 61.0, "p50": 8.0, "worst": 24.0})[1]
    assert not verdict({"rate": 61.0, "p50": 8.0, "worst": 24.1})[1]
    assert not verdict({"rate": 59.0, "p50": 8.0, "worst": 9.0})[1]


def test_the_result_leaves_out_the_first_second_and_finds_the_worst_picture() -> None:
    spent = [1.0] * 60 + [0.004] * 100 + [0.005] * 99 + [0.055]
    found = result_of(spent)
    assert (found.pictures, round(found.p50, 6), round(found.worst, 6), found.worst_at) == (200, 4.5, 55.0, 259)
    assert round(found.rate, 2) == round(200 / 0.95, 2)
    assert 5.0 <= found.p99 <= 55.0
    assert result_of([0.01]).p99 == 10.0


@pytest.mark.parametrize(
    ("before", "words"),
    [(200.0, "25 % faster than the run of"), (500.0, "50 % slower than the run of"), (247.0, "As fast as the run of")],
)
def test_a_run_is_compared_with_the_one_before(before: float, words: str) -> None:
    assert comparison_text(result(before), result(250.0)).startswith(words)


@pytest.mark.parametrize("broken", ["", "[]", '{"a": 5}', '{"a": {"rate": "x"}}', "\xff", "[" * 100_000])
def test_a_damaged_file_of_runs_counts_as_empty(broken: str, tmp_path: Path) -> None:
    memory = tmp_path / "timedemo.json"
    memory.write_text(broken, "latin-1")
    assert save_result(memory, "a", result(200.0)) is None
    assert save_result(memory, "a", result(300.0)) == result(200.0)


@pytest.mark.parametrize("there", [b"", b"no demo at all", None])
def test_a_file_that_is_no_recording_is_one_sentence(
    there: bytes | None, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "match.petard"
    if there is not None:
        file.write_bytes(there)
    assert run(Arguments(timedemo=file), tmp_path / "timedemo.json") == 2
    error = capsys.readouterr().err
    assert error.startswith("petard: ")
    assert error.count("\n") == 1
