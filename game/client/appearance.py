"""What the people at this computer want to wear, asked for once they have a seat. Pure.

Rule 1: what somebody else wears is not asked for; the character may be had in any colour.
Rule 2: who comes back to a server that was started anew wants exactly the looks of before, as does everybody else at
        that moment. So who sits on the colour of another moves aside, and asks again while things settle.
Rule 3: a person who chooses by hand has the last word.
"""

from collections.abc import Collection, Iterable, Sequence
from typing import NamedTuple

from petard.shared.protocol.messages import Look, Seat

SETTLED = 5.0  # seconds after which nobody is expected to come back for a colour
COLOURS = 16


class Outfit(NamedTuple):
    """How one person looks."""

    colour: int
    character: int


class Appearance:
    """The wishes of one entry into a lobby."""

    def __init__(self, looks: Iterable[Outfit], again: bool = False) -> None:
        """`looks`: for each local player; `again`: they were worn before, and everybody comes back."""
        self._wanted = dict(enumerate(looks))
        self._again = again
        self._asked: dict[int, list[Outfit]] = {}  # for each player, how it looked first, and all that we asked for
        self._ends_at: float | None = None

    def wishes(self, seats: Sequence[Seat], mine: Sequence[int], now: float) -> list[Look]:
        """What is to be asked for now. `mine`: our slots, in the order of the players."""
        if self._ends_at is None:
            self._ends_at = now + SETTLED
        people = {seat.slot: seat for seat in seats if seat.member}
        looks = []
        for player, slot in enumerate(mine):
            if player in self._wanted and slot in people:
                worn = {seat.colour for seat in people.values() if seat.slot != slot}
                looks += self._wishes_of(player, Outfit(people[slot].colour, people[slot].character), worn)
        if not self._again or now >= self._ends_at:
            self._wanted.clear()
        return looks

    def _wishes_of(self, player: int, has: Outfit, worn: Collection[int]) -> list[Look]:
        wanted, asked = self._wanted[player], self._asked.setdefault(player, [has])
        if has == wanted or has not in asked:
            del self._wanted[player]
            return []
        colour = wanted.colour
        if colour in worn:
            colour = _free(worn, has.colour) if self._again and len(asked) == 1 else has.colour
        wish = Outfit(colour, wanted.character)
        if wish in (has, asked[-1]):
            return []
        asked.append(wish)
        return [Look(player, *wish)]


def _free(worn: Collection[int], own: int) -> int:
    """A colour that nobody wears, not even we; the highest, since servers give the lowest to who comes."""
    return next((colour for colour in reversed(range(COLOURS)) if colour not in worn and colour != own), own)
