"""What lets a member back in whose line was lost: the one secret that it was told, and for how long it counts.

Rule 1: tokens are not kept, only their SHA-256; they are compared in constant time, and each counts for one return.
Rule 2: a token counts until the next one has arrived for certain. A Welcome may be lost with the line that carried it,
and then its reader knows the token before it only; so two count until the first word is heard on the new line.
Nothing is kept for who was never heard: nobody has the token, or somebody only knocks and runs away.
Rule 3: time is counted in ticks, so a server that was stopped for a while takes none from anybody.
"""

import hashlib
import hmac
from dataclasses import dataclass

from petard.shared.protocol.messages import Away
from petard.shared.rules.ruleset import TICK_RATE

HELD = 90 * TICK_RATE  # ticks for which a chair is kept
NO_TOKEN = b""
_FOR = f"for up to {HELD // TICK_RATE} seconds"
LOST = {
    Away.BOT: f"lost the line; a bot plays on {_FOR}.",
    Away.STATUE: f"lost the line and stands still {_FOR}.",
    Away.NONE: f"lost the line and is off the board; the chair is kept {_FOR}.",
}
LOST_AT_REST = f"lost the line; the place is kept {_FOR}."  # in the lobby, or while only watching


@dataclass(slots=True)
class RejoinToken:
    """The digests of the tokens that count. `left`: the ticks until the chair is free; 0 while the line is there."""

    told: bytes = NO_TOKEN  # the one in the last Welcome
    shown: bytes = NO_TOKEN  # the one that was answered by that Welcome, until its arrival is certain
    left: int = 0
    is_heard: bool = False  # a Welcome has arrived: somebody has a token

    def renew(self, shown: str, told: str) -> None:
        """Note that a Hello with the token `shown`, or "", was answered with the token `told`."""
        self.is_heard = self.is_heard or bool(shown)
        self.shown = token_digest(shown) if shown else NO_TOKEN
        self.told = token_digest(told)

    def confirm(self) -> None:
        """Note that the last Welcome has arrived."""
        self.is_heard = True
        self.shown = NO_TOKEN

    @property
    def is_open(self) -> bool:
        """True while nobody was ever told a token: the chair is for the first who comes."""
        return self.told == NO_TOKEN

    def fits(self, digest: bytes) -> bool:
        """True if the token with this digest counts."""
        return hmac.compare_digest(digest, self.told) | hmac.compare_digest(digest, self.shown)

    def hold(self) -> None:
        """Keep the chair: the line was lost."""
        self.left = HELD


def token_digest(token: str) -> bytes:
    """The SHA-256 of a token: all that is kept of it."""
    return hashlib.sha256(token.encode()).digest()
