"""The address that friends on the same network can use to reach this machine.

Rule: no packet is sent and nobody is asked; the system only tells which of its addresses it would speak from.
"""

import ipaddress
import socket
from collections.abc import Iterable
from contextlib import closing, suppress

# Addresses from documentation, which nobody has; "connecting" a UDP socket to them only looks the route up.
FAR_AWAY = ((socket.AF_INET, "192.0.2.1"), (socket.AF_INET6, "2001:db8::1"))


def own_address(others: Iterable[str] = ()) -> str:
    """The first address of this machine that others could reach, IPv4 before IPv6; "" when there is no network.

    `others`: all that this machine has, for a network without a way out of it: then no route tells which is meant.
    """
    for family, target in FAR_AWAY:
        with suppress(OSError), closing(socket.socket(family, socket.SOCK_DGRAM)) as asked:
            asked.connect((target, 9))
            address: str = asked.getsockname()[0]
            if is_reachable(address):
                return address
    return next(filter(is_reachable, others), "")


def is_reachable(address: str) -> bool:
    """True if the address can mean this machine to somebody else.

    >>> is_reachable("192.168.1.20"), is_reachable("127.0.0.1"), is_reachable("fe80::1"), is_reachable("0.0.0.0")
    (True, False, False, False)
    """
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return False
    link_local = parsed.version == 6 and parsed.is_link_local  # needs a zone, which nobody can type
    return not (parsed.is_loopback or parsed.is_unspecified or link_local)
