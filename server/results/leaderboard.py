"""The table of results: who played how often, who won, and when each was seen last.

Rule: a name is all that is known of anybody; two people of one name are one row.
"""

import sqlite3
import time
from dataclasses import asdict, dataclass
from typing import Any

from petard.server.policy.text import counted, table_text, width_of
from petard.server.runtime.log import shown

DAY = 86400  # seconds
HEADS = ("player", "matches won", "of", "rounds won", "of", "last seen")


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
    """The players, the best first, and how many rounds and matches it is made of."""

    rounds: int
    matches: int
    players: tuple[LeaderboardRow, ...]

    def plain(self) -> dict[str, Any]:
        """The same as JSON has it."""
        return asdict(self)


def read_table(connection: sqlite3.Connection, since: int = 0) -> Leaderboard:
    """Count what was played since then; raises sqlite3.Error."""
    (rounds,) = connection.execute("SELECT count(*) FROM rounds WHERE at >= ?", (since,)).fetchone()
    (matches,) = connection.execute("SELECT count(*) FROM matches WHERE at >= ?", (since,)).fetchone()
    found = connection.execute(_TABLE, {"since": since})
    return Leaderboard(rounds, matches, tuple(LeaderboardRow(*row) for row in found))


_TABLE = """
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


def text_of(table: Leaderboard) -> str:
    """The table for a terminal; times as the clock on the wall shows them."""
    if not table.players:
        return "Nobody has played a round to its end yet.\n"
    rows = [HEADS] + [
        (
            shown(row.name),
            *map(str, (row.matches_won, row.matches_played, row.rounds_won, row.rounds_played)),
            time.strftime("%Y-%m-%d %H:%M", time.localtime(row.last_seen)),
        )
        for row in table.players
    ]
    head, *lines = table_text(rows, right=range(1, len(HEADS))).splitlines()
    played = f"{counted(table.rounds, 'round')}, {counted(table.matches, 'match', 'es')}"
    return "\n".join([head, "-" * width_of(head), *lines, "", played, ""])
