"""What the screens with a long list have in common: the list on the left, the chosen entry with its deeds on the right.

Rule 1: the mouse chooses by a click, keys and pads by going there; Confirm, or a click on what is chosen, takes it.
Rule 2: a part of the list is in sight; going through the list, and the wheel, move that part.
"""

from abc import abstractmethod
from collections.abc import Sequence

import pygame

from petard.game.ui.context import ScreenContext
from petard.game.ui.input.actions import MenuAction, UiEvent, is_click
from petard.game.ui.screens.menu import Menu
from petard.game.ui.widgets.widgets import Widget

ROW = "row:"  # before the name of an entry, the key of its row


class ListMenu(Menu):
    """A subclass says what the entries are, how a row looks, and what can be done."""

    rows = 6  # that are seen at once
    side_buttons: tuple[str, ...] = ()  # the deeds from which a step to the left goes back to the list
    below = ""  # the deed to which a step over the end of the list leads, if any

    def __init__(self, context: ScreenContext, chosen: str = "") -> None:
        """`chosen`: the name of the entry to begin with."""
        self._selected = chosen
        self._first_shown = 0
        super().__init__(context)

    @abstractmethod
    def entry_names(self) -> Sequence[str]:
        """The entries, each with a name of its own."""

    @abstractmethod
    def make_row(self, index: int, line: int) -> Widget:
        """The row of the entry at that place of the list, to be drawn as the `at`th in sight."""

    @abstractmethod
    def buttons(self) -> list[Widget]:
        """All that is not a row."""

    @abstractmethod
    def open_entry(self, name: str) -> None:
        """The entry that is chosen was pushed."""

    @property
    def selected_index(self) -> int:
        """Where the chosen entry is in the list."""
        names = self.entry_names()
        return names.index(self._selected) if self._selected in names else 0

    @property
    def selected(self) -> str:
        """The name of the chosen entry: the first one until a person does something, "" in an empty list."""
        names = self.entry_names()
        return names[self.selected_index] if names else ""

    def widgets(self) -> list[Widget]:
        """The rows that are in sight, then the deeds."""
        shown = range(self._first_shown, min(self._first_shown + self.rows, len(self.entry_names())))
        return [*(self.make_row(place, at) for at, place in enumerate(shown)), *self.buttons()]

    def handle_event(self, event: UiEvent) -> None:
        """Up and down go through the whole list; the wheel moves the part of it that is in sight.

        From the first thing that a person does on, what they see chosen is chosen.
        """
        if event.raw.type != pygame.MOUSEMOTION:
            self._selected = self.selected
        step = {MenuAction.UP: -1, MenuAction.DOWN: 1}.get(event.action or MenuAction.BACK, 0)
        if event.raw.type == pygame.MOUSEWHEEL:
            self._scroll(-event.raw.y)
        elif step and self.form.focus.startswith(ROW):
            self._go(step)
        elif not self._crossed(event.action):
            was = self.selected
            super().handle_event(event)
            if event.raw.type != pygame.MOUSEMOTION and not is_click(event):
                self._choose_focused(was)

    def _crossed(self, action: MenuAction | None) -> bool:
        """From the list to what can be done with the chosen entry and back, so that the way there chooses nothing."""
        if self.form.focus.startswith(ROW) and action is MenuAction.RIGHT:
            self.form.focus_on(next(widget.key for widget in self.form.widgets if not widget.key.startswith(ROW)))
        elif self.entry_names() and action is MenuAction.LEFT and self.form.focus in self.side_buttons:
            self.select(self.selected)
        else:
            return False
        self.context.audio.play("move", self.now)
        return True

    def _choose_focused(self, was: str) -> None:
        """Keys and pads choose the row that they come to."""
        name = self.form.focus.removeprefix(ROW)
        if name != self.form.focus and name != was and self.selected == was:
            self.select(name)

    def _go(self, step: int) -> None:
        place, last = self.selected_index + step, len(self.entry_names()) - 1
        name = self.entry_names()[max(0, min(place, last))]
        is_over = place > last and self.below in [widget.key for widget in self.form.widgets]
        if is_over or name != self.selected:
            self.context.audio.play("move", self.now)
        self.select(name)
        if is_over:
            self.form.focus_on(self.below)

    def select(self, name: str) -> None:
        """Make an entry the chosen one."""
        self._selected = name
        self.scroll_to_selected()
        self.rebuild(ROW + name)

    def activate_row(self, key: str) -> bool:
        """Choose the row that was pushed, or take what is chosen; False if it was no row."""
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

    def scroll_to_selected(self) -> None:
        """Show that part of the list in which the chosen entry is."""
        place = self.selected_index
        self._first_shown = max(place - self.rows + 1, min(self._first_shown, place), 0)

    def rebuild(self, focus: str = "") -> None:
        """Make the widgets anew; the focus stays where it was, or goes to the first deed that is there."""
        focus = focus or self.form.focus
        self.form.replace_widgets(self.widgets())
        keys = [widget.key for widget in self.form.widgets]
        self.form.focus_on(
            focus if focus in keys else next(key for key in (*self.side_buttons[:1], "back") if key in keys)
        )

    def refresh(self, focus: str = "") -> None:
        """Make the widgets anew since the list has changed; if that moves the focus to another row, Confirm waits."""
        before = self.form.focus
        self.rebuild(focus)
        if before.startswith(ROW) and self.form.focus != before:
            self.move_focus(self.form.focus)
