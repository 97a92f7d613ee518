"""A message on its way out of the room, and its receiver."""

from dataclasses import dataclass

from petard.shared.protocol.messages import Message


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A message to one peer, or to all members (`to` is None). `closes`: the connection is closed after it."""

    to: int | None
    message: Message
    closes: bool = False
