"""The room as an SVG picture: the board, and in a round the players, flames and items.

Pure: from what clients may know to text. A tile is SIDE units; positions of the rules are converted by one division.

Rule 1: all colours and texts are constants, but for names, which are escaped; there are no style attributes, which the
        policy header forbids.
Rule 2: tiles of one kind are drawn as one path, so that a board of 64 x 64 stays small.
Rule 3: shapes are defined once: patterns for the ground, and small drawings around 0, 0 for the rest.
"""

import re
from collections.abc import Iterator, Sequence
from html import escape

from petard.assets import palette
from petard.server.room.status import SeatStatus
from petard.shared.protocol.snapshot import Snapshot, world_of
from petard.shared.rules.floors import ARROWS, BELTS, DOORS, PIT, TELEPORTS, special_tiles
from petard.shared.rules.items import ITEM_NUMBERS, Item
from petard.shared.rules.maps import Board
from petard.shared.rules.ruleset import TILE, RuleSet
from petard.shared.rules.world import Direction, Player, Shape, Tile, World, is_alive

SIDE = 32  # units of a tile
HALF = SIDE // 2
_UP, _RIGHT, _DOWN, _LEFT = (0, -1), (1, 0), (0, 1), (-1, 0)
# To which sides a flame goes on; a middle one goes wherever an arm comes towards it.
_ARMS: dict[int, tuple[tuple[int, int], ...]] = {
    Shape.LYING: (_LEFT, _RIGHT),
    Shape.STANDING: (_UP, _DOWN),
    Shape.END_UP: (_DOWN,),
    Shape.END_RIGHT: (_LEFT,),
    Shape.END_DOWN: (_UP,),
    Shape.END_LEFT: (_RIGHT,),
}
_GAZE = {  # by how much the eyes are off the middle
    Direction.DOWN: (0, 1),
    Direction.RIGHT: (3, 0),
    Direction.UP: (0, -3),
    Direction.LEFT: (-3, 0),
    Direction.NONE: (0, 1),
}


def hex_colour(colour: palette.Colour) -> str:
    """Return a colour as HTML writes it.

    >>> hex_colour((255, 190, 66))
    '#ffbe42'
    """
    return "#" + "".join(f"{part:02x}" for part in colour)


_INK, _PAPER = hex_colour(palette.INK), hex_colour(palette.PAPER)
_STONE, _STONE_DARK = hex_colour(palette.STONE), hex_colour(palette.STONE_DARK)
_CLAY, _CLAY_DARK = hex_colour(palette.CLAY), hex_colour(palette.CLAY_DARK)
_ACCENT, _COOL = hex_colour(palette.ACCENT), hex_colour(palette.COOL)
_DANGER, _GOOD = hex_colour(palette.DANGER), hex_colour(palette.GOOD)
_FLOORS, _FLAMES = [hex_colour(one) for one in palette.FLOOR], [hex_colour(one) for one in palette.FLAME]
_FIRE = tuple(zip(_FLAMES[:4], (27, 22, 15, 8), strict=True))  # colours and widths, from the rim to the core
_BRICKS = "M1 2h13v8h-13zM17 2h14v8h-14zM1 13h6v8h-6zM10 13h13v8h-13zM26 13h5v8h-5z"
_LOW_BRICKS = "M1 24h13v6h-13zM17 24h14v6h-14z"


def _pattern(name: str, side: int, inside: str) -> str:
    size = f'width="{side}" height="{side}"'
    return f'<pattern id="{name}" {size} patternUnits="userSpaceOnUse">{inside}</pattern>'


def _box(fill: str, x: float, y: float, wide: float, tall: float, round: float = 0) -> str:
    corner = f' rx="{round}"' if round else ""
    return f'<rect x="{x}" y="{y}" width="{wide}" height="{tall}"{corner} fill="{fill}"/>'


def _chip(name: str, colour: str, inside: str) -> str:
    frame = f'<rect x="-12" y="-12" width="24" height="24" rx="6" fill="{colour}" stroke="{_PAPER}" stroke-width="2"/>'
    return f'<g id="{name}">{frame}{inside}</g>'


def _path(fill: str, d: str, more: str = "") -> str:
    return f'<path fill="{fill}" d="{d}"{more}/>'


