"""Found on networks that are none: by broadcast, by multicast alone, by Notices alone, and after the cable is in again.

Machines of tests/netns, and real sockets on them; time is the test's.
"""

import socket
import subprocess
import threading
from collections.abc import Iterator
from contextlib import ExitStack, closing

import pytest

from petard.shared.discovery.client import DiscoveryClient
from petard.shared.discovery.network import AGAIN_AFTER
from petard.shared.protocol.beacon import PORT, FoundServer
from tests.netns.machines import Machine, machines_at_a_hub, skip_without_machines
from tests.server.beacons import FindableServer

pytestmark = pytest.mark.netns

STEP = 0.02  # seconds; the hub takes some
SOON = 1.5  # seconds until the list is whole
GONE = 6.0  # seconds
NOBODY = "nobody"  # not a host, but that there is none


@pytest.fixture(scope="module")
def machines() -> Iterator[list[Machine]]:
    """A server's, two others, and a router."""
    skip_without_machines()
    with machines_at_a_hub(4) as (machines, _):
        yield machines


def den_on(machine: Machine, stack: ExitStack, is_silent: bool = False) -> FindableServer:
    """A server there; a silent one answers, but tells nobody about itself."""
    with machine.entered():
        findable = stack.enter_context(closing(FindableServer(PORT, "")))
    if is_silent:
        findable.beacon.sockets.broadcast = lambda datagram: None  # type: ignore[method-assign]
    return findable


def seeker_on(machine: Machine, stack: ExitStack, now: float = 0.0) -> DiscoveryClient:
    """Somebody there who looks round."""
    with machine.entered():
        return stack.enter_context(closing(DiscoveryClient([], now)))


def look(
    seeker: DiscoveryClient,
    machine: Machine,
    findable: FindableServer,
    now: float,
    seconds: float,
    host: str = "",
    pace: float = 1.0,
) -> FoundServer | None:
    """Let time pass until the server is there (at `host`), which has to be within so many seconds of its time.

    `pace`: seconds of its time in one real second.
    """
    at = now
    while at <= now + seconds:
        findable.beacon.update(at)
        with machine.entered():  # sockets that it opens on the way are of that machine
            seeker.poll(at)
        found = seeker.found(at)
        if found and host in (found[0].host, ""):
            (server,) = found
            return server
        if not found and host == NOBODY:
            return None
        threading.Event().wait(STEP)
        at += STEP * pace
    raise AssertionError(f"not within {seconds} s: {found}")


def ip(machine: Machine, *words: str) -> None:
    """Change a machine."""
    subprocess.run(machine.command("ip", *words), check=True, timeout=20)


def test_a_server_on_another_machine_is_found_and_connected_to_by_ipv4(machines: list[Machine]) -> None:
    with ExitStack() as stack:
        findable, seeker = den_on(machines[0], stack), seeker_on(machines[1], stack)
        look(seeker, machines[1], findable, 0.0, SOON)
        found = look(seeker, machines[1], findable, SOON, 10.0, machines[0].address)
        assert found
        assert (found.id, found.port) == (f"{findable.id:016x}", findable.loopback.listeners.port)


def test_without_any_configuration_ipv6_finds_the_server_and_its_address_works(
    machines: list[Machine],
) -> None:
    bare = machines[2]
    ip(bare, "address", "flush", "dev", "eth0")
    ip(bare, "address", "add", f"{bare.local}/64", "dev", "eth0", "nodad")
    with ExitStack() as stack:
        findable, seeker = den_on(machines[0], stack, is_silent=True), seeker_on(bare, stack)
        found = look(seeker, bare, findable, 0.0, SOON)
        assert found
        assert found.host == f"{machines[0].local}%eth0"
        with bare.entered():
            place = socket.getaddrinfo(found.host, found.port, type=socket.SOCK_STREAM)[0][4]
            stack.enter_context(socket.socket(socket.AF_INET6)).connect(place)


def test_notices_alone_find_a_server_whose_firewall_drops_questions(
    machines: list[Machine], monkeypatch: pytest.MonkeyPatch
) -> None:
    with ExitStack() as stack:
        findable, seeker = den_on(machines[0], stack), seeker_on(machines[1], stack)
        monkeypatch.setattr(seeker, "send_queries", lambda asks, now: None)
        found = look(seeker, machines[1], findable, 0.0, 2.5)
        assert found
        assert found.ping is None


def test_a_network_that_comes_up_later_is_asked_and_an_unplugged_cable_empties_the_list(
    machines: list[Machine],
) -> None:
    client = machines[1]
    ip(client, "link", "set", "eth0", "down")
    with ExitStack() as stack:
        findable, seeker = den_on(machines[0], stack, is_silent=True), seeker_on(client, stack)
        look(seeker, client, findable, 0.0, SOON, NOBODY)
        ip(client, "link", "set", "eth0", "up")
        look(seeker, client, findable, AGAIN_AFTER, 3 * AGAIN_AFTER)  # the link may take a moment, and one reading
        ip(client, "link", "set", "eth0", "down")
        look(seeker, client, findable, 5 * AGAIN_AFTER, GONE, NOBODY, pace=4.0)
    ip(client, "link", "set", "eth0", "up")
