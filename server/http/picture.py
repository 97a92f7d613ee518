"""The room as an SVG picture: the board, and in a round the players, flames and items.

Pure: from what clients may know to text. A tile is SIDE units; positions of the rules are converted by one division.

Rule 1: all colours and texts are constants, but for names, which are escaped; there are no style attributes, which the
        policy header forbids.
Rule 2: tiles of one kind are drawn as one path, so that a board of 64 x 64 stays small.
"""

from collections.abc import Iterator, Sequence
from html import escape

from petard.assets.palette import FLAME, PLAYER_COLOURS
from petard.server.http.shapes import DEFINITIONS, SIDE, hex_colour
from petard.server.room.status import SeatStatus
from petard.shared.protocol.snapshot import Snapshot, world_of
from petard.shared.rules.maps import Board
from petard.shared.rules.ruleset import TILE, Item, RuleSet
from petard.shared.rules.world import Direction, Player, Shape, Tile, World

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
_FIRE = tuple(zip(FLAME[:4], (27, 22, 15, 8), strict=True))  # colours and widths, from the rim to the core
_EYES = {
    Direction.DOWN: (0, 1),
    Direction.RIGHT: (3, 0),
    Direction.UP: (0, -3),
    Direction.LEFT: (-3, 0),
    Direction.NONE: (0, 1),
}


def picture(board: Board, seen: Snapshot | None, seats: Sequence[SeatStatus]) -> str:
    """Return an <svg> of the round, or, without one, of the empty board and its starts."""
    if seen is None:
        width, height = board.width, board.height
        inside = _ground(board.tiles, width) + _starts(board)
    else:
        width, height = seen.width, len(seen.tiles) // seen.width
        world = world_of(seen, RuleSet(), width, height)
        inside = _ground(seen.tiles, width) + _round(world, seats)
    wide, tall = width * SIDE, height * SIDE
    floor = f'<rect width="{wide}" height="{tall}" fill="url(#floor)"/>'
    about = f'class="board" viewBox="0 0 {wide} {tall}" role="img" aria-label="the board, seen from above"'
    return f"<svg {about}>{DEFINITIONS}{floor}{inside}</svg>"


def _ground(tiles: bytes, width: int) -> str:
    kinds = ((Tile.WALL, "wall"), (Tile.BRICK, "brick"), (Tile.BREAKING, "breaking"))
    paths = ((name, _runs(tiles, width, kind)) for kind, name in kinds)
    return "".join(f'<path fill="url(#{name})" d="{path}"/>' for name, path in paths if path)


def _runs(tiles: bytes, width: int, kind: int) -> str:
    """All tiles of a kind as one path; neighbours in a row are one box."""
    boxes = []
    for top in range(0, len(tiles), width):
        row, start = tiles[top : top + width], 0
        while (start := row.find(kind, start)) >= 0:
            end = start
            while end < width and row[end] == kind:
                end += 1
            wide = (end - start) * SIDE
            boxes.append(f"M{start * SIDE} {top // width * SIDE}h{wide}v{SIDE}h-{wide}z")
            start = end
    return "".join(boxes)


def _starts(board: Board) -> str:
    return "".join(_use("start", *_middle(tile, board.width)) for tile in board.spawns)


def _round(world: World, seats: Sequence[SeatStatus]) -> str:
    """What moves, from back to front."""
    parts = [_use(Item(item).name.lower(), *_middle(tile, world.width)) for tile, item in world.items.items()]
    parts += [_use("petard", _units(bomb.x), _units(bomb.y)) for bomb in world.bombs.values()]
    parts.append(_flames(world))
    by_slot = {seat.slot: seat for seat in seats}
    living = [player for player in world.players.values() if player.died_at < 0]
    bodies = sorted(((player, by_slot.get(player.slot)) for player in living), key=lambda both: both[0].y)
    parts += [_body(player, seat) for player, seat in bodies]
    parts += [_label(player, seat) for player, seat in bodies if seat]
    return "".join(parts)


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
    layers = (f'<g stroke="{hex_colour(colour)}" stroke-width="{wide}">{paths}</g>' for colour, wide in _FIRE)
    return f'<g fill="none">{"".join(layers)}</g>'


def _towards(world: World, tile: int) -> Iterator[tuple[int, int]]:
    """The sides of a middle where the next tile has an arm that comes this way."""
    for dx, dy in (_UP, _RIGHT, _DOWN, _LEFT):
        beside = world.flames.get(tile + dy * world.width + dx)
        if beside and (beside.shape == Shape.CENTRE or (-dx, -dy) in _ARMS[beside.shape]):
            yield dx, dy


def _body(player: Player, seat: SeatStatus | None) -> str:
    colour = hex_colour(PLAYER_COLOURS[seat.colour % len(PLAYER_COLOURS)]) if seat else "#888"
    dx, dy = _EYES[player.facing]
    x, y = _units(player.x), _units(player.y)
    faded = ' opacity=".5"' if seat and seat.is_away else ""
    eyes = "" if player.facing == Direction.UP else f'<use href="#eyes" x="{x + dx}" y="{y + dy}"/>'
    return f'<g{faded}><use href="#body" fill="{colour}" x="{x}" y="{y}"/>{eyes}</g>'


def _label(player: Player, seat: SeatStatus) -> str:
    x, y = _units(player.x), _units(player.y) - 19
    return f'<text x="{x}" y="{y}">{escape(seat.name)}</text>'


def _use(name: str, x: int, y: int) -> str:
    return f'<use href="#{name}" x="{x}" y="{y}"/>'


def _middle(tile: int, width: int) -> tuple[int, int]:
    return tile % width * SIDE + HALF, tile // width * SIDE + HALF


def _units(place: int) -> int:
    return place * SIDE // TILE
