"""Which tiles a body can reach, and when, without being burnt: a search over tiles and time. And the keys to get there.

Rule 1: a tile counts once for each time span between two fires, so the search also finds to wait for a flame's end.
Rule 2: the position of the middle of the body counts; it enters the next tile after half the way.
"""

from dataclasses import dataclass

from petard.shared.bots.floor_moves import SLIDES
from petard.shared.bots.perception import NEVER, Danger
from petard.shared.bots.slides import slide_path
from petard.shared.rules.ruleset import HALF, TICK_RATE, TILE, RuleSet
from petard.shared.rules.world import Keys, Tile

FORESIGHT = TICK_RATE  # a tile is dangerous this long before its wall closes; people see a shadow for half of it
SLACK = TILE // 8  # a body that is no farther from the middle of a tile stands in it
WALL = int(Tile.WALL)  # a plain number: the search compares it a thousand times per tick


@dataclass(slots=True)
class SearchStart:
    """A body: tick, tile, speed (sub-units a second), tick until which it is immune, offset from the tile's middle.

    `foresight`: how many ticks before its wall closes a tile counts as dangerous. `slide`: on ice, the only step that
    the body can take; 0 if it stands there and is free to choose, None elsewhere.
    """

    tick: int
    tile: int
    speed: int
    safe_until: int
    dx: int = 0
    dy: int = 0
    foresight: int = FORESIGHT
    slide: int | None = None

    @property
    def soon(self) -> int:
        """The tick from which on closing walls do not count yet."""
        return self.tick + self.foresight

    def first_steps(self, width: int) -> tuple[int, ...]:
        """Return the steps that the body can take from its tile."""
        return (self.slide,) if self.slide else (-width, 1, width, -1)

    def ticks(self, distance: int) -> int:
        """Return how many ticks a distance takes, rounded up."""
        return -(-distance * TICK_RATE // self.speed)

    def stays(self, ticks: int) -> bool:
        """True if the body is still on its tile after so many ticks of walking in any direction."""
        return max(abs(self.dx), abs(self.dy)) + self.speed * ticks // TICK_RATE < HALF

    def key_to_middle(self, along: bool) -> int:
        """Return the key that leads to the middle of the tile along its row, or else its column."""
        if along:
            return Keys.LEFT if self.dx > 0 else Keys.RIGHT
        return Keys.UP if self.dy > 0 else Keys.DOWN

    def to_lane(self, step: int) -> int:
        """Return the way to the middle of the lane to the next tile."""
        return abs(self.dy if step in (1, -1) else self.dx)

    def _to_edge(self, step: int) -> int:
        along = self.dx if step in (1, -1) else self.dy
        return HALF - (along if step > 0 else -along)

    def first_half(self, step: int) -> int:
        """Return the ticks until the middle of the body enters the next tile, with the way to the lane's middle."""
        return self.ticks(self._to_edge(step) + self.to_lane(step))

    def soonest(self, step: int) -> int:
        """Return the least ticks until the body can enter the next tile."""
        return self._to_edge(step) * TICK_RATE // self.speed


@dataclass(slots=True)
class Reachable:
    """The result of a search: for each place its tile, arrival, the tick at which it burns, and the place before it."""

    tiles: list[int]
    times: list[int]
    untils: list[int]
    origins: list[int]

    def path(self, index: int) -> list[int]:
        """Return the tiles to walk, without the first one."""
        path: list[int] = []
        while index > 0:
            path.append(self.tiles[index])
            index = self.origins[index]
        return path[::-1]

    def safe(self) -> list[int]:
        """Return the indexes of the places that do not burn, the nearest first."""
        return [index for index, until in enumerate(self.untils) if until == NEVER]


def find_reachable(
    danger: Danger, start: SearchStart, care: int, most_ticks: int, most_places: int, safe_most: int = 0
) -> Reachable:
    """Search from a body, nearest first, up to so many ticks of walking, places, and places without fire (0: any)."""
    width, tiles, moves = danger.board.width, danger.board.walls, danger.board.moves
    spans, opens, closes = danger.spans, danger.opens, danger.closes
    found = Reachable([start.tile], [start.tick], [_start_until(danger, start)], [-1])
    all_tiles, times, untils, origins = found.tiles, found.times, found.untils, found.origins
    seen: set[int | tuple[int, int]] = {start.tile if untils[0] == NEVER else (start.tile, untils[0])}
    half, last, soon = start.ticks(HALF), start.tick + most_ticks, start.soon
    safe = int(untils[0] == NEVER)
    steps = [(step, start.first_half(step)) for step in start.first_steps(width)]
    for index, tile in enumerate(all_tiles):  # the list grows during the loop
        time, until = times[index], untils[index]
        if len(all_tiles) >= most_places or time >= last or safe >= safe_most > 0:
            break
        for step, to_edge in steps:
            spot, slid = tile + step, 0
            if moves:
                spot, to_edge, slid = _through(danger, start, (spot, step), (time, to_edge), care)
            kind = tiles[spot]
            if kind and (kind == WALL or spot not in opens):
                continue  # most neighbours are walls, so this check comes first
            enter, burns = time + to_edge, NEVER
            if kind or spot in spans:
                enter, burns = _enter(danger, spot, enter, soon, care, start.safe_until)
            elif closes:
                closing = closes.get(spot, NEVER)
                burns = closing if closing < soon else NEVER
            key: int | tuple[int, int] = spot if burns == NEVER else (spot, burns)
            if enter - slid < until and enter + half < burns and key not in seen:
                seen.add(key)
                all_tiles.append(spot)
                times.append(enter + half)
                untils.append(burns)
                safe += burns == NEVER
                origins.append(index)
        if not index:
            steps = [(step, half) for step in (-width, 1, width, -1)]
    return found


def _through(
    danger: Danger, start: SearchStart, onto: tuple[int, int], when: tuple[int, int], care: int
) -> tuple[int, int, int]:
    """Return where a step ends (0, which is wall, if it is refused), the ticks until it is there, and those on ice.

    `onto`: the next tile, and the step to it. `when`: the tick in which it begins, and the ticks to the next tile.
    """
    (spot, step), (time, to_edge), slid = onto, when, 0
    end, lost = danger.board.moves.get((spot, step), (spot, 0))
    if lost == SLIDES:
        spot, slid = _slide(danger, start, onto, time + to_edge, care)
        end, lost = danger.board.moves.get((spot, step), (spot, 0))
    if end != spot and end:
        if spot in danger.blows:
            return 0, to_edge, slid
        end = end if danger.board.tiles[end] == Tile.FLOOR else spot
    return end, to_edge + slid + max(0, lost) * start.ticks(HALF), slid


def _slide(danger: Danger, start: SearchStart, onto: tuple[int, int], enter: int, care: int) -> tuple[int, int]:
    """Return where a slide ends that begins on an icy tile at a tick (0 if it is not safe), and the ticks it takes."""
    whole, spot = start.ticks(TILE), 0
    early = start.ticks(max(abs(start.dx), abs(start.dy)))  # it may begin without a walk to the middle of the lane
    for spot, at in slide_path(danger, *onto, enter, whole):
        free, burns = _enter(danger, spot, at - early, start.soon, care, start.safe_until)
        if free > at - early or burns <= at + whole:
            return 0, 0
    return spot, at - enter


def delay(danger: Danger, start: SearchStart, path: list[int], care: int, to_safety: bool = True) -> int:
    """Return the ticks to wait before a walk continues; -1 if it leads into fire.

    With `to_safety`, also -1 if it ends on a tile that will burn or close.
    """
    half, soon, until, wait = start.ticks(HALF), start.soon, _start_until(danger, start), 0
    time, tile = start.tick, start.tile
    for place, spot in enumerate(path):
        step, slid = danger.board.step_to(tile, spot), 0
        enter = time + (half if place else start.first_half(step)) + half * danger.board.cost(tile, spot)
        if danger.board.is_ice(tile + step):
            end, slid = _slide(danger, start, (tile + step, step), enter, care)
            if end != danger.board.entry_to(spot):
                return -1
        free, burns = _enter(danger, spot, enter + slid, soon, care, start.safe_until)
        if free - slid >= until or free + half >= burns:
            return -1
        if not place and not slid:
            soonest = time + start.soonest(step)
            wait = free - enter or _enter(danger, spot, soonest, soon, 0, start.safe_until)[0] - soonest
        time, until, tile = free + half, burns, spot
    return wait if until == NEVER or not to_safety else -1


def _start_until(danger: Danger, start: SearchStart) -> int:
    """Return the tick until which the body can stay on its tile."""
    free, until = _enter_flame(danger, start.tile, start.tick, 0, start.safe_until)
    if free > start.tick:
        until = start.tick + start.ticks(TILE)  # it burns already: any way out is right
    if start.slide:
        until = min(until, start.tick + start.ticks(TILE))  # nobody stays on ice
    return min(until, _closing(danger, start.tile, start.soon))


def _enter(danger: Danger, spot: int, at: int, soon: int, care: int, safe_until: int) -> tuple[int, int]:
    """Return the earliest tick to enter a tile and the tick until which one can stay; NEVER for a wall."""
    kind = danger.board.tiles[spot]
    if kind:
        at = max(at, danger.opens.get(spot, NEVER) if kind != Tile.WALL else NEVER)
    if spot in danger.spans:
        at = max(at, danger.blows.get(spot, 0))  # a bomb on the tile blocks it until it explodes
        at, burns = _enter_flame(danger, spot, at, care, safe_until)
    else:
        burns = NEVER
    return at, min(burns, _closing(danger, spot, soon)) if danger.closes else burns


def _enter_flame(danger: Danger, spot: int, at: int, care: int, safe_until: int) -> tuple[int, int]:
    if at >= safe_until:
        return danger.window(spot, at, care)
    free, burns = danger.window(spot, safe_until, care)
    return at, burns if free == safe_until else safe_until


def _closing(danger: Danger, spot: int, soon: int) -> int:
    """Return the tick at which a wall closes on a tile, or NEVER if that is not before the tick `soon`."""
    at = danger.closes.get(spot, NEVER)
    return at if at < soon else NEVER


def keys_to(start: SearchStart, rules: RuleSet, width: int, tile: int) -> int:
    """Return the key to hold to walk to a neighbouring tile, or 0 if `tile` is none.

    The rules slide a body into an opening only from near its middle; from farther off it walks to the middle first.
    """
    step = tile - start.tile
    straight = {1: Keys.RIGHT, -1: Keys.LEFT, width: Keys.DOWN, -width: Keys.UP}.get(step, 0)
    if not straight or start.slide is not None or is_straight(start, rules, step):
        return straight
    return start.key_to_middle(along=step not in (1, -1))


def is_straight(start: SearchStart, rules: RuleSet, step: int) -> bool:
    """True if the body can enter the tile at `step` without a walk to the middle of its own tile first."""
    return start.to_lane(step) <= min(rules.assist, HALF - 1)


def keys_to_middle(start: SearchStart) -> int:
    """Return the key that leads to the middle of the own tile; 0 if the body is near enough, or would slide past it."""
    if start.slide is not None:
        return 0
    if abs(start.dx) > SLACK:
        return start.key_to_middle(along=True)
    return start.key_to_middle(along=False) if abs(start.dy) > SLACK else 0
