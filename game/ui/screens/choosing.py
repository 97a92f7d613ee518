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
    beside: tuple[str, ...] = ()  # the deeds from which a step to the left goes back to the list
    below = ""  # the deed to which a step over the end of the list leads, if any

    def __init__(self, kit: ScreenContext, chosen: str = "") -> None:
        """`chosen`: the name of the entry to begin with."""
        self._chosen = chosen
        self._first_shown = 0
        super().__init__(kit)

    @abstractmethod
    def names(self) -> Sequence[str]:
        """The entries, each with a name of its own."""

    @abstractmethod
    def row(self, place: int, at: int) -> Widget:
        """The row of the entry at that place of the list, to be drawn as the `at`th in sight."""

    @abstractmethod
    def deeds(self) -> list[Widget]:
        """All that is not a row."""

    @abstractmethod
    def take(self, name: str) -> None:
        """The entry that is chosen was pushed."""

    @property
    def place(self) -> int:
        """Where the chosen entry is in the list."""
        names = self.names()
        return names.index(self._chosen) if self._chosen in names else 0

    @property
    def chosen(self) -> str:
        """The name of the chosen entry: the first one until a person does something, "" in an empty list."""
        names = self.names()
        return names[self.place] if names else ""

    def widgets(self) -> list[Widget]:
        """The rows that are in sight, then the deeds."""
        shown = range(self._first_shown, min(self._first_shown + self.rows, len(self.names())))
        return [*(self.row(place, at) for at, place in enumerate(shown)), *self.deeds()]

    def handle_event(self, event: UiEvent) -> None:
        """Up and down go through the whole list; the wheel moves the part of it that is in sight.

        From the first thing that a person does on, what they see chosen is chosen.
        """
        if event.raw.type != pygame.MOUSEMOTION:
            self._chosen = self.chosen
        step = {MenuAction.UP: -1, MenuAction.DOWN: 1}.get(event.action or MenuAction.BACK, 0)
        if event.raw.type == pygame.MOUSEWHEEL:
            self._scroll(-event.raw.y)
        elif step and self.form.focus.startswith(ROW):
            self._go(step)
        elif not self._crossed(event.action):
            was = self.chosen
            super().handle_event(event)
            if event.raw.type != pygame.MOUSEMOTION and not is_click(event):
                self._choose_focused(was)

    def _crossed(self, action: MenuAction | None) -> bool:
        """From the list to what can be done with the chosen entry and back, so that the way there chooses nothing."""
        if self.form.focus.startswith(ROW) and action is MenuAction.RIGHT:
            self.form.to(next(widget.key for widget in self.form.widgets if not widget.key.startswith(ROW)))
        elif self.names() and action is MenuAction.LEFT and self.form.focus in self.beside:
            self.choose(self.chosen)
        else:
            return False
        self.kit.speaker.play("move", self.now)
        return True

    def _choose_focused(self, was: str) -> None:
        """Keys and pads choose the row that they come to."""
        name = self.form.focus.removeprefix(ROW)
        if name != self.form.focus and name != was and self.chosen == was:
            self.choose(name)

    def _go(self, step: int) -> None:
        place, last = self.place + step, len(self.names()) - 1
        name = self.names()[max(0, min(place, last))]
        is_over = place > last and self.below in [widget.key for widget in self.form.widgets]
        if is_over or name != self.chosen:
            self.kit.speaker.play("move", self.now)
        self.choose(name)
        if is_over:
            self.form.to(self.below)

    def choose(self, name: str) -> None:
        """Make an entry the chosen one."""
        self._chosen = name
        self.keep_in_sight()
        self.arrange(ROW + name)

    def pushed(self, key: str) -> bool:
        """Choose the row that was pushed, or take what is chosen; False if it was no row."""
        if not key.startswith(ROW):
            return False
        name = key.removeprefix(ROW)
        if name == self.chosen:
            self.take(name)
        else:
            self.choose(name)
        return True

    def _scroll(self, rows: int) -> None:
        self._first_shown = max(0, min(self._first_shown + rows, len(self.names()) - self.rows))
        self.arrange()

    def keep_in_sight(self) -> None:
        """Show that part of the list in which the chosen entry is."""
        place = self.place
        self._first_shown = max(place - self.rows + 1, min(self._first_shown, place), 0)

    def arrange(self, focus: str = "") -> None:
        """Make the widgets anew; the focus stays where it was, or goes to the first deed that is there."""
        focus = focus or self.form.focus
        self.form.show(self.widgets())
        keys = [widget.key for widget in self.form.widgets]
        self.form.to(focus if focus in keys else next(key for key in (*self.beside[:1], "back") if key in keys))

    def follow(self, focus: str = "") -> None:
        """Make the widgets anew since the list has changed; if that moves the focus to another row, Confirm waits."""
        before = self.form.focus
        self.arrange(focus)
        if before.startswith(ROW) and self.form.focus != before:
            self.lead(self.form.focus)
