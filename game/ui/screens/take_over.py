"""The question over a recording that stands still: as whom do you want to play on from here, and against what?

Rule 1: only who lives at this moment can be taken over; where nobody can, one sentence says why.
Rule 2: nothing is started here: the answer is a wish, and Back leaves the recording where it stood.
"""

from petard.assets.palette import ACCENT, GOOD, PANEL, PAPER
from petard.game.ui.context import ScreenContext
from petard.game.ui.layout import BODY
from petard.game.ui.render.canvas import WIDTH, Canvas
from petard.game.ui.screen import MatchMenuRequest, PlayFromReplay
from petard.game.ui.screens.menu import Menu
from petard.game.ui.widgets.time_bar import time_words
from petard.game.ui.widgets.widgets import Button, ChoiceField, Widget
from petard.game.view.playback import Playback
from petard.shared.demo.blocks import DemoError
from petard.shared.demo.rerun import require_same_rules

BOTS, ECHOES = "bots", "what they did then"


class TakeOverMenu(Menu):
    """Chooses a player and the opponents."""

    first_focus = "go"

    def __init__(self, context: ScreenContext, playback: Playback, followed: int = -1) -> None:
        """`followed`: the slot to begin with, if it lives."""
        self._playback = playback
        self._at = min(int(playback.moment), len(playback.demo.digests))
        alive = {body.slot for body in playback.view_at(self._at).players if body.alive}
        self._living = [seat for seat in playback.seats if seat.slot in alive]
        self.reason = self._why_not()
        slots = [seat.slot for seat in self._living]
        self._player = ChoiceField(
            "player", (390, 316, 500, 58), "Play as", [seat.name for seat in self._living], _place(slots, followed)
        )
        self._others = ChoiceField("others", (390, 386, 500, 58), "Others", (BOTS, ECHOES))
        super().__init__(context)

    def _why_not(self) -> str:
        try:
            require_same_rules(self._playback.demo)
        except DemoError as problem:
            return str(problem)
        return "" if len(self._living) > 1 else "This round is over: go back a little."

    def widgets(self) -> list[Widget]:
        """The two choices, and two buttons; only the way back where nothing can be chosen."""
        back = Button("back", (390, 540, 500, 58), "Back to the recording", size=28)
        go = Button("go", (390, 462, 500, 62), f"Play on from {time_words(self._at)}", GOOD, 32)
        return [back] if self.reason else [self._player, self._others, go, back]

    def activate(self, key: str) -> None:
        """Go, or back."""
        if key == "go":
            slot = self._living[self._player.index].slot
            self.request = PlayFromReplay(self._playback.source, self._at, slot, self._others.value == ECHOES)
        elif key == "back":
            self.back()

    def back(self) -> None:
        """The recording stands where it stood."""
        self.request = MatchMenuRequest.RESUME

    def draw_background(self, canvas: Canvas, now: float) -> None:
        """A panel, and what this is about."""
        canvas.panel(350, 180, 580, 450, (*PANEL, 244), 30, ACCENT, 4)
        canvas.text("Take over", WIDTH / 2, 226, 46, PAPER, "center")
        words = self.reason or "The round goes on from this very tick."
        for row, line in enumerate(canvas.wrap_text(words, BODY, 520, 4)):
            canvas.text(line, WIDTH / 2, 280 + row * 34, BODY, ACCENT, "center", 520)


def _place(slots: list[int], wanted: int) -> int:
    return slots.index(wanted) if wanted in slots else 0
