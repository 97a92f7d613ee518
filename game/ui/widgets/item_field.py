"""A row of the page of items: what the item is, a switch, and how often it comes."""

from dataclasses import dataclass

import pygame

from petard.assets.palette import ACCENT, GOOD, INK, MUTED, NIGHT, PAPER
from petard.game.texts.names import spoken
from petard.game.texts.phrases import tr
from petard.game.ui.input.actions import MenuAction, UiEvent, is_click
from petard.game.ui.layout import BODY
from petard.game.ui.render.canvas import Canvas
from petard.game.ui.widgets.widgets import DIRECTIONS, EventResult, Widget, draw_arrow, draw_slab
from petard.game.view.item_looks import ITEM_LESSONS, ITEM_LOOKS
from petard.shared.rules.item_choice import WEIGHT_MOST
from petard.shared.rules.items import Item

STEPS = (0, 1, 2, 3, 4, 5, 6, 8, 10, 12, 15, 20, 30, 50, WEIGHT_MOST)
FIRST_WEIGHT = 5  # of an item that is switched on and has no other weight
VALUE_WIDE, KNOB_WIDE = 216.0, 74.0
NAME_ONLY = 400.0  # where there is less room, a row has only the name of its item


@dataclass(eq=False)
class ItemField(Widget):
    """CHANGED when the weight has changed. Confirm, or a click beside the weight, switches the item off or on.

    `weight`: 0 is off. `usual`: what it is in the rules. `total`: of the weights of all items.
    """

    item: Item = Item.BOMB
    weight: int = 0
    usual: int = 0
    total: int = 0

    @property
    def _split(self) -> float:
        return self.box[0] + self.box[2] - VALUE_WIDE

    def handle_event(self, event: UiEvent) -> EventResult:
        """Left, right and the wheel change the weight, as a click on either half of it does."""
        wanted = self._wanted(event)
        if wanted is None:
            return EventResult.IGNORED
        before, self.weight = self.weight, wanted
        return EventResult.CHANGED if wanted != before else EventResult.HANDLED

    def _wanted(self, event: UiEvent) -> int | None:
        step = DIRECTIONS.get(event.action, (0, 0))[0]
        if event.raw.type == pygame.MOUSEWHEEL:
            step = 1 if event.raw.y > 0 else -1
        elif is_click(event) and event.position is not None and event.position[0] >= self._split:
            step = -1 if event.position[0] < self._split + VALUE_WIDE / 2 else 1
        elif is_click(event) or event.action is MenuAction.CONFIRM:
            return 0 if self.weight else self.usual or FIRST_WEIGHT
        if not step:
            return None
        if step < 0:
            return max((one for one in STEPS if one < self.weight), default=0)
        return min((one for one in STEPS if one > self.weight), default=WEIGHT_MOST)

    def draw(self, canvas: Canvas, focused: bool, now: float) -> None:
        if self.enabled:
            draw_slab(canvas, self.box, focused)
        x, y, wide, tall = self.box
        middle, ink = y + tall / 2, INK if focused else PAPER if self.weight else MUTED
        picture = min(40.0, tall - 4)
        canvas.image(
            ITEM_LOOKS[self.item].picture, x + 14, middle - picture / 2, picture, picture, 255 if self.weight else 90
        )
        room = wide - VALUE_WIDE - KNOB_WIDE - picture - 60
        words = about(self.item) if room > NAME_ONLY else name_of(self.item)
        canvas.text(words, x + picture + 30, middle, BODY, ink, "midleft", room)
        self._draw_value(canvas, (self._split, middle), ink, focused)

    def _draw_value(self, canvas: Canvas, place: tuple[float, float], ink: tuple[int, int, int], focused: bool) -> None:
        left, middle = place
        knob = left - KNOB_WIDE - 12
        canvas.panel(knob, middle - 15, KNOB_WIDE, 30, GOOD if self.weight else NIGHT, 15, INK, 3)
        canvas.panel(knob + (44 if self.weight else 3), middle - 13, 26, 26, PAPER, 13)
        words = tr("off")
        if self.weight:
            percent = round(100 * self.weight / max(1, self.total))
            words = tr("{weight} ({percent} %)", weight=self.weight, percent=percent)
        canvas.text(words, left + VALUE_WIDE / 2 - 7, middle, BODY, ink, "center", VALUE_WIDE - 76)
        ends = ((-1, left + 6), (1, left + VALUE_WIDE - 20)) if self.enabled else ()
        for sign, tip in ends:
            draw_arrow(canvas, tip, middle, sign, INK if focused else ACCENT)


def about(item: Item) -> str:
    """Return what an item is and does, in one line."""
    return ITEM_LESSONS.get(item) or name_of(item)


def name_of(item: Item) -> str:
    """Return the name of an item, as it is said."""
    return spoken(item.name.lower().replace("_", " "))
