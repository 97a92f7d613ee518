"""Recorded TCP conversations as text, one event a line; README.md says what each kind of event is.

Rule: a file that is no capture is refused with one sentence that names the line.
"""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

FIRST_LINE = "tcpcut 1"
WITH_DATA = (">", "<", "extra>")
KINDS = ("open", "open-ipv6", "open-slow", "neighbour", "end>", "end<", "reset>", "reset<", *WITH_DATA)
_LINE = re.compile(r'([0-9]{1,9}) (\S+)(?: "((?:[^"\\]|\\.)*)")?')
_ESCAPE = re.compile(r"\\(?:x([0-9a-fA-F]{2})|(.))")
_LETTERS = {"n": "\n", "r": "\r", "t": "\t", "\\": "\\", '"': '"'}
_SHORT = {ord(char): f"\\{letter}" for letter, char in _LETTERS.items()}


class TcpcutError(Exception):
    """Why a check cannot be made, in one sentence."""


class Event(NamedTuple):
    """One event of the connection with the number `conn`. `kind` is one of KINDS; `data` belongs to pieces."""

    conn: int
    kind: str
    data: bytes = b""

    def __str__(self) -> str:
        letters = (_SHORT.get(b) or (chr(b) if 32 <= b < 127 else f"\\x{b:02x}") for b in self.data)
        return f"{self.conn} {self.kind}" + (f' "{"".join(letters)}"' if self.kind in WITH_DATA else "")


class Capture(NamedTuple):
    """The events of all connections of one conversation, in the order in which they happened."""

    events: tuple[Event, ...]

    @classmethod
    def from_text(cls, text: str, name: str = "the text") -> "Capture":
        """Read a capture; empty lines and those that begin with `#` are skipped. Raises TcpcutError."""
        lines = [line.strip() for line in text.strip().split("\n")]
        if lines[0] != FIRST_LINE:
            raise TcpcutError(f"{name} is not a capture: its first line is not {FIRST_LINE!r}")
        rows = [(number, line) for number, line in enumerate(lines[1:], 2) if line and not line.startswith("#")]
        return cls(tuple(_event(line, f"{name}, line {number}") for number, line in rows))

    @classmethod
    def of(cls, source: "Source") -> "Capture":
        r"""Make a capture of what a test may give: a Capture, a path, its text, or the frames that clients send.

        `[b"hello\n", b"bye\n"]` is one connection; `[[b"hello\n"], [b"hi\n", b"bye\n"]]` are two.
        """
        if isinstance(source, Capture):
            return source
        if isinstance(source, (str, Path)):
            is_text = isinstance(source, str) and source.lstrip().startswith(FIRST_LINE)
            return cls.from_text(str(source)) if is_text else cls.from_text(_text_of(Path(source)), str(source))
        one = [frame for frame in source if isinstance(frame, bytes)]
        clients = [one] if one else [frames for frames in source if not isinstance(frames, bytes)]
        pieces = [[Event(n, ">", frame) for frame in frames] for n, frames in enumerate(clients, 1)]
        return cls(tuple(event for n, sent in enumerate(pieces, 1) for event in (Event(n, "open"), *sent)))

    def __str__(self) -> str:
        return "\n".join([FIRST_LINE, *map(str, self.events)]) + "\n"


Source = Capture | str | Path | Sequence[bytes] | Sequence[Sequence[bytes]]


def _text_of(file: Path) -> str:
    try:
        return file.read_bytes().decode("ascii")
    except OSError as error:
        raise TcpcutError(f"cannot read {file}: {error.strerror}") from None
    except UnicodeDecodeError:
        raise TcpcutError(f"{file} is not a capture: it is not an ASCII text") from None


def _event(line: str, where: str) -> Event:
    found = _LINE.fullmatch(line)
    if not found or found[2] not in KINDS or (found[3] is None) == (found[2] in WITH_DATA):
        raise TcpcutError(f"{where} is not an event: {line[:60]!r}")
    try:
        text = _ESCAPE.sub(lambda one: chr(int(one[1], 16)) if one[1] else _LETTERS[one[2]], found[3] or "")
        return Event(int(found[1]), found[2], text.encode("latin-1"))
    except (KeyError, UnicodeEncodeError):
        raise TcpcutError(f"{where} has an escape that does not exist: {line[:60]!r}") from None
