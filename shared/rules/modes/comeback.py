"""What the modes share in which the dead come back, and something that is counted decides.

Rule: a round ends with its time, or if all but one have left (all, if only one plays). Of those who have not left, dead
      or alive, the one with the highest count wins; of equal ones the tie rules choose.
"""

from collections.abc import Mapping
from typing import ClassVar

from petard.shared.rules.events import Event
from petard.shared.rules.modes.mode import Mode
from petard.shared.rules.returning import lie_down, return_fallen
from petard.shared.rules.tie_break import Decision, WinReason, decided
from petard.shared.rules.world import Player, World


class Comeback(Mode):
    """`reason`: why the one with the highest count wins."""

    reason: ClassVar[WinReason]

    def counted(self, world: World) -> Mapping[int, int]:
        """Return what decides, by slot."""
        return world.points

    def tick(self, world: World, events: list[Event]) -> None:
        """Bring back the dead."""
        if world.over_at < 0:
            return_fallen(world, events)

    def fallen(self, world: World, player: Player) -> None:
        """The dead come back."""
        lie_down(world, player)

    def is_over(self, world: World, ends_at: int) -> bool:
        """The time is over, or all but one have left (or all, if only one plays)."""
        return len(_staying(world)) <= min(1, len(world.players) - 1) or world.tick >= ends_at

    def verdict(self, world: World) -> Decision:
        """Those who have not left are compared."""
        rivals, counted = _staying(world), self.counted(world)
        if len(rivals) < 2:
            alone = WinReason.ALONE if len(world.players) == 1 else WinReason.LAST_STANDING
            return (rivals[0].slot, alone) if rivals else (-1, WinReason.NOBODY)
        most = max(counted.get(player.slot, 0) for player in rivals)
        return decided(world, [player for player in rivals if counted.get(player.slot, 0) == most], self.reason)


def _staying(world: World) -> list[Player]:
    """Return the players who have not left."""
    return [player for player in world.players.values() if player.died_at < 0]
