"""Finds games in this network while the title or the Join screen is shown.

Rule: no network is asked while a match is on, and none at all where PETARD_DISCOVERY is "off".
"""

from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress

from petard.game.config.arguments import Address, BadAddress, address_of
from petard.shared.discovery.client import DiscoveryClient
from petard.shared.protocol.beacon import FoundServer

ENDING = 6.0  # seconds; a server that answers later at the same address is another one
DiscoveryFactory = Callable[[Iterable[tuple[str, int]], float], DiscoveryClient]


class ServerBrowser:
    """`found`: the servers that answer, each with its address as a person would write it."""

    def __init__(self, discover: DiscoveryFactory | None) -> None:
        """`discover` makes a source that asks some hosts singly; None: no server is ever looked for."""
        self.found: Sequence[tuple[str, FoundServer]] = ()
        self._discover = discover
        self._source: DiscoveryClient | None = None
        self._leaving: Address | None = None  # a server of our own that is about to end
        self._ended: set[str] = set()  # the ids of such servers
        self._since = 0.0

    def update(self, is_wanted: bool, known: Iterable[str], now: float) -> None:
        """Look for servers, or stop looking. `known`: addresses that are asked singly."""
        if not is_wanted:
            self.close()
        elif self._discover:
            if self._source is None:
                self._source, self._since = self._discover(_parsed(known), now), now
            self._source.poll(now)
            found = self._source.found(now)
            self._note_ended(found, now)
            self.found = [(str(Address(one.host, one.port)), one) for one in found if one.id not in self._ended]

    def leave(self, address: Address) -> None:
        """Do not offer the server of our own that we leave: it answers until it has ended."""
        self._leaving = address

    def _note_ended(self, found: Iterable[FoundServer], now: float) -> None:
        if now - self._since > ENDING:
            self._leaving = None
        if self._leaving:
            here = ("127.0.0.1", "::1", self._leaving.host)
            self._ended |= {one.id for one in found if one.port == self._leaving.port and one.host in here}

    def close(self) -> None:
        if self._source:
            self._source.close()
        self._source, self.found = None, ()


def _parsed(known: Iterable[str]) -> list[tuple[str, int]]:
    addresses: list[tuple[str, int]] = []
    for text in known:
        with suppress(BadAddress):  # written by hand into the settings
            addresses.append(address_of(text))
    return addresses
