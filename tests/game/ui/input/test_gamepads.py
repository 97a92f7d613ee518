"""Game pads, tested with virtual joysticks of SDL that a script in a process of its own plugs in."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from petard.game.ui.input.gamepads import bits_of_stick
from petard.shared.rules.world import Keys

ROOT = Path(__file__).parents[4]


def run_story(story: str) -> Any:
    """Run one story of virtual_pads.py and return what it printed."""
    dummy = {
        **os.environ,
        "SDL_VIDEODRIVER": "dummy",
        "SDL_AUDIODRIVER": "dummy",
        "SDL_JOYSTICK_ALLOW_BACKGROUND_EVENTS": "1",
    }
    words = [sys.executable, "-m", "tests.game.ui.virtual_pads", story]
    done = subprocess.run(words, env=dummy, cwd=ROOT, capture_output=True, text=True, check=False, timeout=60)
    if done.returncode == 3:
        pytest.skip(done.stderr.strip())
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


@pytest.mark.parametrize("story", ["mapped", "unmapped"])
def test_a_pad_plays_and_steers_menus(story: str) -> None:
    seen = run_story(story)
    assert seen["before"] == []
    assert seen["names"] == 1
    assert seen["bomb"] == [[Keys.BOMB], ["CONFIRM"]]
    assert seen["again"] == [[Keys.BOMB], []]
    assert seen["tap"] == [[Keys.BOMB], ["BACK"]]
    assert seen["after tap"] == [[0], []]
    assert seen["cross"] == [[Keys.UP], ["UP"]]
    assert seen["stick"] == [[Keys.RIGHT], ["RIGHT"]]
    assert seen["held on"] == [[Keys.RIGHT], ["RIGHT"]]
    assert seen["little"] == [[0], []]
    assert seen["playing"] == [[Keys.BOMB], []]
    assert seen["start"] == [[0], ["BACK"]]
    assert seen["bomb name"] == {"mapped": "X", "unmapped": "button 3"}[story]
    assert seen["other bomb"] == [[Keys.BOMB], []]
    assert seen["no bomb"] == [[0], ["CONFIRM"]]
    assert seen["other up"] == [[Keys.UP], ["BACK"]]
    assert seen["focus lost"] == [[0], []]
    assert seen["unplugged"] == [[], []]


def test_a_pad_keeps_its_number_and_a_new_one_takes_the_free_number() -> None:
    seen = run_story("numbers")
    assert seen == {"both": [0, Keys.BOMB], "first gone": [0, Keys.BOMB], "third here": [Keys.BOMB, Keys.BOMB]}


@pytest.mark.parametrize(
    ("x", "y", "held", "bits"),
    [
        (0.0, 0.0, 0, 0),
        (0.39, 0.0, 0, 0),
        (0.4, 0.0, 0, Keys.RIGHT),
        (-0.4, 0.0, 0, Keys.LEFT),
        (0.0, -1.0, 0, Keys.UP),
        (0.35, 0.0, Keys.RIGHT, Keys.RIGHT),
        (0.35, 0.0, Keys.LEFT, 0),
        (0.29, 0.0, Keys.RIGHT, 0),
        (0.9, 0.42, 0, Keys.RIGHT),
        (0.9, 0.46, 0, Keys.RIGHT | Keys.DOWN),
        (-1.0, -1.0, 0, Keys.LEFT | Keys.UP),
    ],
)
def test_a_stick_becomes_keys_with_a_dead_zone(x: float, y: float, held: int, bits: int) -> None:
    assert bits_of_stick(x, y, held) == bits


def test_a_stick_at_the_rim_is_one_key() -> None:
    places = ((0, -1), (0, 1), (1, 0), (0, 0))
    assert [bits_of_stick(x, y, 0) for x, y in places] == [Keys.UP, Keys.DOWN, Keys.RIGHT, 0]
