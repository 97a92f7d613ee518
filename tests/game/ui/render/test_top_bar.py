"""The bar above the board: it says who is left and how long, and raises the alarm without covering a tile."""

from dataclasses import replace

import pygame
import pytest

from petard.game.config.languages import catalogue_of
from petard.game.flow.preferences import LARGE
from petard.game.ui.render.canvas import READABLE, WIDTH
from petard.game.ui.render.hud import Hud, HudInfo
from petard.game.ui.render.play_layout import BAR, CLOCK, BarPlace, layout_for
from petard.game.ui.render.top_bar import PLATE_USUAL, alarm_box, match_words
from petard.game.view.cues import HURRY, Banner
from petard.game.view.round_ending import RoundEnding
from petard.game.view.view import View
from petard.shared.rules.tie_break import WinReason
from tests.game.scenes import busy, seats
from tests.game.ui.legible import LegibleCanvas, TextRules
from tests.game.ui.pictures import dummy_canvas
from tests.tools.languages import FOREIGN


def picture(view: View, count: int, size: tuple[int, int] = (1280, 720), banner: str = "") -> pygame.Surface:
    """The HUD over nothing, for a person who plays in slot 0."""
    canvas, hud = dummy_canvas(size), Hud()
    if banner:
        hud.notices.add_cues([Banner(banner)], (0,), {}, 0.0)
    canvas.begin()
    hud.draw(canvas, view, HudInfo(seats(count), (0,), 1, 3, 12, 1, ""), 0.1)
    return canvas.surface.copy()


def pixels_of(surface: pygame.Surface) -> bytes:
    return pygame.image.tobytes(surface, "RGB")


def parts(surface: pygame.Surface, size: tuple[int, int]) -> tuple[bytes, bytes]:
    """The pixels of the bar and those below it."""
    bar = dummy_canvas(size).pixels(0, 0, WIDTH, BAR)
    below = pygame.Rect(0, bar.bottom, size[0], size[1] - bar.bottom)
    return tuple(pygame.image.tobytes(surface.subsurface(part), "RGB") for part in (bar, below))  # type: ignore[return-value]


@pytest.mark.parametrize("size", [(1280, 720), (800, 600), (1920, 1080)])
@pytest.mark.parametrize("count", [2, 8, 16, 64])
def test_the_alarm_fills_the_bar_and_no_pixel_of_the_board(size: tuple[int, int], count: int) -> None:
    view = replace(busy(count, 41, 31), hurry=True)
    usual, alarm = (parts(picture(view, count, size, banner), size) for banner in ("", HURRY))
    assert alarm[1] == usual[1]
    changed = sum(one != other for one, other in zip(alarm[0][::3], usual[0][::3], strict=True))
    assert changed > len(usual[0]) / 3 * 0.6


@pytest.mark.parametrize("count", [2, 4, 8])
def test_beside_the_board_the_alarm_hides_no_player_and_nothing_that_they_carry(count: int) -> None:
    canvas, view = dummy_canvas((1920, 1080)), busy(count)
    canvas.begin()
    layout = layout_for(canvas, view, 1)
    assert layout.shape is BarPlace.SIDES
    x, y, wide, tall = alarm_box(layout, 1)
    assert y + tall <= layout.bottom - PLATE_USUAL
    assert all(box[1] + box[3] <= y for box in (layout.clock, *layout.chips))
    assert 0 < x < x + wide < layout.room


def test_a_round_that_is_over_has_no_alarm() -> None:
    over = replace(busy(), ending=RoundEnding(0, WinReason.LAST_STANDING))
    assert pixels_of(picture(over, 8, banner=HURRY)) == pixels_of(picture(over, 8))
    assert pixels_of(picture(busy(), 8, banner=HURRY)) != pixels_of(picture(busy(), 8))


def test_the_clock_is_red_while_the_walls_close() -> None:
    calm, late = (picture(replace(busy(), hurry=hurry, ticks_left=4000.0), 8) for hurry in (False, True))
    box = layout_for(dummy_canvas(), busy(), 1).clock
    spot = int(box[0]) + 12, int(box[1] + BAR / 2)
    assert late.get_at(spot).r > 2 * late.get_at(spot).b
    assert calm.get_at(spot).r < calm.get_at(spot).b


def test_other_banners_are_shown_over_the_board() -> None:
    size = 1280, 720
    assert parts(picture(busy(), 8, banner="GO!"), size)[1] != parts(picture(busy(), 8), size)[1]


def test_the_text_below_the_clock_names_the_wins_that_are_needed() -> None:
    assert match_words(5, 3)[0] == "Round 5 · first to 2"
    assert match_words(1, 1)[0] == "Round 1 · first to 1"
    size, words = dummy_canvas().fitted(match_words(88, 9)[0], READABLE, CLOCK - 12)
    assert (size, words) == (READABLE, match_words(88, 9)[0])


@pytest.mark.parametrize("count", [1, 2, 3, 8, 9, 16, 17, 64])
def test_every_player_has_a_place_in_the_bar(count: int) -> None:
    view = busy(count, 41, 31)
    whole = parts(picture(view, count), (1280, 720))[0]
    for slot in (0, count - 1):
        bodies = tuple(replace(body, alive=body.slot != slot) for body in view.players)
        assert parts(picture(replace(view, players=bodies), count), (1280, 720))[0] != whole


@pytest.mark.parametrize("language", ["en", *FOREIGN])
@pytest.mark.parametrize("text_size", [1.0, LARGE])
@pytest.mark.parametrize("size", [(1280, 720), (800, 600), (600, 1000)])
def test_the_alarm_is_never_cut_in_any_window_text_size_or_language(
    size: tuple[int, int], text_size: float, language: str
) -> None:
    canvas, hud = LegibleCanvas(dummy_canvas(size).surface, TextRules(inside=True, whole=True)), Hud()
    canvas.fonts.catalogue, canvas.text_size = catalogue_of(language), text_size
    hud.notices.add_cues([Banner(HURRY)], (0,), {}, 0.0)
    canvas.begin()
    hud.draw(canvas, busy(4, 31, 13), HudInfo(seats(4), (0,), 1, 3, 12, 1, ""), 0.1)
    alarm = canvas.said(HURRY)
    assert alarm in canvas.texts
    assert [fault for fault in canvas.faults if alarm[:3] in fault] == []
