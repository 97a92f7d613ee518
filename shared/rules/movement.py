"""How bodies walk: in one direction at a time, stopped by walls, and guided round corners.

Rule 1: a body is stopped only at the edge of a tile that it is about to enter. A tile that it already overlaps never
stops it; for this reason alone, players who stand on a new bomb can leave it.
Rule 2: of two held keys the newer one wins if its direction is open, else the older one.
Rule 3: a turn that is still blocked is remembered for `RuleSet.keep_turn` ticks, even if its key is released.
Rule 4: a stopped body slides at full speed to the middle of an opening that is within `RuleSet.assist`.
Rule 5: on ice (floor_effects.py) the direction in which a body moves comes before all keys.
"""

from collections.abc import Mapping

from petard.shared.rules.bombs import bomb_on, kick
from petard.shared.rules.events import Event
from petard.shared.rules.floor_effects import BELT_SPEED, belt_under, slides, teleport
from petard.shared.rules.floors import refuses
from petard.shared.rules.illness import meant_keys
from petard.shared.rules.modes.table import mode_of
from petard.shared.rules.ruleset import HALF, TILE, distance_in_tick
from petard.shared.rules.world import STEP, Direction, Keys, Player, Tile, World, living, tile_at

_KEYS = {Direction.UP: Keys.UP, Direction.DOWN: Keys.DOWN, Direction.LEFT: Keys.LEFT, Direction.RIGHT: Keys.RIGHT}
ALL = Keys.UP | Keys.DOWN | Keys.LEFT | Keys.RIGHT
# For each combination of key bits, the directions that are held.
HELD = tuple(tuple(direction for direction, key in _KEYS.items() if keys & key) for keys in range(ALL + 1))


def walk(world: World, inputs: Mapping[int, int], events: list[Event]) -> None:
    """Move all living players by one tick; nobody moves during the countdown."""
    for player in living(world):
        walk_player(world, player, inputs.get(player.slot, 0), events)


def walk_player(world: World, player: Player, keys: int, events: list[Event]) -> None:
    """Move one living player who holds these keys by one tick."""
    directions = _directions_to_try(world, player, meant_keys(player, keys), meant_keys(player, player.keys))
    if keys & ~player.keys & Keys.BOMB:
        player.bomb_until = world.tick + world.rules.keep_bomb
    player.keys = keys
    if world.floors and slides(world, player):
        directions = (player.facing, *directions)
    player.walking = 0
    if world.tick <= world.rules.countdown:
        return
    before = tile_at(world, player.x, player.y)
    player.facing = directions[0] if directions else player.facing
    for direction in directions:
        if _try_to_walk(world, player, direction, events):
            break
    if world.floors:
        if (belt := belt_under(world, player.x, player.y)) >= 0:
            _move(world, player, *STEP[belt], distance_in_tick(world.tick, BELT_SPEED))
        teleport(world, player, before, events)


def _directions_to_try(world: World, player: Player, keys: int, before: int) -> tuple[int, ...]:
    """Return the directions to try, best first."""
    held, pressed = HELD[keys & ALL], HELD[keys & ~before & ALL]
    if pressed:
        player.turn = pressed[-1]
        player.turn_until = world.tick + world.rules.keep_turn
    turn = player.turn
    if turn in held or (turn >= 0 and world.tick <= player.turn_until):
        return held if held == (turn,) else (turn, *(direction for direction in held if direction != turn))
    player.turn = held[0] if held else Direction.NONE
    return held


def _try_to_walk(world: World, player: Player, direction: int, events: list[Event]) -> bool:
    """Try to walk in one direction in this tick; return whether the body moved."""
    remembered = direction == player.turn and world.tick <= player.turn_until
    made = remembered and meant_keys(player, player.keys) & _KEYS[direction] and _fits(world, player, direction)
    if not _advance(world, player, direction, events):
        return False
    player.facing = direction
    player.walking = 1
    if made:
        player.turn_until = 0  # the turn is done while its key was held, so it need not be remembered
    return True


def _fits(world: World, player: Player, direction: int) -> bool:
    """True if the body can enter the next tile without sliding."""
    in_lane = abs(_to_lane(player, direction)) <= HALF - world.rules.body
    return in_lane and not _is_solid(world, _ahead(world, player, direction), STEP[direction])


def _advance(world: World, player: Player, direction: int, events: list[Event]) -> bool:
    """Walk in one direction, round a corner if needed; return whether the body moved."""
    dx, dy = STEP[direction]
    distance = distance_in_tick(world.tick, mode_of(world.rules).speed(world, player))
    done = _move(world, player, dx, dy, distance)
    if done == distance:
        return True
    ahead = _ahead(world, player, direction)
    if player.kick and bomb_on(world, ahead):
        kick(world, player.slot, ahead, direction, events)
    aside = _to_lane(player, direction)
    if not aside or abs(aside) > world.rules.assist or _is_solid(world, ahead, (dx, dy)):
        return done > 0
    sign = 1 if aside > 0 else -1
    slid = _move(world, player, sign * abs(dy), sign * abs(dx), min(distance - done, abs(aside)))
    return done + slid + _move(world, player, dx, dy, distance - done - slid) > 0


def _to_lane(player: Player, direction: int) -> int:
    """Return the distance to the middle of the lane, across the direction; positive is right or down."""
    return HALF - (player.y if STEP[direction][0] else player.x) % TILE


def _ahead(world: World, player: Player, direction: int) -> int:
    dx, dy = STEP[direction]
    return tile_at(world, player.x, player.y) + dy * world.width + dx


def _move(world: World, player: Player, dx: int, dy: int, distance: int) -> int:
    """Move straight, at most to the edge of the first solid tile; return the distance."""
    body = world.rules.body
    near, across, sign = (player.x, player.y, dx) if dx else (player.y, player.x, dy)
    edge = near + body - 1 if sign > 0 else near - body
    old, new = edge // TILE, (edge + sign * distance) // TILE
    if new != old:
        for lane in range((across - body) // TILE, (across + body - 1) // TILE + 1):
            if _is_solid(world, lane * world.width + new if dx else new * world.width + lane, (dx, dy)):
                distance = new * TILE - 1 - edge if sign > 0 else edge - old * TILE
                break
    player.x += dx * distance
    player.y += dy * distance
    return distance


def _is_solid(world: World, tile: int, step: tuple[int, int]) -> bool:
    if world.tiles[tile] != Tile.FLOOR or bomb_on(world, tile) is not None:
        return True
    return bool(world.floors) and refuses(world.floors[tile], step)
