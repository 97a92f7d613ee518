"""The rooms that a directory on the Internet lists: a page of them, filters, and what is known of the selected one.

Rule 1: the selected room stays selected, and on its line, while the list is asked again by itself (InternetList).
Rule 2: a filter counts at once; the search for a name once the person has stopped typing for a moment.
Rule 3: every error is one sentence, and what was known before stays on the screen.
"""

from dataclasses import replace

from petard.assets.palette import DANGER, GOOD, INK, MUTED, PANEL, PAPER
from petard.game.config.settings import STARRED
from petard.game.texts.known_lines import known_line
from petard.game.texts.phrases import joined, tr
from petard.game.ui.context import ScreenContext
from petard.game.ui.input.actions import MenuAction, UiEvent, is_click
from petard.game.ui.layout import BODY, SMALL, column, row
from petard.game.ui.render.canvas import Canvas
from petard.game.ui.screen import JoinServer, ShowJoin
from petard.game.ui.screens.menu import DIM, ROW, ListMenu
from petard.game.ui.widgets.room_rows import RoomRow, draw_room, tabs_of
from petard.game.ui.widgets.text_field import TextField
from petard.game.ui.widgets.widgets import Button, ChoiceField, Switch, Widget, draw_paragraph
from petard.game.view.listed_rooms import ROOM_NAME_MOST, ListedPlace
from petard.game.view.mode_views import MODE_NAMES

LEFT, TOP, WIDE, PITCH = 36.0, 112.0, 700.0, 83.0
SHOWN = 5  # rows
ROWS = column((LEFT, TOP, WIDE, 74), SHOWN, PITCH - 74)
RIGHT, RIGHT_WIDE = 772.0, 472.0
ABOUT = (RIGHT, TOP - 8, RIGHT_WIDE, 324.0)
EMPTY = (LEFT, TOP - 8, WIDE, 418.0)  # in place of the rows
SEARCH = (RIGHT - 16, 506.0, RIGHT_WIDE + 32, 192.0)
FIELD = (RIGHT, 580.0, RIGHT_WIDE, 50.0)
PROBLEM = (RIGHT - 6, 508.0, RIGHT_WIDE + 12, 64.0)
MODE, PAGE = row(LEFT, 546, 52, (344, 344), 12)
FREE, OPEN = row(LEFT, 612, 52, (344, 344), 12)
BESIDE = {"mode": "page", "free": "open"}  # what is to the right of a filter
ANY = tr("any mode")
TYPED = 0.6  # seconds without a letter until a search begins
LOOK = 0.1  # seconds between two looks at the list


class NameSearch(TextField):
    """The field for a part of the name. `typed_at`: when the person typed last; None: nothing is to be searched."""

    def __init__(self, text: str) -> None:
        super().__init__("name", FIELD, text, ROOM_NAME_MOST, tr("part of its name"))
        self.typed_at: float | None = None

    def is_due(self, now: float) -> bool:
        return self.typed_at is not None and now - self.typed_at > TYPED


