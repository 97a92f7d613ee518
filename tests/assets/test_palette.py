"""Players can be told apart, by people who see all colours and by people who do not."""

from itertools import combinations

import pytest

from petard.assets.palette import CHARACTERS, FLOOR, PLAYER_COLOURS, PLAYER_NAMES, PLAYERS, Colour

# How linear red, green, blue look to someone without the long or the middle cones (Machado and others, 2009).
SIGHT: dict[str, tuple[tuple[float, float, float], ...]] = {
    "full sight": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "protanopia": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998)),
    "deuteranopia": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.011820, 0.042940, 0.968881)),
}
TO_XYZ = ((0.4124, 0.3576, 0.1805), (0.2126, 0.7152, 0.0722), (0.0193, 0.1192, 0.9505))


def _linear(level: int) -> float:
    share = level / 255
    return share / 12.92 if share <= 0.04045 else float(((share + 0.055) / 1.055) ** 2.4)


def _times(matrix: tuple[tuple[float, float, float], ...], vector: list[float]) -> list[float]:
    return [sum(a * b for a, b in zip(row, vector, strict=True)) for row in matrix]


def _lab(colour: Colour, sight: str) -> list[float]:
    seen = [min(1.0, max(0.0, part)) for part in _times(SIGHT[sight], [_linear(level) for level in colour])]
    white = (0.9505, 1.0, 1.089)
    parts = [part / full for part, full in zip(_times(TO_XYZ, seen), white, strict=True)]
    x, y, z = (float(part ** (1 / 3)) if part > 0.008856 else 7.787 * part + 16 / 116 for part in parts)
    return [116 * y - 16, 500 * (x - y), 200 * (y - z)]


def apart(one: Colour, other: Colour, sight: str) -> float:
    """How far two colours are from each other (CIE 1976; 2.3 can just be seen)."""
    pairs = zip(_lab(one, sight), _lab(other, sight), strict=True)
    return float(sum((a - b) ** 2 for a, b in pairs) ** 0.5)


@pytest.mark.parametrize("sight", SIGHT)
def test_the_first_eight_colours_are_told_apart(sight: str) -> None:
    nearest = min(apart(one, other, sight) for one, other in combinations(PLAYER_COLOURS[:8], 2))
    assert nearest >= 25


def test_all_sixteen_colours_are_told_apart_with_full_sight() -> None:
    assert min(apart(one, other, "full sight") for one, other in combinations(PLAYER_COLOURS, 2)) >= 18


@pytest.mark.parametrize("sight", SIGHT)
def test_the_first_eight_colours_stand_out_from_the_floor(sight: str) -> None:
    nearest = min(apart(colour, floor, sight) for colour in PLAYER_COLOURS[:8] for floor in FLOOR)
    assert nearest >= (25 if sight == "full sight" else 12)  # the dark outline of a figure does the rest


def test_the_floor_is_calm() -> None:
    assert 1 < apart(*FLOOR, "full sight") < 8


def test_there_are_as_many_colours_and_characters_as_the_wire_can_name() -> None:
    assert len(PLAYERS) == len(set(PLAYER_NAMES)) == 16
    assert len(CHARACTERS) == len(set(CHARACTERS)) == 8
