"""Everything in a round, as plain mutable records that only `step` changes.

Rule 1: whole numbers and dicts of records; dict order is part of the state, so nothing iterates over a set.
Rule 2: a tile is one number, row * width + column. A place is x, y in sub-units, 256 to a tile.
Rule 3: what clients must not know is listed in HIDDEN and nowhere else.
"""

from dataclasses import dataclass, field
from enum import IntEnum

from petard.shared.rules.ruleset import HALF, TILE, RuleSet


class Tile(IntEnum):
    """What stands on a tile and never moves."""

    FLOOR = 0
    WALL = 1
    BRICK = 2
    BREAKING = 3  # a brick that was hit; it still stands until the flame is out


class Keys:
    """The keys that a player holds in a tick: the bits of an Input. (Plain numbers: IntFlag is ten times as slow.)"""

    NONE = 0
    UP = 1
    DOWN = 2
    LEFT = 4
    RIGHT = 8
    BOMB = 16
    GONE = 32  # no key: the server says with it that the player has left


class Direction:
    """Where somebody looks or rolls. (Plain numbers, so that a World holds nothing else.)"""

    NONE = -1
    DOWN = 0
    RIGHT = 1
    UP = 2
    LEFT = 3


class Shape:
    """What a flame looks like: its middle, an arm, or the end of an arm. (Plain numbers, as above.)"""

    CENTRE = 0
    LYING = 1
    STANDING = 2
    END_UP = 3
    END_RIGHT = 4
    END_DOWN = 5
    END_LEFT = 6


STEP: dict[int, tuple[int, int]] = {
    Direction.DOWN: (0, 1),
    Direction.RIGHT: (1, 0),
    Direction.UP: (0, -1),
    Direction.LEFT: (-1, 0),
}


@dataclass(slots=True)
class Player:
    """One body on the board."""

    slot: int
    x: int
    y: int
    facing: int = Direction.DOWN
    walking: int = 0  # 1 while it moved in the last tick
    keys: int = 0  # held in the last tick
    turn: int = Direction.NONE  # the newest direction pressed
    turn_until: int = 0  # it is remembered to this tick after its key was let go
    bomb_until: int = 0  # a press that could not act is remembered to this tick
    bomb_from: int = 0  # no bomb before this tick
    health: int = 1
    safe_until: int = 0  # no flame hurts before this tick
    shields: int = 0
    bombs: int = 1
    range: int = 2
    skates: int = 0
    kick: int = 0
    died_at: int = -1  # tick; -1 while it lives


@dataclass(slots=True)
class Bomb:
    """A bomb that burns. While it rolls, x and y move."""

    id: int
    owner: int
    x: int
    y: int
    blows_at: int
    range: int
    rolls: int = Direction.NONE
    lit_by: int = -1  # whose bomb set it off; -1 while only its own fuse burns


@dataclass(slots=True)
class Flame:
    """Fire on one tile."""

    until: int
    owner: int  # who gets the kill
    helper: int  # whose bomb it was, if that is somebody else; -1 if not
    shape: int  # Shape


@dataclass(slots=True)
class World:
    """One round: the board, who is on it, and the clock."""

    rules: RuleSet
    width: int
    height: int
    tiles: bytearray
    tick: int = 0
    players: dict[int, Player] = field(default_factory=dict)  # by slot
    bombs: dict[int, Bomb] = field(default_factory=dict)  # by id
    flames: dict[int, Flame] = field(default_factory=dict)  # by tile
    items: dict[int, int] = field(default_factory=dict)  # tile -> Item
    breaking: dict[int, int] = field(default_factory=dict)  # tile -> tick at which the brick is gone
    next_bomb: int = 1
    over_at: int = -1  # tick; -1 while the round runs
    winner: int = -1  # slot; -1 for a draw or while the round runs
    hidden: dict[int, int] = field(default_factory=dict)  # tile of a brick -> the Item in it
    rng: int = 0


HIDDEN = ("hidden", "rng")


def tile_at(world: World, x: int, y: int) -> int:
    """The tile under a place."""
    return y // TILE * world.width + x // TILE


def middle_of(world: World, tile: int) -> tuple[int, int]:
    """The place in the middle of a tile."""
    return tile % world.width * TILE + HALF, tile // world.width * TILE + HALF


def living(world: World) -> list[Player]:
    """Who is not out yet, by slot."""
    return [player for player in world.players.values() if player.died_at < 0]


def copy_world(world: World, hide: bool = False) -> World:
    """A world that goes on alike and shares nothing that changes; with `hide`, without what clients must not know.

    They must know of no chance, and of nothing that a brick hides before it breaks; then it can only be waited for.

    Written out by hand, since `copy.deepcopy` takes some forty times as long and clients copy in every picture.
    """
    return World(
        rules=world.rules,
        width=world.width,
        height=world.height,
        tiles=bytearray(world.tiles),
        tick=world.tick,
        players={slot: _copy_player(player) for slot, player in world.players.items()},
        bombs={
            key: Bomb(b.id, b.owner, b.x, b.y, b.blows_at, b.range, b.rolls, b.lit_by) for key, b in world.bombs.items()
        },
        flames={tile: Flame(f.until, f.owner, f.helper, f.shape) for tile, f in world.flames.items()},
        items=dict(world.items),
        breaking=dict(world.breaking),
        next_bomb=world.next_bomb,
        over_at=world.over_at,
        winner=world.winner,
        hidden=_broken_open(world) if hide else dict(world.hidden),
        rng=0 if hide else world.rng,
    )


def _broken_open(world: World) -> dict[int, int]:
    return {tile: world.hidden[tile] for tile in world.breaking if tile in world.hidden}


def _copy_player(p: Player) -> Player:
    # fmt: off
    return Player(
        p.slot, p.x, p.y, p.facing, p.walking, p.keys, p.turn, p.turn_until, p.bomb_until, p.bomb_from, p.health,
        p.safe_until, p.shields, p.bombs, p.range, p.skates, p.kick, p.died_at,
    )
    # fmt: on
