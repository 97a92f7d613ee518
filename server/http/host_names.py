"""Which host names a request may use, so that no web page can read this one by DNS rebinding.

Rule: the owner of a public name can make it resolve to an address in another person's network. So a host name must be
one that nobody can own: an address, a name without a dot, a name with an ending that only a LAN has, or the name of
this machine.
"""

from petard.server.policy.address_groups import Own, plain

ENDINGS = (".local", ".localhost", ".lan", ".home", ".internal", ".home.arpa")


def is_public_address(client: str, networks: Own) -> bool:
    """Return True for a public address outside of our networks; from there any host name may be used.

    >>> from ipaddress import IPv6Interface
    >>> is_public_address("10.0.0.5", ()), is_public_address("9.9.9.9", ())
    (False, True)
    >>> is_public_address("2620:fe::fe", [IPv6Interface("2620:fe::1/64")])
    False
    """
    ip = plain(client)
    return ip is not None and ip.is_global and not any(ip in one.network for one in networks)


def is_loopback_name(host: str) -> bool:
    """Return True for the names that every machine has for itself.

    >>> [is_loopback_name(name) for name in ("127.0.0.1", "petard.localhost", "10.0.0.5", "localhost.evil.example")]
    [True, True, False, False]
    """
    parts = host.split(".")
    is_four = len(parts) == 4 and parts[0] == "127" and all(part.isdigit() for part in parts)
    return is_four or host in ("localhost", "::1") or host.endswith(".localhost")


def is_local_name(host: str, own: str) -> bool:
    """Return True for a name of a machine in this network, or of this one, whose name is `own`.

    >>> is_local_name("10.0.0.5", ""), is_local_name("den.lan", ""), is_local_name("a.example", "")
    (True, True, False)
    >>> is_local_name("den.example", "den.example")
    True
    """
    return "." not in host or host.endswith(ENDINGS) or host == own.lower() or plain(host) is not None
