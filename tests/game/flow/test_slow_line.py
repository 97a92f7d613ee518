"""A line that brings too few pictures: the screen says so, to players and to spectators, and for no other reason."""

from dataclasses import replace

import pygame
import pytest

from petard.game.client.server_control import ServerControl
from petard.game.client.session import Session
from petard.game.flow.connection_status import status_of
from petard.game.ui.render.hud import Hud, HudInfo
from petard.game.ui.render.play_layout import layout_for
from petard.game.ui.screens.match import MatchScreen
from petard.game.ui.screens.match_hud import is_slow
from petard.game.view.notices import SLOW_SHOWN, SlowLine
from petard.shared.control_channel import Pace
from petard.shared.protocol.messages import Delta, Phase, Roster, Spectator
from tests.game.scenes import busy, seats
from tests.game.scripted_server import LOBBY, SEATS, ScriptedServer, in_match
from tests.game.ui.legible import LegibleCanvas, TextRules
from tests.game.ui.person import Person
from tests.game.ui.pictures import dummy_canvas

SLOW = "Your line is slow"


def shown(server: ScriptedServer) -> str:
    """What is said at this moment, if nothing was said in the last minute."""
    status = status_of(server.connection, server.now)
    return status.words if status else SlowLine().words(is_slow(server.connection.session), server.now)


def brings(server: ScriptedServer, seconds: float, ticks: int, polls: int = 0) -> set[str]:
    """A state arrives every so many polls (0: as many as it has ticks); return what was shown meanwhile."""
    words = set()
    for poll in range(1, round(seconds * 60) + 1):
        if poll % (polls or ticks) == 0:
            server.sends(Delta(ticks, ()))
        server.polls()
        words.add(shown(server))
    return words


@pytest.mark.parametrize("ticks", [1, 2])
def test_a_line_that_brings_half_of_the_pictures_is_not_called_slow(ticks: int) -> None:
    assert brings(in_match(), 5, ticks) == {""}


@pytest.mark.parametrize("watches", [False, True])
def test_a_slow_line_is_called_slow_after_two_seconds_until_it_is_quick_again(watches: bool) -> None:
    server = in_match()
    if watches:
        server.sends(Roster(SEATS[1:], (Spectator(7, "Ada"),)))
    assert brings(server, 2, 1) == {""}
    assert brings(server, 0.9, 5) == {""}
    brings(server, 1.2, 5)
    assert brings(server, 10, 5) == {SLOW}
    brings(server, 2, 1)
    assert brings(server, 2, 1) == {""}


def test_one_lost_packet_makes_no_slow_line() -> None:
    server = in_match()
    brings(server, 2, 1)
    assert brings(server, 0.5, 29) == {""}
    assert brings(server, 3, 1) == {""}


def test_a_server_that_falls_behind_is_no_slow_line() -> None:
    server = in_match()
    assert brings(server, 5, 1, polls=5) == {""}, "each tick arrives, but there are few ticks"


@pytest.mark.parametrize("phase", [Phase.LOBBY, Phase.LOADING, Phase.RESULTS])
def test_only_while_a_round_runs_a_line_is_called_slow(phase: Phase) -> None:
    server = in_match()
    brings(server, 4, 5)
    assert shown(server) == SLOW
    server.sends(replace(LOBBY, phase=phase))
    server.polls()
    assert shown(server) == ""


@pytest.mark.parametrize("pace", [pace for pace in Pace if pace is not Pace.NORMAL])
def test_a_server_of_our_own_that_is_paused_or_fast_is_no_slow_line(pace: Pace) -> None:
    server = in_match()
    session: Session = server.connection.session
    brings(server, 4, 5)
    session.server_pace = pace
    assert shown(server) == ""
    session.view(server.now)
    session.server_pace = Pace.NORMAL
    session.view(server.now)
    assert shown(server) == "", "what came at another pace does not count"


def shown_to(person: Person, server: ScriptedServer) -> list[str]:
    """The texts of a picture of the match."""
    canvas = LegibleCanvas(person.canvas.surface, TextRules())
    person.navigator.connection, person.context.session = server.connection, server.connection.session
    person.navigator.poll(server.now)
    canvas.begin()
    person.navigator.screen.draw(canvas, server.now)
    assert isinstance(person.navigator.screen, MatchScreen)
    return canvas.texts


def test_it_is_shown_below_the_clock_for_some_seconds() -> None:
    server, person = in_match(), Person()
    brings(server, 4, 1)
    assert SLOW not in shown_to(person, server)
    brings(server, 4, 5)
    assert SLOW in shown_to(person, server)
    brings(server, SLOW_SHOWN + 1, 5)
    assert SLOW not in shown_to(person, server)


def test_on_a_server_of_our_own_no_line_is_slow_and_there_is_no_ping() -> None:
    server, person = in_match(), Person()
    brings(server, 4, 5)
    assert any(text.endswith(" ms") for text in shown_to(person, server))
    person.context.own_server.control = ServerControl()
    canvas = LegibleCanvas(person.canvas.surface, TextRules())
    canvas.begin()
    MatchScreen(person.context).draw(canvas, server.now)
    assert not [text for text in canvas.texts if text == SLOW or text.endswith(" ms")]


def test_the_bar_says_it_and_the_board_stays_free() -> None:
    for size in ((1280, 720), (960, 720), (720, 1280)):
        view, pictures = busy(8, 13, 11), []
        for rate in (False, True):
            canvas = dummy_canvas(size)
            canvas.begin()
            Hud().draw(canvas, view, HudInfo(seats(8), (0,), 1, 3, 9, 1, "", is_slow=rate), 0.0)
            pictures.append(canvas.surface.copy())
        clock = canvas.pixels(*layout_for(canvas, view, 1).clock)
        assert pygame.image.tobytes(pictures[0].subsurface(clock), "RGB") != pygame.image.tobytes(
            pictures[1].subsurface(clock), "RGB"
        )
        for picture in pictures:
            picture.fill(0, clock)
        assert pygame.image.tobytes(pictures[0], "RGB") == pygame.image.tobytes(pictures[1], "RGB")
