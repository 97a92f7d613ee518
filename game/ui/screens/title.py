"""The first screen: six ways on, and who you are; and the way back into a game, while a chair is held there."""

from dataclasses import replace
from math import ceil

from assets.palette import GOOD, INK, MUTED, PAPER
from game.ui.canvas import HEIGHT, WIDTH, Canvas
from game.ui.field import Field
from game.ui.kit import Kit
from game.ui.screens import GoBack, HostGame, Play, Quit, ToJoin, ToOptions, ToReplays, Wish
from game.ui.screens.menu import Menu
from game.ui.widgets import SMALL, Button, Widget
from shared.protocol.messages import BUILD
from shared.protocol.names import NAME_MOST, clean_name

LEFT, WIDE, TOP, TALL, PITCH = 430.0, 420.0, 262.0, 52.0, 60.0
TALL_OF_SEVEN, PITCH_OF_SEVEN = 44.0, 52.0
BACK = "back"
WISHES: dict[str, Wish] = {
    "Play": Play(),
    "Host for friends": HostGame(),
    "Join by address": ToJoin(),
    "Replays": ToReplays(),
    "Options": ToOptions(),
    "Quit": Quit(),
}


class Title(Menu):
    """Play, host, join, replays, options, quit."""

    def __init__(self, kit: Kit) -> None:
        self._is_offered = False
        super().__init__(kit)
        self._notice, kit.notice = kit.notice, ""

    def widgets(self) -> list[Widget]:
        """The way back, if there is one, the six ways on, and the name."""
        keys = [BACK, *WISHES] if self._is_offered else list(WISHES)
        tall, pitch = (TALL_OF_SEVEN, PITCH_OF_SEVEN) if self._is_offered else (TALL, PITCH)
        buttons = [
            Button(key, (LEFT, TOP + row * pitch, WIDE, tall), key, *((GOOD, 36) if not row else ()))
            for row, key in enumerate(keys)
        ]
        name = Field("name", (LEFT, 634, WIDE, 56), self.kit.settings.name, NAME_MOST, "your name", "I am")
        return [*buttons, name]

    def chose(self, key: str) -> None:
        """Go on. A name that was written counts without a push, too."""
        self._keep_name()
        if key == BACK:
            self.next = GoBack()
        elif key in WISHES:
            self.next = WISHES[key]
        else:
            self.form.to("Play")

    def back(self) -> None:
        """To the way out first, so that one Escape too many does not end an evening."""
        self._keep_name()
        if self.form.focus == "Quit":
            self.next = Quit()
        self.form.to("Quit")

    def tick(self, now: float) -> None:
        """Keep the name once its field is left, and take what there is to tell."""
        super().tick(now)
        self._notice, self.kit.notice = self.kit.notice or self._notice, ""
        if not self.form.typing:
            self._keep_name()
        self._offer(self.kit.back_until - now)

    def _offer(self, left: float) -> None:
        """Show the way back for so many seconds. Who did not choose yet finds the focus on it."""
        if self._is_offered != (left > 0):
            self._keep_name()
            focus = self.form.focus
            self._is_offered = left > 0
            self.form.show(self.widgets())
            self.form.to(BACK if self._is_offered and focus == "Play" else focus)
        if self._is_offered:
            button = next(widget for widget in self.form.widgets if widget.key == BACK)
            assert isinstance(button, Button)
            button.label = f"Back into the game ({ceil(left)} s)"

    def _keep_name(self) -> None:
        field = next(widget for widget in self.form.widgets if isinstance(widget, Field))
        name = clean_name(field.text) or self.kit.settings.name
        if self.form.letters is None and field.text != name:
            field.put(name)
        if name != self.kit.settings.name:
            self.kit.settings = replace(self.kit.settings, name=name)

    def paint(self, canvas: Canvas, now: float) -> None:
        """The town at night, the logo, and the version for those who ask why they cannot join."""
        canvas.backdrop()
        if not canvas.picture("logo", WIDTH / 2 - 330, 28, 660, 220):
            canvas.text("PETARD", WIDTH / 2, 130, 140, PAPER, "center", shade=INK)
        canvas.text(BUILD, WIDTH - 16, HEIGHT - 14, SMALL, MUTED, "bottomright")
        if self._notice:
            canvas.panel(140, 196, 1000, 50, (*INK, 230), 16)
            canvas.text(self._notice, WIDTH / 2, 221, SMALL, PAPER, "center", 970)
