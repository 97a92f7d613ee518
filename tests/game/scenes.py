"""Views and seats made by hand, for the tests and the bench of what is drawn."""

from collections.abc import Collection
from math import sin

from petard.game.view.sprites import Sprite, floor_sprites, upper_sprites
from petard.game.view.view import BombView, FlameView, ItemView, PlayerView, View
from petard.shared.protocol.messages import Seat
from petard.shared.rules.world import Shape, Tile

NAMES = ("Ada", "Grace", "Linus", "Margaret", "Dennis", "Barbara", "Ken", "Radia")

ARMS = {
    (1, 0): (Shape.LYING, Shape.END_RIGHT),
    (-1, 0): (Shape.LYING, Shape.END_LEFT),
    (0, 1): (Shape.STANDING, Shape.END_DOWN),
    (0, -1): (Shape.STANDING, Shape.END_UP),
}


def tiles_of(text: str) -> tuple[int, int, bytes]:
    """Width, height and tiles of a board drawn with . # + and * (crumbling)."""
    rows = text.split()
    kinds = {".": Tile.FLOOR, "#": Tile.WALL, "+": Tile.BRICK, "*": Tile.BREAKING}
    return len(rows[0]), len(rows), bytes(kinds[mark] for row in rows for mark in row)


def view_of(text: str, **rest: object) -> View:
    """A View of a board drawn as text."""
    width, height, tiles = tiles_of(text)
    return View(**{"tick": 600.0, "width": width, "height": height, "tiles": tiles, "ticks_left": 5000.0, **rest})  # type: ignore[arg-type]


def board(width: int, height: int, bricks: int = 72) -> bytes:
    """Pillars, a closed rim, and bricks on `bricks` per cent of the rest, always the same ones."""
    tiles = bytearray(width * height)
    for y in range(height):
        for x in range(width):
            if x in (0, width - 1) or y in (0, height - 1) or (x % 2 == 0 and y % 2 == 0):
                tiles[y * width + x] = Tile.WALL
            elif (x * 37 + y * 91 + x * y * 13) % 100 < bricks and not (x < 3 and y < 3):
                tiles[y * width + x] = Tile.BRICK
    return bytes(tiles)


def cross(x: int, y: int, reach: int, ticks_left: float) -> list[FlameView]:
    """The flames of one blast on an empty floor."""
    flames = [FlameView(x, y, Shape.CENTRE, ticks_left)]
    for (dx, dy), (middle, end) in ARMS.items():
        for far in range(1, reach + 1):
            shape = end if far == reach else middle
            flames.append(FlameView(x + dx * far, y + dy * far, shape, ticks_left))
    return flames


def seats(count: int, mine: int = 1) -> tuple[Seat, ...]:
    """So many seats with different looks; the first `mine` belong to member 1."""
    return tuple(
        Seat(
            slot=slot,
            member=1 if slot < mine else 2,
            name=NAMES[slot] if slot < len(NAMES) else f"Bot {slot}",
            colour=slot % 16,
            character=slot % 8,
            ready=True,
            plays=True,
            wins=slot % 3,
            ping=20,
        )
        for slot in range(count)
    )


def busy(players: int = 8, width: int = 15, height: int = 13, tick: float = 700.0) -> View:
    """A wild moment: everybody walks, bombs of every age, flames in each third column, items and crumbling bricks."""
    tiles = bytearray(board(width, height, 30))
    bodies, bombs, flames, items = [], [], [], []
    columns = [x for x in range(1, width - 1) if x % 2]
    rows = [y for y in range(1, height - 1) if y % 2]
    for slot in range(players):
        x, y = columns[slot * 3 % len(columns)], rows[slot * 5 % len(rows)]
        bodies.append(
            PlayerView(
                slot,
                x + 0.5 + 0.4 * sin(tick / 9 + slot),
                y + 0.5,
                slot % 4,
                walking=True,
                shields=slot == 3,
                safe=slot == 2,
            )
        )
    for place in range(players):
        x, y = columns[(place * 2 + 1) % len(columns)], rows[(place * 3 + 2) % len(rows)]
        bombs.append(BombView(x + 0.5, y + 0.5, place, (place * 21 + tick) % 150, 3))
    for place in range(players):
        x, y = columns[(place * 5 + 2) % len(columns)], rows[(place * 2 + 1) % len(rows)]
        for flame in cross(x, y, 3, (tick + place * 4) % 30):
            at = flame.y * width + flame.x
            if 0 < flame.x < width and 0 < flame.y < height and tiles[at] != Tile.WALL:
                tiles[at] = Tile.FLOOR
                flames.append(flame)
    for place in range(12):
        x, y = columns[(place * 4) % len(columns)], rows[(place * 7 + 3) % len(rows)]
        items.append(ItemView(x, y, place % 6 + 1))
        tiles[y * width + x] = Tile.FLOOR
    bricks = [tile for tile, kind in enumerate(tiles) if kind == Tile.BRICK][:6]
    for tile in bricks:
        tiles[tile] = Tile.BREAKING
    breaking = tuple((tile, float((tick + place * 5) % 30)) for place, tile in enumerate(bricks))
    shadows = tuple(width * (height - 2) + x for x in columns[:3])
    return View(
        tick,
        width,
        height,
        bytes(tiles),
        tuple(bodies),
        tuple(bombs),
        tuple({(flame.x, flame.y): flame for flame in flames}.values()),
        tuple(items),
        shadows,
        breaking,
        ticks_left=4000,
    )


def sprites(view: View, danger: bool = True, mine: Collection[int] = ()) -> list[Sprite]:
    """Everything above the board, back to front."""
    return floor_sprites(view, danger) + upper_sprites(view, mine)
