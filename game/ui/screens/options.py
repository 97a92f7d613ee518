"""The settings: name, sound, picture, keys, and the buttons of pads. Every change counts at once.

Rule 1: a key is bound by its scancode, a place on the keyboard, and shown by what is printed there.
Rule 2: the right half has the keys or the buttons of pads. All pads have the same buttons; a pad that SDL has no map
        for has numbers for names, and keeps its own buttons.
"""

from dataclasses import replace

from petard.assets.palette import GOOD, MUTED, PANEL, PAPER
from petard.game.config.key_sets import KEY_ACTIONS, USUAL_BUTTONS, USUAL_KEYS, rebound, rebound_button
from petard.game.config.languages import LANGUAGES, own_language
from petard.game.config.settings import KEEP_COPIES
from petard.game.texts.phrases import joined, tr, trn
from petard.game.ui.context import ScreenContext
from petard.game.ui.input.gamepads import names_of_buttons
from petard.game.ui.input.key_hints import key_names
from petard.game.ui.layout import BODY, SMALL, centre, column, row
from petard.game.ui.render.canvas import WIDTH, Canvas
from petard.game.ui.screen import MatchMenuRequest, NavigationRequest, SimpleRequest
from petard.game.ui.screens.menu import NameMenu, draw_sheet
from petard.game.ui.widgets.rebind_button import PadButton, RebindButton
from petard.game.ui.widgets.text_field import TextField
from petard.game.ui.widgets.widgets import Button, ChoiceField, Slider, Switch, Widget

CODES = tuple(LANGUAGES)
RIGHT, WIDE = 672.0, 552.0
ROWS = column((56, 98, WIDE, 41), 11, 7)
HINT = (56.0, 632.0)  # the place of the line below them
LEFT = RIGHT + 104  # of the keys
KEYS_WIDE, BOTH_WIDE = 218.0, 448.0
KEY_COLUMNS = [column((LEFT + which * (KEYS_WIDE + 12), 152, KEYS_WIDE, 44), 5, 13) for which in (0, 1)]
PAD_COLUMN = column((LEFT, 152, BOTH_WIDE, 44), 5, 13)
VOLUMES = {"volume": tr("Effects"), "music": tr("Music")}
SWITCHES = {
    "muted": tr("Mute everything (M)"),
    "full_screen": tr("Full screen"),
    "large_text": tr("Large text"),
    "reduced_motion": tr("Reduced motion"),
    "danger": tr("Show what will burn"),
}
KEEP_WORDS = (tr("no"), tr("ask me"), tr("yes"))  # in the order of KEEP_COPIES
ACTION_WORDS = {"up": tr("Up"), "down": tr("Down"), "left": tr("Left"), "right": tr("Right"), "bomb": tr("Bomb")}
PADS_SHOWN = 2
LINES_MOST = 4  # below the keys
NEXT_GAME = tr("Name and players count from your next game.")
RESERVED_LINE = tr("Not for players: Enter, Escape, F3 to F9, F11.")
PADS_RESERVED = tr("Not for players: Start and Y. The stick always walks.")


