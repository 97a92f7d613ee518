"""The state of a round, as plain mutable records that only `step` changes.

Rule 1: whole numbers and dicts of records; the order of dicts is part of the state, so nothing iterates over a set.
Rule 2: a tile is one number, row * width + column. A position is x, y in sub-units, 256 per tile.
Rule 3: HIDDEN lists all fields that clients must not know.
"""

from dataclasses import dataclass, field
from enum import IntEnum

from petard.shared.rules.floors import fault_of_floors
from petard.shared.rules.ruleset import HALF, TILE, RuleSet


class Tile(IntEnum):
    """The kinds of tiles."""

    FLOOR = 0
    WALL = 1
    BRICK = 2
    BREAKING = 3  # a brick that was hit; it stands until the flame is out


class Keys:
    """The keys that a player holds in a tick, as bits. (Plain numbers: IntFlag is ten times slower.)"""

    NONE = 0
    UP = 1
    DOWN = 2
    LEFT = 4
    RIGHT = 8
    BOMB = 16
    GONE = 32  # no key: the server sets it for a player who has left


class Direction:
    """The direction in which a player looks or a bomb rolls. (Plain numbers, as a World holds nothing else.)"""

    NONE, DOWN, RIGHT, UP, LEFT = range(-1, 4)


class Shape:
    """The look of a flame: its centre, an arm, or the end of an arm. (Plain numbers, as above.)"""

    CENTRE, LYING, STANDING, END_UP, END_RIGHT, END_DOWN, END_LEFT = range(7)


STEP: dict[int, tuple[int, int]] = {
    Direction.DOWN: (0, 1),
    Direction.RIGHT: (1, 0),
    Direction.UP: (0, -1),
    Direction.LEFT: (-1, 0),
}


@dataclass(slots=True)
class Player:
    """One player on the board."""

    slot: int
    x: int
    y: int
    facing: int = Direction.DOWN
    walking: int = 0  # 1 if it moved in the last tick
    keys: int = 0  # held in the last tick
    turn: int = Direction.NONE  # the direction pressed last
    turn_until: int = 0  # `turn` is remembered until this tick after its key was released
    bomb_until: int = 0  # a press of the bomb key is remembered until this tick
    bomb_from: int = 0  # no new bomb before this tick
    health: int = 1
    safe_until: int = 0  # flames do not hurt before this tick
    shields: int = 0
    bombs: int = 1
    range: int = 2
    skates: int = 0
    kick: int = 0
    died_at: int = -1  # tick; -1 while the player lives
    # Columns after this line may be missing in what is received or was recorded (petard.shared.protocol.snapshot).
    pierce: int = 0
    remote: int = 0
    punch: int = 0
    glove: int = 0
    ill: int = 0  # Illness; 0 for a player who is well
    ill_until: int = 0  # tick at which the illness ends
    immune_until: int = 0  # nobody can pass an illness to this player before this tick
    rim: int = -1  # of a dead player: where on the rim the cart was at `rim_from` (carts.py); -1 without a cart
    rim_way: int = 0  # 1: the cart moves clockwise, -1: the other way
    rim_from: int = 0  # tick from which it moves
    winds_from: int = 0  # tick from which the bomb key is held for a throw; 0: it is not


@dataclass(slots=True)
class Bomb:
    """A bomb with a burning fuse. While it rolls, x and y change.

    In the air it is no obstacle, and x and y are the middle of the tile to which it flies. In the hands of a player it
    is no obstacle either, and x and y are the middle of the tile under that player.
    """

    id: int
    owner: int
    x: int
    y: int
    blows_at: int
    range: int
    rolls: int = Direction.NONE
    lit_by: int = -1  # slot whose flame makes it explode; -1 while only its own fuse burns
    # Columns after this line may be missing, as above.
    pierce: int = 0  # 1 if its flames go through bricks
    held_by: int = -1  # slot of the player who holds it
    flies: int = Direction.NONE
    lands_at: int = 0  # tick at which it lands
    soars: int = 0  # tiles of a whole flight of `RuleSet.cart_flight` ticks; 0 if it flies `RuleSet.hop` ticks a tile

    @property
    def lies(self) -> bool:
        """True if it is on the board: it rolls or lies there, and is not in the air nor in the hands of a player."""
        return self.held_by < 0 and self.flies < 0


@dataclass(slots=True)
class Flame:
    """A flame on one tile."""

    until: int
    owner: int  # slot that gets the kill
    helper: int  # slot of the bomb's owner if it is not `owner`, else -1
    shape: int  # Shape


