"""Sudden death: near the end of a round, walls close ring by ring, so that every round ends.

RuleSet, the event and the sound call it `hurry` (players read HURRY UP!). `closing`: from the first wall to the last.
"""

from functools import lru_cache
from itertools import groupby

from petard.shared.rules.bombs import bomb_on
from petard.shared.rules.events import Event, EventType
from petard.shared.rules.outcome import kill_player
from petard.shared.rules.ruleset import HALF, RuleSet
from petard.shared.rules.world import Player, Tile, World, living, middle_of, overlaps, tile_at

ARENA = 5  # tiles of the shorter side of the rest in which players fight while the walls rest


@lru_cache(maxsize=64)
def closing_order(width: int, height: int, core: int) -> tuple[int, ...]:
    """Return the tiles that close, in order: clockwise rings from two corners, until the shorter side is `core` tiles.

    >>> len(closing_order(15, 13, 5))
    108
    >>> len(closing_order(15, 13, 0))
    143
    """
    order: list[int] = []
    inner = min(width, height) - 2
    rings = (inner - core) // 2 if core else (inner + 1) // 2  # with a core of 0, the last row closes too
    for ring in range(1, rings + 1):
        right, bottom = width - 1 - ring, height - 1 - ring
        a, b = ring * width + ring, ring * width + right  # the corners, clockwise
        c, d = bottom * width + right, bottom * width + ring
        cells = [*range(a, b), *range(b, c, width), *range(c, d, -1), *range(d, a, -width)]
        half = (len(cells) + 1) // 2
        for place in range(half):  # two opposite corners alternate: fair, and not faster than a body can walk
            order += cells[place::half]
    if not core:
        order.append(height // 2 * width + width // 2)  # a ring of one tile has no sides
    return tuple(dict.fromkeys(order))  # a ring of one row contains its tiles twice


@lru_cache(maxsize=64)
def closing_times(rules: RuleSet, width: int, height: int) -> dict[int, int]:
    """Return for each tile that closes the tick at which it closes, in order."""
    order, outer = closing_order(width, height, rules.closing_core), len(closing_order(width, height, ARENA))
    rests = (0, rules.closing_pause if outer < len(order) else 0)
    first, moving = hurry_at(rules), rules.closing - rests[1]
    return {tile: first + place * moving // len(order) + rests[place >= outer] for place, tile in enumerate(order)}


def hurry_at(rules: RuleSet) -> int:
    """Return the tick at which the first wall closes."""
    return ends_at(rules) - rules.hurry


def ends_at(rules: RuleSet) -> int:
    """Return the tick at which the time of the round is over."""
    return rules.countdown + rules.round


@lru_cache(maxsize=64)
def _tiles_by_tick(rules: RuleSet, width: int, height: int) -> dict[int, list[int]]:
    times = closing_times(rules, width, height)
    return {tick: list(tiles) for tick, tiles in groupby(times, key=times.__getitem__)}


def close_walls(world: World, events: list[Event]) -> None:
    """Close the walls of this tick: they kill players, destroy items and make bombs explode."""
    if world.tick < hurry_at(world.rules):
        return
    if world.tick == hurry_at(world.rules):
        events.append(Event(EventType.HURRY))
    for tile in _tiles_by_tick(world.rules, world.width, world.height).get(world.tick, ()):
        if world.tiles[tile] != Tile.WALL:
            _close(world, tile, events)


def _close(world: World, tile: int, events: list[Event]) -> None:
    events.append(Event(EventType.CLOSED, tile=tile))
    world.tiles[tile] = Tile.WALL
    for table in (world.items, world.hidden, world.breaking):
        table.pop(tile, None)
    world.flames.pop(tile, None)
    bomb = bomb_on(world, tile)
    if bomb:
        bomb.blows_at = world.tick
    for player in living(world):
        if tile_at(world, player.x, player.y) == tile:
            kill_player(world, player, -1, events)
        elif overlaps(world, player, tile):
            _push_out(world, player, tile)


def _push_out(world: World, player: Player, tile: int) -> None:
    """Move a body that overlaps the tile with one edge just off it; otherwise it could walk into the wall."""
    x, y = middle_of(world, tile)
    reach = HALF + world.rules.body
    if abs(player.x - x) >= abs(player.y - y):
        player.x = x + reach if player.x > x else x - reach
    else:
        player.y = y + reach if player.y > y else y - reach
