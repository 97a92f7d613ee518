"""Who is there? The datagrams by which servers are found on a network, and what is known of one that was.

A datagram is MAGIC, then one frame (four bytes of length, then a payload as in `codec`), then nothing; only a Question
is filled up with zeros, to SIZE bytes exactly.

Rule 1: whatever the bytes are, `decode` gives a datagram of ours or None, and nothing else.
Rule 2: a Question is as long as the longest answer may be, so nobody can use a server to make a flood larger.
Rule 3: these keep number and shape in every version, as Hello does: only so can a game say that a server needs another.
"""

from dataclasses import dataclass
from typing import Annotated, TypeAlias

from petard.shared.framing import HEADER, frame
from petard.shared.protocol.codec import Codec, RemoteProtocolError, packed
from petard.shared.protocol.fields import U16, Label, Text, Word
from petard.shared.protocol.messages import BUILD, PROTOCOL, Phase
from petard.shared.rules.limits import Range

MAGIC = b"PTD1"
SIZE = 512  # bytes of a Question, and the most that any of our datagrams has
PORT = 7777  # UDP; where a server listens for questions, if nobody said otherwise
PORTS = 10  # a server that finds the port taken takes the next; so many are asked
LISTEN = 10  # so far above the discovery port is the port where games listen for Notices, together

Nonce = Annotated[int, Range(0, 2**64 - 1)]
HELD_MOST = 1_000_000  # µs

Clock = Annotated[int, Range(0, 2**53 - 1)]  # ms since 1970
Held = Annotated[int, Range(0, HELD_MOST)]
Title = Annotated[str, Text(1, 32)]


@dataclass(frozen=True, slots=True)
class ServerCard:
    """What a server tells about itself. `id` is drawn anew by each process; `port` is where it takes connections (TCP).

    `players` are people with a seat, `seats` how many there are; `locked`: a password is asked for.
    """

    id: Nonce
    protocol: U16
    build: Label
    port: Annotated[int, Range(1, 65535)]
    name: Title
    map: Word
    rules: Word
    phase: Phase
    players: U16
    seats: U16
    watchers: U16
    locked: bool


@dataclass(frozen=True, slots=True)
class Question:
    """Who is there? Any server that hears it answers. `nonce` is a number that nobody can guess."""

    nonce: Nonce


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to the Question of that nonce. `clock`: the server's time of day, in ms since 1970.

    `held`: for so long the Question lay there unread, in µs; 0 where the server cannot tell. It is no part of the way.
    """

    nonce: Nonce
    clock: Clock
    held: Held
    card: ServerCard


@dataclass(frozen=True, slots=True)
class Notice:
    """A server tells about itself without being asked."""

    card: ServerCard


@dataclass(frozen=True, slots=True)
class Farewell:
    """The server of that id is about to stop."""

    id: Nonce


Datagram: TypeAlias = Question | Answer | Notice | Farewell
DATAGRAMS: dict[int, type[Datagram]] = {1: Question, 2: Answer, 3: Notice, 4: Farewell}

_START = len(MAGIC) + HEADER  # where the payload does
_CODEC: Codec[Datagram] = Codec(DATAGRAMS)


def ports_from(port: int) -> tuple[int, ...]:
    """Return the UDP ports at which servers may listen, where this is the first: the most likely come first.

    >>> ports_from(7777)[-1], ports_from(65534)
    (7786, (65534, 65535))
    """
    return tuple(range(port, min(port + PORTS, 65536)))


def encode(datagram: Datagram) -> bytes:
    """Return the bytes of a datagram, SIZE at the most; Unsendable when a field breaks its limits."""
    data = MAGIC + frame(_CODEC.encode(datagram))
    assert len(data) <= SIZE, "no card is so long"
    return data.ljust(SIZE, b"\0") if isinstance(datagram, Question) else data


class Answers:
    """Answers with one card. It is laid out once, so that a crowd that asks in one tick costs little."""

    def __init__(self, card: ServerCard) -> None:
        """Unsendable when the card breaks its limits."""
        whole = encode(Answer(0, 0, 0, card))[_START:]
        self._head, self._card = whole[:2], whole[5:]  # each 0 between them is a byte

    def to(self, nonce: int, clock: int, held: int) -> bytes:
        """Return the bytes of an Answer, without another look at the numbers: they must be within their limits."""
        return MAGIC + frame(self._head + packed(nonce) + packed(clock) + packed(held) + self._card)


def decode(data: bytes) -> Datagram | None:
    """Return what a datagram says, or None when it is none of ours, whatever it is."""
    size = len(data)
    if not _START < size <= SIZE or not data.startswith(MAGIC):
        return None
    end = _START + int.from_bytes(data[len(MAGIC) : _START], "big")
    if end > size or data.count(0, end) != size - end:
        return None
    try:
        datagram = _CODEC.decode(data[_START:end])
    except RemoteProtocolError:
        return None
    return datagram if size == (SIZE if isinstance(datagram, Question) else end) else None


@dataclass(frozen=True, slots=True)
class FoundServer:
    """One server on the network, however many ways lead to it."""

    id: str  # 16 hex digits, drawn anew by each process
    name: str
    map: str
    rules: str
    phase: Phase
    players: int  # people with a seat
    seats: int
    watchers: int
    locked: bool  # a password is asked for
    build: str
    protocol: int
    host: str  # the address to dial, with the zone of a link-local one
    port: int  # TCP
    ping: int | None  # ms; None: it was heard, but did not answer us yet
    reason: str = ""  # why one cannot join, or ""


def reason_of(card: ServerCard, protocol: int = PROTOCOL, build: str = BUILD) -> str:
    """Return why a game of this protocol and build cannot join such a server, or "".

    >>> reason_of(ServerCard(1, 2, "0.3", 7777, "Den", "classic", "duel", Phase.LOBBY, 0, 4, 0, False), 1, "0.2")
    'needs Petard 0.3, you have 0.2'
    """
    if card.protocol == protocol:
        return ""
    needed = card.build if card.build not in ("", build) else "of another version"
    return f"needs Petard {needed}, you have {build}"
