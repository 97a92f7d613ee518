"""`--help` of each program names every subcommand that the program starts, and fits into a terminal."""

import re
from collections.abc import Callable
from importlib.util import find_spec

import pytest

import petard.game.__main__ as game
import petard.server.__main__ as server
from petard.server.cli import replay
from petard.server.config.config import SUBCOMMANDS

PROGRAMS: dict[str, tuple[Callable[[list[str]], int], list[str]]] = {
    "petard": (game.main, list(game.SUBCOMMANDS)),
    "petard-server": (server.main, list(SUBCOMMANDS)),
    "petard-server replay": (replay.main, list(replay.VERBS)),
}


@pytest.mark.parametrize("program", PROGRAMS)
def test_help_names_every_subcommand_and_no_other(
    program: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    main, subcommands = PROGRAMS[program]
    printed = help_of(main, capsys, monkeypatch)
    before = "" if program.endswith("replay") else f"{program} "
    named = re.findall(rf"^  {before}([a-z][a-z-]*) +\S", printed, re.MULTILINE)
    assert named == subcommands


@pytest.mark.parametrize("program", PROGRAMS)
def test_no_line_of_help_is_wider_than_100_columns(
    program: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    printed = help_of(PROGRAMS[program][0], capsys, monkeypatch)
    assert max(map(len, printed.splitlines())) <= 100


def test_a_standby_takes_the_flags_of_a_server_but_its_help_says_what_it_does_itself(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    printed = help_of(lambda words: server.main(["standby", *words]), capsys, monkeypatch)
    assert printed.startswith("usage: petard-server standby HOST[:PORT] [--FLAG VALUE ...]\n")
    assert "Keep a copy of a room, and go on with it when its server is lost." in printed


def help_of(
    main: Callable[[list[str]], int], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> str:
    """What a program prints for --help."""
    monkeypatch.setenv("COLUMNS", "80")
    try:
        status: object = main(["--help"])
    except SystemExit as end:
        status = end.code
    assert status == 0
    return capsys.readouterr().out


def test_each_subcommand_is_a_module() -> None:
    other = {"standby": "petard.server.runtime.standby.process"}  # it becomes a server itself
    modules = [*game.SUBCOMMANDS.values(), *(other.get(name, f"petard.server.cli.{name}") for name in SUBCOMMANDS)]
    assert [name for name in modules if find_spec(name) is None] == []
