"""Makes a snapshot with any values one that a client accepts, and leaves everything else in it as it is."""

from dataclasses import replace

from petard.shared.protocol.messages import Round
from petard.shared.protocol.snapshot import COLUMNS, TABLES, Row, Snapshot, Table
from petard.shared.rules.floors import without_single_teleports
from petard.shared.rules.ruleset import TILE
from petard.shared.rules.world import BOMBS_MOST, Tile


def with_tables(snapshot: Snapshot, **tables: Table) -> Snapshot:
    """The same with other tables, by their names in TABLES; those that are not named stay."""
    named = dict(zip(TABLES, snapshot.tables, strict=True))
    assert named.keys() >= tables.keys()
    return replace(snapshot, tables=tuple((named | tables).values()))


def fitting(snapshot: Snapshot, announcement: Round) -> Snapshot:
    """The same within a closed edge, with the players of the round, and with everything that moves inside."""
    wide, high, slots = announcement.width, announcement.height, announcement.slots
    rim = {tile for tile in range(wide * high) if tile % wide in (0, wide - 1) or tile // wide in (0, high - 1)}
    tables = dict(zip(TABLES, snapshot.tables, strict=True))
    blank = (0,) * len(COLUMNS["players"])
    tables["players"] = {slot: tables["players"].get(slot, blank) for slot in slots}
    for name in ("acks", "sides", "points", "back"):
        tables[name] = {slot: row for slot, row in tables[name].items() if slot in slots}
    tables["bombs"] = dict(list(tables["bombs"].items())[:BOMBS_MOST])
    tables["breaking"] = {tile: row for tile, row in tables["breaking"].items() if tile not in rim}
    for name in ("bombs", "flames"):
        tables[name] = {key: _owned(name, row, slots) for key, row in tables[name].items()}
    for name in ("players", "bombs"):
        tables[name] = _inside(name, tables[name], wide, high)
    tiles = bytearray(Tile.WALL if tile in rim else kind for tile, kind in enumerate(snapshot.tiles))
    for tile in tables["breaking"]:
        tiles[tile] = Tile.BREAKING
    return replace(
        with_tables(snapshot, **tables), tiles=bytes(tiles), floors=without_single_teleports(snapshot.floors)
    )


def _owned(name: str, row: Row, slots: tuple[int, ...]) -> Row:
    column = COLUMNS[name].index("owner")
    owner = row[column] if row[column] in slots else slots[0]
    return (*row[:column], owner, *row[column + 1 :])


def _inside(name: str, table: Table, wide: int, high: int) -> Table:
    """The rows with places that are a body's width off the edge."""
    x, y = COLUMNS[name].index("x"), COLUMNS[name].index("y")
    inside = {}
    for key, row in table.items():
        moved = list(row)
        for column, side in ((x, wide), (y, high)):
            moved[column] = min(max(row[column], 3 * TILE // 2), (side - 1) * TILE - TILE // 2)
        inside[key] = tuple(moved)
    return inside
