"""A whole Snapshot as plain rows, and the legal values of each column; every value from outside is checked here."""

from collections.abc import Sequence
from dataclasses import astuple, dataclass
from functools import lru_cache
from operator import ge, le
from typing import Annotated, TypeVar

from petard.shared.protocol.codec import RemoteProtocolError
from petard.shared.protocol.field_types import Tick, TileNumber
from petard.shared.protocol.schema import TableRows
from petard.shared.protocol.snapshot import COLUMNS, FIRST_TABLES, TABLES, Row, Snapshot, Table
from petard.shared.rules.floors import FLOOR_MOST
from petard.shared.rules.items import ITEM_MOST
from petard.shared.rules.maps import SIDE_MOST
from petard.shared.rules.ruleset import TILE, Length, Range
from petard.shared.rules.world import Bomb, Direction, Player, Shape, Tile

LEGAL_TILES = frozenset(int(tile) for tile in Tile)
_TICK, _TICK_OR_NONE = Range(0, 2**31 - 1), Range(-1, 2**31 - 1)
_SLOT, _SLOT_OR_NONE = Range(0, 63), Range(-1, 63)
_BIT, _WAY, _WAY_OR_NONE = Range(0, 1), Range(Direction.DOWN, Direction.LEFT), Range(Direction.NONE, Direction.LEFT)
_FEW = Range(0, 64)
# The legal values of the columns, for all rules. PLACE and TILES are for the largest board; `bounds_of` narrows them to
# the board of the round.
PLACE = Range(0, SIDE_MOST * TILE - 1)
TILES = Range(0, SIDE_MOST * SIDE_MOST - 1)
# fmt: off
KEYS: dict[str, Range] = {
    "clock": Range(0, 0), "players": _SLOT, "bombs": _TICK, "flames": TILES, "items": TILES, "breaking": TILES,
    "acks": _SLOT, "sides": _SLOT, "points": _SLOT, "marks": TILES, "back": _SLOT,
}
RANGES: dict[str, Range] = {
    "next_bomb": _TICK, "over_at": _TICK_OR_NONE, "winner": _SLOT_OR_NONE,
    "x": PLACE, "y": PLACE, "facing": _WAY, "walking": _BIT, "keys": Range(0, 63), "turn": _WAY_OR_NONE,
    "turn_until": _TICK, "bomb_until": _TICK, "bomb_from": _TICK, "health": Range(0, 10_000), "safe_until": _TICK,
    "shields": _FEW, "bombs": _FEW, "range": _FEW, "skates": Range(0, 1000), "kick": _BIT, "died_at": _TICK_OR_NONE,
    "pierce": _BIT, "remote": _BIT, "punch": _BIT, "glove": _BIT, "ill": Range(0, 31), "ill_until": _TICK,
    "immune_until": _TICK, "held_by": _SLOT_OR_NONE, "flies": _WAY_OR_NONE, "lands_at": _TICK,
    "rim": Range(-1, 4 * SIDE_MOST * TILE), "rim_way": Range(-1, 1), "rim_from": _TICK, "winds_from": _TICK,
    "soars": _FEW,
    "owner": _SLOT, "blows_at": _TICK, "rolls": _WAY_OR_NONE, "lit_by": _SLOT_OR_NONE,
    "until": _TICK, "helper": _SLOT_OR_NONE, "shape": Range(Shape.CENTRE, Shape.END_LEFT),
    "item": Range(1, ITEM_MOST), "hides": Range(0, ITEM_MOST),
    "ahead": Range(-(2**31), 2**31 - 1), "early": _FEW,
    "side": _SLOT, "points": _TICK, "mark": _SLOT, "back_at": _TICK,
}
# fmt: on

