"""The X-ray that stands still: step from piece to piece, and see the bytes and messages of each.

Rule 1: while it is paused, the strips stand still, and new pieces are still noted.
Rule 2: the keys with < and > step, wherever the focus is; so do their buttons, and the wheel.
"""

import pygame

from petard.assets.palette import ACCENT, GOOD, INK, MUTED, PANEL, PAPER
from petard.game.client.traffic_log import LoggedPiece
from petard.game.texts.phrases import Phrase, joined, tr, trn
from petard.game.ui.context import ScreenContext
from petard.game.ui.input.actions import UiEvent, is_click
from petard.game.ui.layout import SMALL, Box, is_inside, row
from petard.game.ui.render.canvas import WIDTH, Canvas
from petard.game.ui.render.xray_strips import (
    GAP,
    LABEL,
    STRIP,
    StripView,
    draw_hex,
    draw_legend,
    draw_strips,
    hex_rows,
    is_xray_key,
)
from petard.game.ui.screen import MatchMenuRequest
from petard.game.ui.screens.menu import Menu
from petard.game.ui.widgets.widgets import Button, Widget
from petard.shared.demo.message_fields import message_text
from petard.shared.demo.xray import FramePart, PieceKind

SPANS = (0.1, 0.25, 0.5, 1.0, 2.0, 5.0, 10.0)  # seconds
SHEET: Box = (40.0, 40.0, WIDTH - 80.0, 640.0)
STRIPS: Box = (70.0, 130.0, WIDTH - 140.0, 150.0)
DETAILS = 326.0  # y of the piece that is chosen
HEX_ROWS, PARTS = 5, 5  # at most
PITCH = 30.0  # from byte to byte
STEP_KEYS = {pygame.KSCAN_COMMA: -1, pygame.KSCAN_PERIOD: 1}  # which have < and > on most keyboards


