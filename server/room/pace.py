"""How the time of one room passes when the game that started the server steers it.

Rule 1: an order counts only while exactly one member is connected. A second one ends pause, fast and skip at once. The
        server does not bring them back when the second one leaves; the game may order them again.
Rule 2: `fast` and `skip` count for the round that they name, and only while nobody who is connected has a living body
        in it: from the end of the countdown to the end of the round. What follows (results, the next round) is normal.
Rule 3: there is no pause in the lobby, where nothing happens.
"""

from petard.server.room.outgoing import Outgoing
from petard.server.room.room import Room
from petard.shared.control_channel import ControlOrder, ControlVerb, Pace
from petard.shared.protocol.messages import Phase


class PaceControl:
    """Takes orders, and tells the pace of this moment. `pace` is to be asked once a turn."""

    def __init__(self, room: Room) -> None:
        self._room = room
        self._is_paused = False
        self._fast = 0  # the number of the round that runs fast, 0 if none does
        self._skipped = 0  # and of the one that is skipped

    @property
    def is_allowed(self) -> bool:
        """True while an order may count."""
        return self._room.people == 1 and self._room.phase is not Phase.LOBBY

    def obey(self, order: ControlOrder) -> list[Outgoing]:
        """Do what is ordered, if that is allowed now; returns what is to be said."""
        if not self.is_allowed:
            return []
        match order.verb:
            case ControlVerb.PAUSE:
                self._is_paused = True
            case ControlVerb.RESUME:
                self._is_paused = False
            case ControlVerb.FAST:
                self._fast = self._if_left_to_bots(order.round)
            case ControlVerb.SKIP:
                self._skipped = self._if_left_to_bots(order.round)
            case ControlVerb.RESTART:
                self._forget()
                return self._room.begin_anew()
        return []

    def pace(self) -> Pace:
        """How time passes in this turn."""
        if not self.is_allowed:
            self._forget()
        self._fast, self._skipped = self._if_left_to_bots(self._fast), self._if_left_to_bots(self._skipped)
        if self._is_paused:
            return Pace.PAUSED
        if self._skipped:
            return Pace.SKIP
        return Pace.FAST if self._fast else Pace.NORMAL

    def _forget(self) -> None:
        self._is_paused, self._fast, self._skipped = False, 0, 0

    def _if_left_to_bots(self, number: int) -> int:
        return number if number and number == self._room.left_to_bots else 0
