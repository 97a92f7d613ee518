"""`petard-server results`: prints who won how often, from the database of a server.

The file is only read, and its server may be running.
"""

import argparse
import json
import os
import sqlite3
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from petard.server.config.command_line import CliParser
from petard.server.config.config import settle
from petard.server.config.maps import BadMapFiles, read_maps
from petard.server.config.schema import settings_of
from petard.server.config.sources import BadSettings
from petard.server.policy.numbers import whole
from petard.server.results.database import BadDatabase, bad, open_for_reading
from petard.server.results.leaderboard import DAY, Leaderboard, read_table, text_of

DAYS_MOST = 36500


def main(words: Sequence[str]) -> int:
    """Print the table; returns the exit status: 0, 1 if the file cannot be read, 2 for wrong arguments."""
    parser = CliParser("results", "Who won how often.")
    parser.add_argument("--file", type=Path, help="this one (default: the one that a server of yours would write)")
    parser.add_argument("--days", type=days, metavar="N", help="only what was played in the last N days")
    parser.add_argument("--json", action="store_true", help="for programs: times in seconds since 1970")
    given = parser.parse_args(words)
    try:
        file = given.file or _usual()
        table = _read(file, int(time.time()) - given.days * DAY if given.days else 0)
    except (BadDatabase, BadMapFiles) as problem:
        sys.stderr.write(f"petard-server: {problem}\n")
        return 1
    except BadSettings as problem:
        sys.stderr.write(f"petard-server: {problem}\n")
        return 2
    sys.stdout.write(json.dumps(table.plain(), ensure_ascii=False) + "\n" if given.json else text_of(table))
    return 0


def days(text: str) -> int:
    """Read a number of days from the command line."""
    if found := whole(text, DAYS_MOST):
        return found
    raise argparse.ArgumentTypeError(f"days are a number from 1 to {DAYS_MOST}, not {text[:40]!r}")


def _usual() -> Path:
    """Return the file that the settings name; raises BadSettings, BadMapFiles."""
    file = settle(settings_of(read_maps()), argparse.Namespace(config=None), os.environ).values["results"]
    if not isinstance(file, Path):
        raise BadSettings("results are switched off in the settings; --file FILE says which file to read")
    return file


def _read(file: Path, since: int) -> Leaderboard:
    connection = open_for_reading(file)
    try:
        return read_table(connection, since)
    except sqlite3.Error as problem:
        raise bad(file, problem) from problem
    finally:
        connection.close()
