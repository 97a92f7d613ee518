"""When a match may begin: once all connected people with a seat are ready, or some time after the host is."""

from petard.server.room.seats import Seats
from petard.server.room.settings import SetupChoice
from petard.shared.rules.ruleset import TICK_RATE

PATIENCE = 20 * TICK_RATE  # once the host is ready, others who are not get so much time


class StartRule:
    """Decides when a match may begin. `closing`: why none begins any more, and nobody may join."""

    def __init__(self, seats: Seats, choice: SetupChoice) -> None:
        self.closing = ""
        self._seats, self._choice = seats, choice
        self._ticks_left = PATIENCE

    @property
    def is_alone(self) -> bool:
        """True when fewer than two would play."""
        return len(self._seats.players(self._choice.current.away)) < 2

    def connected_players(self) -> list[int]:
        """The slots of people that are connected."""
        return [seat.slot for seat in self._seats.people() if not self._seats.is_disconnected(seat)]

    @property
    def is_everybody_ready(self) -> bool:
        """True when all connected people with a seat are ready."""
        slots = self.connected_players()
        return bool(slots) and all(self._seats.by_slot[slot].ready for slot in slots) and not self.closing

    def count_down(self) -> int:
        """Ticks until the match begins without the others, since the host is ready and not alone; else PATIENCE."""
        host = self._seats.host
        is_ready = any(seat.ready for seat in self._seats.people() if seat.member == host)
        if self.is_alone or self.closing or not is_ready:
            self.reset()
        else:
            self._ticks_left -= 1
        return self._ticks_left

    def reset(self) -> None:
        """Count down from the start again."""
        self._ticks_left = PATIENCE
