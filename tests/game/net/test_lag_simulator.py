"""Simulated lag on virtual time: bytes arrive as late as chosen, in order, each once."""

from random import Random

import pytest

from petard.game.net.lag_simulator import HALF_PICTURE, RETRANSMIT, LaggedTransport, LagOptions, with_lag
from petard.game.net.transport import TransportState

POLL = 1 / 60


class FakeTransport:
    """A transport whose other end is the test."""

    def __init__(self) -> None:
        self.state = TransportState.OPEN
        self.was_open = True
        self.problem = ""
        self.coming: list[bytes] = []
        self.sent: list[bytes] = []
        self.polls = 0

    def poll(self, now: float) -> bytes:
        """One piece a poll."""
        self.polls += 1
        return self.coming.pop(0) if self.coming else b""

    def send(self, data: bytes) -> None:
        """Keep what was sent."""
        self.sent.append(data)

    def close(self) -> None:
        """Close it."""
        self.state = TransportState.CLOSED


class LaggedEnds:
    """A lagged transport and its two ends. `received`: (seconds, bytes) here; `delivered`: at the server."""

    def __init__(self, bend: LagOptions) -> None:
        self.far = FakeTransport()
        self.line = LaggedTransport(self.far, bend, 0.0)
        self.now = 0.0
        self.received: list[tuple[float, bytes]] = []
        self.delivered: list[tuple[float, bytes]] = []

    def polls(self, seconds: float, coming: bytes = b"", sending: bytes = b"") -> None:
        """Let time pass in pictures, with a piece for each way before the first of them."""
        if coming:
            self.far.coming.append(coming)
        for poll in range(round(seconds / POLL)):
            arrived = self.line.poll(self.now)
            if poll == 0 and sending:
                self.line.send(sending)
            if arrived:
                self.received.append((self.now, arrived))
            self.delivered += ((self.now, data) for data in self.far.sent)
            self.far.sent.clear()
            self.now += POLL


def stream(bend: LagOptions, pieces: int = 400) -> tuple[LaggedEnds, list[bytes]]:
    """So many numbered pieces each way, one a picture, and time until all are through."""
    ends = LaggedEnds(bend)
    sent = [number.to_bytes(2) for number in range(pieces)]
    for piece in sent:
        ends.polls(POLL, piece, piece)
    ends.polls(6.0)
    return ends, sent


@pytest.mark.parametrize(
    "bend", [LagOptions(), LagOptions(100, 20, 2), LagOptions(0, 1000, 0), LagOptions(2000, 1000, 50, 7)]
)
def test_every_byte_comes_once_and_in_order_both_ways(bend: LagOptions) -> None:
    ends, sent = stream(bend)
    assert b"".join(data for _, data in ends.received) == b"".join(sent)
    assert b"".join(data for _, data in ends.delivered) == b"".join(sent)


def test_without_options_nothing_is_delayed() -> None:
    ends = LaggedEnds(LagOptions())
    ends.polls(2 * POLL, b"in", b"out")
    assert ends.received == [(0.0, b"in")]
    assert ends.delivered == [(POLL, b"out")]


@pytest.mark.parametrize("lag", [30, 100, 150, 1000])
def test_the_round_trip_has_the_chosen_lag_to_half_a_picture_each_way(lag: int) -> None:
    ends = LaggedEnds(LagOptions(lag))
    ends.polls(2.0, b"in", b"out")
    ((back, _),), ((there, _),) = ends.received, ends.delivered
    for way in (there, back):
        assert way == pytest.approx(lag / 2000, abs=HALF_PICTURE + 1e-9)


def test_jitter_spreads_the_delays_evenly_around_the_lag() -> None:
    ends = LaggedEnds(LagOptions(200, 100))
    delays = []
    for _ in range(200):  # one at a time, so that none waits for the one before
        begun = ends.now
        ends.polls(0.3, coming=b"x")
        delays.append(ends.received[-1][0] - begun)
    assert min(delays) == pytest.approx(0.05, abs=POLL)
    assert max(delays) == pytest.approx(0.15, abs=POLL)
    assert sum(delays) / 200 == pytest.approx(0.1, abs=0.01)


