"""The results file: created, migrated, read by others meanwhile, or refused with a sentence."""

import contextlib
import os
import sqlite3
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from petard.server.policy.bans import ADD, Ban
from petard.server.results.database import (
    APPLICATION,
    STEPS,
    VERSION,
    BadDatabase,
    open_for_reading,
    open_for_writing,
    read_leaderboard,
    transaction,
)
from petard.server.results.writer import BanEntry, RoundEntry, read_bans

# The first version, written by hand, as a server of then left it: it is not made of STEPS, which might change.
FIRST = """
CREATE TABLE players (name TEXT PRIMARY KEY, first_seen INTEGER NOT NULL, last_seen INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE rounds (id INTEGER PRIMARY KEY, at INTEGER NOT NULL, map TEXT NOT NULL, rules TEXT NOT NULL,
    number INTEGER NOT NULL, winner TEXT NOT NULL, people INTEGER NOT NULL);
CREATE TABLE round_players (round INTEGER NOT NULL REFERENCES rounds, name TEXT NOT NULL, won INTEGER NOT NULL,
    PRIMARY KEY (round, name)) WITHOUT ROWID;
CREATE TABLE matches (id INTEGER PRIMARY KEY, at INTEGER NOT NULL, map TEXT NOT NULL, rules TEXT NOT NULL,
    champion TEXT NOT NULL);
CREATE TABLE match_players (match INTEGER NOT NULL REFERENCES matches, name TEXT NOT NULL, wins INTEGER NOT NULL,
    won INTEGER NOT NULL, PRIMARY KEY (match, name)) WITHOUT ROWID;
INSERT INTO players VALUES ('Ada', 1000, 2000), ('Grace', 1500, 2000);
INSERT INTO rounds VALUES (1, 2000, 'classic', 'duel', 1, 'Ada', 2);
INSERT INTO round_players VALUES (1, 'Ada', 1), (1, 'Grace', 0);
INSERT INTO matches VALUES (1, 2000, 'classic', 'duel', 'Ada');
INSERT INTO match_players VALUES (1, 'Ada', 1, 1), (1, 'Grace', 0, 0);
PRAGMA application_id = 1348826209;
PRAGMA user_version = 1;
"""
BAN = Ban("network", "fd00::/64", "spam", 0, "Ada", 2100, "Mallory")


def made_by(script: str, file: Path) -> None:
    connection = sqlite3.connect(file)
    connection.executescript(script)
    connection.close()


def version_of(file: Path) -> int:
    connection = sqlite3.connect(file)
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    connection.close()
    return int(version)


def columns_of(file: Path) -> list[tuple[object, ...]]:
    """Return every column of every table, as SQLite reports them."""
    connection = sqlite3.connect(file)
    told = 'SELECT m.name, p.name, p.type, p."notnull", p.pk FROM sqlite_master m, pragma_table_info(m.name) p'
    columns = sorted(connection.execute(told))
    connection.close()
    return columns


def test_a_file_of_the_first_version_is_migrated_without_loss(tmp_path: Path) -> None:
    old, new = tmp_path / "old.sqlite", tmp_path / "new.sqlite"
    made_by(FIRST, old)
    connection = open_for_writing(old)
    with transaction(connection):
        BanEntry(ADD, BAN).write(connection)
    assert read_bans(connection) == ([BAN], 0)
    table = read_leaderboard(connection)
    assert [(row.name, row.rounds_won, row.matches_won, row.last_seen) for row in table.players] == [
        ("Ada", 1, 1, 2000),
        ("Grace", 0, 0, 2000),
    ]
    connection.close()
    open_for_writing(new).close()
    assert version_of(old) == version_of(new) == VERSION
    assert columns_of(old) == columns_of(new)


def test_a_failed_step_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "room.sqlite"
    made_by(FIRST, file)
    before = columns_of(file)
    monkeypatch.setattr("petard.server.results.database.STEPS", (STEPS[0], (*STEPS[1], "CREATE TABLE rounds (again)")))
    with pytest.raises(BadDatabase, match="table rounds already exists"):
        open_for_writing(file)
    assert (version_of(file), columns_of(file)) == (1, before)


def test_files_are_synced_in_wal_mode_and_readable_by_their_owner_only(tmp_path: Path) -> None:
    file = tmp_path / "deep" / "down" / "room.sqlite"
    connection = open_for_writing(file)
    assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    assert connection.execute("PRAGMA synchronous").fetchone() == (2,)
    with transaction(connection):
        BanEntry(ADD, BAN).write(connection)
    if sys.platform != "win32":
        assert {path.stat().st_mode & 0o777 for path in file.parent.iterdir()} == {0o600}
    connection.close()


def test_a_reader_does_not_block_the_writer_and_leaves_no_files(tmp_path: Path) -> None:
    file = tmp_path / "room.sqlite"
    writer = open_for_writing(file)
    reader = open_for_reading(file)
    reader.execute("BEGIN")
    assert read_leaderboard(reader).rounds == 0
    with transaction(writer):
        RoundEntry(5, "classic", "duel", 1, "Ada", (("Ada", True),)).write(writer)
    assert read_leaderboard(reader).rounds == 0
    reader.execute("COMMIT")
    assert read_leaderboard(reader).rounds == 1
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        reader.execute("DELETE FROM rounds")
    reader.close()
    writer.close()
    open_for_reading(file).close()
    assert [path.name for path in tmp_path.iterdir()] == ["room.sqlite"]


