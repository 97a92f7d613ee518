"""`petard-server replay xray`: shows how TCP cut the streams of one connection of a capture.

Three columns over time: the pieces that `send` took, the pieces that `recv` returned, and the messages in them. A piece
that holds parts of several frames is glued; one that begins or ends within a frame is torn (shared/demo/xray.py).
"""

import sys
from collections.abc import Iterator, Sequence
from itertools import groupby, islice

from petard.server.config.config import CliParser, fail
from petard.server.devtools.capture_dump import part_text
from petard.server.devtools.demo_files import open_capture
from petard.server.devtools.wire import seconds
from petard.server.policy.text import INT_MOST, parse_int
from petard.shared.demo.capture import UNITS_PER_SECOND, Accepted, Capture, Received, Sent
from petard.shared.demo.xray import FramePart, Piece, PieceCount, PieceKind, StreamCutter
from petard.shared.framing import HEADER
from petard.shared.user_folders import file_path

ABOUT = "Show how TCP cut the streams of a connection: which reads hold several messages, and which only half of one."
ROWS_MOST = 40  # unless another number is given
HEX_ROW = 16  # bytes
NAMES = {PieceKind.EXACT: "", PieceKind.GLUED: "GLUED", PieceKind.TORN: "TORN"}


def pieces_of(capture: Capture, connection: int) -> Iterator[tuple[bool, Piece]]:
    """Yield the pieces of one connection in order; True: `recv` returned it, False: `send` took it."""
    cutters = {True: StreamCutter(), False: StreamCutter()}
    for step in capture.steps:
        for record in step.records:
            if isinstance(record, Received | Sent) and record.connection == connection and record.data:
                is_up = isinstance(record, Received)
                yield is_up, cutters[is_up].cut(step.at / UNITS_PER_SECOND, record.data)


def kind_text(kind: PieceKind) -> str:
    """Return a kind as a word or two.

    >>> kind_text(PieceKind.GLUED | PieceKind.TORN), kind_text(PieceKind.EXACT)
    ('GLUED TORN', '')
    """
    return " ".join(NAMES[one] for one in kind)


def row_of(is_up: bool, piece: Piece) -> str:
    """Return one line: time, what send took or recv returned, and the messages."""
    cell = f"{len(piece.data):5} B {kind_text(piece.kind)}"
    sent, received = ("", cell) if is_up else (cell, "")
    runs = ((name, len(list(alike))) for name, alike in groupby(map(_brief, piece.parts)))
    messages = " | ".join(name if count == 1 else f"{count} x {name}" for name, count in runs)
    return f"{piece.at:9.3f} s  {sent:<19} {received:<19} {'>' if is_up else '<'} {messages}"


def _brief(part: FramePart) -> str:
    """Name a message; only what is not whole is described in full."""
    if part.message is None or isinstance(part.message, str):
        return part_text(part)
    end = f" (its last {part.size} of {part.needed} bytes)" if part.before else ""
    return f"{type(part.message).__name__}{end}"


def hex_lines(piece: Piece) -> Iterator[str]:
    """Yield the bytes of a piece, each part of a frame on lines of its own; the length of a frame is in brackets.

    >>> from petard.shared.protocol.codec import encode
    >>> list(hex_lines(StreamCutter().cut(0.0, bytes.fromhex("00000003921001") + bytes(1))))
    ['[00 00 00 03] 92 10 01  Ping(id=1)', '[00]  bytes 0 to 0 of a frame']
    """
    at = 0
    for part in piece.parts:
        data = piece.data[at : at + part.size]
        at += part.size
        header = data[: max(0, HEADER - part.before)] if part.needed or part.message is None else b""
        body = data[len(header) :]
        rows = [body[start : start + HEX_ROW].hex(" ") for start in range(0, len(body), HEX_ROW)] or [""]
        first = " ".join(filter(None, [f"[{header.hex(' ')}]" if header else "", rows[0]]))
        *before, last = [first, *rows[1:]]
        yield from before
        yield f"{last}  {part_text(part)}"


def main(words: Sequence[str]) -> int:
    """Print the pieces of one connection; returns 2 for a file that is no capture, or has no such connection."""
    parser = CliParser("replay xray", ABOUT)
    add = parser.add_argument
    add("file", type=file_path, metavar="FILE")
    add("--connection", metavar="N", help="its number (default: the first one)")
    add("--from", dest="first", type=seconds, default=0.0, metavar="SECONDS", help="begin at this time")
    add("--rows", metavar="N", default=str(ROWS_MOST), help=f"how many pieces are shown (default: {ROWS_MOST})")
    add("--odd", action="store_true", help="only pieces that are glued or torn")
    add("--hex", action="store_true", help="with the bytes, the length of each frame in brackets")
    given = parser.parse_args(words)
    capture = open_capture(given.file)
    known = [one.connection for one in capture.socket_records() if isinstance(one, Accepted)]
    wanted = str(known[0] if known else "") if given.connection is None else given.connection
    number, rows = parse_int(wanted), parse_int(given.rows)
    if number not in known or rows is None:
        wrong = f"--rows takes a number up to {INT_MOST}, not {given.rows[:40]!r}" if rows is None else ""
        return fail(wrong or f"there is no connection {wanted[:40]!r}; there are {len(known)}: {_some(known)}")
    counts = {True: PieceCount(), False: PieceCount()}
    for is_up, piece in pieces_of(capture, number):
        counts[is_up].add(piece)
    write = sys.stdout.write
    write(f"connection {number}\n  recv  {counts[True]}\n  send  {counts[False]}\n\n")
    write(f"{'time':>11}  {'send took':<19} {'recv returned':<19}   messages\n")
    for is_up, piece in islice(_chosen(capture, number, given.first, given.odd), rows):
        write(f"{row_of(is_up, piece)}\n")
        write("".join(f"{'':13}{line}\n" for line in hex_lines(piece)) if given.hex else "")
    return 0


def _chosen(capture: Capture, connection: int, first: float, is_odd: bool) -> Iterator[tuple[bool, Piece]]:
    for is_up, piece in pieces_of(capture, connection):
        if piece.at >= first and (piece.kind or not is_odd):
            yield is_up, piece


def _some(numbers: list[int]) -> str:
    return ", ".join(map(str, numbers[:8])) + (", …" if len(numbers) > 8 else "")
