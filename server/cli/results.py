"""`petard-server results`: prints who won how often, from the database of a server.

The file is only read, and its server may be running.
"""

import json
import os
import sys
import time
from collections.abc import Sequence
from contextlib import closing
from dataclasses import asdict

from petard.server.config.config import CliParser, fail
from petard.server.config.own_maps import readable_maps_folder
from petard.server.config.schema import BadMapFiles, read_maps, settings_of
from petard.server.config.sources import BadSettings, settle
from petard.server.config.values import BadValue
from petard.server.policy.log import shown
from petard.server.policy.text import counted, parse_int, table_text, width_of
from petard.server.results.database import (
    SQL_ERRORS,
    BadDatabase,
    Leaderboard,
    bad_database,
    open_for_reading,
    read_leaderboard,
)
from petard.shared.user_folders import file_path

DAY = 86400  # seconds
DAYS_MOST = 36500
HEADS = ("player", "matches won", "of", "rounds won", "of", "last seen")


def main(words: Sequence[str]) -> int:
    """Print the table; returns the exit status: 0, 1 if the file cannot be read, 2 for wrong arguments."""
    parser = CliParser("results", "Who won how often.")
    parser.add_argument("--file", type=file_path, help="this one (default: the one that a server of yours would write)")
    parser.add_argument("--days", type=days, metavar="N", help="only what was played in the last N days")
    parser.add_argument("--json", action="store_true", help="for programs: times in seconds since 1970")
    given = parser.parse_args(words)
    since = int(time.time()) - given.days * DAY if given.days else 0
    try:
        file = (
            given.file
            or settle(settings_of(read_maps(readable_maps_folder()[0])), {"config": None}, os.environ).values["results"]
        )
        if not file:
            raise BadSettings("results are switched off in the settings; --file FILE says which file to read")
        with closing(open_for_reading(file)) as connection:
            found = read_leaderboard(connection, since)
    except BadSettings as problem:
        return fail(problem)
    except (BadDatabase, BadMapFiles) as problem:
        return fail(problem, 1)
    except SQL_ERRORS as problem:
        return fail(bad_database(file, problem), 1)
    sys.stdout.write(json.dumps(asdict(found), ensure_ascii=False) + "\n" if given.json else text_of(found))
    return 0


def days(text: str) -> int:
    if found := parse_int(text, DAYS_MOST):
        return found
    raise BadValue(f"days are a number from 1 to {DAYS_MOST}, not {text[:40]!r}")


def text_of(board: Leaderboard) -> str:
    """Return the table for a terminal; times are local."""
    if not board.players:
        return "Nobody has played a round to its end yet.\n"
    rows = [HEADS] + [
        (
            shown(row.name),
            *map(str, (row.matches_won, row.matches_played, row.rounds_won, row.rounds_played)),
            time.strftime("%Y-%m-%d %H:%M", time.localtime(row.last_seen)),
        )
        for row in board.players
    ]
    head, *lines = table_text(rows, right=range(1, len(HEADS))).splitlines()
    played = f"{counted(board.rounds, 'round')}, {counted(board.matches, 'match', 'es')}"
    return "\n".join([head, "-" * width_of(head), *lines, "", played, ""])
