"""The X-ray over a match: three strips over time, of what we sent, what each read returned, and the messages in both.

Rule 1: a piece that is exactly one message is one green block. Glued ones are cut by dark lines, one part for each
        message; torn ones have a red edge. So no colour alone says anything.
Rule 2: the newest is at the right edge, and the strips move only with time.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import log2

import pygame

from petard.assets.palette import ACCENT, COOL, DANGER, GOOD, INK, MUTED, NIGHT, PAPER, Colour
from petard.game.client.session import Session
from petard.game.client.traffic_log import LoggedPiece, TrafficLog
from petard.game.texts.phrases import Phrase, tr
from petard.game.ui.input.actions import UiEvent
from petard.game.ui.layout import Box
from petard.game.ui.render.canvas import HEIGHT, WIDTH, Canvas
from petard.shared.demo.xray import Piece, PieceCount, PieceKind
from petard.shared.framing import HEADER
from petard.shared.protocol.messages import Delta, Digest, Input, Keyframe, Message

STRIP, GAP, LABEL = 40.0, 8.0, 250.0  # the height of a strip, between two, and the width of their names
PAD, TEXT = 14.0, 20.0
PANEL: Box = (20.0, HEIGHT - 204.0, WIDTH - 40.0, 192.0)  # over a match
SPAN = 2.0  # seconds from edge to edge
BLOCK = 7.0  # the width of a piece
LARGEST = 13  # 2 to the power of this is the size in bytes of the tallest block
EDGE = 3.0  # of a torn piece, and of the one that is chosen
HEX_ROW = 24  # bytes
_STATES = (Delta, Keyframe, Digest)


@dataclass(frozen=True, slots=True)
class StripView:
    """Which time is shown. `until`: at the right edge, in seconds; `span`: from edge to edge; `chosen`: a piece."""

    until: float
    span: float = SPAN
    chosen: LoggedPiece | None = None


def is_xray_key(event: UiEvent) -> bool:
    return event.raw.type == pygame.KEYDOWN and event.raw.scancode == pygame.KSCAN_F8


def draw_live(canvas: Canvas, traffic: TrafficLog, session: Session, is_covered: bool, now: float) -> None:
    """Draw the strips over a match, if they are on and nothing covers it; call it once a picture."""
    traffic.align(session.link.half_bytes)
    if not traffic.is_on or is_covered:
        return
    x, y, wide, tall = PANEL
    canvas.panel(x, y, wide, tall, (*NIGHT, 235), 16)
    draw_strips(canvas, traffic, StripView(now), (x + PAD, y + 38, wide - 2 * PAD, tall))
    canvas.text(tr("X-ray of your connection"), x + PAD, y + 20, TEXT, ACCENT, "midleft")
    words = tr("F8: stop and look closer, or close it there")
    canvas.text(words, x + wide - PAD, y + 20, TEXT, MUTED, "midright", wide - 400)


def draw_strips(canvas: Canvas, traffic: TrafficLog, view: StripView, box: Box) -> None:
    """Draw the three strips, from the top of a box down."""
    x, y, wide, _ = box
    left, right = x + LABEL, x + wide
    shown = [one for one in traffic.pieces if view.until - view.span <= one.piece.at <= view.until]
    names = (tr("We sent"), tr("We received"), tr("Messages"))
    for place, name in enumerate(names):
        top = y + place * (STRIP + GAP)
        canvas.box(left, top, right - left, STRIP, INK)
        canvas.text(name, x, top + STRIP / 2 - (10 if place < 2 else 0), TEXT, PAPER, "midleft", LABEL - 8)
        if place < 2:
            canvas.text(
                _count_text(traffic.counts[place == 0]), x, top + STRIP / 2 + 10, TEXT, MUTED, "midleft", LABEL - 8
            )
    for one in shown:
        at = right - BLOCK - (view.until - one.piece.at) / view.span * (right - left - BLOCK)
        top = y + (0 if one.is_sent else 1) * (STRIP + GAP)
        _draw_piece(canvas, one.piece, at, top, one is view.chosen)
        _draw_messages(canvas, one, at, y + 2 * (STRIP + GAP))


def _count_text(count: PieceCount) -> Phrase:
    return tr("{glued} glued, {torn} torn", glued=count.glued, torn=count.torn)


def _draw_piece(canvas: Canvas, piece: Piece, x: float, top: float, is_chosen: bool) -> None:
    kind = piece.kind
    tall = 8 + (STRIP - 8) * min(1.0, log2(max(2, len(piece.data))) / LARGEST)
    y = top + STRIP - tall
    if is_chosen:
        canvas.box(x - EDGE, top, BLOCK + 2 * EDGE, STRIP, PAPER)
    canvas.box(x, y, BLOCK, tall, ACCENT if PieceKind.GLUED in kind else GOOD)
    if PieceKind.GLUED in kind:
        cuts = min(len(piece.parts), int(tall // 4))
        for cut in range(1, cuts):
            canvas.box(x, y + tall * cut / cuts, BLOCK, 1.4, INK)
    if PieceKind.TORN in kind:
        canvas.box(x, y - EDGE, BLOCK, EDGE, DANGER)
        canvas.box(x, top + STRIP - EDGE, BLOCK, EDGE, DANGER)


def _draw_messages(canvas: Canvas, one: LoggedPiece, x: float, top: float) -> None:
    """Draw ours in the upper half, those of the server in the lower one."""
    messages = one.piece.messages
    half = STRIP / 2
    for place, message in enumerate(messages[:4]):
        y = top + (0 if one.is_sent else half) + 1
        canvas.box(x + place * 2, y, BLOCK - 1.5 if len(messages) == 1 else 1.5, half - 2, message_colour(message))


def message_colour(message: Message | str) -> Colour:
    """Return the colour of a message: states and keys are most of the traffic, so all others stand out.

    >>> from petard.shared.protocol.messages import Bye, Input
    >>> message_colour(Input(1, (0,), 0)) == COOL, message_colour(Bye("")) == ACCENT
    (True, True)
    """
    if isinstance(message, str):
        return DANGER
    return COOL if isinstance(message, Input) else MUTED if isinstance(message, _STATES) else ACCENT


def draw_legend(canvas: Canvas, x: float, y: float, wide: float) -> None:
    """Draw what the blocks mean, in one line."""
    words: Sequence[tuple[Phrase, Colour, bool, bool]] = (
        (tr("one message"), GOOD, False, False),
        (tr("several in one: glued"), ACCENT, True, False),
        (tr("a part of one: torn"), GOOD, False, True),
    )
    for place, (text, colour, is_glued, is_torn) in enumerate(words):
        left = x + place * wide / 3
        canvas.box(left, y - 11, BLOCK, 22, colour)
        if is_glued:
            for cut in range(1, 4):
                canvas.box(left, y - 11 + 22 * cut / 4, BLOCK, 1.4, INK)
        if is_torn:
            canvas.box(left, y - 11 - EDGE, BLOCK, EDGE, DANGER)
            canvas.box(left, y + 11, BLOCK, EDGE, DANGER)
        canvas.text(text, left + 18, y, TEXT, MUTED, "midleft", wide / 3 - 26)


def hex_rows(piece: Piece, most: int) -> list[list[tuple[str, int]]]:
    """Return rows of HEX_ROW bytes, each byte with the number of its frame, or -1 - that number in its header.

    `most`: rows at most.

    >>> from petard.shared.demo.xray import StreamCutter
    >>> hex_rows(StreamCutter().cut(0.0, bytes.fromhex("0000000392100100")), 1)[0][3:]
    [('03', -1), ('92', 0), ('10', 0), ('01', 0), ('00', -2)]
    """
    cells: list[tuple[str, int]] = []
    at = 0
    for number, part in enumerate(piece.parts):
        for place, byte in enumerate(piece.data[at : at + part.size], part.before):
            cells.append((f"{byte:02x}", -1 - number if place < HEADER else number))
        at += part.size
        if len(cells) >= most * HEX_ROW:
            break
    return [cells[start : start + HEX_ROW] for start in range(0, min(len(cells), most * HEX_ROW), HEX_ROW)]


def draw_hex(canvas: Canvas, rows: Iterable[Sequence[tuple[str, int]]], x: float, y: float, pitch: float) -> None:
    """Draw bytes: the lengths of frames bright, the frames in two colours by turns."""
    for place, row in enumerate(rows):
        for column, (text, number) in enumerate(row):
            colour = ACCENT if number < 0 else PAPER if number % 2 == 0 else COOL
            canvas.text(text, x + column * pitch + pitch / 2, y + place * 25, TEXT, colour, "center")
