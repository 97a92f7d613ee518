"""The results file, a SQLite database: opens and migrates it, and counts the leaderboard.

Rule 1: only a file with our application_id is changed; any other stays as it is.
Rule 2: the schema has a version, user_version. One step leads from each to the next, and all missing steps are one
transaction, so a server that is killed in it leaves the old file.
Rule 3: WAL, so that readers and the writer do not block each other, and synchronous=FULL, so that what is written
survives a power cut. That costs a flush per round, in a thread for which nothing waits.
Rule 4: every failure is a BadDatabase with one sentence.
Rule 5: a name is all that is known of a player; two people with one name are one row.
"""

import contextlib
import os
import sqlite3
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from petard.shared.files import make_private_folder, open_regular, shown_path

APPLICATION = 0x50657461  # "Peta"
START_WAIT, WRITE_WAIT, READ_WAIT = 1.0, 5.0, 3.0  # seconds for which another program may keep the file locked
AGAIN = 0.02  # seconds
NUMBER_MOST = 253_402_300_799  # the last second of the year 9999, and more than any count

# The statements that make version N from version N - 1.
STEPS: tuple[tuple[str, ...], ...] = (
    (
        """CREATE TABLE players (
            name TEXT PRIMARY KEY, first_seen INTEGER NOT NULL, last_seen INTEGER NOT NULL
        ) WITHOUT ROWID""",
        """CREATE TABLE rounds (
            id INTEGER PRIMARY KEY, at INTEGER NOT NULL, map TEXT NOT NULL, rules TEXT NOT NULL,
            number INTEGER NOT NULL, winner TEXT NOT NULL, people INTEGER NOT NULL
        )""",
        """CREATE TABLE round_players (
            round INTEGER NOT NULL REFERENCES rounds, name TEXT NOT NULL, won INTEGER NOT NULL,
            PRIMARY KEY (round, name)
        ) WITHOUT ROWID""",
        """CREATE TABLE matches (
            id INTEGER PRIMARY KEY, at INTEGER NOT NULL, map TEXT NOT NULL, rules TEXT NOT NULL, champion TEXT NOT NULL
        )""",
        """CREATE TABLE match_players (
            match INTEGER NOT NULL REFERENCES matches, name TEXT NOT NULL, wins INTEGER NOT NULL, won INTEGER NOT NULL,
            PRIMARY KEY (match, name)
        ) WITHOUT ROWID""",
    ),
    (
        """CREATE TABLE bans (
            kind TEXT NOT NULL, what TEXT NOT NULL, reason TEXT NOT NULL, until INTEGER NOT NULL, "by" TEXT NOT NULL,
            since INTEGER NOT NULL, whom TEXT NOT NULL, PRIMARY KEY (kind, what)
        )""",
    ),
)
VERSION = len(STEPS)


# The second: damaged text in SQLite's own tables, or in what it says of them.
SQL_ERRORS = (sqlite3.Error, UnicodeDecodeError)


class BadDatabase(Exception):
    """A file that cannot be used; the sentence names it and says why, without its full stop."""


def open_for_writing(file: Path) -> sqlite3.Connection:
    """Open or create a file with all tables of this version; raises BadDatabase. Any single thread may use it."""
    try:
        make_private_folder(file.parent)
        # Readable by its owner only, because it holds addresses; SQLite's files beside it get the same mode.
        os.close(open_regular(file, os.O_RDWR | os.O_CREAT, 0o600))
    except OSError as problem:
        raise BadDatabase(f"{shown_path(file)} cannot be written: {problem.strerror or problem}") from problem
    with _connect(file, file, START_WAIT) as connection:
        _check(connection, file)
        _start_wal(connection)
        connection.execute("PRAGMA synchronous = FULL")
        _migrate(connection, file)
        connection.execute(f"PRAGMA busy_timeout = {int(1000 * WRITE_WAIT)}")
    return connection


@contextlib.contextmanager
def _connect(file: Path, address: Path | str, wait: float) -> Iterator[sqlite3.Connection]:
    """Connect to a file; on a failure, close the connection and raise BadDatabase."""
    is_uri = address is not file
    try:
        with contextlib.ExitStack() as at_failure:
            connection = sqlite3.connect(address, wait, isolation_level=None, check_same_thread=False, uri=is_uri)
            at_failure.callback(connection.close)
            yield connection
            at_failure.pop_all()
    except SQL_ERRORS as problem:
        raise bad_database(file, problem) from problem


def _start_wal(connection: sqlite3.Connection) -> None:
    """Switch to WAL; where several servers create one file at once, SQLite does not wait by itself."""
    ends = time.monotonic() + START_WAIT
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError:
            if time.monotonic() >= ends:
                raise
        time.sleep(AGAIN)


