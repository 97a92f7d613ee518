"""What all screens made of widgets share: a form, a way back, sounds for steps and presses; and for some, a long list.

Rule 1: when the screen moves the focus by itself, Confirm is ignored for CONFIRM_DELAY seconds: a key that is pressed
        at that moment is meant for the widget that had the focus before. A screen that comes by itself ignores it for
        `quiet_time`, and begins anew with each Confirm until then. Both count from the first tick on.
Rule 2: in a list, the mouse selects with a click, keys and game pads by moving there; Confirm, or a click on the
        selected entry, opens it.
Rule 3: a part of the list is shown; going through the list, and the wheel, scroll it.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import replace

import pygame

from petard.assets.palette import PANEL
from petard.game.client.session import Session
from petard.game.texts.phrases import tr
from petard.game.ui.context import ScreenContext
from petard.game.ui.input.actions import MenuAction, UiEvent, is_click
from petard.game.ui.layout import Box
from petard.game.ui.render.canvas import HEIGHT, TALL_HEIGHT, TALL_WIDTH, WIDTH, Canvas
from petard.game.ui.screen import NavigationRequest, Screen, SimpleRequest
from petard.game.ui.widgets.form import Form
from petard.game.ui.widgets.text_field import TextField
from petard.game.ui.widgets.widgets import DIRECTIONS, ChoiceField, Slider, Switch, Widget
from petard.shared.protocol.names import NAME_MOST, clean_name

DIM = 150  # how dark the picture behind panels is, of 255
CONFIRM_DELAY = 0.5  # seconds
HELD_TIME = 0.5  # seconds after the first tick for which keys that were held before do nothing
ROW = "row:"  # the key of a row of a list is this and the name of its entry


class Menu(Screen, ABC):
    """A screen with a form. A subclass defines the widgets, what a press does, and the background."""

    first_focus = ""  # the key of the widget that has the focus at the start; "": the first one
    back_request: NavigationRequest = SimpleRequest.TITLE
    opening_sound = ""  # that is played with the first tick
    quiet_time = 0.0  # seconds without Confirm that must pass before it counts
    requests: Mapping[str, NavigationRequest] = {}  # of buttons that only make a request
    used: float = WIDTH  # the units in the middle of the page that something is drawn on
    tall: float = HEIGHT  # of the page, in units
    fold_at = 0.0  # in a tall window what lies to the right of this x is drawn below the rest; 0: nothing is
    is_folded = False  # it is, now
    has_tall_page = False  # in a tall window it is drawn on a page of TALL_WIDTH x TALL_HEIGHT
    is_tall = False  # it is, now

    def __init__(self, context: ScreenContext) -> None:
        self.context = context
        self.now = 0.0  # of the last tick; 0: there was none
        self.form = Form(self.widgets(), self.first_focus)
        self._confirm_from = self.quiet_time  # Confirm is ignored until then; before the first tick: so long after it
        self._repeats_from = float("inf")  # keys that are held count from then on

    @property
    def text_field(self) -> TextField | None:
        return self.form.text_field

    @property
    def takes_letters(self) -> bool:
        return self.typing or self.form.is_busy

    @abstractmethod
    def widgets(self) -> list[Widget]:
        """Return the widgets at the start."""

    def press(self, key: str) -> None:
        """React: the widget of that key was pressed or changed."""
        if key == "back":
            self.back()
        elif key in self.requests:
            self.request = self.requests[key]
        else:
            self.activate(key)

    def activate(self, key: str) -> None:
        """React to a widget that does more than to go back or to make one of `requests`."""
        raise KeyError(key)

    def back(self) -> None:
        """React to Escape, or B on a game pad."""
        self.request = self.back_request

    @abstractmethod
    def draw_background(self, canvas: Canvas, now: float) -> None:
        """Draw everything behind the widgets."""

    def move_focus(self, key: str) -> None:
        """Move the focus although the person did not, and ignore Confirm for a moment."""
        self.form.focus_on(key)
        self._confirm_from = self.now + CONFIRM_DELAY

    def handle_event(self, event: UiEvent) -> None:
        """Pass it to the form, unless it means Back."""
        focus = self.form.focus
        if event.repeated and self.now < self._repeats_from:
            return
        if event.action is MenuAction.BACK and not self.form.is_busy:
            self.context.audio.play("back", self.now)
            self.back()
            return
        if event.action is MenuAction.CONFIRM and self.now < self._confirm_from and not self.form.is_busy:
            self._confirm_from = max(self._confirm_from, self.now + self.quiet_time)
            return
        key = self.form.handle_event(event)
        if key is not None:
            is_value = isinstance(self.form[key], Switch | Slider | ChoiceField)
            self.context.audio.play("switch" if is_value else "select", self.now)
            self.press(key)
        elif self.form.focus != focus:
            self.context.audio.play("move", self.now)

    def tick(self, now: float) -> None:
        if not self.now:
            self._confirm_from += now
            if self.opening_sound:
                self.context.audio.play(self.opening_sound, now)
        self._repeats_from = min(self._repeats_from, now + HELD_TIME)
        self.now = now

    @property
    def page_wide(self) -> float:
        """The width of the page, in logical units."""
        return TALL_WIDTH if self.is_tall else WIDTH

    def arrange(self) -> None:
        """Make the widgets anew for a page of the other shape."""
        self.form.widgets = self.widgets()

    def draw(self, canvas: Canvas, now: float) -> None:
        self.form.fold = self.fold_at if canvas.is_tall and self.form.keyboard is None else 0.0
        if bool(self.form.fold) != self.is_folded:
            self.is_folded = not self.is_folded
            self.refold()
        if self.is_folded:
            canvas.fit_page()
            canvas.backdrop(dim=DIM)
            for lower in (False, True):
                canvas.fit_folded(self.fold_at, lower)
                self._draw_all(canvas, now)
            return
        if (self.has_tall_page and canvas.is_tall) != self.is_tall:
            self.is_tall = not self.is_tall
            self.arrange()
        if self.is_tall:
            canvas.fit_page(TALL_WIDTH, TALL_WIDTH, TALL_HEIGHT)
        else:
            canvas.fit_page(self.used if self.form.keyboard is None else WIDTH, tall=self.tall)
        self._draw_all(canvas, now)

    def _draw_all(self, canvas: Canvas, now: float) -> None:
        self.draw_background(canvas, now)
        self.form.draw(canvas, now)
        self.draw_over(canvas, now)

    def refold(self) -> None:
        """The page was folded, or unfolded: move what lies in the middle of it, if anything does."""

    def draw_over(self, canvas: Canvas, now: float) -> None:
        """Draw what lies over the widgets, if anything does."""


class NameMenu(Menu):
    """A menu with a field for the name of the player, which counts without Enter, too: once the field is left."""

    def name_field(self, box: Box, label: str) -> TextField:
        """Return the field, to be one of the widgets."""
        self._name = TextField("name", box, self.context.settings.name, NAME_MOST, tr("your name"), label)
        return self._name

    def press(self, key: str) -> None:
        self._keep_name()
        super().press(key)

    def back(self) -> None:
        self._keep_name()
        super().back()

    def tick(self, now: float) -> None:
        super().tick(now)
        if not self.form.typing:
            self._keep_name()

    def _keep_name(self) -> None:
        name = clean_name(self._name.text) or self.context.settings.name
        if self.form.keyboard is None and self._name.text != name:
            self._name.set_text(name)
        if name != self.context.settings.name:
            self.context.settings = replace(self.context.settings, name=name)


class ListMenu(Menu):
    """A list on the left, the selected entry with its buttons on the right.

    A subclass says what the entries are, how a row looks, and what can be done.
    """

    rows = 6  # that are shown at once
    side_buttons: tuple[str, ...] = ()  # from these a step to the left goes back to the list
    below = ""  # the widget to which a step over the end of the list leads, if any
    above = ""  # the same, for a step over its start

    def __init__(self, context: ScreenContext, selected: str = "") -> None:
        """`selected`: the name of the entry to begin with."""
        self.chosen = selected  # the name that was chosen last; it may not be in the list any more
        self.first_shown = 0
        super().__init__(context)

    @abstractmethod
    def entry_names(self) -> Sequence[str]:
        """Return the names of the entries; each is unique."""

    @abstractmethod
    def make_row(self, index: int, line: int) -> Widget:
        """Return the row of the entry at that index, to be drawn as that line of the shown part."""

    @abstractmethod
    def buttons(self) -> list[Widget]:
        """Return all widgets that are not rows."""

    @abstractmethod
    def open_entry(self, name: str) -> None:
        """React: the selected entry was confirmed or clicked."""

    @property
    def selected_index(self) -> int:
        """Where the selected entry is in the list: at the start until the person does something."""
        names = self.entry_names()
        return names.index(self.chosen) if self.chosen in names else 0

    @property
    def selected(self) -> str:
        """The name of the selected entry, "" in an empty list."""
        names = self.entry_names()
        return names[self.selected_index] if names else ""

    def widgets(self) -> list[Widget]:
        shown = range(self.first_shown, min(self.first_shown + self.rows, len(self.entry_names())))
        return [*(self.make_row(index, line) for line, index in enumerate(shown)), *self.buttons()]

    def handle_event(self, event: UiEvent) -> None:
        """Up and down go through the whole list, the wheel scrolls it; the first event fixes what is selected."""
        if event.raw.type != pygame.MOUSEMOTION:
            self.chosen = self.selected
        step = DIRECTIONS.get(event.action, (0, 0))[1]
        if event.raw.type == pygame.MOUSEWHEEL:
            self.first_shown = max(0, min(self.first_shown - event.raw.y, len(self.entry_names()) - self.rows))
            self.rebuild()
        elif step and self.form.focus.startswith(ROW):
            self._step(step)
        elif not self._crossed(event.action):
            before = self.selected
            super().handle_event(event)
            name = self.form.focus.removeprefix(ROW)
            is_mouse = event.raw.type == pygame.MOUSEMOTION or is_click(event)
            if not is_mouse and name not in (self.form.focus, before) and self.selected == before:
                self.select(name)

    def _crossed(self, action: MenuAction | None) -> bool:
        """Move between the list and the buttons beside it, and select no other entry; False if nothing was moved."""
        if self.form.focus.startswith(ROW) and action is MenuAction.RIGHT:
            self.form.focus_on(next(key for key in self.form.keys if not key.startswith(ROW)))
        elif self.entry_names() and action is MenuAction.LEFT and self.form.focus in self.side_buttons:
            self.select(self.selected)
        else:
            return False
        self.context.audio.play("move", self.now)
        return True

    def _step(self, step: int) -> None:
        index, last = self.selected_index + step, len(self.entry_names()) - 1
        name = self.entry_names()[max(0, min(index, last))]
        over = self.below if index > last else self.above if index < 0 else ""
        is_over = over in self.form.keys
        if is_over or name != self.selected:
            self.context.audio.play("move", self.now)
        self.select(name)
        if is_over:
            self.form.focus_on(over)

    def select(self, name: str) -> None:
        """Select an entry, and give it the focus."""
        self.chosen = name
        self.scroll_to_selected()
        self.rebuild(ROW + name)

    def press(self, key: str) -> None:
        """Select the row of that key, or open it if it is selected."""
        name = key.removeprefix(ROW)
        if name == key:
            super().press(key)
        elif name == self.selected:
            self.open_entry(name)
        else:
            self.select(name)

    def scroll_to_selected(self) -> None:
        """Show the part of the list in which the selected entry is."""
        index = self.selected_index
        self.first_shown = max(index - self.rows + 1, min(self.first_shown, index), 0)

    def rebuild(self, focus: str = "") -> None:
        """Make new widgets; the focus stays where it was, or goes to the first of the buttons that is there."""
        focus = focus or self.form.focus
        self.form.widgets = self.widgets()
        fallback = next(key for key in (*self.side_buttons[:1], "back") if key in self.form.keys)
        self.form.focus_on(focus if focus in self.form.keys else fallback)

    def refresh(self, focus: str = "") -> None:
        """Make new widgets for a list that has changed; Confirm is ignored for a moment if the focus has moved."""
        before = self.form.focus
        self.rebuild(focus)
        if before.startswith(ROW) and self.form.focus != before:
            self.move_focus(self.form.focus)


def draw_sheet(canvas: Canvas, x: float, y: float, wide: float, tall: float) -> None:
    """Draw the dark picture behind a menu, and the panel that its widgets are on."""
    canvas.backdrop(dim=DIM)
    canvas.panel(x, y, wide, tall, (*PANEL, 240), 32)


def others_here(session: Session | None) -> bool:
    """True if another member than us is on the server, as a player or a spectator."""
    return session is not None and bool(session.room.members - {0, session.room.member})