_FLOOR = _box(_FLOORS[0], 0, 0, 64, 64) + _path(_FLOORS[1], "M0 0h32v32h32v32h-32v-32h-32z")
_WALL = (
    _box(_INK, 0, 0, 32, 32)
    + _box(_STONE_DARK, 1, 1, 30, 30, 4)
    + _box(_STONE, 1, 1, 30, 25, 4)
    + _box("#a9b0cb", 3, 2.5, 26, 2, 1)
    + _path(_STONE_DARK, "M5 7h2v2h-2zM25 7h2v2h-2zM5 20h2v2h-2zM25 20h2v2h-2z")
)
_BRICK = _box(_INK, 0, 0, 32, 32) + _path(_CLAY, _BRICKS) + _path(_CLAY_DARK, _LOW_BRICKS)
_BROKEN = _path(_CLAY, _BRICKS, ' opacity=".6"') + _path(_CLAY_DARK, _LOW_BRICKS, ' opacity=".6"')
_SPARK = f'<circle cx="9" cy="-12" r="3.5" fill="{_FLAMES[2]}"/><circle cx="9" cy="-12" r="1.6" fill="{_PAPER}"/>'
_FUSE = f'<path d="M4 -7q1 -5 5 -5" fill="none" stroke="{_CLAY_DARK}" stroke-width="2.4"/>'
_PETARD = (
    f'<ellipse cy="12" rx="11" ry="3" fill="{_INK}" opacity=".35"/>'
    f'<circle cy="1" r="11.5" fill="{_INK}"/><circle cy="1" r="10" fill="#3a3560"/>'
    f'<circle cx="-3.5" cy="-3" r="3" fill="#8d88b8"/>{_FUSE}{_SPARK}'
)
_FOOT = "h7v4q0 1.5 -1.5 1.5h-4q-1.5 0 -1.5 -1.5z"
_FEET = f'<path d="M-9 10{_FOOT}M2 10{_FOOT}" fill="{_INK}"/>'
_BODY = (
    f'<ellipse cy="14" rx="12" ry="3.5" fill="{_INK}" opacity=".35"/>{_FEET}'
    f'<path d="M0 -13v-2.5" stroke="{_INK}" stroke-width="2.5"/><circle cy="-16" r="2.4" stroke="{_INK}"/>'
    f'<rect x="-11" y="-13" width="22" height="25" rx="10" stroke="{_INK}" stroke-width="2"/>'
    '<path d="M-7.5 -4q.5 -5 5.5 -6" fill="none" stroke="#fff" stroke-opacity=".5" stroke-width="2.4"'
    ' stroke-linecap="round"/>'
)
_EYES = (
    f'<g fill="{_PAPER}" stroke="{_INK}"><ellipse cx="-4" cy="-2" rx="3.2" ry="4"/><ellipse cx="4" cy="-2" rx="3.2"'
    f' ry="4"/></g><g fill="{_INK}"><circle cx="-3.6" cy="-1.4" r="1.7"/><circle cx="4.4" cy="-1.4" r="1.7"/></g>'
)
_START = f'<circle r="9" fill="none" stroke="{_PAPER}" stroke-width="2" stroke-dasharray="3 3" opacity=".55"/>'
_FIRE_SHAPE = "M0 -9q7 6 6 12a6 6 0 0 1 -12 0q0 -3 2.5 -5q1 3 3 3q1.5 -5 .5 -10z"
_SKATE = "M-6 -8h6v6q1 2 6 2.5v4.5h-12zM-5 6.5h2.5v2.5h-2.5zM2.5 6.5h2.5v2.5h-2.5z"
_SHIELD = "M0 -8.5l7 2.5q1 10 -7 15q-8 -5 -7 -15z"
_PEN = f' stroke="{_PAPER}" stroke-width="3" stroke-linecap="round"'
_APPLE = f'<circle cy="2" r="7" fill="{_DANGER}"/>' + _path("#3f9a58", "M0 -4q1 -5 6 -5q0 5 -6 5z")
_SOCKETS = f'<g fill="{_INK}"><circle cx="-3" cy="-1.5" r="2"/><circle cx="3" cy="-1.5" r="2"/></g>'
# The colour of an item's card, and the sign on it; an item without a row has its first letter.
_ITEM_SIGNS = {
    Item.BOMB: ("#8b7fd6", f'<circle cy="1.5" r="6.5" fill="{_INK}"/>' + _path(_ACCENT, "M3 -8h4v4h-4z")),
    Item.FLAME: ("#ffe3a6", _path(_FLAMES[1], _FIRE_SHAPE)),
    Item.SKATE: (_COOL, _path(_DANGER, _SKATE)),
    Item.KICK: (_GOOD, _path(_INK, "M-6 -7h5v7q6 0 7 4v3h-12z")),
    Item.SHIELD: ("#dfe6ff", _path("#4a74d8", _SHIELD)),
    Item.FRUIT: ("#fff0d0", _APPLE),
    Item.FULL_FLAME: ("#ff7a3c", _path(_FLAMES[2], _FIRE_SHAPE)),
    Item.PIERCE: (
        "#fad6a0",
        _path(_CLAY, "M-6 -7h4v14h-4zM2 -7h4v14h-4z") + _path(_INK, "M-9 -2h11v-3l7 5l-7 5v-3h-11z"),
    ),
    Item.REMOTE: ("#b0e2d6", _path(_INK, "M-5 -4h8v-5h2v14h-10z") + f'<circle cy="1" r="3" fill="{_DANGER}"/>'),
    Item.PUNCH: ("#fae26e", _path(_DANGER, "M-7 -3q2 -5 8 -4q7 1 6 7q-1 6 -8 6q-6 0 -6 -4z")),
    Item.GLOVE: ("#e2e8fa", _path("#4a74d8", "M-6 -1v-6h3v5v-7h3v7v-6h3v6l3 -4l2 2l-5 9h-8z")),
    Item.DISEASE: ("#4a2c60", _path(_PAPER, "M-7 -2a7 6 0 0 1 14 0q0 4 -3 5v5h-8v-5q-3 -1 -3 -5z") + _SOCKETS),
}


