"""What only a later version of the protocol would send, made from messages of this one."""

from dataclasses import replace
from random import Random

from petard.shared.protocol.codec import pack
from petard.shared.protocol.messages import MESSAGES, SKIPPED_FROM, Keyframe
from petard.shared.protocol.state import WIRE_TABLES

LATER_VALUES = (0, -1, 2**63 - 1, "", "later", True, None, (), (1, (2, "three")))
NUMBER_MOST = 127  # of a message
COLUMNS_MOST = 3  # more than this version knows


def with_more(payload: bytes, random: Random) -> bytes:
    """The payload of a message with more fields at its end."""
    room = 0x9F - payload[0]
    later = [random.choice(LATER_VALUES) for _ in range(random.randint(0, min(3, room)))]
    return bytes([payload[0] + len(later)]) + payload[1:] + b"".join(map(pack, later))


def with_more_tables(keyframe: Keyframe, random: Random) -> Keyframe:
    """The state with one more table, and with more columns in one of its tables."""
    tables = list(keyframe.tables)
    place = random.randrange(len(tables))
    number, size, *flat = tables[place]
    more = tuple([random.randint(-(2**31), 2**31 - 1) for _ in range(random.randint(0, COLUMNS_MOST))])
    rows = [(*flat[at : at + size + 1], *more) for at in range(0, len(flat), size + 1)]
    tables[place] = (number, size + len(more), *[one for row in rows for one in row])
    return replace(keyframe, tables=(*tables, (len(WIRE_TABLES) + random.randrange(9), *range(random.randrange(9)))))


def unknown_message(random: Random) -> bytes:
    """The payload of a message that this version does not know."""
    number = random.choice([one for one in range(SKIPPED_FROM, NUMBER_MOST + 1) if one not in MESSAGES])
    return pack((number, *[random.choice(LATER_VALUES) for _ in range(random.randint(0, 9))]))
