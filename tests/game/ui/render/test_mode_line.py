"""How a round stands in its mode: beside the board where there is a column, since carts ride on the first row."""

from dataclasses import replace

import pygame
import pytest

from petard.game.ui.render.hud import Hud, HudInfo
from petard.game.ui.render.mode_line import draw_mode_line
from petard.game.ui.render.play_layout import CHAT_TOP, BarPlace, layout_for
from petard.game.view.cues import HURRY, Banner, PlayerDied
from petard.game.view.mode_views import LinePart, ModeView
from petard.game.view.view import View
from petard.shared.rules.modes.table import MODES
from tests.game.scenes import busy, seats
from tests.game.ui.pictures import dummy_canvas


def on_sides(count: int) -> View:
    sides = {slot: slot % 4 for slot in range(count)}
    return replace(busy(count), mode=ModeView(MODES["teams"].number, dict.fromkeys(range(4), 1), sides, {}))


def board_pixels(view: View, *, kills: int = 0) -> bytes:
    """The pixels of the board alone, below the HUD of the player in slot 0."""
    canvas, hud = dummy_canvas(), Hud()
    hud.notices.add_cues([PlayerDied(slot, 2, 0.5, 0.5) for slot in range(3, 3 + kills)], (1,), {}, 0.0)
    canvas.begin()
    layout = layout_for(canvas, view, 1)
    assert layout.shape is BarPlace.SIDES
    hud.draw(canvas, view, HudInfo(seats(8), (0,), 1, 3, 12, 1, ""), 4.0)
    room = canvas.length(layout.room)
    field = pygame.Rect(room, 0, canvas.surface.get_width() - 2 * room, canvas.surface.get_height())
    return pygame.image.tobytes(canvas.surface.subsurface(field), "RGB")


def test_beside_the_board_it_covers_no_tile() -> None:
    assert board_pixels(on_sides(8), kills=2) == board_pixels(busy(8))


@pytest.mark.parametrize("count", [0, 1, 4])
def test_it_takes_a_row_of_the_column_for_each_part_and_leaves_room_for_a_kill(count: int) -> None:
    canvas = dummy_canvas()
    canvas.begin()
    parts = [LinePart(f"Side {number}: 2", number, False, number) for number in range(count)]
    layout = layout_for(canvas, busy(8), 1)
    used = draw_mode_line(canvas, layout, parts)
    assert used == count * 44
    assert used + 34 + 66 < CHAT_TOP


def test_above_and_below_a_board_it_takes_no_room_of_the_kill_feed() -> None:
    canvas = dummy_canvas((800, 600))
    canvas.fit_window()
    layout = layout_for(canvas, busy(8), 1)
    assert layout.shape is BarPlace.TOP
    assert draw_mode_line(canvas, layout, [LinePart("Red: 2", 0, True, 0)]) == 0


def test_who_is_out_reads_what_to_do_where_the_alarm_was_on_the_left() -> None:
    seen = []
    for alive in (True, False):
        view = replace(busy(4), hurry=True)
        view = replace(view, players=tuple(replace(one, alive=alive or one.slot > 0) for one in view.players))
        pictures = []
        for banner in ("", HURRY):
            canvas, hud = dummy_canvas(), Hud()
            hud.notices.add_cues([Banner(banner)] if banner else [], (0,), {}, 0.0)
            canvas.begin()
            hud.draw(canvas, view, HudInfo(seats(4), (0,), 1, 3, 12, 1, ""), 0.1)
            half = canvas.surface.get_width() // 4
            pictures.append(pygame.image.tobytes(canvas.surface.subsurface((0, 0, half, 720)), "RGB"))
        seen.append(pictures[0] == pictures[1])
    assert seen == [False, True]
