"""The first screen: six buttons and the name. Beside them are the offers: to rejoin the last game while our seat is
kept there, and to join the games in this network.

Rule 1: the focus goes to the best offer by itself, whenever that appears, and back to Play when it is gone; so Enter
        alone joins a friend. Once the person has moved the focus, it stays where they put it.
Rule 2: offers are in a column of their own. They move no other button when they come and go, and a click on an offer
        does nothing just after the offers have changed.
"""

from dataclasses import replace
from math import ceil

from petard.assets.palette import GOOD, INK, PAPER
from petard.game.ui.context import ScreenContext
from petard.game.ui.input.actions import UiEvent, is_click
from petard.game.ui.layout import BODY, SMALL, column, is_inside, row
from petard.game.ui.render.canvas import HEIGHT, WIDTH, Canvas
from petard.game.ui.screen import HostGame, JoinServer, NavigationRequest, ShowJoin, SimpleRequest
from petard.game.ui.screens.menu import CONFIRM_DELAY, Menu
from petard.game.ui.widgets.room_rows import OfferButton, offer_of
from petard.game.ui.widgets.text_field import TextField
from petard.game.ui.widgets.widgets import Button, Widget
from petard.game.view.rooms import JoinEntry, entry_of, offered
from petard.shared.protocol.beacon import FoundServer
from petard.shared.protocol.messages import BUILD
from petard.shared.protocol.names import NAME_MOST, clean_name

LEFT, WIDE, TOP, TALL, GAP = 430.0, 420.0, 262.0, 52.0, 8.0
BESIDE = 132.0  # the width of a button beside another one
OFFERS_MOST = 3
OFFERS = column((878, TOP, 374, 74), OFFERS_MOST, 12)
BACK, ROOM, PLAY, HOST, LOCK, LIST = "back", "room:", "Play", "Host for friends", "lock", "Join a game"
REQUESTS: dict[str, NavigationRequest] = {
    PLAY: SimpleRequest.PLAY,
    HOST: HostGame(),
    LIST: ShowJoin(),
    "Replays": SimpleRequest.REPLAYS,
    "Options": SimpleRequest.OPTIONS,
    "Quit": SimpleRequest.QUIT,
}


