"""One bot: it perceives the world, understands it after its reaction time, plans a walk or a bomb, and holds keys.

Rule 1: it knows what others do (new bombs above all) `Traits.reaction` ticks late; it knows its own body, its own bombs
and its own keys at once.
Rule 2: it never walks where fire will be, and drops no bomb without a way out (sleepy bots make mistakes here).
Rule 3: equal slot, skill, seed and worlds give equal keys.
"""

from dataclasses import dataclass, field

from petard.shared.bots.memory import Memory
from petard.shared.bots.moved_bombs import bomb_to_kick, bomb_to_punch, key_towards
from petard.shared.bots.pathfinding import Reachable, SearchStart, delay, is_straight, keys_to, keys_to_middle
from petard.shared.bots.perception import NEVER, Danger, Percept, walking_speed
from petard.shared.bots.rider import Rider
from petard.shared.bots.slides import forced_step
from petard.shared.bots.targets import Situation, Targets, add_wants, bomb_worth, targets_of, worths_of
from petard.shared.bots.traits import TRAITS, traits_of
from petard.shared.bots.trap_search import SURPRISE, add_traps, trapped_by_bomb, way_to_second_bomb
from petard.shared.bots.traps import is_pinned, is_pocket, steady, threats, way_out_after_bomb, way_through_fire
from petard.shared.rules.bombs import bomb_on
from petard.shared.rules.illness import meant_keys
from petard.shared.rules.items import Illness
from petard.shared.rules.modes.table import mode_of
from petard.shared.rules.rng import below
from petard.shared.rules.ruleset import HALF, TILE
from petard.shared.rules.sudden_death import hurry_at
from petard.shared.rules.world import Keys, Player, World, is_alive, tile_at

BOLD = 50  # per cent added to `Traits.nerve` while the bot survives one hit
KICK = 4  # ticks to walk into a bomb on the next tile; after them it rolls or cannot
CROWD = 64  # each bot plans later by bodies**2 / CROWD ticks: 1 tick for 8 bodies, 64 ticks for 64
REFUSED = 40  # ticks without a bomb on a tile where there was no way out; one more for each body on the board
FIRE = 8  # ticks from one press of the bomb key that fires a bomb to the next
EDGE = 3  # ticks: a body that could leave its tile in this time drops no bomb, since the rules walk before they drop
FRESH = -1  # no plan yet


@dataclass(slots=True)
class BotPlan:
    """What a bot does next."""

    path: list[int] = field(default_factory=list)  # tiles still to walk
    until: int = FRESH  # tick at which to plan again
    danger: Danger | None = None  # the danger that the plan is based on
    has_fire: bool = False  # some tile of the walk will burn or close
    is_desperate: bool = False  # there is no way to safety, so the plan leads to what is safe longest
    is_attack: bool = False  # it leads to the tile of a second bomb, which burns later
    keys: int = 0  # the keys held now
    keys_until: int = FRESH  # tick at which the keys must be computed again


