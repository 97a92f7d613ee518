"""What one delivery sends: in which order, without what is out of date on arrival, and each message encoded once."""

from collections.abc import Iterable
from dataclasses import replace

from petard.server.policy.outbox import OutgoingFrame
from petard.server.room.outgoing import Outgoing
from petard.shared.framing import frame
from petard.shared.protocol.codec import encode
from petard.shared.protocol.messages import Delta, Digest, Events, Keyframe, Lobby, Message, Pings, Roster, Round

STATES = (Delta, Keyframe)
WITH_STATES = (Delta, Keyframe, Events, Digest, Pings)  # a slow reader is not sent these: they would come too late
WHOLE = (Roster, Lobby)  # each makes those before it out of date
SHOWN_EVERY = 0.25  # seconds


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


class Newcomers:
    """What follows the Welcomes of those who join a crowd.

    A new member is sent the room at once, the others SHOWN_EVERY seconds at most: the list of all is long, and sending
    it to a thousand members takes as long as a tick.
    """

    def __init__(self) -> None:
        self._items: list[Outgoing] = []  # for new members, in order
        self._for_others: dict[type[Message], Outgoing] = {}  # the last Lobby and Roster that only new members have
        self._shown_at = -SHOWN_EVERY

    @property
    def is_empty(self) -> bool:
        """True when no new member waits."""
        return not self._items

    def add(self, peer: int, rest: list[Outgoing]) -> None:
        """A peer has been sent its Welcome; `rest`: what follows."""
        for item in rest:
            if is_room(item):
                self._for_others[type(item.message)] = item
                self._items.append(replace(item, to=peer))
            else:
                self._items.append(item)

    def show(self, now: float, queue: list[Outgoing]) -> None:
        """Show the others who has joined, when that is due; what is in the queue anyway is not sent twice."""
        for item in filter(is_room, queue):
            self._for_others.pop(type(item.message), None)
        if self._for_others and now - self._shown_at >= SHOWN_EVERY:
            rest = [item for item in self._items if type(item.message) not in self._for_others]
            self._items, self._for_others = [*self._for_others.values(), *rest], {}
            self._shown_at = now

    def take(self) -> list[Outgoing]:
        """What is to be sent now: the newest Lobby and Roster, then what is for each new member alone."""
        items, self._items = self._items, []
        newest = {type(item.message): item.message for item in items if type(item.message) in WHOLE}
        return [replace(one, message=newest.get(type(one.message), one.message)) for one in items]


def is_room(item: Outgoing) -> bool:
    """True for a Lobby or Roster for everybody."""
    return item.to is None and type(item.message) in WHOLE


def without_outdated(queue: list[Outgoing]) -> list[Outgoing]:
    """The queue without what would be out of date on arrival: of many Rosters the last, before and after a Round."""
    kept: list[Outgoing] = []
    seen: set[type[Message]] = set()
    for item in reversed(queue):
        kind = type(item.message)
        if kind is Round:
            seen.clear()
        if is_room(item):
            if kind in seen:
                continue
            seen.add(kind)
        kept.append(item)
    return kept[::-1]
