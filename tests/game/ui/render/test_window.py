"""The installed game on real screens of every depth, on none, and on one that goes away."""

import os
import re
import subprocess
import threading
import time
from collections.abc import Sequence
from pathlib import Path

import psutil  # type: ignore[import-untyped]
import pygame
import pytest

from tests.sampled import sampled
from tests.screens import PETARD, screen, wants_screen
from tests.tools.links import ROOT

MADE = re.compile(r"pygame\.Surface\((?!\))|\.convert\(")
WITHOUT_OPENGL = ("-extension", "GLX")
STEP = 9  # of 255: 31 steps of a colour, rounded down
PLACES = (((500, 290), (255, 190, 66)), ((460, 590), (78, 74, 120)), ((640, 710), (29, 26, 46)))  # buttons, the ground
PATIENCE = 40.0  # seconds in which the title is drawn, or the game gives up, on a busy machine


@wants_screen
@pytest.mark.window
@pytest.mark.parametrize(
    ("depth", "options", "wish"),
    [
        pytest.param(16, (), "--windowed", marks=pytest.mark.long),
        pytest.param(16, WITHOUT_OPENGL, "--windowed", marks=pytest.mark.long),
        pytest.param(16, WITHOUT_OPENGL, "--full-screen", marks=pytest.mark.long),
        pytest.param(24, (), "--full-screen", marks=pytest.mark.long),
        (30, (), "--windowed"),
    ],
)
def test_the_title_has_its_colours_on_a_screen_of_few_or_many_bits(
    depth: int, options: tuple[str, ...], wish: str, tmp_path: Path
) -> None:
    picture = tmp_path / "title.png"
    with screen(tmp_path, depth, *options) as stage, stage.petard(wish, "--screenshot", str(picture)) as game:
        until = time.monotonic() + PATIENCE
        while [near(stage.colour(*place), colour) for place, colour in PLACES] != [True] * len(PLACES):
            assert game.poll() is None, game.communicate()[1]
            assert time.monotonic() < until, [stage.colour(*place) for place, _ in PLACES]
            threading.Event().wait(0.1)  # or this loop takes the processor from the game
        game.terminate()
        _, words = game.communicate(timeout=PATIENCE)
        assert (game.returncode, words) == (0, "")
    shown = pygame.image.load(picture)
    assert [near(shown.get_at(place)[:3], colour) for place, colour in PLACES] == [True] * len(PLACES)


def near(one: Sequence[int], other: Sequence[int]) -> bool:
    """Return whether two colours are the same but for the steps of a screen of 16 bits."""
    return all(abs(a - b) <= STEP for a, b in zip(one, other, strict=True))


@wants_screen
@pytest.mark.long
@pytest.mark.window
def test_a_match_is_played_on_a_screen_of_few_bits_which_is_filled_and_left_again(tmp_path: Path) -> None:
    options = ("--windowed", "--play", "--bot", "--seconds", "3")
    with screen(tmp_path, 16, *WITHOUT_OPENGL) as stage, stage.petard(*options) as game:
        stage.await_window()
        stage.press("F11", "F11", "F11")
        _, words = game.communicate(timeout=PATIENCE)
    assert (game.returncode, words) == (0, "")


@wants_screen
@pytest.mark.window
@pytest.mark.parametrize(("depth", "options"), sampled([(8, ()), (30, WITHOUT_OPENGL)], 2))
def test_a_screen_that_cannot_show_the_game_gets_one_sentence(
    depth: int, options: tuple[str, ...], tmp_path: Path
) -> None:
    with screen(tmp_path, depth, *options) as stage, stage.petard("--windowed") as game:
        _, words = game.communicate(timeout=PATIENCE)
    assert words.startswith("petard: No window that the game can draw on can be opened on this screen (")
    assert words.count("\n") == 1
    assert game.returncode == 2


@wants_screen
@pytest.mark.window
def test_a_screen_that_goes_away_ends_the_game_and_the_server_that_it_started(tmp_path: Path) -> None:
    with screen(tmp_path) as stage, stage.petard("--windowed", "--play") as game:
        stage.await_window()
        until = time.monotonic() + PATIENCE
        while not (children := psutil.Process(game.pid).children()):
            assert time.monotonic() < until, "the game started no server"
            threading.Event().wait(0.05)
        stage.vanish()
        _, words = game.communicate(timeout=PATIENCE)
        assert game.returncode == 1
        assert "Traceback" not in words
        assert psutil.wait_procs(children, PATIENCE)[1] == [], "the server outlives the game"


def test_every_surface_names_its_bits() -> None:
    """Else it has those of the screen, and with 16 it is drawn in few colours, or not scaled at all."""
    texts = {file: file.read_text("utf-8") for file in (ROOT / "game").rglob("*.py")}
    made = [(file.name, line) for file, text in texts.items() for line in text.splitlines() if MADE.search(line)]
    assert len(made) > 20
    assert [(name, line.strip()) for name, line in made if "32)" not in line and "((0, 0))" not in line] == []


@pytest.mark.parametrize(
    "environment",
    [
        pytest.param({}, marks=pytest.mark.long),  # by default in tests/game/test_main.py
        pytest.param({"DISPLAY": ":987"}, marks=pytest.mark.long),
        pytest.param({"DISPLAY": "nonsense"}, marks=pytest.mark.long),
        {"SDL_VIDEODRIVER": "nonsense"},
    ],
)
def test_without_a_screen_there_is_one_sentence(environment: dict[str, str]) -> None:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("SDL_", "WAYLAND", "DISPLAY"))}
    game = subprocess.run([PETARD], env=kept | environment, capture_output=True, text=True, check=False, timeout=60)
    assert game.stderr.startswith("petard: There is no screen here to play on (")
    assert game.stderr.count("\n") == 1
    assert game.returncode == 2
