"""A whole World as a record and back, with what clients do not know: hidden items, chance, and the keys held now."""

from collections.abc import Mapping
from itertools import chain, pairwise

from petard.shared.demo.blocks import NoDemo
from petard.shared.demo.records import State
from petard.shared.protocol.codec import RemoteProtocolError
from petard.shared.protocol.delta import snapshot_from_keyframe
from petard.shared.protocol.snapshot import keyframe_of, snapshot_of, world_of
from petard.shared.rules.ruleset import RuleSet
from petard.shared.rules.world import World


def state_of(moment: int, world: World, held: Mapping[int, int]) -> State:
    """The record of a world; `held`: the keys of each slot in its last tick."""
    hidden = tuple(chain.from_iterable(sorted(world.hidden.items())))
    keys = tuple(chain.from_iterable(sorted(held.items())))
    return State(moment, keyframe_of(snapshot_of(world, {})), hidden, world.rng, keys)


def world_in(state: State, rules: RuleSet, width: int, height: int) -> World:
    """The world of a record; raises NoDemo if it fits no board of that size."""
    try:
        world = world_of(snapshot_from_keyframe(state.keyframe, width, height), rules, width, height)
    except RemoteProtocolError as problem:
        raise NoDemo(f"The keyframe at moment {state.moment} makes no sense ({problem}).") from None
    world.hidden, world.rng = pairs_in(state.hidden), state.rng
    return world


def pairs_in(flat: tuple[int, ...]) -> dict[int, int]:
    """One number for each other, from a flat row of both.

    >>> pairs_in((3, 16, 5, 0))
    {3: 16, 5: 0}
    """
    return dict(list(pairwise(flat))[::2])
