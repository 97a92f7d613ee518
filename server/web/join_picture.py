"""The picture with which phones join: a QR code, and below it the address as text."""

from collections.abc import Iterable
from functools import lru_cache
from html import escape

from petard.server.policy.address_groups import Address
from petard.shared.host_port import join_host_port
from petard.shared.protocol.joincode import phone_link
from petard.shared.protocol.qr_code import QUIET, qr_modules

TEXT_TALL = 5  # modules: the height of the text with its ground
LETTER = 0.62  # of its height: the width of a letter
KEPT = 64  # pictures; each takes some milliseconds to make, and a Host may be any address with any port


def join_link(own: Iterable[Address], port: int) -> str:
    """Return the URL for phones at the first of these addresses that others can reach, IPv4 before IPv6; "" if none.

    >>> from ipaddress import ip_address
    >>> join_link(map(ip_address, ("127.0.0.1", "fe80::1", "2001:db8::5", "10.0.0.5")), 7780)
    'http://10.0.0.5:7780/j'
    """
    found = [ip for ip in own if not (ip.is_loopback or ip.is_link_local or ip.is_unspecified)]
    found.sort(key=lambda ip: ip.version)
    return phone_link(join_host_port(str(found[0]), port)) if found else ""


@lru_cache(maxsize=KEPT)
def join_svg(link: str) -> bytes:
    """Return an SVG picture of a link, black on white, 1 unit for each module of the code."""
    rows = qr_modules(link)
    side = len(rows) + 2 * QUIET
    path = "".join(
        f"M{x} {y}h1v1h-1z" for y, row in enumerate(rows, QUIET) for x, is_dark in enumerate(row, QUIET) if is_dark
    )
    words = link.partition("://")[2]
    size = min(TEXT_TALL - 1.5, (side - 2) / (LETTER * len(words)))
    text = f'<text x="{side / 2}" y="{side + TEXT_TALL - 1.7}" font-size="{size:.2f}" text-anchor="middle"'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side + TEXT_TALL}">'
        f'<rect width="100%" height="100%" fill="#fff"/><path d="{path}"/>'
        f'{text} font-family="sans-serif" font-weight="bold">{escape(words)}</text></svg>\n'
    ).encode()
