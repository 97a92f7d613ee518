"""The state of a round over the wire: Keyframe and Deltas give it exactly, and nothing else is accepted."""

from contextlib import suppress
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from petard.shared.protocol.codec import RemoteProtocolError, decode, encode
from petard.shared.protocol.messages import Delta, Keyframe
from petard.shared.protocol.snapshot import COLUMNS, FIRST_TABLES, MODE_TABLES, TABLES, Table, snapshot_of
from petard.shared.protocol.state import (
    WIRE_COLUMNS,
    WIRE_TABLES,
    State,
    apply_delta,
    delta_of,
    digest_of,
    keyframe_of,
    moves_between,
    state_from_keyframe,
)
from petard.shared.rules.new_round import new_world
from petard.shared.rules.rng import below
from petard.shared.rules.ruleset import CLASSIC_COURSE, LAST_ONE_STANDING, TICK_RATE, RuleSet
from petard.shared.rules.step import step
from petard.shared.rules.world import Keys, World
from tests.ends import boards

BOARD = boards()["classic"]
EMPTY_TICK = 8  # bytes, with the length of the frame


def next_state(old: State, world: World, number: int) -> State:
    """The state of a world, as the server makes it."""
    acks = {slot: (world.tick - slot, number % 3) for slot in world.players}
    snapshot = snapshot_of(world, acks)
    applied: Table = {slot: ((number + slot) // 7 % 128,) for slot in world.players}
    return State(snapshot, moves_between(old.snapshot, snapshot, world.rules), applied)


def play(rules: RuleSet, players: int, ticks: int, every: int, seed: int) -> list[State]:
    """The states of a round with random keys, `every` so many ticks."""
    world = new_world(replace(rules, countdown=0), BOARD, range(players), seed)
    states, keys = [State(snapshot_of(world, {}))], dict.fromkeys(range(players), 0)
    for number in range(ticks):
        for slot in keys:
            seed, roll = below(seed, 120)
            if roll < 16:
                keys[slot] = roll | (Keys.BOMB if roll % 5 == 0 else 0)
        step(world, keys)
        if world.tick % every == 0:
            states.append(next_state(states[-1], world, number))
    return states


def over_the_wire(message: Keyframe | Delta) -> Keyframe | Delta:
    """Return what arrives."""
    arrived = decode(encode(message))
    assert isinstance(arrived, Keyframe | Delta)
    return arrived


def whole(state: State) -> State:
    """The state that a client has after its Keyframe."""
    keyframe = over_the_wire(keyframe_of(state))
    assert isinstance(keyframe, Keyframe)
    return state_from_keyframe(keyframe, BOARD.width, BOARD.height)


def after(old: State, new: State) -> State:
    """The state that a client with `old` has after its Delta."""
    delta = over_the_wire(delta_of(old, new))
    assert isinstance(delta, Delta)
    return apply_delta(old, delta)


@pytest.mark.parametrize("rules", [LAST_ONE_STANDING, CLASSIC_COURSE], ids=lambda rules: rules.name)
@pytest.mark.parametrize("every", [1, 2, 3])
def test_a_keyframe_and_deltas_give_the_state_of_every_tick(rules: RuleSet, every: int) -> None:
    states = play(rules, 8, 500, every, seed=every)
    got = whole(states[0])
    for new in states[1:]:
        got = after(got, new)
        assert got == new
        assert digest_of(got) == digest_of(new)
    assert any(state.moves for state in states)


@pytest.mark.slow
@settings(max_examples=10, deadline=None)
@given(st.integers(0, 2**32), st.integers(0, 300), st.integers(0, 300))
def test_a_delta_leads_over_any_gap(seed: int, one: int, other: int) -> None:
    states = play(LAST_ONE_STANDING, 4, 301, 1, seed)
    first, last = sorted((one, other + 1))
    if first < last:
        assert after(states[first], states[last]) == states[last]


def test_a_player_who_walks_straight_on_costs_no_byte() -> None:
    world = new_world(replace(LAST_ONE_STANDING, countdown=0, bricks=0), boards()["arena"], (0, 1), 1)
    states = [State(snapshot_of(world, {}))]
    for _ in range(60):
        step(world, {0: Keys.RIGHT, 1: Keys.LEFT})
        snapshot = snapshot_of(world, {})
        states.append(State(snapshot, moves_between(states[-1].snapshot, snapshot, world.rules)))
    sizes = [4 + len(encode(delta_of(old, new))) for old, new in pairwise(states)]
    assert min(sizes) == EMPTY_TICK
    assert sizes.count(EMPTY_TICK) > 40
    xs = [state.snapshot.players[0][0] for state in states]
    assert xs[-1] - xs[0] > 2 * 256


def test_one_state_has_one_keyframe_whatever_the_order_of_its_rows() -> None:
    state = play(LAST_ONE_STANDING, 6, 300, 1, seed=3)[-1]
    turned = tuple(dict(reversed(table.items())) for table in state.snapshot.tables)
    other = State(replace(state.snapshot, tables=turned), dict(reversed(state.moves.items())), state.applied)
    assert encode(keyframe_of(state)) == encode(keyframe_of(other))


def first() -> State:
    return State(snapshot_of(new_world(LAST_ONE_STANDING, BOARD, range(2), seed=1), {}), {0: (1, 1024)}, {0: (5,)})


def number_of(name: str) -> int:
    return WIRE_TABLES.index(name)


@pytest.mark.parametrize(
    "tables",
    [
        ((number_of("items"), 16, 1, 1), (number_of("items"), 17, 1, 1)),
        ((number_of("items"), 17, 1, 1, 16, 1, 1),),
        ((number_of("items"), 16, 1, 1, 16, 1, 2),),
        ((number_of("breaking"), 16, 3, 1), (number_of("items"), 16, 1, 1)),
        ((number_of("items"), 16),),
        ((number_of("items"), 16, 1),),
        ((number_of("items"), 16, -1, 1),),
        ((number_of("items"), 16, 0),),
        ((number_of("items"), 16, 1, 99),),
        ((number_of("moves"), 1, 1, 2),),
        ((number_of("moves"), 0, 1, 4),),
        ((number_of("moves"), 0, 2, 99999),),
        ((number_of("moves"), 9, 3, 1, 1024),),
        ((number_of("applied"), 9, 1, 1),),
        ((number_of("applied"), 0, 1, 128),),
        ((number_of("players"), 0, 1, -1),),
        ((number_of("clock"), 0, 0),),
        ((0, 9999, 1, 0),),
        ((0, 5, 1, 15),),
        ((0, 5, 0),),
    ],
)
def test_a_delta_that_does_not_fit_is_an_error(tables: tuple[tuple[int, ...], ...]) -> None:
    with pytest.raises(RemoteProtocolError):
        apply_delta(first(), Delta(1, tables))


def test_tables_and_columns_of_a_later_version_are_ignored() -> None:
    items, later = number_of("items"), len(WIRE_TABLES) + 2
    got = apply_delta(first(), Delta(1, ((items, 16, 0b101, 3, 77), (later, 1, 2, 3))))
    assert got == apply_delta(first(), Delta(1, ((items, 16, 1, 3),)))
    keyframe = keyframe_of(got)
    longer = [(*table[:1], 3, 16, 3, 8, 8) if table[0] == items else table for table in keyframe.tables]
    assert state_from_keyframe(replace(keyframe, tables=(*longer, (later, 1, 5))), BOARD.width, BOARD.height) == got


@pytest.mark.parametrize(
    "change",
    [
        {"tiles": (1,) * 7},
        {"tables": ()},
        {"tables": ((1, 3, 0, 0, -1, -1), (1, 3, 0, 0, -1, -1))},
        {"tables": ((1, 2, 0, 0, -1),)},
        {"tables": ((1, 3, 0, 0, -1),)},
        {"tables": ((1,),)},
        {"tables": ((1, 3, 0, 0, -1, -1), (5, 1, 17, 1, 16, 1))},
        {"tables": ((1, 3, 0, 0, -1, -1), (5, 1, 16, 99))},
        {"tables": ((1, 3, 0, 0, -1, -1), (8, 2, 0, 1, 1024))},
    ],
)
def test_a_keyframe_that_does_not_fit_is_an_error(change: dict[str, tuple[int, ...]]) -> None:
    with pytest.raises(RemoteProtocolError):
        state_from_keyframe(replace(keyframe_of(first()), **change), BOARD.width, BOARD.height)  # type: ignore[arg-type]


def test_a_player_who_would_leave_the_board_stays() -> None:
    state = first()
    x, *_ = state.snapshot.players[0]
    got = apply_delta(replace(state, moves={0: (3, 7680)}), Delta(10 * TICK_RATE, ()))
    assert got.snapshot.players[0][0] == x


def test_the_numbers_of_the_tables_stand_for_one_table_each() -> None:
    assert ("board", *FIRST_TABLES, *WIRE_COLUMNS, *MODE_TABLES) == WIRE_TABLES  # numbers never change
    assert FIRST_TABLES + MODE_TABLES == TABLES
    assert not WIRE_COLUMNS.keys() & COLUMNS.keys()


@pytest.mark.slow
@settings(max_examples=25, deadline=None)
@given(st.data())
def test_no_delta_and_no_keyframe_raises_another_error(data: st.DataObject) -> None:
    cell = st.one_of(st.integers(-3, 200), st.integers(-(2**31), 2**31 - 1))
    tables = data.draw(st.lists(st.lists(cell, min_size=1, max_size=20).map(tuple), max_size=8).map(tuple))
    with suppress(RemoteProtocolError):
        apply_delta(first(), Delta(1, tables))
    with suppress(RemoteProtocolError):
        state_from_keyframe(replace(keyframe_of(first()), tables=tables), BOARD.width, BOARD.height)
