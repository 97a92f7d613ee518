"""The net graph over a match, and the text about simulated lag."""

from dataclasses import astuple
from itertools import pairwise

import pygame
import pytest

from petard.assets.palette import DANGER
from petard.game.client.net_stats import NetcodeOptions
from petard.game.ui.render.connection_overlay import LEFT, SWITCHES, TOP, WIDE, button_box
from petard.game.ui.screens.dialogs import ConnectingScreen
from petard.game.ui.screens.lobby import LobbyScreen
from petard.game.ui.screens.match import MatchScreen
from petard.game.ui.screens.results import ResultsScreen
from petard.shared.protocol.messages import Phase, Ready
from tests.game.flow.fake_connection import ConnectedPerson, in_match
from tests.game.ui.pictures import pixels

FIGURES = (LEFT, TOP + 36, WIDE, 174)  # their box
F3, F4, F5, F6, F7 = range(pygame.KSCAN_F3, pygame.KSCAN_F7 + 1)


def presses(person: ConnectedPerson, *codes: int) -> None:
    """Press keys, each once."""
    for code in codes:
        for kind in (pygame.KEYDOWN, pygame.KEYUP):
            person.sends(pygame.event.Event(kind, key=0, scancode=code, mod=0, unicode=""))


def plays(person: ConnectedPerson, pictures: int = 1, ticks: int = 1) -> None:
    """Draw pictures, with `ticks` of the room before each."""
    for _ in range(pictures):
        for _ in range(ticks):
            person.ends.tick()
        person.waits(ticks / 60)


def picture(person: ConnectedPerson) -> bytes:
    """The picture of now."""
    person.canvas.begin()
    person.navigator.draw(person.now)
    return pixels(person.canvas)


def switched(person: ConnectedPerson) -> tuple[object, ...]:
    """The options of the session."""
    return astuple(person.ends.sessions[1].options)


# Keys


def test_f3_opens_the_graph_and_closes_it_even_while_a_chat_line_is_written() -> None:
    person = in_match()
    for typing in (False, True):
        if typing:
            person.keys("t")
        assert person.screen.typing is typing
        presses(person, F3)
        assert person.context.net_tools.graph.is_open
        presses(person, F3)
        assert not person.context.net_tools.graph.is_open


def test_each_switch_has_its_key_while_the_graph_is_open() -> None:
    person = in_match()
    usual = astuple(NetcodeOptions())
    presses(person, F4, F5, F6, F7)
    assert switched(person) == usual, "the graph is closed"
    presses(person, F3, F4)
    assert switched(person) == astuple(NetcodeOptions(prediction=False))
    presses(person, F4, F5)
    assert switched(person) == astuple(NetcodeOptions(smoothing=False))
    presses(person, F5, F6)
    assert switched(person) == astuple(NetcodeOptions(snapshots=30))
    presses(person, F6, F7)
    assert switched(person) == astuple(NetcodeOptions(snapshots=20, run_ahead=False))
    presses(person, F6, F7)
    assert switched(person) == usual


def test_a_click_on_a_switch_switches_it_and_one_beside_it_does_not() -> None:
    person = in_match()
    person.clicks_at(LEFT + 20, button_box(0)[1] + 5)
    assert switched(person) == astuple(NetcodeOptions()), "the graph is closed"
    presses(person, F3)
    person.clicks_at(LEFT - 20, button_box(0)[1] + 5)
    assert switched(person) == astuple(NetcodeOptions())
    for place in range(len(SWITCHES)):
        x, y, wide, tall = button_box(place)
        person.clicks_at(x + wide / 2, y + tall / 2)
    assert switched(person) == (False, False, False, 30)


# The picture


def test_a_closed_graph_is_not_drawn_and_measures_nothing() -> None:
    person = in_match()
    plays(person, 5)
    closed = picture(person)
    presses(person, F3)
    assert picture(person) != closed
    presses(person, F3)
    assert picture(person) == closed
    bars = person.context.net_tools.graph.stats.bars()
    plays(person, 30)
    assert person.context.net_tools.graph.stats.bars() == bars


def test_figures_change_four_times_a_second() -> None:
    person = in_match()
    presses(person, F3)
    seen = []
    for picture in range(120):
        person.ends.sessions[1].link.heartbeat.ping = picture
        plays(person)
        box = person.canvas.surface.subsurface(person.canvas.pixels(*FIGURES))
        seen.append(pygame.image.tobytes(box, "RGB"))
    changes = [picture for picture in range(1, 120) if seen[picture] != seen[picture - 1]]
    assert 7 <= len(changes) <= 8
    assert min(after - before for before, after in pairwise(changes)) >= 15


def red(person: ConnectedPerson) -> int:
    """How many pixels of the bars are red."""
    top, bottom = FIGURES[1] + FIGURES[3], button_box(0)[1]
    box = person.canvas.surface.subsurface(person.canvas.pixels(LEFT, top, WIDE, bottom - top))
    return pygame.mask.from_threshold(box, DANGER, (1, 1, 1, 255)).count()


def test_a_stall_stands_out_in_red_for_six_seconds() -> None:
    person = in_match()
    presses(person, F3)
    plays(person, 20, 3)
    assert red(person) == 0
    for _ in range(5):  # half a second without data of the server
        person.waits(0.1)
    plays(person, 20, 3)
    assert red(person) > 100
    plays(person, 120, 3)
    assert red(person) == 0


def test_after_time_without_a_match_the_measuring_starts_again() -> None:
    person = in_match()
    presses(person, F3)
    plays(person, 20, 3)
    person.now += 2.0
    plays(person)
    assert person.context.net_tools.graph.stats.bars() == []
    assert person.context.net_tools.graph.is_open


# Simulated lag


@pytest.mark.parametrize("kind", [ConnectingScreen, LobbyScreen, MatchScreen, ResultsScreen])
def test_simulated_lag_is_shown_on_every_screen_of_a_server(kind: type) -> None:
    person = ConnectedPerson()
    person.connection.is_admitted = kind is not ConnectingScreen
    if kind in (MatchScreen, ResultsScreen):
        person.ends.sessions[1].link.send(Ready(True))
        person.ends.tick_until(Phase.PLAYING if kind is MatchScreen else Phase.RESULTS)
    assert person.goes_on() is kind

    straight = picture(person)
    assert picture(person) == straight
    person.context.net_tools.lag = "simulated: +100 ms"
    assert picture(person) != straight
