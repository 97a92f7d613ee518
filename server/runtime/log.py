"""What the server tells whoever runs it: plain lines, in plain words.

Rule 1: the same line comes at most once a second, and while it goes on ever more seldom, down to once a minute; how
often it was held back is told with the next one.
Rule 2: whatever a peer could have written is shown escaped, so a log cannot be forged and a terminal not be painted.
Rule 3: secrets (tokens, passwords) are never handed to a log.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

EVERY = 1.0  # seconds
PAUSE_MOST = 60.0  # seconds
LINE_MOST = 300  # characters
KINDS_MOST = 256  # kinds of lines that are remembered

Fields = Mapping[str, str | int]
NONE: Fields = {}

_NUMBER = re.compile(r"[0-9]+")


def shown(text: str) -> str:
    r"""Make text safe to show: what is not printable is escaped, and too much is cut.

    >>> shown("a\x1b[2J\nb")
    'a\\x1b[2J\\nb'
    """
    safe = "".join(mark if mark.isprintable() else mark.encode("unicode_escape").decode() for mark in text[:LINE_MOST])
    return safe if len(safe) <= LINE_MOST else safe[: LINE_MOST - 3] + "..."


class LogLine(str):
    """A line for people, and its parts for programs: what was said, and what can be counted or looked up in it."""

    __slots__ = ("event", "fields")

    def __new__(cls, event: str, fields: Fields, more: int) -> "LogLine":
        """Make it of what is safe to show; `more` such lines were held back."""
        line = super().__new__(cls, event + (f" (and {more} more like this)" if more else ""))
        line.event = event
        line.fields = {**fields, "more": more} if more else dict(fields)
        return line

    event: str
    fields: dict[str, str | int]


@dataclass(slots=True)
class _Kind:
    """Lines that count as the same."""

    shown_at: float  # seconds
    pause: float = EVERY  # seconds until the next may be shown
    held: int = 0  # how many were held back since
    line: str = ""  # the last of them
    fields: Fields = field(default_factory=dict)


class Log:
    """Lines on their way to `write`, which gets each as a Line, without its line end."""

    def __init__(self, write: Callable[[str], object]) -> None:
        self._write = write
        self._kinds: dict[str, _Kind] = {}

    def say(self, line: str, now: float, kind: str = "", fields: Fields = NONE) -> None:
        """Show a line. Lines of one `kind` count as the same; without one, those that differ in their numbers only.

        `fields`: what a program may want of it, in a log of JSON.
        """
        kind = _NUMBER.sub("0", kind or line)
        known = self._kinds.pop(kind, None) or _Kind(now - EVERY)
        self._kinds[kind] = known  # the newest stands last
        known.line, known.fields = line, fields
        if now - known.shown_at >= known.pause:
            self._show(known, known.held, now)
        else:
            known.held += 1
        if len(self._kinds) > KINDS_MOST:
            self._forget(next(iter(self._kinds)))

    def beat(self, now: float) -> None:
        """Show what was held back and is due. To be called about once a second."""
        for kind, known in list(self._kinds.items()):
            if now - known.shown_at < known.pause:
                continue
            if known.held:
                self._show(known, known.held - 1, now)
            elif now - known.shown_at >= PAUSE_MOST:
                del self._kinds[kind]

    def close(self) -> None:
        """Show all that was held back."""
        for kind in list(self._kinds):
            self._forget(kind)

    def _forget(self, kind: str) -> None:
        known = self._kinds.pop(kind)
        if known.held:
            self._show(known, known.held - 1, known.shown_at)

    def _show(self, known: _Kind, more: int, now: float) -> None:
        known.pause = min(2 * known.pause, PAUSE_MOST) if known.held else EVERY
        known.shown_at, known.held = now, 0
        fields = {key: shown(value) if isinstance(value, str) else value for key, value in known.fields.items()}
        self._write(LogLine(shown(known.line), fields, more))
