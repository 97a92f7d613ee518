"""What each place is worth to a bot: items, bricks to break, people to reach, and the middle when the walls close.

Rule 1: a worth of 30 is worth a walk of some tiles; what is far counts less.
Rule 2: nothing here asks whether a place is safe; who calls has looked at that before.
"""

from dataclasses import dataclass

from shared.bots.danger import NEVER, Danger
from shared.bots.search import Reach, Start
from shared.bots.sight import Body, Sight
from shared.bots.traits import Traits
from shared.rules.ruleset import Item
from shared.rules.world import STEP, Player, Tile

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
NEAR = 48  # ticks: a thing that is so far away is worth half


@dataclass(slots=True)
class Aims:
    """What a bot is after now."""

    items: dict[int, int]  # tile -> worth
    strikes: dict[int, int]  # tile from which a bomb reaches somebody -> worth
    near: list[tuple[int, Body]]  # everybody else with their distance, the nearest first
    bombs: bool  # it may drop a bomb
    refused: dict[int, int]  # tile where a bomb leaves no way out -> until this tick
    prey: int = -1  # tile of the nearest other player, if it hunts
    tight: bool = False  # somebody is so near that dead ends are no good


def aims_of(sight: Sight, me: Player, start: Start, traits: Traits, bombs: bool, refused: dict[int, int]) -> Aims:
    """What there is to do for `me`."""
    near = sight.others(me.slot, start.tile)
    aims = Aims(_item_worths(sight, me), {}, near, bombs, refused)
    if near and traits.hunt:
        aims.prey = near[0][1].tile
        aims.tight = traits.wary_of > 0 and near[0][0] <= WARY
    if bombs:
        for far, body in near:
            if far > traits.depth + me.range:
                break
            for spot in line_of_fire(sight, ahead_of(sight, body, traits), me.range):
                aims.strikes[spot] = aims.strikes.get(spot, 0) + traits.strike
    return aims


def is_bold(sight: Sight, me: Player) -> bool:
    """True if one blast is not the end: then a bot dares more."""
    return me.shields > 0 or me.health > sight.rules.damage


def _item_worths(sight: Sight, me: Player) -> dict[int, int]:
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


def ahead_of(sight: Sight, body: Body, traits: Traits) -> int:
    """Where somebody will be soon: good players aim ahead of who walks."""
    if body.heading < 0 or not traits.traps:
        return body.tile
    dx, dy = STEP[body.heading]
    ahead = body.tile + dy * sight.width + dx
    return ahead if sight.tiles[ahead] == Tile.FLOOR else body.tile


def line_of_fire(sight: Sight, tile: int, reach: int) -> list[int]:
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


def worth_of(aims: Aims, sight: Sight, danger: Danger, me: Player, found: Reach, index: int, traits: Traits) -> int:
    """What it is worth to go to a place that a search found."""
    tile, now = found.tiles[index], found.times[0]
    worth = aims.items.get(tile, 0)
    if aims.bombs:
        worth += bomb_worth(aims, sight, danger, me, tile, now)
    worth = worth * NEAR // (NEAR + found.times[index] - now)
    if aims.prey >= 0:
        near = max(distance(sight.width, tile, aims.prey), ARM)
        nearer = distance(sight.width, found.tiles[0], aims.prey) - near
        worth += traits.hunt * nearer // 4
        if aims.tight and found.untils[0] == NEVER and exits(sight, danger, tile) < 2:
            worth -= DEAD_END
    if danger.closes:
        worth += min(danger.closes.get(tile, now + 3600) - now, 3600) // 60
    return worth


def exits(sight: Sight, danger: Danger, tile: int) -> int:
    """How many ways lead out of a tile now."""
    return sum(
        not sight.tiles[spot] and spot not in danger.blows
        for spot in (tile - 1, tile + 1, tile - sight.width, tile + sight.width)
    )


def bomb_worth(aims: Aims, sight: Sight, danger: Danger, me: Player, tile: int, now: int) -> int:
    """What it is worth to drop a bomb on a tile."""
    if tile in danger.blows or aims.refused.get(tile, 0) > now:
        return 0
    worth = aims.strikes.get(tile, 0)
    bricks = sight.bricks_hit(tile, me.range)
    if bricks:
        worth += BRICKS_WORTH[sum(brick not in danger.opens for brick in bricks)]
    return worth


def distance(width: int, one: int, other: int) -> int:
    """Steps between two tiles, walls left aside."""
    return abs(one % width - other % width) + abs(one // width - other // width)
