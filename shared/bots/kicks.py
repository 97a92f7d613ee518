"""Which bomb to kick: one that bars the only way out, or one that rolls to somebody.

Rule: only a bomb right beside is thought about, and only if it has a tile to roll to.
"""

from petard.shared.bots.danger import Danger
from petard.shared.bots.pathfinding import SearchStart
from petard.shared.bots.perception import Percept
from petard.shared.bots.targets import Targets
from petard.shared.rules.ruleset import TICK_RATE, TILE
from petard.shared.rules.world import Tile

FAR = 7  # tiles: nobody aims farther


def bomb_to_kick(sight: Percept, danger: Danger, start: SearchStart, aims: Targets, lost: bool) -> int:
    """The tile of the bomb to walk into, or -1. Who is lost kicks any bomb, else it must roll to somebody."""
    prey = [body.tile for away, body in aims.near if away <= FAR]
    for step in (-sight.width, 1, sight.width, -1):
        spot = start.tile + step
        if spot not in danger.blows or not _may_roll_to(sight, danger, spot + step):
            continue
        if lost or _rolls_to(sight, danger, spot, step, prey, danger.blows[spot] - start.tick):
            return spot
    return -1


def _may_roll_to(sight: Percept, danger: Danger, spot: int) -> bool:
    return sight.tiles[spot] == Tile.FLOOR and spot not in sight.items and spot not in danger.blows


def _rolls_to(sight: Percept, danger: Danger, spot: int, step: int, prey: list[int], ticks: int) -> bool:
    """True if the bomb comes beside one of the prey before it goes off."""
    for _ in range(min(FAR, ticks * sight.rules.roll // (TILE * TICK_RATE))):
        spot += step
        if spot in prey:
            return True
        if not _may_roll_to(sight, danger, spot):
            return False
    return False
