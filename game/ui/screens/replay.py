"""Shows a recording: the board, the time line with its kills and rounds, and a button for every action.

Rule 1: nothing is decided here: the playback says what to show; painter, HUD and audio show and play it as in a match.
Rule 2: each key has a button with its name on it, so that the mouse and a game pad can do everything that keys can.
Rule 3: in a tall window the buttons are in three rows, and what was below the board stays below it.
Rule 4: with the HUD hidden there is only the board; the keys still work, and Back, up, down or a click show the HUD.
"""

from collections.abc import Callable
from dataclasses import dataclass

import pygame

from petard.assets.palette import ACCENT, INK, MUTED, NIGHT, PAPER
from petard.game.texts.known_lines import known_line
from petard.game.texts.phrases import joined, tr, trc
from petard.game.ui.context import ScreenContext
from petard.game.ui.input.actions import MenuAction, UiEvent
from petard.game.ui.layout import SMALL, row
from petard.game.ui.render.canvas import HEIGHT, TALL_HEIGHT, TALL_WIDTH, Canvas
from petard.game.ui.render.demo_renderer import DemoRenderer
from petard.game.ui.render.effects import Comfort, comfort_of
from petard.game.ui.screen import SimpleRequest
from petard.game.ui.screens.menu import Menu
from petard.game.ui.widgets.time_bar import SKIP, TimeBar, time_words
from petard.game.ui.widgets.widgets import Button, EventResult, Widget, draw_slab
from petard.game.view.music_choice import MusicChoice
from petard.game.view.playback import Playback

TALL, GAP = 58.0, 8.0  # of a button; from one to the next
LINE_TALL = 46.0  # of the row with the time line
BELOW = 12.0  # from the lowest buttons to the edge
SPEED, SPEED_WIDE = "speed", 62.0  # the place for the speed, in its row
LONGEST = 0.25  # seconds at most from one picture to the next: after a stall the recording does not jump
HELP_TIME = 7.0  # seconds for which the line of help is shown at the start
HELP = tr("Left and right: 5 seconds · 1 to 9: follow one · L, then T: play on from a last chance · Drag the line")
# The buttons: key of the widget, label, name of the key on the keyboard, width.
BUTTONS = (
    ("last-kill", tr("Last kill"), "P", 102),
    ("back", "-1", ",", 56),
    ("play", trc("recording", "Pause"), tr("Space"), 104),
    ("on", "+1", ".", 56),
    ("next-kill", tr("Next kill"), "N", 102),
    ("slower", tr("Slower"), "-", 86),
    ("faster", tr("Faster"), "+", 86),
    ("follow", tr("Follow"), "F", 164),
    ("chance", tr("Chance"), "L", 98),
    ("take-over", tr("Take over"), "T", 114),
    ("hide", tr("Hide"), "H", 92),
    ("leave", tr("Leave"), "Esc", 92),
)
TALL_ROWS = (  # of a tall page
    ("last-kill", "back", "play", "on", "next-kill"),
    ("slower", SPEED, "faster", "follow"),
    ("chance", "take-over", "hide", "leave"),
)
WIDE_ROW = (*TALL_ROWS[0], *TALL_ROWS[1], *TALL_ROWS[2])
KEYS: dict[int, str] = {
    pygame.KSCAN_P: "last-kill", pygame.KSCAN_PAGEUP: "last-kill", pygame.KSCAN_COMMA: "back",
    pygame.KSCAN_SPACE: "play", pygame.KSCAN_PERIOD: "on", pygame.KSCAN_N: "next-kill",
    pygame.KSCAN_PAGEDOWN: "next-kill", pygame.KSCAN_MINUS: "slower", pygame.KSCAN_KP_MINUS: "slower",
    pygame.KSCAN_EQUALS: "faster", pygame.KSCAN_KP_PLUS: "faster", pygame.KSCAN_F: "follow", pygame.KSCAN_H: "hide",
    pygame.KSCAN_L: "chance", pygame.KSCAN_T: "take-over",
    pygame.KSCAN_HOME: "start", pygame.KSCAN_END: "end",
}  # fmt: skip
LETTERS: dict[int, str] = {ord("+"): "faster", ord("-"): "slower", ord(","): "back", ord("."): "on"}


@dataclass(eq=False, kw_only=True)
class ShortcutButton(Button):
    """A button with the name of its key below the label."""

    shortcut: str

    def draw(self, canvas: Canvas, focused: bool, now: float) -> None:
        draw_slab(canvas, self.box, focused)
        x, y, w, h = self.box
        canvas.text(self.label, x + w / 2, y + h * 0.32, 22, INK if focused else PAPER, "center", w - 10)
        canvas.text(self.shortcut, x + w / 2, y + h * 0.74, 20, INK if focused else ACCENT, "center", w - 10)


