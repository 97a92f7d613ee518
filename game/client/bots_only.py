"""Whether nobody at this machine plays in the round any more, and for how long. Pure."""

from collections.abc import Collection

from game.client.view import View

SHOWN = 2.0  # seconds: so long the end of the last of us is shown at the usual pace


class BotsOnly:
    """One for each round. Look at every picture."""

    def __init__(self) -> None:
        self._since: float | None = None  # when the last of us was out; None while one lives

    def look(self, view: View, mine: Collection[int], now: float) -> bool:
        """True once none of `mine` has lived for SHOWN, in a round that is not decided yet."""
        living = [player.slot for player in view.players if player.alive]
        if view.go_in > 0 or len(living) < 2 or any(slot in mine for slot in living):
            self._since = None
            return False
        if self._since is None:
            self._since = now
        return now - self._since >= SHOWN
