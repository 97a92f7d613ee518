"""Servers with a beacon, on this machine only, and a clock that the test moves for them and for the clients."""

import itertools
import random
import socket
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from petard.server.discovery.beacon import Beacon
from petard.server.policy.log import Log
from petard.server.runtime.service import CannotServe
from petard.shared.discovery.client import DiscoveryClient
from petard.shared.protocol.beacon import FoundServer, Question, encode
from tests.server.loopback import LoopbackServer

STEP = 0.01  # seconds
_ids = itertools.count(random.SystemRandom().getrandbits(48) << 8)  # others may run tests on this machine, too


class FixedInterfaces:
    """An interface monitor that knows these interfaces only, so that nothing leaves this machine."""

    current: tuple[Any, ...] = ()

    def __init__(self, now: float, may_wait: bool) -> None:
        pass

    def poll(self, now: float) -> bool:
        """They stay as they are."""
        return False


class FindableServer:
    """A room, and the beacon beside it."""

    def __init__(self, port: int, host: str = "127.0.0.1", found_at: str = "") -> None:
        """`host`: as the server is told; `found_at`: where alone it is to be found."""
        self.loopback = LoopbackServer(host)
        self.id = next(_ids)
        try:
            self.beacon = Beacon(
                self.loopback.server, Log(self.loopback.log_lines.append), self.id, port, 0.0, found_at
            )
        except CannotServe:
            self.loopback.close()
            raise

    def close(self) -> None:
        """Stop."""
        self.beacon.close()
        self.loopback.close()


def free_port() -> int:
    """A UDP port that was free a moment ago."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.bind(("127.0.0.1", 0))
        return min(int(sock.getsockname()[1]), 65000)


def look(
    seeker: DiscoveryClient,
    findables: list[FindableServer],
    until: Callable[[list[FoundServer]], bool],
    now: float,
    most: float,
) -> float:
    """Let time pass from `now` on until what is found of these findables is so; returns when that was, or fails."""
    ids = {f"{findable.id:016x}" for findable in findables}
    for step in range(round(most / STEP) + 1):
        at = now + step * STEP
        seeker.poll(at)
        for findable in findables:
            findable.beacon.update(at)
        seeker.poll(at)
        if until([found for found in seeker.found(at) if found.id in ids]):
            return at
    raise AssertionError(f"not within {most} s: {seeker.found(now + most)}")


def ask(port: int, *datagrams: bytes, host: str = "127.0.0.1") -> socket.socket:
    """Somebody who has sent these."""
    sock = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_DGRAM)
    sock.setblocking(False)
    for data in datagrams or (encode(Question(1)),):
        sock.sendto(data, (host, port))
    return sock


def alone(monkeypatch: pytest.MonkeyPatch, *interfaces: SimpleNamespace) -> None:
    """Let servers and seekers see these interfaces only."""
    survey = type("DeltaSent", (FixedInterfaces,), {"current": interfaces})
    monkeypatch.setattr("petard.shared.discovery.network.InterfaceMonitor", survey)
