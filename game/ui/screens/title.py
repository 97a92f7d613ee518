"""The first screen: six ways on, and who you are; and what is offered above them: the way back into a game, while a
chair is held there, and a game in this room that is open.

Rule: an offer that comes while a person is still looking takes the focus, so that Enter is all it needs. One that comes
later does not: nobody shall push what was not there a moment before.
"""

from dataclasses import replace
from math import ceil

from assets.palette import GOOD, INK, MUTED, PAPER
from game.client.rooms import Place, how_full, places_of
from game.ui.canvas import HEIGHT, WIDTH, Canvas
from game.ui.field import Field
from game.ui.kit import Kit
from game.ui.screens import GoBack, HostGame, JoinAt, Play, Quit, ToJoin, ToLock, ToOptions, ToReplays, Wish
from game.ui.screens.menu import Menu
from game.ui.widgets import SMALL, Button, Widget
from shared.protocol.messages import BUILD
from shared.protocol.names import NAME_MOST, clean_name

LEFT, WIDE, TOP, TALL, PITCH = 430.0, 420.0, 262.0, 52.0, 60.0
BESIDE = 132.0  # how wide a button beside another one is
BOTTOM = 622.0  # of the last button
GAP = 8.0
BACK, NEAR, HOST, LOCK = "back", "near", "Host for friends", "lock"
LOOKING = 2.0  # seconds that a person needs to see what there is
WISHES: dict[str, Wish] = {
    "Play": Play(),
    HOST: HostGame(),
    "Join a game": ToJoin(),
    "Replays": ToReplays(),
    "Options": ToOptions(),
    "Quit": Quit(),
}


class Title(Menu):
    """Play, host (with a password or without), join, replays, options, quit."""

    def __init__(self, kit: Kit) -> None:
        self._offers: tuple[str, ...] = ()
        self._near: Place | None = None
        self._since: float | None = None  # when this screen was first shown
        super().__init__(kit)
        self._notice, kit.notice = kit.notice, ""

    def widgets(self) -> list[Widget]:
        """What is offered, the six ways on, and the name."""
        keys = [*self._offers, *WISHES]
        pitch = min(PITCH, (BOTTOM + GAP - TOP) / len(keys))
        buttons = [
            Button(key, (LEFT, TOP + row * pitch, WIDE, pitch - GAP), key, *((GOOD, 36) if not row else ()))
            for row, key in enumerate(keys)
        ]
        host = next(button for button in buttons if button.key == HOST)
        x, y, wide, tall = host.box
        host.box = (x, y, wide - BESIDE - GAP, tall)
        lock = Button(LOCK, (x + wide - BESIDE, y, BESIDE, tall), "Password", size=22)
        name = Field("name", (LEFT, 634, WIDE, 56), self.kit.settings.name, NAME_MOST, "your name", "I am")
        return [*buttons, lock, name]

    def chose(self, key: str) -> None:
        """Go on. A name that was written counts without a push, too."""
        self._keep_name()
        if key == BACK:
            self.next = GoBack()
        elif key == NEAR and self._near:
            self.next = JoinAt(self._near.address)
        elif key == LOCK:
            self.next = ToLock()
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
        self._since = now if self._since is None else self._since
        self._offer(self.kit.back_until - now, now - self._since < LOOKING)

    def _offer(self, left: float, is_looking: bool) -> None:
        """Show the way back for so many seconds, and the nearest game. Who did not choose yet finds the focus there."""
        self._near = next((place for place in places_of(self.kit.found, (), ()) if place.is_open), None)
        offers = ((BACK,) if left > 0 else ()) + ((NEAR,) if self._near else ())
        if self._offers != offers:
            self._keep_name()
            focus, self._offers = self.form.focus, offers
            self.form.show(self.widgets())
            if offers and focus == "Play" and (BACK in offers or is_looking):
                focus = offers[0]
            self.form.to(focus if focus in (*offers, *WISHES, LOCK, "name") else "Play")
        self._label(BACK, f"Back into the game ({ceil(left)} s)")
        if self._near and self._near.found:
            self._label(NEAR, f"Join {self._near.name} ({how_full(self._near.found)})")
        heard = len(self.kit.found)
        self._label("Join a game", f"Join a game ({heard} here)" if heard > 1 else "Join a game")

    def _label(self, key: str, label: str) -> None:
        for widget in self.form.widgets:
            if isinstance(widget, Button) and widget.key == key:
                widget.label = label

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
