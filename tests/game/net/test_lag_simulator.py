"""A bent line on virtual time: late as asked for, in order, each byte once."""

from random import Random

import pytest

from petard.game.net.lag_simulator import HALF_PICTURE, RETRANSMIT, LaggedTransport, LagOptions, with_lag
from petard.game.net.transport import TransportState

POLL = 1 / 60


class FakeLine:
    """A line whose other end is the test."""

    def __init__(self) -> None:
        self.state = TransportState.OPEN
        self.problem = ""
        self.coming: list[bytes] = []
        self.sent: list[bytes] = []
        self.polls = 0

    def poll(self, now: float) -> bytes:
        """One piece a poll."""
        self.polls += 1
        return self.coming.pop(0) if self.coming else b""

    def send(self, data: bytes) -> None:
        """Keep what came through."""
        self.sent.append(data)

    def close(self) -> None:
        """Hang up."""
        self.state = TransportState.CLOSED


class Bench:
    """A bent line and its two ends; `heard` and `told` are (seconds, bytes) as they come out, here and there."""

    def __init__(self, bend: LagOptions) -> None:
        self.far = FakeLine()
        self.line = LaggedTransport(self.far, bend, 0.0)
        self.now = 0.0
        self.heard: list[tuple[float, bytes]] = []
        self.told: list[tuple[float, bytes]] = []

    def polls(self, seconds: float, coming: bytes = b"", sending: bytes = b"") -> None:
        """Let time pass in pictures, with a piece for each way before the first of them."""
        if coming:
            self.far.coming.append(coming)
        for poll in range(round(seconds / POLL)):
            arrived = self.line.poll(self.now)
            if poll == 0 and sending:
                self.line.send(sending)
            if arrived:
                self.heard.append((self.now, arrived))
            self.told += ((self.now, data) for data in self.far.sent)
            self.far.sent.clear()
            self.now += POLL


def stream(bend: LagOptions, pieces: int = 400) -> tuple[Bench, list[bytes]]:
    """So many numbered pieces each way, one a picture, and time until all are through."""
    bench = Bench(bend)
    sent = [number.to_bytes(2) for number in range(pieces)]
    for piece in sent:
        bench.polls(POLL, piece, piece)
    bench.polls(6.0)
    return bench, sent


@pytest.mark.parametrize(
    "bend", [LagOptions(), LagOptions(100, 20, 2), LagOptions(0, 1000, 0), LagOptions(2000, 1000, 50, 7)]
)
def test_every_byte_comes_once_and_in_order_both_ways(bend: LagOptions) -> None:
    bench, sent = stream(bend)
    assert b"".join(data for _, data in bench.heard) == b"".join(sent)
    assert b"".join(data for _, data in bench.told) == b"".join(sent)


def test_a_straight_line_holds_nothing_back() -> None:
    bench = Bench(LagOptions())
    bench.polls(2 * POLL, b"in", b"out")
    assert bench.heard == [(0.0, b"in")]
    assert bench.told == [(POLL, b"out")]


@pytest.mark.parametrize("lag", [30, 100, 150, 1000])
def test_a_lag_is_what_was_asked_for_there_and_back_to_half_a_picture_each_way(lag: int) -> None:
    bench = Bench(LagOptions(lag))
    bench.polls(2.0, b"in", b"out")
    ((back, _),), ((there, _),) = bench.heard, bench.told
    for way in (there, back):
        assert way == pytest.approx(lag / 2000, abs=HALF_PICTURE + 1e-9)


def test_jitter_spreads_the_delays_on_both_sides_of_the_lag_and_no_further() -> None:
    bench = Bench(LagOptions(200, 100))
    delays = []
    for _ in range(200):  # one at a time, so that none waits for the one before
        begun = bench.now
        bench.polls(0.3, coming=b"x")
        delays.append(bench.heard[-1][0] - begun)
    assert min(delays) == pytest.approx(0.05, abs=POLL)
    assert max(delays) == pytest.approx(0.15, abs=POLL)
    assert sum(delays) / 200 == pytest.approx(0.1, abs=0.01)


