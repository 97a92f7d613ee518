"""Who follows whom: screens by wishes, and screens by what the server does."""

from dataclasses import dataclass
from functools import partial

import pytest

from petard.game.client.server_control import ServerControl
from petard.game.config.arguments import Address
from petard.game.config.settings import ADDRESSES, Settings
from petard.game.doctor.diagnosis.facts import Facts
from petard.game.flow.local_server import hosted_server
from petard.game.ui.screen import JoinServer, ShowDoctor, ShowJoin, SimpleRequest
from petard.game.ui.screens.doctor import DoctorScreen
from petard.game.ui.screens.join import JoinScreen
from petard.game.ui.screens.lobby import LobbyScreen
from petard.game.ui.screens.lost import ConnectingScreen, DisconnectedScreen
from petard.game.ui.screens.match import MatchScreen
from petard.game.ui.screens.options import OptionsScreen
from petard.game.ui.screens.password import PasswordScreen
from petard.game.ui.screens.pause import PauseScreen
from petard.game.ui.screens.results import ResultsScreen
from petard.game.ui.screens.title import TitleScreen
from petard.shared.control_channel import ControlVerb, Pace
from petard.shared.protocol.messages import Phase, Ready
from tests.game.flow.visitor import FakeServer, Visitor, in_match
from tests.game.ui.people import Person

DOCTOR = "petard.game.flow.navigator.DoctorScreen"


@pytest.mark.slow
def test_the_phase_of_the_room_decides_the_screen() -> None:
    visitor = Visitor()
    assert visitor.goes_on() is LobbyScreen
    visitor.ends.sessions[1].send(Ready(True))
    visitor.ends.post()
    assert visitor.ends.room.phase is Phase.LOADING
    assert visitor.goes_on() is MatchScreen
    screen = visitor.navigator.screen
    visitor.ends.tick_until(Phase.PLAYING, 60)
    assert visitor.goes_on() is MatchScreen
    assert visitor.navigator.screen is screen, "loading and playing are one screen"
    visitor.ends.tick_until(Phase.RESULTS)
    assert visitor.goes_on() is ResultsScreen
    assert visitor.navigator.screen.behind is not None  # type: ignore[attr-defined]
    visitor.ends.tick_until(Phase.LOBBY)
    assert visitor.goes_on() is LobbyScreen


def test_before_the_room_is_shown_we_wait_and_say_for_what() -> None:
    visitor = Visitor()
    visitor.connection.is_in = False
    assert visitor.goes_on() is ConnectingScreen
    assert visitor.navigator.screen.words == "Here we go"  # type: ignore[attr-defined]


@pytest.mark.parametrize(("own", "again"), [(False, "10.0.0.5"), (True, "")])
def test_a_lost_server_is_a_sentence_and_everything_is_closed(own: bool, again: str) -> None:
    visitor = Visitor()
    assert visitor.goes_on() is LobbyScreen
    visitor.connection.problem = "The server closed the connection."
    visitor.connection.local_server = FakeServer() if own else None
    assert visitor.goes_on() is DisconnectedScreen
    assert visitor.connection.closed == 1
    assert visitor.navigator.connection is None
    assert visitor.context.session is None
    assert visitor.navigator.screen.sentence == "The server closed the connection."  # type: ignore[attr-defined]
    assert visitor.navigator.screen.address == again  # type: ignore[attr-defined]
    assert visitor.navigator.screen.heading == "That is over"  # type: ignore[attr-defined]
    visitor.keys("escape")
    assert isinstance(visitor.screen, TitleScreen)


def test_a_room_with_a_password_asks_for_it_and_each_server_is_told_its_own() -> None:
    visitor = Visitor()
    visitor.connection.session.link.login.wants_password = True
    visitor.connection.problem = "This room has a password."
    assert visitor.goes_on() is PasswordScreen
    assert visitor.navigator.screen.problem == "", "it is the first time that we are asked"  # type: ignore[attr-defined]
    visitor.types("fuse")
    visitor.keys("enter")
    assert visitor.navigator.connection is not None
    assert visitor.navigator.connection.session.link.login.password == "fuse"
    visitor.navigator.answer(JoinServer("10.0.0.6"), 0.0)
    assert visitor.navigator.connection.session.link.login.password == ""
    visitor.navigator.answer(JoinServer("10.0.0.5"), 0.0)
    assert visitor.navigator.connection.session.link.login.password == "fuse", "asked once is enough"
    visitor.navigator.connection.session.link.login.wants_password = True
    visitor.navigator.connection.session.link.end("That is not the password of this room.")
    visitor.goes_on()
    assert visitor.navigator.screen.problem == "That is not the password of this room."  # type: ignore[attr-defined]
    visitor.navigator.answer(JoinServer("10.0.0.5"), 0.0)
    assert visitor.navigator.connection.session.link.login.password == "", "a wrong one is forgotten"
    visitor.navigator.close()


