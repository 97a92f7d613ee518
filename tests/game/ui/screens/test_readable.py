"""Every text of every screen can be read: it is high enough, and stands out from what is drawn below it."""

import importlib
import pkgutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from inspect import isabstract
from pathlib import Path

import pytest

import petard.game.ui
import petard.game.ui.screens
from petard.assets.palette import INK, MUTED, PANEL, PANEL_LIGHT, PAPER
from petard.game.config.settings import Settings
from petard.game.flow.preferences import LARGE
from petard.game.ui.input.key_hints import control_hints
from petard.game.ui.render.canvas import READABLE, Cache, Canvas
from petard.game.ui.render.connection_overlay import SWITCHES, draw_banner, draw_lag, draw_notice
from petard.game.ui.render.effects import Comfort
from petard.game.ui.render.hud import Hud, HudInfo
from petard.game.ui.render.painter import Painter
from petard.game.ui.screens.dialogs import PasswordScreen, TakeOverMenu
from petard.game.ui.screens.doctor import DoctorScreen
from petard.game.ui.screens.how_to_play import HowToPlayScreen
from petard.game.ui.screens.items import ItemsPage
from petard.game.ui.screens.match import MatchScreen
from petard.game.ui.screens.menu import Menu
from petard.game.ui.screens.practice import PracticeScene
from petard.game.ui.widgets.rebind_button import RebindButton
from petard.game.view.cues import HURRY, Banner, PlayerDied
from petard.game.view.notices import ConnectionStatus
from petard.game.view.round_ending import RoundEnding
from petard.game.view.view import View
from petard.shared.rules.tie_break import WinReason
from tests.game.doctor.example_facts import CASES
from tests.game.flow.fake_connection import in_match
from tests.game.scenes import busy, seats
from tests.game.ui.legible import LegibleCanvas, TextRules
from tests.game.ui.person import Person
from tests.game.ui.pictures import dummy_canvas
from tests.game.ui.screens.lobby_person import LobbyPerson
from tests.game.ui.screens.test_doctor import DoctorPerson
from tests.game.ui.screens.test_drawing import WIDE, screens, session_of
from tests.game.ui.screens.test_take_over import watcher
from tests.game.ui.screens.usual_screens import ADDRESS, NOW, host_menu, players_here, usual_screens
from tests.sampled import sampled

TALL = "Ågjçy"  # the letters that reach farthest up and down, in every version of the font
SIZES = {
    (1280, 720): READABLE,
    (800, 600): 12,
    (1920, 1080): READABLE,
}  # a window, and the least height of a text in its pixels
CACHES: dict[tuple[int, int], Cache] = {}  # by the size of a window: letters and panels, made once as in the game
KEYS = "Walk: WASD or arrows     Bomb: Space or right Ctrl     Chat: Enter"


def canvas_of(size: tuple[int, int], apart: bool = True, whole: bool = False, text_size: float = 1.0) -> LegibleCanvas:
    canvas = LegibleCanvas(dummy_canvas(size).surface, TextRules(SIZES[size], apart, whole))
    canvas.cache = CACHES.setdefault(size, Cache())
    canvas.text_size = text_size
    canvas.begin()
    return canvas


def standing(count: int, mine: tuple[int, ...], ping: int) -> HudInfo:
    here = tuple(replace(seat, away=seat.slot == 1, wins=seat.slot % 5) for seat in seats(count, max(1, len(mine))))
    return HudInfo(here, mine, 88, 9, ping, 100, KEYS)


def moments() -> Iterator[tuple[View, HudInfo]]:
    """Views of rounds with few and with many players, in each state that is written about."""
    hints = control_hints(Settings().keys, 4, (0,))
    for count, mine in ((4, (0, 1, 2, 3)), (8, (0,)), (16, ()), (64, (0,))):
        view = busy(count, 41, 31) if count > 16 else busy(count)
        alive = tuple(replace(body, alive=body.slot % 2 == 0) for body in view.players)
        dead = tuple(replace(body, alive=False) for body in view.players)
        ending = RoundEnding(1, WinReason.NOT_OWN_FLAME)
        yield replace(view, tick=30.0, go_in=100.0), replace(standing(count, mine, 9), hints=hints)
        yield replace(view, players=alive), standing(count, mine, 300)
        yield replace(view, players=dead, hurry=True, ticks_left=200.0), standing(count, mine, 300)
        yield replace(view, players=dead, ending=ending), standing(count, mine, 300)


