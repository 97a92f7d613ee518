"""`petard-server announce`: rooms behind published ports are listed in a network that their broadcasts never reach.

Machines of tests/netns, real processes: two containers behind a host, a player at another computer of the network.

    player ── hub ── host: announce, published ports 7777 and 7801 ── bridge ── containers: petard-server
"""

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from subprocess import Popen

import pytest

from petard.shared.discovery.client import DiscoveryClient
from petard.shared.protocol.messages import Welcome
from tests.netns.machines import Machine, machines_at_a_hub, skip_without_machines
from tests.screens import PETARD_SERVER, line_with, running
from tests.server.loopback import HELLO, RawClient

pytestmark = pytest.mark.netns

STEP = 0.02  # seconds
SOON = 1.5  # seconds of its time from the beginning of a search to the whole list
NOTICED = 3.0  # seconds until a running search has got a Notice, which is sent every two
GATEWAY = "172.30.99.1"
PUBLISHED = (7777, 7801)
PATIENCE = 20.0  # seconds
ALONE = ("--console", "off", "--results", "off", "--record", "off", "--web", "off", "--drain", "0")
ENVIRONMENT = os.environ | {"PETARD_DISCOVERY": "on"}


def ip(*words: str) -> None:
    subprocess.run(["ip", *words], check=True, timeout=20)


def container_on(host: Machine, number: int, stack: ExitStack) -> Machine:
    """A namespace with one device, whose other end is at the bridge of the host."""
    container = Machine(f"{host.name}-c{number}", number)
    container.address = f"172.30.99.{number + 1}"
    ip("netns", "add", container.name)
    stack.callback(ip, "netns", "delete", container.name)
    ip("-n", host.name, "link", "add", f"c{number}", "type", "veth", "peer", "name", "eth0", "netns", container.name)
    ip("-n", host.name, "link", "set", f"c{number}", "master", "bridge0", "up")
    ip("-n", container.name, "address", "add", f"{container.address}/24", "dev", "eth0")
    ip("-n", container.name, "link", "set", "lo", "up")
    ip("-n", container.name, "link", "set", "eth0", "up")
    ip("-n", container.name, "route", "add", "default", "via", GATEWAY)
    return container


@pytest.fixture(scope="module")
def network() -> Iterator[tuple[Machine, Machine, list[Machine]]]:
    """A host, a player, and two containers on the host, whose ports are published there."""
    skip_without_machines()
    with machines_at_a_hub(3) as ((host, player, _), _), ExitStack() as stack:
        ip("-n", host.name, "link", "add", "bridge0", "type", "bridge")
        ip("-n", host.name, "address", "add", f"{GATEWAY}/24", "dev", "bridge0")
        ip("-n", host.name, "link", "set", "bridge0", "up")
        containers = [container_on(host, number, stack) for number in (1, 2)]
        program = str(Path(__file__).parent / "netns" / "published_port.py")
        for port, container in zip(PUBLISHED, containers, strict=True):
            words = [sys.executable, program, str(port), container.address, "7777"]
            forwarder = stack.enter_context(running(host.command(*words), ENVIRONMENT))
            assert forwarder.stdout
            assert forwarder.stdout.readline() == "ok\n"
        yield host, player, containers


def room_in(container: Machine, name: str, stack: ExitStack) -> "Popen[str]":
    """A room there, which listens."""
    command = container.command(str(PETARD_SERVER), *ALONE, "--name", name, "--ready", "json")
    room = stack.enter_context(running(command, ENVIRONMENT))
    assert room.stdout
    assert json.loads(room.stdout.readline())["port"] == 7777
    return room


def announcer_on(host: Machine, stack: ExitStack) -> "Popen[str]":
    """Announces both rooms."""
    rooms = [f"127.0.0.1:{port}" for port in PUBLISHED]
    command = host.command(str(PETARD_SERVER), "announce", *rooms)
    announcer = stack.enter_context(running(command, ENVIRONMENT))
    line_with(announcer, "127.0.0.1:7777 (at UDP port 7778), 127.0.0.1:7801 (at UDP port 7779)")
    return announcer


@contextmanager
def searching(player: Machine) -> Iterator["Search"]:
    """A search that begins now."""
    with player.entered():
        client = DiscoveryClient([], 0.0)
    with closing(client):
        yield Search(player, client)


class Search:
    """One search at the player's computer; its time passes only while it looks."""

    def __init__(self, player: Machine, client: DiscoveryClient) -> None:
        self._player, self._client = player, client
        self.now = 0.0

    def until(self, seconds: float, **expected: tuple[str, int]) -> None:
        """Look until just these rooms are listed, each by its name with host and port."""
        ends, found = self.now + seconds, dict[str, tuple[str, int]]()
        while self.now <= ends:
            with self._player.entered():  # sockets that it opens on the way are of that machine
                self._client.poll(self.now)
            found = {one.name: (one.host, one.port) for one in self._client.found(self.now)}
            if found == expected:
                return
            threading.Event().wait(STEP)
            self.now += STEP
        raise AssertionError(f"not within {seconds} s: {found}")


def join(player: Machine, host: str, port: int) -> None:
    """Join a room from the player's computer."""
    with player.entered():
        guest = RawClient(port, host)
    guest.send(HELLO)
    guest.sock.settimeout(PATIENCE)
    while not guest.all_of(Welcome):
        assert not guest.is_over
        guest.read()
    guest.sock.close()


def test_rooms_behind_published_ports_are_listed_can_be_joined_and_are_gone_when_they_end(
    network: tuple[Machine, Machine, list[Machine]],
) -> None:
    host, player, containers = network
    den, lair = (host.address, PUBLISHED[0]), (host.address, PUBLISHED[1])
    with ExitStack() as stack:
        announcer = announcer_on(host, stack)
        room_in(containers[0], "Den", stack)
        line_with(announcer, "announces the room 'Den' at 127.0.0.1:7777")
        search = stack.enter_context(searching(player))
        search.until(SOON, Den=den)
        join(player, *den)

        room = room_in(containers[1], "Lair", stack)
        line_with(announcer, "announces the room 'Lair' at 127.0.0.1:7801")
        stack.enter_context(searching(player)).until(SOON, Den=den, Lair=lair)
        search.until(NOTICED, Den=den, Lair=lair)
        join(player, *lair)

        room.terminate()
        line_with(announcer, "the room at 127.0.0.1:7801 does not answer any more, so it is not announced")
        search.until(SOON, Den=den)
        announcer.terminate()
        assert announcer.wait(PATIENCE) == 0
        search.until(SOON)
        with pytest.raises(AssertionError, match="not within"):
            stack.enter_context(searching(player)).until(SOON, Den=den)  # without it, no broadcast gets there
