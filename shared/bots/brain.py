"""One bot: it sees, after its reaction time it understands, it plans a walk or a bomb, and it holds keys.

Rule 1: what others do, new bombs above all, reaches it `Traits.reaction` ticks late; its own body, its own bombs and
its own keys are known at once.
Rule 2: it never walks where fire will be, and it drops no bomb without a way out (but sleepy ones slip).
Rule 3: same slot, skill, seed and worlds give the same keys.
"""

from collections import deque
from dataclasses import dataclass, field

from petard.shared.bots.danger import NEVER, Danger
from petard.shared.bots.kicks import bomb_to_kick
from petard.shared.bots.pathfinding import Reachable, SearchStart, delay, find_reachable
from petard.shared.bots.perception import Percept, speed_of
from petard.shared.bots.steering import is_straight, keys_to, keys_to_middle
from petard.shared.bots.targets import Targets, bomb_worth, is_bold, targets_of, worths_of
from petard.shared.bots.traits import TRAITS, emboldened
from petard.shared.bots.traps import is_pinned, is_pocket, steady, threats, trapped_by, way_out_after
from petard.shared.rules.bombs import bomb_on
from petard.shared.rules.rng import below
from petard.shared.rules.ruleset import TILE
from petard.shared.rules.sudden_death import hurry_at
from petard.shared.rules.world import Keys, Player, World, tile_at

ON_ITS_WAY = 20  # ticks that a dropped bomb is believed in before it is seen: inputs travel too
BOLD = 50  # per cent more nerve while one blast is not the end
KICK = 4  # ticks to walk into a bomb beside; then it rolls or does not
CROWD = 64  # every bot plans later by the square of the bodies on the board over this: 1 tick for 8, 64 for 64
REFUSED = 90  # ticks for which a bot drops no bomb where it found no way out; one more for each body on the board
EDGE = 3  # ticks: a body that could leave its tile within so many drops no bomb, since the rules walk before they drop
FRESH = -1  # no plan yet

_ALONG, _ACROSS = (int(Keys.RIGHT), int(Keys.LEFT)), (int(Keys.DOWN), int(Keys.UP))


@dataclass(slots=True)
class BotPlan:
    """What a bot is about to do."""

    path: list[int] = field(default_factory=list)  # tiles still to walk
    until: int = FRESH  # tick at which to think anew
    danger: Danger | None = None  # what it rests on
    hot: bool = False  # fire comes to some place of the walk
    lost: bool = False  # there is no way to safety, so it takes what lasts longest
    keys: int = 0  # what it holds now
    keys_until: int = FRESH  # the tick at which these keys have to be worked out again


