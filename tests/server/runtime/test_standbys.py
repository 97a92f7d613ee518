"""Two servers that begin with one room at the same moment: the one that comes first in the order yields."""

import time
from dataclasses import replace

from petard.server.net.listeners import open_listeners
from petard.server.net.server import Server
from petard.server.policy.bans import Bans
from petard.server.policy.log import Log
from petard.server.policy.standby_choice import Candidate, MemberPlace
from petard.server.room.copy_log import CopyLog
from petard.server.room.room import Room
from petard.server.room.settings import RoomSettings
from petard.server.runtime.signals import StopSignals
from petard.server.runtime.standby_desk import LOOK_EVERY, StandbyDesk, StandbyLine
from petard.server.runtime.standbys import ELSEWHERE, open_standbys
from petard.shared.protocol.later_messages import StandbyAnswer
from tests.ends import boards
from tests.server.recorded_ends import SETUP

PATIENCE = 20.0  # seconds


def server_of(room_id: int) -> Server:
    """A server of the room with this id, on a port of its own."""
    room = Room(replace(RoomSettings(SETUP), room_id=room_id), boards(), 1)
    return Server(room, open_listeners("127.0.0.1", 0), Log(str), lambda: "a" * 32, time.monotonic())


def reason_to_stop(first_room: int, second_room: int) -> str:
    """Why the first server stops after one answer of the second, which is its standby; "" if it does not."""
    first, second, signals = server_of(first_room), server_of(second_room), StopSignals()
    address = f"127.0.0.1:{second.handshake.listeners.port}"
    first.handshake.standbys.after = (address,)
    (service,) = open_standbys(first, "on", signals, Log(str), CopyLog(), Bans((), ()))
    until, has_come = time.monotonic() + PATIENCE, False
    while not has_come or second.connections.pending:  # the one who asks closes after the answer
        now = time.monotonic()
        assert now < until
        second.update(0, now)
        has_come |= bool(second.connections.pending)
        service.update(now)
    service.close()
    signals.close()
    for server in (first, second):
        server.close("The test ends.", time.monotonic())
        server.connections.close_all()
    return signals.reason


def test_a_server_yields_to_a_standby_after_it_that_went_on_at_the_same_moment() -> None:
    assert reason_to_stop(99, 99) == ELSEWHERE


def test_a_server_does_not_yield_to_another_room_at_that_address() -> None:
    assert not reason_to_stop(99, 98)


def test_a_standby_whose_answers_always_differ_is_shown_to_everybody_at_most_once_a_second() -> None:
    server = server_of(99)
    desk = StandbyDesk(server, "on", lambda: "a" * 32)
    desk.choice.candidates[1] = Candidate(MemberPlace(1, 20, "10.0.0.6", False), offered_at=0.0, keeps=True)
    desk.choice.note_copy(1, is_whole=True, now=0.0)
    webs = []
    for step in range(100):  # 5 seconds
        desk.lines[1] = StandbyLine("a" * 32, StandbyAnswer(True, (), 8000 + step), ("10.0.0.6:7801",))
        if desk.show(step * 0.05):
            webs.append(desk.shown.standbys[0].web)
    assert len(webs) == 5 * LOOK_EVERY
    assert desk.show(5.0 + LOOK_EVERY), "the newest is shown in the end"
    assert desk.shown.standbys[0].web == 8099
    server.close("The test ends.", time.monotonic())
    server.connections.close_all()
