"""Whether only bots still play in a round, as seen from this machine, and for how long. Pure."""

from collections.abc import Collection

from petard.game.view.view import View

SHOWN = 2.0  # seconds: how long a death is shown: the deadly tile is marked, and nothing runs faster yet
CALM = 0.7  # seconds after that in which a press does not skip yet: people still hammer on their keys when they die


class BotsOnly:
    """One for each round. Look at every picture."""

    def __init__(self) -> None:
        self._since: float | None = None  # when the last of us was out; None while one lives
        self.may_skip = False  # a key pressed now means: skip the rest

    def look(self, view: View, mine: Collection[int], now: float) -> bool:
        """True once none of `mine` has lived for SHOWN, in a round that is not decided yet."""
        living = [player.slot for player in view.players if player.alive]
        if view.go_in > 0 or len(living) < 2 or any(slot in mine for slot in living):
            self._since, self.may_skip = None, False
            return False
        if self._since is None:
            self._since = now
        self.may_skip = now - self._since >= SHOWN + CALM
        return now - self._since >= SHOWN
