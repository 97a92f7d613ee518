"""The lines of the console: how bytes become lines, what a line must not be, and how events are told. Pure.

Rule 1: a line ends in LF or CRLF, is UTF-8 without control characters, and no longer than LINE_MOST bytes.
Rule 2: whatever is no line of somebody who means the console ends the connection: a browser that a page has sent here,
to have it say things in the name of who sits there (its first line is HTTP), or any protocol that is not text.
Later on a bad line is an error and no more.
Rule 3: an answer is any number of lines and then one that a script waits for: `ok`, or `error: ` and a sentence. Events
begin with a star. No other line looks like these.
"""

import re
from collections.abc import Iterable

from petard.server.room.events import (
    Happening,
    MatchOver,
    MemberDisconnected,
    MemberJoined,
    MemberLeft,
    MemberReturned,
    RoundBegan,
    RoundWon,
)
from petard.shared.protocol.messages import Chat

LINE_MOST = 1024  # bytes
OK, ERROR, EVENT = "ok", "error: ", "* "
_HTTP = re.compile(r"\S+ .*HTTP/\d(\.\d)?|(GET|HEAD|POST|PUT|OPTIONS|CONNECT|PRI) .*", re.IGNORECASE)


class Lines:
    """Cuts a stream into lines. `broken`: why nothing more is read, "" while all is well."""

    def __init__(self) -> None:
        self.broken = ""
        self._buffer = bytearray()
        self._is_first = True

    def receive_data(self, data: bytes) -> None:
        """Take bytes."""
        if not self.broken:
            self._buffer += data

    @property
    def has_line(self) -> bool:
        """True if `take` has something to give or to complain of."""
        return not self.broken and (b"\n" in self._buffer or len(self._buffer) > LINE_MOST)

    def end(self) -> None:
        """Nothing follows: what is left is a line, too."""
        if self._buffer and not self._buffer.endswith(b"\n"):
            self._buffer += b"\n"

    def take(self) -> str | None:
        """The next line; None if there is none yet, or never will be. Raises BadLine for one that is no text."""
        if not self.has_line:
            return None
        raw, end, rest = bytes(self._buffer).partition(b"\n")
        if len(raw) > LINE_MOST + 1 or not end:  # one more, for a CR
            self._break(f"a line has at most {LINE_MOST} bytes")
            return None
        self._buffer = bytearray(rest)
        is_first, self._is_first = self._is_first, False
        try:
            line = raw.removesuffix(b"\r").decode("utf-8").replace("\t", " ")
        except UnicodeDecodeError:
            line = "\0"
        if _HTTP.fullmatch(line.strip()):
            self._break("this is no web server")
            return None
        if not line.isprintable():
            if is_first:
                self._break("this is a console of lines of text")
                return None
            raise BadLine("a line is UTF-8 without control characters")
        return line

    def _break(self, why: str) -> None:
        self.broken = why
        self._buffer.clear()


class BadLine(ValueError):
    """A line that is no text; one sentence."""


def answer_of(lines: Iterable[str]) -> str:
    """An order was carried out, and these lines came of it."""
    return "".join(f"{_plain(line)}\n" for line in lines) + f"{OK}\n"


def error_of(sentence: object) -> str:
    """An order was not carried out."""
    return f"{ERROR}{_one_line(str(sentence))}\n"


def event_of(text: str) -> str:
    """Something has happened."""
    return f"{EVENT}{_one_line(text)}\n"


def _plain(line: str) -> str:
    line = _one_line(line)
    return f" {line}" if line == OK or line.startswith((ERROR, EVENT)) else line


def _one_line(text: str) -> str:
    return "".join(mark if mark.isprintable() else mark.encode("unicode_escape").decode() for mark in text)


def told(happening: Happening) -> str:
    """What has happened, in words that begin always the same."""
    match happening:
        case MemberJoined(_, name):
            return f"joined {name}"
        case MemberReturned(_, name):
            return f"returned {name}"
        case MemberDisconnected(_, name):
            return f"lost {name}"
        case MemberLeft(_, name, reason):
            return f"left {name}: {reason}"
        case RoundBegan(number, map, rules):
            return f"round began {number}: {map}, {rules}"
        case RoundWon(number, winner):
            return f"round won {number}: {winner}" if winner else f"round drawn {number}"
        case MatchOver(_, _, champion):
            return f"match over: {champion or 'nobody'} has won"


def said(line: Chat) -> str:
    """What somebody said, or the server."""
    return f"chat {line.name or '-'}: {line.text}"
