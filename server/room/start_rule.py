"""When a match may begin: once all connected people with a seat are ready, or some time after the host is."""

from petard.server.room.seats import Seats
from petard.server.room.settings import SetupChoice
from petard.shared.rules.ruleset import TICK_RATE

READY_WAIT = 20 * TICK_RATE  # how long a host who is ready waits for others who are not


class StartRule:
    """Decides when a match may begin. `refusal`: why none begins any more, and nobody may join; "" while they may."""

    def __init__(self, seats: Seats, choice: SetupChoice) -> None:
        self.refusal = ""
        self._seats, self._choice = seats, choice
        self._ticks_left = READY_WAIT

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
        return bool(slots) and all(self._seats.by_slot[slot].ready for slot in slots) and not self.refusal

    def count_down(self) -> int:
        """Ticks until the match begins without the others, since the host is ready and not alone; else READY_WAIT."""
        host = self._seats.host
        is_ready = any(seat.ready for seat in self._seats.people() if seat.member == host)
        if self.is_alone or self.refusal or not is_ready:
            self.reset()
        else:
            self._ticks_left -= 1
        return self._ticks_left

    def reset(self) -> None:
        """Count down from the start again."""
        self._ticks_left = READY_WAIT
