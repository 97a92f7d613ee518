"""The smoke that flames leave.

Rule 1: smoke stands where a flame was in an earlier View and is none now; a View that does not follow the last one, as
        in a recording that is wound, clears it.
Rule 2: SMOKE_MOST tiles smoke at most; the oldest make room.
"""

from collections.abc import Iterator

from petard.game.view.sprites import Sprite
from petard.game.view.view import Area, View
from petard.shared.rules.ruleset import TICK_RATE

SMOKE_TIME = 0.7 * TICK_RATE  # ticks
STEPS = 5  # pictures in that time, each larger and fainter
RISE = 0.3  # tiles in that time
SMOKE_MOST = 240  # tiles
FOLLOWS = 30  # ticks; a later View does not follow


class Smoke:
    """The smoke of one round. Show it each View once."""

    def __init__(self) -> None:
        self._since: dict[int, float] = {}  # the tick at which each tile began to smoke, the oldest first
        self._flames: set[int] = set()
        self._tick = 0.0

    def update(self, view: View) -> None:
        flames = {flame.y * view.width + flame.x for flame in view.flames}
        if not 0 <= view.tick - self._tick <= FOLLOWS:
            self._since.clear()
            self._flames.clear()
        for tile in flames & self._since.keys():
            del self._since[tile]
        self._since |= dict.fromkeys(sorted(self._flames - flames), view.tick)
        ended = [tile for tile, since in self._since.items() if view.tick - since >= SMOKE_TIME]
        for tile in (*ended, *list(self._since)[len(ended) : len(self._since) - SMOKE_MOST]):
            del self._since[tile]
        self._flames, self._tick = flames, view.tick

    def sprites(self, view: View, area: Area) -> Iterator[Sprite]:
        """The smoke of the last View, for an area."""
        for tile in area.tiles(self._since, view.width):
            age = (view.tick - self._since[tile]) / SMOKE_TIME
            y, x = divmod(tile, view.width)
            yield Sprite(f"smoke-{int(age * STEPS)}", x + 0.5, y + 0.5 - RISE * age, turn=tile * 7 % 4 * 90)
