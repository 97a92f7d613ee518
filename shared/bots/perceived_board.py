"""The board as bots see it: what its tiles and special floors do to bodies, bombs and flames.

Rule: one object is shared by all ticks in which rules, tiles and floors are equal, so what is computed once is kept.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from petard.shared.bots.floor_moves import Move, bomb_way, floor_moves
from petard.shared.rules.floors import BELTS, CLOSED, ICE, switch_tiles, switched, teleport_pairs
from petard.shared.rules.ruleset import RuleSet
from petard.shared.rules.world import Tile, World

PIERCING = 128  # added to a reach: the flames go through bricks


@dataclass(slots=True)
class PerceivedBoard:
    """The rules, the tiles and the floors.

    `walls`: the tiles for bodies; pits and shut gates are walls for them. `moves`: what steps on to special floors do.
    """

    rules: RuleSet
    width: int
    tiles: bytes
    floors: bytes = b""
    walls: bytes = b""
    moves: Mapping[tuple[int, int], Move] = field(default_factory=dict)
    _blasts: dict[tuple[int, int], tuple[list[int], list[int]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.walls, self.moves = self.tiles, floor_moves(self.floors, self.width)
        if not CLOSED.isdisjoint(self.floors[1:]):
            pairs = zip(self.tiles, self.floors, strict=True)
            self.walls = bytes([Tile.WALL if floor in CLOSED else tile for tile, floor in pairs])

    def is_of(self, world: World, tiles: bytes) -> bool:
        """True if it is the board of a world, which has these tiles."""
        return self.tiles == tiles and self.rules is world.rules and self.floors == world.floors

    def bomb_tiles(self, tile: int) -> list[int]:
        """Return where a bomb may explode that is laid on a tile, the likeliest first; none if it falls into a pit."""
        if not self.floors or self.floors[tile] not in BELTS:
            return [tile]
        return self.belt_way(tile, self.rules.fuse)

    def belt_way(self, tile: int, ticks: int) -> list[int]:
        """Return the tiles over which a bomb on a belt rolls, the last one first; with a switch, in both directions."""
        way = self.bomb_way(tile, BELTS[self.floors[tile]], ticks)
        if switch_tiles(self.floors):
            turned = switched(self.floors)
            other = bomb_way(self.tiles, turned, self.width, (tile, BELTS[turned[tile]]), ticks, self.rules.roll)
            way += [spot for spot in other if spot not in way]
        return way

    def bomb_way(self, tile: int, direction: int, ticks: int) -> list[int]:
        """Return the tiles over which a bomb rolls, the last one first; none if it falls into a pit."""
        start = (tile, direction)
        return bomb_way(self.tiles, self.floors, self.width, start, ticks, self.rules.roll)

    def is_plain(self, tile: int) -> bool:
        """True if the floor of a tile is not special."""
        return not self.floors or not self.floors[tile]

    def is_ice(self, tile: int) -> bool:
        """True if bodies slide on the tile."""
        return bool(self.floors) and self.floors[tile] == ICE

    def step_to(self, tile: int, spot: int) -> int:
        """Return the step from a tile on which a body comes to `spot`, the next one of its way."""
        step = self.entry_to(spot) - tile
        if ICE in self.floors[1:] and abs(step) not in (1, self.width):  # it slides there
            size = 1 if (step + tile) // self.width == tile // self.width else self.width
            return size if step > 0 else -size
        return step

    def entry_to(self, spot: int) -> int:
        """Return the tile to walk to for a body that is to come to `spot`: itself, or the teleport that leads there."""
        entry = teleport_pairs(self.floors).get(spot, spot) if self.floors else spot
        return entry if self.tiles[entry] == Tile.FLOOR else spot

    def walked(self, tile: int, path: list[int]) -> list[int]:
        """Return all tiles of a walk, with those over which the body slides."""
        if ICE not in self.floors[1:]:
            return path
        tiles: list[int] = []
        for spot in path:
            step = self.step_to(tile, spot)
            tiles += [*range(tile + step, self.entry_to(spot), step), spot]
            tile = spot
        return tiles

    def cost(self, tile: int, spot: int) -> int:
        """Return how many halves of a tile the walk from a tile to the next one costs more than on plain floor."""
        step = self.step_to(tile, spot)
        return max(0, self.moves.get((tile + step, step), (0, 0))[1])

    def blast(self, tile: int, reach: int) -> tuple[list[int], list[int]]:
        """Return the tiles that a bomb on `tile` would set on fire, and the bricks that it would break.

        `reach`: in tiles, plus PIERCING if its flames go through bricks.
        """
        found = self._blasts.get((tile, reach))
        if found is not None:
            return found
        spots, bricks = [tile], []
        for step in (-self.width, 1, self.width, -1):
            spot = tile
            for _ in range(reach % PIERCING):
                spot += step
                kind = self.tiles[spot]
                if kind == Tile.BRICK:
                    bricks.append(spot)
                if not kind:
                    spots.append(spot)
                elif kind == Tile.WALL or reach < PIERCING:
                    break
        self._blasts[tile, reach] = spots, bricks
        return spots, bricks
