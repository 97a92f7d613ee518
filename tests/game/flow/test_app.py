"""The loop, whole: a window without a screen, a server as a child, a match, a picture, and nothing left behind."""

import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pygame
import pytest

from petard.game.client.session import Session
from petard.game.config.arguments import Address, Arguments
from petard.game.config.key_sets import rebound
from petard.game.config.settings import load
from petard.game.flow import app as program
from petard.game.flow.app import App
from petard.game.flow.local_server import LocalServer
from petard.game.flow.main_loop import run
from petard.game.net.lag_simulator import LaggedTransport, LagOptions
from petard.game.net.tapped_transport import TappedTransport
from petard.game.ui.screen import Screen, SimpleRequest
from petard.game.ui.screens.dialogs import ConnectingScreen, DisconnectedScreen
from petard.game.ui.screens.match import MatchScreen
from petard.game.ui.screens.title import TitleScreen
from petard.shared.framing import LIMIT_CLIENT, Decoder
from petard.shared.protocol.codec import decode
from petard.shared.protocol.messages import Input, Message, Setup
from petard.shared.rules.world import Keys
from tests.ends import Ends
from tests.game.flow.fake_connection import FakeConnection
from tests.game.net.loopback import listening, port_of
from tests.game.ui.pictures import dummy_canvas

WAIT = 40.0  # seconds until a test gives up


@pytest.fixture(autouse=True)
def _no_screen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SDL_AUDIODRIVER", "dummy")
    dummy_canvas()


@pytest.fixture
def children(monkeypatch: pytest.MonkeyPatch) -> list[LocalServer]:
    """Every server that the game starts."""
    children: list[LocalServer] = []

    class Noted(LocalServer):
        def __init__(self, *rest: object) -> None:
            super().__init__(*rest)  # type: ignore[arg-type]
            children.append(self)

    monkeypatch.setattr("petard.game.flow.server_joiner.LocalServer", Noted)
    return children


def turn(app: App, until: type[Screen] | None = None, seconds: float = WAIT) -> None:
    """Turn the loop until a screen is shown, or for some time."""
    ends_at = time.monotonic() + seconds
    while until is None or not isinstance(app.navigator.screen, until):
        now = time.monotonic()
        if now >= ends_at:
            assert until is None, f"still {type(app.navigator.screen).__name__}"
            break
        app.run_once(now)


def servers_are_gone(children: list[LocalServer]) -> None:
    for thread in threading.enumerate():
        if thread.name.startswith("see off"):
            thread.join(WAIT)
    assert all(child.child is None for child in children)
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("see off")]


def test_the_game_ends_after_its_seconds_and_saves_the_screenshot(tmp_path: Path) -> None:
    picture = tmp_path / "title.png"
    assert run(Arguments(seconds=0.2, screenshot=picture), tmp_path / "settings.toml", tmp_path / "ticket.toml") == 0
    assert pygame.image.load(str(picture)).get_size() == (1280, 720)


def test_simulated_lag_is_applied_and_shown(tmp_path: Path) -> None:
    with listening() as server:
        arguments = Arguments(Address("127.0.0.1", port_of(server)), lag=LagOptions(lag=100))
        app = App(arguments, tmp_path / "settings.toml", time.monotonic())
        turn(app, seconds=0.02)
        assert app.navigator.connection is not None
        transport = app.navigator.connection.transport
        assert isinstance(transport, TappedTransport)
        assert isinstance(transport.inner, LaggedTransport)
        assert app.navigator.context.net_tools.lag == "simulated: +100 ms"
        app.close()


def test_a_screenshot_that_cannot_be_saved_is_one_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    picture = tmp_path / "nowhere" / "title.png"
    assert run(Arguments(seconds=0.1, screenshot=picture), tmp_path / "settings.toml", tmp_path / "ticket.toml") == 1
    assert capsys.readouterr().err.startswith("petard: The picture could not be saved (")


def test_enter_on_the_title_starts_a_match_and_no_server_is_left_after_it(
    tmp_path: Path, children: list[LocalServer]
) -> None:
    app = App(Arguments(), tmp_path / "settings.toml", time.monotonic())
    try:
        for key, code in ((pygame.K_RETURN, pygame.KSCAN_RETURN), (pygame.K_ESCAPE, pygame.KSCAN_ESCAPE)):
            pygame.event.post(pygame.event.Event(pygame.KEYDOWN, key=key, scancode=code, mod=0, unicode=""))
        turn(app, ConnectingScreen)  # Escape skipped the first round of a new player
        turn(app, MatchScreen)
        session = app.navigator.context.session
        assert session is not None
        while session.view(time.monotonic()) is None:
            turn(app, seconds=0.05)
        assert len(session.room.seats) == 4
        app.navigator.answer(SimpleRequest.TITLE, time.monotonic())
        assert isinstance(app.navigator.screen, TitleScreen)
    finally:
        app.close()
    assert len(children) == 1
    servers_are_gone(children)


