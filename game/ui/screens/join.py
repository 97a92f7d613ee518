"""Where is the game? The rooms that are heard in this network, those known from before, and a field for all others.

Rule 1: Enter alone goes into the nearest room that is open.
Rule 2: the list lives, but what is chosen stays chosen, and once a person has done something, the focus stays.
Rule 3: while no room is heard, the place of the list says what to do, and what the host's lobby looks like.
"""

from dataclasses import replace

from petard.assets.palette import DANGER, GOOD, INK, PANEL, PAPER
from petard.game.config.arguments import BadAddress, address_of
from petard.game.config.settings import STARRED
from petard.game.ui.context import ScreenContext
from petard.game.ui.input.actions import MenuAction, UiEvent
from petard.game.ui.input.clipboard import clipboard_text
from petard.game.ui.layout import BODY, SMALL
from petard.game.ui.render.canvas import Canvas
from petard.game.ui.render.sprite_cache import Portraits
from petard.game.ui.screen import JoinServer, Request, ShowDoctor
from petard.game.ui.screens.list_menu import ROW, ListMenu
from petard.game.ui.screens.menu import DIM
from petard.game.ui.widgets.join_help import QUIET, SEARCHING, STEPS_TALL, draw_sample, draw_steps
from petard.game.ui.widgets.room_rows import RoomRow, draw_room
from petard.game.ui.widgets.text_field import TextField
from petard.game.ui.widgets.widgets import Button, ChoiceField, Widget
from petard.game.view.join_list import JoinFilter, JoinSort, KnownPlace, places_of

LONGEST = 300  # characters of an address
LEFT, TOP, WIDE, TALL, PITCH = 36.0, 112.0, 700.0, 74.0, 83.0
RIGHT, RIGHT_WIDE = 772.0, 472.0
ABOUT = (RIGHT, TOP - 8, RIGHT_WIDE, 324.0)
SAMPLE = (RIGHT - 16, TOP - 8, RIGHT_WIDE + 32, 390.0)
LIST_END, ORDERS_END = 612.0, 698.0  # above the choices for the list, and where these end
ELSEWHERE = (RIGHT - 16, 512.0, RIGHT_WIDE + 32, 186.0)
PROBLEM = (RIGHT - 6, 502.0, RIGHT_WIDE + 12, 60.0)
WAIT = 2.0  # seconds until an empty list says so