class XrayScreen(Menu):
    """Lies over the match."""

    back_request = MatchMenuRequest.RESUME
    first_focus = "pause"

    def __init__(self, context: ScreenContext) -> None:
        self.traffic = context.net_tools.traffic
        self.is_paused = not self.traffic.start()
        self.view = StripView(self.traffic.pieces[-1].piece.at if self.traffic.pieces else 0.0)
        super().__init__(context)
        if self.is_paused and self.traffic.pieces:
            self._choose(self.traffic.pieces[-1])

    def widgets(self) -> list[Widget]:
        boxes = row(STRIPS[0], 612, 50, (250, 110, 110, 110, 110, 250), 14)
        labels = {
            "pause": tr("Go on") if self.is_paused else tr("Pause"),
            "earlier": "<",
            "later": ">",
            "closer": "+",
            "farther": "-",
            "back": tr("Close"),
        }
        return [
            Button(key, box, label, GOOD if key == "pause" else PANEL, 26)
            for (key, label), box in zip(labels.items(), boxes, strict=True)
        ]

    def activate(self, key: str) -> None:
        match key:
            case "pause":
                self._pause(not self.is_paused)
            case "earlier" | "later":
                self._step(1 if key == "later" else -1)
            case "closer" | "farther":
                self._zoom(-1 if key == "closer" else 1)

    def back(self) -> None:
        self.traffic.switch_off()
        super().back()

    def handle_event(self, event: UiEvent) -> None:
        """F8 closes; a click on a block chooses it; two keys and the wheel step."""
        raw = event.raw
        is_key = raw.type == pygame.KEYDOWN
        if is_xray_key(event):
            self.back()
        elif is_key and raw.scancode in STEP_KEYS:
            self._step(STEP_KEYS[raw.scancode])
        elif raw.type == pygame.MOUSEWHEEL:
            self._step(raw.y)
        elif is_click(event) and is_inside(STRIPS, event.position) and event.position:
            self._choose_at(*event.position)
        else:
            super().handle_event(event)

    def tick(self, now: float) -> None:
        super().tick(now)
        session = self.context.session
        self.traffic.align(session.link.half_bytes if session else 0)
        if not self.is_paused:
            self.view = StripView(now, self.view.span)

    def _pause(self, is_paused: bool) -> None:
        self.is_paused = is_paused
        self.form["pause"].label = tr("Go on") if is_paused else tr("Pause")
        if is_paused and self.traffic.pieces:
            self._choose(self.traffic.pieces[-1])

    def _step(self, by: int) -> None:
        """Choose the piece before or after the one that is chosen."""
        pieces = list(self.traffic.pieces)
        if not pieces:
            return
        if not self.is_paused:
            self._pause(is_paused=True)
        place = next((place for place, one in enumerate(pieces) if one is self.view.chosen), len(pieces) - 1)
        self._choose(pieces[max(0, min(place + by, len(pieces) - 1))])

    def _choose(self, one: LoggedPiece) -> None:
        """Choose a piece, and show the time around it."""
        until, span, at = self.view.until, self.view.span, one.piece.at
        if not until - span * 0.9 <= at <= until - span * 0.1:
            until = min(max(at + span * 0.1, min(until, at + span * 0.9)), at + span * 0.9)
        self.view = StripView(until, span, one)

    def _choose_at(self, x: float, y: float) -> None:
        """Choose the piece that is nearest to a place in the strips of pieces."""
        line = int((y - STRIPS[1]) // (STRIP + GAP))
        left, right = STRIPS[0] + LABEL, STRIPS[0] + STRIPS[2]
        at = self.view.until - (right - x) / (right - left) * self.view.span
        alike = [one for one in self.traffic.pieces if line > 1 or one.is_sent == (line == 0)]
        if alike and x >= left:
            self._pause(is_paused=True)
            self._choose(min(alike, key=lambda one: abs(one.piece.at - at)))

    def _zoom(self, by: int) -> None:
        span = SPANS[max(0, min(SPANS.index(self.view.span) + by, len(SPANS) - 1))]
        chosen = self.view.chosen
        until = self.view.until if chosen is None else chosen.piece.at + span / 2
        self.view = StripView(until, span, chosen)

    def draw_background(self, canvas: Canvas, now: float) -> None:
        canvas.panel(*SHEET, (*PANEL, 248), 28, ACCENT, 4)
        x, right = STRIPS[0], STRIPS[0] + STRIPS[2]
        canvas.text(tr("X-ray of your connection"), x, 82, 40, PAPER, "midleft", 620)
        seconds = f"{self.view.span:g}"
        span = tr("{seconds} s from edge to edge", seconds=seconds)
        canvas.text(span, right, 82, SMALL, MUTED, "midright", 480)
        draw_strips(canvas, self.traffic, self.view, STRIPS)
        draw_legend(canvas, x + LABEL, 296, STRIPS[2] - LABEL)
        if self.view.chosen is None:
            words = tr("Pause it, then step from piece to piece with < and >.")
            canvas.text(words, WIDTH / 2, 450, SMALL, MUTED, "center", STRIPS[2])
        else:
            self._draw_chosen(canvas, self.view.chosen)

    def _draw_chosen(self, canvas: Canvas, one: LoggedPiece) -> None:
        x, piece = STRIPS[0], one.piece
        size = trn("{count} byte", "{count} bytes", len(piece.data))
        what = tr("We sent {size}", size=size) if one.is_sent else tr("One read returned {size}", size=size)
        canvas.text(joined(": ", [what, _kind_text(piece.kind)]), x, DETAILS + 8, 26, ACCENT, "midleft", STRIPS[2])
        rows = hex_rows(piece, HEX_ROWS)
        canvas.panel(x, DETAILS + 30, PITCH * 24 + 20, 25 * HEX_ROWS + 14, INK, 10)
        draw_hex(canvas, rows, x + 10, DETAILS + 50, PITCH)
        left = x + PITCH * 24 + 40
        for place, part in enumerate(piece.parts[:PARTS]):
            y = DETAILS + 46 + place * 26
            canvas.text(_part_text(part), left, y, 20, PAPER, "midleft", STRIPS[0] + STRIPS[2] - left)
        if len(piece.parts) > PARTS:
            more = trn("and {count} more", "and {count} more", len(piece.parts) - PARTS)
            canvas.text(more, left, DETAILS + 46 + PARTS * 26, 20, MUTED, "midleft")
        whole = [part.message for part in piece.parts if part.message is not None]
        if whole:
            text = whole[0] if isinstance(whole[0], str) else message_text(whole[0])
            canvas.text(text, x, DETAILS + 196, 20, MUTED, "midleft", STRIPS[2])


def _kind_text(kind: PieceKind) -> Phrase:
    if kind == PieceKind.GLUED | PieceKind.TORN:
        return tr("several messages, and only a part of one: glued and torn")
    if PieceKind.GLUED in kind:
        return tr("several messages in one piece: glued")
    return tr("only a part of a message: torn") if kind else tr("exactly one message")


def _part_text(part: FramePart) -> str:
    name = tr("a part of a message") if part.message is None else type(part.message).__name__
    if isinstance(part.message, str):
        name = tr("no message")
    if not part.is_torn:
        return joined(", ", [name, trn("{count} byte", "{count} bytes", part.size)])
    whole = part.needed or "?"
    return joined(", ", [name, tr("bytes {first} to {last} of {whole}", first=part.before + 1,
                                  last=part.before + part.size, whole=whole)])  # fmt: skip
