"""What is shown of the connection: the net graph over a match, the simulated lag, and a banner while it is in trouble.

Rule 1: closed it costs nothing: nothing is measured until it is opened.
Rule 2: figures change READ_EVERY, so that they can be read; the bars scroll by a tenth of a second.
Rule 3: it is at the right edge, where a board that is shown whole leaves room.
Rule 4: each switch has a key, shown beside it, and can be clicked; but only while the graph is open, so that nobody
        plays without prediction by accident.
Rule 5: a silent connection is a small text at the edge, since the game goes on; a lost one is a large banner over a
        still picture, with a button to give up for keys, pads and the mouse.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import pygame

from petard.assets.palette import ACCENT, ALARM, DANGER, GOOD, INK, MUTED, NIGHT, PANEL, PANEL_LIGHT, PAPER, Colour
from petard.game.client.net_stats import COLUMNS, NetcodeOptions, NetFigures, NetSample, NetStats
from petard.game.client.session import Session
from petard.game.texts.phrases import tr, trn
from petard.game.ui.input.actions import MenuAction, UiEvent, is_click
from petard.game.ui.layout import BODY, SMALL, Box, is_inside
from petard.game.ui.render.canvas import WIDTH, Canvas
from petard.game.ui.render.hud import SLOW
from petard.game.ui.render.play_layout import BAR
from petard.game.view.notices import ConnectionStatus
from petard.shared.control_channel import Pace
from petard.shared.rules.ruleset import TICK_RATE, TILE

ROWS = 7  # figures
READ_EVERY = 0.25  # seconds
PAUSE = 1.0  # seconds without a picture of a match, after which the measuring starts again
BESIDE_PING = 84  # logical units from the right edge, where the match shows the ping
LEFT, TOP, WIDE = WIDTH - 262.0, BAR + 34.0, 256.0
PAD = 14.0  # from the edge of the panel to its content
TEXT = 20.0  # the size of all text
ROW, STRIP, BUTTON = 25.0, 34.0, 28.0  # the heights of a figure, a strip of bars and a switch
LATE_FULL, LATE_BAD = 100.0, 50.0  # ms, a full bar and a red one
WRONG_FULL, WRONG_BAD = TILE / 2, TILE / 4  # sub-units, the same
SHAKY = 20.0  # ms of jitter, shown in a warm colour from here on

BANNER_WIDE, BANNER_TALL, BANNER_TOP = 680.0, 262.0, 214.0  # the banner of a lost connection
GIVE_UP: Box = (WIDTH / 2 - 150, BANNER_TOP + BANNER_TALL - 62, 300, 46)
SHADE = 120  # how dark the picture behind it is, of 255
NOTICE_PITCH = 32.0  # from line to line of a notice
REASON, LINES = 24, 2  # the text size of the reason, and its lines at most


@dataclass(frozen=True, slots=True)
class NetGraphSwitch:
    """One option that can be switched: its key, its label and the texts of its values, the default first."""

    code: int  # scancode
    key: str
    label: str
    option: str  # a field of NetcodeOptions
    texts: dict[object, str]  # by value; the key goes through the values in this order

    def toggle(self, options: NetcodeOptions) -> None:
        """Set the next value; after one that is not in the list, the first."""
        values, value = list(self.texts), getattr(options, self.option)
        setattr(options, self.option, values[(values.index(value) + 1) % len(values) if value in values else 0])


ON_OFF: dict[object, str] = {True: tr("on"), False: tr("off")}
SNAPSHOTS: dict[object, str] = {rate: tr("{number} /s", number=rate) for rate in (TICK_RATE, 30, 20)}
SWITCHES = (
    NetGraphSwitch(pygame.KSCAN_F4, "F4", tr("Prediction"), "prediction", ON_OFF),
    NetGraphSwitch(pygame.KSCAN_F5, "F5", tr("Smoothing"), "smoothing", ON_OFF),
    NetGraphSwitch(pygame.KSCAN_F6, "F6", tr("Snapshots"), "snapshots", SNAPSHOTS),
    NetGraphSwitch(pygame.KSCAN_F7, "F7", tr("The others"), "run_ahead", {True: tr("now"), False: tr("late")}),
)


class NetGraph:
    """One for the whole program, so that it stays open in the next round."""

    def __init__(self) -> None:
        self.is_open = False
        self.stats = NetStats()
        self._sampled_at = float("-inf")
        self._figures = NetFigures()
        self._read_at = float("-inf")

    def handle_event(self, event: UiEvent, session: Session | None) -> bool:
        """Handle F3, the keys of the switches, and clicks on them. True if the event was one of these."""
        code = event.raw.scancode if event.raw.type == pygame.KEYDOWN else None
        if code == pygame.KSCAN_F3:
            self.is_open = not self.is_open
            return True
        if not self.is_open or session is None:
            return False
        for place, switch in enumerate(SWITCHES):
            if code == switch.code or (is_click(event) and is_inside(button_box(place), event.position)):
                switch.toggle(session.options)
                return True
        return False

    def draw(self, canvas: Canvas, session: Session, now: float) -> None:
        """Measure and draw, if it is open; call it once a picture."""
        if not self.is_open:
            return
        if now - self._sampled_at > PAUSE:
            self.stats, self._read_at = NetStats(), float("-inf")
        self._sampled_at = now
        self.stats.add(sample_of(session), now)
        if now - self._read_at >= READ_EVERY:
            self._read_at, self._figures = now, self.stats.figures()
        canvas.panel(LEFT, TOP, WIDE, _strip_top(2) + len(SWITCHES) * (BUTTON + 4) - 4 + PAD - TOP, (*NIGHT, 240), 16)
        canvas.text(tr("Connection"), LEFT + PAD, TOP + 18, TEXT, ACCENT, "midleft")
        canvas.text(tr("F3: close"), LEFT + WIDE - PAD, TOP + 18, TEXT, MUTED, "midright")
        for place, (name, words, colour) in enumerate(figure_rows(self._figures)):
            y = TOP + 36 + (place + 0.5) * ROW
            canvas.text(name, LEFT + PAD, y, TEXT, MUTED, "midleft")
            canvas.text(words, LEFT + WIDE - PAD, y, TEXT, colour, "midright", 136)
        bars = self.stats.bars()
        late = [LATE_FULL if bar.late is None else bar.late for bar in bars]
        _draw_strip(canvas, _strip_top(0), tr("Late, to 100 ms"), late, LATE_FULL, LATE_BAD)
        wrong = [float(bar.correction) for bar in bars]
        _draw_strip(canvas, _strip_top(1), tr("Wrong, to half a tile"), wrong, WRONG_FULL, WRONG_BAD)
        for place, switch in enumerate(SWITCHES):
            _draw_switch(canvas, switch, getattr(session.options, switch.option), button_box(place))


def sample_of(session: Session) -> NetSample:
    """Return the sample of a session now. It takes the corrections out of the session, so call it once a picture."""
    client_round, traffic = session.client_round, session.link.traffic
    return NetSample(
        received=traffic.received,
        sent=traffic.sent,
        ping=session.link.heartbeat.ping,
        tick=client_round.server_snapshot.tick if client_round and client_round.server_snapshot else None,
        corrections=client_round.predicted_view.take_corrections() if client_round else (),
        input_lead=session.input_lead,
        clock_rate=session.clock_rate,
        is_off_pace=session.server_pace is not Pace.NORMAL,
    )


def figure_rows(figures: NetFigures) -> list[tuple[str, str, Colour]]:
    """Return the name, the value and the colour of each figure; a warm colour is a warning.

    >>> [words for _, words, _ in figure_rows(NetFigures(42, 3.14, 4130.0, 1900.0, 0.5, 32, 2, 0.99))]
    ['42 ms', '± 3 ms', '4.1 / 1.9 kB/s', '0.5 /s', '0.12 tile (32)', '2 ticks', '99 %']
    """
    lead, rate = figures.input_lead, tr("{number} /s")
    early = "-" if lead is None else trn("{count} tick", "{count} ticks", lead)
    jitter, largest = f"{figures.jitter:.0f}", f"{figures.largest / TILE:.2f}"
    received, sent = f"{figures.received / 1000:.1f}", f"{figures.sent / 1000:.1f}"
    return [
        (tr("Ping"), tr("{number} ms", number=figures.ping), ALARM if figures.ping >= SLOW else PAPER),
        (tr("Jitter"), tr("± {number} ms", number=jitter), ACCENT if figures.jitter >= SHAKY else PAPER),
        (tr("In / out"), tr("{received} / {sent} kB/s", received=received, sent=sent), PAPER),
        (tr("Corrections"), rate.fill(number=f"{figures.corrections:.1f}"), PAPER),
        (tr("Largest"), tr("{share} tile ({units})", share=largest, units=figures.largest), PAPER),
        (tr("Keys early by"), early, ACCENT if lead == 0 else PAPER),
        (tr("Pace"), f"{figures.clock_rate * 100:.0f} %", PAPER if figures.clock_rate == 1.0 else ACCENT),
    ]


def draw_lag(canvas: Canvas, text: str, in_match: bool) -> None:
    """Show in the top corner that lag is simulated; "" shows nothing. A match has its bar and its ping there."""
    if not text:
        return
    right, y, size = (canvas.wide - BESIDE_PING, BAR + 16, TEXT) if in_match else (canvas.wide - 6, 14, TEXT)
    wide = canvas.width_of(text, size) + 18
    canvas.panel(right - wide, y - size * 0.7, wide, size * 1.4, (*INK, 215), 8)
    canvas.text(text, right - 9, y, size, ACCENT, "midright")


# Layout and drawing


def _strip_top(place: int) -> float:
    return TOP + 40 + ROWS * ROW + place * (STRIP + 26)


def button_box(place: int) -> Box:
    return LEFT + PAD, _strip_top(2) + place * (BUTTON + 4), WIDE - 2 * PAD, BUTTON


def _draw_strip(canvas: Canvas, y: float, words: str, values: Sequence[float], full: float, bad: float) -> None:
    """Draw bars of the last seconds, the newest at the right edge."""
    canvas.text(words, LEFT + PAD, y + 8, TEXT, MUTED, "midleft")
    left, top, wide = LEFT + PAD, y + 19, WIDE - 2 * PAD
    canvas.box(left, top, wide, STRIP, INK)
    step = wide / COLUMNS
    for place, value in enumerate(values, COLUMNS - len(values)):
        tall = STRIP * min(1.0, value / full)
        if tall >= 1.0:
            canvas.box(left + place * step, top + STRIP - tall, step, tall, DANGER if value >= bad else GOOD)


def _draw_switch(canvas: Canvas, switch: NetGraphSwitch, value: object, box: Box) -> None:
    x, y, wide, tall = box
    is_default = value == next(iter(switch.texts))
    canvas.panel(*box, PANEL_LIGHT if is_default else ACCENT, 9)
    ink = PAPER if is_default else INK
    canvas.text(switch.key, x + 8, y + tall / 2, TEXT, MUTED if is_default else INK, "midleft")
    canvas.text(switch.label, x + 40, y + tall / 2, TEXT, ink, "midleft")
    canvas.text(
        switch.texts.get(value, tr("{number} /s", number=value)), x + wide - 9, y + tall / 2, TEXT, ink, "midright"
    )


# Trouble with the connection


def gives_up(status: ConnectionStatus | None, event: UiEvent) -> bool:
    """True if the person stops waiting for a lost connection."""
    pushed = is_click(event) and is_inside(GIVE_UP, event.position)
    return status is not None and status.broken and (pushed or event.action is MenuAction.BACK)


def draw_banner(canvas: Canvas, status: ConnectionStatus, button: str = "") -> None:
    """Draw the banner. `button`: the button of a pad that means Back now, "" without a pad."""
    if status.broken:
        _draw_lost(canvas, status, tr("Esc or {button}: give up", button=button) if button else tr("Esc: give up"))
        return
    wide = canvas.width_of(status.words, canvas.grown(BODY)) + 44
    canvas.panel((canvas.wide - wide) / 2, BAR + 8, wide, 44, (*INK, 235), 16, ACCENT, 3)
    canvas.text(status.words, canvas.wide / 2, BAR + 30, BODY, PAPER, "center", wide - 40)


def draw_notice(canvas: Canvas, text: str) -> None:
    """Draw a sentence that is shown for some seconds, at the lower edge, in two lines where one is too short."""
    size, most = canvas.grown(SMALL), canvas.wide - 100
    lines = canvas.wrap_text(text, SMALL, most - 40, LINES) if canvas.width_of(text, size) > most else [text]
    wide = min(max(canvas.width_of(line, size) for line in lines), most) + 44
    tall = 42 + (len(lines) - 1) * NOTICE_PITCH
    canvas.panel((canvas.wide - wide) / 2, canvas.tall - 54 - tall, wide, tall, (*INK, 235), 16, GOOD, 3)
    for row, line in enumerate(reversed(lines)):
        canvas.text(line, canvas.wide / 2, canvas.tall - 75 - row * NOTICE_PITCH, SMALL, PAPER, "center", wide - 40)


def _draw_lost(canvas: Canvas, status: ConnectionStatus, way_out: str) -> None:
    canvas.panel(0, 0, canvas.wide, canvas.tall, (*INK, SHADE), 0)
    canvas.fit_page()
    left = (WIDTH - BANNER_WIDE) / 2
    canvas.panel(left, BANNER_TOP, BANNER_WIDE, BANNER_TALL, PANEL, 28, ACCENT, 4)
    canvas.text(status.words, WIDTH / 2, BANNER_TOP + 46, 46, PAPER, "center", BANNER_WIDE - 60)
    canvas.text(status.coming, WIDTH / 2, BANNER_TOP + 96, 34, ACCENT, "center", BANNER_WIDE - 60)
    lines = canvas.wrap_text(status.reason, REASON, BANNER_WIDE - 70, LINES)
    for row, line in enumerate(lines):
        y = BANNER_TOP + 152 + (row - (len(lines) - 1) / 2) * 30
        canvas.text(line, WIDTH / 2, y, REASON, MUTED, "center", BANNER_WIDE - 60)
    canvas.panel(*GIVE_UP, (*INK, 255), 16)
    canvas.text(way_out, WIDTH / 2, GIVE_UP[1] + GIVE_UP[3] / 2, BODY, PAPER, "center", GIVE_UP[2] - 24)
