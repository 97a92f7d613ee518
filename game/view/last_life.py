"""The last seconds of a life, to be shown once more, and the tile that would have been safe.

Rule 1: everything is computed from the Views that were shown: from nothing that this player did not see.
Rule 2: the tile is the nearest one that could be reached alive and that no bomb of that moment would have burnt. That
        moment is when the bomb was laid that killed; for a wall, when its shadow fell.
Rule 3: VIEWS_MOST Views are kept; a View that does not follow the last one, as in a recording that is wound, clears
        them.
"""

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from petard.game.texts.phrases import tr
from petard.game.view.cues import PlayerDied
from petard.game.view.danger import blast_tiles, tiles_in_danger
from petard.game.view.poses import BURN
from petard.game.view.view import BombView, PlayerView, View
from petard.shared.rules.ruleset import TICK_RATE
from petard.shared.rules.world import Tile

LENGTH = 2 * TICK_RATE  # ticks that are shown
VIEWS_MOST = 260  # with a fuse of 3 s and a flame of 0.5 s there is still a View from before the bomb
FOLLOWS = 30  # ticks; a later View does not follow
WARNED = 30  # ticks that a shadow warns ahead of a closing wall
ANY = float("inf")  # ticks: bombs without a fuse burn some time, too
TILES_A_SECOND, FASTER, FASTEST = 4.0, 0.5, 7.5  # the speed of a body, and what each skate adds (docs/rules.md)
STEPS_MOST = 12  # tiles; who would have had to walk farther had no chance


@dataclass(frozen=True, slots=True)
class LastLife:
    """How a player died. `safe`: the number of the tile to take, -1 if there was none; `stood`: it was their own."""

    died: PlayerDied
    views: tuple[View, ...]  # the last LENGTH ticks
    safe: int
    stood: bool

    def view(self, ticks: float) -> View:
        """The View so many ticks after the first; the last one stays."""
        start = self.views[0].tick + ticks
        return next((view for view in self.views if view.tick >= start), self.views[-1])


class LifeRecorder:
    """Keeps the Views of the last seconds."""

    def __init__(self) -> None:
        self._views: deque[View] = deque(maxlen=VIEWS_MOST)

    def add(self, view: View) -> None:
        """Add what is shown; call it with each picture."""
        passed = view.tick - self._views[-1].tick if self._views else 0.0
        if not 0 <= passed <= FOLLOWS:
            self._views.clear()
        if passed or not self._views:
            self._views.append(view)

    def last_life(self, died: PlayerDied) -> LastLife | None:
        """How the player who has just died spent the last seconds; None if they were not seen."""
        views = list(self._views)
        if len(views) < 2:
            return None
        before, start = _begin_of(views, died), -1
        body = next((body for body in before.players if body.slot == died.slot), None)
        safe = -1
        if body:
            start = int(body.y) * before.width + int(body.x)
            safe = safe_tile(before, body)
        shown = tuple(view for view in views if view.tick >= views[-1].tick - LENGTH)
        return LastLife(died, shown, safe, safe >= 0 and safe == start)


def _begin_of(views: Sequence[View], died: PlayerDied) -> View:
    """The View in which the bomb that killed was first seen; for a wall, the one in which its shadow fell."""
    last = views[-1]
    if died.by < 0:
        return next(view for view in views if view.tick >= last.tick - WARNED)
    bomb, place = _bomb_of(views, died)
    while bomb and place > 0 and (earlier := _same(bomb, views[place - 1])):
        bomb, place = earlier, place - 1
    return views[place]


def _bomb_of(views: Sequence[View], died: PlayerDied) -> tuple[BombView | None, int]:
    """The bomb whose flame killed, and the place of the last View with it; without one, None and the first View."""
    tile = int(died.y) * views[-1].width + int(died.x)
    for place in range(len(views) - 2, -1, -1):
        older, newer = views[place], views[place + 1]
        if views[-1].tick - newer.tick > BURN:
            break
        gone = [bomb for bomb in older.bombs if not _same(bomb, newer)]
        gone.sort(key=lambda bomb: bomb.owner != died.by)
        found = next((bomb for bomb in gone if tile in blast_tiles(older, bomb)), None)
        if found:
            return found, place
    return None, 0


def _same(bomb: BombView, view: View) -> BombView | None:
    """The same bomb in a View a tick earlier or later; it may have rolled."""
    return next(
        (one for one in view.bombs if one.owner == bomb.owner and abs(one.x - bomb.x) + abs(one.y - bomb.y) < 0.6), None
    )


def safe_tile(view: View, body: PlayerView) -> int:
    """The nearest tile that a player can reach alive and that will not burn; -1 if there is none."""
    burning = tiles_in_danger(view, ANY)
    ticks = TICK_RATE / min(FASTEST, TILES_A_SECOND + FASTER * body.skates)  # for one tile
    start = int(body.y) * view.width + int(body.x)
    closed = {int(bomb.y) * view.width + int(bomb.x) for bomb in view.bombs}
    closed |= {flame.y * view.width + flame.x for flame in view.flames}
    reached, edge = {start}, [start]
    for steps in range(STEPS_MOST + 1):
        for tile in edge:
            if tile not in burning and tile not in view.shadows:
                return tile
        enters, leaves = max(0.0, (steps - 0.5) * ticks), (steps + 0.5) * ticks  # the middle of the body decides
        alive = [tile for tile in edge if not _burns(burning.get(tile), enters, leaves)]
        fresh = dict.fromkeys(near for tile in alive for near in _neighbours(view, tile))
        edge = [tile for tile in fresh if tile not in reached and tile not in closed]
        reached |= set(edge)
    return -1


def _burns(left: float | None, start: float, end: float) -> bool:
    """True if a tile that burns in so many ticks does so between two moments."""
    return left is not None and left <= end and start <= left + BURN


def _neighbours(view: View, tile: int) -> Iterator[int]:
    for near in (tile - view.width, tile + 1, tile + view.width, tile - 1):
        if 0 <= near < len(view.tiles) and view.tiles[near] == Tile.FLOOR:
            yield near


def words_of(life: LastLife) -> str:
    """What the mark on the board means.

    >>> died = PlayerDied(0, 1, 2.5, 2.5)
    >>> [words_of(LastLife(died, (), safe, stood)) for safe, stood in ((7, False), (7, True), (-1, False))]
    ['here you were safe', 'Safe where you stood', 'There was no way out']
    """
    if life.safe < 0:
        return tr("There was no way out")
    return tr("Safe where you stood") if life.stood else tr("here you were safe")
