"""The client's link: Hello first, pings answered and measured, and the sentence at the end."""

from itertools import pairwise

import pytest

from petard.game.client.client_link import ClientLink
from petard.game.client.heartbeat import PING_EVERY, PING_RARELY, STALL
from petard.game.client.input_timer import TICK_MOST, InputSender
from petard.shared.protocol.messages import Bye, Delta, Input, Keyframe, Ping, Pong
from tests.game.client.server_transcript import HELLO, WELCOME, ServerTranscript
from tests.transcript import NOTHING, End


def welcomed() -> tuple[ClientLink, ServerTranscript, End]:
    """A link that was welcomed at second 1, and its conversation with the server."""
    link = ClientLink(HELLO)
    link.heartbeat.open(1.0)
    talk = ServerTranscript(link, now=1.0)
    talk.ignore = (Input,)
    talk.server << HELLO
    talk.server >> WELCOME
    return link, talk, talk.server


def test_silence_is_counted_from_the_last_data_on() -> None:
    link, talk, server = welcomed()
    for tick in range(1, 61):
        link.receive_data(b"", 1.0 + tick / 60)
    assert link.heartbeat.silence(2.0) == pytest.approx(1.0)
    assert link.problem == ""
    talk.now = 2.1
    server >> Ping(1)
    assert link.heartbeat.silence(2.1) == 0.0


def test_a_pause_of_our_own_is_no_silence_before_the_connection_was_read_once_more() -> None:
    link, talk, server = welcomed()
    assert link.heartbeat.silence(61.0) == STALL, "asleep for a minute"
    talk.now = 61.0
    server >> Ping(1)
    assert link.heartbeat.silence(61.0) == 0.0
    link.receive_data(b"", 121.0)
    link.receive_data(b"", 20.0)
    assert link.heartbeat.silence(20.0) == STALL, "a clock that runs backwards counts nothing"


def test_several_pings_may_be_on_their_way() -> None:
    link, talk, server = welcomed()
    for now in (2.0, 2.0 + PING_EVERY, 2.0 + 2 * PING_EVERY):
        link.keep_alive(now)
    server << Ping(1) << Ping(2) << Ping(3)
    talk.now = 3.2
    server >> Pong(1)
    assert link.heartbeat.ping == 1200


def test_it_answers_a_ping_and_measures_its_own() -> None:
    link, talk, server = welcomed()
    server >> Ping(5)
    server << Pong(5) << NOTHING
    link.keep_alive(2.0)
    server << Ping(1)
    talk.now = 2.042
    server >> Pong(1)
    server << NOTHING
    assert link.heartbeat.ping == 42


def test_a_pong_without_its_ping_measures_nothing() -> None:
    link, talk, server = welcomed()
    talk.now = 5.0
    server >> Pong(99)
    assert link.heartbeat.ping == 0


def test_an_input_is_sent_when_keys_change_and_none_after_a_goodbye() -> None:
    link, talk, server = welcomed()
    talk.ignore = ()
    for keys in ((1,), (1,), (1,), (2,)):
        link.hold_keys(keys)
    server << Input(1, (1,), 0) << Input(4, (2,), 0)
    server >> Bye("")
    link.hold_keys((3,))
    assert link.data_to_send() == b""


def test_without_a_change_of_keys_an_input_is_a_sign_of_life_four_times_a_second() -> None:
    sender = InputSender(60)
    sent = []
    for tick in range(1, 121):
        sent += [sender.tick((1,)), sender.due(tick / 60)]
    clocks = [message.clock for message in sent if message]
    assert clocks[0] == 1
    assert {after - before for before, after in pairwise(clocks)} <= {15, 16}, (
        "a quarter of a second, as far as ticks allow"
    )


def test_a_spectator_only_says_how_many_states_it_has_received() -> None:
    sender = InputSender(60)
    for _ in range(3):
        sender.timer.note_state(Delta(1, ()))
    assert sender.due(9.0) == Input(1, (), 3)


@pytest.mark.parametrize("state", [Keyframe(1, (), ()), Delta(2, ())])
def test_a_state_for_us_alone_is_confirmed_at_once(state: Keyframe | Delta) -> None:
    sender = InputSender(60)
    assert sender.due(9.0)
    sender.timer.note_state(Delta(1, ()))
    assert sender.due(9.01) is None
    sender.timer.note_state(state)
    assert sender.due(9.02) == Input(1, (), 2)


def test_while_ticks_pass_an_input_is_sent_at_the_beginning_of_one_and_names_it() -> None:
    sender = InputSender(60)
    assert sender.tick((1,)) == Input(1, (1,), 0)
    assert sender.tick((1,)) is None
    sender.timer.note_state(Keyframe(1, (), ()))
    assert sender.due(9.0) is None
    assert sender.tick((1,)) == Input(3, (1,), 1)
    sender.timer.note_state(Keyframe(3, (), ()))
    assert sender.due(9.02) is None
    assert sender.due(9.03 + TICK_MOST) == Input(3, (1,), 2), "no more ticks pass"


def test_pings_are_rare_while_states_come_and_twice_a_second_when_they_stop() -> None:
    link, talk, server = welcomed()
    talk.ignore = (Input, Ping)
    server >> Keyframe(1, (), ())
    sent = []
    for quarter in range(4, 64):  # from second 1 to second 16; states stop at second 11
        talk.now = quarter / 4
        if talk.now < 11:
            server >> Delta(15, ())
        link.keep_alive(talk.now)
        sent.append(link.heartbeat.last_ping)
    assert sent[40] == 10 / PING_RARELY
    assert sent[-1] - sent[40] == pytest.approx(5 / PING_EVERY, abs=1)


def test_the_first_reason_is_the_reason() -> None:
    link, _, server = welcomed()
    link.end("First.")
    server >> b"\0\0\0\0"
    link.keep_alive(1.1)
    assert link.problem == "First."
