"""Why a server cannot be seen: the steps of the examination while they run, then one sentence and one action.

Rule 1: the examination runs in threads of its own; here its facts are drawn, and nothing waits.
Rule 2: where the game can do what the action says, which is joining, one button does it.
Rule 3: each visit examines again; once the screen is left, only checks that end by themselves still run.
"""

import os
from collections.abc import Callable

from petard.assets.palette import ACCENT, DANGER, GOOD, INK, MUTED, PAPER
from petard.game.config.arguments import Address, BadAddress, address_of
from petard.game.doctor.diagnosis import BEFORE, Diagnosis, diagnose
from petard.game.doctor.examination import DoctorStep, Examination, StepStatus, facts_of, steps
from petard.game.doctor.facts import Facts
from petard.game.texts.doctor_lines import doctor_line
from petard.game.texts.known_lines import known_line
from petard.game.texts.phrases import joined, tr
from petard.game.ui.context import ScreenContext
from petard.game.ui.layout import BODY, SMALL
from petard.game.ui.render.canvas import WIDTH, Canvas
from petard.game.ui.render.rounded import Colour
from petard.game.ui.screen import JoinServer, NavigationRequest, ShowJoin
from petard.game.ui.screens.menu import Menu, draw_sheet
from petard.game.ui.widgets.text_field import TextField
from petard.game.ui.widgets.widgets import Button, Widget
from petard.shared.discovery.client import may_search

LONGEST = 300  # characters of an address
LEFT, RIGHT = 104.0, 1176.0
ROWS, PITCH = 152.0, 33.0  # the first step, and how far it is to the next
BOX, TALL = 456.0, 156.0  # of the diagnosis
TITLE, TEXT = 176.0, 356.0  # where the columns begin
PILL = 66.0
COLOURS: dict[StepStatus, Colour] = {
    StepStatus.WAITING: MUTED,
    StepStatus.GOOD: GOOD,
    StepStatus.ODD: ACCENT,
    StepStatus.BAD: DANGER,
}


class DoctorScreen(Menu):
    """Examines this computer and, if an address is given, one server."""

    first_focus = "examine"

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
        self._field = TextField("address", (604, 64, 372, 56), address, LONGEST, "192.168.1.20")
        self.problem = ""
        self.examination: Examination | None = None
        super().__init__(context)
        self.activate("examine")

    @property
    def _diagnosis(self) -> Diagnosis | None:
        examined = self.examination
        return diagnose(examined.facts) if examined and examined.is_over else None

    def widgets(self) -> list[Widget]:
        widgets: list[Widget] = [] if self._hosting else [self._field]
        widgets.append(Button("examine", (988, 64, 188, 56), tr("Examine"), size=28))
        diagnosis = self._diagnosis
        if diagnosis and diagnosis.join:
            self.requests = {"join": JoinServer(diagnosis.join)}
            widgets.append(
                Button("join", (RIGHT - 460, 626, 460, 56), tr("Join {room}", room=diagnosis.join), GOOD, 28)
            )
        return [*widgets, Button("back", (LEFT, 626, 300, 56), tr("Back"), size=28)]

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
        draw_sheet(canvas, LEFT - 44, 36, RIGHT - LEFT + 88, 668)
        canvas.text(tr("The doctor"), LEFT, 92, 50, PAPER, "midleft")
        if not self._hosting:
            canvas.text(tr("who is not seen:"), 590, 92, SMALL, MUTED, "midright", 190)
        if self.examination:
            for row, step in enumerate(steps(self.examination.facts)):
                _draw_step(canvas, step, ROWS + row * PITCH, now)
        diagnosis = self._diagnosis
        if self.problem:
            _draw_words(canvas, known_line(self.problem), "", DANGER)
        elif diagnosis:
            sentence, action = doctor_line(diagnosis.sentence), doctor_line(diagnosis.action)
            _draw_words(canvas, sentence, action, GOOD if diagnosis.is_healthy else DANGER)
        else:
            _draw_wait(canvas, BEFORE.get(self.examination.facts.system, "") if self.examination else "", now)


def _draw_wait(canvas: Canvas, hint: str, now: float) -> None:
    """Draw that it still runs, and what to answer if the system asks."""
    y = BOX + TALL / 2 - (22 if hint else 0)
    canvas.image(f"bomb-{int(now * 4) % 3}", WIDTH / 2 - 240, y - 44, 88, 88)
    canvas.text(joined("", [tr("Looking around"), "." * (int(now * 3) % 4)]), WIDTH / 2 - 130, y, 40, PAPER, "midleft")
    canvas.text(known_line(hint), WIDTH / 2, BOX + TALL - 22, BODY, ACCENT, "center", RIGHT - LEFT - 20)


def _draw_step(canvas: Canvas, step: DoctorStep, y: float, now: float) -> None:
    """Draw a pill with the word for the result, what was checked, and what was found."""
    waits = step.status is StepStatus.WAITING
    word, ink = ("." * (1 + int(now * 3) % 3), MUTED) if waits else (doctor_line(step.status.value), PAPER)
    canvas.panel(LEFT, y - 13, PILL, 26, COLOURS[step.status], 13)
    canvas.text(word, LEFT + PILL / 2, y, SMALL, INK, "center", PILL - 8)
    canvas.text(doctor_line(step.kind.title), TITLE, y, SMALL, ink, "midleft", TEXT - TITLE - 8)
    canvas.text(doctor_line(step.text), TEXT, y, SMALL, ink, "midleft", RIGHT - TEXT)


def _draw_words(canvas: Canvas, sentence: str, action: str, rim: Colour) -> None:
    canvas.panel(LEFT, BOX, RIGHT - LEFT, TALL, INK, 18, rim, 4)
    lines = [(line, BODY, PAPER) for line in canvas.wrap_text(sentence, BODY, RIGHT - LEFT - 48, 2)]
    lines += [(line, SMALL, ACCENT) for line in canvas.wrap_text(action, SMALL, RIGHT - LEFT - 48, 3)] if action else []
    pitch = 31.0 if len(lines) < 5 else 28.0
    y = BOX + TALL / 2 - pitch / 2 * (len(lines) - 1)
    for row, (line, size, colour) in enumerate(lines):
        canvas.text(line, WIDTH / 2, y + pitch * row, size, colour, "center", RIGHT - LEFT - 40)
