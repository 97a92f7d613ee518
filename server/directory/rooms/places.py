"""Which address and port may be listed, so that nobody can make the directory connect to others.

Rule 1: a room is listed at the address from which it announces itself. Only announcers that the owner trusts may name
        another one.
Rule 2: the address is one of the Internet, unless the owner allows private ones. Addresses that contain another one
        (NAT64, 6to4, Teredo) are refused, because that other one could be private.
Rule 3: pure. A refusal is a BadPlace with a sentence.
"""

from collections.abc import Collection
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import IPv6Network
from typing import NamedTuple

from petard.server.policy.address_groups import Address, Network, plain

ADDRESSES_KEPT = 16384  # pairs that are remembered
_EMBEDDING = tuple(map(IPv6Network, ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32", "::/96")))


class BadPlace(ValueError):
    """This address may not be listed; the text is a sentence that says why."""


class Place(NamedTuple):
    """Where players connect."""

    address: str
    port: int


@dataclass(frozen=True, slots=True)
class PlaceRules:
    """What the owner allows. `any_address_from`: the announcers that may name other addresses than their own."""

    allow_private: bool = False
    any_address_from: Collection[Network] = ()

    def place_of(self, source: str, address: str, port: int) -> Place:
        """Return where a room is listed whose announcement comes from `source`; raises BadPlace.

        `address`: the one that it names, or "".
        """
        return Place(self._address(source, address), port)

    @lru_cache(ADDRESSES_KEPT)  # noqa: B019 - the rules live as long as the program
    def _address(self, source: str, address: str) -> str:
        sender = plain(source)
        ip = plain(address) if address else sender
        if ip is None or sender is None:
            raise BadPlace("The address of this announcement is not known.")
        if ip != sender and not any(sender in network for network in self.any_address_from):
            raise BadPlace(
                f"This room names the address {ip}, but announces itself from {sender}; "
                "the directory lets only announcers of its owner (--any-address-from) do that."
            )
        if not self._may_be_listed(ip):
            raise BadPlace(f"The address {ip} is not one of the Internet, so players elsewhere could not connect.")
        return str(ip)

    def _may_be_listed(self, ip: Address) -> bool:
        if ip.is_multicast or ip.is_unspecified or str(ip) == "255.255.255.255":
            return False
        if ip.is_loopback:
            return self.allow_private
        if ip.version == 6 and (ip.is_link_local or any(ip in one for one in _EMBEDDING)):
            return False  # link-local: it means nothing without the zone
        is_public = ip.is_global and not ip.is_reserved
        return is_public or (self.allow_private and ip.is_private)
