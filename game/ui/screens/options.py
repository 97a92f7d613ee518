"""The settings: who you are, what you hear and see, and which keys are yours. Every change counts at once."""

from dataclasses import replace

from petard.assets.palette import GOOD, MUTED, PANEL, PAPER
from petard.game.config.settings import ARROWS, KEY_ACTIONS, LETTERS, rebound
from petard.game.ui.context import ScreenContext
from petard.game.ui.layout import BODY, SMALL
from petard.game.ui.render.canvas import WIDTH, Canvas
from petard.game.ui.screen import MatchMenuRequest, NavigationRequest, Request
from petard.game.ui.screens.menu import DIM, Menu
from petard.game.ui.widgets.key_button import RebindButton
from petard.game.ui.widgets.text_field import TextField
from petard.game.ui.widgets.widgets import Button, ChoiceField, Slider, Switch, Widget
from petard.shared.protocol.names import NAME_MOST, clean_name

LEFT, RIGHT, WIDE = 56.0, 672.0, 552.0
TOP, TALL, PITCH = 116.0, 48.0, 61.0
KEYS_TOP, KEYS_PITCH = 152.0, 57.0
KEYS_LEFT, KEYS_WIDE = RIGHT + 104, 218.0
SWITCHES = {
    "full_screen": "Full screen",
    "shake": "Screen shake",
    "flashes": "Flashes",
    "particles": "Sparks and splinters",
    "danger": "Show what will burn",
}
PADS_SHOWN = 2
NEXT_GAME = "Name and players count from your next game."
RESERVED_LINE = "Not for players: Enter, Escape, F3 to F7, F9, F11."


class OptionsScreen(Menu):
    """All settings on one page."""

    first_focus = "volume"  # not the name: who comes for the sound should not type by accident

    def __init__(self, context: ScreenContext, back: NavigationRequest = Request.TITLE) -> None:
        """`back`: the request that leaving this screen makes."""
        self._back = back
        super().__init__(context)

    def widgets(self) -> list[Widget]:
        """Left what is seen and heard, right the keys."""
        settings, row = self.context.settings, [(LEFT, TOP + place * PITCH, WIDE, TALL) for place in range(8)]
        name = TextField("name", row[0], settings.name, NAME_MOST, "your name", "Name")
        players = ChoiceField("players", row[1], "Players here", ("1", "2", "3", "4"), settings.players - 1)
        volume = Slider("volume", row[2], "Sound", settings.volume)
        switches = [
            Switch(key, row[place], label, getattr(settings, key))
            for place, (key, label) in enumerate(SWITCHES.items(), 3)
        ]
        usual = Button("usual", (RIGHT + 104, 438, 448, 46), "The usual keys", size=BODY)
        back = Button("back", (WIDTH / 2 - 180, 632, 360, 56), "Done", GOOD, 32)
        return [name, players, volume, *switches, *self._key_buttons(), usual, back]

    def _key_buttons(self) -> list[RebindButton]:
        return [
            RebindButton(
                f"{which}:{action}",
                (KEYS_LEFT + which * (KEYS_WIDE + 12), KEYS_TOP + row * KEYS_PITCH, KEYS_WIDE, 44),
                getattr(keys, action),
            )
            for row, action in enumerate(KEY_ACTIONS)
            for which, keys in enumerate(self.context.settings.keys)
        ]

    def activate(self, key: str) -> None:
        """Take over what was changed."""
        widget = self.form.focused
        match widget:
            case Switch():
                self._set(**{key: widget.on})
            case Slider():
                self._set(volume=widget.value)
            case ChoiceField():
                self._set(players=widget.index + 1)
            case TextField():
                self.form.focus_on("players")
            case RebindButton():
                which, action = key.split(":")
                self._rebind(rebound(self.context.settings.keys, int(which), action, widget.new_code))
            case _:
                self._push(key)

    def _push(self, key: str) -> None:
        if key == "usual":
            self._rebind((ARROWS, LETTERS))
        else:
            self.back()

    def back(self) -> None:
        """To where we came from."""
        self._keep_name()
        self.request = self._back

    def tick(self, now: float) -> None:
        """Keep the name once its field is left, and follow the full screen that F11 changed."""
        super().tick(now)
        if not self.form.typing:
            self._keep_name()
        for widget in self.form.widgets:
            if isinstance(widget, Switch):
                widget.on = getattr(self.context.settings, widget.key)

    def _set(self, **changed: object) -> None:
        self.context.settings = replace(self.context.settings, **changed)  # type: ignore[arg-type]

    def _rebind(self, keys: tuple[object, ...]) -> None:
        self._set(keys=keys)
        for widget in self.form.widgets:
            if isinstance(widget, RebindButton):
                which, action = widget.key.split(":")
                widget.show(getattr(self.context.settings.keys[int(which)], action))

    def _keep_name(self) -> None:
        field = next(widget for widget in self.form.widgets if isinstance(widget, TextField))
        name = clean_name(field.text) or self.context.settings.name
        if self.form.keyboard is None and field.text != name:
            field.set_text(name)
        if name != self.context.settings.name:
            self._set(name=name)

    def draw_background(self, canvas: Canvas, now: float) -> None:
        """Two columns on one panel, with the names of rows and columns."""
        canvas.backdrop(dim=DIM)
        canvas.panel(24, 20, 1232, 684, (*PANEL, 240), 32)
        canvas.text("Options", WIDTH / 2, 62, 50, PAPER, "center")
        labels = ("Keys", "More keys") if self.context.settings.players == 1 else ("Player 1", "Player 2")
        for which, label in enumerate(labels):
            x = KEYS_LEFT + which * (KEYS_WIDE + 12) + KEYS_WIDE / 2
            canvas.text(label, x, KEYS_TOP - 22, SMALL, MUTED, "center", KEYS_WIDE + 8)
        for row, action in enumerate(KEY_ACTIONS):
            y = KEYS_TOP + row * KEYS_PITCH + 22
            canvas.text(action.capitalize(), RIGHT, y, BODY, PAPER, "midleft", 98)
        if self._back is MatchMenuRequest.PAUSE_MENU:
            canvas.text(NEXT_GAME, LEFT, TOP + 8 * PITCH, SMALL, MUTED, width=WIDE)
        for row, line in enumerate((RESERVED_LINE, *pad_lines(self.context.gamepads.names))):
            canvas.text(line, RIGHT, 500 + row * 30, SMALL, MUTED, width=WIDE)


def pad_lines(names: tuple[str, ...]) -> list[str]:
    """What is said about the pads that are here.

    >>> pad_lines(("Blue", "Red", "Old")), len(pad_lines(()))
    (['Pad 1: Blue', 'Pad 2: Red', 'and 1 more'], 1)
    """
    if not names:
        return ["No game pad is here. One may come at any time."]
    more = len(names) - PADS_SHOWN
    lines = [f"Pad {place}: {name}" for place, name in enumerate(names[:PADS_SHOWN], 1)]
    return [*lines, f"and {more} more"] if more > 0 else lines
