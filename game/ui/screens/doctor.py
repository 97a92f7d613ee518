"""Why a server cannot be seen: the steps of the examination while they run, then one sentence and one action.

Rule 1: the examination runs in threads of its own; here its facts are drawn, and nothing waits.
Rule 2: where the game can do what the action says, which is joining, one button does it.
Rule 3: each visit examines again; once the screen is left, only checks that end by themselves still run.
"""

import os
from collections.abc import Callable
from dataclasses import dataclass

from petard.assets.palette import ACCENT, DANGER, GOOD, INK, MUTED, PAPER
from petard.game.config.arguments import Address, BadAddress, address_of
from petard.game.doctor.diagnosis import BEFORE, Diagnosis, diagnose
from petard.game.doctor.examination import DoctorStep, Examination, StepStatus, facts_of, steps
from petard.game.doctor.facts import Facts
from petard.game.texts.doctor_lines import doctor_line
from petard.game.texts.known_lines import known_line
from petard.game.texts.phrases import joined, tr
from petard.game.ui.context import ScreenContext
from petard.game.ui.layout import BODY, SMALL, Box
from petard.game.ui.render.canvas import Canvas
from petard.game.ui.render.rounded import Colour
from petard.game.ui.screen import JoinServer, NavigationRequest, ShowJoin
from petard.game.ui.screens.menu import Menu, draw_sheet
from petard.game.ui.widgets.text_field import TextField
from petard.game.ui.widgets.widgets import Button, Widget
from petard.shared.discovery.client import may_search

LONGEST = 300  # characters of an address
PILL, BUTTON = 66.0, 56.0  # the width of the word for a result; the height of a button
LINE = 31.0  # from line to line of the diagnosis
COLOURS: dict[StepStatus, Colour] = {
    StepStatus.WAITING: MUTED,
    StepStatus.GOOD: GOOD,
    StepStatus.ODD: ACCENT,
    StepStatus.BAD: DANGER,
}


@dataclass(frozen=True, slots=True)
class DoctorPage:
    """Where everything is on a page, in logical units."""

    sheet: Box
    columns: tuple[float, float, float]  # from the left edge to where a title begins, a text begins, and all ends
    inset: float  # from the edges of the sheet
    rows: tuple[float, float, float]  # the first step, from there to the next, from a title down to its text
    field: Box
    words: tuple[float, float]  # where the label of the field ends, and its middle
    diagnosis: tuple[float, float]  # top and height
    buttons: float  # top

    @property
    def left(self) -> float:
        return self.sheet[0] + self.inset

    @property
    def right(self) -> float:
        return self.left + self.columns[2]

    @property
    def middle(self) -> float:
        return (self.left + self.right) / 2


WIDE_PAGE = DoctorPage(
    sheet=(60, 36, 1160, 668),
    columns=(72, 252, 1072),
    inset=44,
    rows=(152, 33, 0),
    field=(604, 64, 372, BUTTON),
    words=(590, 92),
    diagnosis=(456, 156),
    buttons=626,
)
TALL_PAGE = DoctorPage(
    sheet=(16, 16, 688, 1168),
    columns=(78, 0, 648),
    inset=20,
    rows=(222, 58, 26),
    field=(36, 128, 448, BUTTON),
    words=(684, 78),
    diagnosis=(884, 196),
    buttons=1092,
)