# The columns after the key that every build of protocol 2 has. Those after them are missing in what older builds send
# and in old recordings; then they have their defaults. A Digest covers only the first ones.
FIRST = {name: len(columns) for name, columns in COLUMNS.items()} | {"players": 17, "bombs": 7}
LATER: dict[str, Row] = {
    "players": astuple(Player(0, 0, 0))[1 + FIRST["players"] :],
    "bombs": astuple(Bomb(0, 0, 0, 0, 0, 0))[1 + FIRST["bombs"] :],
}
T = TypeVar("T")
# So many columns of a row are always written. The last ones are left out where they are at their defaults: without
# carts, a row equals that of an older build.
WRITTEN = {"players": COLUMNS["players"].index("rim"), "bombs": COLUMNS["bombs"].index("soars")}
_TAILS = {TABLES.index(name): (least, LATER[name][least - FIRST[name] :]) for name, least in WRITTEN.items()}


def columns_needed(place: int, row: Row) -> int:
    """Return how many columns of a row (without its key) are written. `place`: of its table in TABLES."""
    least, tail = _TAILS.get(place, (len(row), ()))
    end = len(row)
    while end > least and row[end - 1] == tail[end - 1 - least]:
        end -= 1
    return end


@dataclass(frozen=True, slots=True)
class ColumnBounds:
    """The lowest and the highest legal value of each column of one table; column 0 is the key."""

    name: str
    low: Row
    high: Row
    columns: tuple[str, ...]  # after the key
    later: Row = ()  # the values of the last columns where they are missing

    @property
    def least(self) -> int:
        """How many numbers a row has at least, with its key."""
        return len(self.low) - len(self.later)

    def completed(self, row: Row) -> Row:
        """Return a row (key first, `least` numbers or more) with the columns that are missing, and check its values."""
        missing = len(self.low) - len(row)
        if missing > 0:
            row += self.later[-missing:]
        self.check(row)
        return row

    def check(self, row: Row) -> None:
        """Raise RemoteProtocolError if a value of `row` (key first) is out of range."""
        if not (all(map(le, self.low, row)) and all(map(ge, self.high, row))):
            column = next(n for n, value in enumerate(row) if not self.low[n] <= value <= self.high[n])
            what = ("key", *self.columns)[column]
            limits = f"{self.low[column]}..{self.high[column]}"
            raise RemoteProtocolError(f"{self.name}.{what} is {row[column]}, not {limits}")

    def changed(self, before: Row, columns: Row, values: Row) -> Row:
        """Return `before` (without its key) with new `values` in some columns; only these values are checked."""
        row = list(before)
        for column, value in zip(columns, values, strict=True):
            if not self.low[column + 1] <= value <= self.high[column + 1]:
                self.check((self.low[0], *row[:column], value, *row[column + 1 :]))
            row[column] = value
        return tuple(row)


@lru_cache(maxsize=16)
def bounds_of(width: int, height: int) -> tuple[ColumnBounds, ...]:
    """The bounds of each table on a board of this size (tiles)."""
    on_board = {"x": Range(0, width * TILE - 1), "y": Range(0, height * TILE - 1)}
    bounds = []
    for name in TABLES:
        key = Range(0, width * height - 1) if KEYS[name] is TILES else KEYS[name]
        ranges = [key, *(on_board.get(column, RANGES[column]) for column in COLUMNS[name])]
        low, high = tuple([one.low for one in ranges]), tuple([one.high for one in ranges])
        bounds.append(ColumnBounds(name, low, high, COLUMNS[name], LATER.get(name, ())))
    return tuple(bounds)


@dataclass(frozen=True, slots=True)
class SnapshotRows:
    """A whole Snapshot; a row is a key and then its columns. Recordings store it in this form."""

    tick: Tick
    tiles: Annotated[tuple[TileNumber, ...], Length(0, 4096)]
    tables: TableRows


def rows_of(snapshot: Snapshot) -> SnapshotRows:
    """Return the Snapshot as rows. The table of special floors stands between FIRST_TABLES and MODE_TABLES."""
    tables = [
        tuple((key, *row[: columns_needed(place, row)]) for key, row in table.items())
        for place, table in enumerate(snapshot.tables)
    ]
    floors = tuple((tile, floor) for tile, floor in enumerate(snapshot.floors) if floor)
    return SnapshotRows(snapshot.tick, tuple(snapshot.tiles), without_empty(with_others(tuple(tables), floors)))


