"""What the line is like, over a match: figures, bars of the last seconds, and switches to see what hides a bad line.

Rule 1: closed it costs nothing: nothing is measured before somebody opens it.
Rule 2: figures change READ_EVERY, so that they can be read; the bars scroll by a tenth of a second.
Rule 3: it keeps to the right edge, where a board that is shown whole leaves room.
Rule 4: each switch has a key, which stands beside it, and can be clicked. They work while the graph is open, so that
        nobody plays without prediction by an accident.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import pygame

from petard.assets.palette import ACCENT, ALARM, DANGER, GOOD, INK, MUTED, NIGHT, PANEL_LIGHT, PAPER, Colour
from petard.game.client.client_round import NetcodeOptions
from petard.game.client.net_stats import COLUMNS, NetFigures, NetSample, NetStats
from petard.game.client.session import Session
from petard.game.ui.input.actions import UiEvent, is_click
from petard.game.ui.layout import Box, is_inside
from petard.game.ui.render.canvas import WIDTH, Canvas
from petard.game.ui.render.hud import SLOW
from petard.game.ui.render.top_bar import BAR
from petard.shared.control_channel import Pace
from petard.shared.rules.ruleset import TICK_RATE, TILE

ROWS = 7  # figures
READ_EVERY = 0.25  # seconds
PAUSE = 1.0  # seconds without a picture of a match; what comes after is measured anew
SNAPSHOTS = (60, 30, 20)  # a second, in the order in which the key goes through them
BESIDE_PING = 84  # logical units from the right edge, where the match shows the ping
LEFT, TOP, WIDE = WIDTH - 262.0, BAR + 34.0, 256.0
PAD = 14.0  # from the edge of the panel to what is in it
TEXT = 20.0  # the size of all that is written
ROW, STRIP, BUTTON = 25.0, 34.0, 28.0  # how high a figure, a strip of bars and a switch are
LATE_FULL, LATE_BAD = 100.0, 50.0  # ms, a full bar and a red one
WRONG_FULL, WRONG_BAD = TILE / 2, TILE / 4  # sub-units, the same
SHAKY = 20.0  # ms of jitter that a person should look at


@dataclass(frozen=True, slots=True)
class NetGraphSwitch:
    """One thing that can be switched: its key, its words, and what they say of the Switches."""

    code: int  # scancode
    key: str
    words: str
    state: Callable[[NetcodeOptions], str]
    is_usual: Callable[[NetcodeOptions], bool]


SWITCHES = (
    NetGraphSwitch(pygame.KSCAN_F4, "F4", "Prediction", lambda on: _on(on.prediction), lambda on: on.prediction),
    NetGraphSwitch(pygame.KSCAN_F5, "F5", "Smoothing", lambda on: _on(on.smoothing), lambda on: on.smoothing),
    NetGraphSwitch(
        pygame.KSCAN_F6, "F6", "Snapshots", lambda on: f"{on.snapshots} /s", lambda on: on.snapshots == TICK_RATE
    ),
    NetGraphSwitch(pygame.KSCAN_F7, "F7", "The others", lambda on: _when(on.run_ahead), lambda on: on.run_ahead),
)


class NetGraph:
    """One for the whole program: who has opened it finds it open in the next round, too."""

    def __init__(self) -> None:
        self.is_open = False
        self._meter = NetStats()
        self._noted_at = float("-inf")
        self._figures = NetFigures()
        self._read_at = float("-inf")

    def handle_event(self, event: UiEvent, session: Session | None) -> bool:
        """F3 opens and closes it, the keys beside the switches and clicks on them switch. True if that was all."""
        code = event.raw.scancode if event.raw.type == pygame.KEYDOWN else None
        if code == pygame.KSCAN_F3:
            self.is_open = not self.is_open
            return True
        if not self.is_open or session is None:
            return False
        for place, switch in enumerate(SWITCHES):
            if code == switch.code or (is_click(event) and is_inside(button_box(place), event.position)):
                turn(session.options, switch.code)
                return True
        return False

    def draw(self, canvas: Canvas, session: Session, now: float) -> None:
        """Measure and draw, if it is open; once per picture."""
        if not self.is_open:
            return
        if now - self._noted_at > PAUSE:
            self._meter, self._read_at = NetStats(), float("-inf")
        self._noted_at = now
        self._meter.add(look_at(session), now)
        if now - self._read_at >= READ_EVERY:
            self._read_at, self._figures = now, self._meter.figures()
        canvas.panel(LEFT, TOP, WIDE, _bottom() - TOP, (*NIGHT, 240), 16)
        canvas.text("The line", LEFT + PAD, TOP + 18, TEXT, ACCENT, "midleft")
        canvas.text("F3: close", LEFT + WIDE - PAD, TOP + 18, TEXT, MUTED, "midright")
        _draw_figures(canvas, self._figures)
        bars = self._meter.bars()
        late = [LATE_FULL if bar.late is None else bar.late for bar in bars]
        _draw_strip(canvas, _strip_top(0), "Late, to 100 ms", late, LATE_FULL, LATE_BAD)
        wrong = [float(bar.correction) for bar in bars]
        _draw_strip(canvas, _strip_top(1), "Wrong, to half a tile", wrong, WRONG_FULL, WRONG_BAD)
        for place, switch in enumerate(SWITCHES):
            _draw_switch(canvas, switch, session.options, button_box(place))


def look_at(session: Session) -> NetSample:
    """What can be seen of a session now. Corrections are taken from it, so ask once per picture."""
    played, traffic = session.client_round, session.link.traffic
    return NetSample(
        received=traffic.received,
        sent=traffic.sent,
        ping=session.link.heartbeat.ping,
        tick=played.server_snapshot.tick if played and played.server_snapshot else None,
        corrections=played.predicted_view.take_corrections() if played else (),
        input_lead=session.input_lead,
        clock_rate=session.clock_rate,
        is_off_pace=session.server_pace is not Pace.NORMAL,
    )


def turn(switches: NetcodeOptions, code: int) -> None:
    """Switch what the key of that scancode is for."""
    match code:
        case pygame.KSCAN_F4:
            switches.prediction = not switches.prediction
        case pygame.KSCAN_F5:
            switches.smoothing = not switches.smoothing
        case pygame.KSCAN_F6:
            place = SNAPSHOTS.index(switches.snapshots) if switches.snapshots in SNAPSHOTS else -1
            switches.snapshots = SNAPSHOTS[(place + 1) % len(SNAPSHOTS)]
        case pygame.KSCAN_F7:
            switches.run_ahead = not switches.run_ahead


def rows(figures: NetFigures) -> list[tuple[str, str, Colour]]:
    """What each figure is called, what it is, and its colour: warm where a person should look.

    >>> [words for _, words, _ in rows(NetFigures(42, 3.14, 4130.0, 1900.0, 0.5, 32, 2, 0.99))]
    ['42 ms', '± 3 ms', '4.1 / 1.9 kB/s', '0.5 /s', '0.12 tile (32)', '2 ticks', '99 %']
    """
    early = "-" if figures.input_lead is None else f"{figures.input_lead} tick{'' if figures.input_lead == 1 else 's'}"
    return [
        ("Ping", f"{figures.ping} ms", ALARM if figures.ping >= SLOW else PAPER),
        ("Jitter", f"± {figures.jitter:.0f} ms", ACCENT if figures.jitter >= SHAKY else PAPER),
        ("In / out", f"{figures.received / 1000:.1f} / {figures.sent / 1000:.1f} kB/s", PAPER),
        ("Corrections", f"{figures.corrections:.1f} /s", PAPER),
        ("Largest", f"{figures.largest / TILE:.2f} tile ({figures.largest})", PAPER),
        ("Keys early by", early, ACCENT if figures.input_lead == 0 else PAPER),
        ("Pace", f"{figures.clock_rate * 100:.0f} %", PAPER if figures.clock_rate == 1.0 else ACCENT),
    ]


def draw_bend(canvas: Canvas, words: str, in_match: bool) -> None:
    """Say in the top corner that the line is bent; "" says nothing. A match has its bar and its ping there."""
    if not words:
        return
    right, y, size = (WIDTH - BESIDE_PING, BAR + 16, TEXT) if in_match else (WIDTH - 6, 14, TEXT)
    wide = canvas.width_of(words, size) + 18
    canvas.panel(right - wide, y - size * 0.7, wide, size * 1.4, (*INK, 215), 8)
    canvas.text(words, right - 9, y, size, ACCENT, "midright")


# Where things stand, and how they look


def _strip_top(place: int) -> float:
    return TOP + 40 + ROWS * ROW + place * (STRIP + 26)


def button_box(place: int) -> Box:
    """Where a switch stands."""
    return LEFT + PAD, _strip_top(2) + place * (BUTTON + 4), WIDE - 2 * PAD, BUTTON


def _bottom() -> float:
    _, y, _, tall = button_box(len(SWITCHES) - 1)
    return y + tall + PAD


def _draw_figures(canvas: Canvas, figures: NetFigures) -> None:
    for place, (name, words, colour) in enumerate(rows(figures)):
        y = TOP + 36 + (place + 0.5) * ROW
        canvas.text(name, LEFT + PAD, y, TEXT, MUTED, "midleft")
        canvas.text(words, LEFT + WIDE - PAD, y, TEXT, colour, "midright", 136)


def _draw_strip(canvas: Canvas, y: float, words: str, values: Sequence[float], full: float, bad: float) -> None:
    """Bars of the last seconds, the newest at the right edge."""
    canvas.text(words, LEFT + PAD, y + 8, TEXT, MUTED, "midleft")
    left, top, wide = LEFT + PAD, y + 19, WIDE - 2 * PAD
    canvas.box(left, top, wide, STRIP, INK)
    step = wide / COLUMNS
    for place, value in enumerate(values, COLUMNS - len(values)):
        tall = STRIP * min(1.0, value / full)
        if tall >= 1.0:
            canvas.box(left + place * step, top + STRIP - tall, step, tall, DANGER if value >= bad else GOOD)


def _draw_switch(canvas: Canvas, switch: NetGraphSwitch, switches: NetcodeOptions, box: Box) -> None:
    x, y, wide, tall = box
    usual = switch.is_usual(switches)
    canvas.panel(*box, PANEL_LIGHT if usual else ACCENT, 9)
    ink = PAPER if usual else INK
    canvas.text(switch.key, x + 8, y + tall / 2, TEXT, MUTED if usual else INK, "midleft")
    canvas.text(switch.words, x + 40, y + tall / 2, TEXT, ink, "midleft")
    canvas.text(switch.state(switches), x + wide - 9, y + tall / 2, TEXT, ink, "midright")


def _on(switch: bool) -> str:
    return "on" if switch else "off"


def _when(run_ahead: bool) -> str:
    return "now" if run_ahead else "late"