class JoinScreen(ListMenu):
    """Join a game."""

    side_buttons = ("join", "star", "address")
    below = "sort"

    def __init__(self, context: ScreenContext, address: str = "") -> None:
        """`address`: what stands in the field, to be changed."""
        self._address = address
        self._places: list[KnownPlace] = []
        self._since: float | None = None  # when this screen was first shown
        self._is_untouched = not address
        self._portraits = Portraits()
        self._sort, self._show = JoinSort.NEAREST, JoinFilter.ALL
        self._field = TextField("address", (RIGHT, 566, 390, 56), address, LONGEST, "for example DUEFG")
        super().__init__(context)
        self._problem, context.notice = context.notice, ""
        self._look()

    @property
    def _place(self) -> KnownPlace | None:
        return self._places[self.selected_index] if self._places else None

    def entry_names(self) -> list[str]:
        """The addresses."""
        return [place.address for place in self._places]

    # What people do

    def make_row(self, index: int, line: int) -> Widget:
        """A room of the list."""
        return RoomRow(self._places[index], (LEFT, TOP + line * PITCH, WIDE, TALL), index == self.selected_index)

    def buttons(self) -> list[Widget]:
        """What can be done with the chosen room, and the ways to others."""
        place = self._place
        deeds: list[Widget] = []
        if place:
            star = "Unstar" if place.is_starred else "Star"
            deeds = [
                Button("join", (RIGHT, 438, 300, 54), "Join", GOOD, 36),
                Button("star", (RIGHT + 312, 438, 160, 54), star if place.found or place.is_starred else "Forget"),
            ]
        return [
            *deeds,
            self._field,
            Button("go", (RIGHT + 402, 566, 70, 56), "Go", GOOD),
            Button("can't see", (RIGHT, 634, 216, 46), "I can't see it", size=26),
            Button("paste", (RIGHT + 228, 634, 110, 46), "Paste", size=26),
            Button("back", (RIGHT + 350, 634, 122, 46), "Back", size=26),
            *self._orders(),
        ]

    def _orders(self) -> list[Widget]:
        """The choices for the list, where there is anything to sort or to sift."""
        if not self._places and self._show is JoinFilter.ALL:
            return []
        sorts, shows = [one.value for one in JoinSort], [one.value for one in JoinFilter]
        return [
            ChoiceField("sort", (LEFT, 628, 344, 52), "Sort by", sorts, sorts.index(self._sort.value)),
            ChoiceField("show", (LEFT + 356, 628, 344, 52), "Show", shows, shows.index(self._show.value)),
        ]

    def handle_event(self, event: UiEvent) -> None:
        """Note that somebody is at work here."""
        written = self._field.text
        if self.form.focus == "sort" and event.action is MenuAction.DOWN:
            self.form.focus_on("show")  # which stands beside it, but left and right are for the values
        else:
            super().handle_event(event)
        if event.action is not None or event.position is not None or self._field.text != self._address:
            self._is_untouched = False
        if self._field.text != written:
            self._problem = ""

    def activate(self, key: str) -> None:
        """Do what was pushed."""
        place = self._place
        if self.activate_row(key):
            return
        match key:
            case "back":
                self.request = Request.TITLE
            case "sort" | "show":
                self._order()
            case "can't see":
                self.request = ShowDoctor(self._field.text or (place.address if place else ""))
            case "paste":
                self._paste()
            case "go" | "address":
                self._join(self._field.text)
            case "join" if place:
                self.open_entry(place.address)
            case "star" if place:
                self._star(place)

    def open_entry(self, name: str) -> None:
        """Go there, unless it is known that it would not let us in."""
        place = self._place
        if place and place.found and place.found.reason:
            self._problem = f"{place.name} {place.found.reason}."
        else:
            self._join(name)

    def back(self) -> None:
        """To the title."""
        self.request = Request.TITLE

    def _order(self) -> None:
        chosen = {widget.key: widget.value for widget in self.form.widgets if isinstance(widget, ChoiceField)}
        self._portraits = Portraits()
        self._sort, self._show = JoinSort(chosen["sort"]), JoinFilter(chosen["show"])
        self._first_shown = 0
        self._look()

    def _star(self, place: KnownPlace) -> None:
        """Keep it, keep it no longer, or forget a room that one was in before."""
        settings = self.context.settings
        starred = tuple(one for one in settings.starred if one != place.address)
        if place.found and not place.is_starred:
            starred = (place.address, *starred)[:STARRED]
        before = settings.addresses
        if not place.found and not place.is_starred:
            before = tuple(one for one in before if one != place.address)
        self.context.settings = replace(settings, starred=starred, addresses=before)
        self._look()

    def _paste(self) -> None:
        text = clipboard_text().strip()
        if text:
            self._field.set_text(text)
        self._problem = "" if text else "There is no text to paste."
        self.form.focus_on("address")

    def _join(self, text: str) -> None:
        if not text.strip():
            self._problem = "Type the join code or the address first."
            self.form.focus_on("address")
            return
        try:
            self.request = JoinServer(str(address_of(text)))
        except BadAddress as problem:
            self._problem = str(problem)
            self.form.focus_on("address")

    # What is heard

    def tick(self, now: float) -> None:
        """Follow what is found."""
        super().tick(now)
        self._since = now if self._since is None else self._since
        self._look()

    def _look(self) -> None:
        settings = self.context.settings
        places = places_of(self.context.found_servers, settings.starred, settings.addresses, self._sort, self._show)
        if places == self._places and self._selected in (*self.entry_names(), ""):
            return
        self._places = places
        if self._is_untouched or self._selected not in self.entry_names():
            self._selected = self.entry_names()[0] if places else ""
        self.scroll_to_selected()
        is_lost = self.form.focus.startswith(ROW) and self.form.focus.removeprefix(ROW) not in self.entry_names()
        first = ROW + self._selected if places else "address"
        self.refresh(first if self._is_untouched or is_lost else "")

    # What people see

    def draw_background(self, canvas: Canvas, now: float) -> None:
        """The heading, the chosen room or what to do where there is none, and what is wrong."""
        canvas.backdrop(dim=DIM)
        canvas.panel(*ELSEWHERE, (*PANEL, 240), 24)
        canvas.text("Join a game", LEFT, 60, 54, PAPER, "midleft")
        heard = len(self.context.found_servers)
        words = (QUIET if self._is_quiet(now) else SEARCHING) if not heard else f"{heard} heard"
        if self._places:
            canvas.text(words, LEFT + WIDE, 70, BODY, PAPER, "midright")
        end = LIST_END if self._orders() else ORDERS_END
        below = TOP - 8 + PITCH * min(len(self._places), self.rows)
        if self._place:
            draw_room(canvas, self._place, ABOUT)
        elif self._show is JoinFilter.ALL:
            draw_sample(canvas, SAMPLE, self._portraits)
        else:
            canvas.text(f"None of them is {self._show.value}.", LEFT, TOP + 24, BODY, PAPER, "midleft", WIDE)
        if not heard and self._show is JoinFilter.ALL and end - below >= STEPS_TALL:
            draw_steps(canvas, (LEFT, below, WIDE, end - below), self._is_quiet(now), now)
        self._draw_elsewhere(canvas)

    def _draw_elsewhere(self, canvas: Canvas) -> None:
        """Over the field: what goes into it, or what is wrong with what was written."""
        if not self._problem:
            words = "Join code or address of the host:"
            canvas.text(words, RIGHT + 4, 540, BODY, PAPER, "midleft", RIGHT_WIDE - 8)
            return
        canvas.panel(*PROBLEM, INK, 14, DANGER, 3)
        lines = canvas.wrap_text(self._problem, SMALL, RIGHT_WIDE - 30, 2)
        for row, line in enumerate(lines):
            y = PROBLEM[1] + PROBLEM[3] / 2 + (row - (len(lines) - 1) / 2) * 26
            canvas.text(line, RIGHT + 15, y, SMALL, PAPER, "midleft", RIGHT_WIDE - 30)

    def _is_quiet(self, now: float) -> bool:
        return self._since is not None and now - self._since > WAIT
