"""What the people at this computer ask for when they enter a lobby: their looks, their sides, and an early start.

Rule 1: a colour that another player has is not asked for; the character may be had in any colour.
Rule 2: on return to a server that was restarted, everybody wants exactly the looks of before, at the same moment. So
        who got the colour of another one moves aside, and asks again until SETTLED.
Rule 3: who only watched before such a restart gives way: it moves to a colour that nobody has at once, and to that of
        the settings only when the others are SETTLED.
Rule 4: a person who chooses by hand is not overruled.
Rule 5: looks change only in the lobby: after a join in mid-round they are asked for when the lobby opens again, and an
        eager client is ready only when its looks are settled, or the match would begin with those of another one.
"""

from collections.abc import Collection, Iterable, Sequence
from typing import NamedTuple

from petard.game.client.joining_in import can_choose_sides, choose_side
from petard.game.client.session import Session
from petard.shared.protocol.messages import Look, Phase, Ready, Seat, Welcome

SETTLED = 5.0  # seconds after which nobody is expected to come back for a colour
COLOURS = 16


class LookChoice(NamedTuple):
    colour: int
    character: int


class LookRequests:
    """The wanted looks of one entry into a lobby."""

    def __init__(self, looks: Iterable[LookChoice], again: bool = False, gives_way: bool = False) -> None:
        """`looks`: for each local player; `again`: they had them before, and everybody comes back; `gives_way`:
        everybody comes back, and these had none before."""
        self._wanted = dict(enumerate(looks))
        self._again, self._gives_way = again, gives_way
        self._asked: dict[int, list[LookChoice]] = {}  # for each player, its first look, and all that we asked for
        # For each player, its look and the colours of others when it asked last: until they change, we wait.
        self._asked_at: dict[int, tuple[LookChoice, Collection[int]]] = {}
        self._ends_at: float | None = None

    @property
    def is_settled(self) -> bool:
        """True when nothing more will be asked for."""
        return not self._wanted

    def requests(self, seats: Sequence[Seat], my_slots: Sequence[int], now: float) -> list[Look]:
        """What to ask for now. `my_slots`: in the order of the players."""
        if self._ends_at is None:
            self._ends_at = now + SETTLED
        is_over = now >= self._ends_at
        people = {seat.slot: seat for seat in seats if seat.member}
        looks = []
        for player, slot in enumerate(my_slots):
            if slot not in people:
                continue
            taken = {seat.colour for seat in people.values() if seat.slot != slot}
            has = LookChoice(people[slot].colour, people[slot].character)
            if self._gives_way and not is_over:
                looks += self._way_for_others(player, has, taken)
            elif player in self._wanted:
                looks += self._requests_of(player, has, taken)
        if is_over or not (self._again or self._gives_way):
            self._wanted.clear()
        return looks

    def _way_for_others(self, player: int, has: LookChoice, taken: Collection[int]) -> list[Look]:
        asked, colour = self._asked.setdefault(player, [has]), _aside(has, taken)
        if len(asked) > 1 or colour == has.colour:
            return []
        asked.append(LookChoice(colour, has.character))
        return [Look(player, *asked[-1])]

    def _requests_of(self, player: int, has: LookChoice, taken: Collection[int]) -> list[Look]:
        wanted, asked = self._wanted[player], self._asked.setdefault(player, [has])
        # A server may give the character that we asked for without the colour.
        is_ours = has.colour in {look.colour for look in asked} and has.character in {look.character for look in asked}
        if has == wanted or not is_ours:
            del self._wanted[player]
            return []
        if self._asked_at.get(player) == (has, taken):
            return []
        colour = wanted.colour if wanted.colour not in taken else has.colour
        has_moved = any(look.colour not in (wanted.colour, asked[0].colour) for look in asked)
        if wanted.colour in taken and self._again and not has_moved:
            colour = _aside(has, taken)
        look = LookChoice(colour, wanted.character)
        if look == has:
            return []
        asked.append(look)
        self._asked_at[player] = has, taken
        return [Look(player, *look)]


def _aside(has: LookChoice, taken: Collection[int]) -> int:
    """A colour that nobody has, not even we; the highest, since servers give the lowest to new members."""
    return max({*range(COLOURS)} - {*taken, has.colour}, default=has.colour)


class LobbyEntry:
    """Asks once for each Welcome from a server that does not know us."""

    def __init__(self, looks: Sequence[LookChoice], is_eager: bool, asks_sides: bool = False) -> None:
        """`looks`: for each local player, if they have chosen; `is_eager`: get ready without being asked.

        `asks_sides`: the players have sides from an earlier evening, in the wishes of the room.
        """
        self.is_eager = is_eager
        self._looks = looks  # of the local players, the last that we know
        self._look_requests = LookRequests(looks)
        self._has_watched = False  # before the connection was lost
        self._is_ready = False  # we have said so
        self._asks_sides = asks_sides  # of a server that does not know them, or has forgotten them
        self._welcome: Welcome | None = None  # the last one that we know of

    def remember_looks(self, seats: Sequence[Seat]) -> None:
        self._has_watched = not seats
        if seats:
            self._looks = [LookChoice(seat.colour, seat.character) for seat in seats]

    def update(self, session: Session, now: float) -> None:
        room = session.room
        if room.welcome is not self._welcome:
            is_return, self._welcome = self._welcome is not None, room.welcome
            if is_return and room.welcome and not room.welcome.returned:
                watched = self._has_watched
                self._look_requests = LookRequests(self._looks, again=not watched, gives_way=watched)
                self._is_ready = False
                self._asks_sides = True
        if room.lobby is None or room.lobby.phase is not Phase.LOBBY or not room.my_slots:
            return
        for look in self._look_requests.requests(room.seats, room.my_slots, now):
            session.link.send(look)
        sides = list(room.wishes.own_sides.items())
        if self._asks_sides and can_choose_sides(room) and all(side < room.lobby.mode.sides for _, side in sides):
            self._asks_sides = False
            for player, side in sides:
                choose_side(session.link, room, player, side)
        if self.is_eager and not self._is_ready and self._look_requests.is_settled:
            self._is_ready = True
            session.link.send(Ready(True))
