"""How bodies walk: one way at a time, held by walls, and helped round corners.

Rule 1: a body is stopped only at the edge of a tile that it is about to enter. What it already overlaps does not hold
it, and that alone is why everybody who stands on a bomb when it is placed may leave it.
Rule 2: of two keys the newer wins if its way is open, else the older.
Rule 3: a turn that is not open yet is remembered for `RuleSet.keep_turn`, also when its key is let go.
Rule 4: who is stopped slides to the middle of an opening within `RuleSet.assist`, at full speed.
"""

from collections.abc import Mapping

from petard.shared.rules.bombs import bomb_on, kick
from petard.shared.rules.events import Event
from petard.shared.rules.ruleset import HALF, TICK_RATE, TILE
from petard.shared.rules.world import STEP, Direction, Keys, Player, Tile, World, living, tile_at

_KEYS = {Direction.UP: Keys.UP, Direction.DOWN: Keys.DOWN, Direction.LEFT: Keys.LEFT, Direction.RIGHT: Keys.RIGHT}
_ALL = Keys.UP | Keys.DOWN | Keys.LEFT | Keys.RIGHT
_HELD = tuple(tuple(way for way, key in _KEYS.items() if keys & key) for keys in range(_ALL + 1))  # by the keys


def walk(world: World, inputs: Mapping[int, int], events: list[Event]) -> None:
    """Move everybody who lives by one tick of their keys; nobody moves during the countdown."""
    for player in living(world):
        keys = inputs.get(player.slot, 0)
        ways = _wished(world, player, keys)
        if keys & ~player.keys & Keys.BOMB:
            player.bomb_until = world.tick + world.rules.keep_bomb
        player.keys = keys
        player.walking = 0
        if world.tick <= world.rules.countdown:
            continue
        player.facing = ways[0] if ways else player.facing
        for way in ways:
            if _walks(world, player, way, events):
                break


def pace(world: World, player: Player) -> int:
    """Sub-units to go in this tick; the rest of the division is made up for in later ticks."""
    speed = min(world.rules.speed + player.skates * world.rules.speed_more, world.rules.speed_most)
    return speed * (world.tick + 1) // TICK_RATE - speed * world.tick // TICK_RATE


def _wished(world: World, player: Player, keys: int) -> tuple[int, ...]:
    """The directions to try, best first."""
    held = _HELD[keys & _ALL]
    pressed = _HELD[keys & ~player.keys & _ALL]
    if pressed:
        player.turn = pressed[-1]
        player.turn_until = world.tick + world.rules.keep_turn
    turn = player.turn
    if turn in held or (turn >= 0 and world.tick <= player.turn_until):
        return held if held == (turn,) else (turn, *(way for way in held if way != turn))
    player.turn = held[0] if held else Direction.NONE
    return held


def _walks(world: World, player: Player, way: int, events: list[Event]) -> bool:
    """Try one way for this tick; True if the body moved."""
    remembered = way == player.turn and world.tick <= player.turn_until
    made = remembered and player.keys & _KEYS[way] and _fits(world, player, way)
    if not _advance(world, player, way, pace(world, player), events):
        return False
    player.facing = way
    player.walking = 1
    if made:
        player.turn_until = 0  # the turn was made while its key was held, so there is nothing left to remember
    return True


def _fits(world: World, player: Player, way: int) -> bool:
    """True if nothing holds the body on its way into the next tile."""
    in_lane = abs(_to_lane(player, way)) <= HALF - world.rules.body
    return in_lane and not _is_solid(world, _ahead(world, player, way))


def _advance(world: World, player: Player, way: int, distance: int, events: list[Event]) -> bool:
    """Go one way, round a corner if need be; True if the body moved."""
    done = _go(world, player, way, distance)
    if done == distance:
        return True
    ahead = _ahead(world, player, way)
    if player.kick and bomb_on(world, ahead):
        kick(world, player.slot, ahead, way, events)
    aside = _to_lane(player, way)
    if not aside or abs(aside) > world.rules.assist or _is_solid(world, ahead):
        return done > 0
    side = _side(way, aside)
    slid = _go(world, player, side, min(distance - done, abs(aside)))
    return done + slid + _go(world, player, way, distance - done - slid) > 0


def _to_lane(player: Player, way: int) -> int:
    """How far the middle of the own lane is, across the way; positive is right or down."""
    across = player.y if STEP[way][0] else player.x
    return HALF - across % TILE


def _side(way: int, aside: int) -> int:
    if STEP[way][0]:
        return Direction.DOWN if aside > 0 else Direction.UP
    return Direction.RIGHT if aside > 0 else Direction.LEFT


def _ahead(world: World, player: Player, way: int) -> int:
    dx, dy = STEP[way]
    return tile_at(world, player.x, player.y) + dy * world.width + dx


def _go(world: World, player: Player, way: int, distance: int) -> int:
    """Move straight, at most to the edge of the first tile that holds a body; give how far it went."""
    dx, dy = STEP[way]
    body = world.rules.body
    if dx:
        near, across, sign = player.x, player.y, dx
    else:
        near, across, sign = player.y, player.x, dy
    edge = near + body - 1 if sign > 0 else near - body
    old, new = edge // TILE, (edge + sign * distance) // TILE
    if new != old and not _is_open(world, new, (across - body) // TILE, (across + body - 1) // TILE, bool(dx)):
        distance = new * TILE - 1 - edge if sign > 0 else edge - old * TILE
    player.x += dx * distance
    player.y += dy * distance
    return distance


def _is_open(world: World, line: int, first: int, last: int, upright: bool) -> bool:
    for other in range(first, last + 1):
        tile = other * world.width + line if upright else line * world.width + other
        if _is_solid(world, tile):
            return False
    return True


def _is_solid(world: World, tile: int) -> bool:
    return world.tiles[tile] != Tile.FLOOR or bomb_on(world, tile) is not None
