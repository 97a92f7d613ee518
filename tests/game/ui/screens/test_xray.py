"""The X-ray: F8 shows strips over the match, F8 again stops them; stepping works by keys, mouse and pad."""

import pytest

from petard.game.client.traffic_log import LoggedPiece
from petard.game.ui.screen import MatchMenuRequest
from petard.game.ui.screens.dialogs import PauseScreen
from petard.game.ui.screens.match import MatchScreen
from petard.game.ui.screens.xray import STRIPS, XrayScreen
from petard.shared.demo.xray import PieceKind
from petard.shared.framing import frame
from petard.shared.protocol.codec import encode
from petard.shared.protocol.messages import Ping, Pong
from tests.game.ui.screens.lobby_person import LobbyPerson

PING, PONG = frame(encode(Ping(1))), frame(encode(Pong(2)))
TIMES = (1.0, 1.25, 1.5, 1.75)


def person_with_pieces() -> LobbyPerson:
    """Four pieces: sent whole, received glued and torn, received torn, sent whole."""
    person = LobbyPerson()
    traffic = person.context.net_tools.traffic
    traffic.switch_on()
    traffic.align(0)
    for at, is_sent, data in zip(
        TIMES, (True, False, False, True), (PING, PONG + PING[:3], PING[3:], PONG), strict=True
    ):
        traffic.add(is_sent, at, data)
    return person


def xray_of(person: LobbyPerson) -> XrayScreen:
    screen = XrayScreen(person.context)
    person.before(screen)
    person.waits()
    return screen


def chosen(screen: XrayScreen) -> LoggedPiece:
    assert screen.view.chosen is not None
    return screen.view.chosen


def test_f8_shows_the_strips_and_f8_again_stops_them() -> None:
    person = LobbyPerson()
    person.ends.start()
    person.before(MatchScreen(person.context))
    person.waits()
    traffic = person.context.net_tools.traffic
    person.keys("f8")
    assert traffic.is_on
    assert person.requests == []
    person.waits()
    traffic.add(False, person.now, PONG)
    person.waits()
    person.keys("f8")
    assert person.requests == [MatchMenuRequest.XRAY]
    screen = xray_of(person)
    assert chosen(screen).piece.messages == [Pong(2)]
    person.keys("f8")
    assert person.requests[-1] is MatchMenuRequest.RESUME
    assert not traffic.is_on


@pytest.mark.parametrize("by", ["keys", "pad", "mouse"])
def test_one_steps_from_piece_to_piece_by_keys_mouse_and_pad(by: str) -> None:
    person = person_with_pieces()
    screen = xray_of(person)
    assert chosen(screen).piece.at == TIMES[-1], "it stands at the newest"
    for expected in (1.5, 1.25, 1.0, 1.0):
        if by == "keys":
            person.keys("comma")
        else:
            person.pushes("earlier", by)
        assert chosen(screen).piece.at == expected
    assert chosen(screen).is_sent
    if by == "keys":
        person.keys("period")
    else:
        person.pushes("later", by)
    assert chosen(screen).piece.kind == PieceKind.GLUED | PieceKind.TORN


def test_a_click_on_a_strip_chooses_the_nearest_piece_of_that_direction() -> None:
    person = person_with_pieces()
    screen = xray_of(person)
    right = STRIPS[0] + STRIPS[2]
    person.clicks_at(right - 4, STRIPS[1] + 60)  # the second strip: received
    assert chosen(screen).piece.at == 1.5
    person.clicks_at(right - 4, STRIPS[1] + 10)
    assert chosen(screen).piece.at == 1.75


@pytest.mark.parametrize("by", ["keys", "pad", "mouse"])
def test_it_goes_on_and_stops_and_shows_more_or_less_time(by: str) -> None:
    person = person_with_pieces()
    screen = xray_of(person)
    before = screen.view.span
    person.pushes("closer", by)
    assert screen.view.span < before
    person.pushes("farther", by)
    assert screen.view.span == before
    person.pushes("pause", by)
    person.waits(0.5)
    assert not screen.is_paused
    assert screen.view.until == pytest.approx(person.now)
    person.pushes("pause", by)
    stopped = screen.view.until
    person.waits(0.5)
    assert screen.view.until == stopped


def test_the_pause_menu_leads_there_so_a_pad_can() -> None:
    person = LobbyPerson()
    person.before(PauseScreen(person.context))
    person.waits(1.0)
    person.pushes("xray", "pad")
    assert person.requests == [MatchMenuRequest.XRAY]
    screen = xray_of(person)
    assert person.context.net_tools.traffic.is_on
    assert not screen.is_paused, "there is nothing to look at yet"
