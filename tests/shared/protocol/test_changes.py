"""Snapshots and the changes between them: all public fields arrive, and nothing else is sent."""

from contextlib import suppress
from dataclasses import fields, replace
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from petard.shared.protocol.changes import Changes, diff, patch
from petard.shared.protocol.codec import RemoteProtocolError
from petard.shared.protocol.snapshot import (
    COLUMNS,
    TABLES,
    Snapshot,
    acks_of,
    input_lead_of,
    snapshot_of,
    world_of,
)
from petard.shared.protocol.snapshot_rows import KEYS, LATER, RANGES, rows_of, snapshot_from_rows
from petard.shared.rules.digest import digest
from petard.shared.rules.new_round import new_world
from petard.shared.rules.rng import below
from petard.shared.rules.ruleset import CLASSIC_COURSE, LAST_ONE_STANDING, RuleSet
from petard.shared.rules.step import step
from petard.shared.rules.world import HIDDEN, Bomb, Flame, Keys, Player, World, copy_world
from tests.ends import boards

BOARD = boards()["classic"]


def play(world: World, ticks: int, seed: int) -> list[Snapshot]:
    """Play with random keys and return the snapshot of each tick."""
    keys = dict.fromkeys(world.players, 0)
    seen = [snapshot_of(world, {})]
    for _ in range(ticks):
        for slot in keys:
            seed, roll = below(seed, 120)
            if roll < 16:
                keys[slot] = roll | (Keys.BOMB if roll % 5 == 0 else 0)
        step(world, keys)
        seen.append(snapshot_of(world, {slot: (world.tick - slot, slot % 3) for slot in keys}))
    return seen


def put_together(snapshots: list[Snapshot]) -> list[Snapshot]:
    """Return what follows from the rows of the first one and the changes after it."""
    got = [snapshot_from_rows(rows_of(snapshots[0]), BOARD.width, BOARD.height)]
    for old, new in pairwise(snapshots):
        got.append(patch(got[-1], diff(old, new)))
    return got


@pytest.mark.parametrize("rules", [LAST_ONE_STANDING, CLASSIC_COURSE], ids=lambda rules: rules.name)
@pytest.mark.parametrize("every", [1, 2, 3])
def test_rows_and_changes_give_the_snapshot_of_every_tick(rules: RuleSet, every: int) -> None:
    world = new_world(replace(rules, countdown=0, hurry=rules.round - 60), BOARD, range(8), seed=every)
    truth = play(world, 900, every)[::every]
    assert put_together(truth) == truth
    assert truth[0].tiles != truth[-1].tiles
    assert truth[-1].tables[TABLES.index("players")]


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 2**32), st.integers(0, 400))
def test_world_to_snapshot_to_world_keeps_every_public_field(seed: int, ticks: int) -> None:
    world = new_world(replace(LAST_ONE_STANDING, countdown=10), BOARD, range(6), seed)
    snapshot = play(world, ticks, seed)[-1]
    back = world_of(snapshot, world.rules, world.width, world.height)
    for field in fields(World):
        if field.name not in HIDDEN:
            assert getattr(back, field.name) == getattr(world, field.name), field.name
    assert digest(back) == digest(copy_world(world, hide=True))
    acks = {slot: (clock, input_lead_of(snapshot, slot) or 0) for slot, clock in acks_of(snapshot).items()}
    assert snapshot_of(back, acks) == snapshot


def test_every_field_of_the_rules_records_is_sent() -> None:
    assert COLUMNS["players"] == tuple(field.name for field in fields(Player))[1:]
    assert COLUMNS["bombs"] == tuple(field.name for field in fields(Bomb))[1:]
    assert COLUMNS["flames"] == tuple(field.name for field in fields(Flame))


def test_items_in_bricks_and_the_random_state_are_not_sent() -> None:
    one = new_world(LAST_ONE_STANDING, BOARD, range(4), seed=3)
    other = copy_world(one)
    other.rng = 99
    other.hidden = {tile: 1 for tile in one.hidden}
    assert one.hidden != other.hidden
    assert rows_of(snapshot_of(one, {})) == rows_of(snapshot_of(other, {}))


def first_snapshot() -> Snapshot:
    return snapshot_of(new_world(LAST_ONE_STANDING, BOARD, range(2), seed=1), {})


EMPTY: tuple[tuple[tuple[int, ...], ...], ...] = ((),) * 8


def with_rows(name: str, *rows: tuple[int, ...]) -> Changes:
    tables = list(EMPTY)
    tables[("board", *TABLES).index(name)] = rows
    return Changes(1, tuple(tables))


