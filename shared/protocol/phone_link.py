"""The address of the page with which a phone joins a room, and its QR code."""

import segno

QUIET = 4  # modules of light ground that a QR code needs on each side


def phone_link(place: str, scheme: str = "http") -> str:
    """Return the URL. `place`: HOST:PORT, where the server serves browsers.

    >>> phone_link("192.168.1.5:7780"), phone_link("[2001:db8::5]:7780")
    ('http://192.168.1.5:7780/j', 'http://[2001:db8::5]:7780/j')
    """
    return f"{scheme}://{place}/j"


def qr_modules(text: str) -> tuple[bytes, ...]:
    """Return the rows of the QR code of a text, a byte for each module: 1 is dark. The quiet ground is left out.

    A code that can still be read with 15 % of it hidden. Raises ValueError for a text of more than 2,331 bytes.
    """
    return tuple(bytes(row) for row in segno.make(text, error="m", micro=False).matrix)
