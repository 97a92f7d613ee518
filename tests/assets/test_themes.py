"""The themes can be read without colours: walls and bricks stand out from the floor, and signs differ in shape."""

from itertools import combinations

import pygame
import pytest

from petard.assets import path
from petard.assets.palette import PLAYER_COLOURS, contrast
from petard.assets.source.floor_signs import PICTURES as SIGNS
from petard.assets.source.themes import THEMES as COLOURS
from petard.shared.rules.floors import THEMES


def picture(name: str) -> pygame.Surface:
    """The committed picture."""
    return pygame.image.load(path("sprites", f"{name}.png"))


def mean(name: str, top: int = 0, tall: int = 96) -> tuple[int, int, int]:
    """The mean colour of some rows of a picture."""
    red, green, blue, _ = pygame.transform.average_color(picture(name), pygame.Rect(0, top, 96, tall))
    return red, green, blue


def test_each_theme_of_the_rules_is_drawn() -> None:
    assert list(COLOURS) == list(THEMES[1:])


@pytest.mark.parametrize("theme", THEMES[1:])
def test_walls_and_bricks_stand_out_from_the_floor_by_their_brightness(theme: str) -> None:
    floor = mean(f"{theme}-floor-0")
    assert contrast(mean(f"{theme}-wall", 4, 66), floor) > 1.35
    assert max(contrast(mean(f"{theme}-brick", 4, 30), floor), contrast(mean(f"{theme}-brick", 60, 30), floor)) > 1.25
    assert contrast(mean(f"{theme}-floor-1"), floor) < 1.25  # the two fields are quiet


@pytest.mark.parametrize("theme", THEMES[1:])
def test_no_player_has_the_colour_of_a_floor(theme: str) -> None:
    floor = mean(f"{theme}-floor-0")
    nearest = min(sum(abs(one - other) for one, other in zip(colour, floor, strict=True)) for colour in PLAYER_COLOURS)
    assert nearest > 35


def test_no_two_signs_have_the_same_shape_without_colour() -> None:
    names = [name for name in SIGNS if not name.startswith(("sign-belt", "garden", "snow"))] + ["sign-belt-0"]
    greys = {name: pygame.transform.grayscale(pygame.transform.smoothscale(picture(name), (24, 24))) for name in names}
    for one, other in combinations(names, 2):
        pairs = [(greys[one].get_at((x, y)), greys[other].get_at((x, y))) for x in range(24) for y in range(24)]
        differing = sum(abs(a[0] - b[0]) > 24 or abs(a[3] - b[3]) > 60 for a, b in pairs)
        assert differing > 24, (one, other)
