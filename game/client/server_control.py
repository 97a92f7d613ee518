"""How this game steers the server that it started: what it orders, and how time passes there. Pure.

Rule 1: the server decides (server/room/pace.py). Here is only what we want, and what the server last said.
Rule 2: nothing is ordered unless we are the only ones there. Once somebody joins, what we wanted is forgotten.
Rule 3: orders leave in the order in which they were given, each once: `hold` may be called in every picture.
"""

from petard.shared.control_channel import ControlOrder, ControlVerb, Pace


class ServerControl:
    """One for each server of our own. `pace`: what the server said last."""

    def __init__(self) -> None:
        self.pace = Pace.NORMAL
        self._is_alone = False
        self._held: bool | None = False  # what was ordered last; None: it does not hold any more
        self._round = 0  # the number of the round that was announced last
        self._hurried = False  # we ordered this round to run fast
        self._orders: list[ControlOrder] = []

    @property
    def is_alone(self) -> bool:
        """True while we may order: nobody else is connected, as far as we were told."""
        return self._is_alone

    @property
    def is_paused(self) -> bool:
        """True while the server stands still."""
        return self.pace is Pace.PAUSED

    # What we learn

    def company(self, is_alone: bool) -> None:
        """Note whether we are the only ones who are connected."""
        if self._is_alone and not is_alone:
            self._hurried, self._held = False, False  # the server has ended both by itself
        self._is_alone = is_alone

    def hear(self, pace: Pace) -> None:
        """Note what the server said. Where that is not what we ordered, `hold` orders it again."""
        self.pace = pace
        if self.is_paused != self._held:
            self._held = None

    def begin_round(self, number: int) -> None:
        """A round was announced."""
        self._round, self._hurried = number, False

    # What we want

    def hold(self, wanted: bool) -> None:
        """Let the server stand still, or go on."""
        wanted = wanted and self._is_alone
        if wanted != self._held:
            self._held = wanted
            self._order(ControlVerb.PAUSE if wanted else ControlVerb.RESUME)

    def hurry(self) -> None:
        """Let the rest of this round run fast: only bots play it."""
        if self._is_alone and not self._hurried:
            self._hurried = True
            self._order(ControlVerb.FAST, self._round)

    def skip(self) -> None:
        """Let the rest of this round be played at once."""
        if self._is_alone:
            self._order(ControlVerb.SKIP, self._round)

    def restart(self) -> None:
        """Let the match begin anew."""
        if self._is_alone:
            self._order(ControlVerb.RESTART)

    def _order(self, verb: ControlVerb, number: int = 0) -> None:
        self._orders.append(ControlOrder(verb, number))

    def take(self) -> list[ControlOrder]:
        """The orders since the last call."""
        orders, self._orders = self._orders, []
        return orders
