"""What the server tells whoever runs it: plain lines, in plain words.

Rule 1: the same line comes at most once a second; how often it was held back is told with the next one.
Rule 2: whatever a peer could have written is shown escaped, so a log cannot be forged and a terminal not be painted.
Rule 3: secrets (tokens) are never handed to a log.
"""

from collections.abc import Callable

EVERY = 1.0  # seconds
LINE_MOST = 300  # characters
KINDS_MOST = 256  # kinds of lines that are remembered

_DIGITS = str.maketrans("123456789", "000000000")


def shown(text: str) -> str:
    r"""Make text safe to show: what is not printable is escaped, and too much is cut.

    >>> shown("a\x1b[2J\nb")
    'a\\x1b[2J\\nb'
    """
    safe = "".join(mark if mark.isprintable() else mark.encode("unicode_escape").decode() for mark in text[:LINE_MOST])
    return safe if len(safe) <= LINE_MOST else safe[: LINE_MOST - 3] + "..."


class Log:
    """Lines on their way to `write`, which gets each without its line end."""

    def __init__(self, write: Callable[[str], object]) -> None:
        self._write = write
        self._kinds: dict[str, tuple[float, int, str]] = {}  # kind: (last shown at, held back since, the last of them)

    def say(self, line: str, now: float, kind: str = "") -> None:
        """Show a line. Lines of one `kind` count as the same; without one, those that differ in their numbers only."""
        kind = (kind or line).translate(_DIGITS)
        last, held, _ = self._kinds.get(kind, (now - EVERY, 0, ""))
        if now - last < EVERY:
            self._kinds[kind] = (last, held + 1, line)
            return
        self._show(line, held)
        self._kinds.pop(kind, None)  # so that the newest stands last
        self._kinds[kind] = (now, 0, "")
        if len(self._kinds) > KINDS_MOST:
            self._forget(next(iter(self._kinds)))

    def beat(self, now: float) -> None:
        """Show what was held back and is due. To be called about once a second."""
        for kind, (last, held, line) in list(self._kinds.items()):
            if held and now - last >= EVERY:
                self._show(line, held - 1)
                self._kinds[kind] = (now, 0, "")
            elif now - last >= 60 * EVERY:
                del self._kinds[kind]

    def close(self) -> None:
        """Show all that was held back."""
        for kind in list(self._kinds):
            self._forget(kind)

    def _forget(self, kind: str) -> None:
        _, held, line = self._kinds.pop(kind)
        if held:
            self._show(line, held - 1)

    def _show(self, line: str, held: int) -> None:
        more = f" (and {held} more like this)" if held else ""
        self._write(shown(line) + more)
