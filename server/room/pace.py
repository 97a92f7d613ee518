"""The pace of a room while the game that started the server controls it.

Rule 1: an order counts only while exactly one member is connected. A second one ends pause, fast and skip at once. The
        server does not restore them when the second one leaves; the game may order them again.
Rule 2: `fast` and `skip` count for the round that they name, and only while no connected member has a living body in
        it: from the end of the countdown to the end of the round. What follows (results, the next round) is normal.
Rule 3: no order has an effect in the lobby.
"""

from petard.server.room.room import Room
from petard.shared.control_channel import ControlOrder, ControlVerb, Pace
from petard.shared.protocol.messages import Phase


class PaceControl:
    """Obeys orders. `pace` is to be called once in each update."""

    def __init__(self, room: Room) -> None:
        self._room = room
        self._is_paused = False
        self._fast = 0  # the number of the round that runs fast; 0: none
        self._skipped = 0  # of the round that is skipped

    @property
    def is_allowed(self) -> bool:
        return self._room.people == 1 and self._room.phase is not Phase.LOBBY

    def obey(self, order: ControlOrder) -> bool:
        """Obey an order; True if the match shall begin again."""
        if not self.is_allowed:
            return False
        match order.verb:
            case ControlVerb.PAUSE | ControlVerb.RESUME:
                self._is_paused = order.verb is ControlVerb.PAUSE
            case ControlVerb.FAST:
                self._fast = self._if_left_to_bots(order.round)
            case ControlVerb.SKIP:
                self._skipped = self._if_left_to_bots(order.round)
            case ControlVerb.RESTART:
                self._forget()
                return True
        return False

    def pace(self) -> Pace:
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
        """The number, if this round runs and no connected member lives in it; else 0."""
        match, seats = self._room.matches.match, self._room.seats
        if not number or not match or number != match.score.round or match.timer.phase is not Phase.PLAYING:
            return 0
        world = match.round.world
        slots = [slot for member in seats.by_peer.values() for slot in seats.slots_of(member)]
        is_on = world.tick >= world.rules.countdown and world.over_at < 0
        lives = any(slot in world.players and world.players[slot].died_at < 0 for slot in slots)
        return number if is_on and not lives else 0
