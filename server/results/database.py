"""The file itself: made, recognised, brought up to the schema of this version, opened for writing or for reading.

Rule 1: a file is changed only when it is ours: SQLite's application_id says so. Any other is left as it is.
Rule 2: the schema has a number, user_version. From each to the next there is one step, and all steps that are missing
are one transaction: whoever is killed in it finds the old file again.
Rule 3: WAL, so that readers and the writer do not hinder each other, and synchronous=FULL: what is written is on the
disk, also when the power fails. That costs a flush for each round, in a thread for which nobody waits.
Rule 4: whatever cannot be is a BadFile with one sentence.
"""

import contextlib
import os
import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path

APPLICATION = 0x50657461  # "Peta"
START_WAIT, WRITE_WAIT, READ_WAIT = 1.0, 5.0, 3.0  # seconds for which another program may keep the file locked
AGAIN = 0.02  # seconds

# What makes version N of version N - 1, a statement each.
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


class BadDatabase(Exception):
    """It cannot be used; the sentence names the file and says why, without its full stop."""


def open_for_writing(file: Path) -> sqlite3.Connection:
    """Open a file, or make it, with all tables of this version; raises BadFile. Any one thread may use it."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        # For its owner alone: there are addresses in it. What SQLite puts beside it is for the same.
        os.close(os.open(file, os.O_RDWR | os.O_CREAT, 0o600))
    except OSError as problem:
        raise BadDatabase(f"{file} cannot be written: {problem.strerror or problem}") from problem
    if not file.is_file():
        raise BadDatabase(f"{file} is no file")
    with _connected(file, file, START_WAIT) as connection:
        with _snapshot(connection):
            _check(connection, file)
        _begin_wal(connection)
        connection.execute("PRAGMA synchronous = FULL")
        _bring_up(connection, file)
        connection.execute(f"PRAGMA busy_timeout = {int(1000 * WRITE_WAIT)}")
    return connection


@contextlib.contextmanager
def _connected(file: Path, address: Path | str, wait: float) -> Iterator[sqlite3.Connection]:
    """A connection to a file, that is only closed again if something is wrong with it: then it raises BadFile."""
    try:
        connection = sqlite3.connect(
            address, wait, isolation_level=None, check_same_thread=False, uri=address is not file
        )
    except sqlite3.Error as problem:
        raise bad(file, problem) from problem
    try:
        yield connection
    except BadDatabase:
        connection.close()
        raise
    except sqlite3.Error as problem:
        connection.close()
        raise bad(file, problem) from problem


def _begin_wal(connection: sqlite3.Connection) -> None:
    """Keep a journal of that kind; where several servers make one file at once, SQLite leaves the waiting to us."""
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
    """Open a file of any version up to ours without changing it; raises BadFile, also if there is none."""
    try:
        if not file.is_file():
            raise BadDatabase(f"there is no file {file}")
        is_in_use = file.with_name(file.name + "-wal").exists()
    except OSError as problem:  # somewhere on the way to it
        raise BadDatabase(f"{file} cannot be read: {problem.strerror or problem}") from problem
    address = f"{file.absolute().as_uri()}?mode=ro" + ("" if is_in_use else "&immutable=1")  # that leaves no traces
    with _connected(file, address, READ_WAIT) as connection:
        with _snapshot(connection):
            version = _check(connection, file)
        if not version:
            raise BadDatabase(f"there is nothing in {file} yet")
    return connection


def _check(connection: sqlite3.Connection, file: Path) -> int:
    """Answer with the version of a file, 0 for an empty one; raises BadFile for what is not ours, or too new."""
    version, application = _number(connection, "user_version"), _number(connection, "application_id")
    (tables,) = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    if application != APPLICATION and (tables or version or application):
        raise BadDatabase(f"{file} belongs to another program")
    if version > VERSION:
        raise BadDatabase(
            f"{file} was written by a newer Petard: it is of version {version}, and this one knows {VERSION}"
        )
    return version


def _bring_up(connection: sqlite3.Connection, file: Path) -> None:
    """Take the steps that are missing."""
    if _number(connection, "user_version") == VERSION:
        return
    with transaction(connection):
        for step in STEPS[_check(connection, file) :]:  # looked at once more: another server may have been quicker
            for statement in step:
                connection.execute(statement)
        connection.execute(f"PRAGMA application_id = {APPLICATION}")
        connection.execute(f"PRAGMA user_version = {VERSION}")


def _number(connection: sqlite3.Connection, pragma: str) -> int:
    (number,) = connection.execute(f"PRAGMA {pragma}").fetchone()
    return int(number)


@contextlib.contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """All of it or nothing."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        with contextlib.suppress(sqlite3.Error):  # where the file itself is the problem it is undone already
            connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")


@contextlib.contextmanager
def _snapshot(connection: sqlite3.Connection) -> Iterator[None]:
    """Look at one state of the file, whatever others write meanwhile."""
    connection.execute("BEGIN")
    try:
        yield
    finally:
        connection.execute("ROLLBACK")


def bad(file: Path | str, problem: sqlite3.Error) -> BadDatabase:
    """Say what SQLite says in the words of the rest."""
    name = getattr(problem, "sqlite_errorname", "")
    for begins, words in _WORDS.items():
        if name.startswith(begins):
            return BadDatabase(f"{file} {words}")
    return BadDatabase(f"{file} cannot be used: {problem}")


_WORDS = {
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
