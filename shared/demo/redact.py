"""Keeps secrets out of wire captures: each token is replaced by its number, each proof of a password by dashes.

Rule 1: the k-th token that the server gave out becomes k in 32 hexadecimal digits, wherever it appears; so whoever
        comes back in a capture is known again when it is played, by a server that gives out 1, 2, 3….
Rule 2: of what is said at the door (Hello, Auth, and the first frame after them) nothing is written until it is whole,
        for there the secrets are. Tokens that the server never gave out are replaced there as well, by numbers from
        FOREIGN on, and nothing is left of an Auth by which somebody could try passwords at home.
Rule 3: the length never changes, so what follows stays where it was.
"""

import re
from dataclasses import dataclass, field

from petard.shared.demo.wire import Heard, Item, Took
from petard.shared.framing import HEADER, LIMIT_PENDING
from petard.shared.protocol.codec import encode
from petard.shared.protocol.messages import Auth, Hello

FOREIGN = 1 << 127
FOREIGN_MOST = 1000  # that are told apart
_TOKEN = re.compile(rb"[0-9a-f]{32}")
_ANY_TOKEN = re.compile(rb"[0-9a-fA-F]{32}")
_HEAD = 2  # bytes of a payload that tell which message it is
_AUTH, _HELLO = (encode(message)[:_HEAD] for message in (Auth(""), Hello(0, "", "x", 1, "")))
_BEFORE_TEXT = {0xD9: _HEAD + 2, 0xDA: _HEAD + 3}  # bytes of an Auth before its text, by the first byte of that
_HALF_TOKEN = re.compile(rb"[0-9a-fA-F]{4,31}\Z")


def numbered(number: int) -> str:
    """The token that stands for the number of one.

    >>> numbered(10)
    '0000000000000000000000000000000a'
    """
    return f"{number:032x}"


@dataclass(slots=True)
class _Stream:
    """One direction of a line, for as long as it is at the door."""

    pending: list[Heard | Took] = field(default_factory=list)  # begins where a frame begins
    is_open: bool = False  # all that is said at the door has passed


class Redactor:
    """All records of one capture pass it, in order: `put` them in, `take` out what may be written."""

    def __init__(self) -> None:
        self._issued = 0
        self._numbers: dict[bytes, bytes] = {}  # token: what stands for it
        self._foreign = 0
        self._streams: dict[tuple[type, int], _Stream] = {}
        self._items: list[Item] = []
        self._waiting: set[int] = set()  # the ids of records that may not be written yet

    def issue(self, token: str) -> None:
        """Note a token that the server gives out."""
        self._issued += 1
        self._numbers[token.encode()] = numbered(self._issued).encode()

    def put(self, item: Item) -> None:
        """Take a record."""
        self._items.append(item)
        if isinstance(item, Heard | Took):
            self._look_at(item)

    def take(self) -> list[Item]:
        """What may be written, in order, once."""
        count = next((place for place, item in enumerate(self._items) if id(item) in self._waiting), len(self._items))
        taken, self._items = self._items[:count], self._items[count:]
        return taken

    def finish(self) -> list[Item]:
        """All that is left: nothing follows."""
        for stream in self._streams.values():
            self._release(stream)
        return self.take()

    def _look_at(self, item: Heard | Took) -> None:
        stream = self._streams.setdefault((type(item), item.line), _Stream())
        if stream.is_open:
            item.data = _TOKEN.sub(lambda found: self._numbers.get(found[0], found[0]), item.data)
            return
        stream.pending.append(item)
        self._waiting.add(id(item))
        frames = _frames(b"".join(part.data for part in stream.pending))
        stream.is_open = any(_kind(one) not in (_HELLO, _AUTH) for one in frames if _has_frame(one))
        is_over = type(item) is Heard and not item.data
        if is_over or stream.is_open or _has_frame(frames[-1]):
            self._release(stream)

    def _release(self, stream: _Stream) -> None:
        """Replace whatever looks like a secret in what was held back, and let it go."""
        frames = _frames(b"".join(part.data for part in stream.pending))
        whole = _ANY_TOKEN.sub(self._number_of, b"".join(map(_blank, frames)))
        if frames and not _has_frame(frames[-1]):
            whole = _HALF_TOKEN.sub(lambda found: b"0" * len(found[0]), whole)
        at = 0
        for part in stream.pending:
            part.data, at = whole[at : at + len(part.data)], at + len(part.data)
            self._waiting.discard(id(part))
        stream.pending.clear()

    def _number_of(self, found: "re.Match[bytes]") -> bytes:
        token = found[0]
        if token in self._numbers:
            return self._numbers[token]
        number = numbered(FOREIGN + self._foreign).encode()
        if self._foreign < FOREIGN_MOST:
            self._foreign += 1
            self._numbers[token] = number
        return number


def _frames(stream: bytes) -> list[bytes]:
    """Cut a stream into frames, the last of which may not be whole; what can be no frame is one with all after it."""
    frames = [stream]
    while len(last := frames.pop()) > HEADER:
        size = HEADER + int.from_bytes(last[:HEADER], "big")
        if not HEADER < size <= HEADER + LIMIT_PENDING or len(last) <= size:
            break
        frames += [last[:size], last[size:]]
    return [*frames, last]


def _kind(frame: bytes) -> bytes:
    return frame[HEADER : HEADER + _HEAD]


def _blank(frame: bytes) -> bytes:
    """The same frame, but for the text of an Auth, of which only the length is left."""
    start = HEADER + _BEFORE_TEXT.get(frame[HEADER + _HEAD], _HEAD + 1) if len(frame) > HEADER + _HEAD else len(frame)
    return frame if _kind(frame) != _AUTH else frame[:start] + b"-" * len(frame[start:])


def _has_frame(stream: bytes) -> bool:
    """True once the first frame is whole, or can be none."""
    size = int.from_bytes(stream[:HEADER], "big")
    return len(stream) >= HEADER and (not 0 < size <= LIMIT_PENDING or len(stream) >= HEADER + size)
