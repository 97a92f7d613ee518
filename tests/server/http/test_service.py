"""The service in its loop: the pulse, the figures once a second, and what it counts."""

import math
import sys

from petard.server.config.parsers import Endpoint
from petard.server.http import service
from petard.server.http.service import Seen, open_page
from petard.server.policy.scram import ScramServer
from petard.server.policy.scram_keys import keys_of
from petard.server.room.events import MemberJoined
from tests.server.house import House
from tests.server.http.stage import ask

HERE = Endpoint("127.0.0.1", 0)


def test_the_pulse_goes_with_every_turn_and_the_figures_with_every_second() -> None:
    house = House()
    seen = Seen(HERE, house.net, house.net._log, 0.0)
    try:
        first = seen._window.figures
        for turn in range(1, 60):
            seen.update(turn / 60)
        assert seen._window.turned == 59 / 60
        assert seen._window.figures is first
        seen.update(1.0)
        assert seen._window.figures.at == 1.0
        assert seen.next_due(1.0) <= 2.0  # also while nobody is here, or a server that sleeps would look hung
    finally:
        seen.close()
        house.close()


def test_intervals_count_only_while_somebody_is_here_and_who_comes_is_seen_within_a_second() -> None:
    house = House()
    seen = Seen(HERE, house.net, house.net._log, 0.0)
    try:
        for turn in range(200):
            seen.update(turn / 60)
        assert seen._window.figures.beat.latest == ()
        house.member("Ada")
        seen.handle_events([MemberJoined(1, "Ada")], 4.0)
        seen.update(4.0)
        seen.update(4.5)
        seen.update(5.0)
        figures = seen._window.figures
        assert figures.beat.latest == (0.5, 0.5)
        assert [seat.name for seat in figures.status.seats if not seat.is_bot] == ["Ada"]
        assert dict(figures.happened)["joined"] == 1
        assert (figures.port, figures.locked, figures.draining) == (house.door.port, False, False)
        assert b"Ada" in ask(seen.port)[2]
    finally:
        seen.close()
        house.close()


def test_draining_is_seen_at_once_and_a_password_too() -> None:
    house = House()
    seen = Seen(HERE, house.net, house.net._log, 0.0)
    try:
        house.net.room.drain("It is late.")
        house.net.lock = ScramServer(keys_of("secret", 4096), lambda: "0" * 32)
        seen.update(0.02)
        assert (seen._window.figures.draining, seen._window.figures.locked) == (True, True)
        assert b"secret" not in ask(seen.port, "/status.json")[2]
    finally:
        seen.close()
        house.close()


def test_faults_of_the_threads_come_into_the_log() -> None:
    house = House()
    seen = Seen(HERE, house.net, house.net._log, 0.0)
    try:
        seen._answering.faults.append("HTTP cannot answer: it rains")
        seen.update(1.0)
        assert "HTTP cannot answer: it rains" in house.lines
    finally:
        seen.close()
        house.close()


def test_a_port_that_is_taken_costs_the_page_and_not_the_game() -> None:
    house = House()
    try:
        taken = Endpoint("127.0.0.1", house.door.port)
        assert open_page(taken, house.net, house.net._log, 0.0) == []
        assert house.lines[-1].startswith(f"there is no page: cannot listen on 127.0.0.1:{house.door.port}: ")
        (seen,) = open_page(HERE, house.net, house.net._log, 5.0)
        assert house.lines[-1].startswith("shows itself at http://127.0.0.1:")
        seen.close()
    finally:
        house.close()


def test_threads_give_the_interpreter_back_soon() -> None:
    before = sys.getswitchinterval()
    assert before > service.SWITCH
    house = House()
    seen = Seen(HERE, house.net, house.net._log, 0.0)
    assert math.isclose(sys.getswitchinterval(), service.SWITCH, rel_tol=0.01)
    seen.close()
    house.close()
    assert math.isclose(sys.getswitchinterval(), before, rel_tol=0.01)
