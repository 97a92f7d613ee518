"""Every screen at every size, and no text outside its panel, whatever people are called."""

from dataclasses import replace
from itertools import product
from typing import Any

import pygame
import pytest

from petard.game.client.room_state import Audience
from petard.game.client.session import Session
from petard.game.config.settings import Settings
from petard.game.ui.context import InputDevices, OwnServer, ScreenContext
from petard.game.ui.input.keyboard import Keyboard
from petard.game.ui.screen import Screen
from petard.game.ui.screens.dialogs import ConnectingScreen, DisconnectedScreen, PauseScreen
from petard.game.ui.screens.internet import InternetScreen
from petard.game.ui.screens.join import JoinScreen
from petard.game.ui.screens.lobby import LobbyScreen
from petard.game.ui.screens.options import OptionsScreen
from petard.game.ui.screens.replay import ReplayScreen
from petard.game.ui.screens.replays import ReplaysScreen
from petard.game.ui.screens.results import ResultsScreen
from petard.game.ui.screens.title import TitleScreen
from petard.game.ui.screens.tutorial import TutorialScreen
from petard.game.ui.screens.xray import XrayScreen
from petard.game.ui.widgets.form import Form
from petard.game.ui.widgets.text_field import OnscreenKeyboard, TextField
from petard.game.view.copy_consent import CopyConsent
from petard.game.view.internet_list import InternetList
from petard.game.view.playback import DemoSummary
from petard.shared.framing import frame
from petard.shared.protocol.codec import encode
from petard.shared.protocol.later_messages import SeatSide, Standby
from petard.shared.protocol.messages import Chat, Lobby, Phase, Results, Score, Seat, Spectator, Welcome
from tests.game.ui.legible import LegibleCanvas, TextRules
from tests.game.ui.person import SilentAudio
from tests.game.ui.pictures import dummy_canvas
from tests.game.view.listings import DIRECTORY, listing, page
from tests.game.view.test_playback import watched

SIZES = [(1280, 720), (800, 600), (1920, 1080), (320, 240)]
WIDE = "W" * 16
INSIDE = TextRules(inside=True, contrast=0)
SENTENCE = "The server sent what makes no sense (" + "Wm" * 120 + ")."
ADDRESS = "[2001:db8:1111:2222:3333:4444:5555:6666]:65535"


def session_of(count: int, name: str) -> Session:
    """A session with a full lobby."""
    session = Session("Ada")
    session.room.welcome = Welcome(1, "0.1.0", 1, "0" * 32, 60, "W" * 32)
    words = ("W" * 32, "classic")
    session.room.lobby = Lobby(Phase.LOBBY, 1, words[0], words[0], 9, 63, 2, words, words)
    session.room.seats = tuple(
        Seat(slot, slot + 1 if slot % 3 else 0, name, slot % 16, slot % 8, bool(slot % 2), True, slot % 10, 9999)
        for slot in range(count)
    )
    if count % 2 == 0:
        session.room.wishes.sides = tuple(SeatSide(slot, slot % 4, True) for slot in range(count))
    session.room.audience = Audience(tuple(Spectator(100 + number, name) for number in range(3 if count > 8 else 0)))
    session.room.copies.standbys = (Standby(2, (ADDRESS,), 0), Standby(3, (ADDRESS,), 0))
    session.chat.lines.extend(Chat(1, name, "W" * 200) for _ in range(9))
    wins = tuple(Score(slot, slot % 10) for slot in range(count))
    session.room.results = Results(9, count - 1, wins, True, count - 1, 600)
    return session


def screens(count: int, name: str) -> dict[str, Screen]:
    """One of each."""
    settings = Settings(name=name, addresses=(ADDRESS, "x" * 253, "ada"))
    context = ScreenContext(
        settings,
        InputDevices(Keyboard(settings.keys)),
        SilentAudio(),
        session_of(count, name),
        OwnServer(invitation=ADDRESS, consent=CopyConsent(is_offered=True)),
    )
    waiting, spelling = ConnectingScreen(context), TitleScreen(replace_notice(context))
    waiting.words = f"Waiting for {ADDRESS} to answer"
    field = next(widget for widget in spelling.form.widgets if isinstance(widget, TextField))
    spelling.form.keyboard = OnscreenKeyboard(field)
    context.joinable.internet = internet_of(name)
    strangers = ticked_once(InternetScreen(context))
    strangers.problem = SENTENCE
    joining = JoinScreen(context)
    joining.problem = SENTENCE
    return {
        "title": TitleScreen(context),
        "letters": spelling,
        "join": joining,
        "internet": strangers,
        "options": OptionsScreen(context),
        "lobby": LobbyScreen(context),
        "replays": replays(context, count, name),
        "replay": ReplayScreen(context, watched()),
        "results": ResultsScreen(context),
        "pause": PauseScreen(context),
        "tutorial": TutorialScreen(context),
        "lost": DisconnectedScreen(context, SENTENCE, ADDRESS),
        "waiting": waiting,
        "x-ray": xray(context),
    }


