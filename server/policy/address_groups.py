"""Groups client addresses for rate limits and bans: IPv4 by address, global IPv6 by /64.

Rule 1: one IPv6 customer has a /64, so 2^64 addresses: the /64 counts as one.
Rule 2: each address counts for itself where neighbours share a /64: in fe80::/10, in fc00::/7 (what home routers give
out) and in the networks of this machine. Else one of them would be limited for all.
Rule 3: an address is compared without its zone, and IPv4 in IPv6 as IPv4.
Rule 4: this machine, and addresses that the owner names (a gateway that stands for many), are in no group.
"""

import contextlib
import ipaddress
import re
from collections.abc import Iterable
from ipaddress import IPv4Address, IPv4Interface, IPv4Network, IPv6Address, IPv6Interface, IPv6Network

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network
Own = Iterable[IPv4Interface | IPv6Interface]  # the addresses of this machine, with their networks

PREFIX_BITS = 64  # of IPv6: what one customer has
_ULA = IPv6Network("fc00::/7")
_MAPPED = IPv6Network("::ffff:0:0/96")  # IPv4 addresses written as IPv6


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


def parse_network(text: str) -> Network | None:
    """Parse an address or a network, IPv4 in IPv6 as IPv4; None if it is none.

    >>> parse_network("10.0.0.9/8"), parse_network("::ffff:10.0.0.7"), parse_network("Ada/Bob")
    (IPv4Network('10.0.0.0/8'), IPv4Network('10.0.0.7/32'), None)
    >>> parse_network("fe80::1%eth0/64")
    IPv6Network('fe80::/64')
    """
    text = re.sub("%[^/]*", "", text)
    if ip := plain(text):
        return ipaddress.ip_network(ip)
    with contextlib.suppress(ValueError):
        network = ipaddress.ip_network(text, strict=False)
        if isinstance(network, IPv6Network) and network.subnet_of(_MAPPED):
            first = network.network_address.ipv4_mapped
            return IPv4Network((int(first or 0), network.prefixlen - _MAPPED.prefixlen))
        return network
    return None


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


def group_of(address: str, own: Own = (), uncounted: Iterable[Network] = ()) -> str:
    """The address group of a socket's address; "" for this machine and for `uncounted` ones, which are not limited.

    >>> group_of("10.0.0.7"), group_of("2001:db8::1:2"), group_of("fe80::1:2"), group_of("127.0.0.1")
    ('10.0.0.7', '2001:db8::/64', 'fe80::1:2', '')
    """
    ip = plain(address)
    if ip is None:
        return address
    is_limited = not ip.is_loopback and not any(ip in network for network in uncounted)
    return str(prefix_of(ip, own)) if is_limited else ""
