"""The HTTP service in the loop: it notes each turn, publishes figures once a second, and counts events."""

import math
import sys

from petard.server.config.values import Endpoint
from petard.server.http import service
from petard.server.http.figures import COUNTED
from petard.server.http.service import HttpService, open_page
from petard.server.net.scram_keys import keys_of
from petard.server.policy.log import Log
from petard.server.policy.scram import ScramServer
from petard.server.room.status import MemberChange, MemberEvent, RoundBegan
from tests.server.http.sample import ask
from tests.server.loopback import LoopbackServer

HERE = Endpoint("127.0.0.1", 0)


def test_every_turn_is_noted_and_the_figures_are_published_once_a_second() -> None:
    loopback = LoopbackServer()
    http = HttpService(HERE, loopback.server, Log(loopback.log_lines.append), 0.0)
    try:
        first = http.shared.figures
        for turn in range(1, 60):
            http.update(turn / 60)
        assert http.shared.turned_at == 59 / 60
        assert http.shared.figures is first
        http.update(1.0)
        assert http.shared.figures.at == 1.0
        assert http.next_due(1.0) <= 2.0  # also while nobody is here, or a server that sleeps would look hung
    finally:
        http.close()
        loopback.close()


def test_intervals_count_only_while_somebody_is_connected_and_a_new_member_is_shown_within_a_second() -> None:
    loopback = LoopbackServer()
    http = HttpService(HERE, loopback.server, Log(loopback.log_lines.append), 0.0)
    try:
        for turn in range(200):
            http.update(turn / 60)
        assert http.shared.figures.intervals.latest == ()
        loopback.member("Ada")
        http.handle_events([MemberEvent(MemberChange.JOINED, 1, "Ada"), RoundBegan(1, "small", "duel", (0,))], 4.0)
        http.handle_events(
            [MemberEvent(MemberChange.LEFT, 2, "Bo", "left"), MemberEvent(MemberChange.JOINED, 1, "Ada")], 4.0
        )
        http.update(4.0)
        http.update(4.5)
        http.update(5.0)
        figures = http.shared.figures
        assert figures.intervals.latest == (0.5, 0.5)
        assert [seat.name for seat in figures.status.seats if not seat.is_bot] == ["Ada"]
        words = [word for word, _ in COUNTED.values()]
        counts = {"joined": 2, "returned": 0, "lost": 0, "left": 1, "rounds": 0, "matches": 0}
        assert dict(zip(words, figures.happened, strict=True)) == counts
        assert (figures.port, figures.locked, figures.draining) == (loopback.listeners.port, False, False)
        assert b"Ada" in ask(http.servers.port)[2]
    finally:
        http.close()
        loopback.close()


def test_draining_and_a_password_are_shown_at_once() -> None:
    loopback = LoopbackServer()
    http = HttpService(HERE, loopback.server, Log(loopback.log_lines.append), 0.0)
    try:
        loopback.server.room.drain("It is late.")
        loopback.server.handshake.scram = ScramServer(keys_of("secret", 4096), lambda: "0" * 32)
        http.update(0.02)
        assert (http.shared.figures.draining, http.shared.figures.locked) == (True, True)
        assert b"secret" not in ask(http.servers.port, "/status.json")[2]
    finally:
        http.close()
        loopback.close()


def test_faults_of_the_threads_are_logged() -> None:
    loopback = LoopbackServer()
    http = HttpService(HERE, loopback.server, Log(loopback.log_lines.append), 0.0)
    try:
        http.servers.faults.append("HTTP cannot answer: it rains")
        http.update(1.0)
        assert "HTTP cannot answer: it rains" in loopback.log_lines
    finally:
        http.close()
        loopback.close()


def test_a_port_in_use_prevents_the_page_and_not_the_game() -> None:
    loopback = LoopbackServer()
    try:
        taken = Endpoint("127.0.0.1", loopback.listeners.port)
        assert open_page(taken, loopback.server, Log(loopback.log_lines.append), 0.0) == []
        assert loopback.log_lines[-1].startswith(
            f"there is no page: cannot listen on 127.0.0.1:{loopback.listeners.port}: "
        )
        (http,) = open_page(HERE, loopback.server, Log(loopback.log_lines.append), 5.0)
        assert loopback.log_lines[-1].startswith("shows itself at http://127.0.0.1:")
        http.close()
    finally:
        loopback.close()


def test_threads_give_the_interpreter_back_soon() -> None:
    before = sys.getswitchinterval()
    assert before > service.SWITCH
    loopback = LoopbackServer()
    http = HttpService(HERE, loopback.server, Log(loopback.log_lines.append), 0.0)
    assert math.isclose(sys.getswitchinterval(), service.SWITCH, rel_tol=0.01)
    http.close()
    loopback.close()
    assert math.isclose(sys.getswitchinterval(), before, rel_tol=0.01)
