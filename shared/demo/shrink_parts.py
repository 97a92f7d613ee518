"""What a Script can do without: bodies, bombs, keys held, lines of the board, walls, unusual numbers.

Rule 1: everything is a Part, `parts_of` lists them, and `without` makes the Script that lacks some; so whoever makes
        Scripts smaller needs to know no kind.
Rule 2: what comes out may be a world that no match leads to, but always one that the rules can bear, see `is_possible`.
"""

from collections.abc import Callable, Collection, Iterable
from dataclasses import MISSING, dataclass, fields, replace
from typing import Any

from petard.shared.demo.delta_packing import TIMERS
from petard.shared.demo.script import Script
from petard.shared.rules.maps import SIDE_LEAST
from petard.shared.rules.ruleset import LAST_ONE_STANDING, TICK_RATE, TILE, RuleSet
from petard.shared.rules.world import Bomb, Flame, Player, Tile, World, copy_world, is_safe, middle_of, tile_at

BY_TILE = ("flames", "items", "hidden", "breaking")
# In the order in which it pays to try them.
KINDS = ("players", "bombs", "holds", "rows", "columns", *BY_TILE, "tiles", "numbers", "places", "rules")


@dataclass(frozen=True, slots=True, order=True)
class ScriptPart:
    """One thing of a Script: `key` is a slot, an id, a tile, a line or the place of a Hold; `field` a number's name."""

    kind: str
    key: int
    field: str = ""


def parts_of(script: Script, kind: str) -> list[ScriptPart]:
    """All parts of one of KINDS."""
    return _LISTS[kind](script)


def without(script: Script, parts: Collection[ScriptPart]) -> Script:
    """The Script that lacks these parts."""
    world = copy_world(script.start)
    gone = {part.key for part in parts if part.kind == "players"}
    cut = {part.key for part in parts if part.kind == "holds"}
    holds = tuple(hold for place, hold in enumerate(script.holds) if place not in cut and hold.slot not in gone)
    for part in parts:
        _leave_out(world, part)
    rows = {part.key for part in parts if part.kind == "rows"}
    columns = {part.key for part in parts if part.kind == "columns"}
    return Script(_cropped(world, rows, columns) if rows or columns else world, script.ticks, holds)


def is_possible(script: Script) -> bool:
    """True if the rules can bear its world, and a demo can hold it."""
    world = script.start
    return min(world.width, world.height) >= SIDE_LEAST and is_safe(world) and not world.rules.fault()


def sooner(script: Script, ticks: int) -> Script:
    """The same so many ticks sooner in the round; what is past stays at 0. A multiple of TICK_RATE keeps all paces."""
    world = copy_world(script.start)
    world.tick -= ticks
    records: tuple[Iterable[Player | Bomb | Flame], ...] = (
        world.players.values(),
        world.bombs.values(),
        world.flames.values(),
    )
    for record in (record for table in records for record in table):
        for name in TIMERS.intersection(record.__slots__):
            if getattr(record, name) > 0:
                setattr(record, name, max(0, getattr(record, name) - ticks))
    world.breaking = {tile: until - ticks for tile, until in world.breaking.items()}
    world.over_at = max(0, world.over_at - ticks) if world.over_at >= 0 else -1
    return replace(script, start=world)


def sooner_by(script: Script) -> list[int]:
    """So many ticks could a Script be sooner and still be after the countdown, or even within it."""
    tick, countdown = script.start.tick, script.start.rules.countdown
    most = tick // TICK_RATE * TICK_RATE
    after = most - -(-countdown // TICK_RATE) * TICK_RATE
    return [ticks for ticks in (most, after) if ticks > 0]


# --- the kinds ------------------------------------------------------------------------------------------------------


def _numbers(script: Script) -> list[ScriptPart]:
    world = script.start
    records: list[tuple[str, int, Any]] = [("player", slot, player) for slot, player in world.players.items()]
    records += [("bomb", key, bomb) for key, bomb in world.bombs.items()]
    found = [
        ScriptPart(name, key, field.name)
        for name, key, record in records
        for field in fields(record)
        if field.default is not MISSING and getattr(record, field.name) != field.default
    ]
    return found + [ScriptPart("chance", 0)] * (world.rng != 0)


def _places(script: Script) -> list[ScriptPart]:
    world = script.start
    middles = {slot: middle_of(world, tile_at(world, body.x, body.y)) for slot, body in world.players.items()}
    return [
        ScriptPart("place", slot, axis)
        for slot, middle in middles.items()
        for axis, at in zip("xy", middle, strict=True)
        if getattr(world.players[slot], axis) != at
    ]


def _rules(script: Script) -> list[ScriptPart]:
    rules = script.start.rules
    names = [field.name for field in fields(RuleSet)]
    return [ScriptPart("rule", 0, name) for name in names if getattr(rules, name) != getattr(LAST_ONE_STANDING, name)]


def _lines(script: Script, kind: str) -> list[ScriptPart]:
    """The rows or columns between the rims on which nothing is that moves."""
    world = script.start
    things: list[Player | Bomb] = [*world.players.values(), *world.bombs.values()]
    taken = {(thing.y if kind == "rows" else thing.x) // TILE for thing in things}
    length = world.height if kind == "rows" else world.width
    return [ScriptPart(kind, line) for line in range(1, length - 1) if line not in taken]


def _tiles(script: Script) -> list[ScriptPart]:
    world = script.start
    inner = (y * world.width + x for y in range(1, world.height - 1) for x in range(1, world.width - 1))
    return [ScriptPart("tiles", tile) for tile in inner if world.tiles[tile] != Tile.FLOOR]


def _table(name: str) -> Callable[[Script], list[ScriptPart]]:
    return lambda script: [ScriptPart(name, key) for key in getattr(script.start, name)]


_LISTS: dict[str, Callable[[Script], list[ScriptPart]]] = {
    **{name: _table(name) for name in ("players", "bombs", *BY_TILE)},
    "holds": lambda script: [ScriptPart("holds", place) for place in range(len(script.holds))],
    "rows": lambda script: _lines(script, "rows"),
    "columns": lambda script: _lines(script, "columns"),
    "tiles": _tiles,
    "numbers": _numbers,
    "places": _places,
    "rules": _rules,
}


def _leave_out(world: World, part: ScriptPart) -> None:
    match part.kind:
        case "players" | "bombs" | "flames" | "items" | "hidden":
            getattr(world, part.kind).pop(part.key, None)
        case "breaking" | "tiles":
            world.tiles[part.key] = Tile.FLOOR
            world.breaking.pop(part.key, None)
            world.hidden.pop(part.key, None)
        case "player" | "bomb":
            record: Any = (world.players if part.kind == "player" else world.bombs)[part.key]
            usual = next(field.default for field in fields(record) if field.name == part.field)
            setattr(record, part.field, usual)
        case "place":
            player = world.players[part.key]
            x, y = middle_of(world, tile_at(world, player.x, player.y))
            setattr(player, part.field, x if part.field == "x" else y)
        case "rule":
            usual = getattr(LAST_ONE_STANDING, part.field)
            world.rules = replace(world.rules, **{part.field: usual})
        case "chance":
            world.rng = 0


def _cropped(world: World, rows: Collection[int], columns: Collection[int]) -> World:
    """The world without some lines of its board; what lay on them is gone, what lay beyond moves up."""
    ys = [y for y in range(world.height) if y not in rows]
    xs = [x for x in range(world.width) if x not in columns]
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
