"""The parts that can be removed from a Script: players, bombs, keys held, rows of the board, walls, unusual numbers.

Rule 1: everything is a ScriptPart, `parts_of` lists them, and `without` removes some; shrink.py knows no kinds.
Rule 2: the result may be a world that no match leads to, but always one that the rules can handle, see `is_possible`.
"""

from collections.abc import Callable, Collection
from dataclasses import MISSING, asdict, dataclass, fields, replace
from functools import partial
from typing import Any

from petard.shared.demo.packing import TIMERS
from petard.shared.demo.script import Script
from petard.shared.rules.maps import SIDE_LEAST
from petard.shared.rules.ruleset import LAST_ONE_STANDING, TICK_RATE, TILE
from petard.shared.rules.world import Bomb, Flame, Player, Tile, World, copy_world, is_safe, middle_of, tile_at

BY_TILE = ("flames", "items", "hidden", "breaking")


@dataclass(frozen=True, slots=True, order=True)
class ScriptPart:
    """One part of a Script: `key` is a slot, id, tile, row, column or index of a Hold; `field` the name of a number."""

    kind: str
    key: int
    field: str = ""


def without(script: Script, parts: Collection[ScriptPart]) -> Script:
    world = copy_world(script.start)
    gone, cut, rows, columns = (
        {part.key for part in parts if part.kind == kind} for kind in ("players", "holds", "rows", "columns")
    )
    holds = tuple(hold for place, hold in enumerate(script.holds) if place not in cut and hold.slot not in gone)
    for part in parts:
        _remove(world, part)
    return Script(_cropped(world, rows, columns) if rows or columns else world, script.ticks, holds)


def is_possible(script: Script) -> bool:
    """Return True if the rules can handle its world, and a demo can hold it."""
    world = script.start
    return min(world.width, world.height) >= SIDE_LEAST and is_safe(world) and not world.rules.fault()


def shifted_earlier(script: Script, ticks: int) -> Script:
    """Return the same, so many ticks earlier in the round; timers stop at 0. A multiple of TICK_RATE keeps speeds."""
    world = copy_world(script.start)
    world.tick -= ticks
    records: list[Player | Bomb | Flame] = [*world.players.values(), *world.bombs.values(), *world.flames.values()]
    for record in records:
        for name in TIMERS.intersection(record.__slots__):
            if getattr(record, name) > 0:
                setattr(record, name, max(0, getattr(record, name) - ticks))
    world.breaking = {tile: until - ticks for tile, until in world.breaking.items()}
    world.over_at = max(0, world.over_at - ticks) if world.over_at >= 0 else -1
    return replace(script, start=world)


def possible_shifts(script: Script) -> list[int]:
    """Return by how many ticks a Script could be earlier: to the start of its round, or to the end of its countdown."""
    tick, countdown = script.start.tick, script.start.rules.countdown
    most = tick // TICK_RATE * TICK_RATE
    after = most - -(-countdown // TICK_RATE) * TICK_RATE
    return [ticks for ticks in (most, after) if ticks > 0]


def _numbers(script: Script) -> list[ScriptPart]:
    world = script.start
    tables: dict[str, dict[int, Any]] = {"player": world.players, "bomb": world.bombs}  # Any: one of their records
    parts = [
        ScriptPart(name, key, field.name)
        for name, table in tables.items()
        for key, record in table.items()
        for field in fields(record)
        if field.default is not MISSING and getattr(record, field.name) != field.default
    ]
    return parts + [ScriptPart("chance", 0)] * (world.rng != 0)


def _places(script: Script) -> list[ScriptPart]:
    return [
        ScriptPart("place", slot, axis)
        for slot, player in script.start.players.items()
        for axis, middle in zip("xy", _middle(script.start, player), strict=True)
        if getattr(player, axis) != middle
    ]


def _middle(world: World, player: Player) -> tuple[int, int]:
    return middle_of(world, tile_at(world, player.x, player.y))


def _rules(script: Script) -> list[ScriptPart]:
    rules, usual = asdict(script.start.rules), asdict(LAST_ONE_STANDING)
    return [ScriptPart("rule", 0, name) for name in rules if rules[name] != usual[name]]


def _free_lines(script: Script, kind: str) -> list[ScriptPart]:
    """The inner rows or columns on which no player and no bomb stands."""
    world = script.start
    things: list[Player | Bomb] = [*world.players.values(), *world.bombs.values()]
    taken = {(thing.y if kind == "rows" else thing.x) // TILE for thing in things}
    length = world.height if kind == "rows" else world.width
    return [ScriptPart(kind, line) for line in range(1, length - 1) if line not in taken]


def _tiles(script: Script) -> list[ScriptPart]:
    world = script.start
    inner = (y * world.width + x for y in range(1, world.height - 1) for x in range(1, world.width - 1))
    return [ScriptPart("tiles", tile) for tile in inner if world.tiles[tile] != Tile.FLOOR]


def _table(script: Script, name: str) -> list[ScriptPart]:
    return [ScriptPart(name, key) for key in getattr(script.start, name)]


# All parts of each kind, in the order in which trying them pays.
PARTS_OF: dict[str, Callable[[Script], list[ScriptPart]]] = {
    "players": partial(_table, name="players"),
    "bombs": partial(_table, name="bombs"),
    "holds": lambda script: [ScriptPart("holds", place) for place in range(len(script.holds))],
    "rows": partial(_free_lines, kind="rows"),
    "columns": partial(_free_lines, kind="columns"),
    **{name: partial(_table, name=name) for name in BY_TILE},
    "tiles": _tiles,
    "numbers": _numbers,
    "places": _places,
    "rules": _rules,
}


def _remove(world: World, part: ScriptPart) -> None:
    match part.kind:
        case "players" | "bombs" | "flames" | "items" | "hidden":
            getattr(world, part.kind).pop(part.key, None)
        case "breaking" | "tiles":
            world.tiles[part.key] = Tile.FLOOR
            world.breaking.pop(part.key, None)
            world.hidden.pop(part.key, None)
        case "player" | "bomb":
            record: Any = (world.players if part.kind == "player" else world.bombs)[part.key]
            setattr(record, part.field, next(one.default for one in fields(record) if one.name == part.field))
        case "place":
            player = world.players[part.key]
            setattr(player, part.field, _middle(world, player)["xy".index(part.field)])
        case "rule":
            world.rules = replace(world.rules, **{part.field: getattr(LAST_ONE_STANDING, part.field)})
        case "chance":
            world.rng = 0


def _cropped(world: World, rows: set[int], columns: set[int]) -> World:
    """Remove rows and columns of the board with what lies on them; what lies beyond moves up."""
    ys, xs = sorted({*range(world.height)} - rows), sorted({*range(world.width)} - columns)
    old = [y * world.width + x for y in ys for x in xs]
    new = {tile: place for place, tile in enumerate(old)}
    things: list[Player | Bomb] = [*world.players.values(), *world.bombs.values()]
    for thing in things:
        thing.x -= TILE * sum(column < thing.x // TILE for column in columns)
        thing.y -= TILE * sum(row < thing.y // TILE for row in rows)
    for name in BY_TILE:
        table = getattr(world, name)
        setattr(world, name, {new[tile]: value for tile, value in table.items() if tile in new})
    world.tiles = bytearray(world.tiles[tile] for tile in old)
    world.width, world.height = len(xs), len(ys)
    return world
