"""Asking addresses which room runs there, over real sockets on this machine."""

import socket
from collections.abc import Iterator
from contextlib import closing

import pytest

from petard.server.net.room_probe import PROBE_MOST, LostStandbys, RoomProbe
from tests.server.loopback import LoopbackServer

POLLS_MOST = 2000


@pytest.fixture
def silent() -> Iterator[str]:
    """The address of a port that accepts connections and never answers."""
    with closing(socket.create_server(("127.0.0.1", 0))) as listener:
        yield f"127.0.0.1:{listener.getsockname()[1]}"


def test_a_server_says_which_room_runs_there_and_gets_no_member(loopback: LoopbackServer) -> None:
    with closing(RoomProbe(f"127.0.0.1:{loopback.listeners.port}", 0.0)) as probe:
        for _ in range(POLLS_MOST):
            loopback.server.connections.poll(0.01)
            loopback.server.update(0, loopback.now)
            probe.poll(0.0)
            if probe.is_over:
                break
        assert probe.room == loopback.server.room.matches.settings.room_id
    assert not loopback.server.room.people


@pytest.mark.parametrize("text", ["", "den:7777", "localhost:7777", "127.0.0.1", "127.0.0.1:x", "127.0.0.1:99999"])
def test_what_is_no_address_with_a_port_is_not_asked(text: str) -> None:
    probe = RoomProbe(text, 0.0)
    assert probe.is_over
    assert probe.room is None


def test_who_does_not_answer_is_given_up_after_the_time_for_one_answer(silent: str) -> None:
    with closing(RoomProbe(silent, 10.0)) as probe:
        probe.poll(10.0 + PROBE_MOST)
        assert not probe.is_over
        probe.poll(10.1 + PROBE_MOST)
        assert probe.is_over
        assert probe.room is None


def test_of_lost_standbys_the_newest_are_asked_until_they_are_forgotten() -> None:
    lost = LostStandbys()
    lost.watch(f"10.0.0.{number}:7777" for number in range(1, 11))
    assert lost.addresses == [f"10.0.0.{number}:7777" for number in range(3, 11)]
    lost.forget(["10.0.0.3:7777", "10.0.0.99:7777"])
    assert lost.addresses == [f"10.0.0.{number}:7777" for number in range(4, 11)]
    lost.close()


def test_a_standby_that_never_answers_is_asked_seldom_after_the_time_in_which_it_decides() -> None:
    lost, asked = LostStandbys(), list[int]()
    lost.watch(["nobody:7777"])  # a name: the probe is over at once
    for now in range(200):
        if lost.is_due(now):
            asked.append(now)
        lost.ask(now)
    assert asked == [*range(0, 90, 2), 118, 148, 178]
    lost.watch(["no one:7777"])
    assert lost.is_due(200), "the newest is asked often again"
    lost.close()
