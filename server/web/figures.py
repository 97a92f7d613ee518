"""What the room tells the web process, once a second, and how that process knows whether the room is well.

Rule 1: it holds only what every member may know: no token, no address, nothing that a brick hides.
Rule 2: memory does not grow with time.
Rule 3: one table makes the fields of /status.json and their documentation in docs/hosting.md. A field stays and keeps
        its meaning; new ones may be added.
"""

from bisect import bisect_left
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from petard.assets.palette import PLAYER_NAMES
from petard.server.policy.log import Trouble
from petard.server.room.status import MatchOver, MemberChange, RoundWon, SeatStatus, Status
from petard.shared.protocol.messages import BUILD, PROTOCOL
from petard.shared.rules.ruleset import TICK_RATE, RuleSet

T = TypeVar("T")
EVERY = 1.0  # seconds between two reports
HUNG = 2.5  # seconds without a report, after which the room counts as hung
LATEST = 600  # intervals that are kept one by one: ten seconds
# Upper ends of the buckets in which intervals between two turns are counted, in seconds; a tick is 0.0167 s.
BUCKETS = (0.005, 0.01, 0.015, 0.016, 0.017, 0.018, 0.019, 0.02, 0.025, 0.035, 0.05, 0.1, 0.25, 1.0)
# Changes, types of events, and troubles: the name of the count, and what it counts.
COUNTED: dict[object, tuple[str, str]] = {
    MemberChange.JOINED: ("joined", "People who joined."),
    MemberChange.RETURNED: ("returned", "People who rejoined their seat."),
    MemberChange.LOST: ("lost", "Connections that were lost."),
    MemberChange.LEFT: ("left", "People who left for good."),
    RoundWon: ("rounds", "Rounds that were played to their end."),
    MatchOver: ("matches", "Matches that were played to their end."),
    Trouble.FLOOD: ("floods", "Connections that were closed because they sent too much, or because too many waited."),
    Trouble.SLOW_READER: ("slow_readers", "Connections that were closed because they did not read."),
    Trouble.RECORDING: ("recordings_unfinished", "Matches that could not be recorded to their end."),
    Trouble.RESULTS: ("results_failures", "Failed attempts to write results and bans; they are repeated."),
    Trouble.AGONES: ("agones_failures", "Failed requests to the sidecar of Agones; they are repeated."),
}


@dataclass(frozen=True, slots=True)
class TurnIntervals:
    """Intervals between turns, in seconds. `counts`: by BUCKETS, and one for all longer ones; `total`: their sum."""

    latest: tuple[float, ...] = ()
    counts: tuple[int, ...] = (0,) * (len(BUCKETS) + 1)
    total: float = 0.0

    def percentile(self, percent: int) -> float:
        """Return the interval that so many percent of the latest do not exceed, in seconds; 0.0 before the first."""
        ranked = sorted(self.latest)
        return ranked[max(0, -(-len(ranked) * percent // 100) - 1)] if ranked else 0.0


@dataclass(frozen=True, slots=True)
class ServerFigures:
    """The state of the server. Times in seconds: `at` and `began` are monotonic, `clock` counts from 1970."""

    at: float
    began: float
    clock: float
    port: int  # of the game
    locked: bool  # there is a password
    draining: bool
    status: Status
    left: int | None  # seconds of the round that are left, while one runs
    intervals: TurnIntervals
    happened: tuple[int, ...]  # how often, in the order of COUNTED
    agones: str = ""  # the state at Agones, if this is a game server of it

    @property
    def uptime(self) -> int:
        """Seconds since the start."""
        return int(max(0.0, self.at - self.began))

    @property
    def started(self) -> int:
        """When it started, in seconds since 1970, by the clock as it is set now: small machines boot without one."""
        return round(self.clock - (self.at - self.began))


class IntervalCounter:
    """Measures the time between turns. For the loop only."""

    def __init__(self) -> None:
        self._latest: deque[float] = deque(maxlen=LATEST)
        self._counts = [0] * (len(BUCKETS) + 1)
        self._total = 0.0
        self._last: float | None = None

    def add(self, now: float) -> None:
        if self._last is not None:
            interval = now - self._last
            self._latest.append(interval)
            self._counts[bisect_left(BUCKETS, interval)] += 1
            self._total += interval
        self._last = now

    def pause(self) -> None:
        """Ignore the time until the next turn: nobody is connected."""
        self._last = None

    def intervals(self) -> TurnIntervals:
        return TurnIntervals(tuple(self._latest), tuple(self._counts), self._total)


PERCENTILES = {"p50": 50, "p99": 99, "max": 100}
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
    "agones": (
        'the state at Agones, such as "Ready" or "Allocated"; "no answer" while its sidecar is away; "" elsewhere',
        lambda f: f.agones,
    ),
    "interval": (
        "ms between two ticks in the last ten seconds: `p50`, `p99`, `max`",
        lambda f: {word: round(1000 * f.intervals.percentile(percent), 2) for word, percent in PERCENTILES.items()},
    ),
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


def _read(fields: Mapping[str, tuple[str, Callable[[T], Any]]], source: T) -> dict[str, Any]:
    return {name: read(source) for name, (_, read) in fields.items()}


def seconds_left(rules: RuleSet, tick: int) -> int:
    """Seconds until the time of a round is over, which is at a tick."""
    return max(0, rules.countdown + rules.round - max(tick, rules.countdown)) // TICK_RATE


def report_of(figures: ServerFigures, pid: int) -> dict[str, Any]:
    """Return what the web process is told, as JSON values. `pid`: of the room's process."""
    return {
        "status": _read(FIELDS, figures),
        "started": figures.started,
        "counts": figures.intervals.counts,
        "total": figures.intervals.total,
        "happened": figures.happened,
        "pid": pid,
    }


class RoomReports:
    """What the web process knows of its room: the last report, and when it came."""

    def __init__(self, report: dict[str, Any], now: float) -> None:
        self.report, self.at = report, now

    def receive(self, report: dict[str, Any], now: float) -> None:
        self.report, self.at = report, now

    def health(self, now: float) -> tuple[bool, str]:
        """Return True if the server is well, and the text of /healthz."""
        quiet = now - self.at
        if quiet > HUNG:
            return False, f"hung: no tick for {quiet:.1f} s"
        return (False, "draining") if self.report["status"]["draining"] else (True, "ok")

    def status(self, now: float) -> dict[str, Any]:
        """Return /status.json."""
        return dict(self.report["status"]) | {"health": self.health(now)[1]}
