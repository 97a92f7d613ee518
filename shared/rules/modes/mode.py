"""How a round is won. This base is last one standing; each other mode is a file beside this one that changes a part.

Rule 1: a mode has no state: what it must remember is in the `sides`, `points`, `marks` and `back` of the World.
Rule 2: both ends run it, so it uses no random numbers after `begin`, and whole numbers alone.
Rule 3: docs/modes.md shows how to add one.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import ClassVar

from petard.shared.rules.events import Event
from petard.shared.rules.ruleset import RuleSet
from petard.shared.rules.tie_break import Decision, WinReason, decided
from petard.shared.rules.world import Keys, Player, World, living


class Mode:
    """Last one standing. `number`: sent and stored, never reused. `name`: it is chosen by it. `about`: for people."""

    number: ClassVar[int] = 0
    name: ClassVar[str] = "last-one-standing"
    about: ClassVar[str] = "be the last one alive"

    # The course of a round

    def rules(self, rules: RuleSet) -> RuleSet:
        """Return the rules of a round: those that were chosen, with the numbers that this mode needs."""
        return replace(rules, mode=self.number)

    def begin(self, world: World) -> None:
        """Set the sides and marks of a new round."""

    def deal(self, slots: Sequence[int], sides: int, chosen: Mapping[int, int]) -> dict[int, int]:
        """Return the side of each slot where people may choose theirs, else nothing. `sides`: how many there may be.

        `chosen`: sides by slot; the others get one in the order of `slots`.
        """
        return {}

    def tick(self, world: World, events: list[Event]) -> None:
        """Do what happens in each tick, after the flames and before the deaths."""

    def fallen(self, world: World, player: Player) -> None:
        """A player has died, now: they are out (`died_at` is set), or `back` says when they return."""
        player.died_at = world.tick

    def hurts(self, world: World, owner: int, victim: int) -> bool:
        """True if a flame of the slot `owner` hurts the slot `victim`."""
        return True

    def speed(self, world: World, player: Player) -> int:
        """Return the walking speed of a player, in sub-units a second."""
        return world.rules.speed_with(player.skates, player.ill)

    # The end of a round

    def is_over(self, world: World, ends_at: int) -> bool:
        """True if at most one player is alive (none, if only one plays), or at the tick `ends_at`."""
        return len(living(world)) <= min(1, len(world.players) - 1) or world.tick >= ends_at

    def verdict(self, world: World) -> Decision:
        """Return the slot that wins a round which is over (-1: a draw), and the rule that decided it.

        It needs only the public part of the World, so clients can call it, too. Call it in the tick in which the round
        ended: later the flames go out and the living players walk on.
        """
        rivals = living(world)
        if len(world.players) == 1:
            return (rivals[0].slot, WinReason.ALONE) if rivals else (-1, WinReason.NOBODY)
        return decided(world, rivals or self.last_fallen(world))

    def last_fallen(self, world: World) -> list[Player]:
        """Return the players who died in the tick in which the round ended, without those who left."""
        return [p for p in world.players.values() if p.died_at == world.over_at and not p.keys & Keys.GONE]

    def sides(self, world: World) -> dict[int, int]:
        """Return the side of each slot, if sides win together."""
        return {}

    def partners(self, world: World, slot: int) -> tuple[int, ...]:
        """Return the slots that win with this one; itself is one of them."""
        sides = self.sides(world)
        return tuple(other for other, side in sides.items() if side == sides.get(slot)) or (slot,)

    # For bots and for people

    def foes(self, sides: Mapping[int, int], one: int, other: int) -> bool:
        """True if the slot `one` wants the slot `other` to die. `sides`: those of the World."""
        return True

    def wants(self, world: World, slot: int) -> dict[int, int]:
        """Return what tiles are worth to a bot that stands on them, beside items; 30 is a walk of some tiles."""
        return {}

    def burns(self, world: World, slot: int) -> dict[int, int]:
        """Return what it is worth to a bot that its flame burns on tiles; a bomb at bricks is worth 12 to 30."""
        return {}

    def prey(self, world: World, slot: int) -> int:
        """Return the slot that bots hunt before all others, which hunts nobody itself; -1 if there is none."""
        return -1

    def holders(self, world: World) -> tuple[int, ...]:
        """Return the slots over which a crown is drawn."""
        return ()

    def score(self, world: World) -> dict[int, int]:
        """Return what is counted, by slot, or by side where sides play: for the HUD and the results."""
        return {}
