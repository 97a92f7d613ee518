"""A bot whose player is dead and rides a cart: it rolls to a line in which a player is, and throws there.

Rule 1: like a living bot it sees the others `Traits.reaction` ticks late, and its own cart at once.
Rule 2: it aims at a foe, one tile ahead if the foe walks, and not where a friend would be in the flames. Of the throws
        that it can make soon it chooses the one that leaves the foe the fewest safe places.
Rule 3: equal worlds give equal keys; nothing is random. The less skilled wait longer between two throws, and compare
        fewer of them.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from petard.shared.bots.pathfinding import SearchStart, find_reachable
from petard.shared.bots.perception import PerceivedBody, Percept
from petard.shared.rules.carts import key_along, landing_of, place_at, rim_length, tiles_thrown
from petard.shared.rules.ruleset import TICK_RATE, TILE
from petard.shared.rules.world import STEP, Keys, Player, Tile, World, distance

WAITS = (200, 120, 40, 0)  # ticks by skill, after a bomb could be thrown
PLAN_EARLY, PLAN_EVERY = 90, 30  # ticks: from so long before a throw it plans, and so often
CHOICES = (1, 2, 5, 12)  # by skill: how many throws are looked at closely, the soonest first
PLACES, WALK = 24, 6  # how many places, and how many tiles away, a player is taken to look for safety
NEAR = TILE // 4  # sub-units from the middle of a line at which the cart stops
MISS = 1  # tiles; a bomb that comes down farther from its target is not thrown


@dataclass(slots=True)
class PlannedThrow:
    """From which place on the rim, and how many tiles."""

    place: int
    tiles: int


class Rider:
    """The hands of one bot while it rides."""

    def __init__(self, skill: int) -> None:
        self.skill = skill
        self._plan: PlannedThrow | None = None
        self._next_plan = 0  # tick

    def keys(self, world: World, me: Player, seen: Percept, friends: Collection[int]) -> int:
        """Return the keys to hold in the next tick. `friends`: slots of the players that it must not hit."""
        place, plan = place_at(world, me, world.tick), self._plan
        if not me.winds_from and world.tick >= max(self._next_plan, me.bomb_from + WAITS[self.skill] - PLAN_EARLY):
            self._next_plan = world.tick + PLAN_EVERY
            plan = self._plan = _best_throw(world, place, seen, friends, CHOICES[self.skill])
        if plan is None:
            return Keys.NONE
        ahead = _way_between(world, place, plan.place)
        keys = 0 if abs(ahead) <= NEAR else key_along(world, place, 1 if ahead > 0 else -1)
        if not me.winds_from:
            rolls = abs(ahead) * TICK_RATE // max(1, world.rules.cart_speed)
            charge = (plan.tiles - world.rules.cart_least) * world.rules.cart_charge
            return keys | Keys.BOMB if self._is_ready(world, me) and (not keys or rolls <= charge) else keys
        if not keys and tiles_thrown(world, me, world.tick + 1) >= plan.tiles:
            return Keys.NONE
        return keys | Keys.BOMB

    def _is_ready(self, world: World, me: Player) -> bool:
        return world.over_at < 0 and world.tick >= me.bomb_from + WAITS[self.skill]


def _best_throw(world: World, place: int, seen: Percept, friends: Collection[int], choices: int) -> PlannedThrow | None:
    """Return the throw that leaves its target the fewest safe places, the soonest of equal ones; None if none hits."""
    spared = {body.tile for body in seen.bodies if body.slot in friends}
    lines = sorted(
        (abs(_way_between(world, place, start)), start, body)
        for body in seen.bodies
        if body.slot not in friends
        for start in _places_around(world, _tile_ahead(world, body.tile, body.heading))
    )
    best, least = None, PLACES + 1
    for away, start, body in lines[:choices]:
        tiles, lands_on = _throw_at(world, start, _tile_ahead(world, body.tile, body.heading))
        if tiles and not (spared and spared.intersection(seen.board.blast(lands_on, world.rules.cart_range)[0])):
            thrown = world.tick + away * TICK_RATE // max(1, world.rules.cart_speed)
            left = _safe_places(world, seen, body, lands_on, thrown)
            if left < least:
                best, least = PlannedThrow(start, tiles), left
    return best


def _throw_at(world: World, start: int, tile: int) -> tuple[int, int]:
    """Return how many tiles to throw from a place, and where that comes down: nearest to the tile; 0, 0 if too far."""
    throws = range(world.rules.cart_least, world.rules.cart_most + 1)
    found = [(*landing_of(world, start, tiles), tiles) for tiles in throws]
    ranked = [(distance(world.width, tile, lands_on), tiles, lands_on) for far, lands_on, tiles in found if far]
    miss, tiles, lands_on = min(ranked, default=(MISS + 1, 0, 0))
    return (tiles, lands_on) if miss <= MISS else (0, 0)


def _safe_places(world: World, seen: Percept, body: PerceivedBody, lands_on: int, thrown: int) -> int:
    """Return how many safe places a player can reach if a bomb comes down there."""
    rules = world.rules
    after = seen.danger.plus(lands_on, thrown, thrown + max(rules.fuse, rules.cart_flight), rules.cart_range)
    start = SearchStart(thrown + rules.cart_flight, body.tile, body.speed, body.safe_until)
    return len(find_reachable(after, start, 0, WALK * start.ticks(TILE), PLACES).safe())


def _tile_ahead(world: World, tile: int, heading: int) -> int:
    """Return the next tile of a player who walks, if it is floor."""
    dx, dy = STEP.get(heading, (0, 0))
    ahead = tile + dy * world.width + dx
    return ahead if world.tiles[ahead] == Tile.FLOOR else tile


def _places_around(world: World, tile: int) -> Iterator[int]:
    """The places on the four sides of the rim from which bombs fly over the tile."""
    row, column = divmod(tile, world.width)
    right, bottom = world.width - 1, world.height - 1
    for tiles in (column, right + row, right + bottom + right - column, 2 * right + bottom + bottom - row):
        yield tiles * TILE


def _way_between(world: World, start: int, end: int) -> int:
    """Return the shorter way along the rim, positive clockwise."""
    whole = rim_length(world.width, world.height)
    return (end - start + whole // 2) % whole - whole // 2