class DoctorScreen(Menu):
    """Examines this computer and, if an address is given, one server."""

    first_focus = "examine"
    has_tall_page = True

    def __init__(
        self,
        context: ScreenContext,
        address: str = "",
        hosting: bool = False,
        back: NavigationRequest | None = None,
        begin: Callable[[Facts, float], Examination] = Examination,
    ) -> None:
        """`address`: of the server that cannot be seen. `hosting`: it is our own.

        `back`: the request that leaving this screen makes, None for the list of games.
        """
        self.back_request = back or ShowJoin(address)
        self._hosting = hosting
        self._begin = begin
        self._field = TextField("address", WIDE_PAGE.field, address, LONGEST, "192.168.1.20")
        self.problem = ""
        self.examination: Examination | None = None
        super().__init__(context)
        self.activate("examine")

    @property
    def _diagnosis(self) -> Diagnosis | None:
        examined = self.examination
        return diagnose(examined.facts) if examined and examined.is_over else None

    @property
    def _page(self) -> DoctorPage:
        return TALL_PAGE if self.is_tall else WIDE_PAGE

    def widgets(self) -> list[Widget]:
        page = self._page
        self._field.box = page.field
        widgets: list[Widget] = [] if self._hosting else [self._field]
        widgets.append(Button("examine", (page.right - 188, page.field[1], 188, BUTTON), tr("Examine"), size=28))
        diagnosis = self._diagnosis
        if diagnosis and diagnosis.join:
            self.requests = {"join": JoinServer(diagnosis.join)}
            widgets.append(
                Button(
                    "join",
                    (page.right - 340, page.buttons, 340, BUTTON),
                    tr("Join {room}", room=diagnosis.join),
                    GOOD,
                    28,
                )
            )
        return [*widgets, Button("back", (page.left, page.buttons, 240, BUTTON), tr("Back"), size=28)]

    def activate(self, key: str) -> None:
        text = self._field.text.strip()
        try:
            place = address_of(text) if text else Address("", 0)
        except BadAddress as problem:
            self.problem = str(problem)
            self.form.focus_on("address")
            return
        self.problem = ""
        self.examination = self._begin(
            facts_of(place.host, place.port, self._hosting, may_search(os.environ)), self.now
        )
        self.form.widgets = self.widgets()

    def tick(self, now: float) -> None:
        """Continue the examination; offer to join as soon as that is known to work."""
        super().tick(now)
        examined = self.examination
        if examined and not examined.is_over:
            examined.poll(now)
            if examined.is_over:
                self.form.widgets = self.widgets()
                if self.form.focus == "examine" and "join" in self.form.keys:
                    self.move_focus("join")

    def draw_background(self, canvas: Canvas, now: float) -> None:
        page = self._page
        draw_sheet(canvas, *page.sheet)
        canvas.text(tr("The doctor"), page.left, page.words[1], 50, PAPER, "midleft")
        if not self._hosting:
            canvas.text(tr("who is not seen:"), *page.words, SMALL, MUTED, "midright", 190)
        if self.examination:
            y = page.rows[0]
            for step in steps(self.examination.facts):
                y += page.rows[1] + _draw_step(canvas, page, step, y, now)
        diagnosis = self._diagnosis
        if self.problem:
            _draw_words(canvas, page, known_line(self.problem), "", DANGER)
        elif diagnosis:
            sentence, action = doctor_line(diagnosis.sentence), doctor_line(diagnosis.action)
            _draw_words(canvas, page, sentence, action, GOOD if diagnosis.is_healthy else DANGER)
        else:
            _draw_wait(canvas, page, BEFORE.get(self.examination.facts.system, "") if self.examination else "", now)


def _draw_wait(canvas: Canvas, page: DoctorPage, hint: str, now: float) -> None:
    """Draw that it still runs, and what to answer if the system asks."""
    (top, tall), wide = page.diagnosis, page.columns[2] - 20
    lines = canvas.wrap_text(known_line(hint), BODY, wide, 3) if hint else []
    y = top + tall / 2 - 22 * len(lines)
    canvas.image(f"bomb-{int(now * 4) % 3}", page.middle - 240, y - 44, 88, 88)
    words = joined("", [tr("Looking around"), "." * (int(now * 3) % 4)])
    canvas.text(words, page.middle - 130, y, 40, PAPER, "midleft", page.right - page.middle + 130)
    for row, line in enumerate(lines):
        canvas.text(line, page.middle, top + tall - 22 - LINE * (len(lines) - 1 - row), BODY, ACCENT, "center", wide)


def _draw_step(canvas: Canvas, page: DoctorPage, step: DoctorStep, y: float, now: float) -> float:
    """Draw a pill with the word for the result, what was checked, and what was found.

    Return the height of a second line of that.
    """
    waits, (title, text, end) = step.status is StepStatus.WAITING, page.columns
    word, ink = ("." * (1 + int(now * 3) % 3), MUTED) if waits else (doctor_line(step.status.value), PAPER)
    canvas.panel(page.left, y - 13, PILL, 26, COLOURS[step.status], 13)
    canvas.text(word, page.left + PILL / 2, y, SMALL, INK, "center", PILL - 8)
    wide = text - title - 8 if text > title else end - title
    ink_above = ACCENT if page.rows[2] and not waits else ink
    canvas.text(doctor_line(step.kind.title), page.left + title, y, SMALL, ink_above, "midleft", wide)
    words, below = doctor_line(step.text), page.rows[2]
    lines = canvas.wrap_text(words, SMALL, end - text, 2) if below else [words]
    if len(lines) == 1:
        canvas.text(words, page.left + text, y + below, SMALL, ink, "midleft", end - text)
        return 0.0
    for row, line in enumerate(lines):  # never larger: the next step is close
        size, shown = canvas.fitted(line, SMALL - 1, end - text)
        canvas.text(shown, page.left + text, y + below + (SMALL + 1) * row, size, ink, "midleft")
    return SMALL + 1


def _draw_words(canvas: Canvas, page: DoctorPage, sentence: str, action: str, rim: Colour) -> None:
    (top, tall), wide = page.diagnosis, page.columns[2]
    canvas.panel(page.left, top, wide, tall, INK, 18, rim, 4)
    most = (4, 4) if page is TALL_PAGE else (2, 3)
    lines = [(line, BODY, PAPER) for line in canvas.wrap_text(sentence, BODY, wide - 48, most[0])]
    lines += [(line, SMALL, ACCENT) for line in canvas.wrap_text(action, SMALL, wide - 48, most[1])] if action else []
    pitch = min(LINE, (tall - 16) / len(lines))
    y = top + tall / 2 - pitch / 2 * (len(lines) - 1)
    for row, (line, size, colour) in enumerate(lines):
        canvas.text(line, page.middle, y + pitch * row, size, colour, "center", wide - 40)
