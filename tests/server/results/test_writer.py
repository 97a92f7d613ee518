"""Results of a room are in the file soon after, people only; and a broken file delays nothing."""

import json
import sqlite3
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from petard.server.cli.results import main, text_of
from petard.server.policy.bans import ADD, REMOVE, Ban
from petard.server.policy.log import Log, Trouble
from petard.server.results.database import Leaderboard, LeaderboardRow, open_for_reading, read_leaderboard
from petard.server.results.writer import MatchEntry, ResultsWriter, RoundEntry
from petard.server.room.status import (
    MatchOver,
    MemberChange,
    MemberEvent,
    RoomEvent,
    RoundBegan,
    RoundWon,
    Standing,
)
from petard.shared.protocol.messages import Phase, Setup
from tests.ends import Ends

ADA, GRACE, BOT = Standing(0, "Ada", False, 1, True), Standing(1, "Grace", False, 0), Standing(2, "Bolt", True, 0)
BAN = Ban("name", "Mallory", "spam", 0, "Ada", 2100, "")
PATIENCE = 10.0  # real seconds


class ResultsFile:
    """A writer and the lines of its log."""

    def __init__(self, folder: Path) -> None:
        self.file = folder / "room.sqlite"
        self.lines: list[str] = []
        self.writer = self.open()

    def open(self) -> ResultsWriter:
        self.log = Log(self.lines.append)
        return ResultsWriter(self.file, self.log)

    def until(self, is_true: Callable[[], bool]) -> None:
        """Let the thread write."""
        ends = time.monotonic() + PATIENCE
        while not is_true():
            assert time.monotonic() < ends, self.lines
            self.writer.update(time.monotonic())
            self.writer.batches.thread.join(0.002)

    def table(self) -> Leaderboard:
        reader = open_for_reading(self.file)
        table = read_leaderboard(reader)
        reader.close()
        return table


@pytest.fixture
def results(tmp_path: Path) -> Iterator[ResultsFile]:
    results = ResultsFile(tmp_path)
    yield results
    results.writer.close()


def test_a_played_match_is_in_the_leaderboard(results: ResultsFile) -> None:
    ends = Ends(Setup("small", "duel", 1, 1, 2))
    for peer, name in enumerate(("Ada", "Grace"), 1):
        ends.join(peer, name)
    ends.start()
    ends.leave(2)
    ends.tick_until(Phase.LOBBY)
    results.writer.handle_events(ends.room.events.take(), 0.0)
    results.until(lambda: not results.writer.batches.waiting)
    table = results.table()
    assert (table.rounds, table.matches, [row.name for row in table.players]) == (1, 1, ["Ada"])
    assert table.players[0].rounds_played == 1


def test_entries_hold_only_people_who_began_the_round(results: ResultsFile) -> None:
    entries, late = results.writer, Standing(3, "Edsger", False, 0)
    assert entries.entries_of([RoundBegan(4, "small", "duel", (0, 1, 2))], 7) == []
    assert entries.entries_of([RoundWon(4, "Ada", (ADA, GRACE, BOT, late))], 8) == [
        RoundEntry(8, "small", "duel", 4, "Ada", (("Ada", True), ("Grace", False)))
    ]
    assert entries.entries_of([MatchOver("small", "duel", "Bolt", (replace(ADA, won=False), GRACE, BOT))], 9) == [
        MatchEntry(9, "small", "duel", "", (("Ada", 1, False), ("Grace", 0, False)))
    ]
    assert entries.entries_of([RoundBegan(1, "small", "duel", (2,)), RoundWon(1, "Bolt", (BOT,))], 10) == []
    assert entries.entries_of([RoundWon(2, "Ada", (ADA, GRACE))], 11)[0] == RoundEntry(
        11, "", "", 2, "Ada", (("Ada", True), ("Grace", False))
    ), "the round of a server that is no more"


def test_bans_are_loaded_at_the_next_start(results: ResultsFile) -> None:
    other = replace(BAN, what="Trudy", since=2200)
    results.writer.store([(ADD, BAN), (ADD, other)])
    results.writer.store([(ADD, replace(other, reason="again"))])
    results.writer.store([(REMOVE, BAN)])
    results.writer.close()
    results.writer = results.open()
    assert results.writer.bans == [replace(other, reason="again")]


