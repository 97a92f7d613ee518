"""How much each place is worth to a bot: items, bricks to break, players to hit, and the middle when the walls close.

Rule 1: a worth of 30 justifies a walk of some tiles; far targets count less.
Rule 2: nothing here checks whether a place is safe; the caller has checked that before.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from petard.shared.bots.pathfinding import Reachable, SearchStart, find_reachable
from petard.shared.bots.perceived_board import PerceivedBoard
from petard.shared.bots.perception import NEVER, Danger, PerceivedBody, Percept, full_reach
from petard.shared.bots.traits import Traits
from petard.shared.rules.bomb_key import fuse_of
from petard.shared.rules.floors import BELTS, switch_tiles
from petard.shared.rules.items import Item
from petard.shared.rules.modes.table import mode_of
from petard.shared.rules.pickups import is_useful
from petard.shared.rules.ruleset import TICK_RATE, TILE
from petard.shared.rules.world import STEP, Player, Tile, World, distance

WARY = 8  # tiles: players farther away are ignored
BRICKS_WORTH = (0, 12, 20, 26, 30)
DEAD_END = 6  # how much less a place with one exit is worth
ARM = 2  # tiles: a bot that hunts comes no nearer than this on purpose
CROWDING = 3  # places beside this many of the nearest players are worth less: bots that crowd together die together
CROWDED = (14, 6)  # how much less: on the tile of a player, and beside it
TARGETS = 6  # how many of the nearest players a bot targets at
ON_BELT = 6  # how much less a belt is worth: nobody can stand there
SWITCH = 20  # worth of a flame at a switch, if the bot has a way to no player that it hunts
SLID_SOON = 3  # tiles that a player is expected to slide
USELESS = 1  # the worth of an item that would change nothing, or that is not known
NEAR = 48  # ticks: a target this far away is worth half
LATE = 3 * TICK_RATE  # before the last wall; from then on bots risk more, since all but one die soon


@dataclass(frozen=True, slots=True)
class Situation:
    """What a bot knows when it makes a plan. `me` is its player, and `start` where its search begins."""

    seen: Percept
    danger: Danger
    me: Player
    start: SearchStart
    traits: Traits
    near: list[tuple[int, PerceivedBody]]  # the other players with their distance, the nearest first
    foes: list[tuple[int, PerceivedBody]]  # those among them that it hunts
    refused: dict[int, int]  # tile where a bomb leaves no way out -> until this tick

    @property
    def is_bold(self) -> bool:
        """True if the player survives one hit: then the bot takes more risks."""
        return self.me.shields > 0 or self.me.health > self.seen.board.rules.damage

    @property
    def is_late(self) -> bool:
        """True near the end, when all tiles close soon."""
        closes = self.danger.closes
        return bool(closes) and self.start.tick > next(reversed(closes.values())) - LATE

    def search(self, danger: Danger, care: int, safe_until: int = 0) -> Reachable:
        """Return the places that the bot can reach in that danger, as far as its traits look.

        `safe_until`: flames count as harmless before this tick, if that is later than what the player's shield says.
        """
        depth = self.traits.depth * self.start.ticks(TILE)
        start = self.start if safe_until <= self.start.safe_until else replace(self.start, safe_until=safe_until)
        return find_reachable(danger, start, care, depth, self.traits.places)

    def after_bomb(self) -> Danger:
        """Return the danger after a bomb here and now."""
        danger = self.danger
        for tile in self.bomb_tiles():
            danger = danger.plus(tile, self.start.tick, self.blows_at, self.reach)
        return danger

    def bomb_tiles(self) -> list[int]:
        """Return the tiles where a bomb that is dropped now may explode: here, or where a belt takes it."""
        return self.seen.board.bomb_tiles(self.start.tile)

    @property
    def blows_at(self) -> int:
        """The tick in which a bomb explodes that is dropped now; one with a remote counts as if it had a fuse."""
        rules = self.seen.board.rules
        return self.start.tick + 1 + min(rules.fuse, fuse_of(rules, self.me))

    @property
    def reach(self) -> int:
        """The reach of a bomb that is dropped now, with PIERCING."""
        return full_reach(self.me)


@dataclass(slots=True)
class Targets:
    """What a bot wants now."""

    items: dict[int, int]  # tile -> worth
    crowded: dict[int, int]  # tile on or beside another player -> what it is worth less
    bombs: bool  # it can drop a bomb
    strikes: dict[int, int] = field(default_factory=dict)  # tile from which a bomb reaches a player -> worth
    hunted: int = -1  # tile of the nearest player, if the bot hunts
    avoids_dead_ends: bool = False  # a player is near
    burns: dict[int, int] = field(default_factory=dict)  # tile -> what a flame there is worth


def targets_of(here: Situation, bombs: bool) -> Targets:
    """Return what the bot wants; `bombs`: whether it can drop one."""
    near, traits, reach = here.foes, here.traits, here.me.range
    targets = Targets(_item_worths(here), _crowded(here), bombs)
    if near and traits.hunt:
        targets.hunted = near[0][1].tile
        targets.avoids_dead_ends = traits.wary_of > 0 and near[0][0] <= WARY
    if bombs:
        board = here.seen.board
        for far, body in near[:TARGETS]:
            if far > traits.depth + reach:
                break
            aim = ahead_of(board, body) if traits.traps else body.tile  # ahead of a walking player
            for spot in board.blast(aim, here.reach)[0]:
                targets.strikes[spot] = targets.strikes.get(spot, 0) + traits.strike
        for spot in _spared(here):
            targets.strikes[spot] = targets.strikes.get(spot, 0) - 2 * traits.strike
    return targets


def add_wants(targets: Targets, here: Situation, world: World, found: Reachable) -> None:
    """Add what the mode of the round wants (places to stand on or to burn, players to hunt), and switches.

    The marks of the mode are seen at once.
    """
    mode = mode_of(world.rules)
    for tile, worth in mode.wants(world, here.me.slot).items():
        targets.items[tile] = targets.items.get(tile, 0) + worth
    burning = here.danger.spans
    targets.burns = {tile: worth for tile, worth in mode.burns(world, here.me.slot).items() if tile not in burning}
    prey = mode.prey(world, here.me.slot)
    if prey == here.me.slot:
        targets.hunted = -1
    elif prey >= 0:
        targets.hunted = next((body.tile for body in here.seen.bodies if body.slot == prey), targets.hunted)
    _want_switches(targets, here, found)


def _want_switches(targets: Targets, here: Situation, found: Reachable) -> None:
    """Make a flame at a switch worth something where the bot has found no way to the players that it hunts."""
    switches = switch_tiles(here.seen.board.floors)
    is_all = len(found.tiles) < here.traits.places  # else there are more ways than were tried
    if switches and is_all and here.foes and not {body.tile for _, body in here.foes}.intersection(found.tiles):
        for tile in switches:
            if tile not in here.danger.spans:
                targets.burns[tile] = targets.burns.get(tile, 0) + SWITCH


def _spared(here: Situation) -> list[int]:
    """Return the tiles from which a bomb would reach a player that the bot does not hunt, and hurt."""
    board = here.seen.board
    friends = [body for far, body in here.near[:TARGETS] if (far, body) not in here.foes]
    if not friends or not board.rules.friendly_fire:
        return []
    return [spot for body in friends for spot in board.blast(body.tile, here.reach)[0]]


def _crowded(here: Situation) -> dict[int, int]:
    worse: dict[int, int] = {}
    width = here.seen.board.width
    for _, body in here.near[:CROWDING]:
        for step in (-width, -1, 1, width):
            worse.setdefault(body.tile + step, CROWDED[1])
        worse[body.tile] = CROWDED[0]
    return worse


def _item_worths(here: Situation) -> dict[int, int]:
    if not here.seen.items:
        return {}
    useful = {int(item): item.row.worth for item in Item if is_useful(here.seen.board.rules, here.me, item)}
    return {tile: useful.get(item, USELESS) for tile, item in here.seen.items.items()}


def ahead_of(board: PerceivedBoard, body: PerceivedBody) -> int:
    """Return the tile where a player will be soon."""
    if body.heading < 0:
        return body.tile
    dx, dy = STEP[body.heading]
    ahead = body.tile
    for _ in range(SLID_SOON):
        if board.tiles[ahead + dy * board.width + dx] != Tile.FLOOR:
            break
        ahead += dy * board.width + dx
        if not board.is_ice(ahead):
            break
    return ahead


def worths_of(here: Situation, targets: Targets, found: Reachable, places: Sequence[int]) -> list[int]:
    """Return the worth of each of the `places`, which are indexes into the result of a search."""
    now, width, here_is_safe = here.start.tick, here.seen.board.width, found.untils[0] == NEVER
    closes, traits = here.danger.closes, here.traits
    hunted_x, hunted_y = targets.hunted % width, targets.hunted // width
    away = distance(width, found.tiles[0], targets.hunted)
    worths = []
    for index in places:
        tile = found.tiles[index]
        worth = targets.items.get(tile, 0)
        if targets.bombs:
            worth += bomb_worth(here, targets, tile)
        worth = worth * NEAR // (NEAR + found.times[index] - now)
        if targets.hunted >= 0:
            nearer = away - max(abs(tile % width - hunted_x) + abs(tile // width - hunted_y), ARM)
            worth += traits.hunt * nearer // 4
            if targets.avoids_dead_ends and here_is_safe and _exits(here, tile) < 2:
                worth -= DEAD_END
        worth -= targets.crowded.get(tile, 0)
        if not here.seen.board.is_plain(tile) and here.seen.board.floors[tile] in BELTS:
            worth -= ON_BELT
        if closes:
            worth -= max(0, traits.soon - (closes.get(tile, NEVER) - now)) // 12
        worths.append(worth)
    return worths


def _exits(here: Situation, tile: int) -> int:
    """Return the number of open neighbours of a tile."""
    tiles, blows, width = here.seen.board.walls, here.danger.blows, here.seen.board.width
    beside = (tile - 1, tile + 1, tile - width, tile + width)
    return sum([not tiles[spot] and spot not in blows for spot in beside])


def bomb_worth(here: Situation, targets: Targets, tile: int) -> int:
    """Return the worth of a bomb on a tile."""
    if tile in here.danger.blows or here.refused.get(tile, 0) > here.start.tick:
        return 0
    ends = here.seen.board.bomb_tiles(tile)
    if not ends:
        return 0
    worth = targets.strikes.get(ends[0], 0)
    if targets.burns:
        worth += sum([targets.burns.get(spot, 0) for spot in here.seen.board.blast(ends[0], here.reach)[0]])
    bricks = here.seen.board.blast(tile, here.reach)[1] if ends == [tile] else []  # on a belt it is aimed at players
    if bricks:
        opens = here.danger.opens
        left = len([brick for brick in bricks if brick not in opens])
        worth += BRICKS_WORTH[min(left, len(BRICKS_WORTH) - 1)]
    return worth
