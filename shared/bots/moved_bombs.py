"""Bombs on a neighbouring tile that a bot may move: by a kick, if they can roll, or by a punch, over whatever is there.

Rule 1: a desperate bot moves any bomb, others only one that comes to a player or leaves one no way out.
Rule 2: what a bot throws is not planned: it has no use for the glove, and no fear of it.
"""

from petard.shared.bots.perception import Danger, final_tiles
from petard.shared.bots.targets import Situation
from petard.shared.bots.trap_search import SURPRISE, is_trapped
from petard.shared.rules.ruleset import TICK_RATE, TILE
from petard.shared.rules.world import STEP, Keys, Tile, distance

KICK_FAR = 7  # tiles: bots aim no kick farther
PUNCH_NEAR = 1  # tiles from a player at which a punched bomb is to come down


def key_towards(step: int, width: int) -> int:
    """Return the key that turns a body to the neighbouring tile which is `step` away.

    >>> key_towards(-15, 15) == Keys.UP, key_towards(1, 15) == Keys.RIGHT
    (True, True)
    """
    return {-width: Keys.UP, width: Keys.DOWN, -1: Keys.LEFT, 1: Keys.RIGHT}[step]


def bomb_to_punch(here: Situation, is_desperate: bool) -> int:
    """Return the tile of the bomb to punch, or -1."""
    seen, width = here.seen, here.seen.board.width
    players = [body.tile for away, body in here.foes if away <= KICK_FAR]
    for step in (-width, 1, width, -1):
        spot = here.start.tile + step
        if spot not in here.danger.blows:
            continue
        lands = spot + step * seen.board.rules.punch
        inside = 0 <= lands < len(seen.board.tiles) and seen.board.tiles[lands] == Tile.FLOOR
        if is_desperate or (inside and any(distance(width, lands, tile) <= PUNCH_NEAR for tile in players)):
            return spot
    return -1


def bomb_to_kick(here: Situation, is_desperate: bool) -> int:
    """Return the tile of the bomb to walk into, or -1."""
    width, blows = here.seen.board.width, here.danger.blows
    for step in (-width, 1, width, -1):
        spot = here.start.tile + step
        if spot not in blows or not _may_roll_to(here, spot + step):
            continue
        if is_desperate or _rolls_to_player(here, spot, step) or _rolls_to_trap(here, spot, step):
            return spot
    return -1


def _may_roll_to(here: Situation, spot: int) -> bool:
    seen = here.seen
    return seen.board.tiles[spot] == Tile.FLOOR and spot not in seen.items and spot not in here.danger.blows


def _rolls_to_player(here: Situation, spot: int, step: int) -> bool:
    """True if the bomb reaches a player before it explodes."""
    players = [body.tile for away, body in here.foes if away <= KICK_FAR]
    ticks = here.danger.blows[spot] - here.start.tick
    for _ in range(min(KICK_FAR, ticks * here.seen.board.rules.roll // (TILE * TICK_RATE))):
        spot += step
        if spot in players:
            return True
        if not _may_roll_to(here, spot):
            return False
    return False


def _rolls_to_trap(here: Situation, spot: int, step: int) -> bool:
    """True if the bomb, where it comes to rest, leaves a player no way out."""
    seen, width, tick = here.seen, here.seen.board.width, here.start.tick
    victims = [body for away, body in here.foes if away <= KICK_FAR][: here.traits.plots]
    if not victims:
        return False
    rolls = next(direction for direction, (dx, dy) in STEP.items() if dx + dy * width == step)
    bombs = [
        (*bomb[:6], rolls) if final_tiles(bomb, seen.tick, seen.board)[0] == spot and bomb[6] < 0 else bomb
        for bomb in seen.bombs
    ]
    after = Danger(seen.board, tick, bombs, seen.flames, seen.breaking)
    return any(is_trapped(after, body, tick + SURPRISE) for body in victims)
