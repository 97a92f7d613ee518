"""Which ways a board has: whether each spawn can be reached, and whether a player can get stuck anywhere.

Rule 1: a place is a tile in one of the two states of the switches: the number of the tile, plus that of all tiles in
        the second state. A board without switches has one state.
Rule 2: bricks count as open because bombs break them. Who slides over ice may come to rest on each of its tiles, since
        a bomb may lie ahead; but nobody can count on that.
Rule 3: anybody may throw a switch at any time, so a player may find each place in its other state. To throw one on
        purpose takes a tile from which the flame of a first bomb reaches it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from petard.shared.rules.floors import ICE, STEPS, refuses, switch_tiles, switched, teleport_pairs
from petard.shared.rules.world import Tile

FIRST_REACH = 2  # tiles: the least reach of the first bomb in the rules that come with the game

Ways = Mapping[int, list[int]]  # from each place, the places to which one step or a switch leads


@dataclass(frozen=True, slots=True)
class MapWays:
    """The tiles of a board, its special floors as in World (or b""), and its width."""

    tiles: bytes
    floors: bytes
    width: int

    def faults(self, spawns: tuple[int, ...]) -> Iterator[tuple[int, str]]:
        """Yield each spawn without a way to or from the first one, and the first tile from which no way leads back."""
        sure = self._ways(is_sure=True)
        is_plain = ICE not in self.floors[1:] and not switch_tiles(self.floors)
        possible = sure if is_plain else self._ways(is_sure=False)
        back: dict[int, list[int]] = {place: [] for place in sure}
        for place, ways in sure.items():
            for spot in ways:
                back[spot].append(place)
        size = len(self.tiles)
        returning = _reached(back, [spawns[0] + state * size for state in range(len(self._states()))])
        reached = {place % size for place in _reached(sure, [spawns[0]])}
        for tile in spawns:
            if tile not in returning:
                yield tile, "no way leads from this spawn to the first"
            elif tile not in reached:
                yield tile, "no way leads to this spawn from the first"
        traps = sorted(_reached(possible, [spawns[0]]) - returning)
        if traps and traps[0] % size not in spawns:
            state, tile = divmod(traps[0], size)
            yield tile, "no way leads from here to the spawns" + " once a switch was thrown" * state

    def _states(self) -> tuple[bytes, ...]:
        return (self.floors, switched(self.floors)) if switch_tiles(self.floors) else (self.floors,)

    def _ways(self, is_sure: bool) -> Ways:
        """Return the ways that are always there, or also those that are only where others help."""
        ways: dict[int, list[int]] = {}
        states, size = self._states(), len(self.tiles)
        in_reach = self._tiles_that_reach_switches() if is_sure else set(range(size))
        for first, floors in zip((0, size), states, strict=False):
            pairs = teleport_pairs(floors) if floors else {}
            for tile in (tile for tile, kind in enumerate(self.tiles) if kind != Tile.WALL):
                paths = [path for step in STEPS if (path := self._path(floors, tile, step))]
                ends = [path[-1] for path in paths] if is_sure else [spot for path in paths for spot in path]
                ways[first + tile] = [first + pairs.get(spot, spot) for spot in ends]
                if len(states) > 1 and tile in in_reach:
                    ways[first + tile].append(size - first + tile)
        return ways

    def _path(self, floors: bytes, tile: int, step: tuple[int, int]) -> list[int]:
        """Return the tiles to which a step leads: one, or all over which a body slides then; none if it is refused."""
        path: list[int] = []
        ahead = step[1] * self.width + step[0]
        while not path or (floors and floors[tile] == ICE):
            tile += ahead
            if self.tiles[tile] == Tile.WALL or (floors and refuses(floors[tile], step)):
                break
            path.append(tile)
        return path

    def _tiles_that_reach_switches(self) -> set[int]:
        """Return the tiles where a first bomb throws a switch."""
        found: set[int] = set()
        for switch in switch_tiles(self.floors):
            found.add(switch)
            for dx, dy in STEPS:
                tile = switch
                for _ in range(FIRST_REACH):
                    tile += dy * self.width + dx
                    if self.tiles[tile] == Tile.WALL:
                        break
                    found.add(tile)
        return found


def _reached(ways: Ways, starts: list[int]) -> set[int]:
    queue, seen = list(starts), set(starts)
    for place in queue:  # the list grows during the loop
        for spot in ways[place]:
            if spot not in seen:
                seen.add(spot)
                queue.append(spot)
    return seen
