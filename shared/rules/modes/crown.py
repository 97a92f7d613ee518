"""Crown: who has held the crown for `crown_hold` ticks in all wins.

Rule 1: the crown lies near the middle of the board. After the countdown the first living player on its tile takes it;
        of two, the one nearer to the middle of the tile, and then the lower slot. The carrier walks at `crown_speed`
        per cent of the speed.
Rule 2: it falls where the carrier dies or leaves, or on the nearest floor, and so it does where a wall closes on it.
Rule 3: the dead come back after `back_after` ticks, and there are no carts. The walls leave a field of FIELD tiles. If
        the time is over, or all but one have left, the one with the most time wins, and then the tie rules decide.
"""

from dataclasses import replace
from typing import ClassVar

from petard.shared.rules.events import Event
from petard.shared.rules.modes.comeback import Comeback
from petard.shared.rules.ruleset import TICK_RATE, RuleSet
from petard.shared.rules.tie_break import Decision, WinReason
from petard.shared.rules.world import Player, Tile, World, distance, living, middle_of, tile_at

LIES = 0  # the mark of the tile with the crown
HOLDS = 1  # the side of the carrier
FIELD = 5  # tiles of the shorter side that stay open
WORTH = 70  # of the crown to a bot


class Crown(Comeback):
    """Each for themselves, with one crown."""

    number: ClassVar[int] = 2
    name: ClassVar[str] = "crown"
    about: ClassVar[str] = "hold the crown for 20 seconds in all"
    reason: ClassVar[WinReason] = WinReason.CROWN

    def rules(self, rules: RuleSet) -> RuleSet:
        """Walls that leave a field for the last third of their time, and no carts: nobody is out."""
        closing = max(1, rules.hurry * 2 // 3)
        return replace(super().rules(rules), closing=closing, closing_core=FIELD, closing_pause=0, carts=0)

    def begin(self, world: World) -> None:
        """Lay the crown near the middle; a brick there is gone."""
        middle = world.height // 2 * world.width + world.width // 2
        tile = _nearest(world, middle, (Tile.FLOOR, Tile.BRICK))
        if tile >= 0:
            world.tiles[tile] = Tile.FLOOR
            world.hidden.pop(tile, None)
            world.items.pop(tile, None)
            world.marks[tile] = LIES

    def tick(self, world: World, events: list[Event]) -> None:
        """Bring back the dead, count for the carrier, or let a player take the crown."""
        super().tick(world, events)
        if world.tick <= world.rules.countdown:
            return
        for slot in world.sides:
            world.points[slot] = world.points.get(slot, 0) + 1
        for tile in list(world.marks):
            if world.tiles[tile] != Tile.FLOOR:
                _drop(world, tile)
        takers = [player for player in living(world) if tile_at(world, player.x, player.y) in world.marks]
        if takers:
            nearest = min(takers, key=lambda player: _from_middle(world, player))
            world.marks.clear()
            world.sides[nearest.slot] = HOLDS

    def fallen(self, world: World, player: Player) -> None:
        """The dead lose the crown."""
        super().fallen(world, player)
        if world.sides.pop(player.slot, 0):
            _drop(world, tile_at(world, player.x, player.y))

    def speed(self, world: World, player: Player) -> int:
        """The carrier is slower."""
        speed = super().speed(world, player)
        return speed * world.rules.crown_speed // 100 if player.slot in world.sides else speed

    def is_over(self, world: World, ends_at: int) -> bool:
        """A player has held the crown for long enough, or the time is over, or all but one have left."""
        return super().is_over(world, ends_at) or max(world.points.values(), default=0) >= world.rules.crown_hold

    def verdict(self, world: World) -> Decision:
        """The one who held it for long enough; else the times are compared."""
        points = world.points
        best = max(points, key=points.__getitem__, default=-1)
        return (best, self.reason) if points.get(best, 0) >= world.rules.crown_hold else super().verdict(world)

    def holders(self, world: World) -> tuple[int, ...]:
        """Return the carrier."""
        return tuple(world.sides)

    def wants(self, world: World, slot: int) -> dict[int, int]:
        """A bot walks to the crown."""
        return dict.fromkeys(world.marks, WORTH)

    def prey(self, world: World, slot: int) -> int:
        """Everybody hunts the carrier, who hunts nobody."""
        return next(iter(world.sides), -1)

    def score(self, world: World) -> dict[int, int]:
        """Return the seconds for which each slot has held the crown."""
        return {slot: ticks // TICK_RATE for slot, ticks in world.points.items()}


def _drop(world: World, tile: int) -> None:
    """Lay the crown on a tile, or on the nearest floor; without any floor it is gone."""
    world.marks.clear()
    found = _nearest(world, tile, (Tile.FLOOR,))
    if found >= 0:
        world.marks[found] = LIES


def _nearest(world: World, tile: int, kinds: tuple[Tile, ...]) -> int:
    """Return the nearest plain tile of these kinds, the lowest of equals; -1 if there is none."""
    special = {one for one, floor in enumerate(world.floors) if floor}
    plain = [one for one, kind in enumerate(world.tiles) if kind in kinds and one not in special]
    return min(plain, key=lambda one: (distance(world.width, one, tile), one), default=-1)


def _from_middle(world: World, player: Player) -> tuple[int, int]:
    x, y = middle_of(world, tile_at(world, player.x, player.y))
    return abs(player.x - x) + abs(player.y - y), player.slot
