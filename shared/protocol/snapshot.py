"""A Snapshot is the public part of a World: it is made from a World and turned back into one.

Rule 1: TABLES and COLUMNS list all that is sent; the columns come from the fields of the rules' own records.
Rule 2: a Snapshot is never changed; a newer one may share rows with an older one.
Rule 3: timers are absolute ticks, so a timer that runs costs nothing on the wire.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from operator import attrgetter

from petard.shared.rules.ruleset import RuleSet
from petard.shared.rules.world import Bomb, Flame, Player, World

Row = tuple[int, ...]
Table = dict[int, Row]

# `clock` has one row, of key 0; `acks` is not part of the World: by slot, what the clock of the client shows in this
# tick minus the tick, and the input lead. The tables of the mode are empty in most rounds.
FIRST_TABLES = ("clock", "players", "bombs", "flames", "items", "breaking", "acks")
MODE_TABLES = ("sides", "points", "marks", "back")  # fields of World, each from a key to a number
TABLES = FIRST_TABLES + MODE_TABLES
_ACKS = TABLES.index("acks")
_PLAYER, _BOMB, _FLAME = (tuple(field.name for field in fields(kind)) for kind in (Player, Bomb, Flame))
COLUMNS: dict[str, tuple[str, ...]] = {
    "clock": ("next_bomb", "over_at", "winner"),
    "players": _PLAYER[1:],  # without the slot, which is the key
    "bombs": _BOMB[1:],  # without the id
    "flames": _FLAME,
    "items": ("item",),
    "breaking": ("until", "hides"),
    "acks": ("ahead", "early"),
    "sides": ("side",),
    "points": ("points",),
    "marks": ("mark",),
    "back": ("back_at",),
}
_clock_row, _player_row, _bomb_row, _flame_row = (attrgetter(*COLUMNS[name]) for name in TABLES[:4])
DIED_AT = COLUMNS["players"].index("died_at")  # in a row of that table


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The public part of a World at the end of one tick. `tables` follow TABLES, each from key to row."""

    tick: int
    tiles: bytes
    tables: tuple[Table, ...]
    width: int = 0  # of the board, in tiles
    floors: bytes = b""  # as in World

    @property
    def clock(self) -> Row:
        """The one row of its table: next_bomb, over_at, winner."""
        return self.tables[0][0]

    @property
    def players(self) -> Table:
        """Rows by slot."""
        return self.tables[1]

    @property
    def bombs(self) -> Table:
        """Rows by bomb id."""
        return self.tables[2]


def snapshot_of(world: World, acks: Mapping[int, tuple[int, int]]) -> Snapshot:
    """Return the public part of a World. `acks`: by slot, what the client's clock shows now, and the input lead.

    An ack is sent as clock minus tick, which does not change while both count alike. The item in a brick becomes public
    when the brick breaks, half a second before a player can take it: prediction needs it by then.
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
            {slot: (clock - tick, lead) for slot, (clock, lead) in acks.items()},
            *(dict(zip(numbers, zip(numbers.values(), strict=True), strict=True)) for numbers in _of_mode(world)),
        ),
        world.width,
        world.floors,
    )


_of_mode = attrgetter(*MODE_TABLES)


def world_of(snapshot: Snapshot, rules: RuleSet, width: int, height: int) -> World:
    """Return the World that a client knows: without the items in whole bricks and without random numbers."""
    clock, players, bombs, flames, items, breaking, _, *of_mode = snapshot.tables
    next_bomb, over_at, winner = clock[0]
    world = World(
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
        floors=snapshot.floors,
    )
    world.sides, world.points, world.marks, world.back = ({key: n for key, (n,) in table.items()} for table in of_mode)
    return world


def acks_of(snapshot: Snapshot) -> dict[int, int]:
    """By slot, what the clock of its client shows in this tick, as the server counts it. Prediction begins there."""
    return {slot: ahead + snapshot.tick for slot, (ahead, _) in snapshot.tables[_ACKS].items()}


def input_lead_of(snapshot: Snapshot, slot: int) -> int | None:
    """The input lead of a slot: how many ticks before their use its Inputs come. 0: one was late; 1: just in time.

    None if no person controls the slot.
    """
    row = snapshot.tables[_ACKS].get(slot)
    return row[1] if row else None
