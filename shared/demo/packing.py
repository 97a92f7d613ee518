"""Packs worlds, deltas and keys into the records of a demo, and unpacks them.

Rule 1: both ways are inverse: unpacking gives the very changes that were sent, and the very keys that were held.
Rule 2: a WorldState has what clients do not know of a world, too: hidden items, the random state, the keys that are
        held.
Rule 3: in a DeltaSent a changed number is stored as its difference, a timer as its difference to the tick. A
        player who walks changes by the same step for a long time, so deflate packs this well.
"""

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from itertools import chain, pairwise

from petard.shared.demo.blocks import DemoError
from petard.shared.demo.records import Began, DeltaSent, Inputs, WorldState
from petard.shared.protocol.changes import Changes
from petard.shared.protocol.codec import RemoteProtocolError
from petard.shared.protocol.snapshot import COLUMNS, FIRST_TABLES, TABLES, Row, Snapshot, Table, snapshot_of, world_of
from petard.shared.protocol.snapshot_rows import rows_of, snapshot_from_rows, with_others, without_empty
from petard.shared.rules.items import ITEM_MOST
from petard.shared.rules.world import World, fault_of_world

TIMERS = frozenset({"turn_until", "bomb_until", "bomb_from", "safe_until", "died_at", "blows_at", "until", "over_at"})
TIMERS |= {"ill_until", "immune_until", "lands_at", "back_at"}
MASKS_KEPT = 512  # a match has a hundred often, and thousands once: a server that kept them would grow for hours
_PAIRS = {name: tuple((column, one in TIMERS) for column, one in enumerate(names)) for name, names in COLUMNS.items()}
FLOORS = "floors"  # the table between the others whose numbers are kept as they are
KEYS_MOST = 63  # all bits of Keys
SLOT_MOST = 63


def state_record(moment: int, world: World, held: Mapping[int, int]) -> WorldState:
    """Return the record of a world. `held`: the keys of each slot in its last tick."""
    hidden, keys = (tuple(chain.from_iterable(sorted(pairs.items()))) for pairs in (world.hidden, held))
    return WorldState(moment, rows_of(snapshot_of(world, {})), hidden, world.rng, keys)


def world_at(began: Began, state: WorldState) -> World:
    """Return the world of a record of this round; raises DemoError for one that the rules could not handle."""
    width, height = board_size(began)
    try:
        world = world_of(snapshot_from_rows(state.keyframe, width, height), began.rules, width, height)
    except RemoteProtocolError as problem:
        raise DemoError(f"The keyframe at moment {state.moment} makes no sense ({problem}).") from None
    world.hidden, world.rng = pairs_in(state.hidden), state.rng
    hidden = all(tile < width * height and 1 <= item <= ITEM_MOST for tile, item in world.hidden.items())
    held = pairs_in(state.held)
    is_held = max(held.values(), default=0) <= KEYS_MOST and max(held, default=0) <= SLOT_MOST
    if not hidden or not is_held or len(state.hidden) % 2 or len(state.held) % 2:
        raise DemoError(f"The world at moment {state.moment} hides or holds what there is not.")
    if fault := fault_of_world(world):
        raise DemoError(f"The world at moment {state.moment} is impossible: {fault}.")
    return world


def board_size(began: Began) -> tuple[int, int]:
    """Return width and height of the board of a round, in tiles; raises DemoError for rows that are no board."""
    width = len(began.board[0]) if began.board else 0
    if not width or any(len(row) != width for row in began.board):
        raise DemoError(f"The round at moment {began.moment} has no board.")
    return width, len(began.board)


def pack_keys(moment: int, changes: Iterable[tuple[int, Mapping[int, int]]]) -> Inputs:
    """Return the record of the keys after a moment: the moments at which they change, with the new keys by slot."""
    flat: list[int] = []
    before = moment
    for at, changed in changes:
        flat += (at - before, len(changed), *chain.from_iterable(changed.items()))
        before = at
    return Inputs(moment, tuple(flat))


def key_changes(record: Inputs) -> Iterator[tuple[int, dict[int, int]]]:
    """Yield the moments at which keys changed, and the new keys by slot; raises DemoError for what makes no sense."""
    moment, at, flat = record.moment, 0, record.changes
    while at < len(flat):
        gap, count = flat[at], flat[at + 1] if at + 1 < len(flat) else 0
        pairs = flat[at + 2 : at + 2 + 2 * count]
        is_pairs = 0 < 2 * count == len(pairs) and max(pairs[1::2]) <= KEYS_MOST and max(pairs[::2]) <= SLOT_MOST
        if not gap or not is_pairs:
            raise DemoError(f"The keys after moment {record.moment} make no sense.")
        moment += gap
        at += 2 + 2 * count
        yield moment, pairs_in(pairs)


def pairs_in(flat: tuple[int, ...]) -> dict[int, int]:
    """Return key and value pairs from a flat row of both.

    >>> pairs_in((3, 16, 5, 0))
    {3: 16, 5: 0}
    """
    return dict(list(pairwise(flat))[::2])


def pack_changes(old: Snapshot, changes: Changes) -> DeltaSent:
    """Return the record of what leads clients on from `old`."""
    tables = without_empty(tuple(_shift(old, changes, -1)), 1 + len(FIRST_TABLES))
    return DeltaSent(changes.tick - old.tick, tables)


def unpack_changes(packed: DeltaSent, old: Snapshot) -> Changes:
    """Return what led clients on from `old`; nonsense if `packed` does not follow it."""
    changes = Changes(old.tick + packed.ticks, packed.tables)
    return Changes(changes.tick, tuple(_shift(old, changes, 1)))


def _shift(old: Snapshot, changes: Changes, sign: int) -> Iterator[tuple[Row, ...]]:
    """Add the old values to the tables of changes, or subtract them."""
    yield from changes.tables[:1]  # the tiles of the board, which do not grow
    tables = zip(with_others(TABLES, FLOORS), with_others(old.tables, {}), changes.tables[1:], strict=False)
    for name, table, rows in tables:
        yield rows if name == FLOORS else tuple([_shift_row(name, table, row, sign, changes.tick) for row in rows])


def _shift_row(name: str, table: Table, row: Row, sign: int, tick: int) -> Row:
    if len(row) < 3:
        return row
    before = table.get(row[0], (0,) * len(COLUMNS[name]))
    pairs = zip(row[2:], _columns_in(name, row[1]), strict=False)
    return (*row[:2], *[value + sign * (tick if timer else before[column]) for value, (column, timer) in pairs])


@lru_cache(maxsize=MASKS_KEPT)
def _columns_in(name: str, mask: int) -> tuple[tuple[int, bool], ...]:
    """The columns that a mask names, each with True if it is a timer."""
    return tuple([one for column, one in enumerate(_PAIRS[name]) if mask >> column & 1])
