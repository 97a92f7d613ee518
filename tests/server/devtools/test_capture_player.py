"""A player notices every difference; a cut changes pieces, never bytes, order or turns."""

import re
from collections import defaultdict
from dataclasses import replace
from pathlib import Path

import pytest

from petard.server.devtools.capture_player import CapturePlayer, ReplayMismatch
from petard.server.devtools.rechunk import rechunk
from petard.shared.demo.blocks import DemoError
from petard.shared.demo.capture import (
    UNITS_PER_SECOND,
    Capture,
    CaptureEnd,
    CaptureMap,
    CaptureRecord,
    CaptureStep,
    LoopTurn,
    Received,
    Sent,
    ServerStop,
    read_capture,
)
from petard.shared.framing import frame

FOLDER = Path(__file__).parents[2] / "sessions"


def capture(name: str = "rejoin") -> Capture:
    return read_capture((FOLDER / f"{name}.wire").read_bytes())


def with_bytes(original: Capture, connection: int, old: bytes, new: bytes) -> Capture:
    """The same, with other bytes in the first chunk sent to a connection that has the old ones in it."""
    steps = []
    for step in original.steps:
        records = list(step.records)
        for place, record in enumerate(records):
            if isinstance(record, Sent) and record.connection == connection and old in record.data and old != new:
                records[place] = Sent(connection, record.data.replace(old, new, 1))
                old = new
                break
        steps.append(CaptureStep(step.cause, step.at, records))
    assert old == new, "it was nowhere"
    return replace(original, steps=tuple(steps))


def test_a_changed_message_is_reported_with_time_connection_and_both_messages() -> None:
    word = b"Bo lost the line; a"
    changed = with_bytes(capture(), 1, word, b"Bo lost the line: a")
    step = next(
        step
        for step in capture().steps
        for record in step.records
        if isinstance(record, Sent) and record.connection == 1 and word in record.data
    )
    assert step.at > UNITS_PER_SECOND
    with pytest.raises(ReplayMismatch) as caught:
        CapturePlayer(changed).play()
    begin = rf"At {step.at / UNITS_PER_SECOND:.3f} s connection 1 is sent Chat\("
    assert re.match(begin + r".*disconnected; a bot.*; in the capture it is sent Chat", str(caught.value))


def test_a_message_less_or_more_is_noticed_in_its_turn() -> None:
    original = capture("glued_hello")
    place, step = next(
        (place, step)
        for place, step in enumerate(original.steps)
        if place > 100 and any(isinstance(record, Sent) for record in step.records)
    )
    silent = CaptureStep(step.cause, step.at, [record for record in step.records if not isinstance(record, Sent)])
    louder = CaptureStep(step.cause, step.at, [*step.records, Sent(1, frame(b"\x92\x10\x05"))])
    for other, sentence in ((silent, "it is sent nothing more"), (louder, r"is sent nothing more; .* Ping\(id=5\)")):
        steps = (*original.steps[:place], other, *original.steps[place + 1 :])
        with pytest.raises(ReplayMismatch, match=sentence):
            CapturePlayer(replace(original, steps=steps)).play()


def test_another_state_at_the_end_is_noticed_even_if_the_same_bytes_were_sent() -> None:
    original = capture("glued_hello")
    end = original.steps[-1].cause
    assert isinstance(end, CaptureEnd)
    last = CaptureStep(CaptureEnd(end.state ^ 1), original.steps[-1].at)
    with pytest.raises(ReplayMismatch, match="another state"):
        CapturePlayer(replace(original, steps=(*original.steps[:-1], last))).play()


def test_another_seed_is_another_match() -> None:
    original = capture("rejoin")
    with pytest.raises(ReplayMismatch):
        CapturePlayer(replace(original, start=replace(original.start, seed=99))).play()


def test_a_capture_whose_room_cannot_be_made_is_refused_with_one_sentence() -> None:
    original = capture("glued_hello")
    start = original.start
    for bad, sentence in (
        (replace(start, maps=()), "cannot make"),
        (replace(start, maps=(CaptureMap("small", ("#.#",)),)), "cannot be used"),
        (replace(start, snapshots=0), "cannot make"),
        (replace(start, setup=replace(start.setup, rules="unheard-of")), "cannot make"),
    ):
        with pytest.raises(DemoError, match=sentence):
            CapturePlayer(replace(original, start=bad))
    with pytest.raises(DemoError, match="cannot be sent"):
        CapturePlayer(replace(original, steps=(*original.steps[:9], CaptureStep(ServerStop(1, "x" * 201), 1)))).play()
    with pytest.raises(DemoError, match="before it was accepted"):
        CapturePlayer(replace(original, steps=(CaptureStep(LoopTurn(1, 1), 1, [Received(9, b"x")]),))).play()


@pytest.mark.parametrize("cut", ["was", "whole", "bytes", 1, 2, 3])
@pytest.mark.parametrize("name", ["glued_hello", "reset_in_mid_frame", "malformed_peers", "flood"])
def test_a_cut_keeps_the_bytes_of_each_connection(name: str, cut: str | int) -> None:
    def streams(of: Capture) -> dict[int, bytes]:
        found: dict[int, bytes] = defaultdict(bytes)
        for step in of.steps:
            for record in step.records:
                if isinstance(record, Received):
                    found[record.connection] += record.data
        return found

    def others(of: Capture) -> list[CaptureRecord]:
        return [record for record in of.socket_records() if not isinstance(record, Received)]

    original = capture(name)
    anew = rechunk(original, cut)
    assert streams(anew) == streams(original)
    assert others(anew) == others(original)
    pieces = [len(record.data) for record in anew.socket_records() if isinstance(record, Received) and record.data]
    if cut == "bytes":
        assert set(pieces) == {1}
    elif cut != "was":
        assert pieces != [
            len(record.data) for record in original.socket_records() if isinstance(record, Received) and record.data
        ]


def test_there_are_no_other_ways_to_cut() -> None:
    with pytest.raises(ValueError, match="was, whole, bytes, or by a number"):
        rechunk(capture("glued_hello"), "sideways")


@pytest.mark.parametrize(
    ("number", "value", "name"),
    [
        ("petard.server.net.connections.PENDING_PER_GROUP", 5, "crowd_of_strangers"),
        ("petard.server.room.inbox.HELD_MOST", 31, "reset_in_mid_frame"),
        ("petard.server.room.inbox.STARVED", 110, "reset_in_mid_frame"),
        ("petard.server.room.inbox.WAITING_MOST", 7, "rejoin"),
        ("petard.server.net.peer_monitor.PING_EVERY", 2.1, "glued_hello"),
        ("petard.server.net.peer_monitor.HELD_UP", 1000.0, "stopped_for_a_while"),
        ("petard.server.policy.outbox.STATE_MOST", 1 << 17, "slow_reader"),
        ("petard.server.net.peer_limits.COMMANDS", 130, "flood"),
        ("petard.server.net.peer_limits.HELLO_WITHIN", 6.0, "silence"),
        ("petard.server.net.peer_limits.SILENCE_MOST", 11.0, "silence"),
    ],
)
def test_a_server_with_one_other_number_is_found(
    monkeypatch: pytest.MonkeyPatch, number: str, value: float, name: str
) -> None:
    monkeypatch.setattr(number, value)
    with pytest.raises(ReplayMismatch):
        CapturePlayer(capture(name)).play()
