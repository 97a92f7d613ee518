"""Where the room can be reached: at the server that we are on or, should that be lost, at its standbys.

Rule 1: after a loss each address is tried once, without a pause between two tries: first the one that we were on, then
        the standbys in their order. Only then is there a pause (petard.game.client.backoff), and all are tried again.
Rule 2: a server that says "the room goes on elsewhere" is tried last.
Rule 3: a server chooses addresses, and no name for us to look up. One of this computer itself counts only if the server
        is on this computer, too: nobody sends a game to other programs here.
Rule 4: the address that the person has written (`home`) stays: the settings and "join again" use it.
"""

import ipaddress
from collections.abc import Iterable
from contextlib import suppress

from petard.game.config.arguments import Address, BadAddress, address_of


class RoomAddresses:
    """The addresses of one room. `current`: the one that we are on, or try next; None while it is not known."""

    def __init__(self, home: Address | None, standbys: Iterable[str] = ()) -> None:
        """`home`: as the person has written it; None for a server of our own. `standbys`: HOST:PORT each."""
        self.home = self.current = self.server = home  # server: where we were let in last
        self.moved_at: float | None = None  # when the room was found elsewhere, in seconds
        self.tried_at = 0.0  # when the newest try began, in seconds
        self._texts: tuple[str, ...] = ()
        self._standbys: tuple[Address, ...] = ()
        self.learn(standbys)
        self._left = list(self.standbys)  # to try before the next pause

    @property
    def standbys(self) -> tuple[Address, ...]:
        """Where else the room may go on."""
        return tuple([one for one in self._standbys if one != self.server])

    def learn(self, standbys: Iterable[str]) -> None:
        """Take what the server has said; call it in every picture. What is no usable address does not count."""
        texts = tuple(standbys)
        if texts != self._texts:
            self._texts, self._standbys = texts, tuple(dict.fromkeys(_usable(texts, self.server)))

    def enter(self, now: float) -> None:
        """We are let in at `current`."""
        if self.current != self.server:
            self.server, self.moved_at = self.current, now
        self._left = []

    def listen_here(self, address: Address | None) -> None:
        """Our own server is at this address; None: not yet."""
        self.current = self.server = address

    def begin(self, goes_on: bool = False) -> None:
        """The connection is lost. `goes_on`: the server has said that the room goes on elsewhere."""
        self._left = self._in_order(goes_on)
        self.advance()

    def advance(self) -> bool:
        """Take the next address; False if each was tried: after a pause they are tried again."""
        has_more = bool(self._left)
        self._left = self._left or self._in_order(goes_on=False)
        if self._left:
            self.current = self._left.pop(0)
        return has_more

    def move_out(self) -> None:
        """Our own server has given the room away: it is at a standby, and no more here."""
        self.home = self.server = None
        self.begin()

    def _in_order(self, goes_on: bool) -> list[Address]:
        server = [self.server] if self.server else []
        return [*self.standbys, *server] if goes_on else [*server, *self.standbys]


def _usable(texts: Iterable[str], server: Address | None) -> Iterable[Address]:
    is_here = server is None or _is_loopback(server.host)
    for text in texts:
        with suppress(BadAddress, ValueError):
            address = address_of(text) if ":" in text else None  # without a port it could be a join code
            if address and _is_for_one(address.host) and (is_here or not _is_loopback(address.host)):
                yield address


def _is_for_one(host: str) -> bool:
    """True for an address that one computer can have; raises ValueError for a name."""
    ip = _plain(host)
    return not (ip.is_unspecified or ip.is_multicast)  # systems take the first for their own address


def _plain(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address:
    """Parse an address, IPv4 in IPv6 as IPv4; raises ValueError."""
    ip = ipaddress.ip_address(host)
    return (ip.ipv4_mapped if isinstance(ip, ipaddress.IPv6Address) else None) or ip


def _is_loopback(host: str) -> bool:
    try:
        return _plain(host).is_loopback
    except ValueError:
        return host == "localhost"