@dataclass(slots=True)
class World:
    """One round: the board, everything on it, and the time."""

    rules: RuleSet
    width: int
    height: int
    tiles: bytearray
    tick: int = 0
    players: dict[int, Player] = field(default_factory=dict)  # by slot
    bombs: dict[int, Bomb] = field(default_factory=dict)  # by id
    flames: dict[int, Flame] = field(default_factory=dict)  # by tile
    items: dict[int, int] = field(default_factory=dict)  # tile -> Item
    breaking: dict[int, int] = field(default_factory=dict)  # tile -> tick at which the brick disappears
    next_bomb: int = 1
    over_at: int = -1  # tick; -1 while the round runs
    winner: int = -1  # slot; -1 for a draw or while the round runs
    hidden: dict[int, int] = field(default_factory=dict)  # tile of a brick -> the Item in it
    rng: int = 0  # state of the random numbers
    floors: bytes = b""  # the kind of floor of each tile (floors.py); empty if all are plain
    # What the Mode of the round knows beside all this (petard.shared.rules.modes); empty where it needs none of it.
    sides: dict[int, int] = field(default_factory=dict)  # slot -> side; the mode says what a side is
    points: dict[int, int] = field(default_factory=dict)  # by slot
    marks: dict[int, int] = field(default_factory=dict)  # tile -> mark; the mode says what a mark is
    back: dict[int, int] = field(default_factory=dict)  # slot of a fallen player -> tick of the return


HIDDEN = ("hidden", "rng")
BOMBS_MOST = 512  # a World from outside with more bombs is not run; no real game has so many


def tile_at(world: World, x: int, y: int) -> int:
    """Return the tile at a position."""
    return y // TILE * world.width + x // TILE


def middle_of(world: World, tile: int) -> tuple[int, int]:
    """Return the position of the middle of a tile."""
    return tile % world.width * TILE + HALF, tile // world.width * TILE + HALF


def overlaps(world: World, player: Player, tile: int) -> bool:
    """True if any part of the player's body is on the tile."""
    x, y = middle_of(world, tile)
    reach = HALF + world.rules.body
    return abs(player.x - x) < reach and abs(player.y - y) < reach


def distance(width: int, one: int, other: int) -> int:
    """Return the number of steps between two tiles of a board, walls ignored."""
    return abs(one % width - other % width) + abs(one // width - other // width)


def is_alive(world: World, player: Player) -> bool:
    """True if the player is on the board: not out, and not fallen either, who will come back."""
    return player.died_at < 0 and player.slot not in world.back


def living(world: World) -> list[Player]:
    """Return the players who are alive, by slot."""
    return [player for player in world.players.values() if player.died_at < 0 and player.slot not in world.back]


def copy_world(world: World, hide: bool = False) -> World:
    """Return an independent copy. With `hide`, without random numbers and items in whole bricks: clients must not know.

    The fields are copied by hand: `copy.deepcopy` takes forty times as long, and clients copy a World for each picture.
    """
    opened = {tile: world.hidden[tile] for tile in world.breaking if tile in world.hidden}
    # fmt: off
    return World(
        rules=world.rules,
        width=world.width,
        height=world.height,
        tiles=bytearray(world.tiles),
        tick=world.tick,
        players={
            slot: Player(
                p.slot, p.x, p.y, p.facing, p.walking, p.keys, p.turn, p.turn_until, p.bomb_until, p.bomb_from,
                p.health, p.safe_until, p.shields, p.bombs, p.range, p.skates, p.kick, p.died_at,
                p.pierce, p.remote, p.punch, p.glove, p.ill, p.ill_until, p.immune_until,
                p.rim, p.rim_way, p.rim_from, p.winds_from,
            )
            for slot, p in world.players.items()
        },
        bombs={
            key: Bomb(
                b.id, b.owner, b.x, b.y, b.blows_at, b.range, b.rolls, b.lit_by,
                b.pierce, b.held_by, b.flies, b.lands_at, b.soars,
            )
            for key, b in world.bombs.items()
        },
        flames={tile: Flame(f.until, f.owner, f.helper, f.shape) for tile, f in world.flames.items()},
        items=dict(world.items),
        breaking=dict(world.breaking),
        next_bomb=world.next_bomb, over_at=world.over_at, winner=world.winner,
        hidden=opened if hide else dict(world.hidden),
        rng=0 if hide else world.rng,
        floors=world.floors,
        sides=dict(world.sides), points=dict(world.points), marks=dict(world.marks), back=dict(world.back),
    )
    # fmt: on


def fault_of_world(world: World) -> str:
    """Why the rules cannot handle this World, in a few words; "" if they can, since nothing can leave the board.

    The rules do not check this again, so code that steps a received or stored World must call it first.
    """
    wide, high, tiles, body = world.width, world.height, world.tiles, world.rules.body
    rim = tiles[:wide] + tiles[-wide:] + tiles[::wide] + tiles[wide - 1 :: wide]
    if rim.count(Tile.WALL) < len(rim):
        return "the edge of the board is open"
    if any(tiles[tile] != Tile.BREAKING for tile in world.breaking):
        return "a brick breaks where there is none"
    if len(world.bombs) > BOMBS_MOST:
        return f"there are more than {BOMBS_MOST} bombs"
    if fault := fault_of_floors(world.floors, len(tiles)):
        return fault
    if not world.players:
        return "nobody plays"
    places = [(player.x, player.y, body) for player in world.players.values()]
    places += [(bomb.x, bomb.y, HALF) for bomb in world.bombs.values()]
    right, bottom = (wide - 1) * TILE, (high - 1) * TILE
    if all(TILE + size <= x <= right - size and TILE + size <= y <= bottom - size for x, y, size in places):
        return ""
    return "a player or a bomb is in the edge of the board"
