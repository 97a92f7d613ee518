"""Sentences of an older server in captures, in the words of today."""

import pytest

from petard.server.devtools.old_texts import TextUpdater
from petard.shared.demo.capture import CaptureStep, LoopTurn, Sent
from petard.shared.framing import frame
from petard.shared.protocol.codec import encode
from petard.shared.protocol.messages import Bye, Chat, Message, Ping, RefusalCode, Refused


def sent(*messages: Message) -> bytes:
    return b"".join(frame(encode(message)) for message in messages)


def updated(*chunks: bytes) -> list[bytes]:
    """What becomes of these chunks, each in a step of its own, on one connection."""
    updater = TextUpdater()
    steps = [updater.update(CaptureStep(LoopTurn(0, 1), at, [Sent(1, data)])) for at, data in enumerate(chunks)]
    return [record.data for step in steps for record in step.records if isinstance(record, Sent)]


OLD = Chat(-1, "", "Bo lost the line; the place is kept for up to 90 seconds.", 7)
NEW = Chat(-1, "", "Bo disconnected; the place is kept for up to 90 seconds.", 7)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (OLD, NEW),
        (Bye("You came back on another line."), Bye("You came back over another connection.")),
        (
            Refused(RefusalCode.BAD, "You said no Hello within 5 seconds."),
            Refused(RefusalCode.BAD, "You sent no Hello within 5 seconds."),
        ),
        (Chat(0, "Bo", "Ada lost the line", 8), Chat(0, "Bo", "Ada lost the line", 8)),
    ],
)
def test_sentences_of_the_server_change_and_those_of_people_do_not(old: Message, new: Message) -> None:
    assert updated(sent(Ping(1), old, Ping(2))) == [sent(Ping(1), new, Ping(2))]


def test_whole_frames_change_and_frames_that_are_split_between_records_do_not() -> None:
    data = sent(Ping(1), Ping(2), OLD)
    for cut in range(1, len(sent(Ping(1), Ping(2)))):
        first, second = updated(data[:cut], data[cut:])
        assert first + second == sent(Ping(1), Ping(2), NEW)
        assert first == data[:cut]
    split = len(data) - 10
    assert b"".join(updated(data[:split], data[split:])) == data
