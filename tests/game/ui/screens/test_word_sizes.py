"""Outside of the match every word is large enough for a sofa, with the names and texts that people really have."""

from collections.abc import Callable
from dataclasses import replace

import pygame
import pytest

from petard.game.config.arguments import BadAddress, address_of
from petard.game.config.settings import Settings
from petard.game.doctor.cases import BEFORE
from petard.game.ui.render.canvas import Canvas, Colour
from petard.game.ui.screen import Screen
from petard.game.ui.screens.join import WAIT, JoinScreen
from petard.game.ui.screens.lobby import LobbyScreen
from petard.game.ui.screens.lost import ConnectingScreen, DisconnectedScreen
from petard.game.ui.screens.menu import Menu
from petard.game.ui.screens.options import OptionsScreen
from petard.game.ui.screens.password import LockScreen, PasswordScreen
from petard.game.ui.screens.replay import ReplayScreen
from petard.game.ui.screens.replays import ReplaysScreen
from petard.game.ui.screens.take_over import TakeOverMenu
from petard.game.ui.screens.title import TitleScreen
from petard.game.view.demo_summary import DemoSummary
from petard.shared.protocol.messages import BUILD, PROTOCOL, Hello, Phase
from tests.game.ui.people import Person
from tests.game.ui.pictures import dummy_canvas
from tests.game.ui.screens.test_join import ATTIC, CELLAR, DEN, MUSEUM
from tests.game.ui.screens.test_room_screens import Guest, Proved
from tests.game.view.test_playback import watched

LEAST = 20.0  # logical units
NOW = 5.0


class Measuring(Canvas):
    """Writes down every text that is drawn smaller than LEAST, or cut."""

    def __init__(self, surface: pygame.Surface) -> None:
        super().__init__(surface)
        self.small: set[tuple[str, float]] = set()

    def text(
        self,
        string: str,
        x: float,
        y: float,
        size: float,
        colour: Colour,
        anchor: str = "topleft",
        width: float | None = None,
        shade: Colour | None = None,
    ) -> float:
        """Draw it, too."""
        size_shown, shown = (size, string) if width is None or not string else self.fitted(string, size, width)
        if size_shown < LEAST or shown != string:
            self.small.add((string, size_shown))
        return super().text(string, x, y, size, colour, anchor, width, shade)


def title() -> Screen:
    person = Person()
    full = replace(ATTIC, players=8)
    person.kit.found = [("a", replace(DEN, phase=Phase.PLAYING)), ("b", CELLAR), ("c", full)]
    person.kit.back_until = NOW + 60
    return ticked(TitleScreen(person.kit))


def ticked(screen: Screen) -> Screen:
    screen.tick(NOW - WAIT - 1)
    screen.tick(NOW)
    return screen


def join_heard() -> Screen:
    person = Person()
    person.kit.found = [(one.host, one) for one in (DEN, ATTIC, CELLAR, MUSEUM)]
    return ticked(JoinScreen(person.kit))


def join_known() -> Screen:
    return ticked(JoinScreen(Person(Settings(name="Ada", addresses=("192.168.0.17",))).kit))


def join_problem(text: str) -> Callable[[], Screen]:
    def made() -> Screen:
        person = Person()
        try:
            address_of(text)
        except BadAddress as problem:
            person.kit.notice = str(problem)
        return ticked(JoinScreen(person.kit, text))

    return made


def lobby(asks: bool = False, locked: bool = False) -> Screen:
    guest = Guest()
    assert guest.kit.session is not None
    guest.kit.invitation = "192.168.178.20"
    if locked:
        guest.kit.session.talk = Proved(Hello(PROTOCOL, BUILD, "Ada", 1, ""))
    screen = ticked(LobbyScreen(guest.kit))
    assert isinstance(screen, Menu)
    if asks:
        screen.back()
    return screen


def waiting() -> Screen:
    person = Person()
    person.kit.prompt = BEFORE["win32"]
    screen = ConnectingScreen(person.kit)
    screen.words = "Waiting for 192.168.178.20 to open the door"
    return screen


def replays() -> Screen:
    seats, end = watched().seats, watched().view()
    seen = DemoSummary(
        "a.petard", "29 Nov 2026, 18:17", False, "", "classic", "last-one-standing", 9000, 3, seats, 0, end
    )
    screen = ReplaysScreen(Person().kit)
    screen.show([seen, replace(seen, name="b.petard", score=(1, 0)), replace(seen, name="c.petard", pinned=True)], 0)
    return screen


SCREENS: dict[str, Callable[[], Screen]] = {
    "title": title,
    "join, nothing heard": lambda: ticked(JoinScreen(Person().kit)),
    "join, heard": join_heard,
    "join, known": join_known,
    "join, not an address": join_problem("not an address"),
    "join, bad port": join_problem("10.0.0.1:99999"),
    "lobby": lobby,
    "lobby, asking": lambda: lobby(asks=True),
    "lobby, locked": lambda: lobby(locked=True),
    "password": lambda: PasswordScreen(Person().kit, "192.168.178.20", "That is not the password of this room."),
    "lock": lambda: LockScreen(Person().kit),
    "options": lambda: OptionsScreen(Person().kit),
    "replay": lambda: ReplayScreen(Person().kit, watched()),
    "take over": lambda: TakeOverMenu(Person().kit, watched()),
    "replays": replays,
    "replays, none": lambda: ReplaysScreen(Person().kit),
    "lost": lambda: DisconnectedScreen(Person().kit, "Nobody answers at 10.0.0.5 port 7777.", "10.0.0.5"),
    "waiting": waiting,
}


@pytest.mark.parametrize("name", SCREENS)
def test_every_word_is_large_enough_and_none_is_cut(name: str) -> None:
    canvas = Measuring(dummy_canvas().surface)
    canvas.begin()
    screen = SCREENS[name]()
    if isinstance(screen, ReplayScreen):
        Menu.draw(screen, canvas, NOW)  # its own part of the picture; the rest is that of a match
    else:
        screen.draw(canvas, NOW)
    assert canvas.small == set()


def test_a_word_that_is_too_small_is_found() -> None:
    canvas = Measuring(dummy_canvas().surface)
    canvas.text("far too long for such a little room", 0, 0, 26, (255, 255, 255), width=100)
    assert len(canvas.small) == 1
