"""The games that can be joined: those in this network, those known from before, and a field for any other address.

Rule 1: Enter alone joins the nearest room that is open.
Rule 2: the list changes by itself, but the selected room stays selected, and once the person has done something, the
        focus stays.
Rule 3: while there is no room, the place of the list says what to do, and shows what the host's lobby looks like.
"""

from dataclasses import dataclass, field, replace

from petard.assets.palette import DANGER, GOOD, INK, PANEL, PAPER
from petard.game.config.arguments import BadAddress, address_of
from petard.game.config.settings import STARRED
from petard.game.texts.known_lines import known_line
from petard.game.texts.phrases import tr
from petard.game.ui.context import ScreenContext
from petard.game.ui.input.actions import MenuAction, UiEvent, clipboard_text
from petard.game.ui.layout import BODY, SMALL, column, row
from petard.game.ui.render.canvas import Canvas
from petard.game.ui.screen import JoinServer, ShowDoctor, SimpleRequest
from petard.game.ui.screens.menu import DIM, ROW, ListMenu
from petard.game.ui.widgets.room_rows import (
    QUIET,
    SEARCHING,
    STEPS_TALL,
    RoomRow,
    draw_room,
    draw_sample,
    draw_steps,
    tabs_of,
)
from petard.game.ui.widgets.text_field import TextField
from petard.game.ui.widgets.widgets import Button, ChoiceField, Widget, draw_paragraph
from petard.game.view.rooms import JoinFilter, JoinSort, KnownPlace, places_of

LONGEST = 300  # characters of an address
LEFT, TOP, WIDE, PITCH = 36.0, 112.0, 700.0, 83.0
ROWS = column((LEFT, TOP, WIDE, 74), ListMenu.rows, PITCH - 74)
RIGHT, RIGHT_WIDE = 772.0, 472.0
FIELD, GO = row(RIGHT, 566, 56, (390, 70), 12)
ABOUT = (RIGHT, TOP - 8, RIGHT_WIDE, 324.0)
SAMPLE = (RIGHT - 16, TOP - 8, RIGHT_WIDE + 32, 390.0)
LIST_END, CHOICES_END = 612.0, 698.0  # above the choices for the list, and below them
ELSEWHERE = (RIGHT - 16, 512.0, RIGHT_WIDE + 32, 186.0)
PROBLEM = (RIGHT - 6, 502.0, RIGHT_WIDE + 12, 60.0)
NONE_SHOWN = {JoinFilter.OPEN: tr("None of them is open."), JoinFilter.STARRED: tr("None of them is starred.")}
WAIT = 2.0  # seconds until an empty list says that there is no game


@dataclass(slots=True)
class RoomList:
    """The rooms in the list, and how they are sorted and filtered."""

    places: list[KnownPlace] = field(default_factory=list)
    sort: JoinSort = JoinSort.NEAREST
    show: JoinFilter = JoinFilter.ALL
    since: float | None = None  # when the screen was first shown

    def update(self, context: ScreenContext) -> bool:
        """Read the found servers and the known addresses again; True if the list has changed."""
        before, known = self.places, context.settings
        self.places = places_of(context.joinable.found, known.starred, known.addresses, self.sort, self.show)
        return self.places != before


