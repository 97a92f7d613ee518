"""Lines that break, and the visit that goes on: everything happens on fake lines, in no time."""

from dataclasses import replace

import pytest

from petard.game.client.backoff import TRYING_MOST
from petard.game.client.server_control import ServerControl
from petard.game.client.session import ANEW
from petard.game.flow.server_connection import GREETING_MOST, SILENCE
from petard.game.net.transport import TransportState
from petard.shared.protocol.messages import (
    Bye,
    Chat,
    Command,
    Hello,
    Look,
    Phase,
    Ping,
    Pong,
    Ready,
    RefusalCode,
    Refused,
    Roster,
    Say,
)
from tests.game.lines import SEATS, TOKENS, TURN, Station, in_match, round_one


class FakeServer:
    """A server of our own that is ready."""

    def __init__(self) -> None:
        self.control = ServerControl()
        self.problem = ""
        self.ended = False

    def poll(self, now: float) -> int:
        """Its port."""
        return 7777

    def send_orders(self) -> None:
        """There are none."""

    def end(self) -> None:
        """Go."""
        self.ended = True


def comes_back(station: Station) -> None:
    """The line holds again, and all is as before."""
    station.lets_in(*round_one(), Chat(1, "Bo", "ho", 2), Chat(-1, "", "Ada is back.", 3), returned=True)
    visit = station.visit
    assert visit.problem == ""
    assert visit.status(station.now) is None
    assert visit.session.room.my_slots == (0,)
    assert [line.text for line in visit.session.chat.lines] == ["hi", "ho", "Ada is back."]
    assert visit.session.view(station.now)
    visit.session.send_keys((1,))
    station.polls()
    assert station.hears(Command) == [Command(1, (1,))]


def test_a_reset_line_is_dialled_again_and_shows_the_token_and_nothing_that_was_known_is_lost() -> None:
    station = in_match()
    picture = station.visit.session.view(station.now)
    station.breaks()
    station.polls()
    sign = station.visit.status(station.now)
    assert sign
    assert (sign.broken, sign.coming) == (True, "Trying again in 1 s")
    assert station.visit.session.view(station.now) == picture
    station.visit.session.send_keys((1,))
    station.polls(0.3)
    assert [hello.token for hello in station.hears(Hello)] == [TOKENS[0]]
    assert station.hears(Command) == []
    comes_back(station)


def test_ten_seconds_of_nothing_are_shown_within_one_and_end_in_the_same_match() -> None:
    station = in_match()
    station.polls(0.7)
    assert station.visit.status(station.now) is None
    station.polls(0.3)
    sign = station.visit.status(station.now)
    assert sign
    assert not sign.broken
    station.state = TransportState.CONNECTING  # whoever knocks now is not heard
    station.polls(SILENCE)
    sign = station.visit.status(station.now)
    assert sign
    assert sign.broken
    station.polls(10 - 1 - SILENCE)
    assert len(station.lines) == 2
    station.lines[-1].state = TransportState.OPEN
    comes_back(station)


def test_a_server_that_answers_pings_is_never_quiet_even_with_a_ping_of_a_second() -> None:
    station = in_match()
    asked: dict[int, float] = {}
    for _ in range(600):
        station.polls()
        asked |= {one.id: station.now for one in station.hears(Ping) if one.id not in asked}
        station.says(*(Pong(one) for one, then in asked.items() if 1.0 <= station.now - then < 1.0 + TURN))
        if station.now > 102:
            assert station.visit.status(station.now) is None
    assert 950 < station.visit.session.link.heartbeat.ping < 1050
    assert len(station.lines) == 1


def test_a_laptop_that_slept_for_a_minute_reads_what_lies_there_before_it_judges() -> None:
    station = in_match()
    station.now += 60
    station.says(Chat(-1, "", "The host is ready.", 3))
    station.polls()
    assert station.visit.status(station.now) is None
    assert len(station.lines) == 1
    assert len(station.visit.session.chat.lines) == 3


@pytest.mark.parametrize("leap", [60.0, -3600.0, 86400.0])
def test_a_clock_that_leaps_costs_at_most_another_line(leap: float) -> None:
    station = in_match()
    station.breaks()
    station.polls(0.1)
    station.now += leap
    station.polls(0.3)
    assert len(station.lines) == 2
    comes_back(station)


def test_a_laptop_that_was_cut_in_its_sleep_comes_back() -> None:
    station = in_match()
    station.now += 80
    station.breaks("The server closed the connection.")
    station.polls(0.5)
    comes_back(station)


def test_a_server_that_was_started_anew_has_us_back_in_its_lobby_as_we_were() -> None:
    station = in_match()
    station.state = TransportState.CLOSED
    station.breaks()
    station.polls(5.0)
    assert len(station.lines) > 3
    sign = station.visit.status(station.now)
    assert sign
    assert sign.reason == "Nobody answers."
    del station.lines[:-1]
    station.state = TransportState.OPEN
    station.polls(4.0)
    bare = Roster((replace(SEATS[0], colour=0, character=0),), ())
    station.lets_in(bare, Chat(1, "Bo", "first", 1))
    session = station.visit.session
    assert [line.text for line in session.chat.lines] == ["hi", "ho", ANEW, "first"]
    assert session.client_round is None
    assert session.room.lobby
    assert session.room.lobby.phase is Phase.LOBBY
    assert station.hears(Look) == [Look(0, 3, 2)]
    assert station.hears(Ready) == []


def test_who_is_eager_is_ready_anew_after_a_restart() -> None:
    station = Station(eager=True)
    station.lets_in()
    assert station.hears(Ready) == [Ready(True)]
    station.breaks()
    station.polls(0.3)
    station.lets_in()
    assert station.hears(Ready) == [Ready(True)]


