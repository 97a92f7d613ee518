"""`walk` for a world that is stepped many times with keys that seldom change: for prediction.

Rule 1: it does exactly what `walk` of shared/rules/movement.py does; tests/shared/rules/test_steady_walk.py compares.
Rule 2: a player is steady if the next tick is known without the rules of movement: no direction is held; or the body
        goes straight on within one tile; or it pushes against a wall or a brick. Other keys end that, and so do the
        end of the tile and the end of the brick. A player who is ill, or on a special floor, is not steady.
Rule 3: all players move in their order, since a kicked bomb stops at bodies.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from petard.shared.rules.events import Event
from petard.shared.rules.modes.table import mode_of
from petard.shared.rules.movement import ALL, HELD, walk_player
from petard.shared.rules.ruleset import HALF, TICK_RATE, TILE, distance_in_tick
from petard.shared.rules.world import STEP, Direction, Player, Tile, World, living, tile_at

FLOOR = int(Tile.FLOOR)


@dataclass(slots=True)
class Steady:
    """What a steady player does in the next ticks: walk by `dx`, `dy` while there is `room`, or stand.

    It lasts as long as there is a wall, a brick or a bomb on each of the tiles `obstacles`.
    """

    x: int  # where the player is; a wall that closes may push a body away
    y: int
    walking: int
    dx: int = 0
    dy: int = 0
    room: int = 0  # sub-units to the end of the tile
    obstacles: tuple[int, ...] = ()
    kick: int = 0  # that of a player who stands at obstacles


class SteadyWalk:
    """Walks one world; make a new one for another world. Between two calls only `step` may change the world."""

    def __init__(self) -> None:
        self._known: dict[int, Steady | None] = {}  # by slot

    def walk(self, world: World, inputs: Mapping[int, int], events: list[Event]) -> None:
        """Move all living players by one tick."""
        known, tick = self._known, _Tick(world)
        for player in living(world):
            slot = player.slot
            keys = inputs.get(slot, 0)
            if keys == player.keys and not player.ill:
                steady = known.get(slot)
                if steady is None or steady.x != player.x or steady.y != player.y:
                    steady = known[slot] = _steady_of(world, player, tick)
                if steady is not None and tick.goes_on(player, steady):
                    continue
            known[slot] = None
            walk_player(world, player, keys, events)


class _Tick:
    """What is the same for all players in one tick."""

    def __init__(self, world: World) -> None:
        self._world, self._tick, self._tiles = world, world.tick, world.tiles
        self._speed_of = mode_of(world.rules).speed
        self._bombs = {tile_at(world, bomb.x, bomb.y) for bomb in world.bombs.values() if bomb.lies}  # none moves now
        self._distances: dict[int, int] = {}  # by speed

    def goes_on(self, player: Player, steady: Steady) -> bool:
        """Move a steady player by one tick; False, and nothing is done, if the rules of movement must decide."""
        for tile in steady.obstacles:
            if player.kick if tile in self._bombs else self._tiles[tile] == FLOOR:
                return False
        if steady.walking:
            speed = self._speed_of(self._world, player)
            distance = self._distances.get(speed)
            if distance is None:
                distance = self._distances[speed] = distance_in_tick(self._tick, speed)
            if distance > steady.room:
                return False
            steady.room -= distance
            player.x = steady.x = player.x + steady.dx * distance
            player.y = steady.y = player.y + steady.dy * distance
        elif steady.obstacles and player.kick != steady.kick:
            return False
        player.walking = steady.walking
        return True

    def is_solid(self, tile: int) -> bool:
        """True if a body is stopped there; bombs that roll into the tile do not count."""
        return self._tiles[tile] != FLOOR or tile in self._bombs


def _is_near_special(world: World, player: Player, direction: int) -> bool:
    dx, dy = STEP.get(direction, (0, 0))
    tile = tile_at(world, player.x, player.y)
    return world.floors[tile] > 0 or world.floors[tile + dy * world.width + dx] > 0


def _steady_of(world: World, player: Player, tick: _Tick) -> Steady | None:
    """What a player does from this tick on with the same keys; None if the rules of movement must decide."""
    held, direction = HELD[player.keys & ALL], player.turn
    if world.floors and _is_near_special(world, player, direction):
        return None
    if world.tick <= world.rules.countdown or not held:
        return None if held or direction != Direction.NONE else Steady(player.x, player.y, 0)
    if direction not in held or player.facing != direction:
        return None
    dx, dy = STEP[direction]
    near, across, body = *((player.x, player.y) if dx else (player.y, player.x)), world.rules.body
    edge = near + body - 1 if dx + dy > 0 else near - body
    room = TILE - 1 - edge % TILE if dx + dy > 0 else edge % TILE
    aside = abs(HALF - across % TILE)
    ahead = tile_at(world, player.x, player.y) + dy * world.width + dx
    if room and (player.turn_until < world.tick or aside > HALF - body):
        return Steady(player.x, player.y, 1, dx, dy, room)
    if room:  # a turn is remembered, which is done once the tile ahead is free
        return Steady(player.x, player.y, 1, dx, dy, room, (ahead,)) if edge // TILE == near // TILE else None
    if held != (direction,) or mode_of(world.rules).speed(world, player) < TICK_RATE:  # slower: some ticks move nobody
        return None
    if not tick.is_solid(ahead) and not player.kick and aside > max(world.rules.assist, HALF - body):
        # Too far aside to slide round the corner, and the body is stopped by the tile beside.
        ahead += (1 if across % TILE >= HALF else -1) * (world.width if dx else 1)
    return Steady(player.x, player.y, 0, obstacles=(ahead,), kick=player.kick) if tick.is_solid(ahead) else None
