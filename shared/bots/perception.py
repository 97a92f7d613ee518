"""What a bot sees of a world in one tick: the public part, frozen, so that it can still be looked at some ticks later.

Rule 1: nothing is read here that a client may not know (`HIDDEN` in petard.shared.rules.world).
Rule 2: one Sight serves every bot of a tick; what is worked out from it (danger, bricks in reach) is worked out once,
and handed on from tick to tick as long as nothing changes.
"""

from typing import NamedTuple

from petard.shared.bots.danger import Danger
from petard.shared.rules.ruleset import TILE, RuleSet
from petard.shared.rules.world import STEP, Player, Tile, World

STEPS = tuple((way, dx, dy) for way, (dx, dy) in STEP.items())


class PerceivedBody(NamedTuple):
    """Somebody who lives, as others see them."""

    slot: int
    tile: int
    heading: int  # the Way it walks; -1 while it stands
    speed: int  # sub-units a second
    range: int
    safe_until: int


class Percept:
    """The public part of a world at one tick. `before`: the Sight of an earlier tick, to share what is still true."""

    __slots__ = (
        "_bombs_at",
        "_bricks",
        "_danger",
        "_places",
        "bodies",
        "bombs",
        "breaking",
        "flames",
        "items",
        "rules",
        "tick",
        "tiles",
        "width",
    )

    def __init__(self, world: World, before: "Percept | None" = None) -> None:
        self.tick = world.tick
        self.rules: RuleSet = world.rules
        self.width = world.width
        self.tiles = bytes(world.tiles)
        self.bombs = [(b.id, b.owner, b.x, b.y, b.blows_at, b.range, b.rolls) for b in world.bombs.values()]
        self.flames = {tile: flame.until for tile, flame in world.flames.items()}
        self.items = dict(world.items)
        self.breaking = dict(world.breaking)
        self.bodies = {slot: body_of(world, p) for slot, p in world.players.items() if p.died_at < 0}
        self._places: list[tuple[int, int, PerceivedBody]] = []  # column, row
        same_board = before is not None and before.tiles == self.tiles and before.rules is self.rules
        self._bricks: dict[int, tuple[int, ...]] = before._bricks if before and same_board else {}
        still = before is not None and same_board and before.bombs == self.bombs
        self._bombs_at: set[tuple[int, int]] = before._bombs_at if before and still else set()
        self._danger: list[Danger] = before._danger if before and still else []

    @property
    def bombs_at(self) -> set[tuple[int, int]]:
        """The owner and the tile of each bomb; asked for membership only, so the order of a set does no harm."""
        if not self._bombs_at:
            self._bombs_at.update((owner, y // TILE * self.width + x // TILE) for _, owner, x, y, *_ in self.bombs)
        return self._bombs_at

    @property
    def danger(self) -> Danger:
        """When each tile burns, as far as this sight tells."""
        if not self._danger:
            self._danger.append(
                Danger(self.rules, self.width, self.tiles, self.tick, self.bombs, self.flames, self.breaking)
            )
        return self._danger[0]

    def bricks_hit(self, tile: int, reach: int) -> tuple[int, ...]:
        """The bricks that a bomb on `tile` would break."""
        key = tile << 4 | reach
        found = self._bricks.get(key)
        if found is None:
            found = self._bricks[key] = self._look_for_bricks(tile, reach)
        return found

    def _look_for_bricks(self, tile: int, reach: int) -> tuple[int, ...]:
        found = []
        for step in (-self.width, 1, self.width, -1):
            for spot in range(tile + step, tile + step * reach + (1 if step > 0 else -1), step):
                kind = self.tiles[spot]
                if kind == Tile.BRICK:
                    found.append(spot)
                if kind:
                    break
        return tuple(found)

    def others(self, slot: int, tile: int) -> list[tuple[int, PerceivedBody]]:
        """Everybody else with their distance from a tile in steps, walls left aside; the nearest first."""
        width = self.width
        if not self._places:
            self._places += ((body.tile % width, body.tile // width, body) for body in self.bodies.values())
        x, y = tile % width, tile // width
        away = [(abs(column - x) + abs(row - y), body) for column, row, body in self._places if body.slot != slot]
        away.sort()
        return away


def body_of(world: World, player: Player) -> PerceivedBody:
    """How a player looks to others."""
    tile = player.y // TILE * world.width + player.x // TILE
    heading = player.facing if player.walking else -1
    return PerceivedBody(player.slot, tile, heading, speed_of(world.rules, player), player.range, player.safe_until)


def speed_of(rules: RuleSet, player: Player) -> int:
    """Sub-units a second."""
    return min(rules.speed + player.skates * rules.speed_more, rules.speed_most)