def test_after_ninety_seconds_it_is_over_and_a_sentence_says_why() -> None:
    station = in_match()
    station.state = TransportState.CLOSED
    station.breaks()
    station.polls(TRYING_MOST - 5)
    assert station.visit.problem == ""
    station.polls(6.0)
    assert station.visit.problem == "Nobody answers. Trying again for 90 seconds did not help."
    assert 20 < len(station.lines) < 40


def test_giving_up_ends_it_with_the_reason_and_only_while_the_line_is_broken() -> None:
    station = in_match()
    station.breaks()
    station.polls(0.3)
    comes_back(station)
    station.visit.give_up()
    assert station.visit.problem == ""
    station.breaks()
    station.polls()
    station.visit.give_up()
    assert station.visit.problem == "The connection to the server broke."
    station.polls(5.0)
    assert len(station.lines) == 2


@pytest.mark.parametrize("word", [Bye("The host has gone to bed."), Bye("")])
def test_what_the_server_said_last_is_no_broken_line(word: Bye) -> None:
    station = in_match()
    station.says(word)
    station.breaks()
    station.polls(5.0)
    assert station.visit.problem == (word.reason or "The server has closed the room.")
    assert len(station.lines) == 1


def test_what_was_said_into_a_dying_line_is_said_again_unless_the_room_has_heard_it() -> None:
    station = in_match()
    for text in ("answered", "echoed", "told again", "lost"):
        station.visit.session.send_chat(text)
    station.polls()
    station.says(Chat(0, "Ada", "answered", 3), Chat(0, "Ada", "echoed", 4))
    station.polls()
    station.breaks()
    station.polls(0.3)
    told = [Chat(0, "Ada", text, number) for number, text in enumerate(("answered", "echoed", "told again"), 3)]
    station.lets_in(*told, returned=True)
    station.polls(1.0)
    assert not station.hears(Say), "not before it is known what the room has heard"
    station.says(*(Pong(ping.id) for ping in station.hears(Ping)))
    station.polls(1.0)
    assert station.hears(Say) == [Say("lost")]
    assert [line.text for line in station.visit.session.chat.lines] == ["hi", "ho", "answered", "echoed", "told again"]


def test_a_command_that_may_be_lost_is_not_said_again_for_it_may_mean_somebody_else_by_then() -> None:
    station = in_match()
    station.visit.session.send_chat("/kick 3")
    station.breaks()
    station.polls(0.3)
    station.lets_in(returned=True)
    station.polls(1.0)
    station.says(*(Pong(ping.id) for ping in station.hears(Ping)))
    station.polls(1.0)
    assert not station.hears(Say)


def test_what_was_said_to_a_server_that_is_no_more_is_not_said_to_the_next_one() -> None:
    station = in_match()
    station.visit.session.send_chat("lost")
    station.breaks()
    station.polls(0.3)
    station.lets_in(returned=False)
    station.polls(1.0)
    station.says(*(Pong(ping.id) for ping in station.hears(Ping)))
    station.polls(1.0)
    assert not station.hears(Say)


@pytest.mark.parametrize("code", [RefusalCode.PROTOCOL, RefusalCode.NAME, RefusalCode.BANNED])
def test_who_is_refused_for_good_on_return_is_told_so(code: RefusalCode) -> None:
    station = in_match()
    station.breaks()
    station.polls(0.3)
    station.says(Refused(code, "Not here."))
    station.polls(5.0)
    assert station.visit.problem == "Not here."
    assert len(station.lines) == 2


@pytest.mark.parametrize("code", [RefusalCode.FULL, RefusalCode.CLOSING, RefusalCode.BAD])
def test_who_is_refused_for_now_on_return_tries_again(code: RefusalCode) -> None:
    station = in_match()
    station.breaks()
    station.polls(0.3)
    station.says(Refused(code, "Not now."))
    station.polls()
    sign = station.visit.status(station.now)
    assert sign
    assert (sign.reason, sign.coming) == ("Not now.", "Trying again in 1 s")
    station.polls(0.6)
    assert len(station.lines) == 3
    comes_back(station)


def test_who_was_never_in_is_refused_at_once() -> None:
    station = Station()
    station.polls()
    station.says(Refused(RefusalCode.FULL, "The room is full."))
    station.polls(5.0)
    assert station.visit.problem == "The room is full."
    assert len(station.lines) == 1


def test_a_door_that_was_never_open_is_not_knocked_at_again() -> None:
    station = Station()
    station.state = TransportState.CLOSED
    station.polls(5.0)
    assert station.visit.problem == "Nobody answers."
    assert len(station.lines) == 1


def test_a_hello_that_nobody_answers_is_waited_for_since_a_server_may_only_sleep() -> None:
    station = in_match()
    station.breaks()
    station.polls(0.3)
    station.polls(GREETING_MOST - 1)
    assert len(station.lines) == 2
    station.polls(2.0)
    assert len(station.lines) == 3
    comes_back(station)


def test_the_line_to_a_server_of_our_own_is_dialled_again_but_not_once_that_has_ended() -> None:
    child = FakeServer()
    station = in_match(child)  # type: ignore[arg-type]
    station.breaks()
    station.polls(0.3)
    comes_back(station)
    station.breaks()
    child.problem = "The server has ended."
    station.polls()
    assert station.visit.problem == "The server has ended."


def test_leaving_says_goodbye_and_a_crash_of_ours_does_not() -> None:
    for goodbye in (True, False):
        station = in_match()
        station.visit.close(goodbye)
        assert bool(station.hears(Bye)) is goodbye
        assert station.lines[-1].state is TransportState.CLOSED