def match_faults(size: tuple[int, int], text_size: float = 1.0) -> list[str]:
    faults = []
    for view, what in moments():
        canvas, painter, hud = canvas_of(size, apart=False, text_size=text_size), Painter(Comfort()), Hud()
        for banner in ("", HURRY, "GO!"):
            hud.notices.add_chat("Ada: a line that is new and long enough for a second row of it", 7.9)
            hud.notices.add_chat("Bo left.", 0.0)
            hud.notices.add_cues(
                [Banner(banner), PlayerDied(0, 3, 4.5, 4.5)], what.mine, {0: "Ada", 3: "Margaret"}, 7.9
            )
            canvas.begin()
            canvas.fit_window()
            painter.draw(canvas, view, what.seats, 8.0, what.mine)
            hud.draw(canvas, view, what, 8.0)
        assert len(canvas.texts) > 5
        faults += canvas.faults
    return faults


def menu_faults(size: tuple[int, int], menu: Menu, whole: bool = False) -> list[str]:
    """With the focus on each of its widgets in turn."""
    canvas = canvas_of(size, whole=whole)
    for widget in menu.form.widgets:
        menu.form.focus_on(widget.key)
        widget.listening = isinstance(widget, RebindButton)
        for now in (0.1, 0.4):
            canvas.begin()
            menu.draw(canvas, now)
        widget.listening = False
    assert canvas.surface.get_size() == size
    return canvas.faults


def graph_faults(size: tuple[int, int]) -> list[str]:
    person = in_match()
    person.context.net_tools.graph.is_open = True
    canvas = canvas_of(size, apart=False)
    for switch in (None, *SWITCHES):
        if switch:
            switch.toggle(person.ends.sessions[1].options)
        person.ends.tick(20)
        canvas.begin()
        person.screen.draw(canvas, person.ends.now)
    draw_lag(canvas, "lag 200, jitter 50", True)
    draw_lag(canvas, "lag 200, jitter 50", False)
    return canvas.faults


def sign_faults(size: tuple[int, int]) -> list[str]:
    canvas = canvas_of(size, apart=False)
    Painter(Comfort()).draw(canvas, busy(), seats(8), 0.0, (0,))
    draw_banner(canvas, ConnectionStatus("No word from the server for 2 s"))
    draw_notice(canvas, "The last 30 seconds are in Replays.")
    draw_banner(
        canvas, ConnectionStatus("The connection is lost", "Trying again", "Connection reset by peer.", True), "Start"
    )
    return canvas.faults


def ill_faults(size: tuple[int, int]) -> list[str]:
    faults = []
    for case in CASES:
        person = DoctorPerson(case)
        canvas = canvas_of(size)  # after the person, who brings a window of another size
        for _ in range(3):
            person.waits(1.0)
            canvas.begin()
            person.screen.draw(canvas, person.now)
        assert canvas.surface.get_size() == size
        faults += canvas.faults
    return faults


def others() -> dict[str, Menu]:
    """Questions; their usual texts fit."""
    context = Person(session=session_of(2, "Ada")).context
    lock, asked = PasswordScreen(context), PasswordScreen(context, ADDRESS, "That is not the password of the room.")
    question = watcher(100)
    take_over = TakeOverMenu(context, question.screen.playback, 0)  # type: ignore[attr-defined]
    return {
        "lock": lock,
        "host": host_menu(),
        "password": asked,
        "take over": take_over,
        "items": ItemsPage(LobbyPerson().context),
        "phones": usual_screens()["phones"],
        "players here": players_here(),
        "how to play": HowToPlayScreen(context),
    }


@pytest.mark.parametrize("size", sampled(((size,) for size in SIZES), 2))
def test_every_text_in_a_match_is_legible(size: tuple[int, int]) -> None:
    assert sorted(set(match_faults(size))) == []


@pytest.mark.parametrize("size", SIZES)
def test_every_text_over_a_screen_is_legible(size: tuple[int, int]) -> None:
    assert sorted({*graph_faults(size), *sign_faults(size)}) == []


CROWDS = ((1, WIDE), (4, "Ada"), (8, "Ada"), (8, TALL), (16, WIDE), (24, "Ada"), (64, "W"))


