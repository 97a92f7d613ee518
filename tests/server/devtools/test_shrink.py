"""Three bugs planted in the rules: bots find a match of minutes that fails, and it shrinks to a test of a few lines.

Everything happens as it would for a person with a bug: the match is played and shrunk by the build with the
bug, against the one without; the written test fails there and passes here.
"""

import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from petard.server.devtools.shrink import BuildError, DigestOracle, NothingFails, shrunk
from petard.server.devtools.to_test import pytest_code
from petard.shared.demo.reader import read_demo
from petard.shared.demo.script import demo_of, play_script, script_of
from petard.shared.demo.shrink import ShrinkFault
from petard.shared.demo.verify import verify
from petard.shared.rules.ruleset import LAST_ONE_STANDING
from petard.shared.rules.world import copy_world
from tests.sampled import sampled
from tests.server.devtools.planted import ROOT, Bug, build_with, run_in
from tests.shared.demo.matches import HEADER, record, recorded
from tests.tools.links import link_tree

MINUTES = 7200  # ticks, two of them
# The match lasts so long, whatever the bots do to each other.
HARDY = replace(LAST_ONE_STANDING, round=MINUTES, health=12, health_most=50)

CHAIN = Bug(
    "an off-by-one in the chain",
    "rules/bombs.py",
    "            bomb.blows_at = world.tick + 1\n",
    "            bomb.blows_at = world.tick + 2\n",
)
KICK = Bug(
    "a lost kick",
    "rules/bombs.py",
    "        bomb.rolls = direction\n",
    "        bomb.rolls = direction if direction != Direction.LEFT else Direction.NONE\n",
)
CHANCE = Bug(
    "an unseeded choice",
    "rules/pickups.py",
    "    world.rng, free = shuffled(world.rng, _free_tiles(world))\n",
    '    free = __import__("random").sample(_free_tiles(world), len(_free_tiles(world)))\n',
)
RECORD = (
    "import sys; from pathlib import Path; from tests.server.devtools.test_shrink import HARDY; "
    "from tests.shared.demo.matches import record; "
    "Path(sys.argv[1]).write_bytes(record(4, int(sys.argv[3]), HARDY, seed=int(sys.argv[2])))"
)
REPLAY = ("-m", "petard.server", "replay")
PYTEST = ("-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", "-p", "no:hypothesispytest", "--noconftest")
RUFF = (f"--config={ROOT / 'pyproject.toml'}", "--no-cache")
LINT, FORMAT = ("-m", "ruff", "check", *RUFF), ("-m", "ruff", "format", "--diff", *RUFF)


def find_failing(build: Path, ticks: int) -> Path:
    """Let bots play by the rules of a build until a match fails by ours; the file of it."""
    for seed in range(1, 9):
        file = build / f"{seed}.petard"
        run_in(build, "-c", RECORD, file.name, str(seed), str(ticks)).check_returncode()
        demo = read_demo(file.read_bytes())
        if demo.length > ticks // 2 and not verify(demo).ok:
            return file
    raise AssertionError("no match failed")


def shrink_as_people_do(bug: Bug, ticks: int, build: Path) -> tuple[Path, float]:
    """The test that comes out, and the seconds that shrinking seconds."""
    build_with(bug, build)
    file = find_failing(build, ticks)
    began = time.perf_counter()
    done = run_in(build, *REPLAY, "shrink", file.name, "--against", str(ROOT), "-o", "small.petard")
    seconds = time.perf_counter() - began
    assert done.returncode == 0, done.stdout + done.stderr
    done = run_in(build, *REPLAY, "to-test", "small.petard", "-o", "test_small.py")
    assert done.returncode == 0, done.stdout + done.stderr
    return build / "test_small.py", seconds


