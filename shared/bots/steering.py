"""Which key leads from a place to the next tile."""

from petard.shared.bots.pathfinding import SearchStart
from petard.shared.rules.ruleset import HALF, TILE, RuleSet
from petard.shared.rules.world import Keys


def keys_to(start: SearchStart, rules: RuleSet, width: int, tile: int) -> int:
    """The key to hold to get to a tile beside, or 0 if it is not beside.

    The rules slide a body into an opening only from near its middle, so who is farther off goes to the middle first.
    """
    step = tile - start.tile
    if step in (1, -1):
        turn = Keys.UP if start.dy > 0 else Keys.DOWN
        straight = Keys.RIGHT if step == 1 else Keys.LEFT
    elif step in (width, -width):
        turn = Keys.LEFT if start.dx > 0 else Keys.RIGHT
        straight = Keys.DOWN if step == width else Keys.UP
    else:
        return 0
    return int(straight if is_straight(start, rules, step) else turn)


def is_straight(start: SearchStart, rules: RuleSet, step: int) -> bool:
    """True if the rules take a body into the tile at `step` without a turn to the middle of its own tile first."""
    aside = start.dy if step in (1, -1) else start.dx
    return abs(aside) <= min(rules.assist, HALF - 1)


def keys_to_middle(start: SearchStart) -> int:
    """The key that leads nearer to the middle of the own tile; 0 when it is near enough."""
    slack = TILE // 8
    if abs(start.dx) > slack:
        return int(Keys.LEFT if start.dx > 0 else Keys.RIGHT)
    if abs(start.dy) > slack:
        return int(Keys.UP if start.dy > 0 else Keys.DOWN)
    return 0
