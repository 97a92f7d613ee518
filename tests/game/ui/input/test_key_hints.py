"""The hints of what to press, made from the settings."""

from dataclasses import replace

import pygame

from petard.game.config.key_sets import ARROWS, LETTERS, USUAL_KEYS
from petard.game.ui.input.key_hints import GAP, control_hints, direction_names, hint_line, hurry_line
from petard.shared.control_channel import Pace
from tests.game.ui.pictures import dummy_canvas


def test_one_player_has_both_sets() -> None:
    dummy_canvas()
    line = hint_line(USUAL_KEYS, 1, "")
    assert "WASD or arrows" in line
    assert "Space or right Ctrl" in line, "a small keyboard has no right Ctrl"
    assert "Pad" not in line
    assert "Pad: X" in hint_line(USUAL_KEYS, 1, "X")


def test_two_players_have_a_set_each_and_the_first_the_one_on_the_left_of_the_keyboard() -> None:
    dummy_canvas()
    one, two = control_hints(USUAL_KEYS, 2, ())
    assert one.lines == ("WASD, Space",)
    assert two.lines == ("arrows,", "right Ctrl / Shift"), "a small keyboard has no right Ctrl"
    assert (one.word, two.word) == ("WASD", "arrows")


def test_a_player_without_a_device_is_told_to_press_a_button_on_a_pad() -> None:
    dummy_canvas()
    hints = control_hints(USUAL_KEYS, 4, ())
    assert [hint.is_missing for hint in hints] == [False, False, True, True]
    assert " ".join(hints[2].lines) == "Press a button on a pad"
    hints = control_hints(USUAL_KEYS, 4, (0,), (), "X")
    assert [hint.is_missing for hint in hints] == [False, False, False, True]
    assert hints[2].lines == ("pad 1: stick, X",)


def test_the_hint_of_one_player_names_both_key_sets() -> None:
    dummy_canvas()
    assert control_hints(USUAL_KEYS, 1, (0,))[0].lines == ("WASD, Space /", "arrows, right Ctrl")


def test_the_hint_follows_the_settings() -> None:
    dummy_canvas()
    other = replace(ARROWS, bomb=(pygame.KSCAN_X,))
    assert control_hints((other, LETTERS), 2, ())[0].lines == ("arrows, X",)


def test_other_keys_are_named_one_by_one() -> None:
    dummy_canvas()
    assert direction_names(replace(LETTERS, up=(pygame.KSCAN_F1,))) == "F1 A S D"


def test_the_bomb_keys_skip_the_round_on_keyboard_and_pad() -> None:
    dummy_canvas()
    assert hurry_line(Pace.NORMAL, USUAL_KEYS, "") == "Skip: Space or right Ctrl"
    assert hurry_line(Pace.NORMAL, USUAL_KEYS, "A") == "Skip: Space, right Ctrl or pad A"
    assert hurry_line(Pace.NORMAL, (LETTERS,), "") == "Skip: Space"


def test_a_round_that_runs_fast_or_is_skipped_says_so() -> None:
    dummy_canvas()
    assert hurry_line(Pace.FAST, (LETTERS,), "").split(GAP) == ["3x speed", "Skip: Space"]
    assert hurry_line(Pace.SKIP, (LETTERS,), "") == "Skipping to its end..."
