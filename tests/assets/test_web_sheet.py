"""The one picture of the web pages holds what the game draws today."""

import pygame

from petard.assets import path
from petard.assets.source.make_web_sheet import CELL, CELLS, COLUMNS, sheet

DIFFERENCE_MOST = 0.5  # levels of 255, on average: another version of SDL scales a bit differently


def test_the_sheet_is_what_its_script_makes_of_the_sprites() -> None:
    kept, made = pygame.image.load(path("web", "sheet.png")), sheet()
    assert kept.get_size() == made.get_size() == (COLUMNS * CELL[0], -(-len(CELLS) // COLUMNS) * CELL[1])
    one, other = pygame.image.tobytes(kept, "RGBA"), pygame.image.tobytes(made, "RGBA")
    if one != other:
        differences = sum(abs(was - now) for was, now in zip(one, other, strict=True) if was != now)
        assert differences / len(one) < DIFFERENCE_MOST


def test_each_cell_has_a_name_of_its_own() -> None:
    assert len(set(CELLS)) == len(CELLS)
