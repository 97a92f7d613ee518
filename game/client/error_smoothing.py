"""What was guessed wrong is made good little by little, so that nobody sees a body jump.

Rule 1: a body is drawn where it is now known to be, plus what is left of the error; the rest shrinks with every tick.
Rule 2: no fading through walls, over more than LEAP, or for the dead: there the truth is shown at once.
"""

from collections.abc import Mapping

from petard.game.client.predictor import Place
from petard.shared.rules.ruleset import TILE
from petard.shared.rules.world import Tile, World, tile_at

KEPT = 0.6  # of an error after one tick; after 6 ticks (100 ms) less than a twentieth is left
SMALLEST = 1.0  # sub-unit; less is not seen
LEAP = 2 * TILE  # sub-units
PIECE = TILE // 4  # sub-units between two looks along the way


class ErrorSmoothing:
    """The errors that are still shown, by slot, in sub-units."""

    def __init__(self) -> None:
        self._left: dict[int, tuple[float, float]] = {}

    def of(self, slot: int) -> tuple[float, float]:
        """What to add to the place of a body."""
        return self._left.get(slot, (0.0, 0.0))

    def pass_ticks(self, ticks: int) -> None:
        """Let so many ticks pass."""
        part = KEPT**ticks
        self._left = {
            slot: (x * part, y * part) for slot, (x, y) in self._left.items() if max(abs(x), abs(y)) * part >= SMALLEST
        }

    def correct(self, guessed: Mapping[int, Place], world: World) -> None:
        """Everybody was thought to be at `guessed`, and is where `world` says."""
        for slot, (x, y) in guessed.items():
            player = world.players.get(slot)
            if not player:
                continue
            left = self.of(slot)
            error = (x + left[0] - player.x, y + left[1] - player.y)
            if error == (0.0, 0.0) or player.died_at >= 0 or not _is_clear(world, (player.x, player.y), error):
                self._left.pop(slot, None)
            else:
                self._left[slot] = error

    def forget(self) -> None:
        """Show the truth at once."""
        self._left.clear()


def _is_clear(world: World, place: Place, error: tuple[float, float]) -> bool:
    """True if a body may be shown sliding from `place` plus `error` to `place`."""
    far = max(abs(error[0]), abs(error[1]))
    if far > LEAP:
        return False
    pieces = int(far // PIECE) + 1
    ways = (
        (round(place[0] + error[0] * piece / pieces), round(place[1] + error[1] * piece / pieces))
        for piece in range(1, pieces + 1)
    )
    return all(world.tiles[tile_at(world, x, y)] == Tile.FLOOR for x, y in ways)
