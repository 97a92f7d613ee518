"""The menu over a match and over the results."""

from collections.abc import Callable

import pytest

from petard.game.client.room_state import Audience
from petard.game.ui.screen import MatchMenuRequest, SimpleRequest
from petard.game.ui.screens.dialogs import PauseScreen
from petard.game.ui.screens.results import ResultsScreen
from petard.shared.protocol.messages import Spectator, Welcome
from tests.game.ui.screens.lobby_person import LobbyPerson, seats


def test_the_menu_over_a_match_can_be_closed_or_leave_the_match(by: str) -> None:
    for key, request in {
        "resume": MatchMenuRequest.RESUME,
        "how": MatchMenuRequest.HOW_TO_PLAY,
        "leave": SimpleRequest.TITLE,
    }.items():
        person = LobbyPerson()
        person.before(PauseScreen(person.context))
        person.pushes(key, by)
        assert person.requests == [request]


def test_the_host_ends_the_match_and_goes_back_to_the_lobby(by: str) -> None:
    person = LobbyPerson()
    person.before(PauseScreen(person.context))
    person.pushes("lobby", by)
    assert person.requests == [MatchMenuRequest.RESUME]
    assert person.ends.sessions[2].chat.lines[-1].text == "/restart", "the command of the host, in the line of chat"


def test_nobody_else_ends_the_match() -> None:
    assert "lobby" not in PauseScreen(LobbyPerson(host=False).context).form.keys


def test_the_menu_warns_a_host_that_leaving_ends_the_game_for_friends() -> None:
    person = LobbyPerson()
    menu = PauseScreen(person.context)
    session = person.context.session
    assert session is not None
    session.room.welcome = Welcome(1, "0.1.0", 1, "0" * 32, 60, "Room")
    session.room.seats, session.room.audience = seats(2), Audience()
    assert menu.warning == "", "on the server of somebody else"
    person.context.own_server.invitation = "192.168.1.20"
    assert menu.warning == "You host: the game ends for everybody."
    session.room.seats = seats(1)
    assert menu.warning == "", "nobody else is here"
    session.room.audience = Audience((Spectator(9, "Zoe"),))
    assert menu.warning


@pytest.mark.parametrize("act", ["escape", "pad", "mouse"])
def test_back_opens_the_menu_over_the_results_and_closes_it(act: str) -> None:
    person = LobbyPerson()
    person.before(ResultsScreen(person.context))
    del person.navigator.answer
    back = {"escape": lambda: person.keys("escape"), "pad": lambda: person.pad("back"), "mouse": right_click(person)}[
        act
    ]
    back()
    assert isinstance(person.screen, PauseScreen)
    assert person.context.devices.are_blocked
    back()
    assert isinstance(person.screen, ResultsScreen)
    assert not person.context.devices.are_blocked


def right_click(person: LobbyPerson) -> Callable[[], None]:
    return lambda: person.clicks_at(10, 10, 3)