@pytest.mark.parametrize(
    "changes",
    [
        Changes(0, EMPTY),
        Changes(1, EMPTY[1:]),
        with_rows("board", (9999, 1, 0)),
        with_rows("board", (-1, 1, 0)),
        with_rows("board", (5, 1, 77)),
        with_rows("board", (5, 3, 0)),
        with_rows("board", (5,)),
        with_rows("bombs", (1,)),
        with_rows("bombs", (1, 1, 5)),
        with_rows("bombs", (1, 127, 5)),
        with_rows("bombs", (1, 1 << 20, 5)),
        with_rows("bombs", (1, -1, 5)),
        with_rows("bombs", (1, 0)),
        with_rows("items", (9999, 1, 1)),
        with_rows("items", (-5, 1, 1)),
        with_rows("clock", (0,)),
        with_rows("clock", (1, 7, 1, 1, 1)),
        with_rows("players", (64, (1 << 17) - 1, *range(17))),
    ],
)
def test_changes_that_do_not_fit_are_an_error(changes: Changes) -> None:
    with pytest.raises(RemoteProtocolError):
        patch(first_snapshot(), changes)


def test_the_tables_of_ranges_name_every_column_and_no_other() -> None:
    assert set(RANGES) == {column for columns in COLUMNS.values() for column in columns}
    assert list(KEYS) == list(TABLES)


BOMB = (1, 127, 0, 640, 640, 150, 2, -1, -1)
FLAME = (16, 15, 30, 0, -1, 0)


@pytest.mark.parametrize(
    ("name", "row"),
    [
        ("players", (0, 1, -1)),
        ("players", (0, 1, 15 * 256)),
        ("players", (0, 2, 13 * 256)),
        ("players", (0, 4, 4)),
        ("players", (0, 4, -7)),
        ("players", (0, 1 << 15, 2)),
        ("bombs", (-1, *BOMB[1:])),
        ("bombs", (*BOMB[:2], 64, *BOMB[3:])),
        ("bombs", (*BOMB[:3], 2**63 - 1, *BOMB[4:])),
        ("bombs", (*BOMB[:6], 65, *BOMB[7:])),
        ("bombs", (*BOMB[:7], 4, -1)),
        ("flames", (*FLAME[:5], 9)),
        ("flames", (195, *FLAME[1:])),
        ("items", (16, 1, 32)),
        ("items", (16, 1, 0)),
        ("acks", (64, 1, 0)),
        ("clock", (0, 4, 64)),
    ],
)
def test_a_number_out_of_range_is_an_error(name: str, row: tuple[int, ...]) -> None:
    with pytest.raises(RemoteProtocolError, match=name):
        patch(first_snapshot(), with_rows(name, row))


def test_rows_at_their_limits_are_accepted() -> None:
    assert patch(first_snapshot(), with_rows("bombs", BOMB)).tables[2] == {1: BOMB[2:] + LATER["bombs"]}
    assert patch(first_snapshot(), with_rows("flames", (194, 15, 0, 63, 63, 6))).tables[3] == {194: (0, 63, 63, 6)}
    assert patch(first_snapshot(), with_rows("items", (0, 1, 31))).tables[4] == {0: (31,)}


def test_whole_rows_have_the_same_ranges() -> None:
    good = rows_of(first_snapshot())
    with pytest.raises(RemoteProtocolError, match=r"items\.item is 32, not 1\.\.31"):
        snapshot_from_rows(
            replace(good, tables=(*good.tables[:4], ((16, 32),), *good.tables[5:])), BOARD.width, BOARD.height
        )


def test_rows_that_do_not_fit_their_board_are_an_error() -> None:
    good = rows_of(first_snapshot())
    bad = [
        replace(good, tiles=good.tiles[1:]),
        replace(good, tiles=(9, *good.tiles[1:])),
        replace(good, tables=good.tables[1:]),
        replace(good, tables=(good.tables[0], ((0, 1),), *good.tables[2:])),
        replace(good, tables=((), *good.tables[1:])),
    ]
    for rows in bad:
        with pytest.raises(RemoteProtocolError):
            snapshot_from_rows(rows, BOARD.width, BOARD.height)
    assert snapshot_from_rows(good, BOARD.width, BOARD.height) == first_snapshot()


@pytest.mark.slow
@settings(max_examples=25, deadline=None)
@given(st.data())
def test_no_changes_raise_another_error(data: st.DataObject) -> None:
    cell = st.one_of(st.integers(-3, 200), st.integers(-(2**31), 2**63 - 1))
    row = st.lists(cell, min_size=1, max_size=20).map(tuple)
    tables = data.draw(st.lists(st.lists(row, max_size=3).map(tuple), min_size=8, max_size=8).map(tuple))
    with suppress(RemoteProtocolError):
        patch(first_snapshot(), Changes(1, tables))
