"""The work of playing a capture is bounded by its size; it is counted in calls, so no clock decides a test."""

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from petard.server.devtools.capture_difference import messages_in
from petard.server.devtools.capture_player import CapturePlayer
from petard.server.devtools.rechunk import rechunk
from petard.server.devtools.wire import play_capture
from petard.shared.demo.blocks import DemoError
from petard.shared.demo.capture import (
    Accepted,
    Capture,
    CaptureEncoder,
    CaptureRecord,
    LoopTurn,
    Received,
    Sent,
    read_capture,
)
from petard.shared.framing import frame
from petard.shared.protocol.codec import encode
from petard.shared.protocol.messages import Auth, Chat, Message
from tests.lan.captured_lan import CapturedLan
from tests.lan.lan import SETUP
from tests.sampled import sampled
from tests.server.devtools.test_capture_player import capture
from tests.shared.demo.readers import calls_of

CALLS, CALLS_PER_BYTE = 250_000, 100
MANY = 2000
TURN = LoopTurn(17_476, 1)
SENT_BYTES = frame(encode(Auth(""))) * 20_000
FRAMES = frame(b"x") * 40_000


def file_of(*records: CaptureRecord) -> bytes:
    """A capture of a real room in which this happens."""
    encoder = CaptureEncoder(capture("glued_hello").start)
    encoder.add(records)
    encoder.close_block()
    return encoder.data_to_write()


def visitors() -> Iterator[CaptureRecord]:
    """Each connection closes before it has sent anything, and the next one comes."""
    for number in range(MANY):
        yield from (TURN, Accepted(number + 1, 0))
        if number:
            yield Received(number, b"")


def _sent_and_received() -> list[CaptureRecord]:
    return [*[Sent(1, b"x")] * MANY, *[Received(1, b"x")] * MANY]


HOSTILE: dict[str, tuple[Callable[[], bytes], str]] = {
    "ticks": (lambda: file_of(*[LoopTurn(1, 255)] * MANY), "was"),
    "connections at once": (lambda: file_of(TURN, *(Accepted(number, number) for number in range(MANY))), "was"),
    "connections that have ended": (lambda: file_of(*visitors()), "was"),
    "reads behind sends": (lambda: file_of(TURN, Accepted(1, 0), TURN, *_sent_and_received(), TURN), "was"),
    "single bytes": (lambda: file_of(TURN, Accepted(1, 0), *[Received(1, bytes(60_000))] * 20), "bytes"),
    "frames in one read": (lambda: file_of(TURN, Accepted(1, 0), *[Received(1, FRAMES)] * 5), "whole"),
    "questions for a password": (lambda: file_of(TURN, Accepted(1, 0), *[Sent(1, SENT_BYTES)] * 40), "was"),
}


def play(data: bytes, cut: str = "was") -> None:
    """Read a capture and play it, as `petard-server replay wire` does."""
    try:
        play_capture(read_capture(data), cut)
    except AssertionError:
        return


@pytest.mark.parametrize("name", HOSTILE)
def test_playing_does_no_more_than_the_size_of_a_hostile_capture_allows(name: str) -> None:
    make, cut = HOSTILE[name]
    data = make()
    assert len(data) < 64 << 10
    assert calls_of(lambda: play(data, cut)) <= CALLS + CALLS_PER_BYTE * len(data)


def test_a_capture_with_more_in_it_than_its_size_allows_is_refused_with_one_sentence() -> None:
    for make, cut in (HOSTILE["ticks"], HOSTILE["single bytes"], HOSTILE["questions for a password"]):
        with pytest.raises(DemoError, match="This file has more in it than any match"):
            play_capture(read_capture(make()), cut)


def with_other_words(original: Capture) -> Capture:
    """The same, but what the server says to people has one word more."""
    steps = []
    for step in original.steps:
        records = [
            replace(record, data=b"".join(frame(encode(_one_word_more(part))) for part in messages_in(record.data)))
            if isinstance(record, Sent) and record.data
            else record
            for record in step.records
        ]
        steps.append(replace(step, records=records))
    return replace(original, steps=tuple(steps))


def _one_word_more(part: Message | bytes) -> Message:
    assert not isinstance(part, bytes)
    return replace(part, text=f"{part.text} Really.") if isinstance(part, Chat) and not part.name else part


def test_a_sentence_that_has_changed_is_compared_in_its_turn_and_not_with_all_that_was_sent_before() -> None:
    net = CapturedLan("lan", "lan")
    net.run(1.0)
    for _ in range(60):
        net.clients[1].session.link.send(SETUP)  # not in a match
        net.run(0.1)
    original = read_capture(net.finish())
    assert sum(b"in the lobby only" in one.data for one in original.socket_records() if isinstance(one, Sent)) == 60
    plain, other = CapturePlayer(original), CapturePlayer(with_other_words(original))
    assert calls_of(other.play) < 1.5 * calls_of(plain.play)


@pytest.mark.parametrize("cut", sampled(["was", "bytes"], 2))
@pytest.mark.parametrize("name", ["crowd_of_strangers", "flood", "malformed_peers", "rejoin"])
def test_a_real_capture_needs_less_than_half_of_what_its_size_allows(name: str, cut: str) -> None:
    original = capture(name)
    CapturePlayer(rechunk(replace(original, size=original.size // 2), cut)).play()
