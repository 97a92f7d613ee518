"""Payloads with small faults."""

import random


def mutated(chance: random.Random, payload: bytes) -> bytes:
    """Return `payload` with one to three small faults in it."""
    worn = bytearray(payload)
    for _ in range(chance.randrange(1, 4)):
        at = chance.randrange(len(worn) + 1)
        match chance.randrange(5):
            case 0:
                worn[at:at] = chance.randbytes(1)
            case 1:
                del worn[at : at + 1]
            case 2:
                worn[at : at + 1] = chance.randbytes(1)
            case 3:
                del worn[at:]
            case _:
                worn[at : at + 1] = chance.choice(
                    [b"\xc0", b"\xcb", b"\xdd\xff\xff\xff\xff", b"\x91", b"\xd9", b"\x80"]
                )
    return bytes(worn)
