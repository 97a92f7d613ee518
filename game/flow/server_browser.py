"""Finds games in this network while the title or the Join screen is shown.

Rule: no network is asked while a match is on, and none at all where PETARD_DISCOVERY is "off".
"""

from collections.abc import Callable, Iterable
from contextlib import suppress

from petard.game.config.arguments import Address, BadAddress, address_of
from petard.game.ui.context import ScreenContext
from petard.shared.discovery.client import DiscoveryClient

ENDING = 6.0  # seconds; a server that answers later at the same address is another one
DiscoveryFactory = Callable[[Iterable[tuple[str, int]], float], DiscoveryClient]


class ServerBrowser:
    """Puts the servers that answer into the context, each with its address as a person would write it."""

    def __init__(self, context: ScreenContext, discover: DiscoveryFactory | None) -> None:
        """`discover` makes a source that asks some hosts singly; None: no server is ever looked for."""
        self._context = context
        self._discover = discover
        self._source: DiscoveryClient | None = None
        self._leaving: Address | None = None  # a server of our own that is about to end
        self._ended: set[str] = set()  # the ids of such servers
        self._since = 0.0

    def update(self, is_wanted: bool, now: float) -> None:
        """Look for servers, or stop looking."""
        if not is_wanted and self._source:
            self._source.close()
            self._source, self._context.joinable.found = None, ()
        elif is_wanted and self._discover:
            if self._source is None:
                self._source, self._since = self._discover(self._known_hosts(), now), now
            if now - self._since > ENDING:
                self._leaving = None
            self._source.poll(now)
            found = self._source.found(now)
            if self._leaving:
                here = ("127.0.0.1", "::1", self._leaving.host)
                self._ended |= {one.id for one in found if one.port == self._leaving.port and one.host in here}
            shown = [(str(Address(one.host, one.port)), one) for one in found if one.id not in self._ended]
            self._context.joinable.found = shown

    def _known_hosts(self) -> list[Address]:
        settings = self._context.settings
        addresses = []
        for text in (*settings.starred, *settings.addresses):
            with suppress(BadAddress):  # written by hand into the settings
                addresses.append(address_of(text))
        return addresses

    def leave(self, address: Address) -> None:
        """Do not offer the server of our own that we leave: it answers until it has ended."""
        self._leaving = address
