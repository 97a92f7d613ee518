"""The list of rooms to join: those that were found, those that were starred, and those that were visited before.

Rule 1: a room that is found and was visited before is one entry, by its address.
Rule 2: a room that cannot be joined stays in the list, with the reason, behind the others.
Rule 3: the order does not flicker: pings count in steps, and names decide between equals.
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from enum import Enum

from petard.shared.protocol.beacon import FoundServer
from petard.shared.protocol.messages import Phase

PING_STEP = 20  # ms; smaller differences do not change the order


class JoinSort(Enum):
    """The order of the list."""

    NEAREST = "nearest"
    FULLEST = "fullest"
    NAME = "name"


class JoinFilter(Enum):
    """Which rooms are shown."""

    ALL = "all"
    OPEN = "open"  # found, of our version, with a free seat and no password
    STARRED = "starred"


@dataclass(frozen=True, slots=True)
class KnownPlace:
    """One room. `found` is None while it does not answer; `address` is as a person would write it."""

    address: str
    found: FoundServer | None
    is_starred: bool
    was_there: bool  # we visited it lately

    @property
    def name(self) -> str:
        """Its own name, or its address."""
        return self.found.name if self.found else self.address

    @property
    def reason(self) -> str:
        """Why it cannot be joined now, or ""."""
        if self.found is None:
            return "does not answer"
        return self.found.reason

    @property
    def is_open(self) -> bool:
        """True if a player can join and get a seat at once."""
        found = self.found
        return found is not None and not found.reason and not found.locked and found.players < found.seats


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
    order = _ORDER[sort]

    def key(place: KnownPlace) -> tuple[int, tuple[int, int], str]:
        rank = 2 if place.found is None else 1 if place.reason else 0
        return rank, order(place, before), place.name.casefold()

    return sorted(filter(_SHOWN[show], places), key=key)


def _nearness(place: KnownPlace, before: Collection[str]) -> tuple[int, int]:
    ping = place.found.ping if place.found else None
    lately = list(before).index(place.address) if place.was_there else len(before)
    return (999 if ping is None else ping // PING_STEP), lately


_ORDER: dict[JoinSort, Callable[[KnownPlace, Collection[str]], tuple[int, int]]] = {
    JoinSort.NEAREST: _nearness,
    JoinSort.FULLEST: lambda place, before: (-(place.found.players if place.found else 0), 0),
    JoinSort.NAME: lambda place, before: (0, 0),
}
_SHOWN: dict[JoinFilter, Callable[[KnownPlace], bool]] = {
    JoinFilter.ALL: lambda place: True,
    JoinFilter.OPEN: lambda place: place.is_open,
    JoinFilter.STARRED: lambda place: place.is_starred,
}


class JoinEntry(Enum):
    """What joining a room means, the easiest first."""

    SIT_DOWN = 0  # it is in the lobby, with a free seat
    WATCH_FIRST = 1  # it plays: watch this round and play the next
    PASSWORD = 2  # it asks for a password
    WATCH = 3  # no seat is free


def entry_of(found: FoundServer) -> JoinEntry:
    """What joining that room means."""
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
        case JoinEntry.SIT_DOWN:
            return f"in the lobby, {how_full(found)}"
        case JoinEntry.WATCH_FIRST:
            return f"playing, {how_full(found)}: you watch first"
        case JoinEntry.PASSWORD:
            return "asks for a password"
        case JoinEntry.WATCH:
            return f"full, {how_full(found)}: you watch"


def offered(found: Iterable[tuple[str, FoundServer]]) -> list[tuple[str, FoundServer]]:
    """Return the rooms that the title offers, with their addresses: the easiest to join first, then by name.

    Rooms that cannot be joined are left out. Pings do not count, so that no room moves under a finger.
    """
    rooms = [(address, one) for address, one in found if not one.reason]
    return sorted(rooms, key=lambda room: (entry_of(room[1]).value, room[1].name.casefold(), room[0]))


def doing(found: FoundServer) -> str:
    """What happens in the room now, as text."""
    return "in the lobby" if found.phase is Phase.LOBBY else "playing"


def how_full(found: FoundServer) -> str:
    """The taken seats, of how many seats."""
    return f"{found.players}/{found.seats}"