def open_for_reading(file: Path) -> sqlite3.Connection:
    """Open a file of this or an older version without changing it; raises BadDatabase, also if there is none."""
    try:
        os.close(open_regular(file, os.O_RDONLY))
        is_in_use = file.with_name(file.name + "-wal").exists()
    except FileNotFoundError as problem:
        raise BadDatabase(f"there is no file {shown_path(file)}") from problem
    except OSError as problem:  # of a folder of its path, or it is a pipe
        raise BadDatabase(f"{shown_path(file)} cannot be read: {problem.strerror or problem}") from problem
    address = f"{file.absolute().as_uri()}?mode=ro" + ("" if is_in_use else "&immutable=1")  # leaves no files behind
    with _connect(file, address, READ_WAIT) as connection:
        if not _check(connection, file):
            raise BadDatabase(f"there is nothing in {shown_path(file)} yet")
    return connection


def _check(connection: sqlite3.Connection, file: Path) -> int:
    """Return the version of a file, 0 for an empty one; raises BadDatabase if it is not ours, or too new."""
    # One statement, so that it reads one state of the file, whatever others write meanwhile.
    columns = "user_version, application_id, (SELECT count(*) FROM sqlite_master)"
    found = connection.execute(f"SELECT {columns} FROM pragma_user_version, pragma_application_id").fetchone()
    version, application, tables = map(int, found)
    if application != APPLICATION and (tables or version or application):
        raise BadDatabase(f"{shown_path(file)} belongs to another program")
    if version > VERSION:
        newer = f"it is of version {version}, and this one knows {VERSION}"
        raise BadDatabase(f"{shown_path(file)} was written by a newer Petard: {newer}")
    return version


def _migrate(connection: sqlite3.Connection, file: Path) -> None:
    if _check(connection, file) == VERSION:
        return
    with transaction(connection):
        for step in STEPS[_check(connection, file) :]:  # checked again: another server may have been faster
            for statement in step:
                connection.execute(statement)
        connection.execute(f"PRAGMA application_id = {APPLICATION}")
        connection.execute(f"PRAGMA user_version = {VERSION}")


@contextlib.contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """Commit everything or nothing."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        with contextlib.suppress(sqlite3.Error):  # after a failure of the file it is undone already
            connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")


def bad_database(file: Path | str, problem: Exception) -> BadDatabase:
    """Turn one of SQL_ERRORS into a sentence."""
    name = "SQLITE_CORRUPT" if isinstance(problem, UnicodeDecodeError) else getattr(problem, "sqlite_errorname", "")
    for begins, words in _ERRORS.items():
        if name.startswith(begins):
            return BadDatabase(f"{shown_path(file)} {words}")
    return BadDatabase(f"{shown_path(file)} cannot be used: {problem}")


_ERRORS = {
    "SQLITE_NOTADB": "is no database",
    "SQLITE_CORRUPT": "is damaged; move it away, and a new one is made",
    "SQLITE_BUSY": "is locked by another program",
    "SQLITE_LOCKED": "is locked by another program",
    "SQLITE_READONLY": "may not be written to",
    "SQLITE_PERM": "may not be opened",
    "SQLITE_CANTOPEN": "cannot be opened",
    "SQLITE_FULL": "has no room: the disk is full",
    "SQLITE_IOERR": "cannot be read or written: the disk has a problem",
}


@dataclass(frozen=True, slots=True)
class LeaderboardRow:
    """One player. `last_seen` in seconds since 1970."""

    name: str
    matches_won: int
    matches_played: int
    rounds_won: int
    rounds_played: int
    last_seen: int


@dataclass(frozen=True, slots=True)
class Leaderboard:
    """The players, best first, and how many rounds and matches were counted."""

    rounds: int
    matches: int
    players: tuple[LeaderboardRow, ...]


def read_leaderboard(connection: sqlite3.Connection, since: int = 0) -> Leaderboard:
    """Count what was played since a time (seconds since 1970); raises one of SQL_ERRORS.

    A row whose columns hold something else than a name and numbers is left out: SQLite lets any program write it.
    """
    (rounds,) = connection.execute("SELECT count(*) FROM rounds WHERE at >= ?", (since,)).fetchone()
    (matches,) = connection.execute("SELECT count(*) FROM matches WHERE at >= ?", (since,)).fetchone()
    found = connection.execute(_LEADERBOARD, {"since": since})
    return Leaderboard(rounds, matches, tuple(LeaderboardRow(*row) for row in found if _is_sound(*row)))


def _is_sound(name: object, *numbers: object) -> bool:
    return isinstance(name, str) and all(isinstance(one, int) and 0 <= one <= NUMBER_MOST for one in numbers)


_LEADERBOARD = """
WITH r AS (
    SELECT name, sum(won) AS won, count(*) AS played FROM round_players
    JOIN rounds ON rounds.id = round WHERE at >= :since GROUP BY name
), m AS (
    SELECT name, sum(won) AS won, count(*) AS played FROM match_players
    JOIN matches ON matches.id = match WHERE at >= :since GROUP BY name
)
SELECT players.name, coalesce(m.won, 0), coalesce(m.played, 0), coalesce(r.won, 0), coalesce(r.played, 0), last_seen
FROM players LEFT JOIN r ON r.name = players.name LEFT JOIN m ON m.name = players.name
WHERE r.played OR m.played
ORDER BY 2 DESC, 4 DESC, 5, 1
"""
