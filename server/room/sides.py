"""The sides that people have chosen, and how they stand: for the lobby, and for each round of a match.

Rule 1: who plays at a client has a choice by its number there; it counts while the member is in the room.
Rule 2: people who have chosen nothing go where fewest are, then bots do. If only one side would play, nobody's choice
        counts, and the room deals the sides (petard.shared.rules.modes.teams).
Rule 3: where somebody has chosen, all keep their sides over the rounds of a match; when the seats have changed, people
        keep theirs and bots are placed anew. Where nobody has, sides are dealt by slot, as ever.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from petard.server.room.chat import ChatLog
from petard.shared.protocol.later_messages import SeatSide, Sides
from petard.shared.protocol.messages import Message, Seat, Setup
from petard.shared.rules.modes.table import MODES

NO_SIDE = -1
ONE_SIDE = "All have chosen the same side, so the room deals the sides."


class DealtSides(NamedTuple):
    """The side of each slot (none in a mode without sides), and what was `chosen`, whether or not it counts."""

    sides: Mapping[int, int]
    chosen: Mapping[int, int]

    @property
    def is_overruled(self) -> bool:
        """True if the choices do not count, since all would be on one side."""
        return any(self.sides[slot] != side for slot, side in self.chosen.items())

    @property
    def message(self) -> Sides:
        return Sides(tuple([SeatSide(*one, self.chosen.get(one[0]) == one[1]) for one in sorted(self.sides.items())]))


class SideChoices:
    """What is chosen, by member and player; and what holds in the match that runs, by slot and member."""

    def __init__(self) -> None:
        self._of: dict[tuple[int, int], int] = {}
        self._held: dict[tuple[int, int], int] = {}
        self._is_overruled = False

    def choose(self, member: int, player: int, side: int) -> None:
        """Take the choice of a player; NO_SIDE takes it back."""
        self._of.pop((member, player), None)
        if side != NO_SIDE:
            self._of[member, player] = side

    def forget(self, member: int) -> None:
        """Forget the choices of a member that leaves for good."""
        self._of = {key: side for key, side in self._of.items() if key[0] != member}

    def follow(self, member: int, before: Sequence[int]) -> None:
        """Other people play at a member now. `before`: the number that each of them had, -1 for one who is new."""
        old = {player: self._of.get((member, was), NO_SIDE) for player, was in enumerate(before)}
        self.forget(member)
        for player, side in old.items():
            self.choose(member, player, side)

    def resume(self, seats: Sequence[Seat], sides: Mapping[int, int]) -> None:
        """A match goes on in which people had chosen: these sides, by slot, hold, and are their choices from now on."""
        self._held = {(seat.slot, seat.member): sides[seat.slot] for seat in seats if seat.slot in sides}
        for (member, player), slot in _players(seats).items():
            if slot in sides:
                self.choose(member, player, sides[slot])

    def end_match(self) -> None:
        self._held = {}

    def begin_round(self, seats: Sequence[Seat], setup: Setup) -> tuple[int, ...]:
        """Return the side of each slot, in their order, if people have chosen; () if the mode deals them."""
        dealt = self.dealt(seats, setup)
        if not dealt.sides or not (dealt.chosen or self._held):
            return ()
        self._held = {(seat.slot, seat.member): dealt.sides[seat.slot] for seat in seats}
        return tuple([side for _, side in sorted(dealt.sides.items())])

    def shown(self, seats: Sequence[Seat], setup: Setup, chat: ChatLog) -> list[Message]:
        """Return how the sides stand in the lobby, and a line of chat where the choices have just ceased to count."""
        dealt = self.dealt(seats, setup)
        before, self._is_overruled = self._is_overruled, dealt.is_overruled
        line = [chat.server_line(ONE_SIDE)] if dealt.is_overruled and not before else []
        return [dealt.message, *line] if dealt.sides else []

    def dealt(self, seats: Sequence[Seat], setup: Setup) -> DealtSides:
        """Return how the sides stand for those who play."""
        held = {seat.slot: self._held.get((seat.slot, seat.member), NO_SIDE) for seat in seats}
        chosen = {
            slot: self._of[key] for key, slot in _players(seats).items() if self._of.get(key, setup.sides) < setup.sides
        }
        if self._held and len(held) == len(self._held) and NO_SIDE not in held.values():
            return DealtSides(held, {slot: side for slot, side in chosen.items() if held[slot] == side})
        fixed = {seat.slot: held[seat.slot] for seat in seats if seat.member and held[seat.slot] != NO_SIDE}
        slots = [seat.slot for seat in sorted(seats, key=lambda seat: (not seat.member, seat.slot))]
        sides = MODES[setup.mode].deal(slots, setup.sides, {**chosen, **fixed})
        return DealtSides(sides, chosen if sides else {})


def _players(seats: Sequence[Seat]) -> dict[tuple[int, int], int]:
    """Return the slot of each person, by member and by number among the players of that member."""
    slots: dict[tuple[int, int], int] = {}
    counts: dict[int, int] = {}
    for seat in sorted(seats, key=lambda seat: seat.slot):
        if seat.member:
            slots[seat.member, counts.get(seat.member, 0)] = seat.slot
            counts[seat.member] = counts.get(seat.member, 0) + 1
    return slots
