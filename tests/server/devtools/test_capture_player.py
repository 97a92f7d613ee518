"""A player notices every difference but the words of sentences."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from petard.server.devtools.capture_difference import ReplayMismatch, messages_in, without_prose
from petard.server.devtools.capture_player import CapturePlayer
from petard.shared.demo.blocks import DemoError
from petard.shared.demo.capture import (
    UNITS_PER_SECOND,
    Capture,
    CaptureEnd,
    CaptureMap,
    CaptureStep,
    Closed,
    LoopTurn,
    Received,
    Sent,
    ServerStop,
    read_capture,
)
from petard.shared.framing import frame
from petard.shared.protocol.codec import encode
from petard.shared.protocol.messages import Bye, Chat, Delta, Message, Ping, RefusalCode, Refused
from tests.lan.captured_lan import CapturedLan
from tests.sampled import sampled
from tests.sessions.making import RawClient

FOLDER = Path(__file__).parents[2] / "sessions"


def capture(name: str = "rejoin") -> Capture:
    return read_capture((FOLDER / f"{name}.wire").read_bytes())


def with_message(original: Capture, connection: int, old: Message, new: Message) -> Capture:
    """The same, with another message where the old one was sent to a connection."""
    before, after = frame(encode(old)), frame(encode(new))
    steps = [
        replace(
            step,
            records=[
                replace(one, data=one.data.replace(before, after))
                if isinstance(one, Sent) and one.connection == connection
                else one
                for one in step.records
            ],
        )
        for step in original.steps
    ]
    assert steps != list(original.steps), "it was nowhere"
    return replace(original, steps=tuple(steps))


def first_chat(of: Capture, connection: int, word: str) -> tuple[CaptureStep, Chat]:
    """The first line of chat with this word in it that was sent to a connection, and when."""
    return next(
        (step, part)
        for step in of.steps
        for record in step.records
        if isinstance(record, Sent) and record.connection == connection
        for part in messages_in(record.data)
        if isinstance(part, Chat) and word in part.text
    )


def test_a_changed_number_is_reported_with_time_tick_connection_message_and_field() -> None:
    original = capture()
    step, chat = first_chat(original, 1, "Bo disconnected")
    assert step.at > UNITS_PER_SECOND
    with pytest.raises(ReplayMismatch) as caught:
        CapturePlayer(with_message(original, 1, chat, replace(chat, number=chat.number + 1))).play()
    moment = rf"At {step.at / UNITS_PER_SECOND:.3f} s, tick \d+ of round 1, connection 1"
    field = rf"is sent Chat\.number = {chat.number}; in the capture it is {chat.number + 1}\."
    assert re.fullmatch(f"{moment} {field}", str(caught.value))


def test_a_number_in_a_table_of_a_delta_is_reported_by_its_column() -> None:
    original = capture()
    deltas = (
        (record.connection, part)
        for step in original.steps
        for record in step.records
        if isinstance(record, Sent)
        for part in messages_in(record.data)
        if isinstance(part, Delta) and part.tables and part.tables[0][0] == 9
    )
    connection, delta = next(deltas)
    number, slot, mask, *values = delta.tables[0]
    other = replace(delta, tables=((number, slot, mask, *values[:-1], values[-1] + 1), *delta.tables[1:]))
    with pytest.raises(ReplayMismatch, match=rf"is sent Delta\.\w+\[{slot}\]\.\w+ = \d+; in the capture it is \d+\.$"):
        CapturePlayer(with_message(original, connection, delta, other)).play()


def test_a_connection_that_is_not_closed_when_it_was_is_noticed() -> None:
    net = CapturedLan("lan")
    net.run(1.0)
    silent = RawClient(net)
    silent.pass_time(6.0)
    original = read_capture(net.finish())
    CapturePlayer(original).play()
    steps = [
        replace(step, records=[one for one in step.records if not isinstance(one, Closed)]) for step in original.steps
    ]
    with pytest.raises(ReplayMismatch, match=r"connection 2 is told the end; in the capture it stays open\.$"):
        CapturePlayer(replace(original, steps=tuple(steps))).play()
    old = replace(original, steps=tuple(steps), start=replace(original.start, format=1))
    CapturePlayer(old).play()  # captures of format 1 do not say when connections were closed


def test_a_changed_sentence_of_the_server_plays_on() -> None:
    original = capture()
    _, chat = first_chat(original, 1, "Bo disconnected")
    CapturePlayer(with_message(original, 1, chat, replace(chat, text="For 90 seconds Bo may come back."))).play()


BAD = RefusalCode.BAD


@pytest.mark.parametrize(
    ("now", "then", "is_same"),
    [
        (Chat(-1, "", "Bo left.", 7), Chat(-1, "", "Bo went away.", 7), True),
        (Chat(-1, "", "Bo left.", 7), Chat(-1, "", "Bo left.", 8), False),
        (Chat(-1, "Bo", "Hello!", 7), Chat(-1, "Bo", "Hullo!", 7), False),
        (Chat(-1, "", "Closed in 60 s.", 7), Chat(-1, "", "Closed in 30 s.", 7), False),
        (Bye("Enough."), Bye("It is enough."), True),
        (Refused(BAD, "You sent no Hello."), Refused(BAD, "You said no Hello."), True),
        (Refused(BAD, "You sent no Hello."), Refused(RefusalCode.FULL, "You sent no Hello."), False),
        (Ping(1), Ping(2), False),
        (b"one", b"two", False),
        (Bye(""), None, False),
    ],
)
def test_only_what_the_server_words_for_people_may_differ(
    now: Message | bytes, then: Message | bytes | None, is_same: bool
) -> None:
    assert (without_prose(now) == without_prose(then)) == is_same


def test_what_is_no_message_is_kept_as_bytes() -> None:
    whole = frame(encode(Ping(1))) + frame(b"no message")
    assert messages_in(whole + b"\0\0") == [Ping(1), b"no message", b"\0\0"]
    assert messages_in(whole + b"\xff\xff\xff\xffmore") == [Ping(1), b"no message", b"\xff\xff\xff\xffmore"]


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


@pytest.mark.parametrize(
    ("number", "value", "name"),
    [
        ("petard.server.net.handshake.PENDING_PER_GROUP", 5, "crowd_of_strangers"),
        ("petard.server.room.inbox.SILENT_MOST", 46, "reset_in_mid_frame"),
        ("petard.server.room.inbox.STARVED", 110, "reset_in_mid_frame"),
        ("petard.server.room.inbox.WAITING_MOST", 7, "rejoin"),
        ("petard.server.net.connection_ends.PING_EVERY", 2.1, "glued_hello"),
        ("petard.server.net.connection_ends.HELD_UP", 1000.0, "stopped_for_a_while"),
        ("petard.server.policy.outbox.STATE_AGE_MOST", 30.0, "slow_reader"),
        ("petard.server.policy.limits.INPUTS", 85, "flood"),
        ("petard.server.policy.limits.HELLO_WITHIN", 6.0, "silence"),
        ("petard.server.policy.limits.SILENCE_MOST", 11.0, "silence"),
    ],
)
def test_a_server_with_one_other_number_is_found(
    monkeypatch: pytest.MonkeyPatch, number: str, value: float, name: str
) -> None:
    monkeypatch.setattr(number, value)
    with pytest.raises(ReplayMismatch):
        CapturePlayer(capture(name)).play()


@pytest.mark.parametrize(("limit", "clients"), [(2, 3), (20, 9)])
def test_the_limit_for_one_address_is_that_of_the_captured_server(limit: int, clients: int) -> None:
    net = CapturedLan()
    net.room.matches.settings.per_address = limit
    for _ in range(clients):
        net.join(address="10.0.9.9")
    net.run(1.0)
    assert net.room.people == min(limit, clients)
    CapturePlayer(read_capture(net.finish())).play()


@pytest.mark.parametrize(("limit", "clients"), sampled([(2, 3), (130, 129)], 2))
def test_the_limit_of_members_is_that_of_the_captured_server(limit: int, clients: int) -> None:
    net = CapturedLan()
    net.room.matches.settings.members = limit
    for number in range(clients):
        net.join(address=f"10.0.{number}.9")
        if number % 32 == 31:
            net.run(0.5)  # no more connections are pending at once than the server keeps
    net.run(0.5)
    assert net.room.people == min(limit, clients)
    CapturePlayer(read_capture(net.finish())).play()
