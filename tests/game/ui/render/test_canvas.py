"""The area of 1280 x 720 units in windows of every size."""

import pygame
import pytest

from petard.game.ui.render.canvas import HEIGHT, READABLE, WIDTH, Cache
from petard.game.ui.render.rounded import rounded
from tests.game.ui.pictures import dummy_canvas

SIZES = [(1280, 720), (800, 600), (1920, 1080), (320, 240), (640, 1000), (3, 2)]


@pytest.mark.parametrize("size", SIZES)
def test_the_whole_area_is_in_the_window_in_its_shape(size: tuple[int, int]) -> None:
    canvas = dummy_canvas(size)
    sheet = canvas.pixels(0, 0, WIDTH, HEIGHT)
    assert abs(sheet.w / WIDTH - sheet.h / HEIGHT) * WIDTH <= 2
    if size > (160, 90):
        assert canvas.surface.get_rect().contains(sheet)
        assert sheet.w == size[0] or sheet.h == size[1]


@pytest.mark.parametrize("size", SIZES)
def test_pixels_and_units_are_converted_into_each_other(size: tuple[int, int]) -> None:
    canvas = dummy_canvas(size)
    for place in [(0.0, 0.0), (640.0, 360.0), (1270.0, 10.0)]:
        there = canvas.to_logical(canvas.pixels(*place, 0, 0).topleft)
        assert there == pytest.approx(place, abs=0.6 / canvas.scale)


def test_boxes_that_touch_in_units_touch_in_pixels() -> None:
    canvas = dummy_canvas((777, 431))
    for x in range(0, WIDTH, 37):
        assert canvas.pixels(x, 0, 37, 10).right == canvas.pixels(x + 37, 0, 37, 10).left


def test_a_window_of_another_size_is_followed_at_the_next_picture() -> None:
    canvas = dummy_canvas((1280, 720))
    pygame.display.set_mode((640, 360))
    canvas.begin()
    assert canvas.surface.get_size() == (640, 360)
    assert canvas.scale == 0.5


@pytest.mark.parametrize("text", ["W" * 16, "a", "漢" * 16, "W" * 300, "fi" * 40, "\u0001x"])
@pytest.mark.parametrize("width", [40.0, 120.0, 500.0])
def test_fitted_text_is_never_wider_than_it_may_be(text: str, width: float) -> None:
    canvas = dummy_canvas((800, 600))
    size, fitted = canvas.fitted(text, 26, width)
    assert canvas.width_of(fitted, size) <= width or fitted == "…"
    assert size >= 26 * 0.7 - 1 / canvas.scale  # sizes are whole pixels


def test_text_is_cut_before_it_becomes_too_small_to_read() -> None:
    canvas = dummy_canvas()
    size, fitted = canvas.fitted("W" * 16, 22, 150)
    assert size >= READABLE
    assert fitted.endswith("…")


def test_text_that_fits_is_unchanged() -> None:
    assert dummy_canvas().fitted("Ada", 26, 300) == (26, "Ada")


def test_a_missing_sprite_is_not_drawn() -> None:
    assert dummy_canvas().image("no-such-thing", 0, 0, 10, 10) is False


def test_the_cache_drops_the_surface_that_was_unused_for_longest() -> None:
    cache, made = Cache(limit=250), []

    def make(name: str) -> pygame.Surface:
        made.append(name)
        return pygame.Surface((10, 10))

    for name in "abacab":
        cache.find(name, lambda name=name: make(name))  # type: ignore[misc]
    assert made == ["a", "b", "c", "b"]
    assert len(cache) == 2


def test_a_thousand_sizes_of_text_do_not_fill_the_memory() -> None:
    canvas = dummy_canvas((320, 240))
    canvas.cache = Cache(limit=20_000)
    for size in range(1000):
        canvas.text(f"text {size}", 0, 0, 20 + size % 50, (255, 255, 255))
    assert len(canvas.cache) < 100


def test_round_corners_are_smooth_and_transparent() -> None:
    box = rounded((40, 30), (200, 100, 50), 10)
    assert box.get_at((0, 0)).a == 0
    assert tuple(box.get_at((20, 15))) == (200, 100, 50, 255)
    assert any(0 < box.get_at((x, 1)).a < 255 for x in range(10))