def internet_of(name: str) -> InternetList:
    """A directory that lists a room of each kind, all with long names."""
    listed = InternetList("w" * 63 + ".example:65535", lambda host, port: f"{host}:{port}")
    long = {"map": "W" * 32, "rules": "W" * 32, "mode": "W" * 32, "build": "W" * 32, "players": 9999, "places": 9999}
    kinds: list[dict[str, Any]] = [{}, {"locked": True}, {"protocol": 9}, {"draining": True}, {"phase": "playing"}]
    address = "2001:4860:4860:1111:2222:3333:4444:"
    rooms = [
        listing(number, **long | {"name": (name * 32)[:32], "address": f"{address}{number}"} | kind)
        for number, kind in enumerate(kinds, 1)
    ]
    listed.receive(200, "", page(*rooms, after="more"), DIRECTORY, 1.0)
    return listed


def ticked_once(screen: InternetScreen) -> InternetScreen:
    screen.tick(5.0)
    return screen


def xray(context: ScreenContext, name: str = "W" * 16, text: str = "W" * 200) -> XrayScreen:
    """Stands at a read with one line of chat in it, and parts of many others."""
    traffic = context.net_tools.traffic
    traffic.switch_on()
    traffic.align(0)
    chat = b"".join(frame(encode(Chat(1, name, text, number))) for number in range(100))
    traffic.add(False, 0.5, chat[:-9])
    return XrayScreen(context)


def replays(context: ScreenContext, count: int, name: str) -> ReplaysScreen:
    """A list with one of everything: a long match, a clip that is pinned, and a file that is none."""
    seats = session_of(count, name).room.seats
    words, end = "W" * 32, watched().view()
    screen = ReplaysScreen(replace(context, notice=SENTENCE))
    screen.show(
        [
            DemoSummary("a.petard", "30 Sep 2026, 20:00", True, SENTENCE, words, words, 10**7, 9, seats, 0, end),
            DemoSummary("clips/b.petard", "30 Sep 2026, 20:00", True, "", "classic", "duel", 60, 1, seats, 0, end),
            DemoSummary("W" * 200 + ".petard", "", False, SENTENCE),
        ],
        3,
    )
    return screen


def replace_notice(context: ScreenContext) -> ScreenContext:
    """The same context with a notice."""
    return replace(context, notice=SENTENCE)


COUNTS = (1, 2, 8, 18, 24, 64)
# Three pairs by default, all of them in the long run.
DRAWN = {(1, SIZES[3]), (8, SIZES[0]), (64, SIZES[1])}


@pytest.mark.parametrize(
    ("count", "size"),
    [
        pytest.param(count, size, marks=[pytest.mark.long] * ((count, size) not in DRAWN))
        for count, size in product(COUNTS, SIZES)
    ],
)
def test_every_screen_is_drawn_at_every_size(count: int, size: tuple[int, int]) -> None:
    canvas = dummy_canvas(size)
    for name, screen in screens(count, WIDE).items():
        if count > 2 and name not in ("lobby", "results"):
            continue
        for now in (0.0, 0.3, 5.0):
            canvas.begin()
            screen.draw(canvas, now)
        assert len(set(pygame.image.tobytes(canvas.surface, "RGB")[::97])) > 8, f"{name} is almost empty"


HIGH = "漢" * 16
NAMED = {(1, WIDE), (4, HIGH), (8, "Ada"), (8, WIDE), (18, HIGH), (24, "i"), (42, WIDE), (64, WIDE)}  # by default


@pytest.mark.parametrize(
    ("count", "name"),
    [
        pytest.param(count, name, marks=[pytest.mark.long] * ((count, name) not in NAMED))
        for count, name in product((1, 4, 8, 18, 24, 42, 64), (WIDE, HIGH, "i", "Ada"))
    ],
)
def test_no_text_leaves_its_panel(count: int, name: str) -> None:
    for size in SIZES[:2]:
        canvas = LegibleCanvas(dummy_canvas(size).surface, INSIDE)
        for kind, screen in screens(count, name).items():
            if count > 4 and kind not in ("lobby", "results"):
                continue
            canvas.begin()
            screen.draw(canvas, 5.0)
            assert canvas.faults == [], kind


def test_the_canvas_reports_a_text_that_leaves_its_panel() -> None:
    canvas = LegibleCanvas(dummy_canvas().surface, INSIDE)
    canvas.begin()
    canvas.panel(100, 100, 50, 50, (0, 0, 0))
    canvas.text("far too long", 125, 125, 30, (255, 255, 255), "center")
    assert len(canvas.faults) == 1


def test_the_focused_widget_looks_different() -> None:
    canvas = dummy_canvas()
    title = screens(1, "Ada")["title"]
    assert isinstance(title, TitleScreen)
    seen = set()
    for key in ("Play", "Options", "name"):
        title.form.focus_on(key)
        canvas.begin()
        title.draw(canvas, 0.0)
        seen.add(pygame.image.tobytes(canvas.surface, "RGB"))
    assert len(seen) == 3
    assert isinstance(title.form, Form)
