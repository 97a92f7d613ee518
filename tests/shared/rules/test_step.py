"""Properties that hold after every tick: random rounds over seeds, presets and boards.

`faults` is the list of everything that may never be; a test below plants each of them once to see that it is found.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import fields, is_dataclass, replace
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from petard.shared.rules.digest import digest
from petard.shared.rules.events import Event, EventType
from petard.shared.rules.floor_effects import BELT_SPEED
from petard.shared.rules.floors import PIT, special_tiles
from petard.shared.rules.items import Item
from petard.shared.rules.maps import Board, parse_map
from petard.shared.rules.new_round import new_world
from petard.shared.rules.rng import below
from petard.shared.rules.ruleset import CLASSIC_COURSE, LAST_ONE_STANDING, RuleSet, distance_in_tick
from petard.shared.rules.step import step
from petard.shared.rules.sudden_death import ends_at
from petard.shared.rules.world import (
    STEP,
    Bomb,
    Direction,
    Flame,
    Keys,
    Player,
    Tile,
    World,
    copy_world,
    living,
    tile_at,
)
from tests.shared.rules.boards import FLOORS, D, L, R, U, scene, told
from tests.shared.rules.test_maps import shipped
from tests.tools.rules_vectors import random_keys

HASTE = {"countdown": 20, "spawn_shield": 60, "round": 900, "hurry": 600, "closing": 560, "closing_core": 1}
RULES = (
    replace(LAST_ONE_STANDING, **HASTE),  # type: ignore[arg-type]
    replace(CLASSIC_COURSE, **HASTE),  # type: ignore[arg-type]
    replace(LAST_ONE_STANDING, **HASTE, bricks=20, fuse=60, hidden_share=60),  # type: ignore[arg-type]
    replace(LAST_ONE_STANDING, **HASTE, bricks=0, loose=20, health=5, health_most=5),  # type: ignore[arg-type]
)
OPEN = parse_map("\n".join(["#" * 11, "#1.......3#", *["#.........#"] * 6, "#4.......2#", "#" * 11]), "open")
NARROW = parse_map("#########\n#1.....3#\n#.##.##.#\n#.+...+.#\n#4..#..2#\n#########", "narrow")
BOARDS = (shipped("small"), shipped("classic"), OPEN, NARROW, FLOORS)


# --- what may never be ----------------------------------------------------------------------------------------------


def faults(world: World) -> Iterator[str]:
    """Return all errors in a world after a tick."""
    yield from _board_faults(world)
    yield from _bomb_faults(world)
    for player in living(world):
        yield from _body_faults(world, player)
    for record in (world, *world.players.values(), *world.bombs.values(), *world.flames.values()):
        yield from _number_faults(record)


def _board_faults(world: World) -> Iterator[str]:
    if len(world.tiles) != world.width * world.height or max(world.tiles) > Tile.BREAKING:
        yield "no board"
    for tile, kind in enumerate(world.tiles):
        edge = tile % world.width in (0, world.width - 1) or tile // world.width in (0, world.height - 1)
        if edge and kind != Tile.WALL:
            yield f"open edge at {tile}"
        if (tile in world.breaking) != (kind == Tile.BREAKING):
            yield f"brick at {tile} breaks for ever or without a time"
        if tile in world.hidden and kind not in (Tile.BRICK, Tile.BREAKING):
            yield f"something hidden at {tile} without a brick"
        if (tile in world.items or tile in world.flames) and kind != Tile.FLOOR:
            yield f"item or flame in a wall at {tile}"
        if tile in special_tiles(world.floors) and (tile in world.items or kind in (Tile.BRICK, Tile.BREAKING)):
            yield f"item or brick on a special floor at {tile}"
        if tile in world.items and tile in world.flames:
            yield f"item in a flame at {tile}"
    if not all(world.tick < flame.until <= world.tick + world.rules.flame for flame in world.flames.values()):
        yield "flame that burns for too long"


def _bomb_faults(world: World) -> Iterator[str]:
    holds: Counter[int] = Counter()
    for bomb in world.bombs.values():
        tile, ahead = tile_at(world, bomb.x, bomb.y), _rolls_to(world, bomb)
        if bomb.flies >= 0 or bomb.held_by >= 0:
            yield from _faults_off_the_ground(world, bomb)
            continue
        holds.update({tile, ahead})
        if world.tiles[tile] != Tile.FLOOR or world.tiles[ahead] != Tile.FLOOR:
            yield f"bomb in a wall at {tile} or {ahead}"
        if bomb.rolls == Direction.NONE and (bomb.x % 256, bomb.y % 256) != (128, 128):
            yield f"bomb that lies beside the middle of {tile}"
        if not world.tick < bomb.blows_at <= world.tick + max(world.rules.fuse, world.rules.waits):
            yield f"bomb at {tile} that went off in the past or never will"
    if max(holds.values(), default=0) > 1:
        yield f"more than one bomb at {holds.most_common(1)}"
    out = Counter(bomb.owner for bomb in world.bombs.values())
    for slot, player in world.players.items():
        if out[slot] > player.bombs:
            yield f"{out[slot]} bombs of {slot}, who has {player.bombs}"


def _rolls_to(world: World, bomb: Bomb) -> int:
    """The tile that a bomb will be on next; its own while it has not passed the middle."""
    tile = tile_at(world, bomb.x, bomb.y)
    if bomb.rolls == Direction.NONE:
        return tile
    dx, dy = STEP[bomb.rolls]
    past = (bomb.x % 256 - 128) * dx + (bomb.y % 256 - 128) * dy > 0
    return tile + (dx + dy * world.width) * past


def _faults_off_the_ground(world: World, bomb: Bomb) -> Iterator[str]:
    column, row = bomb.x // 256, bomb.y // 256
    if (bomb.x % 256, bomb.y % 256) != (128, 128) or bomb.rolls >= 0:
        yield f"bomb off the ground beside the middle of {column}, {row}, or rolling"
    if not (0 < column < world.width - 1 and 0 < row < world.height - 1):
        yield f"bomb over the edge at {column}, {row}"
    if bomb.flies >= 0 and (bomb.held_by >= 0 or not world.tick < bomb.lands_at <= world.tick + 8 * 32):
        yield f"bomb that flies and is held, or never lands: {bomb}"


def _body_faults(world: World, player: Player) -> Iterator[str]:
    half, rules = world.rules.body, world.rules
    for x in (player.x - half, player.x + half - 1):
        for y in (player.y - half, player.y + half - 1):
            tile = tile_at(world, x, y)
            if world.tiles[tile] != Tile.FLOOR or (world.floors and world.floors[tile] == PIT):
                yield f"body of {player.slot} in a wall"
    caps = (player.bombs <= rules.bombs_most, player.range <= rules.range_most, 0 < player.health <= rules.health_most)
    if not all(caps):
        yield f"{player.slot} is over a cap"


def _number_faults(record: Any) -> Iterator[str]:
    for field in fields(record):
        value = getattr(record, field.name)
        if isinstance(value, dict):
            for key, entry in value.items():
                if type(key) is not int or not (type(entry) is int or is_dataclass(entry)):
                    yield f"{field.name}[{key!r}] is {entry!r}, no plain number"
        elif type(value) not in (int, bytes, bytearray, RuleSet):
            yield f"{field.name} is {value!r}, no plain number"


def gets_away(world: World, slot: int) -> bool:
    """True if a body, left alone on the board, reaches another tile with one key or one after another.

    Without bombs, because those may rightly shut somebody in, and without walls that close meanwhile.
    """
    start = tile_at(world, world.players[slot].x, world.players[slot].y)
    ways = [(key, key) for key in (U, D, L, R)]
    for first, then in ways + [(one, other) for one in (U, D, L, R) for other in (U, D, L, R) if one != other]:
        twin = copy_world(world)
        twin.rules, twin.bombs, twin.flames = replace(world.rules, round=10**6), {}, {}
        player = twin.players[slot]
        player.ill = 0
        for key in [first] * 10 + [then] * 20:
            step(twin, {slot: key})
            if tile_at(twin, player.x, player.y) != start:
                return True
    return False


def has_a_way(world: World, player: Player) -> bool:
    """True if a tile beside the one under the body is floor."""
    tile = tile_at(world, player.x, player.y)
    return any(
        world.tiles[other] == Tile.FLOOR for other in (tile - 1, tile + 1, tile - world.width, tile + world.width)
    )


# --- random rounds --------------------------------------------------------------------------------------------------


def round_of(rules: RuleSet, board: Board, seed: int) -> World:
    """A round in which all players already have items."""
    world = new_world(rules, board, range(4), seed)
    for player in world.players.values():
        player.kick, player.bombs, player.range, player.skates = 1, 3, 3, player.slot
        player.punch, player.glove, player.remote, player.pierce = (seed >> player.slot + bit & 1 for bit in range(4))
    return world


def leaving(seed: int, tick: int) -> dict[int, int]:
    """Sometimes a player leaves during the round."""
    _, roll = below(seed + tick, 1500)
    return {roll: int(Keys.GONE)} if roll < 4 else {}


@pytest.mark.slow
@settings(max_examples=8, deadline=None)
@given(
    seed=st.integers(0, (1 << 64) - 1),
    rules=st.sampled_from(RULES),
    board=st.sampled_from(BOARDS),
    bombs=st.sampled_from([15, 40, 200]),
)
@example(seed=14, rules=RULES[2], board=NARROW, bombs=15)  # two fall together: own flames and the distance decide
@example(seed=77, rules=RULES[1], board=NARROW, bombs=40)  # the time is up: health decides
@example(seed=39, rules=RULES[0], board=BOARDS[0], bombs=15)  # players throw bombs from carts
def test_no_tick_of_a_random_round_leaves_a_fault_and_every_round_ends(
    seed: int, rules: RuleSet, board: Board, bombs: int
) -> None:
    world = round_of(rules, board, seed)
    keys = random_keys(seed, list(world.players), bombs)
    events: list[Event] = []
    while world.over_at < 0:
        assert world.tick < ends_at(rules), "the time is up and the round goes on"
        before = {player.slot: (player.x, player.y, player.ill) for player in living(world)}
        held = next(keys) | leaving(seed, world.tick)
        now = step(world, held)
        events += now
        assert list(faults(world)) == [], world.tick
        assert_nobody_jumps(world, before, now)
        if world.tick % 100 == 50 and world.tick > rules.countdown:
            for player in living(world):
                assert gets_away(world, player.slot) or not has_a_way(world, player), f"{player.slot} is stuck"
    assert_the_story_adds_up(world, events)
    assert world.winner == winner_by_the_story(world, events, held)


def assert_nobody_jumps(world: World, before: dict[int, tuple[int, int, int]], events: list[Event]) -> None:
    """A body moves by its distance_in_tick at most, unless a wall pushed it, and not at all during the countdown."""
    pushed = bool(told(events, EventType.CLOSED))
    came_out = {slot for slot, _, _ in told(events, EventType.TELEPORTED)}
    for player in living(world):
        if player.slot in came_out:
            continue
        x, y, ill = before[player.slot]
        gone = abs(player.x - x) + abs(player.y - y)
        walked = distance_in_tick(world.tick, world.rules.speed_with(player.skates, ill))
        walked += distance_in_tick(world.tick, BELT_SPEED) if world.floors else 0
        most = 0 if world.tick <= world.rules.countdown else 2 * 224 if pushed else walked + 3
        assert gone <= most, player


def assert_the_story_adds_up(world: World, events: list[Event]) -> None:
    """The events of a round tell the same as its last world."""
    died = [slot for slot, _, _ in told(events, EventType.DIED)]
    assert sorted(died) == [slot for slot, player in world.players.items() if player.died_at >= 0]
    assert [slot for slot, _, _ in told(events, EventType.OVER)] == [world.winner]
    assert len(told(events, EventType.DROPPED)) + thrown_from_carts(events) == world.next_bomb - 1
    assert all(0 <= tile < world.width * world.height for _, tile, _ in told(events, EventType.BLAST))


def thrown_from_carts(events: list[Event]) -> int:
    """Count the bombs that players threw from carts: such a bomb was never put down."""
    riding, thrown = set(), 0
    for event in events:
        if event.what is EventType.RIDES:
            riding.add(event.slot)
        elif event.what is EventType.RETURNED:
            riding.discard(event.slot)
        elif event.what is EventType.THROWN and event.slot in riding:
            thrown += 1
    return thrown


def winner_by_the_story(world: World, events: list[Event], held: dict[int, int]) -> int:
    """Return the winner by the events and positions of a round that has just ended; -1 for a draw.

    The living are compared, or those who fell in the last tick and did not leave. It counts, in this order: not to have
    been killed by oneself, more health, and the smaller distance to the middle of the board.
    """
    killers = {slot: killer for slot, _, killer in told(events, EventType.DIED)}
    fell = [p for p in world.players.values() if p.died_at == world.tick and not held.get(p.slot, 0) & Keys.GONE]

    def merits(player: Player) -> tuple[bool, int, int]:
        far = (player.x - world.width * 128) ** 2 + (player.y - world.height * 128) ** 2
        return killers.get(player.slot) != player.slot, player.health, -far

    ranked = sorted(living(world) or fell, key=merits)
    if not ranked or (len(ranked) > 1 and merits(ranked[-1]) == merits(ranked[-2])):
        return -1
    return ranked[-1].slot


@settings(max_examples=5, deadline=None)
@given(seed=st.integers(0, (1 << 64) - 1), rules=st.sampled_from(RULES), board=st.sampled_from(BOARDS))
def test_the_same_inputs_give_the_same_world_also_through_copies(seed: int, rules: RuleSet, board: Board) -> None:
    one, other = round_of(rules, board, seed), round_of(rules, board, seed)
    keys = random_keys(seed, list(one.players))
    for tick in range(400):
        inputs = next(keys)
        if tick % 50 == 0:
            other = copy_world(other)
        shuffled_inputs = dict(reversed(inputs.items()))
        assert step(one, inputs) == step(other, shuffled_inputs)
        assert digest(one) == digest(other)


@pytest.mark.parametrize("seed", range(3))
def test_a_real_round_ends_within_its_time_even_if_everybody_stands_still(seed: int) -> None:
    world = new_world(LAST_ONE_STANDING, shipped("classic"), range(4), seed)
    while world.over_at < 0:
        step(world, {})
    assert world.over_at <= ends_at(LAST_ONE_STANDING)
    assert list(faults(world)) == []


def test_after_the_end_the_world_continues_without_an_error_and_without_a_death() -> None:
    for seed in range(5):
        world = round_of(RULES[2], OPEN, seed)
        keys = random_keys(seed, list(world.players), 15)
        while world.over_at < 0:
            step(world, next(keys))
        left = [player.slot for player in living(world)]
        for _ in range(300):
            events = step(world, next(keys))
            assert list(faults(world)) == []
            assert not told(events, EventType.DIED)
            assert not told(events, EventType.OVER)
        assert [player.slot for player in living(world)] == left


# --- the tests themselves can fail ----------------------------------------------------------------------------------


def _plant(world: World, **changes: Any) -> None:
    for name, value in changes.items():
        setattr(world, name, value)


PLANTED: dict[str, tuple[str, Callable[[World], None]]] = {
    "open edge": ("open edge", lambda world: world.tiles.__setitem__(3, Tile.FLOOR)),
    "no such tile": ("no board", lambda world: world.tiles.__setitem__(16, 4)),
    "breaks for ever": ("breaks for ever", lambda world: world.tiles.__setitem__(16, Tile.BREAKING)),
    "hidden in the open": ("without a brick", lambda world: _plant(world, hidden={16: 1})),
    "item in a wall": ("in a wall", lambda world: _plant(world, items={3: 1})),
    "flame in a wall": ("in a wall", lambda world: _plant(world, flames={3: Flame(5, 0, -1, 0)})),
    "item in a flame": ("item in a flame", lambda world: _plant(world, items={16: 1}, flames={16: Flame(5, 0, -1, 0)})),
    "old flame": ("too long", lambda world: _plant(world, flames={16: Flame(0, 0, -1, 0)})),
    "young flame": ("too long", lambda world: _plant(world, flames={16: Flame(99, 0, -1, 0)})),
    "bomb in a wall": ("bomb in a wall", lambda world: _plant(world, bombs={1: Bomb(1, 9, 128, 128, 9, 2)})),
    "bomb off the middle": ("beside the middle", lambda world: _plant(world, bombs={1: Bomb(1, 9, 400, 384, 9, 2)})),
    "dud": ("in the past", lambda world: _plant(world, bombs={1: Bomb(1, 9, 384, 384, 0, 2)})),
    "two bombs": (
        "more than one bomb",
        lambda world: _plant(world, bombs={n: Bomb(n, 9, 384, 384, 9, 2) for n in (1, 2)}),
    ),
    "rolling into a wall": (
        "bomb in a wall",
        lambda world: _plant(world, bombs={1: Bomb(1, 9, 380, 384, 9, 2, Direction.LEFT)}),
    ),
    "too many bombs": (
        "who has 1",
        lambda world: _plant(world, bombs={n: Bomb(n, 0, 128 + 256 * n, 384, 9, 2) for n in (1, 2)}),
    ),
    "body in a wall": ("body of 0 in a wall", lambda world: _plant(world.players[0], x=300)),  # type: ignore[arg-type]
    "over a cap": ("over a cap", lambda world: _plant(world.players[0], bombs=9)),  # type: ignore[arg-type]
    "an enum": ("no plain number", lambda world: _plant(world.players[0], facing=Item.BOMB)),  # type: ignore[arg-type]
    "a float": ("no plain number", lambda world: _plant(world, items={16: 1.5})),
}


@pytest.mark.parametrize("name", PLANTED)
def test_each_fault_would_be_found(name: str) -> None:
    world = scene("######## #A.....# #......# ########")
    assert list(faults(world)) == []
    says, plant = PLANTED[name]
    plant(world)
    assert any(says in fault for fault in faults(world))


def test_a_stuck_body_would_be_found() -> None:
    world = scene("##### #A.B# #####")
    assert gets_away(world, 0)
    assert has_a_way(world, world.players[0])
    shut = scene("####### #A#..B# #######")
    assert not gets_away(shut, 0)
    assert not has_a_way(shut, shut.players[0])
