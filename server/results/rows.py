"""What is written down of what happens: how rounds and matches ended, who played in them, who is banned.

Rule 1: people only. Bots have no results, and a round is written down for those who began it.
Rule 2: what belongs together (the last round and its match) is one list, and a list is one transaction.
Rule 3: who only knocks or looks in leaves no trace: a player is written down with the first round, or a thousand names
that come and go would fill the disk.
"""

import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from petard.server.policy.bans import ADD, Ban, is_sound
from petard.server.room.events import Happening, MatchOver, RoundBegan, RoundWon, Standing


@dataclass(frozen=True, slots=True)
class RoundEntry:
    """A round is over; `rows`: each name, and whether it won. `at` in seconds since 1970, here and below."""

    at: int
    map: str
    rules: str
    number: int
    winner: str  # or "", also when a bot won
    rows: tuple[tuple[str, bool], ...]


@dataclass(frozen=True, slots=True)
class MatchEntry:
    """A match is over; `rows`: each name, the rounds that it won, and whether it is champion."""

    at: int
    map: str
    rules: str
    champion: str  # or "", also when it is a bot
    rows: tuple[tuple[str, int, bool], ...]


@dataclass(frozen=True, slots=True)
class BanEntry:
    """A ban counts from now on, or no more."""

    change: str  # petard.server.policy.bans.ADD or REMOVE
    ban: Ban


Entry = RoundEntry | MatchEntry | BanEntry


class Notes:
    """Makes entries of happenings; knows which round runs."""

    def __init__(self) -> None:
        self._round: RoundBegan | None = None

    def hear(self, happenings: Sequence[Happening], at: int) -> list[Entry]:
        """What is to be written down of what happened at this time."""
        return [entry for happening in happenings for entry in self._entries(happening, at)]

    def _entries(self, happening: Happening, at: int) -> list[Entry]:
        match happening:
            case RoundBegan():
                self._round = happening
            case RoundWon():
                return self._round_won(happening, at)
            case MatchOver():
                won = _winner(happening.champion, happening.standings)
                people = _people(happening.standings)
                rows = tuple((one.name, one.wins, one.name == won) for one in people)
                return [MatchEntry(at, happening.map, happening.rules, won, rows)] if rows else []
        return []

    def _round_won(self, round_won: RoundWon, at: int) -> list[Entry]:
        """The round for those who began it; of one that this server did not begin, for all who sit there."""
        begun, self._round = self._round, None
        people = _people(one for one in round_won.standings if not begun or one.slot in begun.slots)
        won = _winner(round_won.winner, round_won.standings)
        rows = tuple((one.name, one.name == won) for one in people)
        about = (begun.map, begun.rules) if begun else ("", "")
        return [RoundEntry(at, *about, round_won.number, won, rows)] if rows else []


def _people(standings: Iterable[Standing]) -> list[Standing]:
    """Those who are no bots, each name once."""
    return list({one.name: one for one in standings if not one.is_bot}.values())


def _winner(name: str, standings: Iterable[Standing]) -> str:
    """The name of who won, "" if that is a bot."""
    return "" if any(one.is_bot and one.name == name for one in standings) else name


def write(connection: sqlite3.Connection, entry: Entry) -> None:
    """Write one down, within a transaction."""
    match entry:
        case RoundEntry():
            about = (entry.at, entry.map, entry.rules, entry.number, entry.winner, len(entry.rows))
            number = connection.execute("INSERT INTO rounds VALUES (NULL, ?, ?, ?, ?, ?, ?)", about).lastrowid
            for name, won in entry.rows:
                connection.execute("INSERT INTO round_players VALUES (?, ?, ?)", (number, name, won))
                _see(connection, name, entry.at)
        case MatchEntry():
            whole = (entry.at, entry.map, entry.rules, entry.champion)
            number = connection.execute("INSERT INTO matches VALUES (NULL, ?, ?, ?, ?)", whole).lastrowid
            rows = ((number, name, wins, won) for name, wins, won in entry.rows)
            connection.executemany("INSERT INTO match_players VALUES (?, ?, ?, ?)", rows)
        case BanEntry(change, ban):
            connection.execute("DELETE FROM bans WHERE kind = ? AND what = ?", (ban.kind, ban.what))
            if change == ADD:
                row = (ban.kind, ban.what, ban.reason, ban.until, ban.by, ban.since, ban.whom)
                connection.execute("INSERT INTO bans VALUES (?, ?, ?, ?, ?, ?, ?)", row)


def _see(connection: sqlite3.Connection, name: str, at: int) -> None:
    first = "INSERT INTO players VALUES (:name, :at, :at)"
    again = "ON CONFLICT (name) DO UPDATE SET last_seen = max(last_seen, :at)"
    connection.execute(f"{first} {again}", {"name": name, "at": at})


def read_bans(connection: sqlite3.Connection) -> tuple[list[Ban], int]:
    """All bans, the oldest first; and how many rows are none, whatever somebody has put there."""
    columns = 'kind, what, reason, until, "by", since, whom'
    connection.text_factory = _text
    try:
        rows = [Ban(*row) for row in connection.execute(f"SELECT {columns} FROM bans ORDER BY since, rowid")]
    finally:
        connection.text_factory = str
    bans = [ban for ban in rows if is_sound(ban)]
    return bans, len(rows) - len(bans)


def _text(data: bytes) -> str | bytes:
    """What SQLite calls text, which need not be any."""
    try:
        return data.decode()
    except UnicodeDecodeError:
        return data
