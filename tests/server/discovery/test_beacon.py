"""Servers are found, over real sockets of this machine: each as one entry, soon, and no longer than they are there."""

import random
import socket
import sys
from collections.abc import Iterator
from contextlib import ExitStack, closing
from types import SimpleNamespace

import pytest

from petard.server.discovery.responder import NOTICE_EVERY
from petard.server.net.scram_keys import keys_of
from petard.server.policy.scram import ScramServer
from petard.server.runtime.service import CannotServe
from petard.shared.discovery.client import DiscoveryClient
from petard.shared.discovery.network import open_udp, receive
from petard.shared.protocol.beacon import PORTS, SIZE, Answer, FoundServer, Question, decode, encode
from petard.shared.protocol.messages import BUILD, PROTOCOL, Phase
from tests.server.beacons import FindableServer, alone, ask, free_port, look
from tests.server.policy.test_discovery_answers import mutant


@pytest.fixture(autouse=True)
def _nothing_leaves_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    alone(monkeypatch)


@pytest.fixture
def port() -> int:
    """The discovery port of a test."""
    return free_port()


@pytest.fixture
def seeker(port: int) -> Iterator[DiscoveryClient]:
    """A client that searches on this machine."""
    with closing(DiscoveryClient([], 0.0, port)) as seeker:
        yield seeker


def one(found: list[FoundServer]) -> bool:
    """There is one."""
    return len(found) == 1


@pytest.mark.parametrize("host", ["127.0.0.1", "::1"])
def test_a_server_answers_who_asks_over_either_family(port: int, host: str) -> None:
    with (
        closing(FindableServer(port, host)) as findable,
        ask(findable.beacon.sockets.port, encode(Question(99)), host=host) as asker,
    ):
        findable.loopback.member()
        findable.beacon.update(0.0)
        answer = decode(asker.recv(SIZE))
        assert isinstance(answer, Answer)
        card = answer.card
        assert (answer.nonce, card.id, card.port, card.name) == (
            99,
            findable.id,
            findable.loopback.listeners.port,
            "Test",
        )
        assert (card.players, card.seats, card.watchers, card.phase) == (1, 8, 0, Phase.LOBBY)
        assert (card.protocol, card.build, card.map, card.locked) == (PROTOCOL, BUILD, "classic", False)


def test_a_room_with_a_password_says_so(port: int) -> None:
    with closing(FindableServer(port)) as findable:
        findable.loopback.server.handshake.scram = ScramServer(keys_of("pencil"), lambda: "nonce")
        assert findable.beacon.card().locked


@pytest.mark.parametrize("host", ["127.0.0.1", "::1"])
def test_a_server_is_in_the_list_at_once_and_gone_six_seconds_after_it_died(
    port: int, seeker: DiscoveryClient, host: str
) -> None:
    with closing(FindableServer(port, host)) as findable:
        assert look(seeker, [findable], one, 0.0, 1.5) < 0.3
        assert look(seeker, [findable], one, 20.0, 1.0) < 20.3
        findable.beacon.update = lambda now: None  # type: ignore[method-assign]
        assert look(seeker, [findable], lambda found: not found, 20.5, 6.0) > 24.0


def test_several_servers_on_one_machine_are_as_many_entries(port: int, seeker: DiscoveryClient) -> None:
    findables = [FindableServer(port) for _ in range(4)]
    try:
        assert look(seeker, findables, lambda found: len(found) == 4, 0.0, 1.5) < 1.5
        found = seeker.found(1.5)
        assert {findable.loopback.listeners.port for findable in findables} <= {server.port for server in found}
        assert len({findable.beacon.sockets.port for findable in findables}) == 4
        assert "UDP port 0 is taken" in findables[1].loopback.log_lines[0].replace(str(port), "0", 1)
    finally:
        for findable in findables:
            findable.close()


