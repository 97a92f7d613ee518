"""The session: what a client makes of a server's bytes, and the sentence when it makes nothing of them."""

import pytest

from petard.game.client.session import Session
from petard.shared.framing import frame
from petard.shared.protocol.codec import encode
from petard.shared.protocol.link import Link, Role
from petard.shared.protocol.messages import (
    BUILD,
    PROTOCOL,
    Bye,
    Command,
    Delta,
    Hello,
    Keyframe,
    Message,
    RefusalCode,
    Refused,
    Roster,
    Seat,
    Welcome,
)
from petard.shared.rules.events import EventType
from petard.shared.rules.world import Keys
from tests.ends import Ends

WELCOME = Welcome(PROTOCOL, BUILD, 7, "0" * 32, 60, "Test")


def opened() -> tuple[Session, Link]:
    """A session that has knocked, and the server's end of its line."""
    session, server = Session("Ada"), Link(Role.SERVER)
    session.link.heartbeat.open(0.0)
    assert server.receive_data(session.data_to_send()) == [Hello(PROTOCOL, BUILD, "Ada", 1, "")]
    return session, server


def raw(*messages: Message) -> bytes:
    """The bytes of messages, legal now or not."""
    return b"".join(frame(encode(message)) for message in messages)


def test_it_is_in_once_it_was_welcomed() -> None:
    session, server = opened()
    assert not session.room.welcomed
    session.receive_data(server.send(WELCOME), 0.1)
    assert session.room.welcomed
    assert session.room.member == 7


@pytest.mark.parametrize(
    ("message", "sentence"),
    [
        (Refused(RefusalCode.FULL, "The room is full."), "The room is full."),
        (Bye("The server was stopped."), "The server was stopped."),
        (Bye(""), "The server has closed the room."),
    ],
)
def test_a_refusal_or_goodbye_is_the_problem_in_the_servers_words(message: Message, sentence: str) -> None:
    session, _ = opened()
    session.receive_data(raw(message), 0.1)
    assert session.problem == sentence


@pytest.mark.parametrize(
    "data",
    [
        b"\xff\xff\xff\xff",
        b"\0\0\0\0",
        frame(b"\xc1"),
        b"HTTP/1.1 400 Bad Request\r\n\r\n",
        raw(Command(1, (0,))),
        raw(WELCOME, Delta(1, ())),
        raw(WELCOME, Keyframe(1, (), ())),
        raw(WELCOME, WELCOME),
        raw(WELCOME, Roster(tuple(Seat(slot, 7, f"Ada {slot}", 0, 0, False, False, 0, 0) for slot in range(5)), ())),
    ],
)
def test_bytes_that_make_no_sense_end_it_with_one_sentence(data: bytes) -> None:
    session, _ = opened()
    session.receive_data(data, 0.1)
    assert session.problem
    what = "The server sent what makes no sense" if session.room.welcomed else "This is no Petard server"
    assert session.problem.startswith(f"{what} (")
    before = session.problem
    session.receive_data(raw(WELCOME), 0.2)
    assert session.problem == before


def test_who_only_watches_sends_no_commands() -> None:
    session, server = opened()
    session.receive_data(server.send(WELCOME), 0.1)
    session.send_keys((Keys.UP,))
    assert session.data_to_send() == b""


def test_news_are_told_once() -> None:
    ends = Ends()
    ada, grace = ends.join(1), ends.join(2, "Grace")
    ends.start()
    ends.tick(ada.announcement.rules.countdown if ada.announcement else 0)
    ends.keys[1] = (Keys.BOMB,)
    ends.tick(5)
    told = [event.what for _, event in ada.new_events()]
    assert told == [EventType.GO, EventType.DROPPED]
    assert ada.new_events() == []
    assert [event.what for _, event in grace.new_events()] == told


def test_the_view_shows_the_walk_between_two_snapshots() -> None:
    ends = Ends(snapshots=20)
    ada = ends.join(1)
    ends.join(2, "Grace")
    ends.start()
    ada.options.prediction = False
    before = ada.view(ends.now)
    assert before
    assert before.go_in > 0
    ends.tick(200)
    mine = next(player for player in before.players if player.slot == 0)
    ends.keys[1] = (Keys.RIGHT if mine.x < 7 else Keys.LEFT,)
    ends.tick(14)
    places = []
    for part in range(6):
        view = ada.view(ends.now + part / 600)
        assert view
        places.append(view.players[0].x)
    assert len(set(places)) == 6
    assert places in (sorted(places), sorted(places, reverse=True))
    assert before.players[0].x == mine.x


def test_a_shadow_warns_half_a_second_before_a_wall_closes() -> None:
    ends = Ends()
    ada = ends.join(1)
    ends.join(2, "Grace")
    ends.start()
    assert ada.announcement
    rules = ada.announcement.rules
    hurry = rules.countdown + rules.round - rules.hurry
    seen = []
    while not (view := ada.view(ends.now)) or view.tick < hurry + 5:
        ends.tick()
        if view and view.shadows:
            seen.append((round(view.tick), view.shadows))
    assert abs(seen[0][0] - (hurry - 30)) <= 1
    assert seen[0][1] == (16,)
    assert view.hurry
