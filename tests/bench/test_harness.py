"""The harness itself: what it measures is not tested here, since it differs from machine to machine."""

from pathlib import Path

import pytest

from tests.bench.__main__ import main
from tests.bench.compare import changes
from tests.bench.model import Effort, Figure, Missing, Probe, Run, Source, at_most
from tests.bench.plots import SOURCES
from tests.bench.report import row_of
from tests.bench.results import Results, read_results
from tests.bench.runner import measure
from tests.bench.table import FIGURES, PROBES

OWN = Figure("a.own", "ours", "ms", "table", Source("own"), Source("other"))
ALONE = Figure("a.alone", "alone", "ms", "table", Source("own"), target=at_most(5))


def results_of(*own: float, other: float = 2.0) -> Results:
    """The results of a run in which the reference took the same time in each turn."""
    results = Results()
    for value in own:
        results.add("own", {"value": value})
        results.add("other", {"value": other})
    return results


def counting(name: str, seen: list[str], repeats: int = 3) -> Probe:
    """A probe that notes that it ran."""

    def start(effort: Effort) -> Run:
        seen.append(f"prepare {name}")

        def run() -> dict[str, float]:
            seen.append(name)
            return {"value": 1.0}

        return run

    return Probe(name, "group", start, repeats)


def absent(effort: Effort) -> Run:
    raise Missing("nobody is at home")


def test_a_quick_run_of_one_measurement_prints_it_and_can_be_read_again(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "run.json"
    assert main(["--quick", "--only", "codec.decode-input", "--json", str(file)]) == 0
    printed = capsys.readouterr().out
    assert "| decode an input | " in printed
    assert read_results(file).ratio(next(one for one in FIGURES if one.name == "codec.decode-input"))
    assert main(["--from", str(file), "--only", "codec.decode-input", "--against", str(file)]) == 0
    assert capsys.readouterr().out == printed + "\nbeyond the spread: 0 worse, 0 better\n"


def test_probes_of_a_group_take_turns_in_changing_order() -> None:
    seen: list[str] = []
    measure([counting("a", seen), counting("b", seen), counting("c", seen, repeats=2)], Effort.USUAL, str)
    assert seen == ["prepare a", "prepare b", "prepare c", *"abc", *"cba", *"ab"]


def test_a_peer_that_is_missing_is_left_out_with_one_line_and_the_others_run() -> None:
    seen: list[str] = []
    said: list[str] = []
    results = measure([Probe("peer", "group", absent), counting("own", seen)], Effort.QUICK, said.append)
    assert said == ["group: peer, own\n", "left out: peer: nobody is at home\n"]
    assert seen == ["prepare own", "own"]
    figure = Figure("peer", "a peer", "ms", "table", Source("peer"))
    assert row_of(figure, results)[:2] == ["a peer", "nobody is at home"]


def test_a_ratio_is_of_values_of_the_same_turn() -> None:
    results = Results()
    for own, other in ((10.0, 1.0), (30.0, 3.0), (1.0, 10.0)):  # the machine was slow in the second turn
        results.add("own", {"value": own})
        results.add("other", {"value": other})
    ratio = results.ratio(OWN)
    assert ratio
    assert (ratio.median, ratio.least, ratio.most) == (10.0, 0.1, 10.0)


def test_a_target_that_is_missed_says_no() -> None:
    assert row_of(ALONE, results_of(4, 5, 6))[4:6] == ["5 ms at most", "yes"]
    assert row_of(ALONE, results_of(5, 6, 7))[5] == "**no**"


def test_only_what_changed_by_more_than_the_spread_is_told() -> None:
    before, within, beyond = results_of(4, 5, 6), results_of(5, 6, 7), results_of(8, 9, 10)
    assert changes([OWN, ALONE], before, within) == []
    assert [change.text() for change in changes([OWN, ALONE], before, beyond)] == [
        "worse: a.own: 2.5 to 4.5x the reference (+80 %)",
        "worse: a.alone: 5 to 9 ms (+80 %)",
    ]
    assert [change.is_worse for change in changes([OWN], beyond, before)] == [False]


def test_a_spread_of_one_turn_is_not_believed() -> None:
    before = results_of(4)
    assert changes([OWN], before, results_of(4.9)) == []
    assert changes([OWN], before, results_of(5.1))


def test_something_that_got_worse_gives_the_exit_status_1(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    files = tmp_path / "before.json", tmp_path / "after.json"
    for file, value in zip(files, (1.0, 2.0), strict=True):
        results = Results({"seconds": 1, "machine": {}})
        for _ in range(3):
            results.add("demo.rerun", {"value": value})
        file.write_text(results.to_json(), "utf-8")
    assert main(["--from", str(files[1]), "--against", str(files[0]), "--only", "demo.rerun"]) == 1
    assert capsys.readouterr().out.endswith(
        "worse: demo.rerun: 1 to 2 µs (+100 %)\nbeyond the spread: 1 worse, 0 better\n"
    )


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "these are no results of python -m tests.bench"),
        ("[]", "these are no results of python -m tests.bench"),
        ('{"format": 0}', "these results have another format"),
        ('{"format": 1, "missing": {}, "turns": {"a": [{"value": "x"}]}}', "a value is no number"),
    ],
)
def test_a_file_without_results_gives_one_sentence(
    text: str, sentence: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "bad.json"
    file.write_text(text, "utf-8")
    with pytest.raises(SystemExit) as end:
        main(["--from", str(file)])
    assert end.value.code == 2
    assert capsys.readouterr().err.endswith(f"error: {file}: {sentence}\n")


def test_a_file_that_cannot_be_written_gives_one_sentence_after_the_figures(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "missing" / "run.json"
    assert main(["--quick", "--only", "codec.encode-input", "--json", str(file)]) == 1
    printed = capsys.readouterr()
    assert "| encode an input | " in printed.out
    assert printed.err.endswith(f"{file} cannot be written: No such file or directory\n")


def test_a_name_that_is_not_measured_gives_one_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--only", "weather"])
    assert capsys.readouterr().err.endswith("error: there is no measurement weather\n")


def test_each_figure_has_a_name_of_its_own_and_probes_that_there_are() -> None:
    assert len({figure.name for figure in FIGURES}) == len(FIGURES)
    sources = [source for figure in FIGURES for source in (figure.source, figure.reference) if source]
    assert {source.probe for source in [*sources, *SOURCES]} <= set(PROBES)
