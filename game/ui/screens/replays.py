"""What was recorded: the matches of servers here and the clips, the newest first, each with how it ended.

Rule 1: the list is on the left, the chosen demo with all that can be done on the right. The mouse chooses by a click,
        keys and pads by going there; Confirm, or a click on what is chosen, watches it.
Rule 2: nothing is deleted without a question.
"""

from collections.abc import Sequence

import pygame

from assets.palette import ACCENT, DANGER, GOOD, INK, MUTED, NIGHT, PANEL, PANEL_LIGHT, PAPER
from game.client.card import Card
from game.ui.actions import MenuAction
from game.ui.canvas import WIDTH, Canvas
from game.ui.kit import Kit
from game.ui.lines import wrapped
from game.ui.portraits import draw_badge
from game.ui.screens import Delete, Heard, Pin, ToTitle, Watch
from game.ui.screens.menu import DIM, Menu
from game.ui.stills import SHAPE, Stills
from game.ui.timebar import time_words
from game.ui.widgets import BODY, SMALL, Box, Button, Widget, is_click, slab

ROWS = 6  # that are seen at once
LEFT, TOP, WIDE, TALL, PITCH = 36.0, 116.0, 640.0, 84.0, 95.0
RIGHT, RIGHT_WIDE = 712.0, 532.0
STILL = (RIGHT, TOP, RIGHT_WIDE, RIGHT_WIDE / SHAPE)
UNDER = TOP + STILL[3]  # where the picture ends
LEFTMOST = ("watch", "pin", "delete")  # of what can be done
NAMES_MOST = 16  # that are told; of more there is a number
EMPTY = (
    "Nothing was recorded here yet.",
    "Every match on a server of this computer is: choose Play, or Host for friends.",
    "In a match, F9 keeps the last 30 seconds of it as a clip.",
)


class Row(Button):
    """One demo of the list."""

    def __init__(self, card: Card, box: Box, chosen: bool, stills: Stills) -> None:
        super().__init__(f"row:{card.name}", box, "")
        self.card = card
        self._chosen = chosen
        self._stills = stills

    def draw(self, canvas: Canvas, focused: bool, now: float) -> None:
        """How it ended, which board, when, how long, who won."""
        x, y, w, h = self.box
        slab(canvas, self.box, focused, PANEL_LIGHT if self._chosen else PANEL)
        ink, faint = (INK, INK) if focused else (PAPER, MUTED)
        still = (x + 8, y + 8, (h - 16) * SHAPE, h - 16)
        canvas.box(*still, NIGHT)
        self._stills.draw(canvas, self.card, still)
        left, room = x + h * SHAPE + 6, w - h * SHAPE - 130
        canvas.text(title_of(self.card), left, y + h * 0.3, BODY, ink, "midleft", room)
        canvas.text(line_of(self.card), left, y + h * 0.7, SMALL, faint, "midleft", room + 100)
        if self.card.pinned:
            canvas.text("pinned", x + w - 16, y + h * 0.3, SMALL, INK if focused else ACCENT, "midright")


