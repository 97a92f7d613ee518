"""The round on the player's own clock: run ahead to the last key, with what was guessed wrong faded out.

Rule 1: who is dead is told by the server alone; whoever is only feared dead stands still until then.
Rule 2: what happened is heard once, whoever tells it first, this clock or the server.
"""

from collections import deque
from collections.abc import Mapping

from petard.game.client.error_smoothing import ErrorSmoothing
from petard.game.client.event_dedup import EventDedup
from petard.game.client.netcode_options import NetcodeOptions
from petard.game.client.predictor import Ahead, Predictor
from petard.game.view.view import View
from petard.game.view.view_builder import Spot, view_ahead
from petard.shared.protocol.messages import Round
from petard.shared.protocol.snapshot import COLUMNS, Snapshot
from petard.shared.rules.events import Event
from petard.shared.rules.world import Player

KEPT = 600  # corrections and refusals that nobody asked for
DIED_AT = COLUMNS["players"].index("died_at")  # in a row of that table


class PredictedView:
    """One round, for those who play it at this machine."""

    def __init__(self, board: Round) -> None:
        self.predictor = Predictor(board)
        self.once = EventDedup()
        self._board = board
        self._fade = ErrorSmoothing()
        self._fell: dict[int, float] = {}  # when somebody died, by this clock
        self._corrections: deque[int] = deque(maxlen=KEPT)
        self._refused: deque[int] = deque(maxlen=KEPT)

    def look(
        self, told: Snapshot, late: Mapping[int, Spot], switches: NetcodeOptions
    ) -> tuple[View, list[tuple[int, Event]]] | None:
        """What to draw and what has happened; None while nobody of ours is on the board.

        `late`: where the others are between two snapshots, for whoever wants to see them so.
        """
        ahead = self.predictor.look()
        if not ahead:
            return None
        self._correct(ahead, switches.smoothing)
        self._bury(ahead.world.tick, told)
        spots = {slot: self._spot(player) for slot, player in ahead.world.players.items()}
        if not switches.run_ahead:
            spots.update((slot, spot) for slot, spot in late.items() if slot not in self.predictor.steered)
        self.once.guess(ahead.events)
        self._refused += ahead.refused
        return view_ahead(ahead.world, told, spots, self._fell, self._board), ahead.events

    def _correct(self, ahead: Ahead, smoothly: bool) -> None:
        self._fade.pass_ticks(ahead.ticks)
        if not ahead.guessed:
            return
        players = ahead.world.players
        own = [slot for slot in self.predictor.steered if slot in ahead.guessed and slot in players]
        errors = [_distance(ahead.guessed[slot], players[slot]) for slot in own if slot not in self._fell]
        self._corrections.append(max(errors, default=0))
        if smoothly:
            self._fade.correct(ahead.guessed, ahead.world)
        else:
            self._fade.forget()

    def _bury(self, tick: int, told: Snapshot) -> None:
        """Note who was told dead, at the tick of this clock that the picture has come to since then."""
        for slot, row in told.tables[1].items():
            died_at = row[DIED_AT]
            if died_at >= 0:
                self._fell.setdefault(slot, died_at + tick - told.tick)

    def _spot(self, player: Player) -> Spot:
        x, y = self._fade.of(player.slot)
        return player.x + x, player.y + y

    def corrections(self) -> list[int]:
        """How far off own bodies were, in sub-units, at each word of the server since the last call; mostly 0."""
        found = list(self._corrections)
        self._corrections.clear()
        return found

    def refused(self) -> list[int]:
        """The tiles of own bombs that the server turned out not to know of, since the last call."""
        found = list(self._refused)
        self._refused.clear()
        return found


def _distance(place: tuple[int, int], player: Player) -> int:
    return max(abs(place[0] - player.x), abs(place[1] - player.y))
