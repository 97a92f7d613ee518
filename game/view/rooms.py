"""Rooms as people see them: the list to join (found, starred, or visited before), and the texts of the lobby.

Rule 1: a room that is found and was visited before is one entry, by its address.
Rule 2: a room that cannot be joined stays in the list, with the reason, behind the others.
Rule 3: the order does not flicker: pings count in steps, and names decide between equals.
Rule 4: the lobby names the people who are not ready, and says what the reader can do. Away players do not count.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum

from petard.game.texts.known_lines import known_line
from petard.game.texts.names import spoken, spoken_map
from petard.game.texts.phrases import joined, tr, trc, trn
from petard.shared.protocol.beacon import FoundServer
from petard.shared.protocol.messages import Phase, Seat

PING_STEP = 20  # ms; smaller differences do not change the order
NAMED = 3  # names in a list; of more people, only the number
ALONE = tr("It takes two: wait for a friend, or add a bot.")
WATCHING = tr("All seats are taken: you watch.")


class JoinSort(Enum):
    NEAREST = tr("nearest")
    FULLEST = tr("fullest")
    NAME = trc("sorted by", "name")


class JoinFilter(Enum):
    ALL = trc("rooms", "all")
    OPEN = trc("rooms", "open")  # found, of our version, with a free seat and no password
    STARRED = trc("rooms", "starred")


class JoinEntry(Enum):
    """What joining a room means, the easiest first."""

    SIT_DOWN = 0  # it is in the lobby, with a free seat
    WATCH_FIRST = 1  # it plays: watch this round and play the next
    PASSWORD = 2  # it asks for a password
    WATCH = 3  # no seat is free


SEATED = (JoinEntry.SIT_DOWN, JoinEntry.WATCH_FIRST)


@dataclass(frozen=True, slots=True)
class KnownPlace:
    """One room. `found` is None while it does not answer; `address` is as a person would write it."""

    address: str
    found: FoundServer | None
    is_starred: bool
    was_there: bool  # we visited it lately

    @property
    def name(self) -> str:
        return self.found.name if self.found else self.address

    @property
    def reason(self) -> str:
        """Why it cannot be joined now, or ""."""
        return self.found.reason if self.found else tr("does not answer")

    @property
    def note(self) -> str:
        """One sentence about joining it, or ""."""
        if self.found and self.reason:
            return tr("It {reason}.", reason=known_line(self.reason))
        return tr("It asks for a password.") if self.found and self.found.locked else ""

    @property
    def game(self) -> str:
        """What is played there."""
        return match_words(self.found.map, self.found.rules) if self.found else ""

    @property
    def now(self) -> str:
        """What happens there."""
        return doing(self.found) if self.found else ""

    def is_shown(self, show: JoinFilter) -> bool:
        """True if the list has it; JoinFilter.OPEN shows rooms in which a player gets a seat at once."""
        if show is JoinFilter.OPEN:
            return self.found is not None and not self.reason and entry_of(self.found) in SEATED
        return show is JoinFilter.ALL or self.is_starred


def places_of(
    found: Iterable[tuple[str, FoundServer]],
    starred: Sequence[str],
    before: Sequence[str],
    sort: JoinSort = JoinSort.NEAREST,
    show: JoinFilter = JoinFilter.ALL,
) -> list[KnownPlace]:
    """Return the list: `found` with their addresses, `starred` and `before` by address, the last visited first."""
    known = dict(found)
    addresses = dict.fromkeys([*known, *starred, *before])
    places = [KnownPlace(one, known.get(one), one in starred, one in before) for one in addresses]

    def key(place: KnownPlace) -> tuple[int, tuple[int, int], str]:
        order = 0, 0
        if sort is JoinSort.FULLEST:
            order = -(place.found.players if place.found else 0), 0
        elif sort is JoinSort.NEAREST:
            ping = place.found.ping if place.found else None
            lately = before.index(place.address) if place.was_there else len(before)
            order = 999 if ping is None else ping // PING_STEP, lately
        return 2 if place.found is None else 1 if place.reason else 0, order, place.name.casefold()

    return sorted((place for place in places if place.is_shown(show)), key=key)


def entry_of(found: FoundServer) -> JoinEntry:
    if found.locked:
        return JoinEntry.PASSWORD
    if found.players >= found.seats:
        return JoinEntry.WATCH
    return JoinEntry.SIT_DOWN if found.phase is Phase.LOBBY else JoinEntry.WATCH_FIRST


def entry_words(found: FoundServer) -> str:
    """What joining that room means, for people.

    >>> from dataclasses import replace
    >>> room = FoundServer("", "", "", "", Phase.LOBBY, 3, 8, 0, False, "", 1, "", 1, None)
    >>> entry_words(room), entry_words(replace(room, phase=Phase.PLAYING))
    ('in the lobby, 3/8', 'playing, 3/8: you watch first')
    >>> entry_words(replace(room, players=8)), entry_words(replace(room, locked=True))
    ('full, 8/8: you watch', 'asks for a password')
    """
    match entry_of(found):
        case JoinEntry.PASSWORD:
            return tr("asks for a password")
        case JoinEntry.WATCH:
            return tr("full, {seats}: you watch", seats=how_full(found))
        case entry:
            words = joined(", ", [doing(found), how_full(found)])
            return tr("{room}: you watch first", room=words) if entry is JoinEntry.WATCH_FIRST else words


def offered(found: Iterable[tuple[str, FoundServer]]) -> list[tuple[str, FoundServer]]:
    """Return the rooms that the title offers, with their addresses: the easiest to join first, then by name.

    Rooms that cannot be joined are left out. Pings do not count, so that no room moves under a finger.
    """
    rooms = [(address, one) for address, one in found if not one.reason]
    return sorted(rooms, key=lambda room: (entry_of(room[1]).value, room[1].name.casefold(), room[0]))


def doing(found: FoundServer) -> str:
    """What happens in the room now, as text."""
    return tr("in the lobby") if found.phase is Phase.LOBBY else tr("playing")


def how_full(found: FoundServer) -> str:
    """The taken seats, of how many seats."""
    return f"{found.players}/{found.seats}"


def listed(names: Sequence[str], unnamed: int = 0) -> str:
    """Join names to a list for people. `unnamed`: how many more there are.

    >>> listed(["Ada"]), listed(["Ada", "Bo"]), listed(["A", "B", "C", "D", "E"])
    ('Ada', 'Ada and Bo', 'A, B, C and 2 more')
    >>> listed(["A", "B", "C", "D"], 7)
    'A, B, C and 8 more'
    """
    if len(names) > NAMED:
        shown, more = joined(", ", names[:NAMED]), len(names) - NAMED + unnamed
        return trn("{names} and {count} more", "{names} and {count} more", more, names=shown)
    return tr("{names} and {last}", names=joined(", ", names[:-1]), last=names[-1]) if len(names) > 1 else names[0]


def match_words(map_name: str, rules: str) -> str:
    """The map and the rules, for people.

    >>> match_words("small", "last-one-standing")
    'Small, standard'
    """
    return joined(", ", [spoken_map(map_name), spoken(rules)])


def waiting_words(seats: Sequence[Seat], mine: Sequence[int]) -> str:
    """One sentence: what the lobby waits for."""
    people = [seat for seat in seats if seat.member and not seat.away]
    late = [seat.name for seat in people if not seat.ready and seat.slot not in mine]
    i_am_late = any(not seat.ready for seat in people if seat.slot in mine)
    if not mine:
        return joined(" ", [WATCHING, tr("Waiting for {names}.", names=listed(late))]) if late else WATCHING
    if len(seats) < 2:
        return ALONE
    if late:
        us = [tr("you")] if i_am_late else []
        return tr("Waiting for {names}.", names=listed([*us, *late]))
    if not i_am_late:
        return tr("Here we go!")
    return tr("Everybody waits for you.") if len(people) > len(mine) else tr("Start when you like.")


def button_words(seats: Sequence[Seat], mine: Sequence[int]) -> str:
    """The label of the big button."""
    if not mine:
        return tr("Watching")
    if any(seat.slot in mine and seat.ready for seat in seats):
        return tr("Not yet!")
    others = any(seat.member and not seat.away and seat.slot not in mine for seat in seats)
    return tr("Ready!") if others else tr("Start")
