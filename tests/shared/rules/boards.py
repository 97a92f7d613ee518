"""Boards as text for tests: `scene` reads a picture, `picture` draws one, `run` plays ticks.

`#` wall, `+` brick, `%` breaking brick, `.` floor, `A`..`D` the players 0..3 in the middle of a tile, `a`..`d` a fresh
bomb of theirs (its fuse starts at tick 0), `o` a fresh bomb of somebody who is not here (9), `*` a flame of theirs,
`1`..`6` the items by their number. Two things on one tile: give the second picture as `over`.
"""

from collections.abc import Mapping
from dataclasses import replace

from petard.shared.rules.events import Event, EventType
from petard.shared.rules.maps import parse_map
from petard.shared.rules.ruleset import LAST_ONE_STANDING, RuleSet
from petard.shared.rules.step import step
from petard.shared.rules.world import Bomb, Flame, Keys, Player, Tile, World, living, middle_of, tile_at

U, D, L, R, BOMB = int(Keys.UP), int(Keys.DOWN), int(Keys.LEFT), int(Keys.RIGHT), int(Keys.BOMB)
NOT_ON_BOARD = 9  # owns the bombs and flames of nobody on the board
QUICK = replace(LAST_ONE_STANDING, countdown=0, spawn_shield=0, carts=0)
FLOORS = parse_map(  # all special floors
    "f############\n#1.T.>>>v..3#\n#.#.#^#o#v#l#\n#..r..o.u.v.#\n#R#.#^<<<<#.#\n#..d..X.l...#\n#.#.#.#U#.#L#\n"
    "#4T.X.+oo..2#\n#############",
    "floors",
)
MOVING_FLOORS = parse_map(  # ice, and all that a switch moves
    "s############\n#1..ii.S>>.3#\n#.#i#i#H#d#h#\n#.iiiii.^..S#\n#i#i#.#i#.#i#\n#S.v.iiiii..#\n#h#L#H#i#i#.#\n"
    "#4.<<S.ii..2#\n#############",
    "moving_floors",
)
_TILES = {"#": Tile.WALL, "+": Tile.BRICK, "%": Tile.BREAKING}


def scene(text: str, rules: RuleSet = QUICK, over: str = "") -> World:
    """Read a picture into a World at tick 0, without countdown and spawn shield unless the rules name them."""
    rows = text.split()
    world = World(rules, len(rows[0]), len(rows), bytearray(_TILES.get(mark, Tile.FLOOR) for mark in "".join(rows)))
    assert {len(row) for row in rows} == {world.width}
    for picture_of in (rows, over.split()):
        for tile, mark in enumerate("".join(picture_of)):
            _put(world, tile, mark)
    world.players = dict(sorted(world.players.items()))
    return world


def _put(world: World, tile: int, mark: str) -> None:
    rules = world.rules
    x, y = middle_of(world, tile)
    if mark in "ABCD":
        slot = "ABCD".index(mark)
        world.players[slot] = Player(slot, x, y, health=rules.health, bombs=rules.bombs, range=rules.range)
    elif mark in "abcdo":
        owner = NOT_ON_BOARD if mark == "o" else "abcd".index(mark)
        world.bombs[world.next_bomb] = Bomb(world.next_bomb, owner, x, y, rules.fuse, rules.range)
        world.next_bomb += 1
    elif mark == "*":
        world.flames[tile] = Flame(rules.flame, NOT_ON_BOARD, -1, 0)
    elif mark == "%":
        world.breaking[tile] = rules.flame
    elif mark in "123456":
        world.items[tile] = int(mark)


def picture(world: World) -> str:
    """Draw a World the way `scene` reads it; who lives is drawn over bombs, bombs over flames, flames over items."""
    marks = {tile: str(int(item)) for tile, item in world.items.items()}
    marks.update({tile: "*" for tile in world.flames})
    marks.update({tile_at(world, bomb.x, bomb.y): "abcd----.o"[bomb.owner] for bomb in world.bombs.values()})
    marks.update({tile_at(world, player.x, player.y): "ABCD"[player.slot] for player in living(world)})
    board = [marks.get(tile, ".#+%"[kind]) for tile, kind in enumerate(world.tiles)]
    return "\n".join("".join(board[row : row + world.width]) for row in range(0, len(board), world.width))


def drawn(text: str) -> str:
    """A picture as it stands in a test, without its indentation."""
    return "\n".join(text.split())


def run(world: World, ticks: int, inputs: Mapping[int, int] | None = None) -> list[Event]:
    """Play some ticks with the same keys held, and return all events."""
    return [event for _ in range(ticks) for event in step(world, inputs or {})]


def told(events: list[Event], what: EventType) -> list[tuple[int, int, int]]:
    """The (slot, tile, other) of each event of one kind."""
    return [(event.slot, event.tile, event.other) for event in events if event.what == what]


def place(world: World, slot: int = 0) -> tuple[int, int]:
    """Where a body is, in sub-units."""
    return world.players[slot].x, world.players[slot].y