class OptionsScreen(NameMenu):
    """All settings on one page, but for the buttons of pads."""

    shows_pads = False  # in place of the keys
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
        switches = zip(SWITCHES.items(), ROWS[5:10], strict=True)
        keeps = KEEP_COPIES.index(settings.keep_copies)
        usual, other = row(LEFT, 438, 46, (262, 174), 12)
        return [
            self.name_field(ROWS[0], tr("Name")),
            ChoiceField("players", ROWS[1], tr("Players here"), ("1", "2", "3", "4"), settings.players - 1),
            ChoiceField("language", ROWS[2], tr("Language"), tuple(LANGUAGES.values()), CODES.index(language)),
            *(Slider(key, box, label, getattr(settings, key)) for (key, label), box in volumes),
            *(Switch(key, box, label, getattr(settings, key)) for (key, label), box in switches),
            ChoiceField("copies", ROWS[10], tr("Keep copies of games"), KEEP_WORDS, keeps, 0.56),
            *(self._pad_buttons() if self.shows_pads else self._key_buttons()),
            Button("usual", usual, tr("The usual buttons") if self.shows_pads else tr("The usual keys"), size=BODY),
            Button("pads", other, tr("Keys") if self.shows_pads else tr("Pad buttons"), size=BODY),
            Button("back", (LEFT, 632, BOTH_WIDE, 56), tr("Done"), GOOD, 32),
        ]

    def _key_buttons(self) -> list[RebindButton]:
        return [
            RebindButton(f"{which}:{action}", KEY_COLUMNS[which][line], key_names(getattr(keys, action)))
            for line, action in enumerate(KEY_ACTIONS)
            for which, keys in enumerate(self.context.settings.keys)
        ]

    def _pad_buttons(self) -> list[RebindButton]:
        pads, are_numbered = self.context.settings.pads, self.context.devices.gamepads.are_numbered
        names = [joined(" / ", names_of_buttons(getattr(pads, action), are_numbered)) for action in KEY_ACTIONS]
        return [
            PadButton(f"pad:{action}", box, name)
            for action, box, name in zip(KEY_ACTIONS, PAD_COLUMN, names, strict=True)
        ]

    def activate(self, key: str) -> None:
        widget = self.form[key]
        match widget:
            case Switch():
                self._set(**{key: widget.on})
            case Slider():
                self._set(**{key: widget.value})
            case ChoiceField():
                self._choose(key, widget.index)
            case TextField():
                self.form.focus_on("players")
            case PadButton():
                self._bind(pads=rebound_button(self.context.settings.pads, key.removeprefix("pad:"), widget.new_code))
            case RebindButton():
                which, action = key.split(":")
                self._bind(keys=rebound(self.context.settings.keys, int(which), action, widget.new_code))
            case _ if key == "pads":
                self.shows_pads = not self.shows_pads
                self.arrange()
            case _ if self.shows_pads:
                self._bind(pads=USUAL_BUTTONS)
            case _:
                self._bind(keys=USUAL_KEYS)

    def _choose(self, key: str, index: int) -> None:
        if key == "language":
            self._set(language=CODES[index])
        elif key == "copies":
            self._set(keep_copies=KEEP_COPIES[index])
        else:
            self._set(players=index + 1)

    def tick(self, now: float) -> None:
        """Follow the full screen that F11 changed, and the sound that M changed."""
        super().tick(now)
        for widget in self.form.widgets:
            if isinstance(widget, Switch):
                widget.on = getattr(self.context.settings, widget.key)

    def _set(self, **changed: object) -> None:
        self.context.settings = replace(self.context.settings, **changed)  # type: ignore[arg-type]

    def _bind(self, **changed: object) -> None:
        self._set(**changed)
        self.arrange()

    def draw_background(self, canvas: Canvas, now: float) -> None:
        if self.is_folded:
            canvas.panel(ROWS[0][0] - 24, 20, WIDE + 48, 660, (*PANEL, 240), 32)
            canvas.panel(RIGHT - 24, 100, WIDE + 48, 604, (*PANEL, 240), 32)
        else:
            draw_sheet(canvas, 24, 20, 1232, 684)
        canvas.text(tr("Options"), ROWS[0][0] + WIDE / 2 if self.is_folded else WIDTH / 2, 62, 50, PAPER, "center")
        self._draw_headings(canvas)
        for action, box in zip(KEY_ACTIONS, KEY_COLUMNS[0], strict=True):
            canvas.text(ACTION_WORDS[action], RIGHT, centre(box)[1], BODY, PAPER, "midleft", 98)
        if self.back_request is MatchMenuRequest.PAUSE_MENU:
            canvas.text(NEXT_GAME, *HINT, SMALL, MUTED, width=WIDE)
        reserved = PADS_RESERVED if self.shows_pads else RESERVED_LINE
        said = (reserved, *pad_lines(self.context.devices.gamepads.names))
        lines = [line for words in said for line in canvas.wrap_text(words, SMALL, WIDE, 2)]
        for place, words in enumerate(lines[:LINES_MOST]):
            canvas.text(words, RIGHT, 500 + place * 30, SMALL, MUTED, width=WIDE)

    def _draw_headings(self, canvas: Canvas) -> None:
        """Draw what the columns of the right half are."""
        if self.shows_pads:
            canvas.text(tr("Buttons of all pads"), LEFT + BOTH_WIDE / 2, 130, SMALL, MUTED, "center", BOTH_WIDE)
            return
        is_one = self.context.settings.players == 1
        labels = (tr("Keys"), tr("More keys")) if is_one else (tr("Player 1"), tr("Player 2"))
        for label, boxes in zip(labels, KEY_COLUMNS, strict=True):
            canvas.text(label, centre(boxes[0])[0], boxes[0][1] - 22, SMALL, MUTED, "center", KEYS_WIDE + 8)


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
