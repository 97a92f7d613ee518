"""Letters that the typeface lacks are drawn by a font of the computer that really has them."""

import pygame
import pytest

from petard.game.ui.render import fonts
from petard.game.ui.render.fonts import FONT, Fonts
from tests.game.ui.pictures import dummy_canvas

CHINESE = "中"


def a_font_with(letter: str) -> str:
    """The name of a font of this computer that draws the letter; without one there is nothing to test."""
    pygame.font.init()
    for name in sorted(pygame.font.get_fonts()):
        if Fonts(name).file_of(letter) != FONT:
            return str(name)
    pytest.skip("install a font with Chinese letters (Debian: apt-get install fontconfig fonts-droid-fallback)")


def test_the_typeface_draws_the_letters_that_it_has() -> None:
    assert {Fonts().file_of(letter) for letter in "aßéŁЖΩ·…"} == {FONT}


def test_the_typeface_draws_a_letter_that_no_font_has(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pygame.font, "match_font", lambda name: FONT if name == "us" else None)
    assert Fonts("us,nobody").file_of(CHINESE) == FONT


def test_a_font_that_lacks_the_letter_or_cannot_be_read_is_skipped(
    monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    able = pygame.font.match_font(a_font_with(CHINESE))
    broken = tmp_path_factory.mktemp("fonts") / "broken.ttf"
    broken.write_bytes(b"no font")
    files = {"gone": "/no/such/font.ttf", "broken": str(broken), "us": FONT, "able": able}
    monkeypatch.setattr(pygame.font, "match_font", files.get)
    assert Fonts(",".join(files)).file_of(CHINESE) == able


@pytest.mark.parametrize("latin", ["Bo", "Én"])
def test_a_name_in_two_scripts_is_drawn_by_two_fonts_on_one_line(latin: str) -> None:
    dummy_canvas()
    both, alone = Fonts(a_font_with(CHINESE)), Fonts("")
    mixed, boxes = (one.render(latin + CHINESE, 30, (255, 255, 255)) for one in (both, alone))
    assert mixed.get_height() == boxes.get_height()
    assert mixed.get_width() == both.width(latin + CHINESE, 30)
    assert pygame.image.tobytes(mixed, "RGBA") != pygame.image.tobytes(boxes, "RGBA")
    part = pygame.Rect(0, 0, both.width(latin, 30) - 2, mixed.get_height())
    assert len({tuple(one.subsurface(part).get_bounding_rect(min_alpha=64)) for one in (mixed, boxes)}) == 1


def test_the_number_of_cached_letters_is_limited(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fonts, "KEPT", 8)
    some = Fonts("")
    for code in range(0x4E00, 0x4E20):
        some.file_of(chr(code))
    assert some.file_of.cache_info().currsize <= 8
