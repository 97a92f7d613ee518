"""A dialog over a paused recording: the person chooses a player to take over from here, and the opponents.

Rule 1: only a player who lives at this moment can be taken over; if nobody can be, one sentence says why.
Rule 2: this screen only makes a request; Back closes it and keeps the moment of the recording.
"""

from petard.assets.palette import ACCENT, GOOD, PANEL, PAPER
from petard.game.ui.context import ScreenContext
from petard.game.ui.render.canvas import WIDTH, Canvas
from petard.game.ui.screen import MatchMenuRequest, PlayFromReplay
from petard.game.ui.screens.menu import Menu
from petard.game.ui.widgets.time_bar import time_words
from petard.game.ui.widgets.widgets import Button, ChoiceField, Widget, draw_paragraph
from petard.game.view.playback import Playback
from petard.shared.demo.blocks import DemoError
from petard.shared.demo.rerun import require_same_rules

BOTS, RECORDED = "bots", "what they did then"
LEFT, WIDE = 390.0, 500.0


class TakeOverMenu(Menu):
    """Chooses a player and the opponents."""

    first_focus = "go"
    back_request = MatchMenuRequest.RESUME

    def __init__(self, context: ScreenContext, playback: Playback, followed: int = -1) -> None:
        """`followed`: the slot that is chosen at first, if it lives."""
        self._playback = playback
        self.tick_shown = min(int(playback.moment), len(playback.demo.digests))
        alive = {body.slot for body in playback.view(self.tick_shown).players if body.alive}
        self.living = [seat for seat in playback.seats if seat.slot in alive]
        self.reason = self._why_not()
        slots, names = [seat.slot for seat in self.living], [seat.name for seat in self.living]
        index = slots.index(followed) if followed in slots else 0
        self._player = ChoiceField("player", (LEFT, 316, WIDE, 58), "Play as", names, index)
        self._others = ChoiceField("others", (LEFT, 386, WIDE, 58), "Others", (BOTS, RECORDED))
        super().__init__(context)

    def _why_not(self) -> str:
        try:
            require_same_rules(self._playback.demo)
        except DemoError as problem:
            return str(problem)
        return "" if len(self.living) > 1 else "This round is over: go back a little."

    def widgets(self) -> list[Widget]:
        """Two choices and two buttons; only Back if nobody can be taken over."""
        back = Button("back", (LEFT, 540, WIDE, 58), "Back to the recording", size=28)
        go = Button("go", (LEFT, 462, WIDE, 62), f"Play on from {time_words(self.tick_shown)}", GOOD, 32)
        return [back] if self.reason else [self._player, self._others, go, back]

    def activate(self, key: str) -> None:
        """Make the request, or close the dialog."""
        if key == "go":
            slot = self.living[self._player.index].slot
            is_recorded = self._others.value == RECORDED
            self.request = PlayFromReplay(self._playback.source, self.tick_shown, slot, is_recorded)
        elif key == "back":
            self.back()

    def draw_background(self, canvas: Canvas, now: float) -> None:
        """Draw the panel, its heading and its sentence."""
        canvas.panel(350, 180, 580, 450, (*PANEL, 244), 30, ACCENT, 4)
        canvas.text("Take over", WIDTH / 2, 226, 46, PAPER, "center")
        words = self.reason or "The round goes on from this very tick."
        draw_paragraph(canvas, words, WIDTH / 2, 280, 520, colour=ACCENT, anchor="center", most=4)