class TitleScreen(Menu):
    """Play, host (with a password or without), join, replays, options, quit."""

    first_focus = PLAY

    def __init__(self, context: ScreenContext) -> None:
        self._offers: dict[str, int] = {}  # the keys of those that are shown, each with its rank, the best first
        self._is_led = True  # this screen put the focus where it is, not the person
        self._changed_at = -CONFIRM_DELAY  # when an offer came or went
        super().__init__(context)
        self.notice, context.notice = context.notice, ""

    def widgets(self) -> list[Widget]:
        """The six buttons and the name; offers are inserted before them later."""
        boxes = dict(zip(REQUESTS, column((LEFT, TOP, WIDE, TALL), len(REQUESTS), GAP), strict=True))
        boxes[HOST], beside = row(LEFT, boxes[HOST][1], TALL, (WIDE - BESIDE - GAP, BESIDE), GAP)
        buttons = [Button(key, box, key, *((GOOD, 36) if key == PLAY else ())) for key, box in boxes.items()]
        lock = Button(LOCK, beside, "Password", size=22)
        name = self.context.settings.name
        self._name = TextField("name", (LEFT, 634, WIDE, 56), name, NAME_MOST, "your name", "I am")
        return [*buttons, lock, self._name]

    def handle_event(self, event: UiEvent) -> None:
        """Note whether the person moves the focus."""
        focus, pointed = self.form.focus, self._pointed(event)
        if is_click(event) and pointed in self._offers and self.now < self._changed_at + CONFIRM_DELAY:
            return
        if pointed:
            self._is_led = False
        super().handle_event(event)
        if self.form.focus != focus:
            self._is_led = False

    def _pointed(self, event: UiEvent) -> str:
        """Return the key of the widget under the mouse, "" if none."""
        return next((widget.key for widget in self.form.widgets if is_inside(widget.box, event.position)), "")

    def activate(self, key: str) -> None:
        """Make the request of the button. A name that was typed counts without Enter, too."""
        self._keep_name()
        if key == BACK:
            self.request = SimpleRequest.REJOIN
        elif key.startswith(ROOM):
            room = self.form[key]
            assert isinstance(room, OfferButton)
            self.request = JoinServer(room.address)
        elif key == LOCK:
            self.request = SimpleRequest.CHOOSE_PASSWORD
        elif key in REQUESTS:
            self.request = REQUESTS[key]
        else:
            self._is_led = True  # the name is complete: the focus goes to the best offer

    def back(self) -> None:
        """Move the focus to Quit first, so that one Escape too many does not end the game."""
        self._keep_name()
        if self.form.focus == "Quit":
            self.request = SimpleRequest.QUIT
        self.form.focus_on("Quit")

    def tick(self, now: float) -> None:
        """Keep the name once its field is left; show a new notice and the offers."""
        super().tick(now)
        self.notice, self.context.notice = self.context.notice or self.notice, ""
        if not self.form.typing:
            self._keep_name()
        self._offer(ceil(self.context.joinable.rejoin_until - now))

    def _offer(self, seconds_left: int) -> None:
        """Show the offer to rejoin, while there is one, and the rooms; move the focus if the best offer has changed."""
        focus = self.form.focus
        rooms = offered(self.context.joinable.found)
        shown = rooms[: OFFERS_MOST - (seconds_left > 0)]
        self._show_offers(shown, seconds_left)
        ranks = {BACK: -1} if seconds_left > 0 else {}
        ranks |= {ROOM + found.id: entry_of(found).value for _, found in shown}
        if ranks.keys() != self._offers.keys():
            self._changed_at = self.now
        self._offers = ranks
        button = self.form[LIST]
        button.label = (
            f"{LIST} ({len(self.context.joinable.found)} here)" if len(self.context.joinable.found) > 1 else LIST
        )
        self._lead(focus)

    def _show_offers(self, rooms: list[tuple[str, FoundServer]], seconds_left: int) -> None:
        offers: list[Widget] = []
        if seconds_left > 0:
            words = f"your seat is kept for {seconds_left} s"
            offers.append(OfferButton(BACK, OFFERS[0], "Back into the game", words))
        for address, found in rooms:
            offers.append(offer_of(ROOM + found.id, OFFERS[len(offers)], found, address))
        others = [widget for widget in self.form.widgets if not isinstance(widget, OfferButton)]
        self.form.replace_widgets([*offers, *others])

    def _lead(self, focus: str) -> None:
        """Move the focus from `focus` to the best offer, if the person has not moved it, or if its widget is gone."""
        is_gone = focus not in [widget.key for widget in self.form.widgets]
        best = next(iter(self._offers), PLAY)
        worst = JoinEntry.WATCH.value + 1
        is_better = self._offers.get(best, worst) < self._offers.get(focus, worst)
        is_elsewhere = focus not in self._offers and focus != best
        if is_gone or (self._is_led and (is_better or is_elsewhere)):
            self._is_led = True
            self.move_focus(best)
            if best in self._offers:
                self.context.audio.play("join", self.now)

    def _keep_name(self) -> None:
        name = clean_name(self._name.text) or self.context.settings.name
        if self.form.keyboard is None and self._name.text != name:
            self._name.set_text(name)
        if name != self.context.settings.name:
            self.context.settings = replace(self.context.settings, name=name)

    def draw_background(self, canvas: Canvas, now: float) -> None:
        """Draw the town at night, the logo, the version, the heading of the offers, and the notice."""
        canvas.backdrop()
        if not canvas.image("logo", WIDTH / 2 - 330, 28, 660, 220):
            canvas.text("PETARD", WIDTH / 2, 130, 140, PAPER, "center", shade=INK)
        canvas.text(BUILD, WIDTH - 16, HEIGHT - 14, SMALL, PAPER, "bottomright", shade=INK)
        if self._offers:
            words = "Your game" if list(self._offers) == [BACK] else "Games here"
            x, y, wide, _ = OFFERS[0]
            canvas.text(words, x + 4, y - 24, BODY, PAPER, "midleft", wide, shade=INK)
        if self.notice:
            canvas.panel(140, 196, 1000, 50, (*INK, 230), 16)
            canvas.text(self.notice, WIDTH / 2, 221, SMALL, PAPER, "center", 970)