class Replays(Menu):
    """The list of demos. `show` brings what was read."""

    def __init__(self, kit: Kit, chosen: str = "") -> None:
        """`chosen`: the name of the demo to begin with."""
        self._cards: Sequence[Card] = ()
        self._unread = 0
        self._chosen = chosen
        self._first_shown = 0
        self._asks = False  # whether to delete the chosen demo
        self._stills = Stills()
        super().__init__(kit)
        self._notice, kit.notice = kit.notice, ""

    def show(self, cards: Sequence[Card], unread: int) -> None:
        """These are the demos; of `unread` more nothing is known yet."""
        had = bool(self._cards)
        self._cards, self._unread = cards, unread
        self._keep_in_sight()
        self._arrange("" if had or self._card is None else f"row:{self._card.name}")

    @property
    def _place(self) -> int:
        """Where the chosen demo is in the list."""
        return next((place for place, card in enumerate(self._cards) if card.name == self._chosen), 0)

    @property
    def _card(self) -> Card | None:
        return self._cards[self._place] if self._cards else None

    # What people do

    def widgets(self) -> list[Widget]:
        """The rows that are in sight, what can be done with the chosen one, and the way back."""
        shown = self._cards[self._first_shown : self._first_shown + ROWS]
        boxes = [(LEFT, TOP + row * PITCH, WIDE, TALL) for row in range(ROWS)]
        rows = [Row(card, box, card is self._card, self._stills) for card, box in zip(shown, boxes, strict=False)]
        back = Button("back", (RIGHT + 372, 632, 160, 54), "Back")
        return [*rows, *(self._deeds() if self._card else ()), back]

    def _deeds(self) -> list[Widget]:
        card = self._card
        assert card is not None
        if self._asks:
            return [
                Button("delete", (RIGHT, 632, 176, 54), "Delete it", DANGER),
                Button("keep", (RIGHT + 186, 632, 176, 54), "Keep it", GOOD),
            ]
        watch = [Button("watch", (RIGHT, 568, 362, 56), "Watch", GOOD, 36)] if card.last else []
        pin = Button("pin", (RIGHT, 632, 176, 54), "Unpin" if card.pinned else "Pin")
        return [*watch, pin, Button("ask", (RIGHT + 186, 632, 176, 54), "Delete...")]

    def hear(self, heard: Heard) -> None:
        """Up and down go through the whole list, of which a part is in sight; the wheel moves that part."""
        step = {MenuAction.UP: -1, MenuAction.DOWN: 1}.get(heard.action or MenuAction.BACK, 0)
        if heard.event.type == pygame.MOUSEWHEEL:
            self._scroll(-heard.event.y)
        elif step and self.form.focus.startswith("row:"):
            self._go(step)
        elif not self._crossed(heard.action):
            was = self._chosen
            super().hear(heard)
            if heard.event.type != pygame.MOUSEMOTION and not is_click(heard):
                self._choose_focused(was)

    def _crossed(self, action: MenuAction | None) -> bool:
        """From the list to what can be done with the chosen demo and back, so that the way there chooses nothing."""
        in_list = self.form.focus.startswith("row:")
        if in_list and action is MenuAction.RIGHT:
            self.form.to(next(widget.key for widget in self.form.widgets if not widget.key.startswith("row:")))
        elif self._card and action is MenuAction.LEFT and self.form.focus in LEFTMOST:
            self._choose(self._card.name)
        else:
            return False
        self.kit.speaker.play("move", self.now)
        return True

    def _choose_focused(self, was: str) -> None:
        """Keys and pads choose the row that they come to."""
        name = self.form.focus.removeprefix("row:")
        if name != self.form.focus and name != was and self._chosen == was:
            self._choose(name)

    def _go(self, step: int) -> None:
        place = max(0, min(self._place + step, len(self._cards) - 1))
        if self._cards[place].name != self._chosen:
            self.kit.speaker.play("move", self.now)
        self._choose(self._cards[place].name)

    def _choose(self, name: str) -> None:
        self._chosen, self._asks = name, False
        self._keep_in_sight()
        self._arrange(f"row:{name}")

    def _scroll(self, rows: int) -> None:
        self._first_shown = max(0, min(self._first_shown + rows, len(self._cards) - ROWS))
        self._arrange()

    def _keep_in_sight(self) -> None:
        place = self._place
        self._first_shown = max(place - ROWS + 1, min(self._first_shown, place), 0)

    def _arrange(self, focus: str = "") -> None:
        focus = focus or self.form.focus
        self.form.show(self.widgets())
        keys = {widget.key for widget in self.form.widgets}
        self.form.to(focus if focus in keys else "watch" if "watch" in keys else "back")

    def chose(self, key: str) -> None:
        """Do what was pushed."""
        card = self._card
        if key.startswith("row:"):
            self._push(key.removeprefix("row:"))
        elif key == "back" or card is None:
            self.back()
        elif key == "watch":
            self.next = Watch(card.name)
        elif key == "pin":
            self.next = Pin(card.name, not card.pinned)
        elif key == "delete":
            self.next = Delete(card.name)
        else:
            self._asks = key == "ask"
            self._arrange("keep" if self._asks else "ask")

    def _push(self, name: str) -> None:
        if self._card and self._card.name == name and self._card.last:
            self.next = Watch(name)
        else:
            self._choose(name)

    def back(self) -> None:
        """Out of the question, or to the title."""
        if self._asks:
            self._asks = False
            self._arrange("ask")
        else:
            self.next = ToTitle()

    # What people see

    def draw(self, canvas: Canvas, now: float) -> None:
        """Everything; one more still is made with each picture."""
        self._stills.begin()
        super().draw(canvas, now)

    def paint(self, canvas: Canvas, now: float) -> None:
        """The heading, and all about the chosen demo."""
        canvas.backdrop(dim=DIM)
        canvas.text("Replays", LEFT, 62, 54, PAPER, "midleft")
        canvas.text(self._count(), LEFT + WIDE, 74, SMALL, MUTED, "midright")
        if self._notice:
            canvas.text(self._notice, RIGHT + RIGHT_WIDE, 74, SMALL, ACCENT, "midright", RIGHT_WIDE)
        card = self._card
        if card is not None:
            self._paint_card(canvas, card)
        elif not self._unread:
            canvas.panel(190, 240, 900, 190, (*PANEL, 240), 24)
            for row, words in enumerate(EMPTY):
                canvas.text(words, WIDTH / 2, 284 + row * 50, BODY, MUTED if row else PAPER, "center", 860)

    def _count(self) -> str:
        if self._unread:
            return f"reading {self._unread} more"
        first, count = self._first_shown, len(self._cards)
        return f"{first + 1} to {min(first + ROWS, count)} of {count}" if count > ROWS else ""

    def _paint_card(self, canvas: Canvas, card: Card) -> None:
        canvas.panel(RIGHT - 8, TOP - 8, RIGHT_WIDE + 16, STILL[3] + 16, INK, 14)
        if not self._stills.draw(canvas, card, STILL) and card.last is None:
            canvas.text("No picture", RIGHT + RIGHT_WIDE / 2, TOP + STILL[3] / 2, BODY, MUTED, "center")
        y = UNDER + 30
        if self._asks:
            canvas.text("Delete it for good?", RIGHT, 600, 34, PAPER, "midleft")
        shown = card.seats[: NAMES_MOST - 8 if card.problem else NAMES_MOST]
        for place, seat in enumerate(shown):
            x = RIGHT + place % 4 * RIGHT_WIDE / 4
            draw_badge(canvas, seat.slot, seat.colour, 24, x, y - 12 + place // 4 * 30)
            ink = ACCENT if seat.slot == card.winner else PAPER
            canvas.text(seat.name, x + 30, y + place // 4 * 30, SMALL, ink, "midleft", RIGHT_WIDE / 4 - 40)
        for row, words in enumerate(wrapped(canvas, card.problem, SMALL, RIGHT_WIDE, 2)):
            canvas.text(words, RIGHT, y + 68 + row * 28, SMALL, ACCENT, "midleft", RIGHT_WIDE)


def title_of(card: Card) -> str:
    """Which board, by which rules."""
    if not card.map:
        return card.name
    return f"{card.map.replace('-', ' ').capitalize()}, {card.preset.replace('-', ' ')}"


def line_of(card: Card) -> str:
    """When it was, how long it is, and who won."""
    if card.last is None:
        return card.problem
    winner = next((seat.name for seat in card.seats if seat.slot == card.winner), "")
    parts = [card.when, "clip" if card.is_clip else "", time_words(card.length), f"{len(card.seats)} players"]
    parts += [f"{winner} won"] if winner else []
    return " · ".join(part for part in parts if part)
