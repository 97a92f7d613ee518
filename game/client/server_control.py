"""How this game controls the server that it started: the orders to send, and the pace that the server reported.

Rule 1: the server decides (server/room/pace.py). Here is only what we want, and what the server reported last.
Rule 2: nothing about the pace is ordered unless we are alone there. Once another player joins, what we wanted is
        forgotten.
Rule 3: orders are sent in the order in which they were given, each once: `pause` may be called in every picture.
"""

from dataclasses import dataclass

from petard.shared.control_channel import WITH_ROUND, ControlOrder, ControlVerb, ListingState, Pace
from petard.shared.protocol.messages import Round


@dataclass(slots=True)
class ServerChoices:
    """What the person has chosen for the server; it counts also after a restart of it."""

    takes_pads: bool = True  # browsers may join
    standby: str = "off"  # whether another computer keeps a copy of the room: off, ask or on


@dataclass(slots=True)
class LastOrders:
    """What was ordered last. `fast`: the round for which it was."""

    pause: bool | None = False  # None: it does not hold any more
    fast: Round | None = None


class ServerControl:
    """One for each server of our own."""

    def __init__(self, standby: str = "off") -> None:
        """`standby`: as in ServerChoices."""
        self.choices = ServerChoices(standby=standby)
        self.pace = Pace.NORMAL  # what the server reported last
        self.web_port: int | None = None  # where the server serves browsers, once it does
        self.listing: ListingState | None = None  # what came of the announcement at a directory; None: nothing is known
        self.is_alone = False  # nobody else is connected, as far as we know: we may order
        self._last = LastOrders()
        self._round: Round | None = None  # the one that was announced last
        self._orders: list[ControlOrder] = []

    @property
    def is_paused(self) -> bool:
        return self.pace is Pace.PAUSED

    def set_alone(self, is_alone: bool) -> None:
        if self.is_alone and not is_alone:
            self._last = LastOrders()  # the server has ended both by itself
        self.is_alone = is_alone

    def set_pace(self, pace: Pace) -> None:
        """Note what the server reported. Where that is not what we ordered, `pause` orders it again."""
        self.pace = pace
        if self.is_paused != self._last.pause:
            self._last.pause = None

    def set_round(self, announcement: Round | None) -> None:
        """Note which round was announced last. Two are told apart by identity: a number comes again in each match."""
        self._round = announcement

    def pause(self, wanted: bool) -> None:
        wanted = wanted and self.is_alone
        if wanted != self._last.pause:
            self._last.pause = wanted
            self._order(ControlVerb.PAUSE if wanted else ControlVerb.RESUME)

    def run_fast(self) -> None:
        """Order the rest of this round to run fast: only bots play it."""
        if self.is_alone and self._round is not self._last.fast:
            self._last.fast = self._round
            self._order(ControlVerb.FAST)

    def skip(self) -> None:
        if self.is_alone:
            self._order(ControlVerb.SKIP)

    def restart(self) -> None:
        if self.is_alone:
            self._order(ControlVerb.RESTART)

    def take_pads(self, wanted: bool) -> None:
        """Let browsers join, or not."""
        if wanted != self.choices.takes_pads:
            self.choices.takes_pads = wanted
            self._order(ControlVerb.PADS_ON if wanted else ControlVerb.PADS_OFF)

    def keep_copies(self, standby: str) -> None:
        """Let another computer keep a copy of the room, or not: off, ask or on."""
        if standby != self.choices.standby:
            self.choices.standby = standby
            self._order(ControlVerb(f"standby-{standby}"))

    def _order(self, verb: ControlVerb) -> None:
        number = self._round.number if self._round and verb in WITH_ROUND else 0
        self._orders.append(ControlOrder(verb, number))

    def take_orders(self) -> list[ControlOrder]:
        orders, self._orders = self._orders, []
        return orders