def test_a_server_of_our_own_has_nobody_asked_for_a_password() -> None:
    visitor = Visitor()
    visitor.connection.session.link.login.wants_password, visitor.connection.local_server = True, FakeServer()
    visitor.connection.problem = "This room has a password."
    assert visitor.goes_on() is DisconnectedScreen


def test_escape_in_a_match_opens_a_menu_while_the_match_goes_on() -> None:
    visitor = in_match()
    assert visitor.navigator.playing
    visitor.keys("escape")
    assert isinstance(visitor.screen, PauseScreen)
    assert isinstance(visitor.navigator.screen, MatchScreen)
    assert visitor.context.devices.are_blocked
    assert not visitor.navigator.playing
    visitor.keys("escape")
    assert isinstance(visitor.screen, MatchScreen)
    assert not visitor.context.devices.are_blocked


def test_leaving_from_the_menu_ends_the_visit() -> None:
    visitor = in_match()
    visitor.keys("escape", "down", "down", "down", "enter")
    assert isinstance(visitor.screen, TitleScreen)
    assert visitor.connection.closed == 1
    assert visitor.context.session is None


def on_own_server() -> tuple[Visitor, ServerControl]:
    """Alone in a match on a server of our own, which does what it is told."""
    visitor = in_match()
    visitor.connection.local_server = FakeServer()
    control = visitor.connection.local_server.control
    control.set_alone(is_alone=True)
    control.set_round(visitor.ends.sessions[1].announcement)
    visitor.goes_on()
    return visitor, control


def verbs(control: ServerControl) -> list[ControlVerb]:
    return [order.verb for order in control.take_orders()]


def test_alone_on_our_own_server_escape_pauses_and_going_on_ends_that() -> None:
    visitor, control = on_own_server()
    assert verbs(control) == []
    visitor.keys("escape")
    visitor.goes_on()
    assert verbs(control) == [ControlVerb.PAUSE]
    control.set_pace(Pace.PAUSED)
    visitor.keys("escape")
    visitor.goes_on()
    assert verbs(control) == [ControlVerb.RESUME]


def test_the_options_lie_over_a_match_that_stays_paused_and_lead_back_to_the_menu() -> None:
    visitor, control = on_own_server()
    visitor.keys("escape", "down", "enter")
    assert isinstance(visitor.screen, OptionsScreen)
    visitor.goes_on()
    control.set_pace(Pace.PAUSED)
    visitor.goes_on()
    visitor.keys("escape")
    assert isinstance(visitor.screen, PauseScreen)
    visitor.goes_on()
    assert verbs(control) == [ControlVerb.PAUSE]
    assert isinstance(visitor.navigator.screen, MatchScreen)


def test_the_menu_begins_the_match_anew_and_ends_the_pause() -> None:
    visitor, control = on_own_server()
    visitor.keys("escape", "down", "down", "enter")
    visitor.goes_on()
    assert isinstance(visitor.screen, MatchScreen)
    assert ControlVerb.RESTART in verbs(control)


def test_with_somebody_else_there_the_menu_pauses_nothing_and_offers_no_restart() -> None:
    visitor, control = on_own_server()
    visitor.keys("escape")
    assert visitor.widget("restart")
    visitor.goes_on()
    control.take_orders()
    control.set_alone(is_alone=False)
    visitor.goes_on()
    assert isinstance(visitor.screen, PauseScreen)
    assert "restart" not in [widget.key for widget in visitor.screen.form.widgets]
    assert ControlVerb.PAUSE not in verbs(control)


def test_off_the_server_there_is_nothing_to_steer() -> None:
    visitor, _ = on_own_server()
    visitor.navigator.close()
    assert visitor.context.own_server.control is None
    assert not visitor.context.own_server.may_pause


@pytest.mark.slow
def test_the_menu_stays_over_the_results_and_goes_with_the_lobby() -> None:
    visitor = in_match()
    visitor.keys("escape")
    visitor.ends.tick_until(Phase.RESULTS)
    visitor.goes_on()
    assert isinstance(visitor.screen, PauseScreen)
    visitor.ends.tick_until(Phase.LOBBY)
    visitor.goes_on()
    assert isinstance(visitor.screen, LobbyScreen)
    assert not visitor.context.devices.are_blocked


def test_escape_while_a_line_is_written_in_the_match_closes_the_line_only() -> None:
    visitor = in_match()
    visitor.keys("enter")
    assert visitor.screen.typing
    visitor.keys("escape")
    assert isinstance(visitor.screen, MatchScreen)
    assert not visitor.screen.typing


