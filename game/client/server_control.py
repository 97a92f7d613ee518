"""How this game controls the server that it started: the orders to send, and the pace that the server reported.

Rule 1: the server decides (server/room/pace.py). Here is only what we want, and what the server reported last.
Rule 2: nothing about the pace is ordered unless we are alone there. Once another player joins, what we wanted is
        forgotten.
Rule 3: orders are sent in the order in which they were given, each once: `pause` may be called in every picture.
"""

from petard.shared.control_channel import WITH_ROUND, ControlOrder, ControlVerb, Pace
from petard.shared.protocol.messages import Round


class ServerControl:
    """One for each server of our own."""

    def __init__(self) -> None:
        self.pace = Pace.NORMAL  # what the server reported last
        self.web_port: int | None = None  # where the server serves browsers, once it does
        self.takes_pads = True  # browsers may join; also after a restart
        self.is_alone = False  # nobody else is connected, as far as we know: we may order
        self._pause_ordered: bool | None = False  # what was ordered last; None: it does not hold any more
        self._round: Round | None = None  # the one that was announced last
        self._fast_ordered = False  # for this round
        self._orders: list[ControlOrder] = []

    @property
    def is_paused(self) -> bool:
        return self.pace is Pace.PAUSED

    def set_alone(self, is_alone: bool) -> None:
        if self.is_alone and not is_alone:
            self._fast_ordered, self._pause_ordered = False, False  # the server has ended both by itself
        self.is_alone = is_alone

    def set_pace(self, pace: Pace) -> None:
        """Note what the server reported. Where that is not what we ordered, `pause` orders it again."""
        self.pace = pace
        if self.is_paused != self._pause_ordered:
            self._pause_ordered = None

    def set_round(self, announcement: Round | None) -> None:
        """Note which round was announced last. Two are told apart by identity: a number comes again in each match."""
        if announcement is not self._round:
            self._round, self._fast_ordered = announcement, False

    def pause(self, wanted: bool) -> None:
        wanted = wanted and self.is_alone
        if wanted != self._pause_ordered:
            self._pause_ordered = wanted
            self._order(ControlVerb.PAUSE if wanted else ControlVerb.RESUME)

    def run_fast(self) -> None:
        """Order the rest of this round to run fast: only bots play it."""
        if self.is_alone and not self._fast_ordered:
            self._fast_ordered = True
            self._order(ControlVerb.FAST)

    def skip(self) -> None:
        if self.is_alone:
            self._order(ControlVerb.SKIP)

    def restart(self) -> None:
        if self.is_alone:
            self._order(ControlVerb.RESTART)

    def take_pads(self, wanted: bool) -> None:
        """Let browsers join, or not."""
        if wanted != self.takes_pads:
            self.takes_pads = wanted
            self._order(ControlVerb.PADS_ON if wanted else ControlVerb.PADS_OFF)

    def _order(self, verb: ControlVerb) -> None:
        number = self._round.number if self._round and verb in WITH_ROUND else 0
        self._orders.append(ControlOrder(verb, number))

    def take_orders(self) -> list[ControlOrder]:
        orders, self._orders = self._orders, []
        return orders