def test_a_lost_piece_and_all_behind_it_wait_for_its_retransmission() -> None:
    ends, sent = stream(LagOptions(100, 0, 4))
    came = {data[at : at + 2]: now for now, data in ends.received for at in range(0, len(data), 2)}
    delays = [came[piece] - number * POLL for number, piece in enumerate(sent)]
    late = 0.05 + RETRANSMIT + 0.1
    losses = [number for number, delay in enumerate(delays) if delay > late - POLL]
    assert 8 <= len(losses) <= 24
    for number in losses:
        held_up = delays[number : number + 10]
        assert all(delay >= late - behind * POLL - POLL for behind, delay in enumerate(held_up))
    assert sum(delay < 0.06 for delay in delays) > 100, "between the losses all is as quick as ever"


def test_the_same_seed_gives_the_same_delays_and_another_seed_does_not() -> None:
    first, second, other = (stream(LagOptions(100, 50, 5, seed), 100)[0] for seed in (1, 1, 2))
    assert (first.received, first.delivered) == (second.received, second.delivered)
    assert first.received != other.received
    assert [now for now, _ in first.received] != [now for now, _ in first.delivered], "each way has chances of its own"


def test_the_last_bytes_of_a_server_arrive_before_the_connection_counts_as_closed() -> None:
    ends = LaggedEnds(LagOptions(200))
    ends.polls(POLL, coming=b"bye")
    ends.far.state, ends.far.problem = TransportState.CLOSED, "The server closed the connection."
    ends.polls(0.05)
    assert (ends.line.state, ends.line.problem, ends.received) == (TransportState.OPEN, "", [])
    ends.polls(0.1)
    assert [data for _, data in ends.received] == [b"bye"]
    assert (ends.line.state, ends.line.problem) == (TransportState.CLOSED, "The server closed the connection.")


def test_after_close_sent_bytes_still_leave_and_nothing_is_received() -> None:
    ends = LaggedEnds(LagOptions(1000, 0, 50))
    ends.polls(0.1, b"chatter", b"one ")
    ends.line.send(b"bye")
    ends.line.close()
    assert (ends.line.state, ends.line.problem, ends.far.state) == (TransportState.CLOSED, "", TransportState.CLOSED)
    assert b"".join(ends.far.sent) == b"one bye"
    ends.far.sent.clear()
    ends.line.send(b"too late")
    ends.line.close()
    ends.polls(3.0)
    assert (ends.received, ends.delivered) == ([], [])


def test_a_failed_connect_is_reported_at_once() -> None:
    ends = LaggedEnds(LagOptions(1000))
    ends.far.state = TransportState.CONNECTING
    ends.polls(POLL, sending=b"hello")
    ends.far.state, ends.far.problem = TransportState.CLOSED, "Nobody answers."
    ends.polls(POLL)
    assert (ends.line.state, ends.line.problem) == (TransportState.CLOSED, "Nobody answers.")


def test_with_a_full_buffer_nothing_more_is_read_from_the_socket() -> None:
    ends = LaggedEnds(LagOptions(2000))
    ends.far.coming = [bytes(1 << 18) for _ in range(100)]
    ends.polls(0.9)
    assert ends.far.polls == 4
    ends.polls(60.0)
    assert sum(len(data) for _, data in ends.received) == 100 << 18


def test_with_lag_wraps_each_transport_of_the_connect_function() -> None:
    calls = []

    def straight(host: str, port: int, now: float) -> FakeTransport:
        calls.append((host, port, now))
        return FakeTransport()

    line = with_lag(straight, LagOptions(100))("ada", 7777, 3.0)
    assert isinstance(line, LaggedTransport)
    assert (calls, line.state) == ([("ada", 7777, 3.0)], TransportState.OPEN)


def test_polls_at_any_time_keep_the_order() -> None:
    chance = Random(5)
    ends = LaggedEnds(LagOptions(60, 60, 20))
    for number in range(300):
        ends.now += chance.choice((0.0, 0.001, 0.3, 2.0))
        ends.polls(POLL, number.to_bytes(2))
    ends.polls(6.0)
    assert b"".join(data for _, data in ends.received) == b"".join(number.to_bytes(2) for number in range(300))
