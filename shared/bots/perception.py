"""What a bot perceives of a world in one tick: a frozen copy of the public part, to be used some ticks later.

Rule 1: nothing is read here that a client may not know (`HIDDEN` in petard.shared.rules.world).
Rule 2: one Percept serves all bots of a tick. What is computed from it (danger, bricks in reach) is computed once, and
shared with the next tick as long as nothing changes.
"""

from typing import NamedTuple

from petard.shared.bots.danger import Danger, PerceivedBoard
from petard.shared.rules.ruleset import TILE
from petard.shared.rules.world import World, distance, tile_at

UNSEEN = 20  # ticks for which a dropped bomb is assumed to exist before it is seen: inputs need time to arrive


class PerceivedBody(NamedTuple):
    """A living player, as others see it."""

    slot: int
    tile: int
    heading: int  # the Direction it walks in; -1 while it stands
    speed: int  # sub-units a second
    range: int
    safe_until: int


class Percept:
    """The public part of a world at one tick. `before`: an earlier Percept, to share what did not change."""

    __slots__ = ("_known_danger", "board", "bodies", "bombs", "breaking", "flames", "items", "tick")

    def __init__(self, world: World, before: "Percept | None" = None) -> None:
        self.tick = world.tick
        self.bombs = [(b.id, b.owner, b.x, b.y, b.blows_at, b.range, b.rolls) for b in world.bombs.values()]
        self.flames = {tile: flame.until for tile, flame in world.flames.items()}
        self.items = dict(world.items)
        self.breaking = dict(world.breaking)
        self.bodies = [
            PerceivedBody(
                slot,
                tile_at(world, p.x, p.y),
                p.facing if p.walking else -1,
                world.rules.speed_with(p.skates),
                p.range,
                p.safe_until,
            )
            for slot, p in world.players.items()
            if p.died_at < 0
        ]
        tiles = bytes(world.tiles)
        same = before if before and before.board.tiles == tiles and before.board.rules is world.rules else None
        self.board: PerceivedBoard = same.board if same else PerceivedBoard(world.rules, world.width, tiles)
        # A list of none or one: computed at first use, and shared while board and bombs stay the same.
        self._known_danger: list[Danger] = same._known_danger if same and same.bombs == self.bombs else []

    @property
    def danger(self) -> Danger:
        """When each tile burns, as far as this Percept shows."""
        if not self._known_danger:
            self._known_danger.append(Danger(self.board, self.tick, self.bombs, self.flames, self.breaking))
        return self._known_danger[0]

    def others(self, slot: int, tile: int) -> list[tuple[int, PerceivedBody]]:
        """Return all other bodies with their distance from a tile (in steps, walls ignored), the nearest first."""
        return sorted((distance(self.board.width, body.tile, tile), body) for body in self.bodies if body.slot != slot)


class OwnBombs:
    """The bombs that one bot has dropped but does not see yet, and the tiles where it drops none for a while."""

    def __init__(self) -> None:
        self.refused: dict[int, int] = {}  # tile where a bomb leaves no way out -> until this tick
        self.unseen: list[tuple[int, int, int]] = []  # tile, tick of the drop, range
        self._danger: tuple[Danger, int, Danger] | None = None  # the last result of `danger`, and its inputs

    def danger(self, slot: int, percept: Percept, now: int, reaction: int) -> Danger:
        """Return the danger that the bot knows of: what it has perceived, and its own newest bombs."""
        base, width = percept.danger, percept.board.width
        if self.unseen:
            seen = [y // TILE * width + x // TILE for _, owner, x, y, *_ in percept.bombs if owner == slot]
            too_old = now - UNSEEN - reaction
            self.unseen = [drop for drop in self.unseen if drop[1] > too_old and drop[0] not in seen]
        if not self.unseen:
            return base
        if self._danger and self._danger[0] is base and self._danger[1] == len(self.unseen):
            return self._danger[2]
        danger = base
        for tile, at, reach in self.unseen:
            danger = danger.plus(tile, at, at + 1 + percept.board.rules.fuse, reach)
        self._danger = (base, len(self.unseen), danger)
        return danger

    def count(self, slot: int, world: World) -> int:
        """Return how many bombs of the bot there are: those in the world, and those that are not in it yet."""
        own = [tile_at(world, bomb.x, bomb.y) for bomb in world.bombs.values() if bomb.owner == slot]
        return len(own) + sum(tile not in own for tile, _, _ in self.unseen)