def test_wishes_lead_where_they_say() -> None:
    person = Person()
    for wish, kind in (
        (ShowJoin(), JoinScreen),
        (SimpleRequest.OPTIONS, OptionsScreen),
        (SimpleRequest.TITLE, TitleScreen),
    ):
        person.navigator.answer(wish, 0.0)
        assert isinstance(person.navigator.screen, kind)
    person.navigator.answer(SimpleRequest.QUIT, 0.0)
    assert not person.navigator.is_running


def test_addresses_are_remembered_the_last_one_first_each_once() -> None:
    visitor = Visitor()
    for number in (1, 2, 3, 4, 5, 6, 3):
        visitor.connection.address = Address(f"127.0.0.{number}", 1)
        visitor.goes_on()
    assert visitor.context.settings.addresses[:2] == ("127.0.0.3:1", "127.0.0.6:1")
    assert len(visitor.context.settings.addresses) == ADDRESSES


def test_an_address_counts_only_once_its_server_has_let_us_in() -> None:
    person = Person()
    person.navigator.answer(JoinServer("127.0.0.1:1"), 0.0)
    person.navigator.poll(0.0)
    assert person.context.settings.addresses == ()
    person.navigator.close()
    hosting = Visitor()
    hosting.connection.local_server = FakeServer()
    hosting.goes_on()
    assert hosting.context.settings.addresses == (), "our own server is nowhere to come back to"


def test_a_bad_address_from_elsewhere_is_told_where_it_can_be_mended() -> None:
    person = Person()
    person.navigator.answer(JoinServer("a:b:c"), 0.0)
    assert isinstance(person.navigator.screen, JoinScreen)
    assert "a:b:c" in person.navigator.screen.problem
    assert person.widget("address").text == "a:b:c"  # type: ignore[attr-defined]
    assert person.navigator.connection is None


def test_a_server_for_friends_plays_what_was_hosted_last_as_far_as_it_is_here() -> None:
    hosting = hosted_server(Settings(map="small", rules="classic-course", rounds=5, bots=0, skill=3, away=2))
    assert (hosting.map, hosting.rules, hosting.rounds, hosting.bots) == ("small", "classic-course", 5, 0)
    assert (hosting.skill, hosting.away, hosting.for_friends) == (3, 2, True)
    elsewhere = hosted_server(Settings(map="castle", rules="house-rules"))
    assert (elsewhere.map, elsewhere.rules) == ("", "")


def test_play_that_cannot_start_its_server_is_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    class NoChild:
        port, invitation, problem = None, "", "The server could not be started (no such file)."

        def __init__(self, *_: object) -> None:
            self.control = ServerControl()

        def poll(self, now: float) -> None: ...

        def send_orders(self) -> None: ...

        def end(self) -> None: ...

    monkeypatch.setattr("petard.game.flow.server_joiner.LocalServer", NoChild)
    person = Person()
    person.navigator.answer(SimpleRequest.PLAY, 0.0)
    assert isinstance(person.navigator.screen, ConnectingScreen)
    person.navigator.poll(0.0)
    assert isinstance(person.navigator.screen, DisconnectedScreen)
    assert person.navigator.screen.heading == "That did not work"
    assert person.navigator.connection is None


def test_whoever_hosts_is_examined_over_the_lobby_and_stays_in_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(DOCTOR, partial(DoctorScreen, begin=lambda facts, now: Finished(facts)))
    visitor = Visitor()
    visitor.connection.local_server = FakeServer("192.168.178.20")
    visitor.goes_on()
    visitor.waits(1.0)
    visitor.clicks("doctor")
    assert isinstance(visitor.navigator.overlay, DoctorScreen)
    assert visitor.navigator.overlay.examination.facts.hosting  # type: ignore[union-attr]
    visitor.keys("escape")
    assert visitor.navigator.overlay is None
    assert visitor.goes_on() is LobbyScreen
    assert visitor.connection.closed == 0


def test_a_match_that_begins_sends_the_doctor_away(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(DOCTOR, partial(DoctorScreen, begin=lambda facts, now: Finished(facts)))
    visitor = Visitor()
    assert visitor.goes_on() is LobbyScreen
    visitor.navigator.answer(ShowDoctor(), 0.0)
    visitor.ends.sessions[1].send(Ready(True))
    visitor.ends.post()
    assert visitor.goes_on() is MatchScreen
    assert (visitor.navigator.overlay, visitor.context.devices.are_blocked) == (None, False)


def test_who_sees_no_game_is_examined_and_comes_back_to_the_list(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(DOCTOR, partial(DoctorScreen, begin=lambda facts, now: Finished(facts)))
    person = Person()
    person.navigator.answer(ShowDoctor("10.0.0.5"), 0.0)
    assert isinstance(person.navigator.screen, DoctorScreen)
    person.keys("escape")
    assert isinstance(person.navigator.screen, JoinScreen)


@dataclass
class Finished:
    """An examination that has nothing to do."""

    facts: Facts
    is_over: bool = True

    def poll(self, now: float) -> None:
        raise AssertionError("it is over")
