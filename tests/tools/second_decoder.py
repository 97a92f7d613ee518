"""A decoder written from PROTOCOL.md alone: it imports nothing of the game, and no msgpack.

It exists to test the page. If it needs a look into `shared/` to be mended, then the page is what has to be mended.
It shows how little it takes, not how to be safe: limits and texts are left unchecked.
"""

NAMES = {
    1: "Hello", 3: "Say", 4: "Look", 5: "Ready", 6: "Setup", 7: "Loaded", 8: "Input",
    16: "Ping", 17: "Pong", 18: "Bye", 19: "Auth",
    32: "Welcome", 33: "Refused", 34: "Roster", 35: "Lobby", 36: "Round", 37: "Keyframe", 38: "Delta",
    39: "Events", 40: "Chat", 41: "Results", 42: "Digest", 43: "Pings",
    64: "Players", 65: "MapVote", 66: "MapVotes", 67: "SideChoice", 68: "Sides",
    69: "StandbyOffer", 70: "StandbyAnswer", 71: "Standbys", 72: "GoesOn", 73: "CopyPart", 74: "CopyAck", 75: "Promote",
}  # fmt: skip
SKIPPED_FROM = 64
WIDTHS = {0xCC: 1, 0xCD: 2, 0xCE: 4, 0xCF: 8, 0xD0: 1, 0xD1: 2, 0xD2: 4, 0xD3: 8}  # numbers
TEXTS = {0xD9: 1, 0xDA: 2}
ARRAYS = {0xDC: 2, 0xDD: 4}

Value = int | bool | str | list["Value"]


def payloads(stream: bytes) -> list[bytes]:
    """Cut a whole stream into payloads."""
    found = []
    while stream:
        end = 4 + int.from_bytes(stream[:4], "big")
        found.append(stream[4:end])
        stream = stream[end:]
    return found


def message(payload: bytes) -> tuple[str, list[Value]]:
    """Return the name of a message and its fields, "" for one to skip; ValueError if the payload is no message."""
    if payload[1] >= SKIPPED_FROM and payload[1] not in NAMES:
        return "", []
    row, end = _value(payload, 0)
    if end != len(payload) or not isinstance(row, list) or not isinstance(row[0], int):
        raise ValueError("no message")
    return NAMES[row[0]], row[1:]


def _value(data: bytes, at: int) -> tuple[Value, int]:
    """Return one value and where the next one starts."""
    first, at = data[at], at + 1
    if first <= 0x7F or first >= 0xE0:
        return (first if first <= 0x7F else first - 256), at
    if first in (0xC2, 0xC3):
        return first == 0xC3, at
    if first in WIDTHS:
        end = at + WIDTHS[first]
        return int.from_bytes(data[at:end], "big", signed=first >= 0xD0), end
    size, at = _size(data, first, at)
    if 0xA0 <= first <= 0xBF or first in TEXTS:
        return data[at : at + size].decode(), at + size
    items: list[Value] = []
    for _ in range(size):
        item, at = _value(data, at)
        items.append(item)
    return items, at


def _size(data: bytes, first: int, at: int) -> tuple[int, int]:
    """Return the length of a text or an array, and where it starts."""
    if 0x90 <= first <= 0x9F:
        return first - 0x90, at
    if 0xA0 <= first <= 0xBF:
        return first - 0xA0, at
    width = (TEXTS | ARRAYS)[first]
    return int.from_bytes(data[at : at + width], "big"), at + width
