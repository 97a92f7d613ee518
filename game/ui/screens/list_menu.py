"""What the screens with a long list share: the list on the left, the selected entry with its buttons on the right.

Rule 1: the mouse selects with a click, keys and game pads by moving there; Confirm, or a click on the selected entry,
        opens it.
Rule 2: a part of the list is shown; going through the list, and the wheel, scroll it.
"""

from abc import abstractmethod
from collections.abc import Sequence

import pygame

from petard.game.ui.context import ScreenContext
from petard.game.ui.input.actions import MenuAction, UiEvent, is_click
from petard.game.ui.screens.menu import Menu
from petard.game.ui.widgets.widgets import Widget

ROW = "row:"  # the key of a row is this and the name of its entry


class ListMenu(Menu):
    """A subclass says what the entries are, how a row looks, and what can be done."""

    rows = 6  # that are shown at once
    side_buttons: tuple[str, ...] = ()  # from these a step to the left goes back to the list
    below = ""  # the widget to which a step over the end of the list leads, if any

    def __init__(self, context: ScreenContext, selected: str = "") -> None:
        """`selected`: the name of the entry to begin with."""
        self.chosen = selected  # the name that was chosen last; it may not be in the list any more
        self._first_shown = 0
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
        """Where the selected entry is in the list."""
        names = self.entry_names()
        return names.index(self.chosen) if self.chosen in names else 0

    @property
    def selected(self) -> str:
        """The name of the selected entry: the first one until the person does something, "" in an empty list."""
        names = self.entry_names()
        return names[self.selected_index] if names else ""

    def widgets(self) -> list[Widget]:
        """The rows that are shown, then the buttons."""
        shown = range(self._first_shown, min(self._first_shown + self.rows, len(self.entry_names())))
        return [*(self.make_row(index, line) for line, index in enumerate(shown)), *self.buttons()]

    def handle_event(self, event: UiEvent) -> None:
        """Up and down go through the whole list, the wheel scrolls it; the first event fixes what is selected."""
        if event.raw.type != pygame.MOUSEMOTION:
            self.chosen = self.selected
        step = {MenuAction.UP: -1, MenuAction.DOWN: 1}.get(event.action or MenuAction.BACK, 0)
        if event.raw.type == pygame.MOUSEWHEEL:
            self._scroll(-event.raw.y)
        elif step and self.form.focus.startswith(ROW):
            self._step(step)
        elif not self._crossed(event.action):
            before = self.selected
            super().handle_event(event)
            if event.raw.type != pygame.MOUSEMOTION and not is_click(event):
                self._select_focused(before)

    def _crossed(self, action: MenuAction | None) -> bool:
        """Move between the list and the buttons beside it, and select no other entry; False if nothing was moved."""
        if self.form.focus.startswith(ROW) and action is MenuAction.RIGHT:
            self.form.focus_on(next(widget.key for widget in self.form.widgets if not widget.key.startswith(ROW)))
        elif self.entry_names() and action is MenuAction.LEFT and self.form.focus in self.side_buttons:
            self.select(self.selected)
        else:
            return False
        self.context.audio.play("move", self.now)
        return True

    def _select_focused(self, before: str) -> None:
        """Keys and game pads select the row that gets the focus."""
        name = self.form.focus.removeprefix(ROW)
        if name != self.form.focus and name != before and self.selected == before:
            self.select(name)

    def _step(self, step: int) -> None:
        index, last = self.selected_index + step, len(self.entry_names()) - 1
        name = self.entry_names()[max(0, min(index, last))]
        is_over = index > last and self.below in [widget.key for widget in self.form.widgets]
        if is_over or name != self.selected:
            self.context.audio.play("move", self.now)
        self.select(name)
        if is_over:
            self.form.focus_on(self.below)

    def set_selected(self, name: str) -> None:
        """Select an entry, and leave the focus where it is."""
        self.chosen = name
        self.scroll_to_selected()

    def select(self, name: str) -> None:
        """Select an entry, and give it the focus."""
        self.set_selected(name)
        self.rebuild(ROW + name)

    def activate_row(self, key: str) -> bool:
        """Select the row of that key, or open it if it is selected; False if the key is not a row's."""
        if not key.startswith(ROW):
            return False
        name = key.removeprefix(ROW)
        if name == self.selected:
            self.open_entry(name)
        else:
            self.select(name)
        return True

    def _scroll(self, rows: int) -> None:
        self._first_shown = max(0, min(self._first_shown + rows, len(self.entry_names()) - self.rows))
        self.rebuild()

    def scroll_to_top(self) -> None:
        """Show the start of the list."""
        self._first_shown = 0

    def scroll_to_selected(self) -> None:
        """Show the part of the list in which the selected entry is."""
        index = self.selected_index
        self._first_shown = max(index - self.rows + 1, min(self._first_shown, index), 0)

    def rebuild(self, focus: str = "") -> None:
        """Make new widgets; the focus stays where it was, or goes to the first of the buttons that is there."""
        focus = focus or self.form.focus
        self.form.replace_widgets(self.widgets())
        keys = [widget.key for widget in self.form.widgets]
        fallback = next(key for key in (*self.side_buttons[:1], "back") if key in keys)
        self.form.focus_on(focus if focus in keys else fallback)

    def refresh(self, focus: str = "") -> None:
        """Make new widgets for a list that has changed; Confirm is ignored for a moment if the focus has moved."""
        before = self.form.focus
        self.rebuild(focus)
        if before.startswith(ROW) and self.form.focus != before:
            self.move_focus(self.form.focus)