class Brain:
    """Plays one slot. `skill`: 0 sleepy, 1 easy, 2 normal, 3 hard."""

    def __init__(self, slot: int, skill: int, seed: int) -> None:
        self.slot = slot
        self.is_bold = False  # whoever makes the bot may ask for it, when no person plays any more
        self._calm, self._bold = TRAITS[skill], emboldened(TRAITS[skill])
        self.traits = self._calm
        self._rng = (seed << 8 | slot) & (1 << 64) - 1
        self._seen: deque[Percept] = deque()
        self._plan = BotPlan()
        self._dropped: list[tuple[int, int, int]] = []  # own bombs not seen yet: tile, dropped at, range
        self._refused: dict[int, int] = {}
        self._danger: tuple[Danger, int, Danger] | None = None

    def think(self, world: World, sight: Percept | None = None) -> int:
        """The keys to hold in the next tick, as bits of `Keys`. Call it once a tick.

        `sight`: the Sight of this very world, when somebody has made one for all bots of the tick.
        """
        old = self._look(world, sight)
        me = world.players.get(self.slot)
        if old is None or me is None or me.died_at >= 0 or world.tick < world.rules.countdown:
            return 0
        hurries = world.tick >= hurry_at(world.rules) and not self._calm.is_cool
        self.traits = self._bold if self.is_bold or hurries else self._calm
        danger = self._danger_of(old, world.tick)
        if self._may_hold(world.tick, danger, tile_at(world, me.x, me.y)):
            return self._plan.keys
        start = _start_of(world, me)
        if self._must_think(world, start, danger):
            keys = self._decide(world, old, me, start, danger)
            if keys:
                return keys
        return self._walk(world, start, danger)

    def _look(self, world: World, sight: Percept | None) -> Percept | None:
        """Remember this tick and give the newest sight that is understood by now."""
        seen = self._seen
        if seen and seen[-1].tick >= world.tick:
            seen.clear()  # another round
            self._plan, self._dropped, self._refused, self._danger = BotPlan(), [], {}, None
        seen.append(sight or Percept(world, seen[-1] if seen else None))
        understood = world.tick - self.traits.reaction
        while len(seen) > 1 and seen[1].tick <= understood:
            seen.popleft()
        return seen[0] if seen[0].tick <= understood else None

    def _danger_of(self, old: Percept, now: int) -> Danger:
        """The danger that the bot knows of: what it has understood, and its own newest bombs."""
        base = old.danger
        if self._dropped:
            too_old = now - ON_ITS_WAY - self.traits.reaction
            self._dropped = [
                drop for drop in self._dropped if drop[1] > too_old and (self.slot, drop[0]) not in old.bombs_at
            ]
        if not self._dropped:
            return base
        if self._danger and self._danger[0] is base and self._danger[1] == len(self._dropped):
            return self._danger[2]
        danger = base
        for tile, at, far in self._dropped:
            danger = danger.plus(tile, at, at + 1 + old.rules.fuse, far)
        self._danger = (base, len(self._dropped), danger)
        return danger

    def _may_hold(self, now: int, danger: Danger, tile: int) -> bool:
        """True while the body walks straight on and no new danger bars the walk: then the keys stay as they are."""
        plan = self._plan
        if now >= plan.keys_until or now >= plan.until:
            return False
        return plan.danger is danger or not (plan.hot or _is_hot(danger, tile, plan.path))

    def _must_think(self, world: World, start: SearchStart, danger: Danger) -> bool:
        plan = self._plan
        if plan.until == FRESH:  # nobody starts in the same tick as everybody else
            plan.until = world.tick + self._roll(self.traits.period)
        if world.tick >= plan.until:
            return True
        if plan.danger is danger:
            return False
        plan.danger = danger
        plan.hot = _is_hot(danger, start.tile, plan.path)
        return plan.hot and delay(danger, start, plan.path, self.traits.care) < 0

    def _roll(self, bound: int) -> int:
        self._rng, roll = below(self._rng, bound)
        return roll

    def _decide(self, world: World, old: Percept, me: Player, start: SearchStart, danger: Danger) -> int:
        """Make a new plan; the answer is not 0 only when a bomb is dropped at once."""
        traits, now = self.traits, world.tick
        found = find_reachable(danger, start, traits.care, traits.depth * start.ticks(TILE), traits.places)
        has_bomb = self._has_bomb(world, me)
        aims = targets_of(old, me, start, traits, has_bomb, self._refused)
        best = self._best(aims, old, danger, me, found)
        is_inside = start.stays(EDGE)
        # A press that cannot act is remembered and acts on the next tile, so it has to see any bomb under its feet.
        may_drop = has_bomb and is_inside and bomb_on(world, start.tile) is None
        trap = may_drop and traits.traps and trapped_by(old, danger, start, me, aims) > 0
        if trap or (best == 0 and may_drop and self._wants_to_bomb(aims, old, danger, me, start)):
            path = way_out_after(old, danger, start, me, aims, traits)
            if path is None and self._roll(100) < traits.slips:
                path = []
            if path is not None:
                self._dropped.append((start.tile, now, me.range))
                self._plan = BotPlan(path, now + len(path) * start.ticks(TILE), None, True)
                return int(Keys.BOMB) | self._walk(world, start, danger)
            self._refused[start.tile] = now + REFUSED + len(old.bodies)
            best = self._best(aims, old, danger, me, found)
        best = self._steadier(best, aims, old, danger, found, start)
        path = found.path(best)
        lost = found.untils[best] != NEVER
        if traits.kicks and me.kick and (lost or best == 0):
            bomb = bomb_to_kick(old, danger, start, aims, lost)
            if bomb >= 0 and _lies_still(world, bomb):
                self._plan = BotPlan([bomb], now + KICK, danger, lost=True)
                return 0
        rest = traits.period + self._roll(4) + len(old.bodies) ** 2 // CROWD  # so that 63 bots fit into one tick
        if best == 0 and not is_inside:
            rest = EDGE  # until then it is on its way to the middle
        self._plan = BotPlan(path, now + rest, danger, _is_hot(danger, start.tile, path), lost)
        return 0

    def _has_bomb(self, world: World, me: Player) -> bool:
        own = sum(bomb.owner == self.slot for bomb in world.bombs.values())
        return own + self._on_their_way(world) < me.bombs and world.tick + 1 >= me.bomb_from

    def _on_their_way(self, world: World) -> int:
        lying = {(bomb.x // TILE, bomb.y // TILE) for bomb in world.bombs.values() if bomb.owner == self.slot}
        return sum((tile % world.width, tile // world.width) not in lying for tile, _, _ in self._dropped)

    def _best(self, aims: Targets, old: Percept, danger: Danger, me: Player, found: Reachable) -> int:
        """The index of the place to go to; who is in danger takes what is near and safe."""
        safe = [index for index, until in enumerate(found.untils) if until == NEVER]
        if not safe:
            return max(range(len(found.tiles)), key=lambda index: (found.untils[index], -found.times[index]))
        if found.untils[0] != NEVER:
            soon = found.times[safe[0]] + 20
            safe = [index for index in safe if found.times[index] <= soon]
        best, most = safe[0], -NEVER
        for index, worth in zip(safe, worths_of(aims, old, danger, me, found, safe, self.traits), strict=True):
            if worth > most - self.traits.noise:
                worth += self._roll(self.traits.noise)
                if worth > most:
                    best, most = index, worth
        return best

    def _steadier(
        self, best: int, aims: Targets, old: Percept, danger: Danger, found: Reachable, start: SearchStart
    ) -> int:
        """The same place, or another if somebody's next bomb could pin it there."""
        if not is_pocket(found):
            return best
        worse = threats(old, danger, found, aims, self.traits.wary_of)
        if not is_pinned(worse, found, best, start, self.traits):
            return best
        other = steady(found, worse, start, self.traits)
        return other if other >= 0 else best

    def _wants_to_bomb(self, aims: Targets, old: Percept, danger: Danger, me: Player, start: SearchStart) -> bool:
        worth = bomb_worth(aims, old, danger, me, start.tile, start.tick)
        if worth <= 0:
            return False
        nerve = self.traits.nerve + (BOLD if is_bold(old, me) else 0)
        return worth > aims.strikes.get(start.tile, 0) or self._roll(100) < nerve

    def _jostle(self, start: SearchStart) -> int:
        """Move about the middle of the own tile at random while nothing better is left to do.

        When the last wall falls on several bots at once, the nearest to the middle wins. If all of them stood still
        they would often be equally near, which is a draw.
        """
        offset, keys = (start.dx, _ALONG) if self._roll(2) else (start.dy, _ACROSS)
        return keys[offset > 0]

    def _walk(self, world: World, start: SearchStart, danger: Danger) -> int:
        """Follow the plan by one tick, and wait before a fire."""
        plan = self._plan
        path, plan.keys_until = plan.path, FRESH
        if path and path[0] == start.tile:
            path.pop(0)
        if not path:
            if plan.lost:
                return self._jostle(start)
            keys = keys_to_middle(start)
            if not keys:
                plan.keys, plan.keys_until = keys, plan.until
            return keys
        spot = path[0]
        if plan.hot:
            wait = delay(danger, start, path, self.traits.care, to_safety=not plan.lost)
            if wait > 0 or (wait < 0 and not plan.lost):
                plan.until = plan.until if wait > 0 else 0
                return keys_to_middle(start)
        keys = keys_to(start, world.rules, world.width, spot)
        if not keys:
            plan.until = 0
        if is_straight(start, world.rules, spot - start.tile):
            plan.keys, plan.keys_until = keys, world.tick + start.soonest(spot - start.tile)
        return keys


def _is_hot(danger: Danger, tile: int, path: list[int]) -> bool:
    """True if timing matters: some place of the walk from `tile` will burn or close, or is a brick yet."""
    if danger.closes or tile in danger.spans:
        return True
    return any(spot in danger.spans or danger.tiles[spot] for spot in path)


def _lies_still(world: World, tile: int) -> bool:
    """True if the bomb on a tile has not been kicked yet: own kicks are known at once."""
    return any(bomb.rolls < 0 and tile_at(world, bomb.x, bomb.y) == tile for bomb in world.bombs.values())


def _start_of(world: World, me: Player) -> SearchStart:
    return SearchStart(world.tick, tile_at(world, me.x, me.y), me.x, me.y, speed_of(world.rules, me), me.safe_until)
