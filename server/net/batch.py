"""What one delivery sends: in which order, without what is out of date on arrival, and each message encoded once."""

from petard.server.net.connections import Peer
from petard.server.room.outgoing import Outgoing
from petard.shared.framing import frame
from petard.shared.protocol.codec import encode
from petard.shared.protocol.messages import Delta, Keyframe, Lobby, Message, Roster, Round

STATE = (Delta, Keyframe)  # a slow reader is not sent these
WHOLE = (Roster, Lobby)  # each makes those before it out of date


class Frames:
    """The messages of one delivery as frames: each is encoded once, however many peers get it."""

    def __init__(self) -> None:
        self._by_id: dict[int, bytes] = {}  # the queue keeps the messages alive, and so their ids

    def of(self, message: Message) -> bytes:
        data = self._by_id.get(id(message))
        if data is None:
            data = self._by_id[id(message)] = frame(encode(message))
        return data


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


def put_messages(peer: Peer, messages: list[Message], frames: Frames, now: float) -> None:
    """Put messages into the outbox of a peer, which may skip state."""
    for message in messages:
        if isinstance(message, STATE):
            peer.outbox.put_state(frames.of(message), isinstance(message, Keyframe), now)
        else:
            peer.outbox.put(frames.of(message), now)
