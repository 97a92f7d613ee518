"""Looks for games in the room while somebody may want to know: on the title and on the Join screen.

Rule: nothing is asked on any network while a match is on, and nothing at all where PETARD_DISCOVERY is "off".
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Protocol

from petard.game.config.arguments import Address, BadAddress, address_of
from petard.shared.protocol.beacon import FoundServer


class Seeker(Protocol):
    """Asks as long as it is polled."""

    def poll(self, now: float) -> None:
        """Take what has come, and ask who is to be asked now."""
        ...

    def found(self, now: float) -> list[FoundServer]:
        """Who is there."""
        ...

    def close(self) -> None:
        """Stop asking."""
        ...


ENDING = 6.0  # seconds; whoever is heard after that at the same place is somebody else
Seek = Callable[[Iterable[tuple[str, int]], float], Seeker]


class ServerBrowser:
    """`found`: who is there, each with the address to dial as a person would write it."""

    def __init__(self, seek: Seek | None) -> None:
        """`seek` makes a seeker that knows some hosts; None: nobody is ever looked for."""
        self.found: Sequence[tuple[str, FoundServer]] = ()
        self._seek = seek
        self._seeker: Seeker | None = None
        self._leaving: Address | None = None  # a server of our own that is about to end
        self._gone: set[str] = set()  # the ids of such
        self._since = 0.0

    def turn(self, is_wanted: bool, known: Iterable[str], now: float) -> None:
        """Look round, or stop doing so. `known`: addresses that are asked singly."""
        if not is_wanted:
            self.close()
        elif self._seek:
            if self._seeker is None:
                self._seeker, self._since = self._seek(_places(known), now), now
            self._seeker.poll(now)
            heard = self._seeker.found(now)
            self._note_leaving(heard, now)
            self.found = [(str(Address(one.host, one.port)), one) for one in heard if one.id not in self._gone]

    def leave(self, address: Address) -> None:
        """Offer nobody the server of our own that we leave: it answers until it has ended."""
        self._leaving = address

    def _note_leaving(self, heard: Iterable[FoundServer], now: float) -> None:
        if now - self._since > ENDING:
            self._leaving = None
        if self._leaving:
            here = ("127.0.0.1", "::1", self._leaving.host)
            self._gone |= {one.id for one in heard if one.port == self._leaving.port and one.host in here}

    def close(self) -> None:
        """Stop."""
        if self._seeker:
            self._seeker.close()
        self._seeker, self.found = None, ()


def _places(known: Iterable[str]) -> list[tuple[str, int]]:
    places: list[tuple[str, int]] = []
    for text in known:
        try:
            places.append(address_of(text))
        except BadAddress:  # written by hand into the settings
            continue
    return places
