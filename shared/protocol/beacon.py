"""The UDP datagrams by which a game finds servers on a network.

A datagram is MAGIC, then one frame (four bytes of length, then a payload as in `codec`), then nothing. Only a Question
is padded with zeros to exactly SIZE bytes.

Rule 1: for any bytes, `decode` returns a datagram or None, and never raises.
Rule 2: a Question is as long as the longest possible Answer, so servers cannot be used to amplify a flood.
Rule 3: the datagrams keep number and fields in every version, as Hello does: only so can a game report that a server
needs another version.
"""

from dataclasses import dataclass
from typing import Annotated, TypeAlias

from petard.shared.framing import HEADER, frame
from petard.shared.protocol.codec import Codec, RemoteProtocolError, pack
from petard.shared.protocol.messages import BUILD, PROTOCOL, Phase
from petard.shared.protocol.schema import U16, Label, Own, Text, Word, open_enumeration
from petard.shared.rules.ruleset import Range

MAGIC = b"PTD1"
SIZE = 512  # bytes of a Question, and the most bytes of any datagram
PORT = 7777  # UDP; the default port where servers receive Questions
PORTS = 10  # a server whose port is in use takes the next one, so a game asks at this many ports
LISTEN = 10  # games receive Notices at the discovery port plus this number; all games on a computer share that port

HELD_MOST = 1_000_000  # µs
Nonce = Annotated[int, Range(0, 2**64 - 1)]


@dataclass(frozen=True, slots=True)
class ServerCard:
    """What a server publishes about itself. `id` is random for each process; `port` is the TCP port for connections.

    `players` are people with a seat, `seats` is the number of seats; `locked`: a password is required.
    """

    id: Nonce
    protocol: U16
    build: Label
    port: Annotated[int, Range(1, 65535)]
    name: Annotated[str, Text(1, 32)]
    map: Word
    rules: Word
    phase: Phase
    players: U16
    seats: U16
    watchers: U16
    locked: bool

    def incompatibility(self, protocol: int = PROTOCOL, build: str = BUILD) -> str:
        """Return why a game of this protocol and build cannot join the server, or "".

        >>> card = ServerCard(1, 2, "0.3", 7777, "Den", "classic", "duel", Phase.LOBBY, 0, 4, 0, False)
        >>> card.incompatibility(1, "0.2")
        'needs Petard 0.3, you have 0.2'
        """
        if self.protocol == protocol:
            return ""
        needed = self.build if self.build not in ("", build) else "of another version"
        return f"needs Petard {needed}, you have {build}"


@dataclass(frozen=True, slots=True)
class Question:
    """Asks for servers: every server that receives it sends an Answer. `nonce` is a number that nobody can guess."""

    nonce: Nonce


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to the Question with that nonce. `clock`: the server's time of day, in ms since 1970.

    `held`: how long the Question waited on the server before it was read, in µs; 0 if unknown. Not part of the ping.
    """

    nonce: Nonce
    clock: Annotated[int, Range(0, 2**53 - 1)]
    held: Annotated[int, Range(0, HELD_MOST)]
    card: ServerCard


@dataclass(frozen=True, slots=True)
class Notice:
    """A server announces itself without a Question."""

    card: ServerCard


@dataclass(frozen=True, slots=True)
class Farewell:
    """The server with that id is shutting down."""

    id: Nonce


Datagram: TypeAlias = Question | Answer | Notice | Farewell
DATAGRAMS: dict[int, type[Datagram]] = {1: Question, 2: Answer, 3: Notice, 4: Farewell}

_START = len(MAGIC) + HEADER  # where the payload begins
OWN: Own = {Phase: open_enumeration(Phase)}  # a later version may have more phases
_CODEC: Codec[Datagram] = Codec(DATAGRAMS, OWN)


def ports_from(port: int) -> tuple[int, ...]:
    """Return the UDP ports where servers may listen if `port` is the first one, the most likely first.

    >>> ports_from(7777)[-1], ports_from(65534)
    (7786, (65534, 65535))
    """
    return tuple(range(port, min(port + PORTS, 65536)))


def encode(datagram: Datagram) -> bytes:
    """Return the bytes of a datagram, at most SIZE; raises EncodeError if a field breaks its limits."""
    data = MAGIC + frame(_CODEC.encode(datagram))
    assert len(data) <= SIZE, "no card is so long"
    return data.ljust(SIZE, b"\0") if isinstance(datagram, Question) else data


class AnswerEncoder:
    """Encodes many Answers with one card. The card is encoded once, so that many Questions in one tick cost little."""

    def __init__(self, card: ServerCard) -> None:
        """Raises EncodeError if the card breaks its limits."""
        whole = encode(Answer(0, 0, 0, card))[_START:]
        self._head, self._card = whole[:2], whole[5:]  # between them is one byte for each 0

    def encode(self, nonce: int, clock: int, held: int) -> bytes:
        """Return the bytes of an Answer. The numbers are not checked: they must be within their limits."""
        return MAGIC + frame(self._head + pack(nonce) + pack(clock) + pack(held) + self._card)


def decode(data: bytes) -> Datagram | None:
    """Return the datagram in `data`, or None for any other bytes."""
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
    """One server on the network, at however many addresses it was found."""

    id: str  # 16 hex digits, random for each process
    name: str
    map: str
    rules: str
    phase: int  # Phase, or a number of a later version
    players: int  # people with a seat
    seats: int
    watchers: int
    locked: bool  # a password is required
    build: str
    protocol: int
    host: str  # the address to connect to, with the zone if it is link-local
    port: int  # TCP
    ping: int | None  # ms; None: it sent a Notice, but has not answered a Question yet
    reason: str = ""  # why one cannot join, or ""
