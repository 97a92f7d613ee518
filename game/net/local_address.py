"""The address at which friends on the same network can reach this machine.

Rule: no packet is sent; the system only tells which of its addresses it would send from.
"""

import ipaddress
import socket
from collections.abc import Iterable
from contextlib import closing, suppress

# Documentation addresses, which no host has; "connecting" a UDP socket to them only looks up the route.
FAR_AWAY = ((socket.AF_INET, "192.0.2.1"), (socket.AF_INET6, "2001:db8::1"))


def own_address(others: Iterable[str] = ()) -> str:
    """The first address of this machine that others can reach, IPv4 before IPv6; "" when there is no network.

    `others`: all addresses of this machine, for a network without a route out of it.
    """
    for family, target in FAR_AWAY:
        with suppress(OSError), closing(socket.socket(family, socket.SOCK_DGRAM)) as probe:
            probe.connect((target, 9))
            address: str = probe.getsockname()[0]
            if is_reachable(address):
                return address
    return next(filter(is_reachable, others), "")


def is_reachable(address: str) -> bool:
    """True if other machines can reach this machine at the address.

    >>> is_reachable("192.168.1.20"), is_reachable("127.0.0.1"), is_reachable("fe80::1"), is_reachable("0.0.0.0")
    (True, False, False, False)
    """
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return False
    link_local = parsed.version == 6 and parsed.is_link_local  # needs a zone, which nobody can type
    return not (parsed.is_loopback or parsed.is_unspecified or link_local)
