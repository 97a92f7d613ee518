"""The X-ray of our own connection: the last pieces that we sent and received, cut into frames.

Rule 1: while it is off, it costs nothing and knows nothing.
Rule 2: what we send begins with a whole frame. What we receive may begin in the middle of one: nothing of it is kept
        until the session holds no half of a frame, so that the cuts are right.
Rule 3: at most KEPT seconds and PIECES_MOST pieces are kept.
"""

from collections import deque
from typing import NamedTuple

from petard.shared.demo.xray import Piece, PieceCount, StreamCutter

KEPT = 20.0  # seconds
PIECES_MOST = 4000


class LoggedPiece(NamedTuple):
    """`is_sent`: by us; else we have received it."""

    is_sent: bool
    piece: Piece


class TrafficLog:
    """The pieces of one connection, the oldest first, and how many there were by direction (True: sent)."""

    def __init__(self) -> None:
        self.is_on = False
        self.pieces: deque[LoggedPiece] = deque(maxlen=PIECES_MOST)
        self.counts = {True: PieceCount(), False: PieceCount()}
        self._cutters: dict[bool, StreamCutter] = {}

    def switch_on(self) -> None:
        """Begin with nothing; `align` must be called before anything that is received counts."""
        self.is_on = True
        self.pieces.clear()
        self.counts = {True: PieceCount(), False: PieceCount()}
        self._cutters = {True: StreamCutter()}

    def start(self) -> bool:
        """Switch it on; False if it was on already."""
        was_on = self.is_on
        if not was_on:
            self.switch_on()
        return not was_on

    def switch_off(self) -> None:
        self.is_on = False
        self.pieces.clear()

    def begin_connection(self) -> None:
        """A new connection begins: both directions with a whole frame."""
        self._cutters = {True: StreamCutter(), False: StreamCutter()}

    def align(self, half_bytes: int) -> None:
        """Call it once a picture. `half_bytes`: how much the session holds of a frame that is not complete."""
        if self.is_on and not half_bytes:
            self._cutters.setdefault(False, StreamCutter())

    def add(self, is_sent: bool, at: float, data: bytes) -> None:
        """Note a piece. `at`: in seconds, as everywhere in the game."""
        if not self.is_on or not data or is_sent not in self._cutters:
            return
        piece = self._cutters[is_sent].cut(at, data)
        self.pieces.append(LoggedPiece(is_sent, piece))
        self.counts[is_sent].add(piece)
        while self.pieces[0].piece.at < at - KEPT:
            self.pieces.popleft()
