"""Brings the sentences that an older server sent, as they stand in its captures, into the words of today.

Rule 1: only Bye, Refused and the server's own lines of chat are changed; what people wrote is not.
Rule 2: a record may end in the middle of a frame. A frame that is split between records is left as it is.
"""

from collections import defaultdict
from dataclasses import replace

from petard.shared.demo.capture import CaptureStep, Sent
from petard.shared.framing import frame
from petard.shared.protocol.codec import RemoteProtocolError, decode, encode
from petard.shared.protocol.messages import Bye, Chat, Refused

HEADER = 4  # bytes of length before each payload
# What 0.1.0 sent -> what is sent now.
TEXTS = {
    "lost the line and is off the board; the chair": "disconnected and is off the board; the seat",
    "lost the line": "disconnected",
    "You came back on another line.": "You came back over another connection.",
    "stood in the way of others without a Hello": "sent no Hello while others waited",
    "said no Hello": "sent no Hello",
    "It goes on as soon as somebody is back to play against.": "It goes on as soon as another player is back.",
}
_OLD = [text.encode() for text in TEXTS]


class TextUpdater:
    """Changes what was sent on the connections of one capture, step by step."""

    def __init__(self) -> None:
        self._begun: defaultdict[int, bytes] = defaultdict(bytes)  # by connection: the frame that is not complete yet

    def update(self, step: CaptureStep) -> CaptureStep:
        """Return the step with today's sentences."""
        records = [replace(one, data=self._updated(one)) if isinstance(one, Sent) else one for one in step.records]
        return replace(step, records=records)

    def _updated(self, sent: Sent) -> bytes:
        before = self._begun[sent.connection]
        stream, at, out = before + sent.data, 0, b""
        while (end := _frame_end(stream, at)) <= len(stream):
            out += stream[len(before) : end] if at < len(before) else _updated_frame(stream[at:end])
            at = end
        self._begun[sent.connection] = stream[at:]
        return out + stream[max(at, len(before)) :]


def _frame_end(stream: bytes, at: int) -> int:
    """Where the frame at `at` ends, also behind the stream; behind it, too, while the length is not complete."""
    return at + HEADER + int.from_bytes(stream[at : at + HEADER].ljust(HEADER, b"\0"), "big")


def _updated_frame(data: bytes) -> bytes:
    if not any(old in data for old in _OLD):
        return data
    try:
        message = decode(data[HEADER:])
    except RemoteProtocolError:
        return data
    match message:
        case Chat(name="", text=text):
            return frame(encode(replace(message, text=_updated_text(text))))
        case Bye(reason):
            return frame(encode(Bye(_updated_text(reason))))
        case Refused(code, sentence):
            return frame(encode(Refused(code, _updated_text(sentence))))
        case _:
            return data


def _updated_text(text: str) -> str:
    for old, new in TEXTS.items():
        text = text.replace(old, new)
    return text
