"""At which addresses a member's standby is looked for. Pure.

Rule 1: the address that the member itself comes from stands first: it is known to be right where the network is one.
Rule 2: of those that a client names only addresses count, no names; and private ones only where the member comes from a
private network itself. So no member can make others connect to just any place.
Rule 3: nothing is said of an address with a zone: it means nothing at another computer.
"""

from collections.abc import Iterable

from petard.server.policy.address_groups import Address, plain
from petard.shared.host_port import join_host_port, split_host_port

ADDRESSES_MOST = 4  # of one standby; a Lobby has room for those of two


def standby_addresses(named: Iterable[str], seen: str) -> tuple[str, ...]:
    """Return the addresses to use. `named`: HOST:PORT, by the client; `seen`: where its connection comes from.

    >>> standby_addresses(["127.0.0.1:7779", "10.0.0.9:7779", "8.8.8.8:53", "den:1"], "192.168.0.7")
    ('192.168.0.7:7779', '10.0.0.9:7779')
    >>> standby_addresses(["[::1]:7779"], "127.0.0.1"), standby_addresses(["10.0.0.9:7779"], "9.9.9.9")
    (('127.0.0.1:7779', '[::1]:7779'), ('9.9.9.9:7779',))
    """
    here = plain(seen)
    found = [place for place in map(_place_of, named) if place]
    if here is None or not found:
        return ()
    places = [(here, found[0][1]), *((ip, port) for ip, port in found if _may_be_near(ip, here))]
    return tuple(dict.fromkeys(join_host_port(str(ip), port) for ip, port in places))[:ADDRESSES_MOST]


def _place_of(text: str) -> tuple[Address, int] | None:
    try:
        host, digits = split_host_port(text)
    except ValueError:
        return None
    ip, port = None if "%" in host else plain(host), digits or ""
    is_port = port.isascii() and port.isdigit() and 0 < int(port[:6]) < 65536
    return (ip, int(port)) if ip and is_port else None


def _may_be_near(ip: Address, here: Address) -> bool:
    if ip == here:
        return True
    if ip.is_link_local or ip.is_multicast or ip.is_unspecified or ip.is_loopback != here.is_loopback:
        return False
    return ip.is_private and here.is_private