class InternetScreen(ListMenu):
    """Join a game on the Internet. Only where a directory is set."""

    rows = SHOWN
    side_buttons = ("join", "star", "name")
    below = "mode"
    above = "internet"
    first_focus = "internet"
    fold_at = 750.0

    def __init__(self, context: ScreenContext) -> None:
        assert context.joinable.internet is not None
        self.internet = context.joinable.internet
        self.internet.refresh()
        self.places: list[ListedPlace] = []
        self.problem = ""  # about what the person has tried
        self._is_untouched = True
        self._search = NameSearch(self.internet.query.name)
        super().__init__(context)

    @property
    def _place(self) -> ListedPlace | None:
        return self.places[self.selected_index] if self.places else None

    def entry_names(self) -> list[str]:
        return [place.address for place in self.places]

    def make_row(self, index: int, line: int) -> Widget:
        place = self.places[index]
        return RoomRow(ROW + place.address, ROWS[line], place=place, selected=index == self.selected_index)

    def buttons(self) -> list[Widget]:
        query, pages, place = self.internet.query, self.internet.pages, self._place
        join, star = row(RIGHT, 438, 54, (300, 160), 12)
        refresh, back = row(RIGHT, 642, 46, (300, 160), 12)
        modes = [ANY, *MODE_NAMES.values()]
        chosen = [*MODE_NAMES].index(query.mode) + 1 if query.mode in MODE_NAMES else 0
        numbers = [str(number + 1) for number in range(len(pages.cursors))]
        dots = "..." if self.internet.is_refreshing else ""
        words = tr("Unstar") if place and place.is_starred else tr("Star")
        page = ChoiceField("page", PAGE, tr("Page"), numbers, pages.index)
        page.enabled = len(numbers) > 1
        return [
            *((Button("join", join, tr("Join"), GOOD, 36), Button("star", star, words)) if place else ()),
            self._search,
            Button("refresh", refresh, joined("", [tr("Refresh"), dots]), size=26),
            Button("back", back, tr("Back"), size=26),
            ChoiceField("mode", MODE, tr("Mode"), modes, chosen, 0.28),
            page,
            Switch("free", FREE, tr("Free place"), query.free),
            Switch("open", OPEN, tr("No password"), query.open),
            *tabs_of(True, len(self.context.joinable.found)),
        ]

    def handle_event(self, event: UiEvent) -> None:
        """Note whether the person has done something, and when they typed last. Down goes through all filters."""
        before, focus = self._search.text, self.form.focus
        if event.action is not None or is_click(event):
            self.problem = ""
        if event.action is MenuAction.DOWN and focus in BESIDE and BESIDE[focus] in self._enabled:
            self.form.focus_on(BESIDE[focus])  # left and right change the value of a choice
            self.context.audio.play("move", self.now)
        else:
            super().handle_event(event)
        if self._search.text != before:
            self._search.typed_at = self.now
        if self._search.text != before or event.action is not None or event.position is not None:
            self._is_untouched = False

    @property
    def _enabled(self) -> list[str]:
        return [widget.key for widget in self.form.widgets if widget.enabled]

    def activate(self, key: str) -> None:
        place = self._place
        match self.form[key]:
            case ChoiceField(index=index) if key == "mode":
                self._ask(mode=["", *MODE_NAMES][index])
            case ChoiceField(index=index):
                self.internet.turn_to(index)
                self.first_shown = 0
            case Switch(on=is_on):
                self._ask(**{key: is_on})
            case TextField():
                self._ask(name=self._search.text)
            case _ if key == "lan":
                self.request = ShowJoin()
            case _ if key in ("refresh", "internet"):
                self.internet.refresh()
            case _ if key == "join" and place:
                self.open_entry(place.address)
            case _ if key == "star" and place:
                self._star(place)

    def _ask(self, **changed: object) -> None:
        self._search.typed_at, self.first_shown = None, 0
        self.internet.ask(replace(self.internet.query, **changed))  # type: ignore[arg-type]
        self._look()

    def open_entry(self, name: str) -> None:
        """Join the room, unless it is known that it would refuse us."""
        place = self._place
        if place and place.found and place.found.reason:
            self.problem = tr("{name} {reason}.", name=place.name, reason=known_line(place.found.reason))
        else:
            self.request = JoinServer(name)

    def _star(self, place: ListedPlace) -> None:
        starred = tuple(one for one in self.context.settings.starred if one != place.address)
        if not place.is_starred:
            starred = (place.address, *starred)[:STARRED]
        self.context.settings = replace(self.context.settings, starred=starred)
        self._look()

    def tick(self, now: float) -> None:
        before = self.now
        super().tick(now)
        if self._search.is_due(now) and self.form.keyboard is None:
            self._ask(name=self._search.text)
        if now // LOOK != before // LOOK:
            self._look()

    def _look(self) -> None:
        """Show what is known now."""
        before, known = self.places, self.context.settings
        self.places = self.internet.places(known.starred, known.addresses)
        names = self.entry_names()
        if self._is_untouched or self.chosen not in names:
            self.chosen = names[0] if names else ""
        if self.places != before:
            self.first_shown = max(0, min(self.first_shown, len(names) - self.rows))
        is_lost = self.form.focus.startswith(ROW) and self.form.focus.removeprefix(ROW) not in names
        first = ROW + self.chosen if names else "internet"
        self.refresh(first if self._is_untouched or is_lost else "")
        shown = self.places[self.first_shown : self.first_shown + self.rows]
        self.internet.sight.shown = [(place.found.host, place.found.port) for place in shown if place.found]

    def draw_background(self, canvas: Canvas, now: float) -> None:
        canvas.backdrop(dim=DIM)
        canvas.panel(*SEARCH, (*PANEL, 240), 24)
        if self._place:
            draw_room(canvas, self._place, ABOUT)
        else:
            self._draw_empty(canvas, now)
        problem = self.problem or (self.internet.problem if self.places else "")
        if problem:
            canvas.panel(*PROBLEM, INK, 14, DANGER, 3)
            middle = PROBLEM[1] + PROBLEM[3] / 2
            draw_paragraph(canvas, problem, RIGHT + 9, middle, RIGHT_WIDE - 18, size=SMALL, pitch=25, centred=True)
        else:
            canvas.text(tr("Search for a room:"), RIGHT + 4, 541, BODY, PAPER, "midleft", RIGHT_WIDE - 8)

    def _draw_empty(self, canvas: Canvas, now: float) -> None:
        """Say why there is no room, and where the list comes from."""
        internet, query = self.internet, self.internet.query
        x, y, wide, tall = EMPTY
        canvas.panel(*EMPTY, (*PANEL, 240), 24)
        is_asking = internet.schedule.query != query and not internet.problem
        words = tr("Asking {place}", place=internet.place) if is_asking else tr("No room is open to everybody now.")
        if not is_asking and (query.name or query.mode or query.free or query.open):
            words = tr("No room is as you chose. Show more: change what is below.")
        canvas.image(f"bomb-{int(now * 3) % 3 if is_asking else 0}", x + wide / 2 - 60, y + 60, 120, 120)
        middle = y + tall / 2 + 50
        draw_paragraph(
            canvas, internet.problem or words, x + wide / 2, middle, wide - 80, size=30, anchor="center", most=4,
            pitch=40, centred=True,
        )  # fmt: skip
        canvas.panel(*ABOUT, (*PANEL, 240), 24)
        left, top, room = ABOUT[0] + 24, ABOUT[1], ABOUT[2] - 48
        canvas.text(tr("On the Internet"), left, top + 42, 40, PAPER, "midleft", room)
        canvas.text(internet.place, left, top + 82, SMALL, MUTED, "midleft", room)
        about = tr("Rooms that are open to everybody. The people there may be strangers: chat with care.")
        draw_paragraph(canvas, about, left, top + 134, room, most=5)
