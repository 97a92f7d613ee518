"""A real server, and a crowd behind one address of another machine: it is let in, and a silent one keeps nobody out."""

import json
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from petard.shared.protocol.messages import RefusalCode, Refused, Welcome
from tests.netns.machines import Machine, skip_without_machines, two_machines
from tests.observer import environment_of
from tests.screens import PETARD_SERVER, running
from tests.server.loopback import HELLO, RawClient, framed

pytestmark = pytest.mark.netns

PATIENCE = 10.0  # seconds
CROWD = 64


class Place:
    """A server on the machine `here`, and clients of both machines."""

    def __init__(self, here: Machine, there: Machine, folder: Path, stack: ExitStack) -> None:
        self.here, self.there = here, there
        self._folder, self._stack = folder, stack
        self.port = 0

    def start(self, *words: str) -> "subprocess.Popen[str]":
        """Run the server."""
        command = [str(PETARD_SERVER), "--host", self.here.address, "--port", "0", "--ready", "json", *words]
        env = environment_of(self._folder) | {"PETARD_DISCOVERY": "off", "PETARD_CONSOLE": "off"}
        server = self._stack.enter_context(running(self.here.command(*command), env))
        assert server.stdout
        self.port = json.loads(server.stdout.readline())["port"]
        return server

    def clients(self, machine: Machine, count: int, sent: bytes) -> list[RawClient]:
        """So many clients of a machine that connect, each sending this at once."""
        clients = []
        with machine.entered():
            for _ in range(count):
                clients.append(RawClient(self.port, self.here.address))
                self._stack.callback(clients[-1].sock.close)
                clients[-1].link.send(HELLO)
                clients[-1].send_bytes(sent)
        return clients


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    skip_without_machines()
    with two_machines() as (here, there, _), ExitStack() as stack:
        yield Place(here, there, tmp_path, stack)


def until(clients: list[RawClient], is_so: Callable[[], bool]) -> None:
    """Let the clients read until something is so."""
    ends_at = time.monotonic() + PATIENCE
    while not is_so():
        assert time.monotonic() < ends_at
        for client in clients:
            client.read()
        threading.Event().wait(0.005)


def test_sixty_four_clients_behind_one_address_are_all_let_in(place: Place) -> None:
    place.start("--per-address", str(CROWD))
    clients = place.clients(place.there, CROWD, framed(HELLO))
    until(clients, lambda: all(client.received or client.is_over for client in clients))
    assert [type(client.received[0]) for client in clients] == [Welcome] * CROWD


def test_sixty_four_clients_that_connect_before_any_says_hello_are_all_let_in(place: Place) -> None:
    place.start("--per-address", str(CROWD))
    clients = place.clients(place.there, CROWD, b"")
    for client in clients:
        client.send_bytes(framed(HELLO))
    until(clients, lambda: all(client.received or client.is_over for client in clients))
    assert [type(client.received[0]) for client in clients] == [Welcome] * CROWD


def test_one_address_takes_eight_places_and_another_gets_in(place: Place) -> None:
    place.start()
    clients = place.clients(place.there, 128, framed(HELLO))
    until(clients, lambda: all(client.received for client in clients))
    answers = [client.received[0] for client in clients]
    assert [type(answer) for answer in answers].count(Welcome) == 8
    refusals = {answer for answer in answers if isinstance(answer, Refused)}
    assert {refused.code for refused in refusals} == {RefusalCode.FULL}
    honest = place.clients(place.here, 1, framed(HELLO))
    until(honest, lambda: bool(honest[0].received))
    assert type(honest[0].received[0]) is Welcome


def test_named_addresses_are_not_counted(place: Place) -> None:
    place.start("--uncounted", f"{place.there.address}/32")
    clients = place.clients(place.there, 20, framed(HELLO))
    until(clients, lambda: all(client.received for client in clients))
    assert [type(client.received[0]) for client in clients] == [Welcome] * 20


@pytest.mark.long
def test_of_two_hundred_halves_of_a_hello_four_stay_for_five_seconds_and_nobody_else_waits(place: Place) -> None:
    place.start()
    flood = place.clients(place.there, 200, framed(HELLO)[:-1])
    start = time.monotonic()
    honest = place.clients(place.here, 1, framed(HELLO))
    until(honest, lambda: bool(honest[0].received))
    assert time.monotonic() - start < 1.0
    assert type(honest[0].received[0]) is Welcome
    until(flood, lambda: sum(not client.is_over for client in flood) <= 4)
    assert time.monotonic() - start < 2.0
    until(flood, lambda: all(client.is_over for client in flood))
    assert time.monotonic() - start < 6.5
