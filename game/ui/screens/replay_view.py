"""A recording as it is seen and heard in the viewer: as a match, with what became of whom told in words.

Rule: each round has a painter and cues of its own; the HUD stays, so that no line is lost between rounds.
"""

from petard.game.ui.context import ScreenContext
from petard.game.ui.render.canvas import Canvas
from petard.game.ui.render.effects import Comfort
from petard.game.ui.render.hud import Hud, Standing
from petard.game.ui.render.painter import Painter
from petard.game.ui.render.top_bar import BAR
from petard.game.view.chapters import end_words, result_words
from petard.game.view.cues import Banner, Cue, Cues
from petard.game.view.playback import Passed, Playback
from petard.game.view.view import View
from petard.shared.demo.records import Said, Scored
from petard.shared.protocol.messages import Round
from petard.shared.rules.events import EventType

FOOT = 116.0  # logical units: the height of time line and buttons


class ReplayView:
    """One for a recording: painter, HUD and cues of the round that is shown."""

    def __init__(self, context: ScreenContext) -> None:
        self._context = context
        self._round: Round | None = None
        self._painter = Painter(Comfort())
        self._cues = Cues(())
        self._hud = Hud()

    def draw(self, canvas: Canvas, playback: Playback, view: View, followed: int, hidden: bool, now: float) -> None:
        """The board, and the HUD over it if it is not hidden."""
        settings = self._context.settings
        comfort = Comfort(settings.shake, settings.flashes, settings.particles, settings.danger)
        if playback.board != self._round:
            self._round = playback.board
            self._painter = Painter(comfort)
            self._cues = Cues(())
        self._painter.feel.comfort = comfort
        mine = (followed,) if followed in playback.board.slots else ()
        self._tell(playback, view, now)
        room = (0.0, 0.0) if hidden else (float(BAR), FOOT)
        self._painter.draw(canvas, view, playback.seats, now, mine, room)
        if not hidden:
            self._hud.draw(canvas, view, _standing(playback, mine), now)

    def _tell(self, playback: Playback, view: View, now: float) -> None:
        """Hand every cue to whoever can make it heard, seen or read."""
        passed = playback.passed()
        cues: list[Cue] = [*self._cues.hear(passed.events, view), *_results(passed, playback)]
        cues += self._cues.count(view) if playback.is_heard else []
        self._context.audio.play_cues(cues, now)
        self._painter.hear(cues, now)
        names = playback.chapters.names(playback.moment)
        self._hud.notices.hear(cues, (), names, now)
        for _, event in passed.events:
            if event.what == EventType.DIED:
                self._hud.notices.say(end_words(event, names), now)
        for note in passed.notes:
            if isinstance(note, Said):
                line = note.chat
                self._hud.notices.say(f"{line.name}: {line.text}" if line.name else line.text, now)


def _results(passed: Passed, playback: Playback) -> list[Cue]:
    names = playback.chapters.names(playback.moment)
    return [Banner(result_words(note.results, names)) for note in passed.notes if isinstance(note, Scored)]


def _standing(playback: Playback, mine: tuple[int, ...]) -> Standing:
    board = playback.board
    rounds = playback.demo.header.rounds
    return Standing(playback.seats, mine, board.number, rounds, 0, board.rules.health_most, "", FOOT, recorded=True)
