"""A Snapshot is the public part of a World: it is made from a World and turned back into one.

Rule 1: TABLES and COLUMNS list all that is sent; the columns come from the fields of the rules' own records.
Rule 2: a Snapshot is never changed; a newer one may share rows with an older one.
Rule 3: RANGES holds the legal values of each column; code that reads the wire checks them.
Rule 4: timers are absolute ticks, so a timer that runs costs nothing on the wire.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from operator import attrgetter
from typing import Any

from petard.shared.protocol.messages import Keyframe
from petard.shared.rules.limits import Range
from petard.shared.rules.maps import SIDE_MOST
from petard.shared.rules.ruleset import TILE, Item, RuleSet
from petard.shared.rules.world import Bomb, Direction, Flame, Player, Shape, World

Row = tuple[int, ...]
Table = dict[int, Row]

# In the order of the wire. `clock` has one row, of key 0; `acks` is not part of the World (see `snapshot_of`).
TABLES = ("clock", "players", "bombs", "flames", "items", "breaking", "acks")
CLOCK = ("next_bomb", "over_at", "winner")


def _columns(kind: type, key: str = "") -> tuple[str, ...]:
    return tuple(field.name for field in fields(kind) if field.name != key)


COLUMNS: dict[str, tuple[str, ...]] = {
    "clock": CLOCK,
    "players": _columns(Player, "slot"),
    "bombs": _columns(Bomb, "id"),
    "flames": _columns(Flame),
    "items": ("item",),
    "breaking": ("until", "hides"),
    "acks": ("ahead", "early"),
}
_TICK, _TICK_OR_NONE = Range(0, 2**31 - 1), Range(-1, 2**31 - 1)
_SLOT, _SLOT_OR_NONE = Range(0, 63), Range(-1, 63)
_BIT, _WAY, _WAY_OR_NONE = Range(0, 1), Range(Direction.DOWN, Direction.LEFT), Range(Direction.NONE, Direction.LEFT)
_FEW = Range(0, 64)
# The legal values of the columns, for all rules. PLACE and TILES are for the largest board; `delta` narrows them to the
# board of the round.
PLACE = Range(0, SIDE_MOST * TILE - 1)
TILES = Range(0, SIDE_MOST * SIDE_MOST - 1)
# fmt: off
KEYS: dict[str, Range] = {
    "clock": Range(0, 0), "players": _SLOT, "bombs": _TICK, "flames": TILES, "items": TILES, "breaking": TILES,
    "acks": _SLOT,
}
RANGES: dict[str, Range] = {
    "next_bomb": _TICK, "over_at": _TICK_OR_NONE, "winner": _SLOT_OR_NONE,
    "x": PLACE, "y": PLACE, "facing": _WAY, "walking": _BIT, "keys": Range(0, 63), "turn": _WAY_OR_NONE,
    "turn_until": _TICK, "bomb_until": _TICK, "bomb_from": _TICK, "health": Range(0, 10_000), "safe_until": _TICK,
    "shields": _FEW, "bombs": _FEW, "range": _FEW, "skates": Range(0, 1000), "kick": _BIT, "died_at": _TICK_OR_NONE,
    "owner": _SLOT, "blows_at": _TICK, "rolls": _WAY_OR_NONE, "lit_by": _SLOT_OR_NONE,
    "until": _TICK, "helper": _SLOT_OR_NONE, "shape": Range(Shape.CENTRE, Shape.END_LEFT),
    "item": Range(min(Item), max(Item)), "hides": Range(0, max(Item)),
    "ahead": Range(-(2**31), 2**31 - 1), "early": _FEW,
}
# fmt: on
_clock_row: Callable[[Any], Row] = attrgetter(*COLUMNS["clock"])
_player_row: Callable[[Any], Row] = attrgetter(*COLUMNS["players"])
_bomb_row: Callable[[Any], Row] = attrgetter(*COLUMNS["bombs"])
_flame_row: Callable[[Any], Row] = attrgetter(*COLUMNS["flames"])


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The public part of a World at the end of one tick. `tables` follow TABLES, each from key to row."""

    tick: int
    tiles: bytes
    tables: tuple[Table, ...]
    width: int = 0  # of the board, in tiles


def snapshot_of(world: World, acks: Mapping[int, tuple[int, int]]) -> Snapshot:
    """Return the public part of a World. `acks`: for each slot, the seq of the last applied Command and the input lead.

    An ack is sent as seq minus tick, which does not change while one Command is applied in each tick. The item in a
    brick becomes public when the brick breaks, half a second before a player can take it: prediction needs it by then.
    """
    tick = world.tick
    return Snapshot(
        tick,
        bytes(world.tiles),
        (
            {0: _clock_row(world)},
            {slot: _player_row(player) for slot, player in world.players.items()},
            {key: _bomb_row(bomb) for key, bomb in world.bombs.items()},
            {tile: _flame_row(flame) for tile, flame in world.flames.items()},
            {tile: (item,) for tile, item in world.items.items()},
            {tile: (until, world.hidden.get(tile, 0)) for tile, until in world.breaking.items()},
            {slot: (seq - tick, lead) for slot, (seq, lead) in acks.items()},
        ),
        world.width,
    )


def world_of(snapshot: Snapshot, rules: RuleSet, width: int, height: int) -> World:
    """Return the World that a client knows: without the items in whole bricks and without random numbers."""
    clock, players, bombs, flames, items, breaking, _ = snapshot.tables
    next_bomb, over_at, winner = clock[0]
    return World(
        rules=rules,
        width=width,
        height=height,
        tiles=bytearray(snapshot.tiles),
        tick=snapshot.tick,
        players={slot: Player(slot, *row) for slot, row in players.items()},
        bombs={key: Bomb(key, *row) for key, row in bombs.items()},
        flames={tile: Flame(*row) for tile, row in flames.items()},
        items={tile: item for tile, (item,) in items.items()},
        breaking={tile: until for tile, (until, _) in breaking.items()},
        hidden={tile: item for tile, (_, item) in breaking.items() if item},
        next_bomb=next_bomb,
        over_at=over_at,
        winner=winner,
    )


def acks_of(snapshot: Snapshot) -> dict[int, int]:
    """For each slot, the seq of the last Command that the server applied; prediction continues from there."""
    return {slot: ahead + snapshot.tick for slot, (ahead, _) in snapshot.tables[-1].items()}


def input_lead_of(snapshot: Snapshot, slot: int) -> int | None:
    """The input lead of a slot: how many ticks early its Commands arrive. 0: one was missing lately; 1: just in time.

    None if no person controls the slot.
    """
    row = snapshot.tables[-1].get(slot)
    return row[1] if row else None


def keyframe_of(snapshot: Snapshot) -> Keyframe:
    """Return the Snapshot as a message."""
    tables = tuple(tuple((key, *row) for key, row in table.items()) for table in snapshot.tables)
    return Keyframe(snapshot.tick, tuple(snapshot.tiles), tables)
