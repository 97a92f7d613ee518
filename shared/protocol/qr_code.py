"""The modules of a QR code. Import it by `petard.shared.lazy` in a program that starts in view of a person: 0.1 s."""

import segno

QUIET = 4  # modules of light ground that a QR code needs on each side


def qr_modules(text: str) -> tuple[bytes, ...]:
    """Return the rows of the QR code of a text, a byte for each module: 1 is dark. The quiet ground is left out.

    A code that can still be read with 15 % of it hidden. Raises ValueError for a text of more than 2,331 bytes.
    """
    return tuple(bytes(row) for row in segno.make(text, error="m", micro=False).matrix)
