"""Clients in one process that load a server, and count the states that arrive.

Rule 1: inputs are spread evenly over the time between two of them, as those of people are.
Rule 2: the clients decode as little as they can, so that the server is what is measured; `Load.cores` says whether it
        was (at 0.9 and more it was not).
"""

import math
import random
import select
import selectors
import socket
import time
from collections import deque
from collections.abc import Callable, Iterable
from typing import Protocol

import msgpack  # type: ignore[import-untyped]

from petard.shared.framing import LIMIT_SERVER, Decoder, frame
from petard.shared.protocol.messages import Delta, Input, Message, Welcome
from tests.bench.model import Missing
from tests.tools.loadtest import Guest, input_message

JOIN_MOST = 60.0  # seconds
SIGNS = 4.0  # a second, from those who do not play
PAUSE = 0.002  # seconds; the longest sleep between two reads


class LoadClient(Protocol):
    """One connection. `states`: that arrived; `received`: bytes; `sent`: messages."""

    received: int
    sent: int

    @property
    def states(self) -> int: ...

    @property
    def is_in(self) -> bool: ...

    def fileno(self) -> int: ...

    def poll(self) -> None: ...

    def press(self) -> None: ...

    def close(self) -> None: ...


class Member(Guest):
    """A client of the game."""

    def __init__(self, number: int, port: int) -> None:
        self.sent = 0
        super().__init__(f"Load {number}", port, random.Random(number))

    @property
    def states(self) -> int:
        return self.received_kinds[Delta]

    @property
    def is_in(self) -> bool:
        return self.received_kinds[Welcome] > 0

    def send(self, message: Message) -> None:
        self.sent += 1
        super().send(message)


class RelayMember(Member):
    """A client of the game that sends an input for each of its turns, as those of a relay do."""

    def press(self) -> None:
        self.send(input_message(self.sent, self.sent % 2, self.all_states))


class Watcher(Member):
    """A spectator."""

    def press(self) -> None:
        """Say how many states have come, once it is in."""
        if self.is_in:
            self.send(Input(1, (), self.all_states))


class RelayClient:
    """A client of a relay: sends rows of four numbers, and is sent those of all."""

    def __init__(self, number: int, port: int) -> None:
        self.states, self.received, self.sent = 0, 0, 0
        self._number, self._decoder = number, Decoder(LIMIT_SERVER)
        self._sock = socket.create_connection(("127.0.0.1", port))
        self._sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._sock.setblocking(False)
        self.press()

    @property
    def is_in(self) -> bool:
        return self.states > 0

    def fileno(self) -> int:
        return self._sock.fileno()

    def poll(self) -> None:
        data = self._sock.recv(1 << 16)
        if not data:
            raise ConnectionError("closed")
        self.received += len(data)
        payloads = self._decoder.receive_data(data)
        self.states += len(payloads)
        if payloads:
            self.handle(payloads[-1])

    def handle(self, payload: bytes) -> None:
        """Nothing is decoded here."""

    def press(self) -> None:
        self.sent += 1
        self._sock.send(frame(msgpack.packb([self._number, 1000 + self.sent, 1000 + self._number, 500])))

    def close(self) -> None:
        self._sock.close()


class BareClient:
    """Sends 64 bytes, and waits for as many: the least that joining can be."""

    SIZE = 64

    def __init__(self, number: int, port: int) -> None:
        self.states, self.received, self.sent = 0, 0, 1
        self._sock = socket.create_connection(("127.0.0.1", port))
        self._sock.send(bytes(self.SIZE))

    @property
    def is_in(self) -> bool:
        return self.received >= self.SIZE

    def fileno(self) -> int:
        return self._sock.fileno()

    def poll(self) -> None:
        self.received += len(self._sock.recv(1 << 16))

    def press(self) -> None:
        """It only waits."""

    def close(self) -> None:
        self._sock.close()


class Turns:
    """Lets some clients press keys, each of them `rate` times a second, one after the other."""

    def __init__(self, clients: list[LoadClient], rate: float) -> None:
        self._clients, self._rate = clients, rate
        self._start, self._taken = math.inf, 0

    def begin(self) -> None:
        """Count the time from now on."""
        self._start, self._taken = time.monotonic(), 0

    def take(self, now: float) -> float:
        """Let those press whose turn it is; returns when the next one is due."""
        count = len(self._clients)
        if not count or now < self._start:
            return math.inf
        due = int((now - self._start) * self._rate * count)
        if not 0 <= due - self._taken <= count:  # after a stall nobody makes up for what was missed
            self._taken = due - count
        while self._taken < due:
            self._clients[self._taken % count].press()
            self._taken += 1
        return self._start + (due + 1) / (self._rate * count)


class Load:
    """Clients of one server. Those of `players` press keys, `rate` times a second; the others read, and say so."""

    def __init__(self, rate: float) -> None:
        self.players: list[LoadClient] = []
        self.others: list[LoadClient] = []
        self._presses, self._signs = Turns(self.players, rate), Turns(self.others, SIGNS)
        self._selector = selectors.DefaultSelector()
        self._signs.begin()

    @property
    def clients(self) -> list[LoadClient]:
        return [*self.players, *self.others]

    def add(self, client: LoadClient, plays: bool) -> None:
        """Read from a client from now on."""
        (self.players if plays else self.others).append(client)
        self._selector.register(client, selectors.EVENT_READ)

    def play(self) -> None:
        """Let the players press keys from now on."""
        self._presses.begin()

    def run(self, is_over: Callable[[], bool], most: float) -> None:
        """Read and press until something is so; raises Missing after `most` seconds, or if a client is cut off."""
        give_up = time.monotonic() + most
        while not is_over():
            for key, _ in self._selector.select(0):
                self._poll(key.fileobj)  # type: ignore[arg-type]
            now = time.monotonic()
            due = min(self._presses.take(now), self._signs.take(now))
            self._wait(min(PAUSE, max(0.0, due - now)))
            if now > give_up:
                raise Missing(f"the server did not do in {most:.0f} s what was waited for")

    def run_for(self, seconds: float) -> None:
        """Read and press for so long."""
        end = time.monotonic() + seconds
        self.run(lambda: time.monotonic() >= end, seconds + JOIN_MOST)

    def join(
        self, clients: Iterable[Callable[[], LoadClient]], plays: bool, at_once: int, most: float = math.inf
    ) -> None:
        """Connect one after the other; `at_once` wait for their answer at the same time.

        After `most` seconds nobody connects any more.
        """
        end = time.monotonic() + most
        waiting: deque[LoadClient] = deque()

        def has_room() -> bool:
            while waiting and waiting[0].is_in:
                waiting.popleft()
            return len(waiting) < at_once

        for connect in clients:
            if time.monotonic() > end:
                break
            self.run(has_room, JOIN_MOST)
            client = connect()
            self.add(client, plays)
            waiting.append(client)
        self.run(lambda: all(client.is_in for client in waiting), JOIN_MOST)

    def close(self) -> None:
        """Disconnect all."""
        for client in self.clients:
            self._selector.unregister(client)
            client.close()
        self._selector.close()

    def _wait(self, seconds: float) -> None:
        """Until something arrives, so that the server pays for waking its peers up; `select` itself rounds to 1 ms."""
        if isinstance(self._selector, selectors.SelectSelector):  # the system has nothing better, which has a number
            time.sleep(seconds)
        else:
            select.select([self._selector], [], [], seconds)

    def _poll(self, client: LoadClient) -> None:
        try:
            client.poll()
        except (ConnectionError, SystemExit) as problem:
            raise Missing(f"the server ended a connection: {problem}") from None
