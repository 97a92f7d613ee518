"""The targets that read small files of a person or a host, and the environment.

Each input is written to a file in a folder of its own, since this is how the parsers get it.
"""

import os
import sqlite3
import tempfile
from collections.abc import Callable
from contextlib import closing
from dataclasses import asdict
from functools import cache
from pathlib import Path

from petard.game.config.arguments import Address, Arguments
from petard.game.config.settings import CHECKS, load, save
from petard.game.flow.preferences import Preferences
from petard.game.flow.rejoin_ticket import RejoinTicketFile
from petard.game.replays.timedemo import TimedemoResult, save_result
from petard.server.cli.results import text_of
from petard.server.config.schema import settings_of
from petard.server.config.sources import BadSettings, settle
from petard.server.policy.bans import Bans
from petard.server.results.database import (
    SQL_ERRORS,
    BadDatabase,
    bad_database,
    open_for_reading,
    open_for_writing,
    read_leaderboard,
)
from petard.server.results.writer import read_bans
from petard.shared.rules.maps import BadMap, parse_map
from petard.shared.rules.new_round import new_world
from petard.shared.rules.ruleset import PRESETS
from tests.fuzz.mutators import changed_text
from tests.fuzz.target import FuzzTarget
from tests.server.loopback import maps

WALL = 1_800_000_000.0  # seconds since 1970


@cache
def _folder() -> "tempfile.TemporaryDirectory[str]":
    return tempfile.TemporaryDirectory(prefix="petard-fuzz-")


def fresh_file(name: str, data: bytes) -> Path:
    """Return a file with this content, alone in a folder; the files of the run before are gone."""
    folder = Path(_folder().name)
    for old in folder.iterdir():
        old.unlink()
    file = folder / name
    file.write_bytes(data)
    return file


def _game_settings(data: bytes) -> None:
    """Whatever is in the file, there are legal settings, and they can be saved and loaded again."""
    file = fresh_file("settings.toml", data)
    settings, problem = load(file)
    assert problem.isprintable()
    assert all(check(_as_toml(asdict(settings)[name])) for name, check in CHECKS.items())
    assert not save(file, settings)
    assert load(file) == (settings, "")
    assert Preferences(file, Arguments()).settings.name


def _as_toml(value: object) -> object:
    """The value as TOML gives it: lists for tuples."""
    if isinstance(value, dict):
        return {key: _as_toml(item) for key, item in value.items()}
    return [_as_toml(item) for item in value] if isinstance(value, (list, tuple)) else value


def _server_settings(data: bytes) -> None:
    file = fresh_file("server.toml", data)
    settle(settings_of(maps()), {"config": str(file)}, {})


def _environment(data: bytes) -> None:
    """One variable a line, as NAME=VALUE; a folder whose files a variable may name."""
    pairs = (line.partition("=") for line in data.decode("utf-8", "replace").replace("\0", "").split("\n"))
    variables = {name: value for name, _, value in pairs if name}
    settle(settings_of(maps()), {"config": str(fresh_file("server.toml", b""))}, variables)


def _ticket(data: bytes) -> None:
    file = fresh_file("ticket-0.toml", data)
    os.utime(file, (WALL, WALL))
    tickets = RejoinTicketFile(file.with_name("ticket.toml"), lambda: WALL)
    found = tickets.ticket()
    tickets.ticket(Address("10.0.0.1", 7777))
    tickets.close()
    assert found is None or (found[1] > 0 and len(found[0].token) == 32)


def _timedemo(data: bytes) -> None:
    file = fresh_file("timedemo.json", data)
    result = TimedemoResult(100, 60.0, 1.0, 2.0, 3.0, 4, "2026-01-01")
    save_result(file, "a", result)
    assert save_result(file, "a", result) == result


def _map(data: bytes) -> None:
    """A map that is accepted can be played by each set of rules that its size allows."""
    board = parse_map(data.decode("utf-8", "replace"), "fuzzed")
    for rules in PRESETS.values():
        new_world(rules, board, range(min(2, len(board.spawns))), 1)


def _results(data: bytes) -> None:
    """The leaderboard and the bans of any file; a file of another program stays as it is."""
    file = fresh_file("room.sqlite", data)
    try:
        with closing(open_for_reading(file)) as connection:
            assert text_of(read_leaderboard(connection)).replace("\n", "").isprintable()
            bans, _ = read_bans(connection)
            Bans(bans).find("10.0.0.5", "Ada", 1)
    except SQL_ERRORS as problem:
        raise bad_database(file, problem) from problem
    open_for_writing(file).close()


def _rows(data: bytes) -> None:
    """A sound file whose rows hold anything: what SQL statements, one a line, put into them."""
    file = fresh_file("room.sqlite", b"")
    with closing(open_for_writing(file)) as connection:
        for line in data.decode("utf-8", "replace").split("\n")[:20]:
            table, *words = line.replace("\0", "").split("|")
            values = [_as_sql(word) for word in words[:8]]
            marks = ", ".join("?" * len(values))
            try:
                connection.execute(f"INSERT INTO {table if table in _TABLES else 'players'} VALUES ({marks})", values)
            except (sqlite3.Error, OverflowError):
                continue
    _results(file.read_bytes())


_TABLES = ("players", "rounds", "round_players", "matches", "match_players", "bans")


def _as_sql(value: str) -> object:
    if value.startswith("x"):
        return value.encode()
    try:
        return int(value) if len(value) < 30 else value
    except ValueError:
        return value


def _file(name: str, about: str, run: Callable[[bytes], object], *allowed: type[BaseException], slow: float = 0.05,
          memory: int = 4 << 20) -> FuzzTarget:  # fmt: skip
    return FuzzTarget(name, about, run, allowed, mutate=changed_text, slow=slow, memory=memory)


TARGETS = (
    _file("game-settings", "the settings and recent servers of the game", _game_settings, slow=0.2, memory=16 << 20),
    _file("server-settings", "server.toml", _server_settings, BadSettings, slow=0.2, memory=16 << 20),
    _file("environment", "the variables of a server's environment", _environment, BadSettings, slow=0.2),
    _file("ticket", "the rejoin ticket of a game", _ticket),
    _file("timedemo", "the results of earlier time demos", _timedemo),
    _file("map", "a map", _map, BadMap, slow=0.1),
    FuzzTarget("results", "the database of results and bans", _results, (BadDatabase,), slow=0.2),
    _file("result-rows", "rows of the database that hold anything", _rows, BadDatabase, slow=0.3),
)
