"""The View at the tick of the player's own keys: the predicted world, with prediction errors faded out.

Rule 1: only the server says who is dead. A player who is dead only by prediction stands still until then.
Rule 2: a body is drawn where it is now known to be, plus what is left of its error, which shrinks with every tick.
Rule 3: no fading through walls, over more than LEAP, or for the dead: these are drawn at their true place at once.
"""

from collections import deque
from collections.abc import Mapping

from petard.game.client.event_queue import EventQueue
from petard.game.client.predictor import Place, Prediction, Predictor
from petard.game.view.interpolation import Position
from petard.game.view.riders import deaths_of
from petard.game.view.view import View
from petard.game.view.view_builder import predicted_view
from petard.shared.protocol.messages import Round
from petard.shared.protocol.snapshot import Snapshot
from petard.shared.rules.ruleset import TILE
from petard.shared.rules.world import Tile, World, is_alive, tile_at

KEPT = 600  # corrections and rejected bombs that were not taken yet
ERROR_KEPT = 0.6  # of an error after one tick; after 6 ticks (100 ms) less than a twentieth is left
SMALLEST = 1.0  # sub-unit; less is not seen
LEAP = 2 * TILE  # sub-units
PIECE = TILE // 4  # sub-units between two looks along the way


class ErrorSmoothing:
    """The errors that are still drawn, by slot, in sub-units."""

    def __init__(self) -> None:
        self.offsets: dict[int, Position] = {}  # to add to the positions

    def offset(self, slot: int) -> Position:
        return self.offsets.get(slot, (0.0, 0.0))

    def decay(self, ticks: int) -> None:
        part = ERROR_KEPT**ticks
        self.offsets = {
            slot: (x * part, y * part)
            for slot, (x, y) in self.offsets.items()
            if max(abs(x), abs(y)) * part >= SMALLEST
        }

    def correct(self, predicted: Mapping[int, Place], world: World) -> None:
        """Begin to fade the errors of bodies that were `predicted` there, and are where `world` says."""
        for slot, (x, y) in predicted.items():
            player = world.players.get(slot)
            if not player:
                continue
            old = self.offset(slot)
            error = (x + old[0] - player.x, y + old[1] - player.y)
            if error == (0.0, 0.0) or not is_alive(world, player) or not _is_clear(world, (player.x, player.y), error):
                self.offsets.pop(slot, None)
            else:
                self.offsets[slot] = error


def _is_clear(world: World, place: Place, error: Position) -> bool:
    """True if a body may be drawn sliding from `place` plus `error` to `place`."""
    distance = max(abs(error[0]), abs(error[1]))
    if distance > LEAP:
        return False
    pieces = int(distance // PIECE) + 1
    way = (
        (round(place[0] + error[0] * piece / pieces), round(place[1] + error[1] * piece / pieces))
        for piece in range(1, pieces + 1)
    )
    return all(world.tiles[tile_at(world, x, y)] == Tile.FLOOR for x, y in way)


class PredictedView:
    """One round, for the players at this machine."""

    def __init__(self, announcement: Round, events: EventQueue) -> None:
        """`events`: gets those that are predicted."""
        self.predictor = Predictor(announcement)
        self._announcement = announcement
        self._smoothing = ErrorSmoothing()
        self._died_at: dict[int, float] = {}  # by slot, in predicted ticks
        self._events = events
        self._corrections: deque[int] = deque(maxlen=KEPT)
        self._rejected_bombs: deque[int] = deque(maxlen=KEPT)

    def build(self, snapshot: Snapshot, others: Mapping[int, Position] | None, smoothing: bool) -> View | None:
        """Predict up to the keys of now and return what to draw; None while no player of ours is on the board.

        `snapshot`: the newest from the server. `others`: where to draw the other players, if not as predicted.
        """
        prediction = self.predictor.run()
        if not prediction:
            return None
        world = prediction.world
        self._correct(prediction, smoothing)
        ahead, died = world.tick - snapshot.tick, deaths_of(snapshot, world.rules)
        # Noted at the predicted tick in which the picture shows it first. Some of the dead live again.
        self._died_at = {slot: self._died_at.get(slot, tick + ahead) for slot, tick in died.items()}
        positions: dict[int, Position] = {}
        for slot, player in world.players.items():
            x, y = self._smoothing.offset(slot)
            positions[slot] = player.x + x, player.y + y
        controlled = self.predictor.keys.controlled
        positions.update((slot, position) for slot, position in (others or {}).items() if slot not in controlled)
        self._events.add_predicted(prediction.events)
        self._rejected_bombs += prediction.rejected_bombs
        return predicted_view(world, snapshot, positions, self._died_at, self._announcement)

    def _correct(self, prediction: Prediction, smoothing: bool) -> None:
        self._smoothing.decay(prediction.ticks)
        before, players = prediction.predicted, prediction.world.players
        if not before:
            return
        own = [slot for slot in self.predictor.keys.controlled if slot in before and slot in players]
        pairs = [(before[slot], players[slot]) for slot in own if slot not in self._died_at]
        errors = (max(abs(x - player.x), abs(y - player.y)) for (x, y), player in pairs)
        self._corrections.append(max(errors, default=0))
        if smoothing:
            self._smoothing.correct(before, prediction.world)
        else:
            self._smoothing.offsets.clear()

    def take_corrections(self) -> list[int]:
        """By how much each snapshot since the last call corrected own bodies, in sub-units; mostly 0."""
        return _taken(self._corrections)

    def take_rejected_bombs(self) -> list[int]:
        """The tiles of predicted bombs that the server did not confirm, since the last call."""
        return _taken(self._rejected_bombs)


def _taken(queue: deque[int]) -> list[int]:
    taken = list(queue)
    queue.clear()
    return taken
