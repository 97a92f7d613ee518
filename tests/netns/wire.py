"""A wire between two ethernet devices with the delay, the jitter and the loss that a test wants, without netem.

Run it as a program with the names of two devices; frames from one go to the other, in both directions. It reads
orders from stdin, one a line, and answers each on stdout with a line of JSON that counts the frames so far:
`bend LAG JITTER LOSS` (delay and jitter of one way in milliseconds, loss in per cent), `pull`, `plug`, `count`.

Rule 1: a frame needs LAG ± JITTER, evenly distributed, and never overtakes another: jitter on real networks is
        mostly time in a queue, which keeps the order.
Rule 2: each frame is lost at random; the same seed loses the same frames of the same traffic.
Rule 3: an unplugged cable loses the frames in it, and all frames until it is plugged in again.
Rule 4: it ends when stdin does, so no process is left behind.
"""

import contextlib
import heapq
import json
import random
import select
import socket
import sys
import time
from dataclasses import asdict, dataclass
from typing import TypeAlias

EVERY_KIND = 0x0003  # ETH_P_ALL
SOL_PACKET, IGNORE_OUTGOING = 263, 23  # from Linux's if_packet.h; Python has no names for them
READ_BUFFER_BY_FORCE = 33  # SO_RCVBUFFORCE: beyond the usual limit
ROOM = 4 << 20  # bytes that may wait in the kernel, so that only `loss` drops frames
LONGEST = 1 << 16
SIDES = (0, 1)

Due: TypeAlias = tuple[float, int, int, bytes]  # when it arrives, its number, the side where it arrives, the frame


@dataclass(slots=True)
class Count:
    """Counts of frames. `longest` in bytes: over 1514 the devices still merge packets."""

    carried: int = 0
    lost: int = 0
    cut: int = 0  # while the cable was unplugged
    longest: int = 0
    worst_late: float = 0.0  # milliseconds by which a frame arrived later than it should


class Cable:
    """The frames on their way; without sockets and clock."""

    def __init__(self, seed: int) -> None:
        self.count = Count()
        self._dice = random.Random(seed)
        self._bend = (0.0, 0.0, 0.0)  # seconds, seconds, a share
        self._is_in = True
        self._due: list[Due] = []
        self._last = [0.0, 0.0]  # for each side, when its newest frame arrives

    def obey(self, order: str) -> None:
        """Carry out a line of stdin; ValueError for an unknown order."""
        match order.split():
            case ["bend", lag, jitter, loss]:
                self._bend = (float(lag) / 1000, float(jitter) / 1000, float(loss) / 100)
            case ["pull"]:
                self._is_in = False
                self.count.cut += len(self._due)
                self._due.clear()
            case ["plug"]:
                self._is_in = True
            case ["count"]:
                pass
            case _:
                raise ValueError(f"no order for a wire: {order!r}")

    def add(self, side: int, frame: bytes, now: float) -> None:
        """Add a frame from one side; it will arrive at the other."""
        self.count.longest = max(self.count.longest, len(frame))
        if not self._is_in:
            self.count.cut += 1
            return
        lag, jitter, loss = self._bend
        if self._dice.random() < loss:
            self.count.lost += 1
            return
        out = 1 - side
        at = max(now + lag + self._dice.uniform(-jitter, jitter), self._last[out])
        self._last[out] = at
        self.count.carried += 1
        heapq.heappush(self._due, (at, self.count.carried, out, frame))

    def wait(self, now: float) -> float | None:
        """Seconds until the next frame arrives; None if no frame is on its way."""
        return max(0.0, self._due[0][0] - now) if self._due else None

    def take(self, now: float) -> list[tuple[int, bytes]]:
        """Return the frames that have arrived by now, each with its side, in order."""
        taken = []
        while self._due and self._due[0][0] <= now:
            at, _, side, frame = heapq.heappop(self._due)
            self.count.worst_late = max(self.count.worst_late, round(1000 * (now - at), 1))
            taken.append((side, frame))
        return taken


def end_of(device: str) -> socket.socket:
    """A socket that receives and sends whole frames at a device. OSError without permission."""
    end = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)  # 0: it receives nothing before it is bound
    end.setsockopt(SOL_PACKET, IGNORE_OUTGOING, 1)  # or it would receive what it sends
    end.setsockopt(socket.SOL_SOCKET, READ_BUFFER_BY_FORCE, ROOM)
    end.bind((device, EVERY_KIND))
    end.setblocking(False)
    return end


def carry(cable: Cable, ends: list[socket.socket]) -> None:
    """Run the wire until stdin ends."""
    orders = sys.stdin
    while True:
        ready, _, _ = select.select([*ends, orders], [], [], cable.wait(time.monotonic()))
        for side in SIDES:
            if ends[side] in ready:
                receive(cable, side, ends[side])
        for side, frame in cable.take(time.monotonic()):
            with contextlib.suppress(BlockingIOError):  # a full queue loses frames on real wires, too
                ends[side].send(frame)
        if orders in ready:
            order = orders.readline()
            if not order:
                return
            cable.obey(order)
            sys.stdout.write(json.dumps(asdict(cable.count)) + "\n")
            sys.stdout.flush()


def receive(cable: Cable, side: int, end: socket.socket) -> None:
    """Add every frame that waits at one end."""
    now = time.monotonic()
    with contextlib.suppress(BlockingIOError):
        while True:
            cable.add(side, end.recv(LONGEST), now)


def main() -> None:
    """`wire.py LEFT RIGHT SEED`."""
    left, right, seed = sys.argv[1:]
    carry(Cable(int(seed)), [end_of(left), end_of(right)])


if __name__ == "__main__":
    main()
