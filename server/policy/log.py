"""The server's log: plain lines for the person who runs it.

Rule 1: equal lines are shown at most once a second, then at ever longer pauses up to a minute; the next one says how
many were held back.
Rule 2: text that a peer may have written is escaped, so nobody can forge a log line or control a terminal.
Rule 3: secrets (tokens, passwords) are never passed to a log.
Rule 4: who logs a Trouble counts it, too: a held line, or one for many failures, is no figure.
"""

import re
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum, auto

from petard.server.policy.text import escaped

PAUSE_FIRST, PAUSE_MOST = 1.0, 60.0  # seconds
LINE_MOST = 300  # characters
KINDS_MOST = 256  # kinds of lines that are remembered

Fields = Mapping[str, str | int]
NONE: Fields = {}

_NUMBER = re.compile(r"[0-9]+")


def shown(text: str) -> str:
    r"""Make text safe to show: escape what is not printable, cut what is too long.

    >>> shown("a\x1b[2J\nb")
    'a\\x1b[2J\\nb'
    """
    safe = escaped(text[:LINE_MOST])
    return safe if len(safe) <= LINE_MOST else safe[: LINE_MOST - 3] + "..."


class Trouble(Enum):
    """What is counted for /metrics, so that a monitor can tell the person who runs the server."""

    FLOOD = auto()
    SLOW_READER = auto()
    RECORDING = auto()
    RESULTS = auto()
    AGONES = auto()


class LogLine(str):
    """A line for people, with its parts for programs: the event, and fields that can be counted or looked up."""

    event: str
    fields: dict[str, str | int]


@dataclass(slots=True)
class LineKind:
    """Lines that count as equal."""

    shown_at: float  # seconds
    pause: float = PAUSE_FIRST  # seconds until the next may be shown
    held: int = 0  # how many were held back since
    line: str = ""  # the last of them
    fields: Fields = field(default_factory=dict)


class Log:
    """Limits the rate of lines and passes each to `output` as a LogLine, without a line end."""

    def __init__(self, output: Callable[[str], object]) -> None:
        self._output = output
        self.troubles: Counter[Trouble] = Counter()
        self.kinds: dict[str, LineKind] = {}  # KINDS_MOST at most; the newest stands last

    def write(self, line: str, now: float, kind: str = "", fields: Fields = NONE) -> None:
        """Log a line. Lines of a `kind` count as equal, or those equal but for numbers. `fields`: for a JSON log."""
        kind = _NUMBER.sub("0", kind or line)
        known = self.kinds.pop(kind, None) or LineKind(now - PAUSE_FIRST)
        self.kinds[kind] = known
        known.line, known.fields = line, fields
        if now - known.shown_at >= known.pause:
            self._show(known, known.held, now)
        else:
            known.held += 1
        if len(self.kinds) > KINDS_MOST:
            self._forget(next(iter(self.kinds)))

    def flush_due(self, now: float) -> None:
        """Show held lines whose pause is over. Call this about once a second."""
        for kind, known in list(self.kinds.items()):
            elapsed = now - known.shown_at
            if known.held and elapsed >= known.pause:
                self._show(known, known.held - 1, now)
            elif elapsed >= PAUSE_MOST:
                del self.kinds[kind]

    def close(self) -> None:
        """Show all held lines."""
        for kind in list(self.kinds):
            self._forget(kind)

    def _forget(self, kind: str) -> None:
        known = self.kinds.pop(kind)
        if known.held:
            self._show(known, known.held - 1, known.shown_at)

    def _show(self, known: LineKind, more: int, now: float) -> None:
        known.pause = min(2 * known.pause, PAUSE_MOST) if known.held else PAUSE_FIRST
        known.shown_at, known.held = now, 0
        fields = {key: shown(value) if isinstance(value, str) else value for key, value in known.fields.items()}
        event = shown(known.line)
        line = LogLine(f"{event} (and {more} more like this)" if more else event)
        line.event, line.fields = event, fields | ({"more": more} if more else {})
        self._output(line)
