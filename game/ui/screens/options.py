"""The settings: name, sound, picture and keys. Every change counts at once.

Rule 1: while a RebindButton listens, every key is a key, except Escape, which leaves things as they are; so do B and a
        click. Enter and F11 have a meaning everywhere: they are not taken, and the button listens on.
Rule 2: a key is bound by its scancode, a place on the keyboard, and shown by what is printed there.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import pygame

from petard.assets.palette import ACCENT, DANGER, GOOD, INK, MUTED, PANEL, PAPER
from petard.game.config.languages import LANGUAGES, own_language
from petard.game.config.settings import ARROWS, KEY_ACTIONS, LETTERS, rebound
from petard.game.texts.phrases import joined, tr, trn
from petard.game.ui.context import ScreenContext
from petard.game.ui.input.actions import MenuAction, UiEvent, is_click
from petard.game.ui.input.key_hints import key_name
from petard.game.ui.input.keyboard import UNBINDABLE
from petard.game.ui.layout import BODY, SMALL, centre, column
from petard.game.ui.render.canvas import WIDTH, Canvas
from petard.game.ui.screen import MatchMenuRequest, NavigationRequest, SimpleRequest
from petard.game.ui.screens.menu import NameMenu, draw_sheet
from petard.game.ui.widgets.text_field import TextField
from petard.game.ui.widgets.widgets import Button, ChoiceField, EventResult, Slider, Switch, Widget, draw_slab

CODES = tuple(LANGUAGES)
RIGHT, WIDE = 672.0, 552.0
ROWS = column((56, 100, WIDE, 44), 10, 7)
HINT = (56.0, 610.0)  # the place of the line below them
DONE = (WIDTH / 2 - 180, 632, 360, 56)
KEYS_WIDE = 218.0
KEY_COLUMNS = [column((RIGHT + 104 + which * (KEYS_WIDE + 12), 152, KEYS_WIDE, 44), 5, 13) for which in (0, 1)]
VOLUMES = {"volume": tr("Effects"), "music": tr("Music")}
SWITCHES = {
    "muted": tr("Mute everything (M)"),
    "full_screen": tr("Full screen"),
    "large_text": tr("Large text"),
    "reduced_motion": tr("Reduced motion"),
    "danger": tr("Show what will burn"),
}
ACTION_WORDS = {"up": tr("Up"), "down": tr("Down"), "left": tr("Left"), "right": tr("Right"), "bomb": tr("Bomb")}
KEYS_SHOWN = 2  # on a button; more would not fit
PADS_SHOWN = 2
NEXT_GAME = tr("Name and players count from your next game.")
RESERVED_LINE = tr("Not for players: Enter, Escape, F3 to F7, F9, F11.")


@dataclass(eq=False)
class RebindButton(Button):
    """Shows the keys of one action. After a press it listens for a key: CHANGED, and `new_code` is its scancode."""

    size: float = BODY
    new_code: int = 0

    def handle_event(self, event: UiEvent) -> EventResult:
        """Start to listen, then take the key."""
        if not self.listening:
            self.listening = super().handle_event(event) is EventResult.CHANGED
            return EventResult.HANDLED if self.listening else EventResult.IGNORED
        if event.raw.type == pygame.KEYDOWN and event.raw.scancode not in UNBINDABLE:
            self.new_code, self.listening = event.raw.scancode, False
            return EventResult.CHANGED
        if is_click(event) or event.action is MenuAction.BACK:
            self.listening = False
        return EventResult.HANDLED

    def draw(self, canvas: Canvas, focused: bool, now: float) -> None:
        if not self.listening:
            super().draw(canvas, focused, now)
            return
        draw_slab(canvas, self.box, False, DANGER if now % 0.6 < 0.3 else ACCENT)
        canvas.text(tr("press a key"), *centre(self.box), BODY, INK, "center", self.box[2] - 20)


class OptionsScreen(NameMenu):
    """All settings on one page."""

    fold_at = 644.0
    first_focus = "volume"  # not the name, so that nobody types into it by accident

    def __init__(self, context: ScreenContext, back: NavigationRequest = SimpleRequest.TITLE) -> None:
        """`back`: the request that leaving this screen makes."""
        self.back_request = back
        super().__init__(context)

    def widgets(self) -> list[Widget]:
        settings = self.context.settings
        language = settings.language or own_language()
        volumes = zip(VOLUMES.items(), ROWS[3:5], strict=True)
        switches = zip(SWITCHES.items(), ROWS[5:], strict=True)
        return [
            self.name_field(ROWS[0], tr("Name")),
            ChoiceField("players", ROWS[1], tr("Players here"), ("1", "2", "3", "4"), settings.players - 1),
            ChoiceField("language", ROWS[2], tr("Language"), tuple(LANGUAGES.values()), CODES.index(language)),
            *(Slider(key, box, label, getattr(settings, key)) for (key, label), box in volumes),
            *(Switch(key, box, label, getattr(settings, key)) for (key, label), box in switches),
            *(
                RebindButton(f"{which}:{action}", KEY_COLUMNS[which][line], key_names(getattr(keys, action)))
                for line, action in enumerate(KEY_ACTIONS)
                for which, keys in enumerate(settings.keys)
            ),
            Button("usual", (RIGHT + 104, 438, 448, 46), tr("The usual keys"), size=BODY),
            Button("back", (RIGHT + 104, 632, 448, 56) if self.is_folded else DONE, tr("Done"), GOOD, 32),
        ]

    def refold(self) -> None:
        self.form.widgets = self.widgets()

    def activate(self, key: str) -> None:
        widget = self.form.focused
        match widget:
            case Switch():
                self._set(**{key: widget.on})
            case Slider():
                self._set(**{key: widget.value})
            case ChoiceField() if key == "language":
                self._set(language=CODES[widget.index])
            case ChoiceField():
                self._set(players=widget.index + 1)
            case TextField():
                self.form.focus_on("players")
            case RebindButton():
                which, action = key.split(":")
                self._rebind(rebound(self.context.settings.keys, int(which), action, widget.new_code))
            case _:
                self._rebind((ARROWS, LETTERS))

    def tick(self, now: float) -> None:
        """Follow the full screen that F11 changed, and the sound that M changed."""
        super().tick(now)
        for widget in self.form.widgets:
            if isinstance(widget, Switch):
                widget.on = getattr(self.context.settings, widget.key)

    def _set(self, **changed: object) -> None:
        self.context.settings = replace(self.context.settings, **changed)  # type: ignore[arg-type]

    def _rebind(self, keys: tuple[object, ...]) -> None:
        self._set(keys=keys)
        self.form.widgets = self.widgets()

    def draw_background(self, canvas: Canvas, now: float) -> None:
        if self.is_folded:
            canvas.panel(ROWS[0][0] - 24, 20, WIDE + 48, 620, (*PANEL, 240), 32)
            canvas.panel(RIGHT - 24, 100, WIDE + 48, 604, (*PANEL, 240), 32)
        else:
            draw_sheet(canvas, 24, 20, 1232, 684)
        canvas.text(tr("Options"), ROWS[0][0] + WIDE / 2 if self.is_folded else WIDTH / 2, 62, 50, PAPER, "center")
        labels = (
            (tr("Keys"), tr("More keys")) if self.context.settings.players == 1 else (tr("Player 1"), tr("Player 2"))
        )
        for label, boxes in zip(labels, KEY_COLUMNS, strict=True):
            canvas.text(label, centre(boxes[0])[0], boxes[0][1] - 22, SMALL, MUTED, "center", KEYS_WIDE + 8)
        for action, box in zip(KEY_ACTIONS, KEY_COLUMNS[0], strict=True):
            canvas.text(ACTION_WORDS[action], RIGHT, centre(box)[1], BODY, PAPER, "midleft", 98)
        if self.back_request is MatchMenuRequest.PAUSE_MENU:
            canvas.text(NEXT_GAME, *HINT, SMALL, MUTED, width=WIDE)
        for line, words in enumerate((RESERVED_LINE, *pad_lines(self.context.devices.gamepads.names))):
            canvas.text(words, RIGHT, 500 + line * 30, SMALL, MUTED, width=WIDE)


def pad_lines(names: tuple[str, ...]) -> list[str]:
    """Return the lines about the game pads that are plugged in.

    >>> pad_lines(("Blue", "Red", "Old")), len(pad_lines(()))
    (['Pad 1: Blue', 'Pad 2: Red', 'and 1 more'], 1)
    """
    if not names:
        return [tr("No game pad is here. One may come at any time.")]
    more = len(names) - PADS_SHOWN
    lines: list[str] = [
        tr("Pad {number}: {name}", number=place, name=name) for place, name in enumerate(names[:PADS_SHOWN], 1)
    ]
    return [*lines, trn("and {count} more", "and {count} more", more)] if more > 0 else lines


def key_names(codes: Sequence[int]) -> str:
    """Return the names of the first keys (scancodes); a side that all of them share is written once.

    >>> import pygame
    >>> key_names([pygame.KSCAN_RCTRL, pygame.KSCAN_RSHIFT]), key_names([pygame.KSCAN_SPACE, pygame.KSCAN_LSHIFT])
    ('right Ctrl / Shift', 'Space / left Shift')
    """
    names = [key_name(code) for code in codes[:KEYS_SHOWN]]
    for side, both in (("left ", tr("left {keys}")), ("right ", tr("right {keys}"))):
        if all(name.startswith(side) for name in names):
            return both.fill(keys=" / ".join(name.removeprefix(side) for name in names))
    return joined(" / ", names)
