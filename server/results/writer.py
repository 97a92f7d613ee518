"""Keeps results, players and bans in the results file, written by a thread.

Rule 1: the game never waits for a disk: entries wait in a bounded queue, and a failed write is repeated.
Rule 2: entries that belong together, such as the last round and its match, are one batch, and a batch is one
transaction: the file never holds half a round.
Rule 3: a failure is logged once, and so is its end; the game goes on without results.
Rule 4: people only. Bots have no results, and a round is stored for the players who began it.
Rule 5: a player is stored with the first round, or thousands of names that only join would fill the disk.
"""

import sqlite3
import time
from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from petard.server.policy.bans import ADD, Ban, is_sound
from petard.server.policy.log import Log, Trouble
from petard.server.results.database import SQL_ERRORS, bad_database, open_for_writing, transaction
from petard.server.room.status import MatchOver, RoomEvent, RoundBegan, RoundWon, Standing
from petard.server.runtime.service import Service
from petard.shared.background_writer import BackgroundWriter

WAITING_MOST = 2000  # entries
PAUSE_FIRST, PAUSE_MOST = 1.0, 60.0  # seconds until a failed write is repeated
CLOSE_WAIT = 1.0  # seconds for the last batches


@dataclass(frozen=True, slots=True)
class RoundEntry:
    """A finished round; `rows`: each name, and whether it won. `at` in seconds since 1970, here and below."""

    at: int
    map: str
    rules: str
    number: int
    winner: str  # or "", also when a bot won
    rows: tuple[tuple[str, bool], ...]

    def write(self, connection: sqlite3.Connection) -> None:
        about = (self.at, self.map, self.rules, self.number, self.winner, len(self.rows))
        number = connection.execute("INSERT INTO rounds VALUES (NULL, ?, ?, ?, ?, ?, ?)", about).lastrowid
        rows = ((number, name, won) for name, won in self.rows)
        connection.executemany("INSERT INTO round_players VALUES (?, ?, ?)", rows)
        again = "ON CONFLICT (name) DO UPDATE SET last_seen = max(last_seen, :at)"
        players = ({"name": name, "at": self.at} for name, _ in self.rows)
        connection.executemany(f"INSERT INTO players VALUES (:name, :at, :at) {again}", players)


@dataclass(frozen=True, slots=True)
class MatchEntry:
    """A finished match; `rows`: each name, the rounds that it won, and whether it is champion."""

    at: int
    map: str
    rules: str
    champion: str  # or "", also when it is a bot
    rows: tuple[tuple[str, int, bool], ...]

    def write(self, connection: sqlite3.Connection) -> None:
        about = (self.at, self.map, self.rules, self.champion)
        number = connection.execute("INSERT INTO matches VALUES (NULL, ?, ?, ?, ?)", about).lastrowid
        rows = ((number, *row) for row in self.rows)
        connection.executemany("INSERT INTO match_players VALUES (?, ?, ?, ?)", rows)


@dataclass(frozen=True, slots=True)
class BanEntry:
    """An added or a lifted ban."""

    change: str  # petard.server.policy.bans.ADD or REMOVE
    ban: Ban

    def write(self, connection: sqlite3.Connection) -> None:
        ban = self.ban
        connection.execute("DELETE FROM bans WHERE kind = ? AND what = ?", (ban.kind, ban.what))
        if self.change == ADD:
            row = (ban.kind, ban.what, ban.reason, ban.until, ban.by, ban.since, ban.whom)
            connection.execute("INSERT INTO bans VALUES (?, ?, ?, ?, ?, ?, ?)", row)


Entry = RoundEntry | MatchEntry | BanEntry  # `write` is called within a transaction


