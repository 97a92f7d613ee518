"""Paint: burnt floor takes a player's colour; who has the most tiles when the time is over wins.

Rule 1: each floor tile on which a flame begins to burn gets the colour of the owner of that flame, over any other. A
        brick stands until the flame is out, so the tile under it gets no colour by that flame.
Rule 2: no wall closes, and nobody rides a cart. The dead come back after `back_after` ticks, and all of their items go
        back to the board.
Rule 3: a round ends after `paint_time`, or if all but one have left. If two have as many tiles, the tie rules decide.
"""

from collections import Counter
from dataclasses import replace
from typing import ClassVar

from petard.shared.rules.events import Event, EventType
from petard.shared.rules.modes.comeback import Comeback
from petard.shared.rules.returning import return_fallen
from petard.shared.rules.ruleset import TICK_RATE, RuleSet
from petard.shared.rules.tie_break import WinReason
from petard.shared.rules.world import Tile, World

LAST_SPURT = 15 * TICK_RATE  # before the end, from which on time is said to be short
NO_WALLS = 64  # tiles of the shorter side that never close: more than any board has
BLANK, TAKEN = 5, 7  # what a tile is worth to a bot: without a colour, and with that of another player


class Paint(Comeback):
    """Each for themselves, by tiles."""

    number: ClassVar[int] = 3
    name: ClassVar[str] = "paint"
    about: ClassVar[str] = "burn more floor in your colour than the others"
    reason: ClassVar[WinReason] = WinReason.TILES

    def rules(self, rules: RuleSet) -> RuleSet:
        """No walls, no carts, a time of its own; nothing that the dead had is lost."""
        time, spurt = rules.paint_time, min(LAST_SPURT, rules.paint_time)
        return replace(super().rules(rules), round=time, hurry=spurt, closing_core=NO_WALLS, carts=0, scatter=100)

    def tick(self, world: World, events: list[Event]) -> None:
        """Paint where flames have begun, and bring back the dead."""
        if world.over_at >= 0:
            return
        fresh = world.tick + world.rules.flame
        for tile, flame in world.flames.items():
            if flame.until == fresh:
                world.marks[tile] = flame.owner
        for event in events:
            if event.what is EventType.CLOSED:  # walls close in a decider
                world.marks.pop(event.tile, None)
        return_fallen(world, events, world.marks)

    def counted(self, world: World) -> dict[int, int]:
        """Tiles decide."""
        return self.score(world)

    def burns(self, world: World, slot: int) -> dict[int, int]:
        """A bot wants floor in its colour."""
        marks = world.marks
        plain = [tile for tile, kind in enumerate(world.tiles) if kind == Tile.FLOOR and marks.get(tile) != slot]
        return {tile: TAKEN if tile in marks else BLANK for tile in plain}

    def holders(self, world: World) -> tuple[int, ...]:
        """Return who is ahead, if it is one alone."""
        tiles = self.score(world)
        most = max(tiles.values(), default=0)
        ahead = tuple(slot for slot, count in tiles.items() if count == most > 0)
        return ahead if len(ahead) == 1 else ()

    def score(self, world: World) -> dict[int, int]:
        """Return the tiles of each slot."""
        tiles = Counter(world.marks.values())
        return {slot: tiles[slot] for slot in world.players}
