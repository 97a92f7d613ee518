"""When was a player lost? For each death: the last moment from which some keys would still have saved that player.

A search in two steps, from moments before the death: ways through the tiles that the recording shows to be free are
found tile by tile, and the best of them are played with the real rules, all other players with their recorded keys.

Rule 1: a moment counts only if the player, played by `step` from the recorded world of that moment, lives AFTER ticks
        after the recorded death. So the answer is a lower bound: a way that was not tried may have saved them later.
Rule 2: a player who can be saved at a moment can be saved before it: by the recorded keys up to there. So the last
        moment is found by halving.
Rule 3: the work for a death is bounded by LOOK, NODES and TRIES, and the search gives up its turn often.
"""

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from petard.shared.demo.reader import Demo
from petard.shared.demo.rerun import Rerun
from petard.shared.rules.events import EventType
from petard.shared.rules.ruleset import TICK_RATE, TILE
from petard.shared.rules.step import step
from petard.shared.rules.world import Keys, Tile, World, copy_world, is_alive, tile_at

LOOK = 200  # ticks before a death that are looked at: longer than the fuse of a usual bomb
AFTER = 40  # ticks after it in which the player must still live: longer than a flame burns
NODES = 500  # tiles at a time, in the search for ways
TRIES = 3  # ways that are played with the rules, from each moment
WAIT = 5  # ticks that a way waits at least
TURN = 10  # ticks of the recording that are run before the search gives up its turn
WAYS = ((Keys.UP, 0, -1), (Keys.DOWN, 0, 1), (Keys.LEFT, -1, 0), (Keys.RIGHT, 1, 0))

Way = tuple[tuple[int, int], ...]  # keys, and for how many ticks
STRAIGHT: tuple[Way, ...] = tuple(
    ((key, LOOK + AFTER),) for key, _, _ in WAYS
)  # tried shortly before a death, where no way was found


@dataclass(frozen=True, slots=True)
class LastChance:
    """A death at a moment. `chance`: the last moment from which a way was found; -1: none in LOOK ticks."""

    moment: int
    slot: int
    chance: int


@dataclass(frozen=True)
class _Frame:
    """The world after the tick of a moment, and the keys of that tick."""

    moment: int
    world: World
    inputs: dict[int, int]

    @cached_property
    def blocked(self) -> frozenset[int]:
        """The tiles on which a bomb lies; walls and bricks are in the tiles of the world."""
        return frozenset(tile_at(self.world, bomb.x, bomb.y) for bomb in self.world.bombs.values() if bomb.lies)

    def burns(self, tile: int) -> bool:
        return tile in self.world.flames or self.world.tiles[tile] == Tile.WALL

    def is_free(self, tile: int) -> bool:
        return self.world.tiles[tile] == Tile.FLOOR and tile not in self.blocked


def last_chances(demo: Demo) -> Iterator[LastChance | None]:
    """Yield each death of a recording in order, and None between, so that a caller can do other work.

    Raises DemoError for a demo that cannot be run again.
    """
    run = Rerun(demo)
    frames: deque[_Frame] = deque(maxlen=LOOK + AFTER + 2)
    deaths: deque[tuple[int, int]] = deque()
    while run.moment < run.length:
        began, events = run.began, run.step()
        if run.began is not began:
            yield from _search_all(frames, deaths)
            frames.clear()
        frames.append(_Frame(run.moment, copy_world(run.world), dict(run.inputs)))
        deaths += [(run.moment, event.slot) for event in events if event.what == EventType.DIED]
        while deaths and deaths[0][0] + AFTER <= run.moment:
            yield from _search(list(frames), *deaths.popleft())
        if run.moment % TURN == 0:
            yield None
    yield from _search_all(frames, deaths)


def _search_all(frames: deque[_Frame], deaths: deque[tuple[int, int]]) -> Iterator[LastChance | None]:
    while deaths:
        yield from _search(list(frames), *deaths.popleft())


def _search(frames: list[_Frame], moment: int, slot: int) -> Iterator[LastChance | None]:
    """Look for the last chance of one death: further and further back, and then by halving."""
    death = moment - frames[0].moment
    low, high, gap = -1, death - 1, 4  # a place that saves, one that does not (nothing is tried at the death itself)
    while low < 0 and high > 0 and high > death - LOOK:
        place = max(0, death - LOOK, death - gap)
        if _can_live(frames, place, slot):
            low = place
        else:
            high, gap = place, gap * 2
        yield None
    while low >= 0 and high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if _can_live(frames, middle, slot) else (low, middle)
        yield None
    yield LastChance(moment, slot, frames[low].moment if low >= 0 else -1)


def _can_live(frames: Sequence[_Frame], place: int, slot: int) -> bool:
    """Return whether one of the ways that are tried saves the player from that place on."""
    player = frames[place].world.players.get(slot)
    if player is None or not is_alive(frames[place].world, player):
        return False
    ways = list(_ways(frames, place, slot))
    if not ways and len(frames) - place <= 2 * AFTER:
        ways.extend(STRAIGHT)
    return any(_lives(frames, place, slot, way) for way in ways)


def _lives(frames: Sequence[_Frame], place: int, slot: int, way: Way) -> bool:
    """Play a way with the rules; return whether the player lives at the end of the frames."""
    world = copy_world(frames[place].world)
    keys = [held for held, ticks in way for _ in range(ticks)]
    for index, frame in enumerate(frames[place + 1 :]):
        step(world, frame.inputs | {slot: keys[index] if index < len(keys) else Keys.NONE})
        if not is_alive(world, world.players[slot]):
            return False
    return True


def _ways(frames: Sequence[_Frame], place: int, slot: int) -> Iterator[Way]:
    """Yield ways to tiles that stay free of flames until the end of the frames, those that are there first at first."""
    world = frames[place].world
    player = world.players[slot]
    pace = -(-TILE * TICK_RATE // max(1, world.rules.speed_with(player.skates, player.ill)))  # ticks for a tile
    last, found = len(frames) - 1, 0
    queue: deque[tuple[int, int, Way]] = deque([(place, tile_at(world, player.x, player.y), ())])
    seen: set[tuple[int, int]] = set()
    while queue and found < TRIES and len(seen) < NODES:
        at, tile, way = queue.popleft()
        if (tile, at // WAIT) in seen:
            continue
        seen.add((tile, at // WAIT))
        if _is_safe(frames, tile, at, last):
            found += 1
            yield way
            continue
        for key, dx, dy in WAYS:
            there, arrival = tile + dy * world.width + dx, at + pace
            if arrival <= last and frames[at].is_free(there) and frames[at + pace // 2].is_free(there):
                leaves, enters = at + pace * 2 // 3, at + pace // 3
                if _is_safe(frames, tile, at, leaves) and _is_safe(frames, there, enters, arrival):
                    queue.append((arrival, there, (*way, (key, pace))))
        if at + WAIT <= last and _is_safe(frames, tile, at, at + WAIT):
            queue.append((at + WAIT, tile, (*way, (Keys.NONE, WAIT))))


def _is_safe(frames: Sequence[_Frame], tile: int, first: int, last: int) -> bool:
    return not any(frame.burns(tile) for frame in frames[first : last + 1])