def test_a_lost_piece_waits_a_retransmission_and_all_behind_it_wait_too() -> None:
    bench, sent = stream(LagOptions(100, 0, 4))
    came = {data[at : at + 2]: now for now, data in bench.heard for at in range(0, len(data), 2)}
    delays = [came[piece] - number * POLL for number, piece in enumerate(sent)]
    late = 0.05 + RETRANSMIT + 0.1
    losses = [number for number, delay in enumerate(delays) if delay > late - POLL]
    assert 8 <= len(losses) <= 24
    for number in losses:
        held_up = delays[number : number + 10]
        assert all(delay >= late - behind * POLL - POLL for behind, delay in enumerate(held_up))
    assert sum(delay < 0.06 for delay in delays) > 100, "between the losses all is as quick as ever"


def test_the_same_seed_bends_in_the_same_way_and_another_one_does_not() -> None:
    first, second, other = (stream(LagOptions(100, 50, 5, seed), 100)[0] for seed in (1, 1, 2))
    assert (first.heard, first.told) == (second.heard, second.told)
    assert first.heard != other.heard
    assert [now for now, _ in first.heard] != [now for now, _ in first.told], "each way has chances of its own"


def test_the_last_words_of_a_server_arrive_before_the_line_counts_as_closed() -> None:
    bench = Bench(LagOptions(200))
    bench.polls(POLL, coming=b"bye")
    bench.far.state, bench.far.problem = TransportState.CLOSED, "The server closed the connection."
    bench.polls(0.05)
    assert (bench.line.state, bench.line.problem, bench.heard) == (TransportState.OPEN, "", [])
    bench.polls(0.1)
    assert [data for _, data in bench.heard] == [b"bye"]
    assert (bench.line.state, bench.line.problem) == (TransportState.CLOSED, "The server closed the connection.")


def test_who_hangs_up_is_still_heard_and_hears_nothing_more() -> None:
    bench = Bench(LagOptions(1000, 0, 50))
    bench.polls(0.1, b"chatter", b"one ")
    bench.line.send(b"bye")
    bench.line.close()
    assert (bench.line.state, bench.line.problem, bench.far.state) == (TransportState.CLOSED, "", TransportState.CLOSED)
    assert b"".join(bench.far.sent) == b"one bye"
    bench.far.sent.clear()
    bench.line.send(b"too late")
    bench.line.close()
    bench.polls(3.0)
    assert (bench.heard, bench.told) == ([], [])


def test_a_door_that_does_not_open_is_told_at_once() -> None:
    bench = Bench(LagOptions(1000))
    bench.far.state = TransportState.CONNECTING
    bench.polls(POLL, sending=b"hello")
    bench.far.state, bench.far.problem = TransportState.CLOSED, "Nobody answers."
    bench.polls(POLL)
    assert (bench.line.state, bench.line.problem) == (TransportState.CLOSED, "Nobody answers.")


def test_a_flood_is_left_to_wait_at_the_server() -> None:
    bench = Bench(LagOptions(2000))
    bench.far.coming = [bytes(1 << 18) for _ in range(100)]
    bench.polls(0.9)
    assert bench.far.polls == 4
    bench.polls(60.0)
    assert sum(len(data) for _, data in bench.heard) == 100 << 18


def test_a_bent_dial_gives_bent_lines_of_the_straight_one() -> None:
    calls = []

    def straight(host: str, port: int, now: float) -> FakeLine:
        calls.append((host, port, now))
        return FakeLine()

    line = with_lag(straight, LagOptions(100))("ada", 7777, 3.0)
    assert isinstance(line, LaggedTransport)
    assert (calls, line.state) == ([("ada", 7777, 3.0)], TransportState.OPEN)


def test_any_polls_at_any_time_keep_the_order() -> None:
    chance = Random(5)
    bench = Bench(LagOptions(60, 60, 20))
    for number in range(300):
        bench.now += chance.choice((0.0, 0.001, 0.3, 2.0))
        bench.polls(POLL, number.to_bytes(2))
    bench.polls(6.0)
    assert b"".join(data for _, data in bench.heard) == b"".join(number.to_bytes(2) for number in range(300))
