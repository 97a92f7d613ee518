"""Which addresses count as one: for the tries at a password, for the mute, for those who crowd the door, and for bans.

Rule 1: IPv4 is each address for itself. Of IPv6 a line is given a /64, so whoever has one has 2^64 addresses: the /64
counts.
Rule 2: not so where neighbours share a /64, or one of them would stand for all: in fe80::/10, in fc00::/7, which is
what routers hand out at home, and in the networks of this machine itself, each address counts for itself.
Rule 3: an address is compared as people write it: without zone, and IPv4 as IPv4.
"""

import ipaddress
from collections.abc import Iterable
from ipaddress import IPv4Address, IPv4Interface, IPv6Address, IPv6Interface, IPv6Network

Address = IPv4Address | IPv6Address
Own = Iterable[IPv4Interface | IPv6Interface]  # the addresses of this machine, with their networks

LINE_BITS = 64  # of IPv6: what one line is given
_ULA = IPv6Network("fc00::/7")


def plain(text: str) -> Address | None:
    """The address that a text names, IPv4 as IPv4 and without a zone; None if it names none.

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
    """An address of a socket as people write it.

    >>> plain_address("::ffff:10.0.0.7"), plain_address("fe80::1%eth0")
    ('10.0.0.7', 'fe80::1')
    """
    return str(plain(address) or address)


def prefix_of(ip: Address, own: Own = ()) -> Address | IPv6Network:
    """All that counts as one with this address: mostly itself alone, else the /64 that its line was given.

    >>> prefix_of(IPv6Address("2001:db8::1:2")), prefix_of(IPv6Address("fd00::1:2"))
    (IPv6Network('2001:db8::/64'), IPv6Address('fd00::1:2'))
    """
    is_near = ip.is_link_local or ip in _ULA or any(ip in one.network for one in own)
    return ip if is_near or isinstance(ip, IPv4Address) else IPv6Network((ip, LINE_BITS), strict=False)


def group_of(address: str, own: Own = ()) -> str:
    """The same for the address of a socket, as a text; "" for this machine, of which nothing counts.

    >>> group_of("10.0.0.7"), group_of("2001:db8::1:2"), group_of("fe80::1:2"), group_of("127.0.0.1")
    ('10.0.0.7', '2001:db8::/64', 'fe80::1:2', '')
    """
    ip = plain(address)
    if ip is None:
        return address
    return "" if ip.is_loopback else str(prefix_of(ip, own))
