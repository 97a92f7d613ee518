"""The text over the screen while the server is silent or disconnected, or while a bot plays for us.

Rule: it says what happens and what the person can do, and does not change faster than it can be read.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

SHOWN_AFTER = 0.8  # seconds of silence; a good Wi-Fi has pauses of a quarter of one


@dataclass(frozen=True, slots=True)
class ConnectionStatus:
    """A few words over the screen. `broken`: we are disconnected, and Back gives up."""

    words: str
    coming: str = ""  # what happens next
    reason: str = ""  # one sentence
    broken: bool = False


def silence_status(seconds: float) -> ConnectionStatus | None:
    """For a server that has been silent for so long; None while that is normal.

    >>> silence_status(0.5), silence_status(2.2)
    (None, ConnectionStatus(words='No word from the server for 2 s', coming='', reason='', broken=False))
    """
    if seconds < SHOWN_AFTER:
        return None
    return ConnectionStatus(f"No word from the server for {max(1, int(seconds))} s")


def idle_status(names: Sequence[str], all_of_us: bool) -> ConnectionStatus | None:
    """For players who have pressed no key for long, so that bots play for them; None if there are none.

    >>> idle_status([], True), idle_status(["Bo"], False)  # doctest: +ELLIPSIS
    (None, ConnectionStatus(words='Bo was away: a bot plays on. Any key of theirs takes over.', ...))
    """
    if not names:
        return None
    if all_of_us:
        return ConnectionStatus("A bot plays for you: press one of your keys.")
    if len(names) == 1:
        return ConnectionStatus(f"{names[0]} was away: a bot plays on. Any key of theirs takes over.")
    return ConnectionStatus(f"{' and '.join(names)} were away: bots play for them. Any key of theirs takes over.")


def disconnect_status(reason: str, pause: float | None) -> ConnectionStatus:
    """For a lost connection. `pause`: seconds to the next try, None during one.

    >>> disconnect_status("", 1.2).coming, disconnect_status("", None).coming
    ('Trying again in 2 s', 'Trying again now')
    """
    coming = "Trying again now" if pause is None else f"Trying again in {max(1, ceil(pause))} s"
    return ConnectionStatus("The connection is lost", coming, reason, broken=True)
