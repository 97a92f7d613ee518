"""Splits and joins HOST:PORT as people write it. An IPv6 address with a port stands in brackets. Pure."""

import re
from ipaddress import IPv6Address

_ZONE = re.compile(r"[\w.-]{1,64}", re.ASCII)  # systems allow more; nobody uses it
_LAST_PART = re.compile(r"(?:[^:]*\.)?(?:[0-9]+|0[xX][0-9A-Fa-f]*)")
_IPV4 = re.compile(r"(?:(?:25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])(?:\.(?!$)|$)){4}")


def is_ambiguous_ipv4(host: str) -> bool:
    """Return True for a host that ends in a number and is no plain IPv4 address.

    Systems read such hosts differently: 010 is 8 or 10, and 127.1 may be 127.0.0.1.

    >>> is_ambiguous_ipv4("127.0.0.010"), is_ambiguous_ipv4("0x7f.1"), is_ambiguous_ipv4("10.0.0.5")
    (True, True, False)
    >>> is_ambiguous_ipv4("den7"), is_ambiguous_ipv4("::1"), is_ambiguous_ipv4("256.1.1.1")
    (False, False, True)
    """
    return bool(_LAST_PART.fullmatch(host)) and not _IPV4.fullmatch(host)


def ambiguous_text(host: str) -> str:
    return f"{host[:60]!r} is no address: write four numbers from 0 to 255 without zeros before them"


def is_ipv6(text: str) -> bool:
    """Return True for an IPv6 address, with or without the zone that names a network of this computer.

    >>> is_ipv6("::1"), is_ipv6("fe80::1%eth0"), is_ipv6("fe80::1%"), is_ipv6("fe80::1%eth0:7777")
    (True, True, False, False)
    """
    plain, mark, zone = text.partition("%")
    try:
        IPv6Address(plain)
    except ValueError:
        return False
    return not mark or bool(_ZONE.fullmatch(zone))


def host_problem(host: str) -> str:
    """Return why no system should be asked for this host, without a full stop; "" if nothing is wrong with its form.

    >>> host_problem("den.local"), host_problem("::1"), host_problem("fe80::1%eth0")
    ('', '', '')
    >>> host_problem("fe80::1"), host_problem("fe80::1%")
    ('fe80::1 is in each network: write which one, as in fe80::1%eth0', "'fe80::1%' is no IPv6 address")
    """
    if is_ambiguous_ipv4(host):
        return ambiguous_text(host)
    if ":" in host and not is_ipv6(host):
        return f"{host[:60]!r} is no IPv6 address"
    if ":" in host and "%" not in host and IPv6Address(host).is_link_local:
        return f"{host} is in each network: write which one, as in {host}%eth0"
    return ""


def split_host_port(text: str) -> tuple[str, str | None]:
    """Split HOST, HOST:PORT, [IPv6]:PORT or a bare IPv6 address; neither part is checked further.

    The port is None if there is none. Raises ValueError, one sentence, for brackets that make no sense.

    >>> split_host_port("den.local"), split_host_port("10.0.0.5:7778"), split_host_port("::1")
    (('den.local', None), ('10.0.0.5', '7778'), ('::1', None))
    >>> split_host_port("[fe80::1%eth0]:7777"), split_host_port("[::1]"), split_host_port("den:")
    (('fe80::1%eth0', '7777'), ('::1', None), ('den', ''))
    """
    if text.startswith("["):
        host, bracket, rest = text[1:].partition("]")
        if not bracket or rest[:1] not in ("", ":"):
            raise ValueError(f"an IPv6 address with a port is [ADDRESS]:PORT, not {text[:60]!r}")
        return host, rest[1:] if rest else None
    host, colon, port = text.rpartition(":")
    return (host, port) if colon and ":" not in host else (text, None)


def join_host_port(host: str, port: int) -> str:
    """Return HOST:PORT, with brackets where they are needed.

    >>> join_host_port("10.0.0.5", 7777), join_host_port("::1", 7778)
    ('10.0.0.5:7777', '[::1]:7778')
    """
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
