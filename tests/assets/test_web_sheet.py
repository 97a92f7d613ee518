"""The one picture of the web pages holds what the game draws today."""

import pygame

from petard.assets import path
from petard.assets.source.make_web_pieces import pieces
from petard.assets.source.make_web_sheet import CELL, CELLS, COLUMNS, sheet

DIFFERENCE_MOST = 0.5  # levels of 255, on average: another version of SDL scales a bit differently


def test_the_sheet_is_what_its_script_makes_of_the_sprites() -> None:
    kept, made = pygame.image.load(path("web", "sheet.webp")), sheet()
    assert kept.get_size() == made.get_size() == (COLUMNS * CELL[0], -(-len(CELLS) // COLUMNS) * CELL[1])
    one, other = _seen(kept), _seen(made)
    if one != other:
        differences = sum(abs(was - now) for was, now in zip(one, other, strict=True) if was != now)
        assert differences / len(one) < DIFFERENCE_MOST


def test_each_cell_has_a_name_of_its_own() -> None:
    assert len(set(CELLS)) == len(CELLS)


def test_the_pieces_hold_each_cell_of_the_sheet_and_the_same_pixels() -> None:
    kept = pygame.image.load(path("web", "sheet.webp"))
    wanted = pieces(kept)
    files = {file.stem: pygame.image.load(file) for file in path("web", "pieces").iterdir()}
    assert set(files) == set(wanted)
    for name, made in wanted.items():
        assert _seen(files[name]) == _seen(made), name
    assert sum(made.get_width() * made.get_height() for made in wanted.values()) == len(CELLS) * CELL[0] * CELL[1]


def _seen(picture: pygame.Surface) -> bytes:
    """Its pixels, without the colour of what is transparent."""
    return pygame.image.tobytes(picture.premul_alpha(), "RGBA")
