"""The loop, whole: a window without a screen, a server as a child, a match, a picture, and nothing left behind."""

import threading
import time
from pathlib import Path

import pygame
import pytest

from game import app as program
from game.app import App, run
from game.arguments import Arguments
from game.child import Child
from game.ui.screens import Screen, ToTitle
from game.ui.screens.lost import Lost, Waiting
from game.ui.screens.match import MatchScreen
from game.ui.screens.title import Title
from tests.game.ui.pictures import dummy_canvas

WAIT = 40.0  # seconds until a test gives up


@pytest.fixture(autouse=True)
def _no_screen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SDL_AUDIODRIVER", "dummy")
    dummy_canvas()


@pytest.fixture
def children(monkeypatch: pytest.MonkeyPatch) -> list[Child]:
    """Every server that the game starts."""
    children: list[Child] = []

    class Noted(Child):
        def __init__(self, *rest: object) -> None:
            super().__init__(*rest)  # type: ignore[arg-type]
            children.append(self)

    monkeypatch.setattr("game.director.Child", Noted)
    return children


def turn(app: App, until: type[Screen] | None = None, seconds: float = WAIT) -> float:
    """Turn the loop until a screen is shown; answers with the longest turn but for the making of screens."""
    ends_at, longest = time.monotonic() + seconds, 0.0
    while until is None or not isinstance(app.director.screen, until):
        now = time.monotonic()
        if now >= ends_at:
            assert until is None, f"still {type(app.director.screen).__name__}"
            break
        app.hear(now)
        app.director.talk(now)
        app.tick(now)
        longest = max(longest, time.monotonic() - now)
        app.draw(now)
    return longest


def servers_are_gone(children: list[Child]) -> None:
    for thread in threading.enumerate():
        if thread.name.startswith("see off"):
            thread.join(WAIT)
    assert all(child._child is None for child in children)
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("see off")]


def test_it_ends_in_time_and_leaves_a_picture(tmp_path: Path) -> None:
    picture = tmp_path / "title.png"
    assert run(Arguments(seconds=0.2, screenshot=picture), tmp_path / "settings.toml") == 0
    assert pygame.image.load(str(picture)).get_size() == (1280, 720)


def test_a_picture_that_cannot_be_saved_is_a_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    picture = tmp_path / "nowhere" / "title.png"
    assert run(Arguments(seconds=0.1, screenshot=picture), tmp_path / "settings.toml") == 1
    assert capsys.readouterr().err.startswith("petard: The picture could not be saved (")


def test_return_on_the_title_leads_into_a_match_and_back_and_no_server_stays(
    tmp_path: Path, children: list[Child]
) -> None:
    app = App(Arguments(), tmp_path / "settings.toml", time.monotonic())
    try:
        pygame.event.post(pygame.event.Event(pygame.KEYDOWN, key=13, scancode=pygame.KSCAN_RETURN, mod=0, unicode=""))
        turn(app, Waiting)
        turn(app, MatchScreen)
        session = app.director.kit.session
        assert session is not None
        while session.view(time.monotonic()) is None:
            turn(app, seconds=0.05)
        assert len(session.seats) == 4
        app.director.answer(ToTitle(), time.monotonic())
        assert isinstance(app.director.screen, Title)
    finally:
        app.close()
    assert len(children) == 1
    servers_are_gone(children)


def test_a_server_that_dies_under_us_is_a_sentence(tmp_path: Path, children: list[Child]) -> None:
    app = App(Arguments(play=True), tmp_path / "settings.toml", time.monotonic())
    try:
        turn(app, MatchScreen)
        process = children[0]._child
        assert process is not None
        process.kill()
        turn(app, Lost)
        assert isinstance(app.director.screen, Lost)
        assert app.director.screen._sentence.endswith(".")
    finally:
        app.close()
    servers_are_gone(children)


def test_a_bug_of_ours_still_ends_the_server(
    tmp_path: Path, children: list[Child], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(self: App, now: float) -> None:
        if children and children[0].port is not None:
            raise ZeroDivisionError("planted")

    monkeypatch.setattr(program.App, "draw", broken)
    with pytest.raises(ZeroDivisionError, match="planted"):
        run(Arguments(play=True), tmp_path / "settings.toml")
    assert len(children) == 1
    servers_are_gone(children)


def test_f11_fills_the_screen_and_comes_back(tmp_path: Path) -> None:
    app = App(Arguments(), tmp_path / "settings.toml", time.monotonic())
    try:
        for full in (True, False):
            for kind in (pygame.KEYDOWN, pygame.KEYUP):
                pygame.event.post(pygame.event.Event(kind, key=0, scancode=pygame.KSCAN_F11, mod=0, unicode=""))
            turn(app, seconds=0.1)
            assert app.director.kit.settings.full_screen is full
            assert bool(pygame.display.get_surface().get_flags() & pygame.FULLSCREEN) is full
    finally:
        app.close()
