"""A hub between many ethernet devices that drops the frames that a test wants dropped, without nftables.

Run it as a program with the names of the devices; a frame from one goes to all others. It reads orders from stdin,
one a line, and answers each on stdout with `ok`:
`firewall DEVICE udp|tcp` (drops that protocol to and from the device), `casts DEVICE` (drops UDP broadcasts and
multicasts to and from it), `apart DEVICE DEVICE` (drops all frames between two devices), `loss PERCENT` (drops so
many of all frames, by chance), `reset` (drops nothing).

Rule 1: all other frames are passed on at once, complete and in order.
Rule 2: it ends when stdin does, so no process is left behind.
"""

import contextlib
import select
import socket
import sys
from collections.abc import Sequence
from random import Random

from tests.netns.wire import LONGEST, end_of

KINDS = {"udp": 17, "tcp": 6}
IPV4, IPV6 = b"\x08\x00", b"\x86\xdd"
TYPE_AT, V4_KIND_AT, V6_KIND_AT = 12, 23, 20  # the places of these numbers in a frame


def kind_of(frame: bytes) -> int:
    """The protocol number of an IP packet; -1 for other frames. No test here sends longer IPv6 headers."""
    at = {IPV4: V4_KIND_AT, IPV6: V6_KIND_AT}.get(frame[TYPE_AT : TYPE_AT + 2])
    return frame[at] if at is not None and len(frame) > at else -1


class Hub:
    """Which frames are dropped; without sockets."""

    def __init__(self) -> None:
        self._firewalls: set[tuple[str, int]] = set()
        self._apart: set[frozenset[str]] = set()
        self._silent: set[str] = set()  # devices without broadcasts
        self._chance, self._loss = Random(1), 0.0

    def obey(self, order: str) -> None:
        """Carry out a line of stdin; ValueError for an unknown order."""
        match order.split():
            case ["firewall", device, kind]:
                self._firewalls.add((device, KINDS[kind]))
            case ["casts", device]:
                self._silent.add(device)
            case ["apart", one, other]:
                self._apart.add(frozenset((one, other)))
            case ["loss", percent]:
                self._loss = float(percent) / 100
            case ["reset"]:
                self._loss = 0.0
                self._firewalls.clear()
                self._apart.clear()
                self._silent.clear()
            case _:
                raise ValueError(f"no order for a hub: {order!r}")

    def carries(self, frame: bytes, source: str, target: str) -> bool:
        """Return whether a frame from one device goes to another."""
        if self._loss and self._chance.random() < self._loss:
            return False
        kind = kind_of(frame)
        if frame[0] & 1 and kind == KINDS["udp"] and self._silent & {source, target}:
            return False
        if frozenset((source, target)) in self._apart:
            return False
        return (source, kind) not in self._firewalls and (target, kind) not in self._firewalls


def carry(hub: Hub, devices: Sequence[str]) -> None:
    """Run the hub until stdin ends."""
    ends = {device: end_of(device) for device in devices}
    orders = sys.stdin
    while True:
        ready, _, _ = select.select([*ends.values(), orders], [], [])
        for source, end in ends.items():
            if end in ready:
                receive(hub, source, ends)
        if orders in ready:
            order = orders.readline()
            if not order:
                return
            hub.obey(order)
            sys.stdout.write("ok\n")
            sys.stdout.flush()


def receive(hub: Hub, source: str, ends: dict[str, socket.socket]) -> None:
    """Pass on every frame that waits at one device."""
    with contextlib.suppress(BlockingIOError):
        while True:
            frame = ends[source].recv(LONGEST)
            for target, end in ends.items():
                if target != source and hub.carries(frame, source, target):
                    with contextlib.suppress(BlockingIOError):  # a full queue loses frames on real hubs, too
                        end.send(frame)


if __name__ == "__main__":
    carry(Hub(), sys.argv[1:])
