"""What one bot remembers: what it saw in the last ticks, and its own bombs that it does not see yet."""

from collections import deque

from petard.shared.bots.perception import Danger, Percept
from petard.shared.rules.ruleset import TILE
from petard.shared.rules.world import World, tile_at

UNSEEN = 20  # ticks for which a dropped bomb is assumed to exist before it is seen: inputs need time to arrive


class Memory:
    """What one bot saw, and its own bombs. Make a new one for each round."""

    def __init__(self) -> None:
        self.own = OwnBombs()
        self.percepts: deque[Percept] = deque()  # the oldest one is what the bot has understood

    def is_of_another_round(self, world: World) -> bool:
        """True if time went back."""
        return bool(self.percepts) and self.percepts[-1].tick >= world.tick

    def see(self, world: World, percept: Percept | None, reaction: int) -> Percept | None:
        """Store this tick and return the newest Percept that the bot has understood by now."""
        percepts = self.percepts
        percepts.append(percept or Percept(world, percepts[-1] if percepts else None))
        understood = world.tick - reaction
        while len(percepts) > 1 and percepts[1].tick <= understood:
            percepts.popleft()
        return percepts[0] if percepts[0].tick <= understood else None


class OwnBombs:
    """The bombs that one bot has dropped but does not see yet, and the tiles where it drops none for a while."""

    def __init__(self) -> None:
        self.refused: dict[int, int] = {}  # tile where a bomb leaves no way out -> until this tick
        self.unseen: list[tuple[int, int, int, int]] = []  # tile, tick of the drop, tick of the blast, reach
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
        for tile, at, blows_at, reach in self.unseen:
            danger = danger.plus(tile, at, blows_at, reach)
        self._danger = (base, len(self.unseen), danger)
        return danger

    def count(self, slot: int, world: World) -> int:
        """Return how many bombs of the bot there are: those in the world, and those that are not in it yet."""
        own = [tile_at(world, bomb.x, bomb.y) for bomb in world.bombs.values() if bomb.owner == slot]
        return len(own) + sum(tile not in own for tile, *_ in self.unseen)
