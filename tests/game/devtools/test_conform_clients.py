"""`petard conform --client`: the game and the kits pass; a wrong kit fails the case of its mistake, and no other."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from petard.game.devtools.conform import client_cases
from petard.game.devtools.conform.command import CLIENT_LEVELS, main
from tests.sampled import sampled
from tests.tools.links import ROOT

KITS = ROOT / "docs" / "kits"
NEEDS = {"bot.py": sys.executable, "bot.mjs": "node", "bot.c": "gcc", "bot.go": "go"}
HERE = [kit for kit, program in NEEDS.items() if shutil.which(program)]  # .ci/run installs all but Go
PETARD = f"{sys.executable} -m petard.game {{host}}:{{port}} --bot"
DECIDES = "decide(world, me) if world.tables.get(PLAYERS, {}).get(me, [0] * 17)[DIED_AT] < 0 else 0"
# Mistakes in the kit in Python: what is replaced by what, and the case that finds it.
MISTAKES = {
    "life": ([(DECIDES, "0"), ("clock % 12", "clock % 60")], "round/signs_of_life"),
    "states": ([("[keys], states)", "[keys], 0)")], "round/counts_states"),
    "players": ([("[keys], states)", "[keys, keys], states)")], "round/one_key_number"),
    "clock": ([("INPUT, clock, ", "INPUT, 1, ")], "round/clock_goes_up"),
    "later": ([("(REFUSED, BYE)", "(REFUSED, BYE, 120)")], "later/later_message"),
    "refused": ([("(REFUSED, BYE)", "(BYE,)")], "login/refused"),
}


def failures(printed: str) -> list[str]:
    return re.findall(r"^FAIL  (\S+)$", printed, re.MULTILINE)


def command_of(kit: str, folder: Path) -> str:
    """Return the command that starts a kit; C and Go are compiled."""
    program = shutil.which(NEEDS[kit])
    assert program is not None
    made, source = str(folder / "bot"), str(KITS / kit)
    if kit == "bot.c":
        checked = ("-g", "-Wall", "-Wextra", "-Werror", "-fsanitize=address,undefined", "-fno-sanitize-recover=all")
        subprocess.run([program, *checked, "-o", made, source], check=True)
        return f"{made} {{host}} {{port}}"
    if kit == "bot.go":
        environment = {
            "HOME": str(folder),
            "PATH": "/usr/bin:/bin",
            "GO111MODULE": "off",
            "GOCACHE": str(folder / "go"),
        }
        subprocess.run([program, "build", "-o", made, source], check=True, env=environment)
        return f"{made} {{host}} {{port}}"
    return f"{program} {source} {{host}} {{port}}"


def wrong_kit(folder: Path, mistake: str) -> str:
    """Write the kit in Python with a mistake; return the command that starts it."""
    text = (KITS / "bot.py").read_text("utf-8")
    for right, wrong in MISTAKES[mistake][0]:
        assert text.count(right) == 1, right
        text = text.replace(right, wrong)
    (folder / "bot.py").write_text(text, "utf-8")
    return f"{sys.executable} {folder / 'bot.py'} {{host}} {{port}}"


@pytest.fixture
def brief(monkeypatch: pytest.MonkeyPatch) -> None:
    """The round that is looked at takes one second."""
    monkeypatch.setattr(client_cases, "SECONDS", 1.0)


@pytest.mark.parametrize("kit", NEEDS)
def test_a_kit_has_at_most_150_lines(kit: str) -> None:
    assert len((KITS / kit).read_text("utf-8").splitlines()) <= 150


@pytest.mark.usefixtures("brief")
@pytest.mark.parametrize("kit", HERE)
def test_a_kit_can_play(kit: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    command = command_of(kit, tmp_path)  # the test below runs all cases
    status = main(["--level", "starter", "--client", command, "--only", "round/counts_states"])
    assert status == 0, capsys.readouterr().out


@pytest.mark.long
@pytest.mark.parametrize("kit", HERE)
def test_a_kit_passes_all_cases_of_the_starter_level(
    kit: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    status = main(["--level", "starter", "--client", command_of(kit, tmp_path)])
    assert (failures(capsys.readouterr().out), status) == ([], 0)


def test_the_game_keeps_to_the_protocol(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--client", PETARD, "--only", "wrong_digest"]) == 0, capsys.readouterr().out


@pytest.mark.long
def test_the_game_passes_all_cases(capsys: pytest.CaptureFixture[str]) -> None:
    status = main(["--client", PETARD])
    assert (failures(capsys.readouterr().out), status) == ([], 0)


@pytest.mark.usefixtures("brief")
@pytest.mark.parametrize("mistake", sampled(MISTAKES, 3))
def test_a_mistake_of_a_client_is_found_by_its_case(
    mistake: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    case = MISTAKES[mistake][1]
    main(["--level", "starter", "--client", wrong_kit(tmp_path, mistake), "--only", case])
    assert failures(capsys.readouterr().out) == [case]


@pytest.mark.long
@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_of_a_client_is_found_by_no_other_case(
    mistake: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["--level", "starter", "--client", wrong_kit(tmp_path, mistake)])
    assert failures(capsys.readouterr().out) == [MISTAKES[mistake][1]]


def test_a_client_that_does_not_connect_is_a_failure_and_shows_what_it_printed(
    capsys: pytest.CaptureFixture[str],
) -> None:
    command = f"{sys.executable} -c \"print('no such host'); raise SystemExit(3)\""
    assert main(["--level", "starter", "--client", command, "--only", "says_hello"]) == 1
    printed = capsys.readouterr().out
    assert "The program ended with status 3, and never connected." in printed
    assert "no such host" in printed


@pytest.mark.parametrize("level", CLIENT_LEVELS)
def test_a_level_of_clients_has_at_least_16_cases(level: str) -> None:
    names = [case.name for case in CLIENT_LEVELS[level]]
    assert len(names) == len(set(names)) >= 16
