"""A line that brings too few pictures: the screen says so, to players and to spectators, and for no other reason."""

from dataclasses import replace

import pygame
import pytest

from petard.assets.palette import ACCENT
from petard.game.client.session import Session
from petard.game.flow.connection_status import status_of
from petard.game.ui.render.canvas import WIDTH
from petard.game.ui.render.play_layout import BAR
from petard.game.ui.screens.match import MatchScreen
from petard.shared.control_channel import Pace
from petard.shared.protocol.messages import Delta, Phase, Roster, Spectator
from tests.game.scripted_server import LOBBY, SEATS, ScriptedServer, in_match
from tests.game.ui.person import Person

SLOW = "Your line is slow: 12 pictures a second"


def shown(server: ScriptedServer) -> str:
    status = status_of(server.connection, server.now)
    return status.words if status else ""


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


def test_it_is_drawn_over_the_match() -> None:
    server, person = in_match(), Person()
    person.navigator.connection, person.context.session = server.connection, server.connection.session
    person.now = server.now

    def border() -> int:
        """How many pixels below the bar have the colour of the border of a notice."""
        person.navigator.poll(server.now)
        person.canvas.begin()
        person.navigator.draw(server.now)
        place = person.canvas.surface.subsurface(person.canvas.pixels(WIDTH / 4, BAR + 6, WIDTH / 2, 48))
        return pygame.mask.from_threshold(place, ACCENT, (1, 1, 1, 255)).count()

    brings(server, 4, 1)
    quick = border()
    assert isinstance(person.navigator.screen, MatchScreen)
    brings(server, 4, 5)
    assert border() > quick + 1000
