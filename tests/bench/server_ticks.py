"""How evenly a server ticks, beside a loop that only sleeps to the tick; and how it takes a thousand spectators in."""

import time
from functools import partial

from tests.bench.load import BareClient, Load, Watcher
from tests.bench.machine import may_open
from tests.bench.model import Effort, Figure, Missing, Probe, Run, Source, Values, above, at_most, times
from tests.bench.servers import AT_ONCE, game, intervals, loaded, peer, scratch_file, started, timed_game, window

PLAYERS = 64
WATCHERS = 1000
ROOM_FOR_ALL = ("--members", str(PLAYERS + WATCHERS))
FILES, FILES_OF_OURS = 4096, 64  # open at once, and those of them that are no connections
SECONDS = {Effort.QUICK: 3.0, Effort.USUAL: 15.0, Effort.LONG: 200.0}
GROWTH_SECONDS = {Effort.USUAL: 3.0, Effort.LONG: 6.0}
JOINS_MOST = {Effort.QUICK: 10.0, Effort.USUAL: 30.0, Effort.LONG: 300.0}  # seconds; then those are measured who are in
GROWTH_PLAYERS, GROWTH_WATCHERS = (8, 16, 32, 64), (0, 250, 500, 1000)


def watchers_of(wanted: int) -> int:
    """How many spectators there may be beside the players."""
    return min(wanted, may_open(FILES) - PLAYERS - FILES_OF_OURS)


def start_ticks(effort: Effort) -> Run:
    """64 players at 60 snapshots."""

    def run() -> Values:
        with scratch_file() as file:
            with started(timed_game(file, 60)) as (_, port), loaded(port, PLAYERS) as load:
                start = time.monotonic()
                load.run_for(SECONDS[effort])
                end = time.monotonic()
            return intervals(file, start, end)

    return run


def start_idle(effort: Effort) -> Run:
    """Nothing but sleep."""

    def run() -> Values:
        with scratch_file() as file:
            with started(peer("idle_loop", str(file))):
                start = time.monotonic()
                time.sleep(SECONDS[effort])
                end = time.monotonic()
            return intervals(file, start, end)

    return run


def start_joins(effort: Effort) -> Run:
    """As many spectators as there may be come beside 64 players, and watch for some seconds."""
    count = watchers_of(100 if effort is Effort.QUICK else WATCHERS)

    def run() -> Values:
        with scratch_file() as file:
            command = timed_game(file, 30, *ROOM_FOR_ALL)
            with started(command) as (process, port), loaded(port, PLAYERS) as load:
                start = time.monotonic()
                join_watchers(load, port, count, JOINS_MOST[effort])
                middle = time.monotonic()
                load.run_for(1.0)  # until the news of the last one have gone out
                begin = time.monotonic()
                found = dict(window(load, process.pid, min(5.0, SECONDS[effort])))
                end = time.monotonic()
            joining, watching = intervals(file, start, middle), intervals(file, begin, end)
            joined = len(load.others)
        found |= {"value": 1000 * (middle - start) / joined, "count": joined, "skipped": joining["skipped"]}
        return found | {"join_max": joining["max"], "p99": watching["value"]}

    return run


def join_watchers(load: Load, port: int, count: int, most: float) -> None:
    """Let so many spectators in, or as many as there is time for."""
    load.join([partial(Watcher, PLAYERS + number + 1, port) for number in range(count)], False, AT_ONCE, most)


def start_bare(effort: Effort) -> Run:
    """As many connections that are answered by 64 bytes."""
    count = watchers_of(100 if effort is Effort.QUICK else WATCHERS)

    def run() -> Values:
        with started(peer("bare_answers")) as (_, port):
            load = Load(1)
            try:
                start = time.monotonic()
                load.join([partial(BareClient, number, port) for number in range(count)], False, AT_ONCE)
                return {"value": 1000 * (time.monotonic() - start) / count, "count": count}
            finally:
                load.close()

    return run


def start_growth(effort: Effort, players: int, watchers: int) -> Run:
    """What a match costs by how many are in it."""
    if effort is Effort.QUICK:
        raise Missing("a quick run does not measure how cost grows")
    if watchers > watchers_of(watchers):
        raise Missing("this system does not allow as many open files")

    def run() -> Values:
        command = game(60 if not watchers else 30, *ROOM_FOR_ALL)
        with started(command) as (process, port), loaded(port, players) as load:
            join_watchers(load, port, watchers, JOINS_MOST[effort])
            load.run_for(1.0)
            return {**window(load, process.pid, GROWTH_SECONDS[effort]), "members": len(load.clients)}

    return run


PROBES: tuple[Probe, ...] = (
    Probe("ticks.game", "ticks", start_ticks, 3),
    Probe("ticks.idle", "ticks", start_idle, 3),
    Probe("joins.watchers", "joins", start_joins, 3),
    Probe("joins.bare", "joins", start_bare, 3),
    *(
        Probe(f"growth.players-{count}", "growth", partial(start_growth, players=count, watchers=0), 2)
        for count in GROWTH_PLAYERS
    ),
    *(
        Probe(f"growth.watchers-{count}", "growth", partial(start_growth, players=PLAYERS, watchers=count), 2)
        for count in GROWTH_WATCHERS[1:]
    ),
)
GAME, IDLE, JOINS = "ticks.game", "ticks.idle", "joins.watchers"
FIGURES: tuple[Figure, ...] = (
    Figure(
        "ticks.p99",
        "interval of ticks, 64 players, 60 snapshots, 99th percentile; reference: an idle loop",
        "ms",
        "ticks",
        Source(GAME),
        Source(IDLE),
        above(0.2),
    ),
    Figure(
        "ticks.max",
        "its longest interval; reference: that of an idle loop",
        "ms",
        "ticks",
        Source(GAME, "max"),
        Source(IDLE, "max"),
        above(2.0),
    ),
    Figure("ticks.p50", "its median", "ms", "ticks", Source(GAME, "p50"), Source(IDLE, "p50")),
    Figure(
        "joins.each",
        "a spectator joins beside 64 players; reference: a bare connect and 64 bytes",
        "ms",
        "joins",
        Source(JOINS),
        Source("joins.bare"),
        times(3.0),
    ),
    Figure("joins.count", "how many spectators there were", "", "joins", Source(JOINS, "count")),
    Figure(
        "joins.skipped", "ticks that were skipped meanwhile", "", "joins", Source(JOINS, "skipped"), None, at_most(0)
    ),
    Figure("joins.longest", "the longest interval of ticks meanwhile", "ms", "joins", Source(JOINS, "join_max")),
    Figure(
        "crowd.cores",
        "64 players and those spectators, 30 snapshots",
        "cores",
        "joins",
        Source(JOINS, "cores"),
        None,
        at_most(0.35),
    ),
    Figure(
        "crowd.p99",
        "interval of ticks meanwhile, 99th percentile",
        "ms",
        "joins",
        Source(JOINS, "p99"),
        None,
        at_most(20.0),
    ),
    *(
        Figure(
            f"growth.players-{count}",
            f"{count} players, 60 snapshots",
            "cores",
            "growth",
            Source(f"growth.players-{count}", "cores"),
        )
        for count in GROWTH_PLAYERS
    ),
    *(
        Figure(
            f"growth.watchers-{count}",
            f"64 players and {count} spectators, 30 snapshots",
            "cores",
            "growth",
            Source(f"growth.watchers-{count}", "cores"),
        )
        for count in GROWTH_WATCHERS[1:]
    ),
)
