"""Where is the server? A text field, the addresses that worked before, and a sentence when what is written is none."""

from assets.palette import DANGER, GOOD, INK, MUTED, PANEL, PAPER
from game.arguments import BadAddress, address_of
from game.ui.canvas import WIDTH, Canvas
from game.ui.clipboard import pasted
from game.ui.field import Field
from game.ui.kit import Kit
from game.ui.screens import JoinAt, ToTitle
from game.ui.screens.menu import DIM, Menu
from game.ui.widgets import BODY, SMALL, Button, Widget

LONGEST = 300  # characters of an address
LEFT, WIDE = 240.0, 800.0


class Join(Menu):
    """Join by address."""

    def __init__(self, kit: Kit, address: str = "") -> None:
        """`address`: what stands in the field, to be changed."""
        self._address = address
        super().__init__(kit)
        self._problem, kit.notice = kit.notice, ""

    def widgets(self) -> list[Widget]:
        """The field first, and below it where this person was before, to go there with one push."""
        known = self.kit.settings.addresses
        self._field = Field("address", (LEFT, 190, 596, 60), self._address, LONGEST, "192.168.1.20")
        others = [Button(f"known:{one}", (LEFT, 390 + row * 62, WIDE, 50), one) for row, one in enumerate(known[:3])]
        return [
            self._field,
            Button("paste", (LEFT + 612, 190, 188, 60), "Paste"),
            *others,
            Button("join", (LEFT + 412, 610, 388, 64), "Join", GOOD, 36),
            Button("back", (LEFT, 610, 388, 64), "Back"),
        ]

    def chose(self, key: str) -> None:
        """Paste, join, join again, or go back."""
        if key == "back":
            self.next = ToTitle()
        elif key == "paste":
            self._paste()
        elif key.startswith("known:"):
            self._join(key.removeprefix("known:"))
        else:
            self._join(self._field.text)

    def back(self) -> None:
        """To the title."""
        self.next = ToTitle()

    def _paste(self) -> None:
        text = pasted().strip()
        if text:
            self._field.put(text)
        self._problem = "" if text else "There is no text to paste."

    def _join(self, text: str) -> None:
        try:
            self.next = JoinAt(str(address_of(text)))
        except BadAddress as problem:
            self._problem = str(problem)
            self.form.to("address")

    def paint(self, canvas: Canvas, now: float) -> None:
        """One panel with the words around the widgets."""
        canvas.backdrop(dim=DIM)
        canvas.panel(LEFT - 48, 52, WIDE + 96, 640, (*PANEL, 240), 32)
        canvas.text("Join a friend", WIDTH / 2, 104, 54, PAPER, "center")
        canvas.text("The address that the host's lobby shows:", LEFT, 154, SMALL, MUTED)
        if self._problem:
            canvas.panel(LEFT, 264, WIDE, 58, INK, 14, DANGER, 3)
            canvas.text(self._problem, WIDTH / 2, 293, SMALL, PAPER, "center", WIDE - 30)
        if self.kit.settings.addresses:
            canvas.text("Where you were before:", LEFT, 350, BODY, MUTED)