class Brain:
    """Plays one slot. `skill`: 0 sleepy, 1 easy, 2 normal, 3 hard."""

    def __init__(self, slot: int, skill: int, seed: int) -> None:
        self.slot = slot
        self.is_bold = False  # the owner may set it, for example when no person is alive any more
        self.traits = TRAITS[skill]
        self.rng = (seed << 8 | slot) & (1 << 64) - 1  # state of its random numbers
        self.friends: frozenset[int] = frozenset()  # slots of its own side; the owner may set it
        self._memory = Memory()
        self._plan = BotPlan()
        self._rider = Rider(skill)

    @property
    def skill(self) -> int:
        """How good it is, the index into TRAITS."""
        return self._rider.skill

    def think(self, world: World, percept: Percept | None = None) -> int:
        """Return the keys to hold in the next tick, as bits of `Keys`. Call it once per tick.

        `percept`: the Percept of this very world, if the caller has made one for all bots of the tick.
        """
        keys, me = self._decide(world, percept), world.players.get(self.slot)
        return meant_keys(me, keys) if me and me.died_at < 0 else keys

    def _decide(self, world: World, percept: Percept | None) -> int:
        """Return the keys that a body understands which is not ill."""
        if self._memory.is_of_another_round(world):
            self._memory, self._plan = Memory(), BotPlan()
        seen = self._memory.see(world, percept, self.traits.reaction)
        me = world.players.get(self.slot)
        if seen is None or me is None or world.tick < world.rules.countdown:
            return 0
        if me.died_at >= 0:
            return self._rider.keys(world, me, seen, self._spared(world, seen)) if me.rim >= 0 else 0
        if not is_alive(world, me):
            return 0
        is_bold = self.is_bold or world.tick >= hurry_at(world.rules)
        self.traits = traits_of(self.skill, is_bold, any(player.rim >= 0 for player in world.players.values()))
        danger = self._memory.own.danger(self.slot, seen, world.tick, self.traits.reaction)
        tile, speed = tile_at(world, me.x, me.y), walking_speed(world, me)
        fire = Keys.BOMB if self._fires(world, me, danger, tile) else Keys.NONE
        if self._may_hold(world.tick, danger, tile):
            return self._plan.keys | fire
        dx, dy = me.x % TILE - HALF, me.y % TILE - HALF
        foresight = self.traits.foresight * world.rules.fuse // 100
        slide = forced_step(world, me, danger, tile)
        start = SearchStart(world.tick, tile, speed, me.safe_until, dx, dy, foresight, slide)
        if self._must_plan(start, danger):
            keys = self._make_plan(world, self._situation(world, seen, danger, start))
            if keys:
                return keys
        return self._walk(world, start, danger) | fire

    def _spared(self, world: World, seen: Percept) -> list[int]:
        """Return the slots of the living players that the bot does not hunt."""
        sides, is_foe = world.sides, mode_of(world.rules).foes
        slots = [body.slot for body in seen.bodies]
        return [slot for slot in slots if slot in self.friends or not is_foe(sides, self.slot, slot)]

    def _situation(self, world: World, seen: Percept, danger: Danger, start: SearchStart) -> Situation:
        near, sides, is_foe = seen.others(self.slot, start.tile), seen.sides(), mode_of(world.rules).foes
        foes = [one for one in near if one[1].slot not in self.friends and is_foe(sides, self.slot, one[1].slot)]
        me, refused = world.players[self.slot], self._memory.own.refused
        return Situation(seen, danger, me, start, self.traits, near, foes, refused)

    def _fires(self, world: World, me: Player, danger: Danger, tile: int) -> bool:
        """True if a press of the bomb key can only fire a bomb, and no flame will reach the tile of the bot."""
        if not me.remote or world.tick % FIRE or tile in danger.spans:
            return False
        return self._memory.own.count(self.slot, world) >= me.bombs

    def _may_hold(self, now: int, danger: Danger, tile: int) -> bool:
        """True while the body walks straight on and no new danger is on its way: then the keys stay as they are."""
        plan = self._plan
        if now >= plan.keys_until or now >= plan.until:
            return False
        return plan.danger is danger or not (plan.has_fire or _has_fire(danger, tile, plan.path))

    def _must_plan(self, start: SearchStart, danger: Danger) -> bool:
        plan = self._plan
        if plan.until == FRESH:  # so that not all bots plan first in the same tick
            plan.until = start.tick + self._roll(self.traits.period)
        if start.tick >= plan.until:
            return True
        if plan.danger is danger:
            return False
        plan.danger = danger
        plan.has_fire = _has_fire(danger, start.tile, plan.path)
        return plan.has_fire and delay(danger, start, plan.path, self.traits.care, not plan.is_attack) < 0

    def _roll(self, bound: int) -> int:
        self.rng, roll = below(self.rng, bound)
        return roll

    def _make_plan(self, world: World, here: Situation) -> int:
        """Make a new plan. The result is the keys if the bot uses the bomb key at once, else 0."""
        found = here.search(here.danger, here.traits.care)
        spare = self._spare_bombs(world, here)
        targets = targets_of(here, spare > 0)
        add_wants(targets, here, world, found)
        add_traps(here, found, targets)
        best = self._best(here, targets, found)
        # A press without effect is remembered and acts on the next tile, so the bot must see any bomb under its feet.
        if spare > 0 and here.start.stays(EDGE) and bomb_on(world, here.start.tile) is None:
            plan = self._plan_of_bomb(here, targets, best == 0, spare)
            if plan is not None:
                self._plan = plan
                return Keys.BOMB | self._walk(world, here.start, here.danger)
            if here.start.tile in here.refused:
                best = self._best(here, targets, found)
        best = self._steadier(here, found, best)
        is_desperate = found.untils[best] != NEVER
        walled = is_desperate and here.danger.closes.get(found.tiles[best]) == found.untils[best]
        through = way_through_fire(here) if walled and here.is_bold else []
        keys = self._move_bomb(world, here, is_desperate) if not through and (is_desperate or best == 0) else -1
        if keys < 0:
            self._plan = self._plan_of_walk(here, through or found.path(best), is_desperate)
        return max(keys, 0)

    def _spare_bombs(self, world: World, here: Situation) -> int:
        """Return how many bombs the bot can drop now."""
        if here.start.tick + 1 < here.me.bomb_from or here.me.ill == Illness.NO_BOMBS:
            return 0
        return here.me.bombs - self._memory.own.count(self.slot, world)

    def _plan_of_walk(self, here: Situation, path: list[int], is_desperate: bool) -> BotPlan:
        traits, start = here.traits, here.start
        rest = traits.period + self._roll(4) + len(here.seen.bodies) ** 2 // CROWD  # so that 63 bots fit into one tick
        if not path and not start.stays(EDGE):
            rest = EDGE  # until then it walks to the middle
        return BotPlan(path, start.tick + rest, here.danger, _has_fire(here.danger, start.tile, path), is_desperate)

    def _move_bomb(self, world: World, here: Situation, is_desperate: bool) -> int:
        """Plan to kick the bomb on the next tile (the result is 0), or punch it (the keys); -1 if neither helps."""
        if not here.traits.kicks or not (here.me.kick or here.me.punch):
            return -1
        # The bot knows its own kicks at once, so it does not kick a bomb that rolls already.
        lying = {tile_at(world, bomb.x, bomb.y) for bomb in world.bombs.values() if bomb.rolls < 0 and bomb.lies}
        start, danger = here.start, here.danger
        spot = bomb_to_kick(here, is_desperate) if here.me.kick else -1
        if spot in lying:
            self._plan = BotPlan([spot], start.tick + KICK, danger, is_desperate=True)
            return 0
        spot = bomb_to_punch(here, is_desperate) if here.me.punch else -1
        if spot in lying:
            self._plan = BotPlan([], start.tick + KICK, danger, is_desperate=True)
            return Keys.BOMB | key_towards(spot - start.tile, world.width)
        return -1

    def _plan_of_bomb(self, here: Situation, targets: Targets, stays: bool, spare: int) -> BotPlan | None:
        """Return the plan after a bomb here and now; None if the bot drops none. `spare`: bombs that it can drop."""
        traits = self.traits
        second, trapped = None, trapped_by_bomb(here, here.foes, traits.startle) if traits.traps else []
        if not trapped:
            second = way_to_second_bomb(here) if self.traits.pairs and spare > 1 else None
            stops = stays or (self.traits.is_eager and here.start.tile in targets.strikes)
            if not second and not (stops and self._wants_to_bomb(here, targets)):
                return None
        way_out = self._try_to_bomb(here, trapped)
        if way_out is None:
            return None
        path = second or way_out
        until = here.start.tick + len(path) * 2 * here.start.ticks(HALF)
        return BotPlan(path, until, None, True, is_attack=bool(second))

    def _try_to_bomb(self, here: Situation, trapped: list[int]) -> list[int] | None:
        """Return the way out after a bomb here; None if there is none, and then no bomb is dropped here for a while."""
        start, path = here.start, way_out_after_bomb(here, trapped)
        mates = [one for one in here.near if one not in here.foes] if len(here.foes) < len(here.near) else []
        if mates and trapped_by_bomb(here, mates, SURPRISE):
            path = None
        if path is None and self._roll(100) < self.traits.slips:
            path = []
        if path is None:
            self._memory.own.refused[start.tile] = start.tick + REFUSED + len(here.seen.bodies)
        else:
            self._memory.own.unseen += [(tile, start.tick, here.blows_at, here.reach) for tile in here.bomb_tiles()]
        return path

    def _best(self, here: Situation, targets: Targets, found: Reachable) -> int:
        """Return the index of the place to go to; in danger only places that are near and safe count."""
        safe = found.safe()
        if not safe:
            return max(range(len(found.tiles)), key=lambda index: (found.untils[index], -found.times[index]))
        if found.untils[0] != NEVER:
            soon = found.times[safe[0]] + 20
            safe = [index for index in safe if found.times[index] <= soon]
        best, most = safe[0], -NEVER
        for index, worth in zip(safe, worths_of(here, targets, found, safe), strict=True):
            if worth > most - self.traits.noise:
                worth += self._roll(self.traits.noise)
                if worth > most:
                    best, most = index, worth
        return best

    def _steadier(self, here: Situation, found: Reachable, best: int) -> int:
        """Return the same place, or another one if the next bomb of another player could trap the bot there."""
        if not is_pocket(found):
            return best
        worse = threats(here, here.danger, found, self.traits.wary_of)
        if not is_pinned(here, worse, found, best):
            return best
        other = steady(here, found, worse)
        return other if other >= 0 else best

    def _wants_to_bomb(self, here: Situation, targets: Targets) -> bool:
        worth = bomb_worth(here, targets, here.start.tile)
        if worth <= 0:
            return False
        nerve = self.traits.nerve + (BOLD if here.is_bold else 0)
        return worth > targets.strikes.get(here.start.tile, 0) or self._roll(100) < nerve

    def _walk(self, world: World, start: SearchStart, danger: Danger) -> int:
        """Return the keys that follow the plan for one tick; the bot waits in front of a fire."""
        plan = self._plan
        path, plan.keys_until = plan.path, FRESH
        if path and path[0] == start.tile:
            path.pop(0)
        if not path:
            if plan.is_desperate and start.slide is None:
                # It moves at random about the middle. When the last wall closes on several bots at once, the nearest to
                # the middle wins; if all of them stood still they would often be equally near, which is a draw.
                along = abs(start.dx) >= abs(start.dy) if self.traits.is_exact else self._roll(2) > 0
                return start.key_to_middle(along)
            keys = keys_to_middle(start)
            if not keys:
                plan.keys, plan.keys_until = keys, plan.until
            return keys
        spot = path[0]
        if plan.has_fire:
            wait = delay(danger, start, path, self.traits.care, not plan.is_desperate and not plan.is_attack)
            if wait > 0 or (wait < 0 and not plan.is_desperate):
                plan.until = plan.until if wait > 0 else 0
                return keys_to_middle(start)
        board, step = danger.board, danger.board.step_to(start.tile, spot)
        keys = keys_to(start, world.rules, world.width, start.tile + step)
        if not keys:
            plan.until = 0
        if is_straight(start, world.rules, step) and board.is_plain(start.tile) and board.is_plain(spot):
            plan.keys, plan.keys_until = keys, world.tick + start.soonest(step)
        return keys


def _has_fire(danger: Danger, tile: int, path: list[int]) -> bool:
    """True if timing matters: a tile of the walk from `tile` will burn or close, or still is a brick."""
    if danger.closes or tile in danger.spans:
        return True
    return any(spot in danger.spans or danger.board.tiles[spot] for spot in danger.board.walked(tile, path))
