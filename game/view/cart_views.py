"""The carts of dead players as they are seen: where they are, how far they throw, and where the bomb would come down.

Rule: places are in tiles, as in a View; everything follows from the World of the picture and its tick.
"""

from dataclasses import dataclass

from petard.shared.rules.carts import landing_of, line_of, place_at, rim_position, tiles_thrown
from petard.shared.rules.ruleset import TICK_RATE, TILE
from petard.shared.rules.world import STEP, Direction, Player, World


@dataclass(frozen=True, slots=True)
class CartView:
    """A cart on the rim. `facing`: inwards. `ready_in`: ticks until the next bomb may be thrown."""

    x: float
    y: float
    facing: int = Direction.DOWN
    rolls: bool = False
    ready_in: float = 0.0
    tiles: int = 0  # how far it throws if the key is released now; 0 while it is not held
    tiles_most: int = 6
    target: tuple[float, float] | None = None  # where that bomb would come down
    way: tuple[tuple[float, float], ...] = ()  # the tiles on the way there


def cart_view(world: World, player: Player, tick: float) -> CartView | None:
    """The cart of a player; None for one who has none."""
    if player.rim < 0 or player.died_at < 0:
        return None
    place = player.rim + player.rim_way * world.rules.cart_speed * max(0.0, tick - player.rim_from) / TICK_RATE
    x, y = rim_position(world.width, world.height, round(place))
    now = place_at(world, player, int(tick))
    start, direction, _ = line_of(world, now)
    tiles = tiles_thrown(world, player, int(tick))
    far, _ = landing_of(world, now, tiles) if tiles else (0, 0)
    left, top = start % world.width + 0.5, start // world.width + 0.5
    dx, dy = STEP[direction]
    way = tuple((left + dx * step, top + dy * step) for step in range(1, far))
    target = (left + dx * far, top + dy * far) if far else None
    ready_in = max(0.0, player.bomb_from - tick)
    most = world.rules.cart_most
    return CartView(x / TILE, y / TILE, direction, player.rim_way != 0, ready_in, tiles, most, target, way)
