"""A person in front of the game, in a test: only keys, only a mouse, or only a pad."""

from pathlib import Path

import pygame

from petard.game.client.session import Session
from petard.game.config.settings import Settings
from petard.game.flow.navigator import Navigator
from petard.game.replays.store import DemoFolder
from petard.game.ui.audio.audio import Audio
from petard.game.ui.context import InputDevices, ScreenContext
from petard.game.ui.input.actions import MenuAction, UiEvent
from petard.game.ui.input.input_events import InputEvents
from petard.game.ui.input.keyboard import Keyboard
from petard.game.ui.render.canvas import Canvas
from petard.game.ui.screen import Screen
from petard.game.ui.screens.menu import Menu
from petard.game.ui.widgets.widgets import Widget
from tests.game.ui.pictures import dummy_canvas

KEYS = {
    "up": (pygame.K_UP, pygame.KSCAN_UP),
    "down": (pygame.K_DOWN, pygame.KSCAN_DOWN),
    "left": (pygame.K_LEFT, pygame.KSCAN_LEFT),
    "right": (pygame.K_RIGHT, pygame.KSCAN_RIGHT),
    "enter": (pygame.K_RETURN, pygame.KSCAN_RETURN),
    "escape": (pygame.K_ESCAPE, pygame.KSCAN_ESCAPE),
    "backspace": (pygame.K_BACKSPACE, pygame.KSCAN_BACKSPACE),
    "tab": (pygame.K_TAB, pygame.KSCAN_TAB),
    "t": (pygame.K_t, pygame.KSCAN_T),
    "p": (pygame.K_p, pygame.KSCAN_P),
    "comma": (pygame.K_COMMA, pygame.KSCAN_COMMA),
    "period": (pygame.K_PERIOD, pygame.KSCAN_PERIOD),
    "f8": (pygame.K_F8, pygame.KSCAN_F8),
    "f11": (pygame.K_F11, pygame.KSCAN_F11),
    "x": (pygame.K_x, pygame.KSCAN_X),
}
NOTHING = pygame.event.Event(pygame.NOEVENT)
SMALL = (640, 360)  # pixels: a picture takes half of the time that one of a usual window takes


