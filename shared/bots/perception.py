"""What a bot perceives of a world in one tick, to be used some ticks later, and when each tile burns (Danger).

Rule 1: nothing is read here that a client may not know (`HIDDEN` in petard.shared.rules.world).
Rule 2: one Percept serves all bots of a tick. What is computed from it (danger, bricks in reach) is computed once, and
shared with the next tick as long as nothing changes.
Rule 3: a Danger predicts the explosions of all bombs, with their chain reactions. It is careful: a tile that may burn
counts as burning. Its times are absolute ticks, so it stays valid until a player drops or kicks a bomb or dies.
Rule 4: a Danger is never changed; `plus` returns a new one with one more bomb.
"""

from collections.abc import Sequence
from heapq import heapify, heappop, heappush
from typing import NamedTuple

from petard.shared.bots.perceived_board import PIERCING, PerceivedBoard
from petard.shared.rules.bomb_key import reach_of
from petard.shared.rules.floors import BELTS
from petard.shared.rules.modes.table import mode_of
from petard.shared.rules.ruleset import TICK_RATE, TILE
from petard.shared.rules.sudden_death import closing_times, hurry_at
from petard.shared.rules.world import STEP, Bomb, Player, Tile, World, distance, is_alive, tile_at

NEVER = 1 << 30  # a tick that never comes
LOOK_AHEAD = 5 * TICK_RATE  # no bot looks farther ahead for closing walls
FIRED_SOON = 40  # ticks: a bomb that its owner may fire counts as exploding after one or two times as many
REARMED = 100  # ticks; a player whose bomb explodes this soon counts as one who can drop it again

Seen = tuple[int, int, int, int, int, int, int]  # a bomb: id, owner, x, y, blows_at, reach, rolls


