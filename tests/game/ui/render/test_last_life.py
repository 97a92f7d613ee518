"""The inset after a death: where it is, when, and for whom."""

from dataclasses import replace

import pygame
import pytest

from petard.game.config.languages import catalogue_of
from petard.game.texts.phrases import tr
from petard.game.ui.layout import Box
from petard.game.ui.render.effects import Comfort
from petard.game.ui.render.hud import Hud, HudInfo
from petard.game.ui.render.last_life import AFTER, STAYS, WIDE
from petard.game.ui.render.painter import Painter
from petard.game.ui.screens.tutorial import SKIP_TALL
from petard.game.view.cart_views import CartView
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
        super().__init__(surface, TextRules(whole=True))
        self.boxes: list[Box] = []

    def panel(self, x: float, y: float, w: float, h: float, *rest: object, **named: object) -> None:
        super().panel(x, y, w, h, *rest, **named)
        self.boxes.append((x, y, w, h))


@pytest.mark.parametrize("size", [(1280, 720), (800, 600), (720, 1280)])
def test_the_inset_of_the_first_round_lies_above_the_button_that_skips_it(size: tuple[int, int]) -> None:
    canvas, painter = PanelCanvas(dummy_canvas(size).surface), Painter(QUIET, tagged=False)
    for number in range(DEATH + 2):
        painter.handle_cues([PlayerDied(0, 0, 1.5, 1.5)] if number == DEATH else [], number / 60)
        canvas.begin()
        canvas.fit_window()
        canvas.boxes.clear()
        now = number / 60 + (2.0 if number > DEATH else 0.0)
        painter.draw(canvas, scene(number, (0,)), seats(8), now, (0,), bare=True)
    assert canvas.boxes
    assert max(y + high for _, y, _, high in canvas.boxes) <= canvas.tall - 16 - SKIP_TALL


@pytest.mark.parametrize("size", [(1280, 720), (800, 600)])
@pytest.mark.parametrize("players", [4, 6, 8])
@pytest.mark.parametrize("language", ["en", "ru"])
def test_the_inset_and_what_a_rider_reads_lie_apart(size: tuple[int, int], players: int, language: str) -> None:
    canvas, painter = PanelCanvas(dummy_canvas(size).surface), Painter(QUIET, tagged=False)
    canvas.fonts.catalogue = catalogue_of(language)
    keys = ("WASD or arrows", "Space or right Ctrl")
    info = HudInfo(seats(players), (0,), 1, 3, 9, 1, "", cart_keys=keys)
    for number in (*range(DEATH - 2, DEATH + 1), DEATH + 1):
        view = scene(number, (0,))
        bodies = [replace(body, cart=None if body.alive else CartView(4.5, 12.5)) for body in view.players[:players]]
        view = replace(view, players=tuple(bodies))
        painter.handle_cues([PlayerDied(0, 0, 1.5, 1.5)] if number == DEATH else [], number / 60)
        canvas.begin()
        canvas.fit_window()
        canvas.boxes.clear()
        painter.draw(canvas, view, info.seats, number / 60 + (2.0 if number > DEATH else 0.0), (0,))
    assert canvas.faults == []
    (inset,) = [box for box in canvas.boxes if box[2] == WIDE]
    canvas.boxes.clear()
    canvas.texts.clear()
    Hud().draw(canvas, view, info, 0.0)
    assert any(canvas.fonts.catalogue.translate(tr("Roll: {keys}", keys="")).strip() in text for text in canvas.texts)
    assert len(canvas.boxes) > players
    x, y, wide, high = inset
    over = [one for one in canvas.boxes if one[0] < x + wide and x < one[0] + one[2] and one[1] < y + high]
    assert [one for one in over if y < one[1] + one[3]] == []
