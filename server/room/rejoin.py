"""The rejoin token of one member: stored as a SHA-256, valid once, for 90 seconds after a disconnect.

Rule 1: the server stores the SHA-256 of a token, not the token, and compares in constant time.
Rule 2: a token is valid until the next one has certainly arrived. A Welcome may be lost with its connection, and then
the client knows only the token before it; so two are valid until the first message on the new connection.
Nothing is kept for a member that never sent a message: no client has its token.
Rule 3: time is counted in ticks, so a server that stood still takes no time from anybody.
"""

import hashlib
import hmac
from dataclasses import dataclass, field

from petard.shared.protocol.messages import Away
from petard.shared.rules.ruleset import TICK_RATE

SEAT_KEPT = 90 * TICK_RATE  # ticks for which a seat is kept
NO_TOKEN = b""
_FOR = f"for up to {SEAT_KEPT // TICK_RATE} seconds"
DISCONNECTED = {
    Away.BOT: f"disconnected; a bot plays on {_FOR}.",
    Away.STATUE: f"disconnected and stands still {_FOR}.",
    Away.NONE: f"disconnected and is off the board; the seat is kept {_FOR}.",
}
DISCONNECTED_AT_REST = f"disconnected; the place is kept {_FOR}."  # in the lobby, or as a spectator


@dataclass(slots=True)
class RejoinToken:
    """The digests of the valid tokens. `ticks_left`: until the seat is free; 0 while the member is connected."""

    current: bytes = field(default=NO_TOKEN, repr=False)  # of the last Welcome; NO_TOKEN: for the first who joins
    previous: bytes = field(default=NO_TOKEN, repr=False)  # sent to get that Welcome; valid until the first message
    ticks_left: int = 0
    is_confirmed: bool = False  # a Welcome has arrived: the client has a token

    def renew(self, used: str, token: str) -> None:
        """Note that a Hello with the token `used`, or "", was answered with a new one."""
        self.is_confirmed = self.is_confirmed or bool(used)
        self.previous = token_digest(used) if used else NO_TOKEN
        self.current = token_digest(token)

    def confirm(self) -> None:
        """The last Welcome has arrived."""
        self.is_confirmed = True
        self.previous = NO_TOKEN

    def fits(self, digest: bytes) -> bool:
        return hmac.compare_digest(digest, self.current) | hmac.compare_digest(digest, self.previous)


def token_digest(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
