"""Pieces of a stream against its frames: every byte is in one part, and glued and torn are told apart."""

import pytest

from petard.shared.demo.xray import FramePart, PieceCount, PieceKind, StreamCutter
from petard.shared.framing import frame
from petard.shared.protocol.codec import encode
from petard.shared.protocol.messages import Bye, Ping, Pong

PING, PONG, BYE = (frame(encode(one)) for one in (Ping(1), Pong(2), Bye("x" * 40)))
EXACT, GLUED, TORN = PieceKind.EXACT, PieceKind.GLUED, PieceKind.TORN


@pytest.mark.parametrize(
    ("pieces", "kinds"),
    [
        ([PING, PONG], [EXACT, EXACT]),
        ([PING + PONG], [GLUED]),
        ([PING[:2], PING[2:]], [TORN, TORN]),
        ([PING + BYE[:9], BYE[9:]], [GLUED | TORN, TORN]),
        ([PING[:3], PING[3:] + PONG + BYE], [TORN, GLUED | TORN]),
        ([PING[:4], PING[4:]], [TORN, TORN]),
    ],
)
def test_each_piece_is_exact_glued_or_torn(pieces: list[bytes], kinds: list[PieceKind]) -> None:
    cutter = StreamCutter()
    assert [cutter.cut(0.0, data).kind for data in pieces] == kinds


@pytest.mark.parametrize("size", [1, 2, 3, 4, 5, 7, 11, 1000])
def test_every_byte_is_in_one_part_and_every_message_is_found_once(size: int) -> None:
    stream, cutter, count = PING + BYE + PONG + PING, StreamCutter(), PieceCount()
    messages = []
    for at in range(0, len(stream), size):
        piece = cutter.cut(0.0, stream[at : at + size])
        assert sum(part.size for part in piece.parts) == len(piece.data)
        assert all(part.size > 0 for part in piece.parts)
        messages += piece.messages
        count.add(piece)
    assert messages == [Ping(1), Bye("x" * 40), Pong(2), Ping(1)]
    assert (count.pieces, count.messages) == (-(-len(stream) // size), 4)


def test_a_part_says_where_in_its_frame_it_is() -> None:
    cutter = StreamCutter()
    assert cutter.cut(0.0, BYE[:3]).parts == (FramePart(0, 3, 0),)
    assert cutter.cut(0.0, BYE[3:10]).parts == (FramePart(3, 7, len(BYE)),)
    assert cutter.cut(0.0, BYE[10:]).parts == (FramePart(10, len(BYE) - 10, len(BYE), Bye("x" * 40)),)


def test_what_is_no_frame_or_no_message_is_said_and_nothing_is_lost() -> None:
    cutter = StreamCutter()
    good, strange, bad = cutter.cut(0.0, PING + frame(b"zz") + b"GET / HTTP/1.1").parts
    assert good.message == Ping(1)
    assert strange.message == "no message: the payload is no array with a number first"
    assert bad == FramePart(0, 14, 0, "no frame: the length before it is impossible")
    assert cutter.cut(0.0, b"more").parts[0].message == bad.message
