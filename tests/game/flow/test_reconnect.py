"""Disconnects, and the ServerConnection that goes on: with fake transports, in no time."""

from dataclasses import replace

import pytest

from petard.game.client.backoff import TRYING_MOST
from petard.game.client.session import RESTARTED
from petard.game.flow.connection_patience import GREETING_MOST, SILENCE
from petard.game.flow.connection_status import status_of
from petard.game.net.transport import TransportState
from petard.shared.protocol.messages import (
    Bye,
    Chat,
    Hello,
    Input,
    Look,
    Phase,
    Ping,
    Pong,
    Ready,
    RefusalCode,
    Refused,
    Roster,
    Say,
    Spectator,
)
from tests.game.scripted_server import POLL_EVERY, SEATS, TOKENS, FakeServer, ScriptedServer, in_match, round_one


def comes_back(server: ScriptedServer) -> None:
    """The connection holds again, and all is as before."""
    server.admits(*round_one(), Chat(1, "Bo", "ho", 2), Chat(-1, "", "Ada is back.", 3), returned=True)
    visit = server.connection
    assert visit.problem == ""
    assert status_of(visit, server.now) is None
    assert visit.session.room.my_slots == (0,)
    assert [line.text for line in visit.session.chat.lines] == ["hi", "ho", "Ada is back."]
    assert visit.session.view(server.now)
    visit.session.send_keys((1,))
    server.polls()
    *signs, pressed = server.received(Input)
    assert pressed == Input(1, (1,), 1), "the clock begins again, and the Keyframe has come"
    assert all(sign.keys == () for sign in signs), "no key was held before"


def test_after_a_reset_the_client_reconnects_with_its_token_and_keeps_its_state() -> None:
    server = in_match()
    picture = server.connection.session.view(server.now)
    server.disconnects()
    server.polls()
    status = status_of(server.connection, server.now)
    assert status
    assert (status.broken, status.coming) == (True, "Trying again in 1 s")
    assert server.connection.session.view(server.now) == picture
    server.connection.session.send_keys((1,))
    server.polls(0.3)
    assert [hello.token for hello in server.received(Hello)] == [TOKENS[0]]
    assert server.received(Input) == []
    comes_back(server)


def test_silence_is_shown_within_a_second_and_the_match_goes_on_after_ten() -> None:
    server = in_match()
    server.polls(0.7)
    assert status_of(server.connection, server.now) is None
    server.polls(0.3)
    status = status_of(server.connection, server.now)
    assert status
    assert not status.broken
    server.state = TransportState.CONNECTING  # no connect succeeds now
    server.polls(SILENCE)
    status = status_of(server.connection, server.now)
    assert status
    assert status.broken
    server.polls(10 - 1 - SILENCE)
    assert len(server.transports) == 2
    server.transports[-1].state = TransportState.OPEN
    comes_back(server)


def test_a_server_that_answers_pings_is_never_silent_even_with_a_ping_of_a_second() -> None:
    server = in_match()
    asked: dict[int, float] = {}
    for _ in range(600):
        server.polls()
        asked |= {one.id: server.now for one in server.received(Ping) if one.id not in asked}
        server.sends(*(Pong(one) for one, then in asked.items() if 1.0 <= server.now - then < 1.0 + POLL_EVERY))
        if server.now > 102:
            assert status_of(server.connection, server.now) is None
    assert 950 < server.connection.session.link.heartbeat.ping < 1050
    assert len(server.transports) == 1


def test_after_a_minute_of_sleep_the_client_reads_what_waits_before_it_disconnects() -> None:
    server = in_match()
    server.now += 60
    server.sends(Chat(-1, "", "The host is ready.", 3))
    server.polls()
    assert status_of(server.connection, server.now) is None
    assert len(server.transports) == 1
    assert len(server.connection.session.chat.lines) == 3


