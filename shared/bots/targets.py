"""How much each place is worth to a bot: items, bricks to break, players to hit, and the middle when the walls close.

Rule 1: a worth of 30 justifies a walk of some tiles; far targets count less.
Rule 2: nothing here checks whether a place is safe; the caller has checked that before.
Rule 3: only a bomb on a neighbouring tile is considered for a kick, and only if it can roll.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from petard.shared.bots.danger import NEVER, Danger
from petard.shared.bots.pathfinding import Reachable, SearchStart
from petard.shared.bots.perception import PerceivedBody, Percept
from petard.shared.bots.traits import Traits
from petard.shared.rules.ruleset import TICK_RATE, TILE, Item
from petard.shared.rules.world import STEP, Player, Tile

ITEM_WORTH: dict[int, int] = {
    Item.BOMB: 34,
    Item.FLAME: 30,
    Item.SKATE: 28,
    Item.KICK: 18,
    Item.SHIELD: 36,
    Item.FRUIT: 40,
}
WARY = 8  # tiles: players farther away are ignored
BRICKS_WORTH = (0, 12, 20, 26, 30)
DEAD_END = 6  # how much less a place with one exit is worth
ARM = 2  # tiles: a bot that hunts comes no nearer than this on purpose
CROWDING = 3  # places beside this many of the nearest players are worth less: bots that crowd together die together
CROWDED = (14, 6)  # how much less: on the tile of a player, and beside it
TARGETS = 6  # how many of the nearest players a bot targets at
NEAR = 48  # ticks: a target this far away is worth half
KICK_FAR = 7  # tiles: bots aim no kick farther


@dataclass(slots=True)
class Targets:
    """What a bot wants now."""

    items: dict[int, int]  # tile -> worth
    strikes: dict[int, int]  # tile from which a bomb reaches a player -> worth
    near: list[tuple[int, PerceivedBody]]  # the other players with their distance, the nearest first
    bombs: bool  # it can drop a bomb
    refused: dict[int, int]  # tile where a bomb leaves no way out -> until this tick
    crowded: dict[int, int]  # tile on or beside another player -> what it is worth less
    hunted: int = -1  # tile of the nearest player, if the bot hunts
    avoids_dead_ends: bool = False  # a player is near


def targets_of(
    percept: Percept, me: Player, start: SearchStart, traits: Traits, bombs: bool, refused: dict[int, int]
) -> Targets:
    """Return the targets of `me`."""
    near = percept.others(me.slot, start.tile)
    targets = Targets(_item_worths(percept, me), {}, near, bombs, refused, _crowded(percept, near))
    if near and traits.hunt:
        targets.hunted = near[0][1].tile
        targets.avoids_dead_ends = traits.wary_of > 0 and near[0][0] <= WARY
    if bombs:
        for far, body in near[:TARGETS]:
            if far > traits.depth + me.range:
                break
            for spot in line_of_fire(percept, ahead_of(percept, body, traits), me.range):
                targets.strikes[spot] = targets.strikes.get(spot, 0) + traits.strike
    return targets


def _crowded(percept: Percept, near: list[tuple[int, PerceivedBody]]) -> dict[int, int]:
    worse: dict[int, int] = {}
    for _, body in near[:CROWDING]:
        for step in (-percept.board.width, -1, 1, percept.board.width):
            worse.setdefault(body.tile + step, CROWDED[1])
        worse[body.tile] = CROWDED[0]
    return worse


def is_bold(percept: Percept, me: Player) -> bool:
    """True if the player survives one hit: then the bot takes more risks."""
    return me.shields > 0 or me.health > percept.board.rules.damage


def _item_worths(percept: Percept, me: Player) -> dict[int, int]:
    if not percept.items:
        return {}
    rules = percept.board.rules
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
    return {tile: worth[item] for tile, item in percept.items.items()}


def ahead_of(percept: Percept, body: PerceivedBody, traits: Traits) -> int:
    """Return the tile where a player will be soon: bots that set traps aim ahead of a walking player."""
    if body.heading < 0 or not traits.traps:
        return body.tile
    dx, dy = STEP[body.heading]
    ahead = body.tile + dy * percept.board.width + dx
    return ahead if percept.board.tiles[ahead] == Tile.FLOOR else body.tile


def line_of_fire(percept: Percept, tile: int, reach: int) -> list[int]:
    """Return the tiles from which a bomb reaches `tile`; they are the tiles that a bomb on `tile` reaches."""
    spots = [tile]
    for step in (-percept.board.width, 1, percept.board.width, -1):
        spot = tile
        for _ in range(reach):
            spot += step
            if percept.board.tiles[spot]:
                break
            spots.append(spot)
    return spots


def worths_of(
    targets: Targets,
    percept: Percept,
    danger: Danger,
    me: Player,
    found: Reachable,
    places: Sequence[int],
    traits: Traits,
) -> list[int]:
    """Return the worth of each of the `places`, which are indexes into the result of a search."""
    now, width, here_is_safe = found.times[0], percept.board.width, found.untils[0] == NEVER
    hunted_x, hunted_y = targets.hunted % width, targets.hunted // width
    away = distance(width, found.tiles[0], targets.hunted)
    worths = []
    for index in places:
        tile = found.tiles[index]
        worth = targets.items.get(tile, 0)
        if targets.bombs:
            worth += bomb_worth(targets, percept, danger, me, tile, now)
        worth = worth * NEAR // (NEAR + found.times[index] - now)
        if targets.hunted >= 0:
            nearer = away - max(abs(tile % width - hunted_x) + abs(tile // width - hunted_y), ARM)
            worth += traits.hunt * nearer // 4
            if targets.avoids_dead_ends and here_is_safe and exits(percept, danger, tile) < 2:
                worth -= DEAD_END
        worth -= targets.crowded.get(tile, 0)
        if danger.closes:
            worth -= max(0, traits.soon - (danger.closes.get(tile, NEVER) - now)) // 12
        worths.append(worth)
    return worths


def exits(percept: Percept, danger: Danger, tile: int) -> int:
    """Return the number of open neighbours of a tile."""
    tiles, blows, width = percept.board.tiles, danger.blows, percept.board.width
    free = 0
    for spot in (tile - 1, tile + 1, tile - width, tile + width):
        if not tiles[spot] and spot not in blows:
            free += 1
    return free


def bomb_worth(targets: Targets, percept: Percept, danger: Danger, me: Player, tile: int, now: int) -> int:
    """Return the worth of a bomb on a tile."""
    if tile in danger.blows or targets.refused.get(tile, 0) > now:
        return 0
    worth = targets.strikes.get(tile, 0)
    bricks = percept.board.bricks_hit(tile, me.range)
    if bricks:
        opens = danger.opens
        worth += BRICKS_WORTH[len([brick for brick in bricks if brick not in opens])]
    return worth


def distance(width: int, one: int, other: int) -> int:
    """Return the number of steps between two tiles, walls ignored."""
    return abs(one % width - other % width) + abs(one // width - other // width)


def bomb_to_kick(percept: Percept, danger: Danger, start: SearchStart, targets: Targets, is_desperate: bool) -> int:
    """Return the tile of the bomb to walk into, or -1. A desperate bot kicks any bomb, others only at a player."""
    players = [body.tile for away, body in targets.near if away <= KICK_FAR]
    for step in (-percept.board.width, 1, percept.board.width, -1):
        spot = start.tile + step
        if spot not in danger.blows or not _may_roll_to(percept, danger, spot + step):
            continue
        if is_desperate or _rolls_to(percept, danger, spot, step, players, danger.blows[spot] - start.tick):
            return spot
    return -1


def _may_roll_to(percept: Percept, danger: Danger, spot: int) -> bool:
    return percept.board.tiles[spot] == Tile.FLOOR and spot not in percept.items and spot not in danger.blows


def _rolls_to(percept: Percept, danger: Danger, spot: int, step: int, players: list[int], ticks: int) -> bool:
    """True if the bomb reaches a player before it explodes."""
    for _ in range(min(KICK_FAR, ticks * percept.board.rules.roll // (TILE * TICK_RATE))):
        spot += step
        if spot in players:
            return True
        if not _may_roll_to(percept, danger, spot):
            return False
    return False
