"""Compares what a server sends while a capture is played with what was sent then, message by message.

Rule: sentences for people may have other words than then; the numbers in them, and all else, must be the same.
"""

import re
from dataclasses import replace
from itertools import zip_longest

from petard.shared.demo.message_fields import message_difference
from petard.shared.framing import HEADER, LIMIT_SERVER, Decoder, FrameError
from petard.shared.protocol.codec import RemoteProtocolError, decode
from petard.shared.protocol.messages import Bye, Chat, Message, Refused


class ReplayMismatch(AssertionError):
    """The server did something else than in the capture."""


def messages_in(stream: bytes) -> list[Message | bytes]:
    """Return the messages in a stream; a payload that is none stays bytes, and so does the rest that is no frame."""
    try:
        payloads = Decoder(LIMIT_SERVER).receive_data(stream)
    except FrameError as problem:
        payloads = list(problem.payloads)
    parts: list[Message | bytes] = []
    for payload in payloads:
        try:
            parts.append(decode(payload))
        except RemoteProtocolError:
            parts.append(payload)
    rest = stream[sum(HEADER + len(payload) for payload in payloads) :]
    return [*parts, rest] if rest else parts


def without_prose(part: Message | bytes | None) -> Message | bytes | None:
    """Return a message with only the numbers of what the server words for people: its own lines of chat, and the
    sentence of a refusal or goodbye. What players wrote, and every code, number and name, stays.

    So a capture of an older server still plays when a sentence was worded anew.
    """
    match part:
        case Chat(name="", text=text):
            return replace(part, text=_numbers_in(text))
        case Refused(code, sentence):
            return Refused(code, _numbers_in(sentence))
        case Bye(reason):
            return Bye(_numbers_in(reason))
    return part


def _numbers_in(sentence: str) -> str:
    return " ".join(re.findall(r"\d+", sentence))


def stream_difference(before: bytes, sent: bytes, wanted: bytes) -> str:
    """Say which message is the first that differs, and in which field; "" if only prose does.

    `before`: the beginning of a frame that was sent earlier.
    """
    for now, then in zip_longest(messages_in(before + sent), messages_in(before + wanted)):
        if without_prose(now) != without_prose(then):
            return message_difference(now, then)
    return ""