@pytest.mark.parametrize("leap", [60.0, -3600.0, 86400.0])
def test_a_clock_that_jumps_causes_at_most_one_reconnect(leap: float) -> None:
    server = in_match()
    server.disconnects()
    server.polls(0.1)
    server.now += leap
    server.polls(0.3)
    assert len(server.transports) == 2
    comes_back(server)


def test_a_client_that_was_disconnected_during_sleep_reconnects() -> None:
    server = in_match()
    server.now += 80
    server.disconnects("The server closed the connection.")
    server.polls(0.5)
    comes_back(server)


def test_after_a_server_restart_the_client_joins_the_lobby_with_its_look() -> None:
    server = in_match()
    server.state = TransportState.CLOSED
    server.disconnects()
    server.polls(5.0)
    assert len(server.transports) > 3
    status = status_of(server.connection, server.now)
    assert status
    assert status.reason == "Nobody answers."
    del server.transports[:-1]
    server.state = TransportState.OPEN
    server.polls(4.0)
    bare = Roster((replace(SEATS[0], colour=0, character=0),), ())
    server.admits(bare, Chat(1, "Bo", "first", 1))
    session = server.connection.session
    assert [line.text for line in session.chat.lines] == ["hi", "ho", RESTARTED, "first"]
    assert session.client_round is None
    assert session.room.lobby
    assert session.room.lobby.phase is Phase.LOBBY
    assert server.received(Look) == [Look(0, 3, 2)]
    assert server.received(Ready) == []


def test_who_only_watched_before_a_server_restart_takes_no_colour_of_those_who_played() -> None:
    server = ScriptedServer()
    server.admits(Roster((SEATS[1],), (Spectator(7, "Ada"),)))
    server.disconnects()
    server.polls(0.3)
    server.admits(Roster((replace(SEATS[0], colour=0, character=0), SEATS[1]), ()))
    assert [look.colour for look in server.received(Look)] == [15], "not the 5 of the settings"


def test_an_eager_client_gets_ready_again_after_a_restart() -> None:
    server = ScriptedServer(eager=True)
    server.admits()
    assert server.received(Ready) == [Ready(True)]
    server.disconnects()
    server.polls(0.3)
    server.admits()
    assert server.received(Ready) == [Ready(True)]


def test_after_ninety_seconds_reconnecting_ends_and_a_sentence_says_why() -> None:
    server = in_match()
    server.state = TransportState.CLOSED
    server.disconnects()
    server.polls(TRYING_MOST - 5)
    assert server.connection.problem == ""
    server.polls(6.0)
    assert server.connection.problem == "Nobody answers. Trying again for 90 seconds did not help."
    assert 60 < len(server.transports) < 100


def test_giving_up_ends_it_with_the_reason_and_only_while_disconnected() -> None:
    server = in_match()
    server.disconnects()
    server.polls(0.3)
    comes_back(server)
    server.connection.give_up()
    assert server.connection.problem == ""
    server.disconnects()
    server.polls()
    server.connection.give_up()
    assert server.connection.problem == "The connection to the server broke."
    server.polls(5.0)
    assert len(server.transports) == 2


@pytest.mark.parametrize("word", [Bye("The host has gone to bed."), Bye("")])
def test_after_a_bye_the_client_does_not_reconnect(word: Bye) -> None:
    server = in_match()
    server.sends(word)
    server.disconnects()
    server.polls(5.0)
    assert server.connection.problem == (word.reason or "The server has closed the room.")
    assert len(server.transports) == 1


def test_chat_that_was_sent_before_a_disconnect_is_sent_again_unless_the_room_received_it() -> None:
    server = in_match()
    for text in ("answered", "echoed", "told again", "lost"):
        server.connection.session.send_chat(text)
    server.polls()
    server.sends(Chat(0, "Ada", "answered", 3), Chat(0, "Ada", "echoed", 4))
    server.polls()
    server.disconnects()
    server.polls(0.3)
    told = [Chat(0, "Ada", text, number) for number, text in enumerate(("answered", "echoed", "told again"), 3)]
    server.admits(*told, returned=True)
    server.polls(1.0)
    assert not server.received(Say), "not before it is known what the room has received"
    server.sends(*(Pong(ping.id) for ping in server.received(Ping)))
    server.polls(1.0)
    assert server.received(Say) == [Say("lost")]
    assert [line.text for line in server.connection.session.chat.lines] == [
        "hi",
        "ho",
        "answered",
        "echoed",
        "told again",
    ]


