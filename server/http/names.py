"""Under which names the page may be asked for, so that no web page can read it by DNS rebinding.

Rule: whoever owns a name can let it mean an address of somebody else's network. So a name has to be one that nobody out
there can own: an address as it is, one without a dot, one of those endings that only a LAN has, or this machine's own.
"""

from petard.server.policy.address_groups import Own, plain

ENDINGS = (".local", ".localhost", ".lan", ".home", ".internal", ".home.arpa")


def is_far(asker: str, networks: Own) -> bool:
    """True for an address out there, from where the page may be read by any name: also an own one would do.

    >>> from ipaddress import IPv6Interface
    >>> is_far("10.0.0.5", ()), is_far("9.9.9.9", ()), is_far("2620:fe::fe", [IPv6Interface("2620:fe::1/64")])
    (False, True, False)
    """
    ip = plain(asker)
    return ip is not None and ip.is_global and not any(ip in one.network for one in networks)


def is_here(host: str) -> bool:
    """True for the names that every machine has for itself.

    >>> is_here("127.0.0.1"), is_here("petard.localhost"), is_here("10.0.0.5"), is_here("localhost.evil.example")
    (True, True, False, False)
    """
    parts = host.split(".")
    is_four = len(parts) == 4 and parts[0] == "127" and all(part.isdigit() for part in parts)
    return is_four or host in ("localhost", "::1") or host.endswith(".localhost")


def is_near(host: str, own: str) -> bool:
    """True for what means a machine of the own network, or this one, whose name is `own`.

    >>> is_near("10.0.0.5", ""), is_near("den.lan", ""), is_near("den.example", "den.example"), is_near("a.example", "")
    (True, True, True, False)
    """
    return "." not in host or host.endswith(ENDINGS) or host == own.lower() or plain(host) is not None
