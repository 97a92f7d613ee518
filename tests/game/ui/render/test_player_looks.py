"""Marks tell slots apart without colours."""

import pygame

from petard.game.ui.render.player_looks import LETTERS, OUTLINES, PATTERNS, SHAPES, badge, badge_of, weave
from tests.game.ui.pictures import dummy_canvas


def test_no_two_of_64_slots_have_the_same_badge() -> None:
    assert len({(badge_of(slot).shape, badge_of(slot).letter) for slot in range(64)}) == 64
    assert len(set(LETTERS)) == 64


def test_eight_players_differ_in_shape_and_in_pattern() -> None:
    for first in range(0, 64, 8):
        marks = [badge_of(slot) for slot in range(first, first + 8)]
        assert len({mark.shape for mark in marks}) == len({mark.pattern for mark in marks}) == 8


def test_every_shape_stays_in_its_box() -> None:
    for shape in SHAPES:
        assert all(-1.15 <= x <= 1.15 and -1.15 <= y <= 1.15 for x, y in OUTLINES[shape])


def test_every_badge_and_every_pattern_looks_different() -> None:
    canvas = dummy_canvas()
    badges = {pygame.image.tobytes(badge(slot, (200, 60, 60), 24, canvas.fonts.of), "RGBA") for slot in range(64)}
    assert len(badges) == 64
    weaves = [weave(pattern, 48) for pattern in PATTERNS]
    assert set(pygame.image.tobytes(weaves[0], "RGB")) == {255}, "the plain pattern leaves a body as it is"
    assert len({pygame.image.tobytes(woven, "RGB") for woven in weaves}) == 8
