"""Zombie: one player is a zombie from the start, and who dies becomes one; the living win if one is left at the end.

Rule 1: the first zombie is drawn at random. Each player who dies, by whatever it is, comes back after `back_after`
        ticks as a zombie, also one who was a zombie before.
Rule 2: a zombie walks at `zombie_speed` per cent of the speed. Flames of one side do not hurt the others of it, unless
        `friendly_fire` is on; they hurt their owner.
Rule 3: the walls close until a field of `ARENA` tiles is left. The round ends after `zombie_time`: those who are alive
        win together. It ends at once if nobody alive is left: the zombie wins who has made the most zombies.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import ClassVar

from petard.shared.rules.modes.comeback import Comeback
from petard.shared.rules.rng import below
from petard.shared.rules.ruleset import RuleSet
from petard.shared.rules.tie_break import Decision, WinReason, decided
from petard.shared.rules.world import Player, World, living, tile_at

ARENA = 5  # tiles of the shorter side that stay open
ZOMBIE = 1  # the side of a zombie; the others have none


class Zombie(Comeback):
    """The living against the zombies."""

    number: ClassVar[int] = 4
    name: ClassVar[str] = "zombie"
    about: ClassVar[str] = "stay alive: who dies becomes a zombie"
    reason: ClassVar[WinReason] = WinReason.BITTEN

    def rules(self, rules: RuleSet) -> RuleSet:
        """A time of its own, walls that leave a field, and no carts: nobody is out."""
        time = rules.zombie_time
        timed = replace(super().rules(rules), round=time, hurry=time * 3 // 5, closing=max(1, time * 2 // 5), carts=0)
        return replace(timed, closing_core=ARENA, closing_pause=0)

    def begin(self, world: World) -> None:
        """Draw the first zombie, if there is somebody to bite. It counts as the first that it has made."""
        world.sides = dict.fromkeys(world.players, 0)
        if len(world.players) > 1:
            world.rng, place = below(world.rng, len(world.players))
            first = list(world.players)[place]
            world.sides[first], world.points[first] = ZOMBIE, 1

    def fallen(self, world: World, player: Player) -> None:
        """The dead become zombies, and count for the zombie whose flame it was."""
        flame = world.flames.get(tile_at(world, player.x, player.y))
        if flame and world.sides.get(player.slot) != ZOMBIE == world.sides.get(flame.owner):
            world.points[flame.owner] = world.points.get(flame.owner, 0) + 1
        world.sides[player.slot] = ZOMBIE
        super().fallen(world, player)

    def hurts(self, world: World, owner: int, victim: int) -> bool:
        """Players of one side do not hurt each other, unless the rules say so."""
        return bool(world.rules.friendly_fire) or owner == victim or self.foes(world.sides, owner, victim)

    def speed(self, world: World, player: Player) -> int:
        """Zombies are slower."""
        speed = super().speed(world, player)
        return speed * world.rules.zombie_speed // 100 if world.sides.get(player.slot) == ZOMBIE else speed

    def is_over(self, world: World, ends_at: int) -> bool:
        """The time is over, nobody alive is left, or no zombie is (none, if only one plays)."""
        left = {world.sides.get(player.slot, 0) for player in world.players.values() if player.died_at < 0}
        return len(left) <= min(1, len(world.players) - 1) or world.tick >= ends_at

    def verdict(self, world: World) -> Decision:
        """The living win together; the slot is the lowest of them. Without any, the best zombie wins alone."""
        alive = _alive(world)
        if alive:
            return min(alive), WinReason.SURVIVED if len(world.players) > 1 else WinReason.ALONE
        zombies = [player for player in world.players.values() if player.died_at < 0]
        most = max((world.points.get(player.slot, 0) for player in zombies), default=0)
        best = [player for player in zombies if world.points.get(player.slot, 0) == most]
        winner, _ = decided(world, best)
        return winner, self.reason if winner >= 0 else WinReason.NOBODY

    def partners(self, world: World, slot: int) -> tuple[int, ...]:
        """The living win together; a zombie wins alone."""
        alive = _alive(world)
        return tuple(alive) if slot in alive else (slot,)

    def foes(self, sides: Mapping[int, int], one: int, other: int) -> bool:
        """The living and the zombies are foes."""
        return sides.get(one, 0) != sides.get(other, 0)

    def score(self, world: World) -> dict[int, int]:
        """Return how many there are of the living (0) and of the zombies (1)."""
        sides = [world.sides.get(player.slot, 0) for player in world.players.values() if player.died_at < 0]
        return {side: sides.count(side) for side in (0, ZOMBIE)}


def _alive(world: World) -> list[int]:
    """Return the slots of the living who are no zombies."""
    return [player.slot for player in living(world) if world.sides.get(player.slot, 0) != ZOMBIE]
