"""The console's line protocol: how bytes become lines, which lines are refused, how answers and events look. Pure.

Rule 1: a line ends in LF or CRLF, is UTF-8 without control characters, and has LINE_MOST bytes at most before that,
however the stream is cut.
Rule 2: input that is clearly not meant for the console ends the connection: a browser that some page sent here to give
commands in the user's name (its first line is HTTP), or a binary protocol. Later, a bad line is only an error.
Rule 3: an answer is any number of lines and then one that a script can wait for: `ok`, or `error: ` and a sentence.
Events begin with a star. No other line looks like these.
"""

import re
from collections.abc import Callable, Iterable, Iterator

from petard.server.policy.admin_commands import AdminRole, CommandError, parse_command, shortened
from petard.server.policy.text import escaped
from petard.server.room.status import MatchOver, MemberEvent, RoomEvent, RoundBegan, RoundWon
from petard.shared.protocol.messages import Chat

LINE_MOST = 1024  # bytes
OK, ERROR, EVENT = "ok", "error: ", "* "
FOLLOW = "follow"
PASSWORD_PROMPT = "This is the console of a Petard server. Password?\n"
GREETING = "This is the console of a Petard server. Try help; an answer ends in `ok` or in `error: ...`.\n"
_HTTP = re.compile(r"\S+ .*HTTP/\d(\.\d)?|(GET|HEAD|POST|PUT|OPTIONS|CONNECT|PRI) .*", re.IGNORECASE)


class BadLine(ValueError):
    """A line that is not text; one sentence."""


class ConsoleLines:
    """Cuts a stream into lines. `broken`: why reading stopped, or "". `is_ended`: the input is over."""

    def __init__(self) -> None:
        self.broken = ""
        self.is_ended = False
        self._buffer = bytearray()
        self._is_first = True

    def receive_data(self, data: bytes) -> None:
        """Add bytes; none means that the input is over, which also ends the last line."""
        if not data:
            self.is_ended = True
            data = b"" if self._buffer.endswith(b"\n") or not self._buffer else b"\n"
        if not self.broken:
            self._buffer += data

    @property
    def has_line(self) -> bool:
        """True if `next_line` has a line, or a reason to stop."""
        return not self.broken and (b"\n" in self._buffer or len(self._buffer.removesuffix(b"\r")) > LINE_MOST)

    def next_line(self) -> str | None:
        """Return the next line, None if there is none; raises BadLine for no text, and when reading stops."""
        if not self.has_line:
            return None
        raw, end, rest = bytes(self._buffer).partition(b"\n")
        raw = raw.removesuffix(b"\r")
        if len(raw) > LINE_MOST or not end:
            raise self._stop(f"a line has at most {LINE_MOST} bytes")
        self._buffer = bytearray(rest)
        is_first, self._is_first = self._is_first, False
        try:
            line = raw.decode("utf-8").replace("\t", " ")
        except UnicodeDecodeError:
            line = "\0"
        if _HTTP.fullmatch(line.strip()):
            raise self._stop("this is no web server")
        if line.isprintable():
            return line
        if is_first:
            raise self._stop("this is a console of lines of text")
        raise BadLine("a line is UTF-8 without control characters")

    def _stop(self, why: str) -> BadLine:
        self.broken = why
        self._buffer.clear()
        return BadLine(why)


class ConsoleSession:
    """One user of the console: cuts the input into `lines`, and answers each."""

    def __init__(self, run: Callable[[str, float], list[str]]) -> None:
        """`run`: carries out a command or raises CommandError."""
        self.lines = ConsoleLines()
        self.follows = False  # events are wanted
        self.check_password: Callable[[str, float], str] | None = None  # answers the lines until it is None
        self._run = run

    @property
    def is_open(self) -> bool:
        return self.check_password is None

    @property
    def is_done(self) -> bool:
        """True once the input is over, all is answered, and no events are wanted."""
        return self.lines.is_ended and not self.lines.has_line and not self.follows

    def answer_next(self, now: float) -> str:
        """Return the answer to the next line, or why it is none; "" if nothing has to be answered."""
        try:
            line = self.lines.next_line()
        except BadLine as problem:
            return error_of(problem)
        if line is None:
            return ""
        return (self.check_password or self.answer)(line, now)

    def answer(self, line: str, now: float) -> str:
        """Return the whole answer to a command, with its last line end; "" for an empty line."""
        words = line.split()
        if not words:
            return ""
        try:
            return answer_of(self._follow(line) if words[0].lower() == FOLLOW else self._run(line, now))
        except CommandError as problem:
            return error_of(problem)

    def _follow(self, line: str) -> list[str]:
        what = parse_command(line, AdminRole.CONSOLE).text(0).lower() or "on"
        if what not in ("on", "off"):
            raise CommandError(f"follow on or off, not {shortened(what)}")
        self.follows = what == "on"
        return []


def answer_of(lines: Iterable[str]) -> str:
    return "".join(f"{_plain(line)}\n" for line in lines) + f"{OK}\n"


def error_of(sentence: object) -> str:
    return f"{ERROR}{escaped(str(sentence))}\n"


def event_line(text: str) -> str:
    return f"{EVENT}{escaped(text)}\n"


def _plain(line: str) -> str:
    line = escaped(line)
    return f" {line}" if line == OK or line.startswith((ERROR, EVENT)) else line


def event_text(event: RoomEvent) -> str:
    """Return an event of the room in words whose beginning names its kind."""
    match event:
        case MemberEvent(change, _, name, reason):
            return f"{change.value} {name}{f': {reason}' if reason else ''}"
        case RoundBegan(number, map, rules):
            return f"round began {number}: {map}, {rules}"
        case RoundWon(number, winner):
            return f"round won {number}: {winner}" if winner else f"round drawn {number}"
        case MatchOver(_, _, champion):
            return f"match over: {champion or 'nobody'} has won"


class ChatFeed:
    """Turns new chat of a room into lines for followers. `lines_after`: the room's chat after a number."""

    def __init__(self, lines_after: Callable[[int], Iterable[Chat]]) -> None:
        self._lines_after = lines_after
        self._seen = 0  # the number of the last line of chat

    def lines(self) -> Iterator[str]:
        """Yield the lines of chat since the last call; the server's own are left out."""
        for line in self._lines_after(self._seen):
            self._seen = line.number
            if line.name:
                yield event_line(f"chat {line.name}: {line.text}")
