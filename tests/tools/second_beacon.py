"""Finds servers with the knowledge of PROTOCOL.md only: it imports nothing of the game, and uses the second decoder.

It exists to test the page. If it needs a look into `shared/` to be mended, then the page is what has to be mended.
"""

from tests.tools.second_decoder import message

NAMES = {1: "Question", 2: "Answer", 3: "Notice", 4: "Farewell"}
CARD = ["id", "protocol", "build", "port", "name", "map", "rules", "phase", "players", "seats", "watchers", "locked"]
SIZE = 512


def question(nonce: int) -> bytes:
    """Return a Question with a nonce of 17 to 32 bits."""
    payload = b"\x92\x01\xce" + nonce.to_bytes(4, "big")
    return (b"PTD1" + len(payload).to_bytes(4, "big") + payload).ljust(SIZE, b"\0")


def datagram(data: bytes) -> tuple[str, list[object]]:
    """Return the name of a datagram and its fields, the card as a dict; ValueError if it is none."""
    end = 8 + int.from_bytes(data[4:8], "big")
    if data[:4] != b"PTD1" or data[end:].strip(b"\0"):
        raise ValueError("no datagram of theirs")
    name, fields = _payload(data[8:end])
    return name, [dict(zip(CARD, field, strict=True)) if isinstance(field, list) else field for field in fields]


def _payload(payload: bytes) -> tuple[str, list[object]]:
    # The second decoder knows the numbers of messages, so these are read as some of those with others beside.
    _, row = message(bytes([payload[0] + 1, 1]) + payload[1:])
    return NAMES[int(str(row[0]))], list(row[1:])
