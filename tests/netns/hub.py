"""A hub between many ethernet devices that loses what a test wants lost, without nftables.

Run as a program with the names of the devices; what comes out of one goes into all others. It reads orders from stdin,
one a line, and answers each on stdout with `ok`:
`firewall DEVICE udp|tcp` (nothing of that kind gets to that device or comes from it), `casts DEVICE` (no broadcast and
no multicast of UDP does), `apart DEVICE DEVICE` (not one frame gets from one to the other), `reset` (all is well).

Rule 1: what is not lost is handed on at once, whole and in order.
Rule 2: it ends when stdin does, so it is never left behind.
"""

import contextlib
import select
import socket
import sys
from collections.abc import Sequence

from tests.netns.wire import LONGEST, end_of

KINDS = {"udp": 17, "tcp": 6}
IPV4, IPV6 = b"\x08\x00", b"\x86\xdd"
TYPE_AT, V4_KIND_AT, V6_KIND_AT = 12, 23, 20  # where a frame tells what it carries


def kind_of(frame: bytes) -> int:
    """The number of what an IP packet carries; -1 for anything else. No test here sends longer IPv6 headers."""
    at = {IPV4: V4_KIND_AT, IPV6: V6_KIND_AT}.get(frame[TYPE_AT : TYPE_AT + 2])
    return frame[at] if at is not None and len(frame) > at else -1


class Hub:
    """What gets lost; knows no socket."""

    def __init__(self) -> None:
        self._firewalls: set[tuple[str, int]] = set()
        self._apart: set[frozenset[str]] = set()
        self._silent: set[str] = set()  # devices without broadcasts

    def obey(self, order: str) -> None:
        """Do what a line of stdin says; ValueError when it makes no sense."""
        match order.split():
            case ["firewall", device, kind]:
                self._firewalls.add((device, KINDS[kind]))
            case ["casts", device]:
                self._silent.add(device)
            case ["apart", one, other]:
                self._apart.add(frozenset((one, other)))
            case ["reset"]:
                self._firewalls.clear()
                self._apart.clear()
                self._silent.clear()
            case _:
                raise ValueError(f"no order for a hub: {order!r}")

    def carries(self, frame: bytes, source: str, target: str) -> bool:
        """Say whether a frame that came out of one device goes into another."""
        kind = kind_of(frame)
        if frame[0] & 1 and kind == KINDS["udp"] and self._silent & {source, target}:
            return False
        if frozenset((source, target)) in self._apart:
            return False
        return (source, kind) not in self._firewalls and (target, kind) not in self._firewalls


def carry(hub: Hub, devices: Sequence[str]) -> None:
    """Be the hub until stdin ends."""
    ends = {device: end_of(device) for device in devices}
    orders = sys.stdin
    while True:
        ready, _, _ = select.select([*ends.values(), orders], [], [])
        for source, end in ends.items():
            if end in ready:
                hear(hub, source, ends)
        if orders in ready:
            order = orders.readline()
            if not order:
                return
            hub.obey(order)
            sys.stdout.write("ok\n")
            sys.stdout.flush()


def hear(hub: Hub, source: str, ends: dict[str, socket.socket]) -> None:
    """Take every frame that waits at one device."""
    with contextlib.suppress(BlockingIOError):
        while True:
            frame = ends[source].recv(LONGEST)
            for target, end in ends.items():
                if target != source and hub.carries(frame, source, target):
                    with contextlib.suppress(BlockingIOError):  # a full queue loses frames on real hubs, too
                        end.send(frame)


if __name__ == "__main__":
    carry(Hub(), sys.argv[1:])
