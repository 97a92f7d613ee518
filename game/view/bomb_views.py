"""Where bombs are seen: on the board, in the air, or over the head of the player who holds them.

Rule 1: a bomb flies in a curve over the tiles between; where a line of the board ends, it goes on at its other end.
Rule 2: places are in tiles, as in a View.
"""

from collections.abc import Mapping
from math import pi, sin

from petard.game.view.interpolation import Position
from petard.game.view.view import BombView, PlayerView
from petard.shared.rules.ruleset import TILE
from petard.shared.rules.world import STEP, Bomb, World

HELD = 0.72  # tiles above the middle of the player who holds it
HIGH = 1.1  # tiles above the ground, at most
CURVE = 3.0  # tiles: a punched bomb flies one curve, others bounce
LEAST = 0.02  # tiles above the ground, while it is in the air


def bomb_views(
    world: World, places: Mapping[int, Position], tick: float, players: Mapping[int, PlayerView]
) -> list[BombView]:
    """The bombs of a world at a tick. `places`: of those on the board, in sub-units, by id; `players` by slot."""
    return [_bomb_view(world, bomb, places[key], tick, players) for key, bomb in world.bombs.items()]


def _bomb_view(world: World, bomb: Bomb, place: Position, tick: float, players: Mapping[int, PlayerView]) -> BombView:
    x, y, lift, lands = place[0] / TILE, place[1] / TILE, 0.0, None
    holder = players.get(bomb.held_by)
    if holder and holder.alive:
        x, y, lift = holder.x, holder.y, HELD
    elif bomb.flies >= 0:
        left = max(0.0, bomb.lands_at - tick) / world.rules.hop
        curve = CURVE
        if bomb.soars:  # from a cart: one curve, as long as it is
            left, curve = max(0.0, bomb.lands_at - tick) * bomb.soars / world.rules.cart_flight, bomb.soars
        lands = bomb.x / TILE, bomb.y / TILE
        dx, dy = STEP[bomb.flies]
        x, y = lands[0] - dx * left, lands[1] - dy * left
        if not bomb.soars:
            x, y = _wrapped(x, world.width), _wrapped(y, world.height)
        lift = max(LEAST, HIGH * abs(sin(pi * left / curve)))
    return BombView(x, y, bomb.owner, max(0.0, bomb.blows_at - tick), bomb.range, bool(bomb.pierce), lift, lands)


def _wrapped(place: float, size: int) -> float:
    """The place on a line of `size` tiles whose first and last are the edge.

    >>> _wrapped(5.5, 13), _wrapped(0.5, 13), _wrapped(12.5, 13)
    (5.5, 11.5, 1.5)
    """
    return (place - 1) % (size - 2) + 1
