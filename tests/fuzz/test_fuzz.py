"""Every parser answers the corpus and a few made inputs as it promises; and the fuzzer finds what is planted.

Time is checked with ten times the usual limit, so that a busy machine makes no test fail.
"""

import subprocess
import sys
from collections.abc import Callable
from importlib.util import find_spec
from itertools import islice
from pathlib import Path

import pytest

from petard.shared.demo.budget import WorkRate
from tests.fuzz.__main__ import main
from tests.fuzz.engines import FuzzRun, fuzz_at_random, random_inputs
from tests.fuzz.make_corpus import CORPUS, seeds
from tests.fuzz.target import FuzzFinding, FuzzTarget, PassTarget, judge, judge_memory, outcome_of
from tests.fuzz.targets import TARGETS
from tests.sampled import sampled

SLOW_FACTOR = 10.0
MADE = 10  # inputs for each target
CORPUS_MOST = 300_000  # bytes of all files


def findings(target: FuzzTarget, data: bytes) -> list[str]:
    """What is wrong with the answer to an input."""
    found = [judge(target, data, outcome_of(target, data), SLOW_FACTOR), judge_memory(target, data)]
    return [f"{one.kind}: {one.about}" for one in found if one]


@pytest.mark.parametrize("each", sampled([4, 1], 2))
@pytest.mark.parametrize("name", TARGETS)
def test_a_parser_answers_each_input_of_the_corpus_as_it_promises(name: str, each: int) -> None:
    inputs = dict(list(TARGETS[name].inputs().items())[::each])
    assert inputs
    assert {file: faults for file, data in inputs.items() if (faults := findings(TARGETS[name], data))} == {}


@pytest.mark.parametrize("name", TARGETS)
def test_a_parser_answers_inputs_made_from_a_seed_as_it_promises(name: str) -> None:
    target = TARGETS[name]
    for data in islice(random_inputs(target, 1, list(target.inputs().values())), MADE):
        assert judge(target, data, outcome_of(target, data), SLOW_FACTOR) is None, data


def planted(run: Callable[[bytes], object]) -> FuzzTarget:
    """A target with a fault. Its corpus is that of another one."""
    return FuzzTarget("planted", "a fault", run, (ValueError,), corpus="order")


def fault_by_type(data: bytes) -> None:
    """Raise an error that is allowed for odd sizes, and another one for any `p` in it."""
    if b"p" in data:
        raise KeyError(data)
    if len(data) % 2:
        raise ValueError("an allowed answer")


def test_an_exception_that_is_not_allowed_is_found_once_and_made_small() -> None:
    found: list[FuzzFinding] = []
    fuzz_at_random(FuzzRun(planted(fault_by_type), found.append), 1, 20)
    assert [(one.kind, one.data) for one in found] == [("exception", b"p")]
    assert found[0].place.startswith("KeyError at tests/fuzz/test_fuzz.py:")


def test_an_input_that_takes_too_long_is_found() -> None:
    target = planted(lambda data: sum(range(4_000_000 if b"s" in data else 10)))
    assert judge(target, b"quick", outcome_of(target, b"quick")) is None
    found = judge(target, b"slow", outcome_of(target, b"slow"))
    assert found
    assert found.kind == "slow"


def test_a_reader_of_recordings_may_take_what_its_passes_over_the_file_promise() -> None:
    target = PassTarget("planted", "two passes", sum, passes=2, rate=WorkRate.READ)
    assert target.most_seconds(10_000) == pytest.approx(2 * 0.050)
    assert target.most_seconds(1_000_000) == pytest.approx(2 * 0.900)


def test_an_input_that_takes_too_much_memory_is_found() -> None:
    target = planted(lambda data: bytes(len(data) << 20))
    assert judge_memory(target, b"abc") is None
    found = judge_memory(target, b"abcdefgh")
    assert found
    assert found.kind == "memory"


def test_the_same_seed_makes_the_same_inputs() -> None:
    def made(name: str, seed: int) -> list[bytes]:
        return list(islice(random_inputs(TARGETS[name], seed, list(TARGETS[name].inputs().values())), 10))

    for name in ("codec", "demo-reader", "capture", "game-settings", "server-list"):
        assert made(name, 1) == made(name, 1)
        assert made(name, 1) != made(name, 2)


def test_a_finding_is_saved_and_its_line_replays_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(TARGETS, "planted", planted(fault_by_type))
    assert main(["planted", "--runs", "5", "--findings", str(tmp_path)]) == 1
    first, replay, last = capsys.readouterr().out.splitlines()
    assert first.startswith("planted: exception: KeyError")
    assert last.endswith("1 findings")
    file = Path(replay.split()[-1])
    assert file.parent == tmp_path / "planted"
    assert main(["planted", str(file), "--findings", str(tmp_path)]) == 1
    assert replay in capsys.readouterr().out
    harmless = tmp_path / "harmless"
    harmless.write_bytes(b"no")
    assert main(["planted", str(harmless), "--findings", str(tmp_path)]) == 0


@pytest.mark.long
@pytest.mark.skipif(not find_spec("atheris"), reason="atheris is not installed (extra `fuzz`)")
def test_atheris_makes_inputs_of_the_corpus_and_ends_with_a_line(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "tests.fuzz", "codec", "--engine", "atheris", "--runs", "500"]
    done = subprocess.run([*command, "--findings", str(tmp_path)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "codec: 500 runs in " in done.stdout
    assert any((tmp_path / "pool" / "codec").iterdir())


def test_every_target_is_listed_and_an_unknown_one_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--list"]) == 0
    assert [line.split()[0] for line in capsys.readouterr().out.splitlines()] == list(TARGETS)
    with pytest.raises(SystemExit, match="2"):
        main(["no-such-target"])
    assert "there is no target no-such-target; see --list" in capsys.readouterr().err


def test_the_corpus_is_small_and_its_script_writes_every_seed() -> None:
    files = [file for file in CORPUS.rglob("*") if file.is_file()]
    assert sum(file.stat().st_size for file in files) < CORPUS_MOST
    assert {file.parent.name for file in files} == {target.corpus or target.name for target in TARGETS.values()}
    # Only the names: a session that was recorded again makes other seeds, and the older ones are as good.
    assert {f"{file.parent.name}/{file.name}" for file in files if file.name.startswith("seed-")} == set(seeds())