class Person:
    """Works a navigator or one screen with keys, a mouse or a pad."""

    def __init__(
        self,
        settings: Settings | None = None,
        session: Session | None = None,
        demos: Path = Path("nowhere"),
        window: tuple[int, int] = SMALL,
    ) -> None:
        self.canvas: Canvas = dummy_canvas(window)
        settings = settings or Settings(name="Ada")
        self.context = ScreenContext(settings, InputDevices(Keyboard(settings.keys)), SilentAudio(), session)
        self.navigator = Navigator(self.context, self.canvas, demos=DemoFolder(demos))
        self.input_events = InputEvents(self.context.devices.keyboard, self.context.devices.gamepads)
        self.now = 0.0

    @property
    def screen(self) -> Screen:
        """The screen that gets the events."""
        return self.navigator.top

    def before(self, screen: Screen) -> "Person":
        """Put a screen in front of this person."""
        self.navigator.screen = screen
        return self

    def widget(self, key: str) -> Widget:
        """A widget of the screen, by key."""
        assert isinstance(self.screen, Menu)
        return next(widget for widget in self.screen.form.widgets if widget.key == key)

    def waits(self, seconds: float = 1 / 60) -> None:
        """Let time pass, and look at the picture."""
        for _ in range(max(1, round(seconds * 60))):
            self.now += 1 / 60
            self.navigator.tick(self.now)
        self.canvas.begin()
        self.navigator.draw(self.now)

    def sends(self, event: pygame.event.Event) -> None:
        """One event, as the loop would pass it on."""
        self.input_events.text.set_field(self.screen.text_field)
        self.navigator.handle_events(
            self.input_events.handle_event(event, self.canvas.to_logical, self.navigator.playing, self.now), self.now
        )

    def keys(self, *names: str) -> None:
        """Press keys, one after the other."""
        for name in names:
            key, scancode = KEYS[name]
            self.sends(pygame.event.Event(pygame.KEYDOWN, key=key, scancode=scancode, mod=0, unicode=""))
            self.sends(pygame.event.Event(pygame.KEYUP, key=key, scancode=scancode, mod=0, unicode=""))
            self.waits()

    def types(self, text: str) -> None:
        """Write something; without a text field these are keys like others."""
        for letter in text:
            code = ord(letter.lower())
            scancode = 4 + code - ord("a") if "a" <= letter.lower() <= "z" else pygame.KSCAN_KP_PERIOD
            self.sends(pygame.event.Event(pygame.KEYDOWN, key=code, scancode=scancode, mod=0, unicode=letter))
            if self.screen.typing:
                self.sends(pygame.event.Event(pygame.TEXTINPUT, text=letter))
            self.sends(pygame.event.Event(pygame.KEYUP, key=code, scancode=scancode, mod=0, unicode=letter))
        self.waits()

    def composes(self, text: str) -> None:
        """Have an input method show what it makes of the keys so far; "" when it gives up."""
        self.sends(pygame.event.Event(pygame.TEXTEDITING, text=text, start=len(text), length=0))
        self.waits()

    def points(self, x: float, y: float) -> tuple[int, int]:
        """Move the mouse to a place, in logical units; answer with the pixel."""
        pixel = self.canvas.pixels(x, y, 0, 0).topleft
        self.sends(pygame.event.Event(pygame.MOUSEMOTION, pos=pixel, rel=(1, 1), buttons=(0, 0, 0)))
        return pixel

    def clicks_at(self, x: float, y: float, button: int = 1) -> None:
        """Push a mouse button somewhere."""
        pixel = self.points(x, y)
        self.sends(pygame.event.Event(pygame.MOUSEBUTTONDOWN, pos=pixel, button=button))
        self.sends(pygame.event.Event(pygame.MOUSEBUTTONUP, pos=pixel, button=button))
        self.waits()

    def clicks(self, *keys: str, part: float = 0.5) -> None:
        """Click on widgets; `part`: how far to the right on them."""
        for key in keys:
            x, y, w, h = self.widget(key).box
            self.clicks_at(x + w * part, y + h / 2)

    def pad(self, *names: str) -> None:
        """Push buttons of a pad."""
        for name in names:
            self.navigator.handle_events([UiEvent(NOTHING, MenuAction(name))], self.now)
            self.waits()

    def goes_to(self, key: str, by: str) -> None:
        """Step to a widget `by` "keys" or "pad", as a person does who looks where it is."""
        step = self.keys if by == "keys" else self.pad
        assert isinstance(self.screen, Menu)
        for _ in range(30):
            start, goal = self.screen.form.focused, self.widget(key)
            assert start is not None
            if start is goal:
                return
            before = start.key
            for way in ways(start, goal, self.screen.typing and by == "keys"):
                step(way)
                if self.screen.form.focus != before:
                    break
        raise AssertionError(f"no way to {key}; stuck at {self.screen.form.focus}")

    def pushes(self, key: str, by: str) -> None:
        """Push a button by keys, mouse or pad."""
        if by == "mouse":
            self.clicks(key)
        else:
            self.goes_to(key, by)
            (self.keys if by == "keys" else self.pad)("enter" if by == "keys" else "confirm")


def ways(start: Widget, goal: Widget, typing: bool) -> list[str]:
    """The directions to try: up and down first, since left and right change some widgets."""
    sx, sy, sw, sh = start.box
    gx, gy, gw, gh = goal.box
    level = gy < sy + sh and sy < gy + gh
    along = ["down" if gy + gh / 2 > sy + sh / 2 else "up"] if not level else []
    across = ["right" if gx + gw / 2 > sx + sw / 2 else "left"] if not typing else []
    return (across + along) if level else (along + across)


class SilentAudio(Audio):
    """Audio that plays nothing: no file is loaded, since there are hundreds of persons in a run."""

    def __init__(self) -> None:
        self.volume = self.music_volume = 0.0
        self.works = False
