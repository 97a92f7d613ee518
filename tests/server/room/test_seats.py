"""What the seats remember, so as not to look through a thousand members, is what a look through all of them finds."""

import random

import pytest

from petard.server.room.member import Member
from petard.server.room.rejoin import SEAT_KEPT
from petard.server.room.seats import Seats
from petard.shared.protocol.messages import Roster, Spectator
from petard.shared.protocol.names import unique_name

NAMES = ("Ada", "ADA", "Bo", "B0", "Wick", "Fizz", "Cy")


class SeatsUnderTest:
    """Seats, and random things that happen to them; after each, all that can be looked up is looked up."""

    def __init__(self, chance: random.Random) -> None:
        self.seats, self.chance, self.peers = Seats(), chance, 0

    def act(self) -> None:
        """Let one thing happen."""
        act = self.chance.choice((self.join, self.join, self.join, self.leave, self.lose, self.rejoin, self.wait))
        act()
        self.check()

    def join(self) -> None:
        """One more member: it gets the first name that none of those here looks like."""
        self.peers += 1
        wanted, players = self.chance.choice(NAMES), self.chance.choice((1, 1, 2, 4))
        taken = [seat.name for seat in self.seats.by_slot.values()]
        taken += [one.name for one in self.seats.members.values()]
        member = self.seats.admit(self.peers, wanted, players)
        assert member.name == unique_name(wanted, taken)
        assert member.players == players

    def _one(self, is_disconnected: bool) -> Member | None:
        found = [one for one in self.seats.members.values() if one.is_disconnected == is_disconnected]
        return self.chance.choice(found) if found else None

    def leave(self) -> None:
        """A connected member leaves for good, or takes another name."""
        if member := self._one(is_disconnected=False):
            if self.chance.random() < 0.3:
                self.seats.rename(member, self.chance.choice(NAMES))
            else:
                self.seats.forget(member)

    def lose(self) -> None:
        """A connection is lost."""
        if member := self._one(is_disconnected=False):
            self.seats.disconnect(member)
            member.token.ticks_left = self.chance.randint(1, SEAT_KEPT)

    def rejoin(self) -> None:
        """A disconnected member is back."""
        self.peers += 1
        if member := self._one(is_disconnected=True):
            self.seats.reconnect(self.peers, member)

    def wait(self) -> None:
        """A tick passes: whose time is over is named once, and forgotten."""
        over = [one for one in self.seats.members.values() if one.token.ticks_left == 1]
        others = {one.id: one.token.ticks_left for one in self.seats.members.values() if one not in over}
        assert self.seats.expire() == over
        for member in over:
            self.seats.forget(member)
        assert {one.id: one.token.ticks_left for one in self.seats.members.values()} == {
            member: max(0, left - 1) for member, left in others.items()
        }

    def check(self) -> None:
        """Compare with what a look at all members finds."""
        seats = self.seats
        seated = {seat.member for seat in seats.by_slot.values()}
        watching = [member for member in seats.by_peer.values() if member.id not in seated]
        assert list(seats.spectators()) == watching
        assert seats.host == min((member.id for member in seats.by_peer.values()), default=0)
        listed = tuple(Spectator(member.id, member.name) for member in watching[:64])
        assert seats.roster() == Roster(tuple(seat for _, seat in sorted(seats.by_slot.items())), listed)

    def fill(self) -> None:
        """Give out the seats: nobody is left without one who would fit, and nobody here waits for who is away."""
        places, bots, prefers_connected = (
            self.chance.randint(0, 12),
            self.chance.randint(0, 9),
            self.chance.random() < 0.5,
        )
        before = dict(self.seats.by_slot)
        freed = self.seats.fill(places, bots, prefers_connected)
        people = self.seats.people()
        assert freed == [slot for slot, seat in before.items() if self.seats.by_slot.get(slot) is not seat]
        assert len(people) <= places
        assert len(self.seats.by_slot) - len(people) == (min(bots, places - len(people)) if self.seats.members else 0)
        away = sum(map(self.seats.is_disconnected, people)) if prefers_connected else 0
        assert all(len(people) - away + one.players > places for one in self.seats.spectators())
        self.check()


@pytest.mark.parametrize("seed", range(60))
def test_after_anything_that_happens_the_seats_say_what_a_look_at_all_members_says(seed: int) -> None:
    room = SeatsUnderTest(random.Random(seed))
    for _ in range(60):
        room.act()
        if room.chance.random() < 0.4:
            room.fill()


def test_a_token_of_nobody_is_valid_for_nobody() -> None:
    seats = Seats()
    seats.admit(1, "Ada", 1)
    assert seats.owner_of("") is None
    assert seats.owner_of("0" * 32) is None