@pytest.mark.parametrize(
    ("size", "count", "name"),
    [
        pytest.param(size, *crowd, marks=[pytest.mark.long] * (number % len(SIZES) != place))  # by default in turns
        for place, size in enumerate(SIZES)
        for number, crowd in enumerate(CROWDS)
    ],
)
def test_every_text_on_a_screen_is_legible(size: tuple[int, int], count: int, name: str) -> None:
    faults: list[str] = []
    for kind, screen in screens(count, name).items():
        if count > 4 and kind not in ("lobby", "results"):
            continue
        if isinstance(screen, Menu) and count == 4:
            faults += menu_faults(size, screen)
        canvas = canvas_of(size)
        screen.draw(canvas, 5.0)
        faults += [f"{kind}: {fault}" for fault in canvas.faults]
    assert sorted(set(faults)) == []


@pytest.mark.parametrize("size", sampled(((size,) for size in SIZES), 2))
def test_usual_names_and_texts_are_legible_and_not_cut(size: tuple[int, int]) -> None:
    faults = []
    for kind, screen in usual_screens().items():
        canvas = canvas_of(size, whole=True)
        screen.draw(canvas, NOW)
        assert canvas.texts
        assert canvas.surface.get_size() == size
        faults += [f"{kind}: {fault}" for fault in canvas.faults]
    assert sorted(set(faults)) == []


@pytest.mark.parametrize(
    "size", [pytest.param(size, marks=[pytest.mark.long] * place) for place, size in enumerate(SIZES)]
)
def test_the_doctor_and_the_questions_are_legible(size: tuple[int, int]) -> None:
    faults = [fault for menu in others().values() for fault in menu_faults(size, menu, whole=True)]
    assert sorted({*faults, *ill_faults(size)}) == []


def test_large_text_is_legible_apart_and_not_cut() -> None:
    faults, heights = [], []
    for kind, screen in usual_screens().items():
        canvas = canvas_of((1280, 720), whole=True, text_size=LARGE)
        screen.draw(canvas, NOW)
        faults += [f"{kind}: {fault}" for fault in canvas.faults]
    assert sorted(set(faults)) == []
    for text_size in (1.0, LARGE):
        canvas = canvas_of((1280, 720), text_size=text_size)
        heights.append(canvas.text("Bots", 100, 100, 26, PAPER, width=300))
        assert canvas.text("Bots" * 9, 100, 300, 26, PAPER, width=300) <= 300
    assert heights[1] > 1.15 * heights[0]
    assert match_faults((1280, 720), LARGE) == []


def test_every_screen_is_checked() -> None:
    drawn = {type(screen) for screen in screens(2, "Ada").values()} | {type(menu) for menu in others().values()}
    drawn |= {DoctorScreen, MatchScreen}
    modules = [
        importlib.import_module(f"petard.game.ui.screens.{one.name}")
        for one in pkgutil.iter_modules(petard.game.ui.screens.__path__)
    ]
    kinds = [kind for module in modules for kind in vars(module).values() if isinstance(kind, type)]
    there = {
        kind
        for kind in kinds
        if hasattr(kind, "draw") and hasattr(kind, "tick") and kind.__module__.startswith("petard.game.ui.screens.")
    }
    parts = {PracticeScene}  # of a usual lobby
    assert {kind for kind in there - drawn - parts if not isabstract(kind)} == set()


def test_only_the_canvas_draws_text_and_single_letters_are_part_of_pictures() -> None:
    files = sorted(Path(petard.game.ui.__path__[0]).rglob("*.py"))
    assert [file.name for file in files if ".render(" in file.read_text(encoding="utf-8")] == [
        "board_pictures.py",
        "canvas.py",
        "fonts.py",
        "player_looks.py",
    ]


@pytest.mark.parametrize(
    ("draw", "fault"),
    [
        (lambda canvas: canvas.text("dim", 40, 40, 26, (170, 166, 200)), "contrast of 3.49"),
        (lambda canvas: canvas.text("small", 40, 40, 14, PAPER), "14 pixels"),
        (lambda canvas: canvas.text("dim", 40, 40, 26, PANEL, shade=INK), "contrast of"),
        (lambda canvas: canvas.text("twice", 44, 104, 26, PAPER), "lies on 'fine'"),
        (lambda canvas: canvas.text("too long for its room", 40, 40, 26, PAPER, width=100), "is cut"),
    ],
)
def test_the_canvas_reports_text_that_is_not_legible(draw: Callable[[Canvas], float], fault: str) -> None:
    canvas = canvas_of((1280, 720), whole=True)
    canvas.panel(0, 0, 400, 200, PANEL_LIGHT)
    canvas.text("fine", 40, 100, 26, MUTED)
    assert canvas.faults == []
    draw(canvas)
    assert fault in canvas.faults[0]
