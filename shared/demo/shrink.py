"""Makes a failing Script smaller while it keeps failing in the same way.

After Zeller and Hildebrandt, "Simplifying and Isolating Failure-Inducing Input", IEEE Transactions on Software
Engineering 28(2), 2002: `ddmin` removes halves, then quarters, then eighths … of what is left while the rest fails.

Rule 1: the caller's judge decides whether and how a Script fails; a smaller one counts only if it fails alike.
Rule 2: the end of the match is removed first, then its beginning, so nearly all attempts play a few ticks only.
Rule 3: an attempt is one call of the judge; after `most` of them the smallest Script so far is the result.
Rule 4: whatever can be removed is a ScriptPart: PARTS_OF lists players, bombs, keys held, rows of the board, walls and
        unusual numbers, and `without` removes some. The result may be a world that no match leads to, but always one
        that the rules can handle, see `is_possible`.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import MISSING, asdict, dataclass, fields, replace
from enum import Enum
from functools import partial
from typing import Any, TypeVar

from petard.shared.demo.packing import TIMERS
from petard.shared.demo.script import Script, since, until
from petard.shared.rules.floors import special_tiles, without_single_teleports
from petard.shared.rules.maps import SIDE_LEAST
from petard.shared.rules.ruleset import LAST_ONE_STANDING, TICK_RATE, TILE
from petard.shared.rules.world import Bomb, Flame, Player, Tile, World, copy_world, fault_of_world, middle_of, tile_at

ROUNDS = 4  # over all kinds of parts: a part that is removed may allow another to be removed
T = TypeVar("T")
BY_TILE = ("flames", "items", "hidden", "breaking")


class ShrinkFault(Enum):
    RAISES = "the rules raise"
    CHANCE = "played twice it is not the same"
    HASH = "it depends on the hash seed of Python"
    OTHER = "the other build plays it otherwise"


@dataclass(frozen=True, slots=True)
class ShrinkReason:
    """Why a Script fails. `place`: what differs first, or what was raised and where; `tick`: after which tick.

    `more`: the same with all numbers, for people.
    """

    fault: ShrinkFault
    place: str
    tick: int
    more: str = ""

    def is_like(self, other: "ShrinkReason | None") -> bool:
        """Return True for the same way of failing, at any tick."""
        return other is not None and (self.fault, self.place) == (other.fault, other.place)


@dataclass(frozen=True, slots=True, order=True)
class ScriptPart:
    """One part of a Script: `key` is a slot, id, tile, row, column or index of a Hold; `field` the name of a number."""

    kind: str
    key: int
    field: str = ""


Judge = Callable[[Script], ShrinkReason | None]


def shrink(script: Script, judge: Judge, most: int = 4000) -> tuple[Script, ShrinkReason]:
    """Return the smallest Script that fails as this one does, and its reason; ValueError if this one does not fail."""
    reason = judge(script)
    if reason is None:
        raise ValueError("this script does not fail")
    return _Shrinking(script, reason, judge, most).run()


def ddmin(things: Sequence[T], fails: Callable[[list[T]], bool]) -> list[T]:
    """Return the things that are needed to fail: none of them alone can be removed. `fails(all of them)` must be true.

    >>> ddmin(range(20), lambda some: {3, 11} <= set(some))
    [3, 11]
    """
    left = list(things)
    if left and fails([]):
        return []
    size = len(left) // 2
    while size:
        at, before = 0, len(left)
        while at < len(left):
            rest = left[:at] + left[at + size :]
            if len(rest) < len(left) and rest and fails(rest):
                left = rest
            else:
                at += size
        if size == 1 and len(left) < before:
            continue  # what only a removed thing needed can be removed now
        size = min(size // 2, max(1, len(left) // 2)) if len(left) > 1 else 0
    return left


class _Shrinking:
    def __init__(self, script: Script, reason: ShrinkReason, judge: Judge, most: int) -> None:
        self._script, self._reason = script, reason
        self._judge, self._left = judge, most

    def run(self) -> tuple[Script, ShrinkReason]:
        self._cut()
        for _ in range(ROUNDS):
            before = self._script
            for parts_of in PARTS_OF.values():
                self._drop(parts_of(self._script))
            any(self._try(shifted_earlier(self._script, ticks)) for ticks in possible_shifts(self._script))
            self._shorten_holds()
            self._cut()
            if self._script == before:
                break
        return self._script, self._reason

    def _try(self, script: Script) -> bool:
        """Keep a smaller Script if it fails in the same way."""
        if self._left <= 0 or not is_possible(script):
            return False
        self._left -= 1
        reason = self._judge(script)
        if reason is None or not reason.is_like(self._reason):
            return False
        self._script, self._reason = script, reason
        return True

    def _cut(self) -> None:
        """Remove everything after the failure, and as much before it as possible."""
        self._script = until(self._script, self._reason.tick)
        back = 1
        while back < self._script.ticks:
            if self._try(since(self._script, self._script.ticks - back)):
                break
            back *= 2
        self._script = until(self._script, self._reason.tick)

    def _drop(self, parts: list[ScriptPart]) -> None:
        whole = self._script
        if parts:
            ddmin(parts, lambda kept: self._try(without(whole, set(parts).difference(kept))))

    def _shorten_holds(self) -> None:
        for place in range(len(self._script.holds)):
            hold = self._script.holds[place]
            for last in (hold.first, (hold.first + hold.last) // 2, hold.last - 1):
                holds = list(self._script.holds)
                holds[place] = replace(hold, last=last)
                if hold.first <= last < hold.last and self._try(replace(self._script, holds=tuple(holds))):
                    break


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
    return min(world.width, world.height) >= SIDE_LEAST and not (fault_of_world(world) or world.rules.fault())


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


def _floors(script: Script) -> list[ScriptPart]:
    return [ScriptPart("floors", tile) for tile in sorted(special_tiles(script.start.floors))]


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
    "floors": _floors,
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
        case "floors":
            less = world.floors[: part.key] + bytes(1) + world.floors[part.key + 1 :]
            world.floors = without_single_teleports(less)
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
    world.floors = without_single_teleports(bytes([world.floors[tile] for tile in old if world.floors]))
    world.width, world.height = len(xs), len(ys)
    return world
