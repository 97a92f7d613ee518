"""The private channel at the server: bytes of standard input in any cut, the pace of the loop out."""

import pytest

from petard.server.runtime.control_channel import LINES_MOST, ControlChannel, LineQueue
from petard.shared.control_channel import LINE_MOST, Pace
from petard.shared.protocol.messages import Delta, Ping, Pong
from tests.server.house import House, start_round


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


def test_a_line_without_an_end_takes_no_memory() -> None:
    lines = LineQueue()
    for _ in range(1000):
        lines.receive_data(b"x" * 4096)
        assert lines.unfinished < LINE_MOST
    lines.receive_data(b"\npause\n")
    assert lines.poll() == [b"pause"]


def test_more_lines_than_the_loop_takes_are_dropped_and_counted() -> None:
    found, dropped = lines_of(b"pause\n" * (LINES_MOST + 5))
    assert (len(found), dropped) == (LINES_MOST, 5)


class Steered:
    """A house whose only guest plays against bots, with the channel to who started it."""

    def __init__(self) -> None:
        self.house = House(bots=3)
        self.lines = LineQueue()
        self.written: list[str] = []
        self.channel = ControlChannel(self.house.net, self.lines, self.house.log, self.written.append)
        self.ada = self.house.member()
        start_round(self.house, self.ada)

    def turn(self, order: bytes = b"") -> Pace:
        self.lines.receive_data(order)
        return self.channel.update(self.house.now)


def test_each_change_of_the_pace_is_told_once() -> None:
    steered = Steered()
    assert [steered.turn(order) for order in (b"", b"pause\n", b"", b"resume\n")] == [
        *(Pace.NORMAL, Pace.PAUSED, Pace.PAUSED, Pace.NORMAL)
    ]
    assert steered.written == ['{"pace": "paused"}', '{"pace": "normal"}']
    steered.house.close()


def test_lines_that_are_no_orders_cost_a_line_in_the_log_and_nothing_else() -> None:
    steered = Steered()
    assert steered.turn(b"dance\n\xff\n" + b"x" * 500 + b"\npause\n") is Pace.PAUSED
    log = "\n".join(steered.house.lines)
    assert "b'dance' on standard input is ignored: there is no such order" in log
    assert "1 lines on standard input were too long or too many and are ignored" in log
    steered.house.close()


def test_somebody_who_comes_in_ends_the_pause_in_the_same_turn() -> None:
    steered = Steered()
    assert steered.turn(b"pause\n") is Pace.PAUSED
    steered.house.member("Grace")
    assert steered.turn() is Pace.NORMAL
    assert steered.written[-1] == '{"pace": "normal"}'
    steered.house.close()


def test_a_paused_room_answers_pings_keeps_chairs_and_sends_no_state() -> None:
    steered = Steered()
    assert steered.turn(b"pause\n") is Pace.PAUSED
    house, ada = steered.house, steered.ada
    ada.heard.clear()
    for _ in range(4 * 200):  # more than three minutes, longer than a chair is kept and a pause counts as idle
        ada.say(Ping(1))
        house.turn(0, 0.25)
    assert len(ada.all_of(Pong)) > 700
    assert ada.all_of(Delta) == []
    assert house.room.people == 1
    assert not ada.is_over
    house.close()
