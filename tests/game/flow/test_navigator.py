"""Which screen is shown next: after a navigation request, and after what the server does."""

from dataclasses import replace
from functools import partial

import pytest

from petard.game.client.server_control import ServerControl
from petard.game.config.arguments import Address
from petard.game.config.settings import ADDRESSES, Settings
from petard.game.doctor.examination import Examination
from petard.game.flow.local_server import hosted_server
from petard.game.ui.screen import JoinServer, ShowDoctor, ShowJoin, SimpleRequest
from petard.game.ui.screens.dialogs import ConnectingScreen, DisconnectedScreen, PasswordScreen, PauseScreen
from petard.game.ui.screens.doctor import DoctorScreen
from petard.game.ui.screens.how_to_play import HowToPlayScreen
from petard.game.ui.screens.join import JoinScreen
from petard.game.ui.screens.lobby import LobbyScreen
from petard.game.ui.screens.match import MatchScreen
from petard.game.ui.screens.options import OptionsScreen
from petard.game.ui.screens.results import ResultsScreen
from petard.game.ui.screens.title import TitleScreen
from petard.game.view.change_pace import CHANGES_MOST
from petard.shared.control_channel import ControlVerb, Pace
from petard.shared.protocol.messages import Phase, Ready, Setup
from tests.game.flow.fake_connection import ConnectedPerson, FakeServer, in_match
from tests.game.ui.person import Person

DOCTOR = "petard.game.flow.navigator.DoctorScreen"


@pytest.mark.slow
def test_the_phase_of_the_room_decides_the_screen() -> None:
    person = ConnectedPerson()
    assert person.goes_on() is LobbyScreen
    person.ends.sessions[1].link.send(Ready(True))
    person.ends.post()
    assert person.ends.room.phase is Phase.LOADING
    assert person.goes_on() is MatchScreen
    screen = person.navigator.screen
    person.ends.tick_until(Phase.PLAYING, 60)
    assert person.goes_on() is MatchScreen
    assert person.navigator.screen is screen, "loading and playing are one screen"
    person.ends.tick_until(Phase.RESULTS)
    assert person.goes_on() is ResultsScreen
    assert person.navigator.screen.behind is not None  # type: ignore[attr-defined]
    person.ends.tick_until(Phase.LOBBY)
    assert person.goes_on() is LobbyScreen


def test_phases_that_change_in_each_picture_are_not_all_shown() -> None:
    person = ConnectedPerson()
    room, shown = person.connection.session.room, set()
    lobby = room.lobby
    assert lobby
    for phase in (Phase.PLAYING, Phase.LOBBY) * 30:
        room.lobby = replace(lobby, phase=phase)
        person.navigator.poll(person.now)
        shown.add(person.navigator.screen)
    assert 2 < len(shown) <= CHANGES_MOST + 1
    room.lobby = replace(lobby, phase=Phase.PLAYING)
    person.now += 1.0
    assert person.goes_on() is MatchScreen


@pytest.mark.slow
def test_a_round_shows_play_and_lobby_and_results_do_not() -> None:
    person = ConnectedPerson()
    screens = [(person.goes_on(), person.navigator.screen.shows_play)]
    person.ends.sessions[1].link.send(Ready(True))
    for phase in (Phase.PLAYING, Phase.RESULTS):
        person.ends.tick_until(phase)
        screens.append((person.goes_on(), person.navigator.screen.shows_play))
    assert screens == [(LobbyScreen, False), (MatchScreen, True), (ResultsScreen, False)]


def test_before_the_first_lobby_the_connecting_screen_says_what_it_waits_for() -> None:
    person = ConnectedPerson()
    person.connection.is_admitted = False
    assert person.goes_on() is ConnectingScreen
    assert person.navigator.screen.words == "Here we go"  # type: ignore[attr-defined]


@pytest.mark.parametrize(("own", "again"), [(False, "10.0.0.5"), (True, "")])
def test_after_a_disconnect_a_sentence_is_shown_and_everything_is_closed(own: bool, again: str) -> None:
    person = ConnectedPerson()
    assert person.goes_on() is LobbyScreen
    person.connection.problem = "The server closed the connection."
    person.connection.local_server = FakeServer() if own else None
    assert person.goes_on() is DisconnectedScreen
    assert person.connection.closed == 1
    assert person.navigator.connection is None
    assert person.context.session is None
    assert person.navigator.screen.sentence == "The server closed the connection."  # type: ignore[attr-defined]
    assert person.navigator.screen.address == again  # type: ignore[attr-defined]
    assert person.navigator.screen.heading == "That is over"  # type: ignore[attr-defined]
    person.keys("escape")
    assert isinstance(person.screen, TitleScreen)


