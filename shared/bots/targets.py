"""What each place is worth to a bot: items, bricks to break, people to reach, and the middle when the walls close.

Rule 1: a worth of 30 is worth a walk of some tiles; what is far counts less.
Rule 2: nothing here asks whether a place is safe; who calls has looked at that before.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from petard.shared.bots.danger import NEVER, Danger
from petard.shared.bots.pathfinding import Reachable, SearchStart
from petard.shared.bots.perception import PerceivedBody, Percept
from petard.shared.bots.traits import Traits
from petard.shared.rules.ruleset import Item
from petard.shared.rules.world import STEP, Player, Tile

ITEM_WORTH: dict[int, int] = {
    Item.BOMB: 34,
    Item.FLAME: 30,
    Item.SKATE: 28,
    Item.KICK: 18,
    Item.SHIELD: 36,
    Item.FRUIT: 40,
}
WARY = 8  # tiles: who is farther off is not minded
BRICKS_WORTH = (0, 12, 20, 26, 30)
DEAD_END = 6  # a place with one way out is worth so much less
ARM = 2  # tiles: hunters come no nearer than that on purpose
CROWDING = 3  # so many of the nearest others make the places at their side worth less: bots that huddle die together
CROWDED = (14, 6)  # how much less: on the tile of another, and beside it
TARGETS = 6  # so many of the nearest others are aimed at
NEAR = 48  # ticks: a thing that is so far away is worth half


@dataclass(slots=True)
class Targets:
    """What a bot is after now."""

    items: dict[int, int]  # tile -> worth
    strikes: dict[int, int]  # tile from which a bomb reaches somebody -> worth
    near: list[tuple[int, PerceivedBody]]  # everybody else with their distance, the nearest first
    bombs: bool  # it may drop a bomb
    refused: dict[int, int]  # tile where a bomb leaves no way out -> until this tick
    crowded: dict[int, int]  # tile on or beside another player -> what it is worth less
    prey: int = -1  # tile of the nearest other player, if it hunts
    tight: bool = False  # somebody is so near that dead ends are no good


def targets_of(
    sight: Percept, me: Player, start: SearchStart, traits: Traits, bombs: bool, refused: dict[int, int]
) -> Targets:
    """What there is to do for `me`."""
    near = sight.others(me.slot, start.tile)
    aims = Targets(_item_worths(sight, me), {}, near, bombs, refused, _crowded(sight, near))
    if near and traits.hunt:
        aims.prey = near[0][1].tile
        aims.tight = traits.wary_of > 0 and near[0][0] <= WARY
    if bombs:
        for far, body in near[:TARGETS]:
            if far > traits.depth + me.range:
                break
            for spot in line_of_fire(sight, ahead_of(sight, body, traits), me.range):
                aims.strikes[spot] = aims.strikes.get(spot, 0) + traits.strike
    return aims


def _crowded(sight: Percept, near: list[tuple[int, PerceivedBody]]) -> dict[int, int]:
    worse: dict[int, int] = {}
    for _, body in near[:CROWDING]:
        for step in (-sight.width, -1, 1, sight.width):
            worse.setdefault(body.tile + step, CROWDED[1])
        worse[body.tile] = CROWDED[0]
    return worse


def is_bold(sight: Percept, me: Player) -> bool:
    """True if one blast is not the end: then a bot dares more."""
    return me.shields > 0 or me.health > sight.rules.damage


def _item_worths(sight: Percept, me: Player) -> dict[int, int]:
    if not sight.items:
        return {}
    rules = sight.rules
    worth = dict(ITEM_WORTH)
    useless = {
        Item.BOMB: me.bombs >= rules.bombs_most,
        Item.FLAME: me.range >= rules.range_most,
        Item.SKATE: rules.speed + me.skates * rules.speed_more >= rules.speed_most,
        Item.KICK: me.kick > 0,
        Item.SHIELD: me.shields > 0,
        Item.FRUIT: me.health >= rules.health_most,
    }
    worth.update((int(item), 1) for item, is_useless in useless.items() if is_useless)
    return {tile: worth[item] for tile, item in sight.items.items()}


def ahead_of(sight: Percept, body: PerceivedBody, traits: Traits) -> int:
    """Where somebody will be soon: good players aim ahead of who walks."""
    if body.heading < 0 or not traits.traps:
        return body.tile
    dx, dy = STEP[body.heading]
    ahead = body.tile + dy * sight.width + dx
    return ahead if sight.tiles[ahead] == Tile.FLOOR else body.tile


def line_of_fire(sight: Percept, tile: int, reach: int) -> list[int]:
    """The tiles from which a bomb reaches `tile`: the same that a bomb on `tile` would reach."""
    spots = [tile]
    for step in (-sight.width, 1, sight.width, -1):
        spot = tile
        for _ in range(reach):
            spot += step
            if sight.tiles[spot]:
                break
            spots.append(spot)
    return spots


def worths_of(
    aims: Targets, sight: Percept, danger: Danger, me: Player, found: Reachable, places: Sequence[int], traits: Traits
) -> list[int]:
    """What it is worth to go to each of the places, which are indexes into what a search found."""
    now, width, here_is_safe = found.times[0], sight.width, found.untils[0] == NEVER
    prey_x, prey_y = aims.prey % width, aims.prey // width
    away = distance(width, found.tiles[0], aims.prey)
    worths = []
    for index in places:
        tile = found.tiles[index]
        worth = aims.items.get(tile, 0)
        if aims.bombs:
            worth += bomb_worth(aims, sight, danger, me, tile, now)
        worth = worth * NEAR // (NEAR + found.times[index] - now)
        if aims.prey >= 0:
            nearer = away - max(abs(tile % width - prey_x) + abs(tile // width - prey_y), ARM)
            worth += traits.hunt * nearer // 4
            if aims.tight and here_is_safe and exits(sight, danger, tile) < 2:
                worth -= DEAD_END
        worth -= aims.crowded.get(tile, 0)
        if danger.closes:
            worth -= max(0, traits.soon - (danger.closes.get(tile, NEVER) - now)) // 12
        worths.append(worth)
    return worths


def exits(sight: Percept, danger: Danger, tile: int) -> int:
    """How many ways lead out of a tile now."""
    tiles, blows, width = sight.tiles, danger.blows, sight.width
    free = 0
    for spot in (tile - 1, tile + 1, tile - width, tile + width):
        if not tiles[spot] and spot not in blows:
            free += 1
    return free


def bomb_worth(aims: Targets, sight: Percept, danger: Danger, me: Player, tile: int, now: int) -> int:
    """What it is worth to drop a bomb on a tile."""
    if tile in danger.blows or aims.refused.get(tile, 0) > now:
        return 0
    worth = aims.strikes.get(tile, 0)
    bricks = sight.bricks_hit(tile, me.range)
    if bricks:
        opens = danger.opens
        worth += BRICKS_WORTH[len([brick for brick in bricks if brick not in opens])]
    return worth


def distance(width: int, one: int, other: int) -> int:
    """Steps between two tiles, walls left aside."""
    return abs(one % width - other % width) + abs(one // width - other // width)
