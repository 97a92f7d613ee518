"""Draws a demo as the match itself looked, one picture after the other: for films and for the timedemo.

Rule 1: the moment alone decides what a picture shows, never a clock: the same demo gives the same pictures.
Rule 2: pictures go forward; to go back, or to leap, take a new projector.
"""

from petard.game.ui.render.canvas import Canvas
from petard.game.ui.render.effects import Comfort
from petard.game.ui.render.hud import Hud, Standing
from petard.game.ui.render.painter import Painter
from petard.game.view.cues import Cue, Cues
from petard.game.view.playback import Playback
from petard.shared.demo.reader import Demo
from petard.shared.demo.records import Said
from petard.shared.protocol.messages import Round
from petard.shared.rules.ruleset import TICK_RATE


class OffscreenRenderer:
    """Turns one demo, from the moment `start` on, onto a canvas."""

    def __init__(self, demo: Demo, comfort: Comfort, start: int = 0, plain: bool = False) -> None:
        """`plain`: the board alone, with nothing written over it. Raises DemoError if there is nothing to watch."""
        self._playback = Playback(demo)
        self._playback.seek(start)
        self._comfort, self._plain = comfort, plain
        self._round: Round | None = None  # the one that painter and cues are for
        self._painter = Painter(comfort)
        self._cues = Cues(())
        self._hud = Hud()

    def draw(self, canvas: Canvas, moment: float) -> None:
        """One picture, of this moment."""
        playback, now = self._playback, moment / TICK_RATE
        playback.moment, playback.playing = moment, True
        board, view = playback.board, playback.view()
        if board != self._round:
            self._round, self._painter, self._cues = board, Painter(self._comfort), Cues(())
        passed = playback.passed()
        cues: list[Cue] = [*self._cues.hear(passed.events, view), *self._cues.count(view)]
        self._painter.hear(cues, now)
        self._painter.draw(canvas, view, playback.seats, now)
        if self._plain:
            return
        names = {seat.slot: seat.name for seat in playback.seats}
        self._hud.notices.hear(cues, (), names, now)
        for note in passed.notes:
            if isinstance(note, Said):
                chat = note.chat
                self._hud.notices.say(f"{chat.name}: {chat.text}" if chat.name else chat.text, now)
        self._hud.draw(canvas, view, self._standing(board), now)

    def _standing(self, board: Round) -> Standing:
        rounds, health = self._playback.demo.header.rounds, board.rules.health_most
        return Standing(self._playback.seats, (), board.number, rounds, 0, health, "", recorded=True)
