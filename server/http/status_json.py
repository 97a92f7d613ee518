"""The fields of /status.json: one table makes them and their documentation in docs/hosting.md.

Rule: a field stays and keeps its meaning; new ones may be added.
"""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from petard.assets.palette import PLAYER_NAMES
from petard.server.http.figures import ServerFigures
from petard.server.room.status import SeatStatus
from petard.shared.protocol.messages import BUILD, PROTOCOL

T = TypeVar("T")

# What each field is, and how it is computed.
FIELDS: dict[str, tuple[str, Callable[[ServerFigures], Any]]] = {
    "name": ("of the room", lambda f: f.status.name),
    "build": ("version of the program", lambda f: BUILD),
    "protocol": ("version of what it speaks; a game must have the same", lambda f: PROTOCOL),
    "port": ("TCP, where games connect", lambda f: f.port),
    "locked": ("true if a password is asked for", lambda f: f.locked),
    "draining": ("true while it is about to stop and begins no more rounds", lambda f: f.draining),
    "clock": ("when this was written, in seconds since 1970; once a second", lambda f: round(f.clock, 3)),
    "uptime": ("seconds since the start", lambda f: f.uptime),
    "phase": ('"lobby", "loading", "playing" or "results"', lambda f: f.status.phase.name.lower()),
    "map": ("its name", lambda f: f.status.map),
    "rules": ("their name", lambda f: f.status.rules),
    "round": ("which, from 1 on; 0 in the lobby", lambda f: f.status.round),
    "rounds": ("a match is the best of so many", lambda f: f.status.rounds),
    "left": ("seconds until the round is over by the clock; null while none runs", lambda f: f.left),
    "places": ("how many can play on this map", lambda f: f.status.places),
    "people": ("connections", lambda f: f.status.people),
    "host": ('who chooses the game; "" if nobody is here', lambda f: f.status.host),
    "watchers": ("names of those who only watch", lambda f: list(f.status.watchers)),
    "seats": ("who plays, a list; see below", lambda f: [_read(SEAT_FIELDS, seat) for seat in f.status.seats]),
    "health": ("as /healthz says it", lambda f: ""),  # known only when it is asked for
    "interval": ("ms between two ticks in the last ten seconds: `p50`, `p99`, `max`", lambda f: _interval(f)),
}
SEAT_FIELDS: dict[str, tuple[str, Callable[[SeatStatus], Any]]] = {
    "slot": ("number of the body, from 0 on", lambda s: s.slot),
    "name": ("as everybody sees it", lambda s: s.name),
    "colour": ("a word: " + ", ".join(PLAYER_NAMES), lambda s: PLAYER_NAMES[s.colour % len(PLAYER_NAMES)]),
    "bot": ("true for a bot of the room", lambda s: s.is_bot),
    "away": ("true while the player is disconnected or idle, so the seat is kept", lambda s: s.is_away),
    "alive": ("false once out in this round", lambda s: s.is_alive),
    "wins": ("rounds won in this match", lambda s: s.wins),
    "ping": ("ms; 0 for bots, and before it is known", lambda s: s.ping),
}


def _interval(figures: ServerFigures) -> dict[str, float]:
    found = {"p50": 50, "p99": 99, "max": 100}
    return {word: round(1000 * figures.intervals.percentile(percent), 2) for word, percent in found.items()}


def _read(fields: Mapping[str, tuple[str, Callable[[T], Any]]], source: T) -> dict[str, Any]:
    return {name: read(source) for name, (_, read) in fields.items()}


def status_json(figures: ServerFigures, health: str) -> dict[str, Any]:
    """Return the whole status as JSON values. `health`: the text of /healthz."""
    return _read(FIELDS, figures) | {"health": health}
