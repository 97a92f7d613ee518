"""The inset after a death: where it is, when, and for whom."""

from dataclasses import replace

import pygame
import pytest

from petard.game.ui.render.effects import Comfort
from petard.game.ui.render.last_life import AFTER, STAYS
from petard.game.ui.render.painter import Painter
from petard.game.ui.screens.tutorial import SKIP_TALL
from petard.game.view.cues import PlayerDied
from petard.game.view.view import View
from tests.game.scenes import busy, seats
from tests.game.ui.legible import LegibleCanvas, TextRules
from tests.game.ui.pictures import dummy_canvas

QUIET = Comfort(*[False] * 6)
DEATH = 20  # the picture of the death


def scene(number: int, dead: tuple[int, ...]) -> View:
    view = busy(tick=700.0 + number)
    bodies = [replace(body, alive=body.slot not in dead or number < DEATH, died_at=-1.0) for body in view.players]
    bodies = [body if body.alive else replace(body, died_at=700.0 + DEATH) for body in bodies]
    return replace(view, players=tuple(bodies))


def texts(
    died: PlayerDied, seconds: float, mine: tuple[int, ...] = (0,), size: tuple[int, int] = (1280, 720), dead: int = 0
) -> list[str]:
    """What is written so many seconds after the death of slot 0."""
    canvas = LegibleCanvas(dummy_canvas(size).surface, TextRules(least=0, whole=True, inside=True))
    painter = Painter(QUIET, tagged=False)
    for number in range(DEATH + 1):
        painter.handle_cues([died] if number == DEATH else [], number / 60)
        canvas.begin()
        painter.draw(canvas, scene(number, (dead,)), seats(8), number / 60, mine)
    canvas.texts.clear()
    canvas.begin()
    painter.draw(canvas, scene(DEATH + 1, (dead,)), seats(8), DEATH / 60 + seconds, mine)
    assert canvas.faults == []
    return [text for text in canvas.texts if len(text) > 1]


@pytest.mark.parametrize("size", [(1280, 720), (800, 600), (1920, 1080)])
def test_the_inset_names_the_killer_and_says_what_could_be_done(size: tuple[int, int]) -> None:
    head, foot = texts(PlayerDied(0, 4, 1.5, 1.5), 2.0, size=size)
    assert head == "Dennis got you"
    assert foot in ("here you were safe", "Safe where you stood", "There was no way out")


def test_walls_and_own_bombs_are_named_too() -> None:
    assert texts(PlayerDied(0, -1, 1.5, 1.5), 2.0)[0] == "A wall fell"
    assert texts(PlayerDied(0, 0, 1.5, 1.5), 2.0)[0] == "Your own bomb"
    assert texts(PlayerDied(0, 60, 1.5, 1.5), 2.0)[0] == "A player got you"


def test_first_the_death_is_seen_and_after_some_seconds_the_board_is_free_again() -> None:
    died = PlayerDied(0, 4, 1.5, 1.5)
    assert texts(died, AFTER - 0.05) == []
    assert texts(died, STAYS - 0.05) != []
    assert texts(died, STAYS) == []


def test_spectators_other_deaths_and_players_who_play_on_have_no_inset() -> None:
    died = PlayerDied(0, 4, 1.5, 1.5)
    assert texts(died, 2.0, mine=()) == []
    assert texts(died, 2.0, mine=(1,)) == []
    assert texts(died, 2.0, mine=(0, 1)) == [], "the other one at this machine still plays"


class PanelCanvas(LegibleCanvas):
    """Notes the panels of a picture, in logical units."""

    def __init__(self, surface: pygame.Surface) -> None:
        super().__init__(surface, TextRules())
        self.bottoms: list[float] = []

    def panel(self, x: float, y: float, w: float, h: float, *rest: object, **named: object) -> None:
        super().panel(x, y, w, h, *rest, **named)
        self.bottoms.append(y + h)


@pytest.mark.parametrize("size", [(1280, 720), (800, 600), (720, 1280)])
def test_the_inset_of_the_first_round_lies_above_the_button_that_skips_it(size: tuple[int, int]) -> None:
    canvas, painter = PanelCanvas(dummy_canvas(size).surface), Painter(QUIET, tagged=False)
    for number in range(DEATH + 2):
        painter.handle_cues([PlayerDied(0, 0, 1.5, 1.5)] if number == DEATH else [], number / 60)
        canvas.begin()
        canvas.fit_window()
        canvas.bottoms.clear()
        now = number / 60 + (2.0 if number > DEATH else 0.0)
        painter.draw(canvas, scene(number, (0,)), seats(8), now, (0,), bare=True)
    assert canvas.bottoms
    assert max(canvas.bottoms) <= canvas.tall - 16 - SKIP_TALL
