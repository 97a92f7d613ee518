"""The session: what a client makes of a server's messages, and the sentence when it cannot use them.

Most tests are transcripts: `server >> WELCOME` is what the server sends, `server << Loaded(1)` what the client sends.
"""

from dataclasses import replace

import pytest

from petard.game.client.session import Session
from petard.shared.framing import frame
from petard.shared.protocol.messages import (
    Bye,
    Chat,
    Delta,
    Input,
    Keyframe,
    Message,
    Ready,
    RefusalCode,
    Refused,
    Roster,
    Say,
    Seat,
)
from petard.shared.rules.events import EventType
from petard.shared.rules.world import Keys
from tests.ends import Ends
from tests.game.client.server_transcript import HELLO, WELCOME, ServerTranscript, raw
from tests.transcript import NOTHING, End


def opened() -> tuple[Session, ServerTranscript, End]:
    """A session that has sent its Hello, and its conversation with the server."""
    session = Session("Ada")
    session.link.heartbeat.open(0.0)
    talk = ServerTranscript(session)
    talk.server << HELLO
    return session, talk, talk.server


def test_a_session_works_without_a_round() -> None:
    session, _, server = opened()
    assert not session.room.welcomed
    server >> WELCOME
    assert session.room.welcomed
    assert session.room.member == 7
    session.link.send(Ready(True))
    session.send_chat("hi")
    server << Ready(True) << Say("hi") << NOTHING
    server >> Chat(0, "Ada", "hi", 1)
    assert [line.text for line in session.chat.lines] == ["hi"]
    server >> Bye("The server was stopped.")
    session.send_chat("is anybody there?")
    server << NOTHING
    assert session.problem == "The server was stopped."


def test_a_new_connection_begins_with_the_token_of_the_last_welcome() -> None:
    session, talk, server = opened()
    server >> WELCOME
    session.renew_link()
    talk.reconnect()
    server << replace(HELLO, token=WELCOME.token)
    server >> replace(WELCOME, returned=True)
    assert session.room.welcomed
    assert session.problem == ""


@pytest.mark.parametrize(
    ("message", "sentence"),
    [
        (Refused(RefusalCode.FULL, "The room is full."), "The room is full."),
        (Bye("The server was stopped."), "The server was stopped."),
        (Bye(""), "The server has closed the room."),
    ],
)
def test_after_a_refusal_or_bye_the_problem_is_the_servers_sentence(message: Message, sentence: str) -> None:
    session, _, server = opened()
    server >> raw(message)
    assert session.problem == sentence


@pytest.mark.parametrize(
    "data",
    [
        b"\xff\xff\xff\xff",
        b"\0\0\0\0",
        frame(b"\xc1"),
        b"HTTP/1.1 400 Bad Request\r\n\r\n",
        raw(Input(1, (0,), 0)),
        raw(WELCOME, Delta(1, ())),
        raw(WELCOME, Keyframe(1, (), ())),
        raw(WELCOME, WELCOME),
        raw(WELCOME, Roster(tuple(Seat(slot, 7, f"Ada {slot}", 0, 0, False, False, 0, 0) for slot in range(5)), ())),
    ],
)
def test_illegal_bytes_end_the_session_with_one_sentence(data: bytes) -> None:
    session, _, server = opened()
    server >> data
    what = "The server sent what makes no sense" if session.room.welcomed else "This is no Petard server"
    assert session.problem.startswith(f"{what} (")
    before = session.problem
    server >> raw(WELCOME)
    assert session.problem == before


def test_a_spectator_sends_no_keys() -> None:
    session, _, server = opened()
    server >> WELCOME
    session.send_keys((Keys.UP,))
    server << NOTHING


def test_each_event_is_reported_once() -> None:
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


@pytest.mark.slow
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
