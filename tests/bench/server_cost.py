"""What a server costs with 64 players: the whole game, its network part alone, and peers that only relay."""

from functools import partial

from petard.shared.lazy import lazy
from tests.bench.compiler import compiled
from tests.bench.load import Load, RelayMember
from tests.bench.model import Effort, Figure, Missing, Probe, Run, Source, Target, Values, times
from tests.bench.servers import AT_ONCE, game, loaded, peer, relay_cost, started, window

PLAYERS = 64
SECONDS = {Effort.QUICK: 1.5, Effort.USUAL: 4.0, Effort.LONG: 8.0}
GROUP, TABLE, REPEATS = "server cost", "server cost", 3
RELAY = "peers/relay.c"


def start_c(effort: Effort, rate: int) -> Run:
    """The limit of the machine."""
    program = str(compiled(RELAY))
    return partial(relay_cost, [program, str(rate)], PLAYERS, rate, SECONDS[effort])


def start_peer(effort: Effort, name: str, rate: int, *options: str, needs: str = "") -> Run:
    """A relay in Python."""
    try:
        lazy(needs or "msgpack")
    except ImportError:
        raise Missing(f"{needs} is not installed") from None
    return partial(relay_cost, peer(name, str(rate), *options), PLAYERS, rate, SECONDS[effort])


def start_ours(effort: Effort, rate: int) -> Run:
    """Our connections, frames and messages, with a room that only relays."""

    def run() -> Values:
        with started(peer("petard_relay", str(rate))) as (process, port):
            load = Load(rate)
            try:
                load.join([partial(RelayMember, number + 1, port) for number in range(PLAYERS)], True, AT_ONCE)
                load.play()
                load.run_for(0.5)
                return window(load, process.pid, SECONDS[effort])
            finally:
                load.close()

    return run


def start_game(effort: Effort, snapshots: int, players: int = PLAYERS) -> Run:
    """A match; its players press keys sixty times a second, or as often as the protocol has them."""

    def run() -> Values:
        with started(game(snapshots)) as (process, port), loaded(port, players) as load:
            return window(load, process.pid, SECONDS[effort])

    return run


PROBES: tuple[Probe, ...] = (
    *(Probe(f"relay.c-{rate}", GROUP, partial(start_c, rate=rate), REPEATS) for rate in (30, 60)),
    Probe("relay.petard", GROUP, partial(start_ours, rate=30), REPEATS),
    Probe("relay.asyncio", GROUP, lambda effort: start_peer(effort, "asyncio_relay", 30), REPEATS),
    Probe(
        "relay.uvloop", GROUP, lambda effort: start_peer(effort, "asyncio_relay", 30, "uvloop", needs="uvloop"), REPEATS
    ),
    Probe("relay.twisted", GROUP, lambda effort: start_peer(effort, "twisted_relay", 30, needs="twisted"), REPEATS),
    *(Probe(f"server.cost-{rate}", GROUP, partial(start_game, snapshots=rate), REPEATS) for rate in (30, 60)),
)
C30, C60, UVLOOP = Source("relay.c-30"), Source("relay.c-60"), Source("relay.uvloop")


def _figure(name: str, what: str, reference: Source | None = C30, target: Target | None = None) -> Figure:
    return Figure(
        name,
        what,
        "µs",
        TABLE,
        Source(name.removesuffix("-uvloop") if reference is UVLOOP else name),
        reference,
        target,
    )


FIGURES: tuple[Figure, ...] = (
    _figure("server.cost-30", "the whole game, 30 snapshots; reference: the C relay", C30, times(3.5)),
    _figure("server.cost-60", "the whole game, 60 snapshots; reference: the C relay", C60, times(2.2)),
    _figure("server.cost-30-uvloop", "the whole game, 30 snapshots; reference: asyncio on uvloop", UVLOOP, times(1.0)),
    _figure("server.cost-60-uvloop", "the whole game, 60 snapshots; reference: asyncio on uvloop", UVLOOP, times(1.0)),
    _figure("relay.petard", "our network part, relaying 30 states; reference: the C relay", C30, times(1.7)),
    _figure("relay.uvloop", "asyncio.Protocol on uvloop, relaying 30 states; reference: the C relay"),
    _figure("relay.asyncio", "asyncio.Protocol, relaying 30 states; reference: the C relay"),
    _figure("relay.twisted", "Twisted, relaying 30 states; reference: the C relay"),
    _figure("relay.c-30", "C with epoll, relaying 30 states", None),
    _figure("relay.c-60", "C with epoll, relaying 60 states", None),
)
