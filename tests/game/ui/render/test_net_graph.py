"""The net graph over a match, and the text about simulated lag."""

from dataclasses import astuple
from itertools import pairwise

import pygame
import pytest

from petard.assets.palette import DANGER
from petard.game.client.netcode_options import NetcodeOptions
from petard.game.ui.render.net_graph import LEFT, SWITCHES, TOP, WIDE, button_box
from petard.game.ui.screens.lobby import LobbyScreen
from petard.game.ui.screens.lost import ConnectingScreen
from petard.game.ui.screens.match import MatchScreen
from petard.game.ui.screens.results import ResultsScreen
from petard.shared.protocol.messages import Phase, Ready
from tests.game.flow.visitor import Visitor, in_match
from tests.game.ui.pictures import pixels

FIGURES = (LEFT, TOP + 36, WIDE, 174)  # their box
F3, F4, F5, F6, F7 = range(pygame.KSCAN_F3, pygame.KSCAN_F7 + 1)


def presses(visitor: Visitor, *codes: int) -> None:
    """Press keys, each once."""
    for code in codes:
        for kind in (pygame.KEYDOWN, pygame.KEYUP):
            visitor.sends(pygame.event.Event(kind, key=0, scancode=code, mod=0, unicode=""))


def plays(visitor: Visitor, pictures: int = 1, ticks: int = 1) -> None:
    """Draw pictures, with `ticks` of the room before each."""
    for _ in range(pictures):
        for _ in range(ticks):
            visitor.ends.tick()
        visitor.waits(ticks / 60)


def picture(visitor: Visitor) -> bytes:
    """The picture of now."""
    visitor.canvas.begin()
    visitor.navigator.draw(visitor.now)
    return pixels(visitor.canvas)


def switched(visitor: Visitor) -> tuple[object, ...]:
    """The options of the session."""
    return astuple(visitor.ends.sessions[1].options)


# Keys


def test_f3_opens_the_graph_and_closes_it_even_while_a_chat_line_is_written() -> None:
    visitor = in_match()
    for typing in (False, True):
        if typing:
            visitor.keys("t")
        assert visitor.screen.typing is typing
        presses(visitor, F3)
        assert visitor.context.net_tools.graph.is_open
        presses(visitor, F3)
        assert not visitor.context.net_tools.graph.is_open


def test_each_switch_has_its_key_while_the_graph_is_open() -> None:
    visitor = in_match()
    usual = astuple(NetcodeOptions())
    presses(visitor, F4, F5, F6, F7)
    assert switched(visitor) == usual, "the graph is closed"
    presses(visitor, F3, F4)
    assert switched(visitor) == astuple(NetcodeOptions(prediction=False))
    presses(visitor, F4, F5)
    assert switched(visitor) == astuple(NetcodeOptions(smoothing=False))
    presses(visitor, F5, F6)
    assert switched(visitor) == astuple(NetcodeOptions(snapshots=30))
    presses(visitor, F6, F7)
    assert switched(visitor) == astuple(NetcodeOptions(snapshots=20, run_ahead=False))
    presses(visitor, F6, F7)
    assert switched(visitor) == usual


def test_a_click_on_a_switch_switches_it_and_one_beside_it_does_not() -> None:
    visitor = in_match()
    visitor.clicks_at(LEFT + 20, button_box(0)[1] + 5)
    assert switched(visitor) == astuple(NetcodeOptions()), "the graph is closed"
    presses(visitor, F3)
    visitor.clicks_at(LEFT - 20, button_box(0)[1] + 5)
    assert switched(visitor) == astuple(NetcodeOptions())
    for place in range(len(SWITCHES)):
        x, y, wide, tall = button_box(place)
        visitor.clicks_at(x + wide / 2, y + tall / 2)
    assert switched(visitor) == (False, False, False, 30)


# The picture


def test_a_closed_graph_is_not_drawn_and_measures_nothing() -> None:
    visitor = in_match()
    plays(visitor, 5)
    closed = picture(visitor)
    presses(visitor, F3)
    assert picture(visitor) != closed
    presses(visitor, F3)
    assert picture(visitor) == closed
    bars = visitor.context.net_tools.graph.stats.bars()
    plays(visitor, 30)
    assert visitor.context.net_tools.graph.stats.bars() == bars


def test_figures_change_four_times_a_second() -> None:
    visitor = in_match()
    presses(visitor, F3)
    seen = []
    for picture in range(120):
        visitor.ends.sessions[1].link.heartbeat.ping = picture
        plays(visitor)
        box = visitor.canvas.surface.subsurface(visitor.canvas.pixels(*FIGURES))
        seen.append(pygame.image.tobytes(box, "RGB"))
    changes = [picture for picture in range(1, 120) if seen[picture] != seen[picture - 1]]
    assert 7 <= len(changes) <= 8
    assert min(after - before for before, after in pairwise(changes)) >= 15


def red(visitor: Visitor) -> int:
    """How many pixels of the bars are red."""
    top, bottom = FIGURES[1] + FIGURES[3], button_box(0)[1]
    box = visitor.canvas.surface.subsurface(visitor.canvas.pixels(LEFT, top, WIDE, bottom - top))
    return pygame.mask.from_threshold(box, DANGER, (1, 1, 1, 255)).count()


def test_a_stall_stands_out_in_red_for_six_seconds() -> None:
    visitor = in_match()
    presses(visitor, F3)
    plays(visitor, 20, 3)
    assert red(visitor) == 0
    for _ in range(5):  # half a second without data of the server
        visitor.waits(0.1)
    plays(visitor, 20, 3)
    assert red(visitor) > 100
    plays(visitor, 120, 3)
    assert red(visitor) == 0


def test_after_time_without_a_match_the_measuring_starts_again() -> None:
    visitor = in_match()
    presses(visitor, F3)
    plays(visitor, 20, 3)
    visitor.now += 2.0
    plays(visitor)
    assert visitor.context.net_tools.graph.stats.bars() == []
    assert visitor.context.net_tools.graph.is_open


# Simulated lag


@pytest.mark.parametrize("kind", [ConnectingScreen, LobbyScreen, MatchScreen, ResultsScreen])
def test_simulated_lag_is_shown_on_every_screen_of_a_server(kind: type) -> None:
    visitor = Visitor()
    visitor.connection.is_in = kind is not ConnectingScreen
    if kind in (MatchScreen, ResultsScreen):
        visitor.ends.sessions[1].send(Ready(True))
        visitor.ends.tick_until(Phase.PLAYING if kind is MatchScreen else Phase.RESULTS)
    assert visitor.goes_on() is kind

    straight = picture(visitor)
    assert picture(visitor) == straight
    visitor.context.net_tools.lag = "simulated: +100 ms"
    assert picture(visitor) != straight
