"""The first round: the board of a Tutorial, above it what to do now, below it how to skip it.

Rule 1: it counts as seen from its begin on, so it never comes again by itself.
Rule 2: one key skips it at any moment: Escape, Start on a pad, or a click on the button.
"""

from dataclasses import replace

from petard.assets.palette import ACCENT, GOOD, INK, PANEL, PAPER
from petard.game.texts.phrases import tr
from petard.game.ui.context import ScreenContext
from petard.game.ui.input.actions import MenuAction, UiEvent, is_click
from petard.game.ui.input.key_hints import either, walk_and_bomb
from petard.game.ui.layout import is_inside
from petard.game.ui.render.canvas import Canvas
from petard.game.ui.render.effects import comfort_of
from petard.game.ui.render.painter import Painter
from petard.game.ui.screen import NavigationRequest, Screen, SimpleRequest
from petard.game.ui.screens.menu import DIM
from petard.game.ui.widgets.widgets import Button
from petard.game.view.cues import Cues
from petard.game.view.music_choice import LOBBY_MUSIC, MusicChoice
from petard.game.view.tutorial import ME, STEP_LOOKS, TOO_CLOSE, Tutorial, TutorialStep
from petard.shared.protocol.messages import Seat
from petard.shared.rules.events import Event

WIDE, TALL, TOP = 900.0, 84.0, 12.0  # of the panel that says what to do
PICTURE, TEXT = 60.0, 34.0
DOT = 16.0
SKIP_WIDE, SKIP_TALL = 320.0, 48.0
DUMMY = 4  # the look of the target of the kicked bomb


class TutorialScreen(Screen):
    """Plays the first round, then requests what comes after it."""

    shows_play = True

    def __init__(self, context: ScreenContext, after: NavigationRequest = SimpleRequest.TITLE) -> None:
        """`after`: the request at the end, or when it is skipped."""
        context.settings = replace(context.settings, tutorial_seen=True)
        self.tutorial = Tutorial()
        self._context, self._after = context, after
        self._painter, self._cues = Painter(comfort_of(context.settings)), Cues((ME,))
        self._events: list[tuple[int, Event]] = []  # since the last picture
        self._skip = Button("skip", (0.0, 0.0, SKIP_WIDE, SKIP_TALL), "", size=26)

    @property
    def is_played(self) -> bool:
        return True

    @property
    def music(self) -> MusicChoice:
        return LOBBY_MUSIC

    def handle_event(self, event: UiEvent) -> None:
        """Skip it, if the event says so."""
        if event.action is MenuAction.BACK or (is_click(event) and is_inside(self._skip.box, event.position)):
            self.request = self._after

    def tick(self, now: float) -> None:
        (keys,) = self._context.devices.poll(1, None)
        before = self.tutorial.step
        self._events += self.tutorial.tick(keys)
        if self.tutorial.step is not before:
            self._context.audio.play("ready", now)
        if self.tutorial.is_over:
            self.request = self._after

    def draw(self, canvas: Canvas, now: float) -> None:
        canvas.fit_window()
        view, settings = self.tutorial.view(), self._context.settings
        cues = [*self._cues.cues_of(self._events, view)]
        self._events = []
        self._painter.handle_cues(cues, now)
        self._context.audio.play_cues(cues, now)
        mine = Seat(ME, 1, settings.name, settings.colour, max(0, settings.character), True, False, 0, 0)
        dummy = Seat(1, 0, "", DUMMY if settings.colour != DUMMY else 0, DUMMY, True, False, 0, 0)
        canvas.backdrop(dim=DIM)
        self._painter.draw(canvas, view, (mine, dummy), now, (ME,), bare=True)
        self._draw_words(canvas)
        self._skip.box = canvas.wide - SKIP_WIDE - 16, canvas.tall - SKIP_TALL - 16, SKIP_WIDE, SKIP_TALL
        keys = [tr("Esc"), *(["Start"] if self._context.devices.gamepads.names else [])]
        self._skip.label = tr("Skip: {keys}", keys=either(keys))
        self._skip.draw(canvas, False, now)

    def _draw_words(self, canvas: Canvas) -> None:
        """Draw what to do now, with a dot for each step."""
        tutorial, settings = self.tutorial, self._context.settings
        step = tutorial.checkpoint[1] if tutorial.is_dead else tutorial.step  # one who died begins again there
        look = STEP_LOOKS[step]
        words = look.words.fill(**walk_and_bomb(settings.keys, self._context.devices.gamepads.bomb_name))
        wide = min(WIDE, canvas.wide - 16)
        x, middle = (canvas.wide - wide) / 2, TOP + TALL / 2
        canvas.panel(x, TOP, wide, TALL, (*INK, 235), 20, GOOD if step is TutorialStep.DONE else ACCENT, 4)
        canvas.image("skull" if tutorial.is_dead else look.picture, x + 14, middle - PICTURE / 2, PICTURE, PICTURE)
        dots = len(TutorialStep) - 1
        room = wide - PICTURE - 50 - dots * (DOT + 6)
        shown = TOO_CLOSE if tutorial.is_dead else words
        lines = canvas.wrap_text(shown, TEXT if canvas.width_of(shown, TEXT) <= room else TEXT * 0.75, room, 2)
        size = TEXT if len(lines) == 1 else TEXT * 0.75
        for place, line in enumerate(lines):
            y = middle + (place - (len(lines) - 1) / 2) * size * 1.1
            canvas.text(line, x + PICTURE + 30, y, size, PAPER, "midleft", room)
        for dot in range(dots):
            left = x + wide - 20 - (dots - dot) * (DOT + 6)
            colour = GOOD if dot < step.value else ACCENT if dot == step.value else PANEL
            canvas.panel(left, middle - DOT / 2, DOT, DOT, colour, DOT / 2)
