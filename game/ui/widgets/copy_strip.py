"""The strip of the lobby about copies of the room: who keeps one, and whether this computer does, or others may.

Rule 1: the host of a server of this game chooses whether another computer keeps a copy; a member who was asked switches
        the copy here on or off, with one press; all others only read.
Rule 2: with nothing to say there is no strip.
"""

from petard.assets.palette import ACCENT, PANEL, PAPER
from petard.game.client.room_state import RoomState
from petard.game.client.server_control import ServerControl
from petard.game.config.settings import STANDBYS
from petard.game.texts.phrases import joined, tr
from petard.game.ui.layout import SMALL, Box
from petard.game.ui.render.canvas import Canvas
from petard.game.ui.widgets.widgets import ChoiceField, Switch, Widget
from petard.game.view.copy_consent import CopyConsent
from petard.game.view.copy_words import ASKED, KEPT_HERE, NO_COPY, keeper_lines

TALL, PAD = 58.0, 8.0  # of the strip; between its edge and what is in it
BOX: Box = (28.0, 574.0, 818.0, TALL)
FIELD_WIDE = 300.0
LINES, PITCH = 2, 25.0  # of the sentence
STANDBY_WORDS = {"off": tr("off"), "ask": tr("ask them"), "on": tr("on")}
assert tuple(STANDBY_WORDS) == STANDBYS


class CopyStrip:
    """Its two widgets, of which at most one is shown, and its sentence."""

    def __init__(self) -> None:
        x, y, wide, tall = BOX
        place = (x + wide - FIELD_WIDE - PAD, y + PAD, FIELD_WIDE, tall - 2 * PAD)
        self.here = Switch("copy", place, tr("Copy (K)"))
        self.elsewhere = ChoiceField("standby", place, tr("Copies (K)"), tuple(STANDBY_WORDS.values()), share=0.52)
        self.words = ""
        self.is_open = False  # an answer is asked for
        self.show(RoomState(), CopyConsent(), None)

    @property
    def widgets(self) -> list[Widget]:
        return [self.here, self.elsewhere]

    @property
    def shown(self) -> Switch | ChoiceField | None:
        """The widget that this person can use."""
        return next((one for one in (self.here, self.elsewhere) if not one.hidden), None)

    @property
    def tall(self) -> float:
        """How much of the lobby it takes; 0 without a strip."""
        return TALL + PAD if self.words else 0.0

    def show(self, room: RoomState, consent: CopyConsent, control: ServerControl | None) -> None:
        """Follow the room. `control`: of a server of this game that others may join."""
        lines, is_host = keeper_lines(room.keepers), control is not None
        if control:
            self.elsewhere.index = STANDBYS.index(control.choices.standby)
        elif consent.is_offered:
            self.here.on = consent.is_kept
            lines.insert(0, KEPT_HERE if consent.is_kept else ASKED)
        self.is_open = not is_host and consent.is_offered and not consent.is_kept and consent.wanted is None
        self.words = joined(" ", lines) if lines else NO_COPY if is_host else ""
        for widget, is_shown in ((self.here, consent.is_offered and not is_host), (self.elsewhere, is_host)):
            widget.enabled, widget.hidden = is_shown, not is_shown

    def press(self) -> None:
        """Its key was pressed: change what this person can change."""
        if self.shown is self.here:
            self.here.on = not self.here.on
        else:
            self.elsewhere.index = (self.elsewhere.index + 1) % len(STANDBYS)

    def draw(self, canvas: Canvas) -> None:
        """Draw the panel and the sentence; the form draws the widget."""
        if not self.words:
            return
        x, y, wide, tall = BOX
        canvas.panel(x, y, wide, tall, (*PANEL, 235), 18, *((ACCENT, 3) if self.is_open else ()))
        room = wide - 2 * PAD - 10 - (FIELD_WIDE + PAD if self.shown else 0.0)
        colour = ACCENT if self.is_open else PAPER
        lines = canvas.wrap_text(self.words, SMALL, room, LINES)
        size = min(canvas.fitted(line, SMALL, room)[0] for line in lines)  # no line is larger than another
        for place, line in enumerate(lines):
            middle = y + tall / 2 + (place - (len(lines) - 1) / 2) * PITCH
            canvas.text(canvas.fitted(line, size, room)[1], x + PAD + 8, middle, size, colour, "midleft")