def chat_sent_after_a_disconnect(server: ScriptedServer, returned: bool) -> list[Say]:
    """What the client says after it has connected again; `returned`: the server still knows it."""
    server.disconnects()
    server.polls(0.3)
    server.admits(returned=returned)
    server.polls(1.0)
    server.sends(*(Pong(ping.id) for ping in server.received(Ping)))
    server.polls(1.0)
    return server.received(Say)


def test_a_command_that_may_be_lost_is_not_sent_again_since_its_target_may_have_changed() -> None:
    server = in_match()
    server.connection.session.send_chat("/kick 3")
    assert not chat_sent_after_a_disconnect(server, returned=True)


def test_chat_for_a_server_that_ended_is_not_sent_to_the_next_one() -> None:
    server = in_match()
    server.connection.session.send_chat("lost")
    assert not chat_sent_after_a_disconnect(server, returned=False)


@pytest.mark.parametrize("code", [RefusalCode.PROTOCOL, RefusalCode.BANNED])
def test_a_final_refusal_on_return_ends_it(code: RefusalCode) -> None:
    server = in_match()
    server.disconnects()
    server.polls(0.3)
    server.sends(Refused(code, "Not here."))
    server.polls(5.0)
    assert server.connection.problem == "Not here."
    assert len(server.transports) == 2


@pytest.mark.parametrize("code", [RefusalCode.FULL, RefusalCode.CLOSING, RefusalCode.BAD])
def test_after_a_refusal_for_now_on_return_the_client_tries_again(code: RefusalCode) -> None:
    server = in_match()
    server.disconnects()
    server.polls(0.3)
    server.sends(Refused(code, "Not now."))
    server.polls()
    status = status_of(server.connection, server.now)
    assert status
    assert (status.reason, status.coming) == ("Not now.", "Trying again in 1 s")
    server.polls(0.6)
    assert len(server.transports) == 3
    comes_back(server)


def test_a_refusal_before_the_welcome_ends_it() -> None:
    server = ScriptedServer()
    server.polls()
    server.sends(Refused(RefusalCode.FULL, "The room is full."))
    server.polls(5.0)
    assert server.connection.problem == "The room is full."
    assert len(server.transports) == 1


def test_a_first_connect_that_fails_is_not_tried_again() -> None:
    server = ScriptedServer()
    server.state = TransportState.CLOSED
    server.polls(5.0)
    assert server.connection.problem == "Nobody answers."
    assert len(server.transports) == 1


def test_the_client_waits_for_the_answer_of_a_server_that_stops_for_a_moment() -> None:
    server = in_match()
    server.disconnects()
    server.polls(0.3)
    server.polls(GREETING_MOST - 1)
    assert len(server.transports) == 2
    server.polls(2.0)
    assert len(server.transports) == 3
    comes_back(server)


def test_a_client_reconnects_to_a_server_of_our_own_but_not_once_that_has_ended() -> None:
    local_server = FakeServer()
    server = in_match(local_server)  # type: ignore[arg-type]
    server.disconnects()
    server.polls(0.3)
    comes_back(server)
    server.disconnects()
    local_server.problem = "The server has ended."
    server.polls()
    assert server.connection.problem == "The server has ended."


def test_leaving_sends_a_goodbye_and_a_crash_of_ours_does_not() -> None:
    for goodbye in (True, False):
        server = in_match()
        server.connection.close(goodbye)
        assert bool(server.received(Bye)) is goodbye
        assert server.transports[-1].state is TransportState.CLOSED
