"""What is on its way out of the room: one message, and to whom."""

from collections.abc import Iterable
from dataclasses import dataclass

from petard.shared.protocol.messages import Message


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One message on its way out: to one peer, or to everybody who is in. `closes`: hang up after it."""

    to: int | None
    message: Message
    closes: bool = False


def to_all(messages: Iterable[Message]) -> list[Outgoing]:
    """Messages that everybody gets, in their order."""
    return [Outgoing(None, message) for message in messages]