class ResultsWriter(Service):
    """A service. Raises BadDatabase when the file cannot be used. `bans`: the stored ones, oldest first."""

    def __init__(self, file: Path, log: Log) -> None:
        self.connection = open_for_writing(file)
        try:
            self.bans, spoilt = read_bans(self.connection)
        except SQL_ERRORS as problem:
            self.connection.close()
            raise bad_database(file, problem) from problem
        if spoilt:
            log.write(f"{spoilt} of the bans in {file} are not valid and are ignored", time.monotonic())
        self._log = log
        self._round: RoundBegan | None = None  # the one that runs
        self._news: deque[str] = deque(maxlen=20)  # lines for the log
        self._is_full = False
        self._pause = 0.0  # seconds until a failed write is repeated; 0 if the last one succeeded
        self.batches = BackgroundWriter("results", self._write_batch, WAITING_MOST, self.connection.close)

    def handle_events(self, events: Sequence[RoomEvent], now: float) -> None:
        self.put(self.entries_of(events, int(time.time())))

    def entries_of(self, events: Sequence[RoomEvent], at: int) -> list[Entry]:
        """Return the entries for events at this time (seconds since 1970).

        A round is stored for the players who began it; for all seats if this server did not begin it.
        """
        entries: list[Entry] = []
        for event in events:
            match event:
                case RoundBegan():
                    self._round = event
                case RoundWon(number, winner, standings):
                    begun, self._round = self._round, None
                    people = _people(one for one in standings if not begun or one.slot in begun.slots)
                    won = _winner(winner, standings)
                    about = (begun.map, begun.rules) if begun else ("", "")
                    if people:
                        rows = tuple((one.name, one.won) for one in people)
                        entries.append(RoundEntry(at, *about, number, won, rows))
                case MatchOver(board, rules, champion, standings):
                    won = _winner(champion, standings)
                    if people := _people(standings):
                        totals = tuple((one.name, one.wins, one.won) for one in people)
                        entries.append(MatchEntry(at, board, rules, won, totals))
        return entries

    def store(self, changes: Sequence[tuple[str, Ban]]) -> None:
        """Store changes of bans, as Bans.changes returns them; never waits."""
        self.put([BanEntry(change, ban) for change, ban in changes])

    def put(self, entries: Sequence[Entry]) -> None:
        """Enqueue a batch, if it is not empty; never waits."""
        if not entries:
            return
        was_full, self._is_full = self._is_full, not self.batches.put(entries, len(entries))
        if self._is_full and not was_full:
            self._news.append("too much waits to be written: results and bans of now are lost")

    def update(self, now: float) -> None:
        while self._news:
            self._log.write(self._news.popleft(), now)

    def next_due(self, now: float) -> float:
        """Soon while something waits: also news of what the last player to leave has caused."""
        return now + PAUSE_FIRST if self.batches.waiting or self._news else float("inf")

    def close(self) -> None:
        """Write what waits, for CLOSE_WAIT at most, and log what is lost."""
        if not self.batches.close(CLOSE_WAIT):
            lost = self.batches.waiting
            self._news.append(f"there was no time to keep the last results and bans: {lost} are lost")
        self.update(time.monotonic())

    def _write_batch(self, entries: Sequence[Entry]) -> float | None:
        try:
            with transaction(self.connection):
                for entry in entries:
                    entry.write(self.connection)
        except (ValueError, sqlite3.IntegrityError, sqlite3.ProgrammingError) as problem:
            self._news.append(f"a result or a ban cannot be kept: {problem}")  # nor ever: go on with the next
        except sqlite3.Error as problem:
            self._log.troubles[Trouble.RESULTS] += 1  # no other thread counts these
            if not self._pause:
                self._news.append(f"results and bans wait to be kept: {bad_database('the file', problem)}")
            self._pause = min(2 * self._pause or PAUSE_FIRST, PAUSE_MOST)
            return self._pause
        if self._pause:
            self._news.append("results and bans are kept again")
        self._pause = 0.0
        return None


def _people(standings: Iterable[Standing]) -> list[Standing]:
    """Return the standings without bots, each name once."""
    return list({one.name: one for one in standings if not one.is_bot}.values())


def _winner(name: str, standings: Iterable[Standing]) -> str:
    """Return the name of the winner, "" if that is a bot."""
    return "" if any(one.is_bot and one.name == name for one in standings) else name


def read_bans(connection: sqlite3.Connection) -> tuple[list[Ban], int]:
    """Return all bans, oldest first, and the number of rows that are not valid bans."""
    columns = 'kind, what, reason, until, "by", since, whom'
    connection.text_factory = _decoded
    try:
        rows = [Ban(*row) for row in connection.execute(f"SELECT {columns} FROM bans ORDER BY since, rowid")]
    finally:
        connection.text_factory = str
    bans = [ban for ban in rows if is_sound(ban)]
    return bans, len(rows) - len(bans)


def _decoded(data: bytes) -> str | bytes:
    """Decode what SQLite calls text, which may be any bytes."""
    try:
        return data.decode()
    except UnicodeDecodeError:
        return data
