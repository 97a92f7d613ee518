"""The votes of the members on the map of the next match, where the host lets them vote.

Rule: each member has one vote, whatever number of people plays there; it counts while the member is in the room.
"""

from collections import Counter
from collections.abc import Collection, Sequence

from petard.shared.protocol.later_messages import MapCount, MapVotes


class VotedMaps:
    """The vote of each member, by number."""

    def __init__(self) -> None:
        self._of: dict[int, str] = {}

    def vote(self, member: int, name: str) -> None:
        """Take the vote of a member; "" takes it back."""
        self._of.pop(member, None)
        if name:
            self._of[member] = name

    def clear(self) -> None:
        self._of.clear()

    def leader(self, current: str, maps: Sequence[str], members: Collection[int]) -> str:
        """Return the map with the most votes of these members; of several the current one, or the first in order.

        Votes of others are forgotten: they have left.
        """
        self._of = {member: name for member, name in self._of.items() if member in members}
        counts = self._counts(members)
        best = max(counts.values(), default=0)
        first = [name for name in maps if best and counts[name] == best]
        return current if current in first or not first else first[0]

    def message(self, members: Collection[int]) -> MapVotes:
        """Return what everybody is told: each map with votes, the most first."""
        ranked = sorted(self._counts(members).items(), key=lambda one: (-one[1], one[0]))
        return MapVotes(tuple([MapCount(*one) for one in ranked[:32]]))

    def _counts(self, members: Collection[int]) -> Counter[str]:
        return Counter(name for member, name in self._of.items() if member in members)
