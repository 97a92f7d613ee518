"""The list of recordings: the matches of servers on this computer and the clips, the newest first.

Rule: nothing is deleted before the person has confirmed it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from petard.assets.palette import ACCENT, DANGER, GOOD, INK, MUTED, NIGHT, PANEL, PANEL_LIGHT, PAPER
from petard.game.texts.known_lines import known_line
from petard.game.texts.phrases import joined, tr, trn
from petard.game.ui.context import ScreenContext
from petard.game.ui.layout import BODY, SMALL, column, row
from petard.game.ui.render.canvas import Canvas
from petard.game.ui.render.demo_renderer import SHAPE, Thumbnails
from petard.game.ui.render.player_looks import draw_badge
from petard.game.ui.screen import DeleteReplay, PinReplay, SaveReplayPage, WatchReplay
from petard.game.ui.screens.menu import DIM, ROW, ListMenu
from petard.game.ui.widgets.time_bar import time_words
from petard.game.ui.widgets.widgets import Button, Widget, draw_paragraph, draw_slab
from petard.game.view.playback import DemoSummary
from petard.game.view.rooms import match_words

LEFT, TOP, WIDE = 36.0, 116.0, 640.0
ROWS = column((LEFT, TOP, WIDE, 84), ListMenu.rows, 11)
RIGHT, RIGHT_WIDE = 712.0, 532.0
WATCH, PAGE = (RIGHT, 568, 362, 56), (RIGHT + 372, 568, 160, 56)
FIRST, SECOND, BACK = row(RIGHT, 632, 54, (176, 176, 160), 10)  # the buttons below the picture
PICTURE = (RIGHT, TOP, RIGHT_WIDE, RIGHT_WIDE / SHAPE)
NAMES_MOST = 16  # players that are named
EMPTY = (
    tr("Nothing was recorded here yet."),
    tr("Every match on a server of this computer is: choose Play, or Host for friends."),
    tr("In a match, F9 keeps the last 30 seconds of it as a clip."),
)


@dataclass(eq=False, kw_only=True)
class ReplayRow(Button):
    """One recording of the list."""

    card: DemoSummary
    selected: bool
    thumbnails: Thumbnails

    def draw(self, canvas: Canvas, focused: bool, now: float) -> None:
        x, y, w, h = self.box
        draw_slab(canvas, self.box, focused, PANEL_LIGHT if self.selected else PANEL)
        ink, faint = (INK, INK) if focused else (PAPER, PAPER if self.selected else MUTED)
        picture = (x + 8, y + 8, (h - 16) * SHAPE, h - 16)
        canvas.box(*picture, NIGHT)
        self.thumbnails.draw(canvas, self.card, picture)
        left, room = x + h * SHAPE + 6, w - h * SHAPE - 22
        words = (
            tr("pinned")
            if self.card.pinned
            else trn("{count} player", "{count} players", len(self.card.seats))
            if self.card.last
            else ""
        )
        words = joined(" · ", [words, time_words(self.card.length) if self.card.last else ""])
        wide = canvas.text(words, x + w - 16, y + h * 0.3, SMALL, INK if focused else ACCENT, "midright")
        canvas.text(title_of(self.card), left, y + h * 0.3, BODY, ink, "midleft", room - wide - 14)
        canvas.text(line_of(self.card), left, y + h * 0.7, SMALL, faint, "midleft", room)


class ReplaysScreen(ListMenu):
    """The list of recordings; `show` sets what is in it."""

    side_buttons = ("watch", "pin", "delete")
    fold_at = 694.0  # between the list and the picture

    def __init__(self, context: ScreenContext, chosen: str = "") -> None:
        """`chosen`: the name of the recording that is selected at first."""
        self.cards: Sequence[DemoSummary] = ()
        self.unread = 0
        self.saved = ""  # how far the selected recording is written as a page, or where the page is
        self._asks = False  # whether to delete the selected recording
        self._thumbnails = Thumbnails()
        super().__init__(context, chosen)
        self.notice, context.notice = context.notice, ""

    def show(self, cards: Sequence[DemoSummary], unread: int) -> None:
        """Show these; `unread` more are not read yet. The first one is selected until the person does something."""
        had = bool(self.cards)
        self.cards, self.unread = cards, unread
        self.scroll_to_selected()
        is_first = self.card is not None and (not had or not self.chosen)
        self.refresh(ROW + self.selected if is_first else "")

    def entry_names(self) -> list[str]:
        return [card.name for card in self.cards]

    @property
    def card(self) -> DemoSummary | None:
        return self.cards[self.selected_index] if self.cards else None

    def make_row(self, index: int, line: int) -> Widget:
        card, is_selected = self.cards[index], index == self.selected_index
        return ReplayRow(ROW + card.name, ROWS[line], card=card, selected=is_selected, thumbnails=self._thumbnails)

    def buttons(self) -> list[Widget]:
        card, back = self.card, Button("back", BACK, tr("Back"))
        if card is None:
            return [back]
        if self._asks:
            return [Button("delete", FIRST, tr("Delete it"), DANGER), Button("keep", SECOND, tr("Keep it"), GOOD), back]
        watch: list[Widget] = []
        if card.last:
            watch = [Button("watch", WATCH, tr("Watch"), GOOD, 36), Button("page", PAGE, tr("Web page"))]
        pin = Button("pin", FIRST, tr("Unpin") if card.pinned else tr("Pin"))
        return [*watch, pin, Button("ask", SECOND, tr("Delete...")), back]

    def activate(self, key: str) -> None:
        card = self.card
        match key:
            case "watch" if card:
                self.request = WatchReplay(card.name)
            case "pin" if card:
                self.request = PinReplay(card.name, not card.pinned)
            case "page" if card:
                self.request = SaveReplayPage(card.name)
            case "delete" if card:
                self.request = DeleteReplay(card.name)
            case _:
                self._asks = key == "ask"
                self.rebuild("keep" if self._asks else "ask")

    def select(self, name: str) -> None:
        """Select another recording, and cancel the question."""
        self._asks, self.saved = False, ""
        super().select(name)

    def open_entry(self, name: str) -> None:
        """Watch it, if it can be shown."""
        if self.card and self.card.last:
            self.request = WatchReplay(name)

    def back(self) -> None:
        """Cancel the question, or go to the title."""
        if self._asks:
            self._asks = False
            self.rebuild("ask")
        else:
            super().back()

    def draw(self, canvas: Canvas, now: float) -> None:
        """Draw everything; each picture makes one more thumbnail."""
        self._thumbnails.begin()
        super().draw(canvas, now)

    def draw_background(self, canvas: Canvas, now: float) -> None:
        canvas.backdrop(dim=DIM)
        canvas.text(tr("Replays"), LEFT, 62, 54, PAPER, "midleft")
        canvas.text(self._count(), LEFT + WIDE, 74, SMALL, MUTED, "midright", WIDE / 2)
        if self.notice:
            canvas.text(
                known_line(self.notice), RIGHT + RIGHT_WIDE, 74, SMALL, ACCENT, "midright", RIGHT_WIDE, shade=INK
            )
        card = self.card
        if card is not None:
            self._draw_card(canvas, card)
        elif not self.unread:
            x, wide, pitch = (LEFT, self.fold_at - 2 * LEFT, 106) if self.is_folded else (190, 900, 72)
            canvas.panel(x, 240, wide, 90 + 2 * pitch, (*PANEL, 240), 24)
            for row, words in enumerate(EMPTY):
                middle, ink = (x + wide / 2, 284 + row * pitch), MUTED if row else PAPER
                draw_paragraph(canvas, words, *middle, wide - 40, colour=ink, anchor="center", most=3, centred=True)

    def _count(self) -> str:
        if self.unread:
            return tr("reading {number} more", number=self.unread)
        first, count = self.first_shown, len(self.cards)
        last = min(first + self.rows, count)
        return tr("{first} to {last} of {count}", first=first + 1, last=last, count=count) if count > self.rows else ""

    def _draw_card(self, canvas: Canvas, card: DemoSummary) -> None:
        canvas.panel(RIGHT - 8, TOP - 8, RIGHT_WIDE + 16, PICTURE[3] + 16, INK, 14)
        if not self._thumbnails.draw(canvas, card, PICTURE) and card.last is None:
            canvas.text(tr("No picture"), RIGHT + RIGHT_WIDE / 2, TOP + PICTURE[3] / 2, BODY, MUTED, "center")
        y = TOP + PICTURE[3] + 30
        if self._asks:
            canvas.text(tr("Delete it for good?"), RIGHT, 600, 34, PAPER, "midleft")
        words = self.saved or known_line(card.problem)
        shown = card.seats[: NAMES_MOST - 8 if words else NAMES_MOST]
        for place, seat in enumerate(shown):
            x = RIGHT + place % 4 * RIGHT_WIDE / 4
            draw_badge(canvas, seat.slot, seat.colour, 24, x, y - 12 + place // 4 * 30)
            ink = ACCENT if seat.slot == card.winner else PAPER
            canvas.text(seat.name, x + 30, y + place // 4 * 30, SMALL, ink, "midleft", RIGHT_WIDE / 4 - 40)
        draw_paragraph(canvas, words, RIGHT, y + 62, RIGHT_WIDE, size=SMALL, colour=ACCENT, pitch=26)


def title_of(card: DemoSummary) -> str:
    """Return the map and the rules, or the name of the file."""
    return match_words(card.map, card.preset) if card.map else card.name


def line_of(card: DemoSummary) -> str:
    """Return the date, and who won, or who led if the match was left early."""
    if card.last is None:
        return known_line(card.problem)
    winner = next((seat.name for seat in card.seats if seat.slot == card.winner), "")
    parts = [card.when, tr("clip") if card.is_clip else "", _outcome(winner, card.score)]
    return joined(" · ", parts)


def _outcome(winner: str, score: tuple[int, int] | None) -> str:
    """Return how it ended. A score is written in words: beside lengths such as 1:20, "1:0" reads as a time.

    >>> _outcome("Ada", None), _outcome("", None), _outcome("", (0, 0))
    ('Ada won', '', 'left early')
    >>> _outcome("Ada", (1, 0)), _outcome("", (1, 1))
    ('left early, Ada led 1 to 0', 'left early at 1 to 1')
    """
    if score is None:
        return tr("{name} won", name=winner) if winner else ""
    most, second = score
    if winner:
        return tr("left early, {name} led {most} to {second}", name=winner, most=most, second=second)
    return tr("left early at {most} to {second}", most=most, second=second) if most else tr("left early")