def test_while_the_file_is_locked_nothing_waits_and_nothing_is_lost(
    results: ResultsFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    results.writer.connection.execute("PRAGMA busy_timeout = 1")
    monkeypatch.setattr("petard.server.results.writer.PAUSE_FIRST", 0.01)
    other = sqlite3.connect(results.file, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    results.writer.batches.most = 20
    for number in range(30):
        results.writer.store([(ADD, replace(BAN, what=f"P{number}"))])
    results.until(lambda: len(results.lines) >= 2)
    assert results.writer.next_due(0.0) < 60
    results.until(lambda: results.log.troubles[Trouble.RESULTS] > 1)  # each attempt, though there is one line
    assert set(results.lines) == {
        "results and bans wait to be kept: the file is locked by another program",
        "too much waits to be written: results and bans of now are lost",
    }
    other.execute("ROLLBACK")
    other.close()
    results.until(lambda: "results and bans are kept again" in results.lines)
    results.until(lambda: not results.writer.batches.waiting)
    assert len(results.lines) == 3
    assert results.writer.next_due(0.0) == float("inf")


def test_a_batch_that_cannot_be_written_is_left_out_whole(results: ResultsFile) -> None:
    good = RoundEntry(5, "small", "duel", 1, "Ada", (("Ada", True),))
    results.writer.put([good, replace(good, rows=(("Ada", True), ("half a pair \ud800", False)))])
    results.writer.put([good])
    results.until(lambda: bool(results.lines) and results.table().rounds == 1)
    assert results.lines[0].startswith("a result or a ban cannot be kept: ")


ROWS = (
    LeaderboardRow("Ada", 3, 5, 9, 14, 0),
    LeaderboardRow("王小明", 0, 1, 2, 3, 60),
    LeaderboardRow("e\N{COMBINING ACUTE ACCENT}", 0, 0, 0, 1, 60),
)
SHOWN = """\
player  matches won  of  rounds won  of         last seen
---------------------------------------------------------
Ada               3   5           9  14  1970-01-01 00:00
王小明            0   1           2   3  1970-01-01 00:01
e\N{COMBINING ACUTE ACCENT}                 0   0           0   1  1970-01-01 00:01

14 rounds, 1 match
"""


@pytest.mark.skipif(not hasattr(time, "tzset"), reason="the zone of the clock cannot be set")
def test_the_table_is_aligned_in_every_script(monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as zone:
        zone.setenv("TZ", "UTC")
        time.tzset()
        assert text_of(Leaderboard(14, 1, ROWS)) == SHOWN
        assert "\x1b" not in text_of(Leaderboard(1, 0, (replace(ROWS[0], name="\x1b[2J"),)))
    time.tzset()


def test_the_subcommand_prints_the_last_days(results: ResultsFile, capsys: pytest.CaptureFixture[str]) -> None:
    now = int(time.time())
    for name, at in (("Ada", now - 3 * 86400), ("Grace", now - 60)):
        results.writer.put([RoundEntry(at, "small", "duel", 1, name, ((name, True),))])
    results.until(lambda: not results.writer.batches.waiting)
    assert main(["--file", str(results.file), "--json"]) == 0
    whole = json.loads(capsys.readouterr().out)
    assert (whole["rounds"], [row["name"] for row in whole["players"]]) == (2, ["Ada", "Grace"])
    assert whole["players"][1] == {
        "name": "Grace",
        "matches_won": 0,
        "matches_played": 0,
        "rounds_won": 1,
        "rounds_played": 1,
        "last_seen": now - 60,
    }
    assert main(["--file", str(results.file), "--days", "2"]) == 0
    told = capsys.readouterr().out
    assert "Grace" in told
    assert "Ada" not in told


def test_the_subcommand_reads_the_file_of_the_settings_and_says_what_is_wrong(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PETARD_RESULTS", str(tmp_path / "mine.sqlite"))
    assert main([]) == 1
    assert capsys.readouterr().err == f"petard-server: there is no file {tmp_path / 'mine.sqlite'}\n"
    monkeypatch.setenv("PETARD_RESULTS", "off")
    assert main([]) == 2
    assert "switched off" in capsys.readouterr().err
    with pytest.raises(SystemExit) as left:
        main(["--days", "many"])
    assert left.value.code == 2
    assert "days are a number" in capsys.readouterr().err


def test_only_players_of_a_round_are_stored_with_the_time(results: ResultsFile) -> None:
    looked_in: list[RoomEvent] = [
        MemberEvent(MemberChange.JOINED, 1, "Mallory"),
        MemberEvent(MemberChange.LOST, 1, "Mallory"),
        MemberEvent(MemberChange.RETURNED, 1, "Mallory"),
        MemberEvent(MemberChange.LEFT, 1, "Mallory", "left"),
    ]
    results.writer.handle_events(looked_in, 0.0)
    results.writer.handle_events([RoundBegan(1, "small", "duel", (0,)), RoundWon(1, "Ada", (ADA,))], 0.0)
    results.until(lambda: not results.writer.batches.waiting)
    connection = sqlite3.connect(results.file)
    ((name, first, last),) = connection.execute("SELECT * FROM players").fetchall()
    connection.close()
    assert (name, first) == ("Ada", last)
    assert abs(last - time.time()) < 60


SPOILT = (
    ("name", "Ada", "", "soon", "console", 1, ""),
    ("name", b"\xff\x00", "", 0, "console", 1, ""),
    ("name", "Grace", "", 1.5, "console", 1, ""),
    ("network", "10.0.0.0/99", "", 0, "console", 1, ""),
    ("planet", "10.0.0.1", "", 0, "console", 1, ""),
)


def test_rows_that_are_no_bans_are_counted_and_ignored(results: ResultsFile) -> None:
    results.writer.store([(ADD, BAN)])
    results.writer.close()
    connection = sqlite3.connect(results.file)
    connection.executemany("INSERT INTO bans VALUES (?, ?, ?, ?, ?, ?, ?)", SPOILT)
    connection.execute("UPDATE bans SET what = CAST(x'ff' AS TEXT) WHERE kind = 'planet'")
    connection.commit()
    connection.close()
    results.writer = results.open()
    assert results.writer.bans == [BAN]
    assert results.lines == [f"{len(SPOILT)} of the bans in {results.file} are not valid and are ignored"]


def test_batches_lost_at_the_end_are_logged(results: ResultsFile, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("petard.server.results.writer.CLOSE_WAIT", 0.05)
    other = sqlite3.connect(results.file, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    results.writer.store([(ADD, BAN), (ADD, replace(BAN, what="Trudy"))])
    results.writer.close()
    other.execute("ROLLBACK")
    other.close()
    assert results.lines == ["there was no time to keep the last results and bans: 2 are lost"]


def test_all_of_the_side_that_wins_have_won_the_round_and_the_match(results: ResultsFile) -> None:
    ends = Ends(Setup("small", "duel", 3, 0, 2, mode="teams"))
    for peer, name in enumerate(("Ada", "Grace", "Edsger", "Barbara"), 1):
        ends.join(peer, name)
    ends.start()
    for _ in range(2):
        ends.tick_until(Phase.PLAYING)
        ends.tick(300)
        assert ends.room.matches.match
        world = ends.room.matches.match.round.world
        for slot in (0, 2):
            world.players[slot].died_at = world.tick
        ends.tick_until(Phase.RESULTS)
    entries = [one for event in ends.room.events.take() for one in results.writer.entries_of([event], 9)]
    first, second, match = entries
    assert isinstance(first, RoundEntry)
    assert isinstance(second, RoundEntry)
    assert isinstance(match, MatchEntry)
    won = {"Ada": False, "Grace": True, "Edsger": False, "Barbara": True}
    assert dict(first.rows) == dict(second.rows) == won
    assert {name: champion for name, _, champion in match.rows} == won
    assert (first.winner, match.champion) == ("Grace", "Grace")
