"""What to press, by the settings."""

from dataclasses import replace

import pygame

from game.settings import ARROWS, LETTERS
from game.ui.hints import hint_line, ways_of
from tests.game.ui.pictures import dummy_canvas


def test_one_person_has_both_sets() -> None:
    dummy_canvas()
    line = hint_line((ARROWS, LETTERS), 1, 0)
    assert "arrows or WASD" in line
    assert "right Ctrl or Space" in line
    assert "Pad" not in line
    assert "Pad" in hint_line((ARROWS, LETTERS), 1, 1)


def test_each_of_two_people_has_a_set_of_their_own() -> None:
    dummy_canvas()
    line = hint_line((ARROWS, LETTERS), 2, 0)
    assert line.startswith("Player 1: arrows, right Ctrl")
    assert "Player 2: WASD, Space" in line


def test_other_keys_are_named_one_by_one() -> None:
    dummy_canvas()
    assert ways_of(replace(LETTERS, up=(pygame.KSCAN_F1,))) == "F1 A S D"