def _letter(item: Item) -> tuple[str, str]:
    return _CLAY, f'<text y="7" fill="{_PAPER}">{item.name[0]}</text>'


DEFINITIONS = (
    "<defs>"
    + _pattern("floor", 2 * SIDE, _FLOOR)
    + _pattern("wall", SIDE, _WALL)
    + _pattern("brick", SIDE, _BRICK)
    + _pattern("breaking", SIDE, _BROKEN)
    + f'<g id="petard">{_PETARD}</g><g id="body">{_BODY}</g><g id="eyes">{_EYES}</g><g id="start">{_START}</g>'
    + "".join(_chip(item.name.lower(), *_ITEM_SIGNS.get(item, _letter(item))) for item in Item)
    + _chip("unknown", _CLAY, _path("none", "M-4 -4a4 4 0 1 1 6 4q-2 1 -2 3M0 7.5v.1", _PEN))
    + "</defs>"
)


def picture(board: Board, seen: Snapshot | None, seats: Sequence[SeatStatus]) -> str:
    """Return an <svg> of the round, or, without one, of the empty board and its starts."""
    if seen is None:
        width, height = board.width, board.height
        starts = (_use("start", *_middle(tile, width)) for tile in board.spawns)
        inside = _ground(board.tiles, width) + _floors(board.floors, board.tiles, width) + "".join(starts)
    else:
        width, height = seen.width, len(seen.tiles) // seen.width
        world = world_of(seen, RuleSet(), width, height)
        inside = _ground(seen.tiles, width) + _floors(seen.floors, seen.tiles, width) + _round(world, seats)
    wide, tall = width * SIDE, height * SIDE
    floor = f'<rect width="{wide}" height="{tall}" fill="url(#floor)"/>'
    about = f'class="board" viewBox="0 0 {wide} {tall}" role="img" aria-label="the board, seen from above"'
    return f"<svg {about}>{DEFINITIONS}{floor}{inside}</svg>"


def _ground(tiles: bytes, width: int) -> str:
    kinds = ((Tile.WALL, "wall"), (Tile.BRICK, "brick"), (Tile.BREAKING, "breaking"))
    paths = ((name, _runs(tiles, width, kind)) for kind, name in kinds)
    return "".join(f'<path fill="url(#{name})" d="{path}"/>' for name, path in paths if path)


def _floors(floors: bytes, tiles: bytes, width: int) -> str:
    """The special floors: a dark hole, a ring, or a triangle that points where bodies or bombs go."""
    shapes = []
    for tile in sorted(special_tiles(floors)):
        if tiles[tile] != Tile.FLOOR:
            continue
        floor, (x, y) = floors[tile], _middle(tile, width)
        ways = [table[floor] for table in (ARROWS, DOORS, BELTS) if floor in table]
        if ways:
            colour = {floor in ARROWS: "#ffbe42", floor in DOORS: "#68d082", floor in BELTS: "#c8c8dc"}[True]
            turn = (90, 0, 270, 180)[ways[0]]
            shapes.append(
                f'<path fill="{colour}" d="M-8 -9L10 0L-8 9z" transform="translate({x} {y}) rotate({turn})"/>'
            )
        elif floor == PIT:
            shapes.append(f'<rect fill="#0b0914" x="{x - 13}" y="{y - 13}" width="26" height="26" rx="6"/>')
        elif floor in TELEPORTS:
            colour = ("#68befa", "#ffbe42", "#f682c8", "#68d082")[floor - TELEPORTS[0]]
            shapes.append(f'<circle fill="none" stroke="{colour}" stroke-width="5" cx="{x}" cy="{y}" r="10"/>')
    return "".join(shapes)


