"""Groups client addresses for rate limits and bans: IPv4 by address, global IPv6 by /64.

Rule 1: one IPv6 customer has a /64, so 2^64 addresses: the /64 counts as one.
Rule 2: each address counts for itself where neighbours share a /64: in fe80::/10, in fc00::/7 (what home routers give
out) and in the networks of this machine. Else one of them would be limited for all.
Rule 3: an address is compared without its zone, and IPv4 in IPv6 as IPv4.
"""

import ipaddress
from collections.abc import Iterable
from ipaddress import IPv4Address, IPv4Interface, IPv6Address, IPv6Interface, IPv6Network

Address = IPv4Address | IPv6Address
Own = Iterable[IPv4Interface | IPv6Interface]  # the addresses of this machine, with their networks

PREFIX_BITS = 64  # of IPv6: what one customer has
_ULA = IPv6Network("fc00::/7")


def plain(text: str) -> Address | None:
    """Parse an address, IPv4 in IPv6 as IPv4 and without a zone; None if it is none.

    >>> plain("::ffff:10.0.0.7"), plain("fe80::1%eth0"), plain("Ada")
    (IPv4Address('10.0.0.7'), IPv6Address('fe80::1'), None)
    """
    try:
        ip = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return None
    mapped = ip.ipv4_mapped if isinstance(ip, IPv6Address) else None
    return mapped or ip


def plain_address(address: str) -> str:
    """The address of a socket as people write it.

    >>> plain_address("::ffff:10.0.0.7"), plain_address("fe80::1%eth0")
    ('10.0.0.7', 'fe80::1')
    """
    return str(plain(address) or address)


def prefix_of(ip: Address, own: Own = ()) -> Address | IPv6Network:
    """All that counts as one with this address: mostly itself alone, else its /64.

    >>> prefix_of(IPv6Address("2001:db8::1:2")), prefix_of(IPv6Address("fd00::1:2"))
    (IPv6Network('2001:db8::/64'), IPv6Address('fd00::1:2'))
    """
    is_near = ip.is_link_local or ip in _ULA or any(ip in one.network for one in own)
    return ip if is_near or isinstance(ip, IPv4Address) else IPv6Network((ip, PREFIX_BITS), strict=False)


def group_of(address: str, own: Own = ()) -> str:
    """The address group of a socket's address; "" for this machine, which is not limited.

    >>> group_of("10.0.0.7"), group_of("2001:db8::1:2"), group_of("fe80::1:2"), group_of("127.0.0.1")
    ('10.0.0.7', '2001:db8::/64', 'fe80::1:2', '')
    """
    ip = plain(address)
    if ip is None:
        return address
    return "" if ip.is_loopback else str(prefix_of(ip, own))
