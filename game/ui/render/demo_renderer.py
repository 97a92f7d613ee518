"""Draws demos as the match itself looked: in the viewer, for films and the timedemo, and as thumbnails in a list.

Rule 1: the moment alone decides what a picture shows, never a clock: the same demo gives the same pictures.
Rule 2: each round has a painter, cues and music of its own; the HUD stays, so that no line is lost between rounds.
Rule 3: a list makes one new thumbnail at a time, since each takes as long as a whole picture of a match.
"""

import pygame

from petard.game.ui.layout import Box
from petard.game.ui.render.canvas import Canvas
from petard.game.ui.render.effects import Comfort
from petard.game.ui.render.hud import Hud, HudInfo
from petard.game.ui.render.painter import Painter
from petard.game.view.cues import Banner, Cue, Cues
from petard.game.view.demo_contents import end_words, result_words
from petard.game.view.mode_views import seats_in_sides
from petard.game.view.music_choice import RoundMusic
from petard.game.view.notices import chat_text
from petard.game.view.playback import DemoSummary, Playback
from petard.game.view.view import View
from petard.shared.demo.reader import Demo
from petard.shared.demo.records import Said, Scored
from petard.shared.protocol.messages import Round
from petard.shared.rules.events import EventType
from petard.shared.rules.ruleset import TICK_RATE

SHAPE = 16 / 9  # of a thumbnail
TAGGED = 300  # pixels; on a thumbnail less wide nobody can read names


class DemoRenderer:
    """Draws one Playback."""

    def __init__(self, comfort: Comfort, is_told: bool = False) -> None:
        """`is_told`: the person is also told who died, and who won each round."""
        self.comfort = comfort  # may be changed at any time
        self._is_told = is_told
        self.hud = Hud()
        self._round: Round | None = None  # the one that painter and cues are for
        self._painter = Painter(comfort)
        self._cues = Cues(())
        self.music = RoundMusic("", ())

    def draw(
        self,
        canvas: Canvas,
        playback: Playback,
        view: View,
        now: float,
        mine: tuple[int, ...] = (),
        foot: float = 0.0,
        has_hud: bool = True,
    ) -> list[Cue]:
        """Draw the board and the HUD over it; return the cues, for their sounds.

        `mine`: the slots to follow; `foot`: as for Painter.draw.
        """
        if playback.announcement != self._round:
            self._round, self._painter, self._cues = playback.announcement, Painter(self.comfort), Cues(())
            self.music = RoundMusic(playback.announcement.map, ())
        self._painter.feel.comfort = self.comfort
        passed, seats = playback.passed(), seats_in_sides(playback.seats, view.mode)
        cues = self._cues.cues_of(passed.events, view)
        self.music.update(view)
        names = {seat.slot: seat.name for seat in seats}
        lines = [chat_text(note.chat) for note in passed.notes if isinstance(note, Said)]
        if self._is_told:
            cues += [Banner(result_words(note.results, names)) for note in passed.notes if isinstance(note, Scored)]
            lines[:0] = [end_words(event, names) for _, event in passed.events if event.what == EventType.DIED]
        cues += self._cues.picture_cues(view) if playback.is_heard else []
        if not playback.playing:
            self._painter.feel.time.settle()
        self._painter.handle_cues(cues, now)
        self.hud.notices.add_cues(cues, (), names, now)
        for line in lines:
            self.hud.notices.add_chat(line, now)
        self._painter.draw(canvas, view, seats, now, mine, foot, not has_hud)
        if has_hud:
            board, rounds = playback.announcement, playback.demo.header.rounds
            health = board.rules.health_most
            info = HudInfo(seats, mine, board.number, rounds, 0, health, "", foot=foot, recorded=True)
            self.hud.draw(canvas, view, info, now)
        return cues


class OffscreenRenderer:
    """Draws one demo, from the moment `start` on; the pictures go forward only."""

    def __init__(self, demo: Demo, comfort: Comfort, start: int = 0, plain: bool = False) -> None:
        """`plain`: the board alone, with nothing written over it. Raises DemoError if there is nothing to draw."""
        self._playback = Playback(demo)
        self._playback.seek(start)
        self._renderer, self._plain = DemoRenderer(comfort), plain

    def draw(self, canvas: Canvas, moment: float) -> None:
        playback = self._playback
        playback.moment, playback.playing = moment, True
        self._renderer.draw(canvas, playback, playback.view(), moment / TICK_RATE, has_hud=not self._plain)


class Thumbnails:
    """Small pictures of how matches ended, for one list. Call `begin` before each picture of the list."""

    def __init__(self) -> None:
        calm = Comfort(*[False] * 6)
        self._large, self._small = Painter(calm), Painter(calm, tagged=False)
        self._may_make = True

    def begin(self) -> None:
        """Start a picture of the list: one more thumbnail may be made."""
        self._may_make = True

    def draw(self, canvas: Canvas, card: DemoSummary, box: Box) -> bool:
        """Draw how the match ended into a box of SHAPE; False if there is no picture of that, or not yet."""
        size = canvas.pixels(*box).size
        key = ("thumbnail", card.name, card.length, size)
        if card.last is None or not (self._may_make or key in canvas.cache):
            return False
        self._may_make = self._may_make and key in canvas.cache
        canvas.stamp(key, lambda: self._made(card, size), box[0], box[1])
        return True

    def _made(self, card: DemoSummary, size: tuple[int, int]) -> pygame.Surface:
        assert card.last is not None
        surface = pygame.Surface(size, 0, 32)
        painter = self._large if size[0] >= TAGGED else self._small
        painter.draw(Canvas(surface), card.last, seats_in_sides(card.seats, card.last.mode), 0.0, bare=True)
        return surface