def foreign(file: Path) -> None:
    made_by("CREATE TABLE cookies (host TEXT)", file)


def newer(file: Path) -> None:
    made_by(f"PRAGMA application_id = {APPLICATION}; PRAGMA user_version = {VERSION + 5}", file)


def text(file: Path) -> None:
    file.write_text("Dear diary, " * 100)


def damaged(file: Path) -> None:
    open_for_writing(file).close()
    whole = file.read_bytes()
    file.write_bytes(whole[:100] + b"\xff" * 3000 + whole[3100:])


def folder(file: Path) -> None:
    file.mkdir()


BROKEN: dict[Callable[[Path], None], str] = {
    foreign: "belongs to another program",
    newer: f"was written by a newer Petard: it is of version {VERSION + 5}, and this one knows {VERSION}",
    text: "is no database",
    damaged: "is damaged; move it away, and a new one is made",
}


@pytest.mark.parametrize("broken", BROKEN)
def test_a_foreign_file_is_refused_with_a_sentence_and_stays_unchanged(
    broken: Callable[[Path], None], tmp_path: Path
) -> None:
    file = tmp_path / "room.sqlite"
    broken(file)
    before = file.read_bytes()
    for opens in (open_for_writing, open_for_reading):
        with pytest.raises(BadDatabase) as problem:
            opens(file)
        assert str(problem.value) == f"{file} {BROKEN[broken]}"
    assert file.read_bytes() == before


def test_an_impossible_path_is_refused_with_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").write_text("")
    for place in (tmp_path / "folder", tmp_path / "file" / "room.sqlite"):
        with pytest.raises(BadDatabase, match="cannot be written: "):
            open_for_writing(place)
        with pytest.raises(BadDatabase, match="cannot be read: "):
            open_for_reading(place)


@pytest.mark.skipif(sys.platform == "win32", reason="it is about POSIX permissions")
def test_a_read_only_file_can_be_read_and_an_unreadable_one_is_refused() -> None:
    is_root = os.geteuid() == 0
    with TemporaryDirectory() as folder:  # that of pytest is for its owner alone
        (locked := Path(folder, "locked")).mkdir()
        file = Path(folder, "room.sqlite")
        made_by(FIRST, file)
        for path, mode in ((folder, 0o755), (file, 0o444), (locked, 0)):
            Path(path).chmod(mode)
        try:
            if is_root:
                os.seteuid(65534)  # to root everything is allowed
            with pytest.raises(BadDatabase, match="cannot be written: Permission denied"):
                open_for_writing(file)
            reader = open_for_reading(file)
            assert read_leaderboard(reader).rounds == 1
            reader.close()
            with pytest.raises(BadDatabase, match="cannot be read: Permission denied"):
                open_for_reading(locked / file.name)
        finally:
            if is_root:
                os.seteuid(0)
            locked.chmod(0o700)


def test_a_locked_file_is_refused_after_a_moment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("petard.server.results.database.START_WAIT", 0.05)
    file = tmp_path / "room.sqlite"
    made_by(FIRST, file)
    other = sqlite3.connect(file, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    with pytest.raises(BadDatabase, match="is locked by another program"):
        open_for_writing(file)
    other.close()


def test_opening_waits_for_another_writer(tmp_path: Path) -> None:
    file = tmp_path / "room.sqlite"
    made_by(FIRST, file)
    other = sqlite3.connect(file, isolation_level=None, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")  # SQLite itself gives up at once here, since both might wait for each other
    leaving = threading.Timer(0.2, other.close)
    leaving.start()
    open_for_writing(file).close()
    leaving.join()
    assert version_of(file) == VERSION


@pytest.mark.skipif(sys.platform == "win32", reason="there are no pipes with a name in a folder")
def test_a_pipe_is_refused_with_a_sentence(tmp_path: Path) -> None:
    pipe = tmp_path / "room.sqlite"
    os.mkfifo(pipe)
    with pytest.raises(BadDatabase, match=r"room\.sqlite cannot be written: it is a pipe, not a regular file$"):
        open_for_writing(pipe)


def test_rows_that_hold_no_names_or_numbers_are_left_out_of_the_table(tmp_path: Path) -> None:
    with contextlib.closing(open_for_writing(tmp_path / "room.sqlite")) as connection:
        connection.execute("INSERT INTO rounds VALUES (1, 5, 'classic', 'duel', 1, 'Ada', 3)")
        for name, seen in (("Ada", 5), ("Bob", "yesterday"), ("Zoe", 2**60), (b"\xff", 5)):
            connection.execute("INSERT INTO players VALUES (?, 1, ?)", (name, seen))
            connection.execute("INSERT INTO round_players VALUES (1, ?, 0)", (name,))
        assert [row.name for row in read_leaderboard(connection).players] == ["Ada"]


def test_damaged_text_in_the_tables_of_sqlite_is_one_sentence(tmp_path: Path) -> None:
    file = tmp_path / "room.sqlite"
    open_for_writing(file).close()
    file.write_bytes(file.read_bytes().replace(b"CREATE TABLE bans", b"CREATE TAB\xff\xfe bans"))
    for opened in (open_for_writing, open_for_reading):
        with pytest.raises(BadDatabase, match="is damaged; move it away"):
            opened(file)
