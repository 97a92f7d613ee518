"""What a bot perceives of a world in one tick: a frozen copy of the public part, to be used some ticks later.

Rule 1: nothing is read here that a client may not know (`HIDDEN` in petard.shared.rules.world).
Rule 2: one Percept serves all bots of a tick. What is computed from it (danger, bricks in reach) is computed once, and
shared with the next tick as long as nothing changes.
"""

from typing import NamedTuple

from petard.shared.bots.danger import Danger
from petard.shared.rules.ruleset import TILE, RuleSet
from petard.shared.rules.world import Player, Tile, World

UNSEEN = 20  # ticks for which a dropped bomb is assumed to exist before it is seen: inputs need time to arrive


class PerceivedBody(NamedTuple):
    """A living player, as others see it."""

    slot: int
    tile: int
    heading: int  # the Direction it walks in; -1 while it stands
    speed: int  # sub-units a second
    range: int
    safe_until: int
    column: int
    row: int


class PerceivedBoard:
    """The rules and the tiles. One object is shared by all ticks in which they are equal."""

    __slots__ = ("_bricks", "rules", "tiles", "width")

    def __init__(self, rules: RuleSet, width: int, tiles: bytes) -> None:
        self.rules = rules
        self.width = width
        self.tiles = tiles
        self._bricks: dict[int, tuple[int, ...]] = {}

    def bricks_hit(self, tile: int, reach: int) -> tuple[int, ...]:
        """Return the bricks that a bomb on `tile` would break."""
        key = tile << 4 | reach
        found = self._bricks.get(key)
        if found is None:
            found = self._bricks[key] = self._find_bricks(tile, reach)
        return found

    def _find_bricks(self, tile: int, reach: int) -> tuple[int, ...]:
        found = []
        for step in (-self.width, 1, self.width, -1):
            for spot in range(tile + step, tile + step * reach + (1 if step > 0 else -1), step):
                kind = self.tiles[spot]
                if kind == Tile.BRICK:
                    found.append(spot)
                if kind:
                    break
        return tuple(found)


class _BombFacts:
    """What follows from the bombs, computed at first use and shared while board and bombs stay the same."""

    __slots__ = ("bombs_at", "danger")

    def __init__(self) -> None:
        self.bombs_at: set[tuple[int, int]] = set()
        self.danger: Danger | None = None


class Percept:
    """The public part of a world at one tick. `before`: an earlier Percept, to share what did not change."""

    __slots__ = ("_bomb_facts", "board", "bodies", "bombs", "breaking", "flames", "items", "tick")

    def __init__(self, world: World, before: "Percept | None" = None) -> None:
        self.tick = world.tick
        self.bombs = [(b.id, b.owner, b.x, b.y, b.blows_at, b.range, b.rolls) for b in world.bombs.values()]
        self.flames = {tile: flame.until for tile, flame in world.flames.items()}
        self.items = dict(world.items)
        self.breaking = dict(world.breaking)
        self.bodies = {slot: body_of(world, p) for slot, p in world.players.items() if p.died_at < 0}
        tiles = bytes(world.tiles)
        same = before if before and before.board.tiles == tiles and before.board.rules is world.rules else None
        self.board: PerceivedBoard = same.board if same else PerceivedBoard(world.rules, world.width, tiles)
        self._bomb_facts: _BombFacts = same._bomb_facts if same and same.bombs == self.bombs else _BombFacts()

    @property
    def bombs_at(self) -> set[tuple[int, int]]:
        """The owner and the tile of each bomb; only for membership tests, so the order of the set does not matter."""
        facts = self._bomb_facts
        if not facts.bombs_at:
            width = self.board.width
            facts.bombs_at.update((owner, y // TILE * width + x // TILE) for _, owner, x, y, *_ in self.bombs)
        return facts.bombs_at

    @property
    def danger(self) -> Danger:
        """When each tile burns, as far as this Percept shows."""
        facts, board = self._bomb_facts, self.board
        if facts.danger is None:
            facts.danger = Danger(
                board.rules, board.width, board.tiles, self.tick, self.bombs, self.flames, self.breaking
            )
        return facts.danger

    def others(self, slot: int, tile: int) -> list[tuple[int, PerceivedBody]]:
        """Return all other bodies with their distance from a tile (in steps, walls ignored), the nearest first."""
        x, y = tile % self.board.width, tile // self.board.width
        found = [(abs(body.column - x) + abs(body.row - y), body) for body in self.bodies.values() if body.slot != slot]
        found.sort()
        return found


class OwnBombs:
    """The bombs that one bot has dropped but does not see yet, and the tiles where it drops none for a while."""

    def __init__(self) -> None:
        self.refused: dict[int, int] = {}  # tile where a bomb leaves no way out -> until this tick
        self._unseen: list[tuple[int, int, int]] = []  # tile, tick of the drop, range
        self._danger: tuple[Danger, int, Danger] | None = None  # the last result of `danger`, and its inputs

    def drop(self, tile: int, tick: int, reach: int) -> None:
        """Remember a bomb that the bot drops now."""
        self._unseen.append((tile, tick, reach))

    def danger(self, slot: int, percept: Percept, now: int, reaction: int) -> Danger:
        """Return the danger that the bot knows of: what it has perceived, and its own newest bombs."""
        base = percept.danger
        if self._unseen:
            too_old = now - UNSEEN - reaction
            self._unseen = [
                drop for drop in self._unseen if drop[1] > too_old and (slot, drop[0]) not in percept.bombs_at
            ]
        if not self._unseen:
            return base
        if self._danger and self._danger[0] is base and self._danger[1] == len(self._unseen):
            return self._danger[2]
        danger = base
        for tile, at, reach in self._unseen:
            danger = danger.plus(tile, at, at + 1 + percept.board.rules.fuse, reach)
        self._danger = (base, len(self._unseen), danger)
        return danger

    def count(self, slot: int, world: World) -> int:
        """Return how many bombs of the bot there are: those in the world, and those that are not in it yet."""
        own = [(bomb.x // TILE, bomb.y // TILE) for bomb in world.bombs.values() if bomb.owner == slot]
        lying = set(own)
        return len(own) + sum((tile % world.width, tile // world.width) not in lying for tile, _, _ in self._unseen)


def body_of(world: World, player: Player) -> PerceivedBody:
    """Return how others see a player."""
    column, row = player.x // TILE, player.y // TILE
    heading = player.facing if player.walking else -1
    speed = world.rules.speed_with(player.skates)
    tile = row * world.width + column
    return PerceivedBody(player.slot, tile, heading, speed, player.range, player.safe_until, column, row)
