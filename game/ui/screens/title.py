"""The first screen: its buttons and the name. Beside them are the offers: to rejoin the last game while our seat is
kept there, and to join the games in this network.

Rule 1: the focus goes to the best offer by itself, whenever that appears, and back to Play when it is gone; so Enter
        alone joins a friend. Once the person has moved the focus, it stays where they put it.
Rule 2: offers are in a column of their own. They move no other button when they come and go, and a click on an offer
        does nothing just after the offers have changed.
"""

from math import ceil

from petard.assets.palette import GOOD, INK, PAPER
from petard.game.texts.known_lines import known_line
from petard.game.texts.phrases import tr
from petard.game.ui.context import ScreenContext
from petard.game.ui.input.actions import UiEvent, is_click
from petard.game.ui.layout import BODY, SMALL, column, is_inside, row
from petard.game.ui.render.canvas import HEIGHT, WIDTH, Canvas
from petard.game.ui.screen import HostGame, JoinServer, NavigationRequest, ShowJoin, ShowTutorial, SimpleRequest
from petard.game.ui.screens.menu import CONFIRM_DELAY, NameMenu
from petard.game.ui.widgets.room_rows import OfferButton, offer_of
from petard.game.ui.widgets.title_stage import draw_fuse, draw_stage
from petard.game.ui.widgets.widgets import Button, Widget
from petard.game.view.rooms import JoinEntry, entry_of, offered
from petard.shared.protocol.messages import BUILD

LEFT, WIDE, TOP, TALL, GAP = 430.0, 420.0, 262.0, 52.0, 8.0
BESIDE = 132.0  # the width of a button beside another one
ALONE = 690.0  # the width of all without offers
OFFERS_MOST = 3
OFFERS = column((878, TOP, 374, 74), OFFERS_MOST, 12)
BELOW = column((LEFT, 742.0, WIDE, 74), OFFERS_MOST, 12)  # where offers are in a tall window
REJOIN, ROOM = "rejoin", "room:"
PLAY, HOST, LIST = tr("Play"), tr("Host for friends"), tr("Join a game")  # a key is its label
OPTIONS, HOW, REPLAYS, QUIT = tr("Options"), tr("How to play"), tr("Replays"), tr("Quit")
BUTTONS: dict[str, NavigationRequest] = {
    PLAY: SimpleRequest.PLAY,
    HOST: HostGame(),
    LIST: ShowJoin(),
    REPLAYS: SimpleRequest.REPLAYS,
    OPTIONS: SimpleRequest.OPTIONS,
    HOW: SimpleRequest.HOW_TO_PLAY,
    QUIT: SimpleRequest.QUIT,
}