def test_each_server_gets_its_own_password() -> None:
    person = ConnectedPerson()
    person.connection.session.link.login.wants_password = True
    person.connection.problem = "This room has a password."
    assert person.goes_on() is PasswordScreen
    assert person.navigator.screen.problem == "", "it is the first time that we are asked"  # type: ignore[attr-defined]
    person.types("fuse")
    person.keys("enter")
    assert person.navigator.connection is not None
    assert person.navigator.connection.session.link.login.password == "fuse"
    person.navigator.answer(JoinServer("10.0.0.6"), 0.0)
    assert person.navigator.connection.session.link.login.password == ""
    person.navigator.answer(JoinServer("10.0.0.5"), 0.0)
    assert person.navigator.connection.session.link.login.password == "fuse", "asked once is enough"
    person.navigator.connection.session.link.login.wants_password = True
    person.navigator.connection.session.link.end("That is not the password of this room.")
    person.goes_on()
    assert person.navigator.screen.problem == "That is not the password of this room."  # type: ignore[attr-defined]
    person.navigator.answer(JoinServer("10.0.0.5"), 0.0)
    assert person.navigator.connection.session.link.login.password == "", "a wrong one is forgotten"
    person.navigator.close()


def test_our_own_server_shows_no_password_screen() -> None:
    person = ConnectedPerson()
    person.connection.session.link.login.wants_password, person.connection.local_server = True, FakeServer()
    person.connection.problem = "This room has a password."
    assert person.goes_on() is DisconnectedScreen


def test_escape_in_a_match_opens_a_menu_while_the_match_goes_on() -> None:
    person = in_match()
    assert person.navigator.playing
    person.keys("escape")
    assert isinstance(person.screen, PauseScreen)
    assert isinstance(person.navigator.screen, MatchScreen)
    assert person.context.devices.are_blocked
    assert not person.navigator.playing
    person.keys("escape")
    assert isinstance(person.screen, MatchScreen)
    assert not person.context.devices.are_blocked


def test_leaving_from_the_menu_closes_the_connection() -> None:
    person = in_match()
    person.keys("escape", "down", "down", "down", "down", "down", "down", "enter")
    assert isinstance(person.screen, TitleScreen)
    assert person.connection.closed == 1
    assert person.context.session is None


def on_own_server() -> tuple[ConnectedPerson, ServerControl]:
    """Alone in a match on a server of our own, which does what it is told."""
    person = in_match()
    person.connection.local_server = FakeServer()
    control = person.connection.local_server.control
    control.set_alone(is_alone=True)
    control.set_round(person.ends.sessions[1].announcement)
    person.goes_on()
    return person, control


def verbs(control: ServerControl) -> list[ControlVerb]:
    return [order.verb for order in control.take_orders()]


def test_alone_on_our_own_server_escape_pauses_and_closing_the_menu_resumes() -> None:
    person, control = on_own_server()
    assert verbs(control) == []
    person.keys("escape")
    person.goes_on()
    assert verbs(control) == [ControlVerb.PAUSE]
    control.set_pace(Pace.PAUSED)
    person.keys("escape")
    person.goes_on()
    assert verbs(control) == [ControlVerb.RESUME]


def test_the_options_over_a_match_keep_it_paused_and_lead_back_to_the_menu() -> None:
    person, control = on_own_server()
    person.keys("escape", "down", "enter")
    assert isinstance(person.screen, OptionsScreen)
    person.goes_on()
    control.set_pace(Pace.PAUSED)
    person.goes_on()
    person.keys("escape")
    assert isinstance(person.screen, PauseScreen)
    person.goes_on()
    assert verbs(control) == [ControlVerb.PAUSE]
    assert isinstance(person.navigator.screen, MatchScreen)


def test_how_to_play_over_a_match_keeps_it_paused_and_leads_back_to_the_menu() -> None:
    person, control = on_own_server()
    person.keys("escape")
    person.clicks("how")
    assert isinstance(person.screen, HowToPlayScreen)
    person.goes_on()
    control.set_pace(Pace.PAUSED)
    person.keys("escape")
    assert isinstance(person.screen, PauseScreen)
    person.goes_on()
    assert verbs(control) == [ControlVerb.PAUSE]


def test_restart_in_the_menu_restarts_the_match_and_ends_the_pause() -> None:
    person, control = on_own_server()
    person.keys("escape", "down", "down", "enter")
    person.goes_on()
    assert isinstance(person.screen, MatchScreen)
    assert ControlVerb.RESTART in verbs(control)