class JoinScreen(ListMenu):
    """Join a game."""

    side_buttons = ("join", "star", "address")
    below = "sort"
    above = "internet"
    fold_at = 750.0

    def __init__(self, context: ScreenContext, address: str = "") -> None:
        """`address`: the text of the field at first."""
        self.rooms = RoomList()
        self._is_untouched = not address
        self._field = TextField("address", FIELD, address, LONGEST, tr("for example DUEFG"))
        super().__init__(context)
        self.problem, context.notice = context.notice, ""
        self._look()

    @property
    def _place(self) -> KnownPlace | None:
        return self.rooms.places[self.selected_index] if self.rooms.places else None

    def entry_names(self) -> list[str]:
        return [place.address for place in self.rooms.places]

    def make_row(self, index: int, line: int) -> Widget:
        place = self.rooms.places[index]
        return RoomRow(ROW + place.address, ROWS[line], place=place, selected=index == self.selected_index)

    def buttons(self) -> list[Widget]:
        place = self._place
        join, star = row(RIGHT, 438, 54, (300, 160), 12)
        doctor, paste, back = row(RIGHT, 634, 46, (204, 126, 118), 12)
        words = tr("Unstar") if place and place.is_starred else tr("Star") if place and place.found else tr("Forget")
        return [
            *((Button("join", join, tr("Join"), GOOD, 36), Button("star", star, words)) if place else ()),
            self._field,
            Button("go", GO, tr("Go"), GOOD),
            Button("can't see", doctor, tr("I can't see it"), size=26),
            Button("paste", paste, tr("Paste"), size=26),
            Button("back", back, tr("Back"), size=26),
            *self._choices(),
            *(tabs_of(False, len(self.context.joinable.found)) if self.context.joinable.internet else ()),
        ]

    def _choices(self) -> list[Widget]:
        """Return the choices for the list, where there is anything to sort or to filter."""
        if not self.rooms.places and self.rooms.show is JoinFilter.ALL:
            return []
        sorts, shows = [one.value for one in JoinSort], [one.value for one in JoinFilter]
        sort, show = row(LEFT, 628, 52, (344, 344), 12)
        return [
            ChoiceField("sort", sort, tr("Sort by"), sorts, sorts.index(self.rooms.sort.value)),
            ChoiceField("show", show, tr("Show"), shows, shows.index(self.rooms.show.value)),
        ]

    def handle_event(self, event: UiEvent) -> None:
        """Note whether the person has done something."""
        before = self._field.text
        if self.form.focus == "sort" and event.action is MenuAction.DOWN:
            self.form.focus_on("show")  # it is beside "sort", where left and right change the value
        else:
            super().handle_event(event)
        if self._field.text != before:
            self._is_untouched, self.problem = False, ""
        elif event.action is not None or event.position is not None:
            self._is_untouched = False

    def activate(self, key: str) -> None:
        place = self._place
        match key:
            case "internet":
                self.request = SimpleRequest.INTERNET
            case "sort" | "show":
                self._apply_choices()
            case "can't see":
                self.request = ShowDoctor(self._field.text or (place.address if place else ""))
            case "paste":
                text = clipboard_text().strip()
                if text:
                    self._field.set_text(text)
                self.problem = "" if text else tr("There is no text to paste.")
                self.form.focus_on("address")
            case "go" | "address":
                self._join(self._field.text)
            case "join" if place:
                self.open_entry(place.address)
            case "star" if place:
                self._star(place)

    def open_entry(self, name: str) -> None:
        """Join the room, unless it is known that it would refuse us."""
        place = self._place
        if place and place.found and place.found.reason:
            self.problem = tr("{name} {reason}.", name=place.name, reason=known_line(place.found.reason))
        else:
            self._join(name)

    def _apply_choices(self) -> None:
        chosen = {widget.key: widget.value for widget in self.form.widgets if isinstance(widget, ChoiceField)}
        self.rooms.sort, self.rooms.show = JoinSort(chosen["sort"]), JoinFilter(chosen["show"])
        self.first_shown = 0
        self._look()

    def _star(self, place: KnownPlace) -> None:
        """Star the room, take its star away, or forget a room that is known from before."""
        starred, addresses = self.context.settings.starred, self.context.settings.addresses
        if place.is_starred:
            starred = tuple(one for one in starred if one != place.address)
        elif place.found:
            starred = (place.address, *starred)[:STARRED]
        else:
            addresses = tuple(one for one in addresses if one != place.address)
        self.context.settings = replace(self.context.settings, starred=starred, addresses=addresses)
        self._look()

    def _join(self, text: str) -> None:
        try:
            if text.strip():
                self.request = JoinServer(str(address_of(text)))
                return
            self.problem = tr("Type the join code or the address first.")
        except BadAddress as problem:
            self.problem = str(problem)
        self.form.focus_on("address")

    def tick(self, now: float) -> None:
        super().tick(now)
        self.rooms.since = now if self.rooms.since is None else self.rooms.since
        self._look()

    def _look(self) -> None:
        has_changed, names = self.rooms.update(self.context), self.entry_names()
        if not has_changed and self.chosen in (*names, ""):
            return
        if self._is_untouched or self.chosen not in names:
            self.chosen = names[0] if names else ""
        self.scroll_to_selected()
        is_lost = self.form.focus.startswith(ROW) and self.form.focus.removeprefix(ROW) not in names
        first = ROW + self.chosen if names else "address"
        self.refresh(first if self._is_untouched or is_lost else "")

    def draw_background(self, canvas: Canvas, now: float) -> None:
        canvas.backdrop(dim=DIM)
        canvas.panel(*ELSEWHERE, (*PANEL, 240), 24)
        heard, shows_all = len(self.context.joinable.found), self.rooms.show is JoinFilter.ALL
        words = (QUIET if self.is_quiet(now) else SEARCHING) if not heard else tr("{number} heard", number=heard)
        if self.context.joinable.internet is None:
            canvas.text(tr("Join a game"), LEFT, 60, 54, PAPER, "midleft")
        if self.rooms.places and self.context.joinable.internet is None:
            canvas.text(words, LEFT + WIDE, 70, BODY, PAPER, "midright", WIDE / 2)
        end = LIST_END if self._choices() else CHOICES_END
        below = TOP - 8 + PITCH * min(len(self.rooms.places), self.rows)
        if self._place:
            draw_room(canvas, self._place, ABOUT)
        elif shows_all:
            draw_sample(canvas, SAMPLE)
        else:
            canvas.text(NONE_SHOWN[self.rooms.show], LEFT, TOP + 24, BODY, PAPER, "midleft", WIDE)
        if not heard and shows_all and end - below >= STEPS_TALL:
            draw_steps(canvas, (LEFT, below, WIDE, end - below), self.is_quiet(now), now)
        if not self.problem:
            words = tr("Join code or address of the host:")
            canvas.text(words, RIGHT + 4, 540, BODY, PAPER, "midleft", RIGHT_WIDE - 8)
            return
        canvas.panel(*PROBLEM, INK, 14, DANGER, 3)
        middle = PROBLEM[1] + PROBLEM[3] / 2
        draw_paragraph(
            canvas, known_line(self.problem), RIGHT + 15, middle, RIGHT_WIDE - 30, size=SMALL, pitch=26, centred=True
        )

    def is_quiet(self, now: float) -> bool:
        """True if the search has run long enough to find a game."""
        return self.rooms.since is not None and now - self.rooms.since > WAIT
