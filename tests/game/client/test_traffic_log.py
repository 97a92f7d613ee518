"""What the X-ray notes: nothing while it is off, and only pieces whose frames it can cut rightly."""

from petard.game.client.traffic_log import KEPT, PIECES_MOST, TrafficLog
from petard.shared.demo.xray import PieceKind
from petard.shared.framing import frame
from petard.shared.protocol.codec import encode
from petard.shared.protocol.messages import Ping, Pong

PING, PONG = frame(encode(Ping(1))), frame(encode(Pong(2)))


def test_it_notes_nothing_while_it_is_off() -> None:
    log = TrafficLog()
    log.begin_connection()
    log.add(True, 1.0, PING)
    assert not log.pieces
    log.switch_on()
    log.add(True, 2.0, PING)
    log.switch_off()
    assert not log.pieces


def test_what_is_received_counts_from_the_end_of_a_frame_on() -> None:
    log = TrafficLog()
    log.switch_on()
    log.add(False, 1.0, PONG[3:])  # the rest of a frame that began before
    log.align(half_bytes=2)
    log.add(False, 1.1, PING)
    log.align(half_bytes=0)
    log.add(False, 1.2, PING + PONG[:3])
    log.add(True, 1.2, PING)
    assert [(one.is_sent, one.piece.kind) for one in log.pieces] == [
        (False, PieceKind.GLUED | PieceKind.TORN),
        (True, PieceKind.EXACT),
    ]
    assert (log.counts[False].glued, log.counts[False].torn, log.counts[True].pieces) == (1, 1, 1)


def test_a_new_connection_begins_with_a_whole_frame() -> None:
    log = TrafficLog()
    log.switch_on()
    log.align(0)
    log.add(False, 1.0, PING[:3])
    log.begin_connection()
    log.add(False, 2.0, PONG)
    assert log.pieces[-1].piece.messages == [Pong(2)]


def test_old_pieces_are_forgotten() -> None:
    log = TrafficLog()
    log.switch_on()
    for number in range(100):
        log.add(True, float(number), PING)
    assert log.pieces[0].piece.at == 99 - KEPT
    for _ in range(2 * PIECES_MOST):
        log.add(True, 99.0, PING)
    assert len(log.pieces) == PIECES_MOST