def _runs(tiles: bytes, width: int, kind: int) -> str:
    """All tiles of a kind as one path; neighbours in a row are one box."""
    boxes = []
    for top in range(0, len(tiles), width):
        for run in re.finditer(re.escape(bytes([kind])) + b"+", tiles[top : top + width]):
            wide = len(run[0]) * SIDE
            boxes.append(f"M{run.start() * SIDE} {top // width * SIDE}h{wide}v{SIDE}h-{wide}z")
    return "".join(boxes)


def _round(world: World, seats: Sequence[SeatStatus]) -> str:
    """What moves, from back to front."""
    parts = [_use(_item_shape(item), *_middle(tile, world.width)) for tile, item in world.items.items()]
    parts += [_use("petard", _units(bomb.x), _units(bomb.y)) for bomb in world.bombs.values()]
    parts.append(_flames(world))
    by_slot = {seat.slot: seat for seat in seats}
    living = [player for player in world.players.values() if is_alive(world, player)]
    bodies = sorted(((player, by_slot.get(player.slot)) for player in living), key=lambda both: both[0].y)
    parts += [_body(player, seat) for player, seat in bodies]
    for player, seat in bodies:
        if seat:
            parts.append(f'<text x="{_units(player.x)}" y="{_units(player.y) - 19}">{escape(seat.name)}</text>')
    return "".join(parts)


def _item_shape(item: int) -> str:
    return ITEM_NUMBERS[item].name.lower() if item in ITEM_NUMBERS else "unknown"


def _flames(world: World) -> str:
    """Strokes from the middles of tiles to their edges, one over the other, from the rim to the core."""
    arms, ends = [], []
    for tile, flame in world.flames.items():
        x, y = _middle(tile, world.width)
        sides = _ARMS.get(flame.shape) or tuple(_towards(world, tile))
        line = "".join(f"M{x} {y}l{HALF * dx} {HALF * dy}" for dx, dy in sides)
        if len(sides) == 1:
            ends.append(line)
        else:  # at a wall they end flat
            arms.append(line)
            ends += [f"M{x} {y}h0"] * (flame.shape == Shape.CENTRE)
    if not ends and not arms:
        return ""
    paths = f'<path d="{"".join(arms)}"/><path stroke-linecap="round" d="{"".join(ends)}"/>'
    layers = (f'<g stroke="{colour}" stroke-width="{wide}">{paths}</g>' for colour, wide in _FIRE)
    return f'<g fill="none">{"".join(layers)}</g>'


def _towards(world: World, tile: int) -> Iterator[tuple[int, int]]:
    """The sides of a middle where the next tile has an arm that comes this way."""
    for dx, dy in (_UP, _RIGHT, _DOWN, _LEFT):
        beside = world.flames.get(tile + dy * world.width + dx)
        if beside and (beside.shape == Shape.CENTRE or (-dx, -dy) in _ARMS[beside.shape]):
            yield dx, dy


def _body(player: Player, seat: SeatStatus | None) -> str:
    colour = hex_colour(palette.PLAYER_COLOURS[seat.colour % len(palette.PLAYER_COLOURS)]) if seat else "#888"
    dx, dy = _GAZE[player.facing]
    x, y = _units(player.x), _units(player.y)
    faded = ' opacity=".5"' if seat and seat.is_away else ""
    eyes = "" if player.facing == Direction.UP else f'<use href="#eyes" x="{x + dx}" y="{y + dy}"/>'
    return f'<g{faded}><use href="#body" fill="{colour}" x="{x}" y="{y}"/>{eyes}</g>'


def _use(name: str, x: int, y: int) -> str:
    return f'<use href="#{name}" x="{x}" y="{y}"/>'


def _middle(tile: int, width: int) -> tuple[int, int]:
    return tile % width * SIDE + HALF, tile // width * SIDE + HALF


def _units(place: int) -> int:
    return place * SIDE // TILE
