"""Converts a whole World to a State record and back, with what clients do not know: hidden items, the random state,
and the keys that are held.
"""

from collections.abc import Mapping
from itertools import chain, pairwise

from petard.shared.demo.blocks import DemoError
from petard.shared.demo.records import Began, State
from petard.shared.protocol.codec import RemoteProtocolError
from petard.shared.protocol.keyframe import keyframe_of, snapshot_from_keyframe
from petard.shared.protocol.snapshot import snapshot_of, world_of
from petard.shared.rules.ruleset import Item
from petard.shared.rules.world import World, is_safe

KEYS_MOST = 63  # all bits of Keys


def state_record(moment: int, world: World, held: Mapping[int, int]) -> State:
    """Return the record of a world. `held`: the keys of each slot in its last tick."""
    hidden = tuple(chain.from_iterable(sorted(world.hidden.items())))
    keys = tuple(chain.from_iterable(sorted(held.items())))
    return State(moment, keyframe_of(snapshot_of(world, {})), hidden, world.rng, keys)


def world_at(began: Began, state: State) -> World:
    """Return the world of a record of this round; raises DemoError for one that the rules could not handle."""
    width, height = board_size(began)
    try:
        world = world_of(snapshot_from_keyframe(state.keyframe, width, height), began.rules, width, height)
    except RemoteProtocolError as problem:
        raise DemoError(f"The keyframe at moment {state.moment} makes no sense ({problem}).") from None
    world.hidden, world.rng = pairs_in(state.hidden), state.rng
    hidden = all(tile < width * height and item in Item._value2member_map_ for tile, item in world.hidden.items())
    held = pairs_in(state.held)
    if not hidden or len(state.hidden) % 2 or len(state.held) % 2 or max(held.values(), default=0) > KEYS_MOST:
        raise DemoError(f"The world at moment {state.moment} hides or holds what there is not.")
    if not is_safe(world):
        raise DemoError(f"The world at moment {state.moment} is none that Petard could be in.")
    return world


def board_size(began: Began) -> tuple[int, int]:
    """Return width and height of the board of a round, in tiles; raises DemoError for rows that are no board."""
    width = len(began.board[0]) if began.board else 0
    if not width or any(len(row) != width for row in began.board):
        raise DemoError(f"The round at moment {began.moment} has no board.")
    return width, len(began.board)


def pairs_in(flat: tuple[int, ...]) -> dict[int, int]:
    """Return key and value pairs from a flat row of both.

    >>> pairs_in((3, 16, 5, 0))
    {3: 16, 5: 0}
    """
    return dict(list(pairwise(flat))[::2])