def test_a_server_that_is_reached_over_two_families_is_one_entry(port: int, seeker: DiscoveryClient) -> None:
    with closing(FindableServer(port, "")) as findable:
        assert len(findable.beacon.sockets.by_family) == 2
        look(seeker, [findable], one, 0.0, 1.5)
        look(seeker, [findable], one, 1.5, 1.0)
        # Which address it has depends on the measured pings; tests/shared/protocol/test_server_list.py tests the order.
        assert [server.id for server in seeker.found(2.5)].count(f"{findable.id:016x}") == 1


def test_a_room_that_listens_everywhere_may_be_found_on_one_address_alone(port: int, seeker: DiscoveryClient) -> None:
    with closing(FindableServer(port, "", "127.0.0.1")) as findable:
        assert [sock.getsockname()[0] for sock in findable.beacon.sockets.by_family.values()] == ["127.0.0.1"]
        assert findable.beacon.card().port == findable.loopback.listeners.port
        assert look(seeker, [findable], one, 0.0, 1.5) < 0.3


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere there are no broadcasts on loopback")
def test_who_cannot_ask_hears_of_a_server_all_the_same_and_that_it_stops(
    port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = SimpleNamespace(broadcasts=[("127.0.0.1", "127.255.255.255")], addresses=(), has_link_local=False, index=0)
    alone(monkeypatch, here)
    with (
        closing(FindableServer(port, "")) as findable,
        closing(DiscoveryClient([], 0.0, port, only_here=True)) as seeker,
    ):
        monkeypatch.setattr(seeker, "send_queries", lambda asks, now: None)
        assert look(seeker, [findable], one, 0.0, 2 * NOTICE_EVERY) <= NOTICE_EVERY
        assert [server.ping for server in seeker.found(2.0) if server.id == f"{findable.id:016x}"] == [None]
        findable.beacon.close()
        look(seeker, [], lambda _: f"{findable.id:016x}" not in {server.id for server in seeker.found(2.0)}, 2.0, 0.5)


def test_a_sleeping_server_wakes_for_a_question_and_for_its_notices(port: int) -> None:
    with closing(FindableServer(port)) as findable:
        findable.beacon.update(0.0)
        assert findable.beacon.next_due(0.0) == NOTICE_EVERY
        with ask(findable.beacon.sockets.port):
            assert findable.loopback.server.connections.poll(1.0) == [findable.beacon]


def test_no_more_bytes_come_back_than_were_sent_whatever_was_sent(port: int) -> None:
    chance = random.Random(3)
    came = went = 0
    with closing(FindableServer(port)) as findable, ask(findable.beacon.sockets.port) as asker:
        for number in range(400):
            data = encode(Question(number)) if number % 2 else mutant(chance)[:1400]
            asker.sendto(data, ("127.0.0.1", findable.beacon.sockets.port))
            went += len(data)
            findable.beacon.update(number / 20)
            came += sum(len(arrived.data) for arrived in receive(asker, 8))
    assert 10_000 < came <= went


def test_a_flood_is_left_to_the_kernel(port: int) -> None:
    with (
        closing(FindableServer(port)) as findable,
        ask(findable.beacon.sockets.port, *(encode(Question(n)) for n in range(60))) as asker,
    ):
        findable.beacon.update(0.0)
        assert len(receive(asker, 100)) == 10
        sock = findable.beacon.sockets.by_family[socket.AF_INET]
        asker.sendto(b"x", ("127.0.0.1", findable.beacon.sockets.port))
        for _ in range(30):
            asker.sendto(b"x", ("127.0.0.1", findable.beacon.sockets.port))
        assert len(receive(sock, 20)) == 20


def test_a_port_that_somebody_else_has_is_no_reason_to_be_silent(port: int) -> None:
    with ExitStack() as taken:
        for number in range(port, port + PORTS - 1):
            taken.enter_context(open_udp(socket.AF_INET, "127.0.0.1", number))
        with closing(FindableServer(port)) as findable:
            assert findable.beacon.sockets.port == port + PORTS - 1
            with pytest.raises(CannotServe, match=f"cannot be found by others: UDP ports {port} to {port + 9}: "):
                FindableServer(port)