class ReplayScreen(Menu):
    """Watches one recording."""

    shows_play = True

    first_focus = "line"
    has_tall_page = True
    back_request = SimpleRequest.REPLAYS

    def __init__(self, context: ScreenContext, playback: Playback) -> None:
        self.playback = playback
        self.time_bar = TimeBar("line", (0.0, 0.0, 0.0, 0.0), playback)
        super().__init__(context)
        self.followed = -1  # the slot, -1: nobody
        self.hidden = False
        self._view = DemoRenderer(Comfort(), is_told=True)
        self._drawn_at: float | None = None  # when the last picture was drawn
        self._help_until = 0.0

    @property
    def music(self) -> MusicChoice:
        choice = self._view.music.choice
        return choice if self.playback.is_heard else MusicChoice(choice.track)

    @property
    def page_tall(self) -> float:
        """The height of the page, in logical units."""
        return TALL_HEIGHT if self.is_tall else HEIGHT

    @property
    def foot(self) -> float:
        """The height of the time line and the buttons, in logical units."""
        return LINE_TALL + len(TALL_ROWS if self.is_tall else (WIDE_ROW,)) * (TALL + GAP) - GAP + BELOW

    def widgets(self) -> list[Widget]:
        """The time line, and the buttons in rows; the speed is between tr("Slower") and tr("Faster")."""
        top = self.page_tall - self.foot
        self.time_bar.box = (96, top + 8, self.page_wide - 192, 30)
        known = {key: (label, shortcut, wide) for key, label, shortcut, wide in BUTTONS}
        buttons: list[Widget] = []
        for line, keys in enumerate(TALL_ROWS if self.is_tall else (WIDE_ROW,)):
            widths = [known[key][2] if key in known else SPEED_WIDE for key in keys]
            room = self.page_wide - 20 - GAP * (len(keys) - 1)
            widths = [wide * room / sum(widths) for wide in widths]
            places = row(10, top + LINE_TALL + line * (TALL + GAP), TALL, widths, GAP)
            buttons += [
                ShortcutButton(key, box, known[key][0], shortcut=known[key][1])
                for key, box in zip(keys, places, strict=True)
                if key != SPEED
            ]
        return [self.time_bar, *buttons]

    def handle_event(self, event: UiEvent) -> None:
        """Handle the keys first, then a drag of the time line, then what has the focus."""
        wanted = _key_of(event.raw)
        if wanted:
            self.press(wanted)
        elif self._follow_digit(event.raw) or self._skip(event):
            pass
        elif self.hidden:
            self._handle_hidden(event)
        elif self.time_bar.drag(event) is EventResult.IGNORED:
            super().handle_event(event)

    def _skip(self, event: UiEvent) -> bool:
        """Skip with left and right of the keyboard and with the wheel, whatever has the focus."""
        if event.raw.type == pygame.MOUSEWHEEL:
            self.playback.skip(event.raw.y)
            return True
        if event.action in (MenuAction.LEFT, MenuAction.RIGHT) and (event.raw.type == pygame.KEYDOWN or self.hidden):
            self.playback.skip(SKIP if event.action is MenuAction.RIGHT else -SKIP)
            return True
        return False

    def _follow_digit(self, raw: pygame.event.Event) -> bool:
        """Follow one of the first nine players with 1 to 9, nobody with 0."""
        if raw.type != pygame.KEYDOWN or not pygame.K_0 <= raw.key <= pygame.K_9:
            return False
        slots, number = self._slots, raw.key - pygame.K_0
        self.followed = slots[number - 1] if 0 < number <= len(slots) else -1
        return True

    def _handle_hidden(self, event: UiEvent) -> None:
        if event.action is MenuAction.CONFIRM:
            self.playback.toggle()
        elif event.action is not None or event.raw.type == pygame.MOUSEBUTTONDOWN:
            self.hidden = False

    def press(self, key: str) -> None:
        playback = self.playback
        actions: dict[str, Callable[[], object]] = {
            "line": self._toggle,
            "last-kill": playback.to_last_kill,
            "next-kill": playback.to_next_kill,
            "back": lambda: playback.step(-1),
            "on": lambda: playback.step(1),
            "play": self._toggle,
            "slower": lambda: playback.faster(-1),
            "faster": playback.faster,
            "start": lambda: playback.seek(0),
            "end": lambda: playback.seek(playback.length),
            "follow": self._follow_next,
            "hide": self._toggle_hud,
            "chance": lambda: playback.to_next_chance(self.followed),
            "take-over": self._take_over,
            "leave": self.back,
        }
        if key != "line" or not self.time_bar.moved:
            actions[key]()

    def _toggle(self) -> None:
        self.playback.toggle()
        if not self.playback.playing:
            self._help_until = self.now + HELP_TIME

    @property
    def _slots(self) -> list[int]:
        """The slots that play in this round."""
        return sorted(seat.slot for seat in self.playback.seats if seat.slot in self.playback.announcement.slots)

    def _follow_next(self) -> None:
        after = [slot for slot in self._slots if slot > self.followed]
        self.followed = after[0] if after else -1

    def _toggle_hud(self) -> None:
        self.hidden = not self.hidden

    def _take_over(self) -> None:
        self.playback.pause()
        self.hidden = False
        self.request = SimpleRequest.CHOOSE_TAKEOVER

    def draw(self, canvas: Canvas, now: float) -> None:
        """Draw one picture, and play the sounds of what has happened since the last one."""
        playback = self.playback
        if self._drawn_at is None:
            self._drawn_at, self._help_until = now, now + HELP_TIME
        playback.pass_time(min(LONGEST, max(0.0, now - self._drawn_at)))
        self._drawn_at = now
        playback.found_chapters()
        self._view.comfort = comfort_of(self.context.settings)
        mine = (self.followed,) if self.followed in playback.announcement.slots else ()
        if canvas.is_tall:
            canvas.fit_page(TALL_WIDTH, TALL_WIDTH, TALL_HEIGHT)
        foot = 0.0 if self.hidden else self.foot
        cues = self._view.draw(canvas, playback, playback.view(), now, mine, foot, has_hud=not self.hidden)
        self.context.audio.play_cues(cues, now)
        if not self.hidden:
            names = {seat.slot: seat.name for seat in playback.seats}
            self.form["play"].label = (
                trc("recording", "Pause")
                if playback.playing
                else trc("recording", "Again")
                if playback.is_over
                else trc("recording", "Play")
            )
            everybody = tr("all")
            self.form["follow"].label = tr("Follow: {name}", name=names.get(self.followed, everybody))
            super().draw(canvas, now)

    def draw_background(self, canvas: Canvas, now: float) -> None:
        playback = self.playback
        top, right = self.page_tall - self.foot, self.page_wide
        canvas.box(0, top, right, self.foot, NIGHT)
        canvas.text(time_words(playback.moment), 82, top + 23, 26, PAPER, "midright", 76)
        canvas.text(time_words(playback.length), right - 82, top + 23, 26, MUTED, "midleft", 76)
        slower, faster = self.form["slower"].box, self.form["faster"].box
        middle = (slower[0] + slower[2] + faster[0]) / 2
        canvas.text(f"{playback.speed:g}x", middle, faster[1] + TALL / 2, 30, ACCENT, "center", SPEED_WIDE)
        self._draw_words(canvas, top, now)

    def _draw_words(self, canvas: Canvas, top: float, now: float) -> None:
        """Draw the help, and the moment of a recording that stands still, above `top`."""
        playback, right = self.playback, self.page_wide
        words, size = self._help(now), canvas.grown(SMALL)
        lines = canvas.wrap_text(words, SMALL, right - 48, 2) if words else []
        tall = 36.0 + 28.0 * (len(lines) - 1) if lines else -4.0
        if not playback.playing:
            number, shown = playback.announcement.number, int(playback.view().tick)
            tick = tr("Round {number}, tick {tick}", number=number, tick=shown)
            wide = canvas.width_of(tick, canvas.grown(20)) + 24
            y = top - tall - 46
            canvas.panel(right - wide - 12, y, wide, 32, (*INK, 225), 10)
            canvas.text(tick, right - 12 - wide / 2, y + 16, canvas.grown(20), MUTED, "center")
        if lines:
            wide = min(max(canvas.width_of(line, size) for line in lines) + 36, right - 12)
            canvas.panel((right - wide) / 2, top - 8 - tall, wide, tall, (*INK, 225), 14)
        for place, line in enumerate(lines):
            y = top - 8 - tall + 18 + 28 * place
            canvas.text(line, right / 2, y, SMALL, PAPER, "center", wide - 20)

    def _help(self, now: float) -> str:
        playback = self.playback
        if self.time_bar.is_pointed:
            return ""
        if playback.is_over:
            return joined(" ", playback.warnings) or known_line(playback.ending)
        return (joined(" ", playback.warnings) or HELP) if now < self._help_until else ""


def _key_of(event: pygame.event.Event) -> str:
    """Return the button of a key, "" for none: signs by their letter, since layouts differ, the others by scancode."""
    if event.type != pygame.KEYDOWN:
        return ""
    return LETTERS.get(event.key) or KEYS.get(event.scancode, "")
