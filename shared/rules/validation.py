"""What a world from a stranger must be like, so that `step` can be trusted with it.

Rule: the rules themselves look at nothing twice; whoever steps a world that was sent or stored asks here first.
"""

from petard.shared.rules.ruleset import HALF, TILE
from petard.shared.rules.world import Tile, World

BOMBS_MOST = 512  # no game has so many; a world with more is not run


def is_safe(world: World) -> bool:
    """True if nothing can walk, roll or burn off the board: the rim is closed, and all that moves is within it.

    A server of ours tells nothing else; the rules count on it and do not look again.
    """
    wide, high, tiles, body = world.width, world.height, world.tiles, world.rules.body
    rim = tiles[:wide] + tiles[-wide:] + tiles[::wide] + tiles[wide - 1 :: wide]
    if any(tile != Tile.WALL for tile in rim) or len(world.bombs) > BOMBS_MOST or not world.players:
        return False
    if any(world.tiles[tile] != Tile.BREAKING for tile in world.breaking):
        return False
    places = [(player.x, player.y, body) for player in world.players.values()]
    places += [(bomb.x, bomb.y, HALF) for bomb in world.bombs.values()]
    right, bottom = (wide - 1) * TILE, (high - 1) * TILE
    return all(TILE + size <= x <= right - size and TILE + size <= y <= bottom - size for x, y, size in places)
