"""Teams: two to four sides; the last side with a player alive wins.

Rule 1: where nobody has chosen a side they are dealt by slot, in turn, and none has two players more than another. Who
        wears which number keeps the side as long as the slots of a match stay the same.
        Where some have chosen, they play on those sides, and the others go where fewest are. At least two sides play:
        if all would be on one, nobody's choice counts.
Rule 2: without `friendly_fire` a flame does not hurt the other players of the side of its owner; it hurts its owner.
Rule 3: the side wins of which a player is alive when no other side has one. If the last players of several sides die in
        the same tick, the tie rules narrow these players down until they are of one side. At the end of the time the
        side with more players alive is ahead, and then the same rules decide.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import ClassVar

from petard.shared.rules.modes.mode import Mode
from petard.shared.rules.tie_break import Decision, WinReason, narrowed
from petard.shared.rules.world import Player, World, living


def dealt(slots: list[int], sides: int) -> dict[int, int]:
    """Return the side of each slot.

    >>> dealt([0, 1, 2, 3, 4], 2), dealt([0, 2, 4, 6], 2)
    ({0: 0, 1: 1, 2: 0, 3: 1, 4: 0}, {0: 0, 2: 0, 4: 1, 6: 1})
    """
    found = {slot: slot % sides for slot in slots}
    sizes = Counter({side: 0 for side in range(sides)})
    sizes.update(found.values())
    while max(sizes.values()) - min(sizes.values()) > 1:
        full, empty = max(sizes, key=sizes.__getitem__), min(sizes, key=sizes.__getitem__)
        moved = max(slot for slot, side in found.items() if side == full)
        found[moved] = empty
        sizes[full] -= 1
        sizes[empty] += 1
    return found


def chosen_or_dealt(slots: Sequence[int], sides: int, chosen: Mapping[int, int]) -> dict[int, int]:
    """Return the side of each slot; those without a choice get one in the order of `slots`.

    >>> chosen_or_dealt([0, 1, 2, 3], 2, {0: 1, 1: 1}), chosen_or_dealt([0, 1], 2, {0: 1, 1: 1})
    ({0: 1, 1: 1, 2: 0, 3: 0}, {0: 0, 1: 1})
    """
    found = {slot: chosen[slot] for slot in slots if chosen.get(slot, sides) < sides}
    sizes = Counter({side: 0 for side in range(sides)})
    sizes.update(found.values())
    for slot in slots if found else ():
        if slot not in found:
            fewest = [side for side in range(sides) if sizes[side] == min(sizes.values())]
            found[slot] = slot % sides if slot % sides in fewest else fewest[0]
            sizes[found[slot]] += 1
    if len(set(found.values())) < 2:
        return dealt(sorted(slots), max(1, min(sides, len(slots))))
    return found


class Teams(Mode):
    """Sides against each other."""

    number: ClassVar[int] = 1
    name: ClassVar[str] = "teams"
    about: ClassVar[str] = "your side wins if one of it is the last alive"

    def begin(self, world: World) -> None:
        """Deal the sides."""
        world.sides = self.deal(list(world.players), world.rules.sides, {})

    def deal(self, slots: Sequence[int], sides: int, chosen: Mapping[int, int]) -> dict[int, int]:
        """Return the side of each slot; those that were chosen count while two sides play."""
        return chosen_or_dealt(slots, sides, chosen)

    def hurts(self, world: World, owner: int, victim: int) -> bool:
        """Players of one side do not hurt each other, unless the rules say so."""
        return bool(world.rules.friendly_fire) or owner == victim or self.foes(world.sides, owner, victim)

    def is_over(self, world: World, ends_at: int) -> bool:
        """At most one side has a player alive (none, if only one plays), or the time is over."""
        left = {world.sides.get(player.slot, -1) for player in living(world)}
        return len(left) <= min(1, len(set(world.sides.values())) - 1) or world.tick >= ends_at

    def verdict(self, world: World) -> Decision:
        """The side of the winner is that of the slot, which is the lowest of those that decided it."""
        alive = living(world)
        sizes = Counter(world.sides.get(player.slot, -1) for player in alive)
        most = max(sizes.values(), default=0)
        ahead = [player for player in alive if sizes[world.sides.get(player.slot, -1)] == most]
        rivals = ahead or self.last_fallen(world)
        first = WinReason.LAST_STANDING if len(sizes) < 2 else WinReason.MORE_LEFT
        for reason, left in [(first, rivals), *narrowed(world, rivals)] if rivals else []:
            if _is_one_side(world, left):
                return min(player.slot for player in left), reason
        return -1, WinReason.NOBODY

    def sides(self, world: World) -> dict[int, int]:
        """Return the side of each slot."""
        return dict(world.sides)

    def foes(self, sides: Mapping[int, int], one: int, other: int) -> bool:
        """True for players of two sides."""
        return sides.get(one, -1) != sides.get(other, -2)

    def score(self, world: World) -> dict[int, int]:
        """Return how many live, by side."""
        left = Counter(world.sides[player.slot] for player in living(world) if player.slot in world.sides)
        return {side: left[side] for side in sorted(set(world.sides.values()))}


def _is_one_side(world: World, players: list[Player]) -> bool:
    return len({world.sides.get(player.slot, -1) for player in players}) == 1