class Danger:
    """For each tile, the spans of ticks (first, end) in which it burns; `end` is the first tick without fire."""

    __slots__ = ("blows", "board", "closes", "opens", "reaches", "spans")

    def __init__(
        self, board: PerceivedBoard, tick: int, bombs: Sequence[Seen], flames: dict[int, int], breaking: dict[int, int]
    ) -> None:
        self.board, rules = board, board.rules
        self.opens: dict[int, int] = breaking.copy()  # tile of a brick -> first tick without it
        self.spans: dict[int, tuple[tuple[int, int], ...]] = {tile: ((tick, until),) for tile, until in flames.items()}
        self.blows: dict[int, int] = {}  # tile of a bomb -> tick at which it explodes
        self.reaches: dict[int, int] = {}
        self.closes: dict[int, int] = {}
        if tick > hurry_at(rules) - LOOK_AHEAD:
            self.closes = closing_times(rules, board.width, len(board.tiles) // board.width)
        for bomb in bombs:
            for tile in final_tiles(bomb, tick, board):
                at = min(max(bomb[4], tick + 1), self.closes.get(tile, NEVER))
                self.blows[tile] = min(at, self.blows.get(tile, NEVER))
                self.reaches[tile] = max(bomb[5], self.reaches.get(tile, 0))
        self._ignite([(at, tile) for tile, at in self.blows.items()])

    def plus(self, tile: int, now: int, blows_at: int, reach: int) -> "Danger":
        """Return the danger with one more bomb, dropped at tick `now`."""
        more: Danger = object.__new__(Danger)
        more.board, more.closes = self.board, self.closes
        more.opens, more.spans = self.opens.copy(), self.spans.copy()
        more.blows, more.reaches = self.blows.copy(), self.reaches.copy()
        for first, end in self.spans.get(tile, ()):
            if end > now:
                blows_at = min(blows_at, max(first, now) + 1)
        more.blows[tile] = min(blows_at, self.closes.get(tile, NEVER))
        more.reaches[tile] = reach
        more._ignite([(more.blows[tile], tile)])
        return more

    def window(self, tile: int, at: int, care: int) -> tuple[int, int]:
        """Return the first tick from `at` on at which the tile does not burn, and the tick at which it burns next.

        `care`: how many ticks earlier than predicted a fire may come.
        """
        for first, end in self.spans.get(tile, ()):
            if end <= at:
                continue
            if first - care > at:
                return at, first - care
            at = end
        return at, NEVER

    def _ignite(self, fuses: list[tuple[int, int]]) -> None:
        """Explode bombs in the order of their ticks; each makes the bombs in its flames explode in the next tick."""
        heapify(fuses)
        blows, spans, flame = self.blows, self.spans, self.board.rules.flame
        while fuses:
            at, tile = heappop(fuses)
            if blows[tile] != at:
                continue  # another bomb made it explode earlier
            span = (at, at + flame)
            for spot in self._blast(tile, self.reaches[tile], at):
                old = spans.get(spot)
                if old is None:
                    spans[spot] = (span,)
                elif span not in old:
                    spans[spot] = tuple(sorted((*old, span)))
                if blows.get(spot, 0) > at + 1:
                    blows[spot] = at + 1
                    heappush(fuses, (at + 1, spot))

    def _blast(self, tile: int, reach: int, at: int) -> list[int]:
        """Return the tiles that a bomb sets on fire at tick `at`; the bricks that it hits open later."""
        spots = [tile]
        tiles, width, opens, closes = self.board.tiles, self.board.width, self.opens, self.closes
        for step in (-width, 1, width, -1):
            spot = tile
            for _ in range(reach % PIERCING):
                spot += step
                kind = tiles[spot]
                if kind:
                    if kind == Tile.WALL:
                        break
                    if at < opens.setdefault(spot, at + self.board.rules.flame):
                        if reach < PIERCING:
                            break
                        continue
                if closes and closes.get(spot, NEVER) <= at:
                    break
                spots.append(spot)
        return spots


def final_tiles(bomb: Seen, tick: int, board: PerceivedBoard) -> list[int]:
    """Return the tiles on which a bomb may explode; bodies and bombs that may stop it are ignored, but not on belts."""
    if board.floors:
        tile, ticks = bomb[3] // TILE * board.width + bomb[2] // TILE, max(0, bomb[4] - tick)
        if board.floors[tile] in BELTS:
            return board.belt_way(tile, ticks)
        if bomb[6] >= 0:
            return board.bomb_way(tile, bomb[6], ticks)[:1]
    return [_final_tile(bomb, tick, board)]


def _final_tile(bomb: Seen, tick: int, board: PerceivedBoard) -> int:
    """Return the tile on which a bomb will explode if there is no special floor."""
    _, _, x, y, blows_at, _, rolls = bomb
    tile = y // TILE * board.width + x // TILE
    if rolls < 0:
        return tile
    dx, dy = STEP[rolls]
    for _ in range(max(0, blows_at - tick) * board.rules.roll // (TILE * TICK_RATE)):
        ahead = tile + dy * board.width + dx
        if board.tiles[ahead] != Tile.FLOOR:
            break
        tile = ahead
    return tile


def walking_speed(world: World, player: Player) -> int:
    """Return the speed to plan with, in sub-units a second: at least 1, since plans divide by it."""
    return max(1, mode_of(world.rules).speed(world, player))


def full_reach(player: Player) -> int:
    """Return the reach of a bomb that this player lays now, with PIERCING."""
    return reach_of(player) + PIERCING * player.pierce


def _seen_bomb(world: World, bomb: Bomb) -> Seen:
    """What a player can expect of a bomb: in the air it does not explode; one with a remote may be fired soon."""
    owner, blows_at = world.players.get(bomb.owner), max(bomb.blows_at, bomb.lands_at)
    if owner and owner.remote and is_alive(world, owner):  # in steps, so that most ticks share one Danger
        blows_at = min(blows_at, (world.tick // FIRED_SOON + 2) * FIRED_SOON)
    return bomb.id, bomb.owner, bomb.x, bomb.y, blows_at, bomb.range + PIERCING * bomb.pierce, bomb.rolls


class PerceivedBody(NamedTuple):
    """A living player, as others see it."""

    slot: int
    tile: int
    heading: int  # the Direction it walks in; -1 while it stands
    speed: int  # sub-units a second
    reach: int  # of the bombs that it lays, with PIERCING
    safe_until: int
    bombs: int  # that it can drop now or soon
    side: int = -1  # of World.sides


class Percept:
    """The public part of a world at one tick. `before`: an earlier Percept, to share what did not change."""

    __slots__ = ("_known_danger", "board", "bodies", "bombs", "breaking", "flames", "items", "tick")
    board: PerceivedBoard

    def __init__(self, world: World, before: "Percept | None" = None) -> None:
        self.tick = world.tick
        self.bombs = [_seen_bomb(world, bomb) for bomb in world.bombs.values()]
        self.flames = {tile: flame.until for tile, flame in world.flames.items()}
        self.items = dict(world.items)
        self.breaking = dict(world.breaking)
        lying = [owner for _, owner, _, _, blows_at, _, _ in self.bombs if blows_at > world.tick + REARMED]
        self.bodies = [
            PerceivedBody(
                slot,
                tile_at(world, p.x, p.y),
                p.facing if p.walking else -1,
                walking_speed(world, p),
                full_reach(p),
                p.safe_until,
                p.bombs - lying.count(slot),
                world.sides.get(slot, -1),
            )
            for slot, p in world.players.items()
            if is_alive(world, p)
        ]
        tiles = bytes(world.tiles)
        same = before if before and before.board.is_of(world, tiles) else None
        self.board = same.board if same else PerceivedBoard(world.rules, world.width, tiles, world.floors)
        # A list of none or one: computed at first use, and shared while board and bombs stay the same.
        self._known_danger: list[Danger] = same._known_danger if same and same.bombs == self.bombs else []

    @property
    def danger(self) -> Danger:
        """When each tile burns, as far as this Percept shows."""
        if not self._known_danger:
            self._known_danger.append(Danger(self.board, self.tick, self.bombs, self.flames, self.breaking))
        return self._known_danger[0]

    def sides(self) -> dict[int, int]:
        """Return the side of each living player that has one."""
        return {body.slot: body.side for body in self.bodies if body.side >= 0}

    def others(self, slot: int, tile: int) -> list[tuple[int, PerceivedBody]]:
        """Return all other bodies with their distance from a tile (in steps, walls ignored), the nearest first."""
        return sorted((distance(self.board.width, body.tile, tile), body) for body in self.bodies if body.slot != slot)