def test_a_server_that_is_killed_during_a_match_is_started_again_and_the_match_goes_on(
    tmp_path: Path, children: list[LocalServer], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    app = App(Arguments(play=True), tmp_path / "settings.toml", time.monotonic())
    try:
        turn(app, MatchScreen)
        session = app.navigator.context.session
        assert session is not None
        turn_until(app, lambda: tick_of(session) > 90)
        (server,) = children
        first, before = server.child, session.client_round
        assert first is not None
        assert before is not None
        seats = {seat.slot: seat.name for seat in session.room.seats}
        first.process.kill()
        turn_until(app, lambda: session.client_round is not before and tick_of(session) > 30)
        after = session.client_round
        assert after is not None
        assert server.child is not first
        assert isinstance(app.navigator.screen, MatchScreen)
        assert app.navigator.context.session is session
        assert after.announcement == before.announcement
        assert {seat.slot: seat.name for seat in session.room.seats} == seats
        assert session.room.welcome is not None
        assert session.room.welcome.returned
    finally:
        app.close()
    servers_are_gone(children)


def turn_until(app: App, is_done: Callable[[], object]) -> None:
    """Turn the loop until something is true."""
    ends_at = time.monotonic() + WAIT
    while not is_done():
        assert time.monotonic() < ends_at
        turn(app, seconds=0.02)


def tick_of(session: Session) -> int:
    """The tick of the last snapshot of the round that runs."""
    played = session.client_round
    return played.server_snapshot.tick if played and played.server_snapshot else 0


def test_a_server_that_is_stopped_during_a_match_is_one_sentence(tmp_path: Path, children: list[LocalServer]) -> None:
    app = App(Arguments(play=True), tmp_path / "settings.toml", time.monotonic())
    try:
        turn(app, MatchScreen)
        child = children[0].child
        assert child is not None
        child.process.terminate()
        turn(app, DisconnectedScreen)
        assert isinstance(app.navigator.screen, DisconnectedScreen)
        assert app.navigator.screen.sentence.endswith(".")
    finally:
        app.close()
    servers_are_gone(children)


def test_a_crash_of_the_game_ends_its_server(
    tmp_path: Path, children: list[LocalServer], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(self: App, now: float) -> None:
        if children and children[0].port is not None:
            raise ZeroDivisionError("planted")

    monkeypatch.setattr(program.App, "draw", broken)
    with pytest.raises(ZeroDivisionError, match="planted"):
        run(Arguments(play=True), tmp_path / "settings.toml", tmp_path / "ticket.toml")
    assert len(children) == 1
    servers_are_gone(children)


def test_leaving_sends_a_goodbye_and_a_crash_does_not(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ends = Ends(Setup("small", "last-one-standing", 3, 1, 2))
    ends.join(1)
    visits = []

    def sits_down(self: App, now: float) -> None:
        visits.append(FakeConnection(ends))
        self.navigator.connection = visits[-1]  # type: ignore[assignment]
        self.navigator.context.session = ends.sessions[1]
        if len(visits) == 1:
            raise ZeroDivisionError("planted")

    monkeypatch.setattr(program.App, "handle_events", sits_down)
    files = tmp_path / "settings.toml", tmp_path / "ticket.toml"
    with pytest.raises(ZeroDivisionError, match="planted"):
        run(Arguments(), *files)
    run(Arguments(seconds=0.5), *files)
    assert [(visit.closed, visit.goodbyes) for visit in visits[:1] + visits[-1:]] == [(1, 0), (1, 1)]


class RecordingConnection(FakeConnection):
    """A connection that records the messages that are sent."""

    def __init__(self, ends: Ends) -> None:
        super().__init__(ends)
        self.said: list[Message] = []

    def poll(self, now: float) -> None:
        """Record what is sent in this pass."""
        self.said += [decode(one) for one in Decoder(LIMIT_CLIENT).receive_data(self.session.link.data_to_send())]


def test_a_pressed_key_is_sent_in_the_same_pass_of_the_main_loop(tmp_path: Path) -> None:
    ends = Ends(Setup("small", "last-one-standing", 3, 1, 2))
    ends.join(1)
    ends.start()
    app = App(Arguments(), tmp_path / "settings.toml", 0.0)
    try:
        wire = RecordingConnection(ends)
        app.navigator.connection = wire  # type: ignore[assignment]
        app.navigator.context.session = wire.session
        app.run_once(1 / 60)  # this shows the match
        app.run_once(2 / 60)
        event = pygame.event.Event(pygame.KEYDOWN, key=pygame.K_d, scancode=pygame.KSCAN_D, mod=0, unicode="")
        pygame.event.post(event)
        wire.said.clear()
        app.run_once(3 / 60)
        assert [one.keys for one in wire.said if isinstance(one, Input)] == [(Keys.RIGHT,)]
    finally:
        app.close()


def test_settings_that_cannot_be_saved_are_reported(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "settings.toml"
    app = App(Arguments(), file, 0.0)
    try:
        file.mkdir()  # nothing can be written over a folder
        app.navigator.answer(SimpleRequest.OPTIONS, 0.0)
        app.run_once(1 / 60)
        kit = app.navigator.context
        kit.settings = replace(kit.settings, volume=31)
        app.navigator.answer(SimpleRequest.TITLE, 0.0)
        app.run_once(2 / 60)
        app.run_once(3 / 60)
        assert isinstance(app.navigator.screen, TitleScreen)
        assert app.navigator.screen.notice.startswith("The settings could not be saved (")
    finally:
        app.close()
    assert capsys.readouterr().err.startswith("petard: The settings could not be saved (")


def press_m(app: App) -> None:
    for kind in (pygame.KEYDOWN, pygame.KEYUP):
        pygame.event.post(pygame.event.Event(kind, key=pygame.K_m, scancode=pygame.KSCAN_M, mod=0, unicode="m"))
    turn(app, seconds=0.1)


def test_m_mutes_everything_and_gives_the_volumes_back(tmp_path: Path) -> None:
    app = App(Arguments(), tmp_path / "settings.toml", time.monotonic())
    try:
        context = app.navigator.context
        context.settings = replace(context.settings, volume=80, music=40)
        turn(app, seconds=0.1)
        for muted, volumes in ((True, (0.0, 0.0)), (False, (0.8, 0.4))):
            press_m(app)
            assert context.settings.muted is muted
            assert (context.audio.volume, context.audio.music_volume) == volumes
        press_m(app)
    finally:
        app.close()
    assert load(tmp_path / "settings.toml")[0].muted, "it is kept"


def test_m_is_a_letter_in_a_name_and_a_key_of_the_player_who_has_it(tmp_path: Path) -> None:
    app = App(Arguments(), tmp_path / "settings.toml", time.monotonic())
    try:
        context = app.navigator.context
        assert isinstance(app.navigator.screen, TitleScreen)
        app.navigator.screen.form.focus_on("name")
        press_m(app)
        assert not context.settings.muted
        app.navigator.screen.form.focus_on("Play")
        context.settings = replace(context.settings, keys=rebound(context.settings.keys, 0, "bomb", pygame.KSCAN_M))
        press_m(app)
        assert not context.settings.muted
    finally:
        app.close()


def test_the_music_of_the_screen_is_loaded_once_that_has_been_drawn(tmp_path: Path) -> None:
    app = App(Arguments(), tmp_path / "settings.toml", time.monotonic())
    try:
        loader = app.navigator.context.audio.loader
        assert loader.sounds == {}, "the start waits for no file"
        turn(app, seconds=0.1)
        loader.wait()
        assert "music/title-calm.ogg" in loader.sounds
        assert "sounds/blast.1.wav" in loader.sounds
    finally:
        app.close()


def test_f11_switches_full_screen_on_and_off(tmp_path: Path) -> None:
    app = App(Arguments(), tmp_path / "settings.toml", time.monotonic())
    try:
        for full in (True, False):
            for kind in (pygame.KEYDOWN, pygame.KEYUP):
                pygame.event.post(pygame.event.Event(kind, key=0, scancode=pygame.KSCAN_F11, mod=0, unicode=""))
            turn(app, seconds=0.1)
            assert app.navigator.context.settings.full_screen is full
            assert bool(pygame.display.get_surface().get_flags() & pygame.FULLSCREEN) is full
    finally:
        app.close()