def snapshot_from_rows(rows: SnapshotRows, width: int, height: int) -> Snapshot:
    """Return the Snapshot for a board of this size; raises RemoteProtocolError if it does not fit."""
    if len(rows.tables) < len(FIRST_TABLES):
        raise RemoteProtocolError(f"the keyframe has {len(rows.tables)} tables, not {len(FIRST_TABLES)}")
    tables, given = [], with_empty(rows.tables, 1 + len(TABLES))
    for bounds, table in zip(with_others(bounds_of(width, height), floor_bounds(width * height)), given, strict=True):
        for row in table:
            if not bounds.least <= len(row) <= len(bounds.low):
                raise RemoteProtocolError(f"{bounds.name} has a row that is not {len(bounds.low)} wide")
        tables.append({row[0]: row[1:] for row in map(bounds.completed, table)})
    floors, board = floors_of(tables[len(FIRST_TABLES)], width * height), board_of(rows.tiles, width, height)
    return checked(Snapshot(rows.tick, board, without_others(tables, 1), width, floors))


def with_others(tables: tuple[T, ...], *others: T) -> tuple[T, ...]:
    """Return what belongs to TABLES, with others between those of FIRST_TABLES and those of MODE_TABLES."""
    return (*tables[: len(FIRST_TABLES)], *others, *tables[len(FIRST_TABLES) :])


def without_others(tables: Sequence[T], count: int) -> tuple[T, ...]:
    """Return what belongs to TABLES alone of what `with_others` has returned. `count`: of the others."""
    return (*tables[: len(FIRST_TABLES)], *tables[len(FIRST_TABLES) + count :])


def without_empty(tables: tuple[T, ...], first: int = len(FIRST_TABLES)) -> tuple[T, ...]:
    """Return the tables without the last ones that are empty; the `first` ones stay. Recordings hold them so."""
    while len(tables) > first and not tables[-1]:
        tables = tables[:-1]
    return tables


def with_empty(tables: tuple[tuple[T, ...], ...], count: int) -> tuple[tuple[T, ...], ...]:
    """Return so many tables: those that are missing are empty, and those of a later version are left out."""
    return (*tables, *[()] * count)[:count]


def board_of(tiles: tuple[int, ...], width: int, height: int) -> bytes:
    """Return the tiles of a board of this size; raises RemoteProtocolError if they are none."""
    if len(tiles) != width * height or not LEGAL_TILES.issuperset(tiles):
        raise RemoteProtocolError(f"the keyframe has no board of {width} x {height}")
    return bytes(tiles)


@lru_cache(maxsize=16)
def floor_bounds(size: int) -> ColumnBounds:
    """The bounds of the table of special floors on a board of so many tiles; plain floors have no row."""
    return ColumnBounds("floors", (0, 1), (size - 1, FLOOR_MOST), ("floor",))


def floors_table(floors: bytes) -> Table:
    """Return the table of special floors, by tile."""
    return {tile: (floor,) for tile, floor in enumerate(floors) if floor}


def floors_of(table: Table, size: int) -> bytes:
    """Return the special floors of a board of so many tiles; empty if there are none."""
    return bytes([table.get(tile, (0,))[0] for tile in range(size)]) if table else b""


def checked(snapshot: Snapshot) -> Snapshot:
    """Check the tables as a whole; their rows were checked before."""
    clock, _, bombs, *_ = snapshot.tables
    if not clock:
        raise RemoteProtocolError("the clock has lost its row")
    if len(bombs) > len(snapshot.tiles):
        raise RemoteProtocolError("there are more bombs than tiles")
    return snapshot


def first_columns(snapshot: Snapshot) -> Snapshot:
    """Return it with FIRST_TABLES and the columns in FIRST alone, which every build of this protocol has."""
    clock, players, bombs, *others = snapshot.tables
    players = {slot: row[: FIRST["players"]] for slot, row in players.items()}
    bombs = {key: row[: FIRST["bombs"]] for key, row in bombs.items()}
    tables = (clock, players, bombs, *others)[: len(FIRST_TABLES)]
    return Snapshot(snapshot.tick, snapshot.tiles, tables, snapshot.width)