class TitleScreen(NameMenu):
    """Play, host (with a password or without, or for everybody), join, replays, options, quit."""

    first_focus = PLAY
    requests = BUTTONS | {"lock": SimpleRequest.CHOOSE_PASSWORD, REJOIN: SimpleRequest.REJOIN}

    def __init__(self, context: ScreenContext) -> None:
        self._offers: dict[str, int] = {}  # the keys of those that are shown, each with its rank, the best first
        self._is_led = True  # this screen put the focus where it is, not the person
        self._changed_at = -CONFIRM_DELAY  # when an offer came or went
        if not context.settings.tutorial_seen:
            self.requests = {**self.requests, PLAY: ShowTutorial(SimpleRequest.PLAY)}
        super().__init__(context)
        self.notice, context.notice = context.notice, ""

    def widgets(self) -> list[Widget]:
        """The buttons and the name; offers are inserted before them later."""
        lines = [key for key in BUTTONS if key != HOW]
        boxes = dict(zip(lines, column((LEFT, TOP, WIDE, TALL), len(lines), GAP), strict=True))
        boxes[OPTIONS], boxes[HOW] = row(LEFT, boxes[OPTIONS][1], TALL, ((WIDE - GAP) / 2, (WIDE - GAP) / 2), GAP)
        boxes[HOST], beside = row(LEFT, boxes[HOST][1], TALL, (WIDE - BESIDE - GAP, BESIDE), GAP)
        buttons = [Button(key, box, key, *((GOOD, 36) if key == PLAY else ())) for key, box in boxes.items()]
        return [
            *buttons,
            Button("lock", beside, tr("Set up") if self.context.joinable.internet else tr("Password"), size=22),
            self.name_field((LEFT, 634, WIDE, 56), tr("I am")),
        ]

    def handle_event(self, event: UiEvent) -> None:
        """Note whether the person moves the focus."""
        focus = self.form.focus
        pointed = next((widget.key for widget in self.form.widgets if is_inside(widget.box, event.position)), "")
        if is_click(event) and pointed in self._offers and self.now < self._changed_at + CONFIRM_DELAY:
            return
        if pointed:
            self._is_led = False
        super().handle_event(event)
        if self.form.focus != focus:
            self._is_led = False

    def activate(self, key: str) -> None:
        widget = self.form[key]
        if isinstance(widget, OfferButton):
            self.request = JoinServer(widget.address)
        else:
            self._is_led = True  # the name is complete: the focus goes to the best offer

    def back(self) -> None:
        """Move the focus to Quit first, so that one Escape too many does not end the game."""
        self._keep_name()
        if self.form.focus == QUIT:
            self.request = SimpleRequest.QUIT
        self.form.focus_on(QUIT)

    def tick(self, now: float) -> None:
        """Show a new notice and the offers; move the focus if the best offer has changed."""
        super().tick(now)
        self.notice, self.context.notice = self.context.notice or self.notice, ""
        focus, found = self.form.focus, self.context.joinable.found
        self._show_offers(ceil(self.context.joinable.rejoin_until - now))
        self.form[LIST].label = tr("Join a game ({number} here)", number=len(found)) if len(found) > 1 else LIST
        self._lead(focus)

    def _show_offers(self, seconds_left: int) -> None:
        """Show the offer to rejoin, while there is one, and as many rooms as there is space for."""
        offers: list[Widget] = []
        ranks: dict[str, int] = {}
        if seconds_left > 0:
            words = tr("your seat is kept for {seconds} s", seconds=seconds_left)
            offers.append(OfferButton(REJOIN, OFFERS[0], tr("Back into the game"), below=words))
            ranks[REJOIN] = -1
        for address, found in offered(self.context.joinable.found)[: OFFERS_MOST - len(offers)]:
            offers.append(offer_of(ROOM + found.id, OFFERS[len(offers)], found, address))
            ranks[ROOM + found.id] = entry_of(found).value
        if ranks.keys() != self._offers.keys():
            self._changed_at = self.now
        self._offers = ranks
        self.form.widgets = offers + [widget for widget in self.form.widgets if not isinstance(widget, OfferButton)]

    def _lead(self, focus: str) -> None:
        """Move the focus from `focus` to the best offer, if the person has not moved it, or if its widget is gone."""
        best = next(iter(self._offers), PLAY)
        worst = JoinEntry.WATCH.value + 1
        is_better = self._offers.get(best, worst) < self._offers.get(focus, worst)
        is_elsewhere = focus not in self._offers and focus != best
        if focus not in self.form.keys or (self._is_led and (is_better or is_elsewhere)):
            self._is_led = True
            self.move_focus(best)
            if best in self._offers:
                self.context.audio.play("join", self.now)

    def draw(self, canvas: Canvas, now: float) -> None:
        """Draw everything; in a tall window the offers are below the buttons, which are as large as there is room."""
        offers = [widget for widget in self.form.widgets if isinstance(widget, OfferButton)]
        is_below = canvas.is_tall and bool(offers)
        for widget, box in zip(offers, BELOW if is_below else OFFERS, strict=False):
            widget.box = box
        self.tall = BELOW[len(offers) - 1][1] + 98 if is_below else HEIGHT
        self.used = WIDTH if self.notice or (offers and not is_below) else ALONE
        super().draw(canvas, now)

    def draw_background(self, canvas: Canvas, now: float) -> None:
        moves = not self.context.settings.reduced_motion
        draw_stage(canvas, now, moves)
        if not canvas.image("logo", WIDTH / 2 - 330, 28, 660, 220):
            canvas.text("PETARD", WIDTH / 2, 130, 140, PAPER, "center", shade=INK)
        draw_fuse(canvas, now, moves)
        right, bottom = canvas.to_logical(canvas.surface.get_size())
        canvas.text(BUILD, right - 16, bottom - 14, SMALL, PAPER, "bottomright", shade=INK)
        if self._offers:
            words = tr("Your game") if list(self._offers) == [REJOIN] else tr("Games here")
            x, y, wide, _ = next(widget.box for widget in self.form.widgets if isinstance(widget, OfferButton))
            canvas.text(words, x + 4, y - 24, BODY, PAPER, "midleft", wide, shade=INK)
        if self.notice:
            canvas.panel(140, 196, 1000, 50, (*INK, 230), 16)
            canvas.text(known_line(self.notice), WIDTH / 2, 221, SMALL, PAPER, "center", 970)
