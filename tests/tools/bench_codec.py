"""The speed of the codec, compared with bare msgpack in the same run: `python -m tests.tools.bench_codec`.

Absolute times say more about the machine than about the code; the ratio is what to compare between versions.
"""

import sys
import timeit
from collections.abc import Callable

import msgpack  # type: ignore[import-untyped]

from petard.shared.framing import frame
from petard.shared.protocol.codec import decode, encode
from petard.shared.protocol.link import Link, Role
from petard.shared.protocol.messages import Command, Delta, Hello, Message, Welcome

ROUNDS, EACH = 200, 100  # short windows: on a busy machine some of them stay undisturbed
# What eight players cause in a tick: half of them walk, one drops a bomb.
PLAYERS = tuple((slot, 0b10000011, 640 + slot, 384, 17) for slot in range(4))
DELTA = Delta(3601, ((), (), PLAYERS, ((9, 127, 0, 640, 384, 3751, 2, -1, -1),), (), (), (), ((2, 1, -3),)))


def best(work: Callable[[], object]) -> float:
    """Return the microseconds of one call, in the fastest of several rounds."""
    return min(timeit.repeat(work, number=EACH, repeat=ROUNDS)) / EACH * 1e6


def open_server() -> Link:
    """Return the server's Link of an OPEN connection."""
    link = Link(Role.SERVER)
    link.receive_data(frame(encode(Hello(1, "0.1.0", "Ada", 1, ""))))
    link.send(Welcome(1, "0.1.0", 1, "", 60, ""))
    return link


def lines_of(message: Message) -> list[str]:
    """Return the figures of one message."""
    payload = encode(message)
    bare, ours = best(lambda: msgpack.unpackb(payload)), best(lambda: decode(payload))
    row = msgpack.unpackb(payload)
    bare_out, ours_out = best(lambda: msgpack.packb(row)), best(lambda: encode(message))
    name = f"{type(message).__name__} ({len(payload)} B)"
    return [
        f"decode {name:16} {ours:6.2f} us, bare unpackb {bare:5.2f} us, ratio {ours / bare:5.1f}",
        f"encode {name:16} {ours_out:6.2f} us, bare packb   {bare_out:5.2f} us, ratio {ours_out / bare_out:5.1f}",
    ]


def main() -> None:
    """Print the figures of the two messages that are sent in every tick."""
    command = Command(100_000, (17,))
    whole, link = frame(encode(command)), open_server()
    link_takes = best(lambda: link.receive_data(whole))
    lines = [*lines_of(command), *lines_of(DELTA), f"Link.receive_data of a whole Command: {link_takes:.2f} us"]
    sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
