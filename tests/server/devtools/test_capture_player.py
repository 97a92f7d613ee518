"""A stage notices what is not as it was; and a cut changes pieces, never bytes, order or turns."""

import re
from collections import defaultdict
from dataclasses import replace
from pathlib import Path

import pytest

from petard.server.devtools.capture_player import CaptureMismatch, CapturePlayer
from petard.server.devtools.rechunk import rechunk
from petard.shared.demo.blocks import NoDemo
from petard.shared.demo.wire import UNIT, Capture, Finish, Heard, Item, Plan, Step, Stop, Took, Turn, read_wire
from petard.shared.framing import frame

FOLDER = Path(__file__).parents[2] / "sessions"


def capture(name: str = "rejoin") -> Capture:
    return read_wire((FOLDER / f"{name}.wire").read_bytes())


def with_bytes(original: Capture, line: int, old: bytes, new: bytes) -> Capture:
    """The same, with other bytes in the first chunk that was told to a line and has the old ones in it."""
    steps = []
    for step in original.steps:
        deeds = list(step.deeds)
        for place, deed in enumerate(deeds):
            if isinstance(deed, Took) and deed.line == line and old in deed.data and old != new:
                deeds[place] = Took(line, deed.data.replace(old, new, 1))
                old = new
                break
        steps.append(Step(step.cause, step.at, deeds))
    assert old == new, "it was nowhere"
    return replace(original, steps=tuple(steps))


def test_another_word_is_told_with_its_time_its_line_and_both_messages() -> None:
    word = b"Bo lost the line; a"
    changed = with_bytes(capture(), 1, word, b"Bo lost the line: a")
    told = next(
        step
        for step in capture().steps
        for deed in step.deeds
        if isinstance(deed, Took) and deed.line == 1 and word in deed.data
    )
    assert told.at > UNIT
    with pytest.raises(CaptureMismatch) as caught:
        CapturePlayer(changed).play()
    begin = rf"At {told.at / UNIT:.3f} s line 1 is told Chat\("
    assert re.match(begin + r".*line; a bot.*; in the capture it is told Chat", str(caught.value))


def test_a_word_less_or_more_is_noticed_in_its_turn() -> None:
    original = capture("glued_hello")
    place, step = next(
        (place, step)
        for place, step in enumerate(original.steps)
        if place > 100 and any(isinstance(deed, Took) for deed in step.deeds)
    )
    silent = Step(step.cause, step.at, [deed for deed in step.deeds if not isinstance(deed, Took)])
    louder = Step(step.cause, step.at, [*step.deeds, Took(1, frame(b"\x92\x10\x05"))])
    for other, sentence in ((silent, "it is told nothing more"), (louder, r"is told nothing more; .* Ping\(id=5\)")):
        steps = (*original.steps[:place], other, *original.steps[place + 1 :])
        with pytest.raises(CaptureMismatch, match=sentence):
            CapturePlayer(replace(original, steps=steps)).play()


def test_another_end_is_noticed_even_if_nobody_was_told() -> None:
    original = capture("glued_hello")
    end = original.steps[-1].cause
    assert isinstance(end, Finish)
    last = Step(Finish(end.state ^ 1), original.steps[-1].at)
    with pytest.raises(CaptureMismatch, match="another state"):
        CapturePlayer(replace(original, steps=(*original.steps[:-1], last))).play()


def test_another_seed_is_another_match() -> None:
    original = capture("rejoin")
    with pytest.raises(CaptureMismatch):
        CapturePlayer(replace(original, start=replace(original.start, seed=99))).play()


def test_a_capture_that_no_room_can_be_made_of_is_one_sentence() -> None:
    original = capture("glued_hello")
    start = original.start
    for bad, sentence in (
        (replace(start, plans=()), "cannot make"),
        (replace(start, plans=(Plan("small", ("#.#",)),)), "cannot be used"),
        (replace(start, snapshots=0), "cannot make"),
        (replace(start, setup=replace(start.setup, rules="unheard-of")), "cannot make"),
    ):
        with pytest.raises(NoDemo, match=sentence):
            CapturePlayer(replace(original, start=bad))
    with pytest.raises(NoDemo, match="cannot be told"):
        CapturePlayer(replace(original, steps=(*original.steps[:9], Step(Stop(1, "x" * 201), 1)))).play()
    with pytest.raises(NoDemo, match="never came"):
        CapturePlayer(replace(original, steps=(Step(Turn(1, 1), 1, [Heard(9, b"x")]),))).play()


@pytest.mark.parametrize("cut", ["was", "whole", "bytes", 1, 2, 3])
@pytest.mark.parametrize("name", ["glued_hello", "reset_in_mid_frame", "malformed_peers", "flood"])
def test_a_cut_keeps_the_bytes_of_each_line(name: str, cut: str | int) -> None:
    def streams(of: Capture) -> dict[int, bytes]:
        found: dict[int, bytes] = defaultdict(bytes)
        for step in of.steps:
            for deed in step.deeds:
                if isinstance(deed, Heard):
                    found[deed.line] += deed.data
        return found

    def others(of: Capture) -> list[Item]:
        return [deed for step in of.steps for deed in step.deeds if not isinstance(deed, Heard)]

    original = capture(name)
    anew = rechunk(original, cut)
    assert streams(anew) == streams(original)
    assert others(anew) == others(original)
    pieces = [len(deed.data) for step in anew.steps for deed in step.deeds if isinstance(deed, Heard) and deed.data]
    if cut == "bytes":
        assert set(pieces) == {1}
    elif cut != "was":
        assert pieces != [
            len(deed.data) for step in original.steps for deed in step.deeds if isinstance(deed, Heard) and deed.data
        ]


def test_there_are_no_other_ways_to_cut() -> None:
    with pytest.raises(ValueError, match="was, whole, bytes, or by a number"):
        rechunk(capture("glued_hello"), "sideways")


@pytest.mark.parametrize(
    ("number", "value", "name"),
    [
        ("petard.server.net.connections.STRANGERS_PER_HOME", 5, "crowd_of_strangers"),
        ("petard.server.room.inbox.HELD_MOST", 31, "reset_in_mid_frame"),
        ("petard.server.room.inbox.STARVED", 110, "reset_in_mid_frame"),
        ("petard.server.room.inbox.WAITING_MOST", 7, "rejoin"),
        ("petard.server.policy.keepalive.HEARTBEAT", 2.1, "glued_hello"),
        ("petard.server.net.server.HELD_UP", 1000.0, "stopped_for_a_while"),
        ("petard.server.policy.outbox.STATE_MOST", 1 << 17, "slow_reader"),
        ("petard.server.net.peer.COMMANDS", 130, "flood"),
        ("petard.server.net.peer.HELLO_WITHIN", 6.0, "silence"),
        ("petard.server.net.peer.SILENCE_MOST", 11.0, "silence"),
    ],
)
def test_a_server_with_one_other_number_is_found_out(
    monkeypatch: pytest.MonkeyPatch, number: str, value: float, name: str
) -> None:
    monkeypatch.setattr(number, value)
    with pytest.raises(CaptureMismatch):
        CapturePlayer(capture(name)).play()
