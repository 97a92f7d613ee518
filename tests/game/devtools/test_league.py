"""`petard league`: programs play against each other, and the table counts what they did."""

import sys
from io import StringIO
from pathlib import Path

import pytest

from petard.game.devtools.league.command import main
from petard.game.devtools.league.table import Row, Table
from petard.shared.protocol.messages import Results
from petard.shared.protocol.names import skeleton
from petard.shared.rules.events import Event, EventType
from tests.tools.links import ROOT

KIT = f"{sys.executable} {ROOT / 'docs' / 'kits' / 'bot.py'} {{host}} {{port}} {{name}}"
ENDS_AT_ONCE = f"{sys.executable} -c pass"


def result(winner: int) -> Results:
    return Results(1, winner, (), False, -1, 60)


def test_the_table_counts_wins_kills_deaths_and_own_bombs() -> None:
    table = Table([Row("ada", "x"), Row("bo", "y")])
    table.seat({0: "ada", 1: "bo", 2: "somebody else"})
    for event in (
        Event(EventType.DIED, 1, 20, 0),  # Bo, by Ada
        Event(EventType.DIED, 0, 20, 0),  # Ada, by herself
        Event(EventType.DIED, 1, 20, -1),  # Bo, by a wall
        Event(EventType.DIED, 2, 20, 0),  # a bot of the server, by Ada
        Event(EventType.BLAST, 1, 20, 2),
    ):
        table.event(event)
    for winner in (0, 0, 1, -1):
        table.result(result(winner))
    ada, bo = table.rows
    assert (ada.wins, ada.kills, ada.deaths, ada.own) == (2, 2, 1, 1)
    assert (bo.wins, bo.kills, bo.deaths, bo.own) == (1, 0, 2, 0)
    assert (table.rounds, table.draws) == (4, 1)


def test_the_best_program_is_first_in_the_table() -> None:
    out = StringIO()
    table = Table([Row("ada", "x", wins=1), Row("longer", "y", wins=3, status="ended with status 1 in round 4")])
    table.rounds = 4
    table.write(out)
    assert out.getvalue().splitlines() == [
        "",
        "        rounds won  kills  deaths  by own bombs",
        "longer           3      0       0             0  ended with status 1 in round 4",
        "ada              1      0       0             0",
        "",
        "4 rounds.",
    ]


def test_programs_that_end_are_noted_and_end_the_league(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([ENDS_AT_ONCE, ENDS_AT_ONCE]) == 1
    printed = capsys.readouterr().out
    assert printed.count("ended with status 0 in round 1") in (1, 2)  # with one left, the league ends
    assert "0 rounds." in printed


def test_programs_whose_names_look_alike_get_different_names(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    programs = ["Bot", "bot", "bOt", "ill", "lll", "bot2"]
    for name in programs:
        (tmp_path / name).mkdir(exist_ok=True)  # a folder each: some systems take Bot and bot for one file
        (tmp_path / name / f"{name}.py").write_text("pass", "utf-8")
    main([f"{sys.executable} {tmp_path / name / name}.py" for name in programs])
    table = capsys.readouterr().out.split("by own bombs\n")[1].split("\n\n")[0]
    names = [line.split()[0] for line in table.splitlines()]
    assert len({skeleton(name) for name in names}) == len(programs)
    assert {"Bot", "ill"} <= set(names)


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["/nowhere/bot", "/nowhere/bot"], "petard league: There is no program '/nowhere/bot' to start."),
        (["true", "'bot"], 'petard league: "\'bot" is no command as in a shell: No closing quotation.'),
        (["", "true"], "petard league: There is no program '' to start."),
        ([KIT, KIT, "--map", "nowhere"], "petard league: The server did not start: "),
    ],
)
def test_a_league_that_cannot_begin_is_one_sentence(
    words: list[str], sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(words) == 2
    said = capsys.readouterr().err
    assert said.startswith(sentence)
    assert said.count("\n") == 1


@pytest.mark.parametrize("words", [["one"], ["one"] * 9, ["one", "two", "--rounds", "0"]])
def test_numbers_that_cannot_be_are_one_sentence(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(words)
    assert capsys.readouterr().err.count("\n") == 1


@pytest.mark.long
def test_kits_play_a_round(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([KIT, KIT, "--rounds", "1", "--rules", "duel", "--map", "small"]) == 0
    printed = capsys.readouterr().out
    assert "round 1 of 1: " in printed
    assert "\n1 rounds" in printed