def test_who_rides_a_cart_on_a_server_of_their_own_skips_the_rest_of_the_round_from_the_menu(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("tests.game.flow.fake_connection.SETUP", Setup("small", "last-one-standing", 3, 3, 2))
    person, control = on_own_server()
    world = person.ends.room.world
    assert world
    person.ends.tick(world.rules.countdown + 1)
    assert not offers_skip(person), "alive"
    world.players[0].died_at, world.players[0].health = world.tick, 0
    person.ends.tick(world.rules.cart_after + 3)
    assert world.players[0].rim >= 0
    person.keys("escape")
    person.goes_on()
    assert offers_skip(person)
    person.keys("down", "down", "down", "enter")
    person.goes_on()
    assert isinstance(person.screen, MatchScreen)
    orders = verbs(control)
    assert ControlVerb.SKIP in orders
    assert orders[-1] is ControlVerb.RESUME


def offers_skip(person: ConnectedPerson) -> bool:
    return "skip" in [widget.key for widget in PauseScreen(person.context).form.widgets]


def test_with_another_member_the_menu_pauses_nothing_and_offers_no_restart() -> None:
    person, control = on_own_server()
    person.keys("escape")
    assert person.widget("restart")
    person.goes_on()
    control.take_orders()
    control.set_alone(is_alone=False)
    person.goes_on()
    assert isinstance(person.screen, PauseScreen)
    assert "restart" not in [widget.key for widget in person.screen.form.widgets]
    assert ControlVerb.PAUSE not in verbs(control)


def test_without_a_server_there_is_no_server_control() -> None:
    person, _ = on_own_server()
    person.navigator.close()
    assert person.context.own_server.control is None
    assert not person.context.own_server.may_pause


@pytest.mark.slow
def test_the_menu_stays_over_the_results_and_closes_in_the_lobby() -> None:
    person = in_match()
    person.keys("escape")
    person.ends.tick_until(Phase.RESULTS)
    person.goes_on()
    assert isinstance(person.screen, PauseScreen)
    person.ends.tick_until(Phase.LOBBY)
    person.goes_on()
    assert isinstance(person.screen, LobbyScreen)
    assert not person.context.devices.are_blocked


def test_escape_while_a_chat_line_is_written_closes_only_the_line() -> None:
    person = in_match()
    person.keys("enter")
    assert person.screen.typing
    person.keys("escape")
    assert isinstance(person.screen, MatchScreen)
    assert not person.screen.typing


def test_each_request_shows_its_screen() -> None:
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


def test_addresses_are_saved_once_each_the_last_one_first() -> None:
    person = ConnectedPerson()
    for number in (1, 2, 3, 4, 5, 6, 3):
        person.connection.address = Address(f"127.0.0.{number}", 1)
        person.goes_on()
    assert person.context.settings.addresses[:2] == ("127.0.0.3:1", "127.0.0.6:1")
    assert len(person.context.settings.addresses) == ADDRESSES


def test_an_address_is_saved_only_after_its_server_has_admitted_us() -> None:
    person = Person()
    person.navigator.answer(JoinServer("127.0.0.1:1"), 0.0)
    person.navigator.poll(0.0)
    assert person.context.settings.addresses == ()
    person.navigator.close()
    hosting = ConnectedPerson()
    hosting.connection.local_server = FakeServer()
    hosting.goes_on()
    assert hosting.context.settings.addresses == (), "our own server is nowhere to come back to"


def test_a_bad_address_opens_the_join_screen_with_the_problem() -> None:
    person = Person()
    person.navigator.answer(JoinServer("a:b:c"), 0.0)
    assert isinstance(person.navigator.screen, JoinScreen)
    assert "a:b:c" in person.navigator.screen.problem
    assert person.widget("address").text == "a:b:c"  # type: ignore[attr-defined]
    assert person.navigator.connection is None


def test_a_hosted_server_plays_what_was_hosted_last_if_its_map_exists() -> None:
    hosting = hosted_server(Settings(map="small", rules="classic-course", rounds=5, bots=0, skill=3, away=2))
    assert (hosting.map, hosting.rules, hosting.rounds, hosting.bots) == ("small", "classic-course", 5, 0)
    assert (hosting.skill, hosting.away, hosting.for_friends) == (3, 2, True)
    elsewhere = hosted_server(Settings(map="castle", rules="house-rules"))
    assert (elsewhere.map, elsewhere.rules) == ("", "")


def test_play_without_a_server_program_shows_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
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


def test_the_doctor_over_the_lobby_of_a_host_keeps_the_host_connected(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(DOCTOR, partial(DoctorScreen, begin=lambda facts, now: Examination(facts, now, {})))
    person = ConnectedPerson()
    person.connection.local_server = FakeServer("192.168.178.20")
    person.goes_on()
    person.waits(1.0)
    person.clicks("doctor")
    assert isinstance(person.navigator.overlay, DoctorScreen)
    assert person.navigator.overlay.examination.facts.hosting  # type: ignore[union-attr]
    person.keys("escape")
    assert person.navigator.overlay is None
    assert person.goes_on() is LobbyScreen
    assert person.connection.closed == 0


def test_the_doctor_closes_when_a_match_begins(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(DOCTOR, partial(DoctorScreen, begin=lambda facts, now: Examination(facts, now, {})))
    person = ConnectedPerson()
    assert person.goes_on() is LobbyScreen
    person.navigator.answer(ShowDoctor(), 0.0)
    person.ends.sessions[1].link.send(Ready(True))
    person.ends.post()
    assert person.goes_on() is MatchScreen
    assert (person.navigator.overlay, person.context.devices.are_blocked) == (None, False)


def test_the_doctor_leads_back_to_the_list_of_games(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(DOCTOR, partial(DoctorScreen, begin=lambda facts, now: Examination(facts, now, {})))
    person = Person()
    person.navigator.answer(ShowDoctor("10.0.0.5"), 0.0)
    assert isinstance(person.navigator.screen, DoctorScreen)
    person.keys("escape")
    assert isinstance(person.navigator.screen, JoinScreen)
