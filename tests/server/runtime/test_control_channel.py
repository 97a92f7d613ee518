"""The private channel at the server: lines of any stream in, changes of the pace out."""

import pytest

from petard.server.runtime.control_channel import LINES_MOST, ControlChannel, LineQueue
from petard.shared.control_channel import LINE_MOST, Pace
from petard.shared.protocol.messages import Delta, Ping, Pong
from tests.server.loopback import LoopbackServer, start_round


def lines_of(*pieces: bytes) -> tuple[list[bytes], int]:
    lines = LineQueue()
    for piece in pieces:
        lines.receive_data(piece)
    return lines.poll(), lines.dropped


@pytest.mark.parametrize("size", [1, 2, 3, 7, 100])
def test_any_cut_of_the_stream_gives_the_same_lines(size: int) -> None:
    stream = b"pause\nresume\r\n" + b"x" * 200 + b"\nskip 2\nunfinished"
    pieces = [stream[begin : begin + size] for begin in range(0, len(stream), size)]
    assert lines_of(*pieces) == ([b"pause", b"resume\r", b"skip 2"], 1)


def test_a_line_without_an_end_uses_bounded_memory() -> None:
    lines = LineQueue()
    for _ in range(1000):
        lines.receive_data(b"x" * 4096)
        assert len(lines.unfinished) < LINE_MOST
    lines.receive_data(b"\npause\n")
    assert lines.poll() == [b"pause"]


def test_lines_beyond_the_limit_are_dropped_and_counted() -> None:
    found, dropped = lines_of(b"pause\n" * (LINES_MOST + 5))
    assert (len(found), dropped) == (LINES_MOST, 5)


class ControlledServer:
    """A loopback with one player against bots, and a control channel."""

    def __init__(self) -> None:
        self.loopback = LoopbackServer(bots=3)
        self.lines = LineQueue()
        self.written: list[str] = []
        self.settings: dict[str, bool | str] = {}
        self.channel = ControlChannel(
            self.loopback.server, self.lines, self.loopback.log, self.written.append, self.set_value
        )
        self.ada = self.loopback.member()
        start_round(self.loopback, self.ada)

    def set_value(self, key: str, value: bool | str, now: float) -> None:
        """Keep a setting."""
        self.settings[key] = value

    def update(self, order: bytes = b"") -> Pace:
        self.lines.receive_data(order)
        return self.channel.update(self.loopback.now)


def test_each_change_of_the_pace_is_reported_once() -> None:
    server = ControlledServer()
    assert [server.update(order) for order in (b"", b"pause\n", b"", b"resume\n")] == [
        *(Pace.NORMAL, Pace.PAUSED, Pace.PAUSED, Pace.NORMAL)
    ]
    assert server.written == ['{"pace": "paused"}', '{"pace": "normal"}']
    server.loopback.close()


def test_wrong_lines_are_logged_and_ignored() -> None:
    server = ControlledServer()
    assert server.update(b"dance\n\xff\n" + b"x" * 500 + b"\npause\n") is Pace.PAUSED
    log = "\n".join(server.loopback.log_lines)
    assert "b'dance' on standard input is ignored: there is no such order" in log
    assert "1 lines on standard input were too long or too many and are ignored" in log
    server.loopback.close()


def test_a_second_member_ends_the_pause_in_the_same_turn() -> None:
    server = ControlledServer()
    assert server.update(b"pause\n") is Pace.PAUSED
    server.loopback.member("Grace")
    assert server.update() is Pace.NORMAL
    assert server.written[-1] == '{"pace": "normal"}'
    server.loopback.close()


def test_whether_browsers_may_join_is_ordered_whoever_is_here() -> None:
    server = ControlledServer()
    server.loopback.member("Grace")
    server.update(b"pads-off\n")
    assert server.settings == {"pads": False}
    server.update(b"pads-on\n")
    assert server.settings == {"pads": True}
    assert server.written == []
    server.loopback.close()


def test_a_paused_room_answers_pings_keeps_seats_and_sends_no_state() -> None:
    server = ControlledServer()
    assert server.update(b"pause\n") is Pace.PAUSED
    loopback, ada = server.loopback, server.ada
    ada.received.clear()
    for _ in range(4 * 200):  # more than three minutes, longer than a seat is kept and a pause counts as idle
        ada.send(Ping(1))
        loopback.update(0, 0.25)
    assert len(ada.all_of(Pong)) > 700
    assert ada.all_of(Delta) == []
    assert loopback.room.people == 1
    assert not ada.is_over
    loopback.close()
