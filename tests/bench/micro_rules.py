"""The cost of what happens in a tick, each beside one step of the rules with as many players."""

from collections.abc import Callable
from functools import partial
from itertools import pairwise

from petard.game.client.predictor import Predictor
from petard.shared.bots.brain import Brain
from petard.shared.bots.perception import Percept
from petard.shared.protocol.messages import Round
from petard.shared.protocol.snapshot import snapshot_of
from petard.shared.protocol.state import State, apply_delta, delta_of, digest_of, keyframe_of
from petard.shared.rules.digest import digest
from petard.shared.rules.ruleset import TICK_RATE
from petard.shared.rules.step import step
from petard.shared.rules.world import copy_world
from tests.bench.model import Figure, Probe, Source, times
from tests.bench.played import MAPS, Second, second_of
from tests.bench.runner import LOOP
from tests.bench.timing import Act, call_probe

AHEAD = (2, 6, 12)  # ticks: a LAN, 100 ms, 200 ms there and back
SKILL = 2


def snapshots(second: Second) -> Act:
    world, acks = second.play(), dict.fromkeys(second.start.players, (0, 1))
    return lambda: snapshot_of(world, acks)


def diffs(second: Second) -> Act:
    pairs = list(pairwise(second.states))
    return lambda: [delta_of(old, new) for old, new in pairs]


def patches(second: Second) -> Act:
    def act() -> None:
        state = second.states[0]
        for delta in second.deltas:
            state = apply_delta(state, delta)

    return act


def keyframes(second: Second) -> Act:
    return lambda: keyframe_of(second.states[-1])


def checksums(second: Second) -> Act:
    return lambda: digest_of(second.states[-1])


def digests(second: Second) -> Act:
    world = second.play()
    return lambda: digest(world)


def looks(second: Second, ahead: int) -> Act:
    """What each picture pays: the world from the newest state, and a step for each tick that is not in it."""
    world = second.start
    predictor = Predictor(Round(1, "map", world.rules, world.width, world.height, tuple(world.players)))
    for clock in range(1, ahead + 1):
        predictor.keys.add(clock, (1 << clock % 4,), (0,))
    state = State(snapshot_of(world, {0: (0, 1)}), {}, {0: (0,)})

    def act() -> object:
        predictor.set_state(state)
        return predictor.run()

    return act


def thoughts(second: Second) -> Act:
    """A second of play in which all are bots, without the steps."""
    world, worlds = copy_world(second.start), []
    for keys in second.keys:
        worlds.append(copy_world(world))
        step(world, keys)

    def act() -> None:
        brains, percept = [Brain(slot, SKILL, 1) for slot in world.players], None
        for now in worlds:
            percept = Percept(now, percept)
            for brain in brains:
                brain.think(now, percept)

    return act


PARTS: dict[str, tuple[str, Callable[[Second], Act], bool]] = {  # what it is, and whether a call does a whole second
    "step": ("a step of the rules", lambda second: second.play, True),
    "snapshot": ("a snapshot of the world", snapshots, False),
    "keyframe": ("a Keyframe of a state", keyframes, False),
    "checksum": ("a Digest of a state", checksums, False),
    "diff": ("the Delta between two states", diffs, True),
    "patch": ("a state from the one before and a Delta", patches, True),
    "digest": ("the checksum of the world", digests, False),
    "think": ("the thoughts of all bots", thoughts, True),
    **{
        f"look-{ahead}": (f"a look of the predictor, {ahead} ticks ahead", partial(looks, ahead=ahead), False)
        for ahead in AHEAD
    },
}


def _probe(players: int, name: str) -> Probe:
    _, make, is_second = PARTS[name]
    parts = TICK_RATE if is_second else 1
    return call_probe(f"rules.{name}-{players}", f"rules, {players} players", lambda: make(second_of(players)), parts)


def _figure(players: int, name: str) -> Figure:
    own, what = f"rules.{name}-{players}", PARTS[name][0]
    reference = Source(own, LOOP) if name == "step" else Source(f"rules.step-{players}")
    target = times(4.0) if (name, players) == ("look-6", 64) else None
    return Figure(own, f"{what}, {players} players", "µs", "rules", Source(own), reference, target)


PROBES = tuple(_probe(players, name) for players in MAPS for name in PARTS)
FIGURES = tuple(_figure(players, name) for players in MAPS for name in PARTS)