@pytest.mark.parametrize(
    ("bug", "fault", "ticks"),
    [
        pytest.param(CHAIN, ShrinkFault.OTHER, MINUTES // 4, id="chain-quickly"),
        pytest.param(CHAIN, ShrinkFault.OTHER, MINUTES, id="chain", marks=pytest.mark.long),
        pytest.param(KICK, ShrinkFault.OTHER, MINUTES, id="kick", marks=pytest.mark.long),
        pytest.param(CHANCE, ShrinkFault.CHANCE, MINUTES, id="chance", marks=pytest.mark.long),
    ],
)
def test_a_bug_in_the_rules_becomes_a_test_of_a_few_lines(
    bug: Bug, fault: ShrinkFault, ticks: int, tmp_path: Path
) -> None:
    test, seconds = shrink_as_people_do(bug, ticks, tmp_path)
    small = read_demo((tmp_path / "small.petard").read_bytes())
    script = script_of(small)
    players, lines = len(script.start.players), len(test.read_text("utf-8").splitlines())
    sys.stdout.write(f"{bug.name}: {script.ticks} ticks, {players} players, {lines} lines, {seconds:.1f} s\n")
    assert script.ticks < 200
    assert players <= 3
    assert seconds < 60
    assert verify(small).ok, "by the rules without the bug it plays as it should"
    red = run_in(tmp_path, *PYTEST, test.name)
    assert "1 failed" in red.stdout, red.stdout
    (tmp_path / "petard").rename(tmp_path / "buggy")
    green = run_in(tmp_path, *PYTEST, test.name)
    assert "1 passed" in green.stdout, green.stdout
    for tool in (LINT, FORMAT):
        done = run_in(tmp_path, *tool, test.name)
        assert done.returncode == 0, done.stdout
    assert fault.value.capitalize() in test.read_text("utf-8")


RAISES = Bug(
    "a bomb too many",
    "rules/bomb_key.py",
    "world.next_bomb += 1\n",
    "world.next_bomb += 1 if world.next_bomb < 5 else 1 // 0\n",
)
HASH = Bug(
    "a range by the hash of a word",
    "rules/bomb_key.py",
    "reach_of(player)\n    world.bombs",
    'reach_of(player) + hash("petard") % 50\n    world.bombs',
)


@pytest.mark.parametrize(
    ("bug", "fault", "why"),
    [
        (RAISES, ShrinkFault.RAISES, "ZeroDivisionError in _lay"),
        pytest.param(HASH, ShrinkFault.HASH, "bomb, range", marks=pytest.mark.long),
    ],
    ids=["raises", "hash-seed"],
)
def test_faults_that_need_no_other_build(bug: Bug, fault: ShrinkFault, why: str, tmp_path: Path) -> None:
    """A match of before the bug: the rules raise in it now, or hang on the hash seed."""
    build_with(bug, tmp_path)
    (tmp_path / "a.petard").write_bytes(record(3, 700, HARDY))
    done = run_in(tmp_path, *REPLAY, "shrink", "a.petard")
    assert done.returncode == 0, done.stderr
    assert f"{fault.value}: {why}" in done.stdout
    done = run_in(tmp_path, *REPLAY, "to-test", "a-small.petard")
    assert done.returncode == 0, done.stderr
    script = script_of(read_demo((tmp_path / "a-small.petard").read_bytes()))
    assert (script.ticks, len(script.start.players)) == (2, 1)
    for answer in ("1 failed", "1 passed"):
        done = run_in(tmp_path, *PYTEST, "test_a_small.py")
        assert answer in done.stdout, done.stdout
        (tmp_path / "petard").rename(tmp_path / answer)
        (tmp_path / "petard").mkdir()  # empty: the rules of this repository count


def test_a_demo_that_does_not_fail_says_so() -> None:
    with DigestOracle() as oracle, pytest.raises(NothingFails, match="each is the same each time"):
        shrunk(recorded(2, 300), "a.petard", oracle)


def test_a_fault_that_only_another_build_shows_asks_for_one() -> None:
    script = script_of(recorded(2, 60))
    worlds = [copy_world(world) for world in play_script(script)]
    worlds[-1].players[1].range = 7
    demo = read_demo(demo_of(script, worlds, HEADER, "played by who knows what"))
    with DigestOracle() as oracle, pytest.raises(NothingFails, match=r"player 1, range: recorded 7, now 2.*--against"):
        shrunk(demo, "a.petard", oracle)


def test_a_folder_without_rules_is_no_build(tmp_path: Path) -> None:
    with pytest.raises(BuildError, match="no build of Petard"):
        DigestOracle(tmp_path)


@pytest.mark.parametrize("place", sampled(["petard/shared", "shared"], 2))
@pytest.mark.parametrize("package", ["petard.shared", "shared"], ids=["as-now", "older-than-the-package"])
def test_a_build_is_a_checkout_or_an_installation_old_or_new(package: str, place: str, tmp_path: Path) -> None:
    other = tmp_path / place / "rules"
    rules = ROOT / "shared" / "rules"
    for file in rules.glob("**/*.py"):
        text = file.read_text("utf-8").replace("from petard.shared.", f"from {package}.")
        copy = other / file.relative_to(rules)
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_text(text.replace("bomb.range + 1", "bomb.range"), "utf-8")
    with DigestOracle(tmp_path) as oracle:
        reason = oracle.reason(script_of(recorded(3, 700)))
    assert reason
    assert reason.fault is ShrinkFault.OTHER


def test_a_broken_build_is_reported_in_one_sentence(tmp_path: Path) -> None:
    build_with(Bug("no build", "rules/step.py", "def step(", "def stepp("), tmp_path)
    with (
        DigestOracle(tmp_path) as oracle,
        pytest.raises(BuildError, match=r"has stopped.*ImportError: cannot import name 'step'"),
    ):
        oracle.reason(script_of(recorded(2, 60)))


def test_a_whole_round_can_be_a_test_too(tmp_path: Path) -> None:
    text = pytest_code(read_demo(record(3, 500, HARDY)), 'a\\N"""; import os\n.petard', 1)
    assert "import os" not in [line.strip() for line in text.splitlines()]
    file = tmp_path / "test_round.py"
    file.write_text(text, "utf-8")
    for tool in (PYTEST, LINT, FORMAT):
        done = run_in(tmp_path, *tool, file.name)
        assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.long
def test_the_written_test_passes_mypy(tmp_path: Path) -> None:
    link_tree()  # mypy looks for `petard` there
    file = tmp_path / "test_round.py"
    file.write_text(pytest_code(read_demo(record(3, 500, HARDY)), "a.petard", 1), "utf-8")
    done = run_in(ROOT, "-m", "mypy", "--config-file", str(ROOT / "pyproject.toml"), str(file))
    assert done.returncode == 0, done.stdout
