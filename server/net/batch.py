"""What one delivery sends: in which order, without what is out of date on arrival, and each message encoded once."""

from collections.abc import Iterable

from petard.server.policy.outbox import OutgoingFrame
from petard.server.room.outgoing import Outgoing
from petard.shared.framing import frame
from petard.shared.protocol.codec import encode
from petard.shared.protocol.messages import Delta, Digest, Events, Keyframe, Lobby, Message, Pings, Roster, Round

STATES = (Delta, Keyframe)
WITH_STATES = (Delta, Keyframe, Events, Digest, Pings)  # a slow reader is not sent these: they would come too late
WHOLE = (Roster, Lobby)  # each makes those before it out of date


class Frames:
    """The messages of one delivery as frames: each is encoded once, however many peers get it."""

    def __init__(self) -> None:
        self._by_id: dict[int, OutgoingFrame] = {}  # the queue keeps the messages alive, and so their ids

    def of(self, message: Message) -> OutgoingFrame:
        made = self._by_id.get(id(message))
        if made is None:
            made = self._by_id[id(message)] = frame_of(message)
        return made


class Batch:
    """Frames that are sent back to back. `states`: how many states are in them; `begins`: a round begins in them."""

    __slots__ = ("begins", "frames", "rest", "rest_joined", "states", "whole")

    def __init__(self, messages: list[Message], frames: Frames) -> None:
        self.frames = [frames.of(message) for message in messages]
        self.whole = b"".join([one.data for one in self.frames])
        self.states = sum(one.states for one in self.frames)
        self.rest = [one for one in self.frames if not one.is_state]  # for a peer that is sent no states now
        self.rest_joined = b"".join([one.data for one in self.rest])
        self.begins = any(isinstance(message, Round) for message in messages)


def frame_of(message: Message) -> OutgoingFrame:
    states, is_whole = int(isinstance(message, STATES)), isinstance(message, Keyframe)
    return OutgoingFrame(frame(encode(message)), isinstance(message, WITH_STATES), states, is_single=is_whole)


def states_for_all(items: Iterable[Outgoing]) -> int:
    """How many states of the round are in these messages."""
    return sum(item.to is None and isinstance(item.message, STATES) for item in items)


def state_first(joined: list[Outgoing]) -> list[Outgoing]:
    """The last Lobby and Roster to everybody, then what is for the new members alone."""
    whole = {type(item.message): item for item in joined if item.to is None and type(item.message) in WHOLE}
    return [*whole.values(), *(item for item in joined if item.to is not None or type(item.message) not in WHOLE)]


def without_outdated(queue: list[Outgoing]) -> list[Outgoing]:
    """The queue without what would be out of date on arrival: of many Rosters the last, before and after a Round."""
    kept: list[Outgoing] = []
    seen: set[type[Message]] = set()
    for item in reversed(queue):
        kind = type(item.message)
        if kind is Round:
            seen.clear()
        if kind in WHOLE and item.to is None:
            if kind in seen:
                continue
            seen.add(kind)
        kept.append(item)
    return kept[::-1]
