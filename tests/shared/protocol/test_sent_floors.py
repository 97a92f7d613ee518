"""Special floors in keyframes, deltas, recordings and checksums."""

from dataclasses import replace

import pytest

from petard.shared.protocol.changes import diff, patch
from petard.shared.protocol.codec import RemoteProtocolError, decode, encode
from petard.shared.protocol.messages import Keyframe
from petard.shared.protocol.snapshot import FIRST_TABLES, Snapshot, snapshot_of, world_of
from petard.shared.protocol.snapshot_rows import rows_of, snapshot_from_rows
from petard.shared.protocol.state import (
    WIRE_TABLES,
    State,
    apply_delta,
    delta_of,
    digest_of,
    keyframe_of,
    state_from_keyframe,
)
from petard.shared.rules.floors import FLOOR_MOST, Floor
from petard.shared.rules.new_round import new_world
from petard.shared.rules.ruleset import LAST_ONE_STANDING
from petard.shared.rules.step import step
from petard.shared.rules.world import Keys
from tests.ends import boards
from tests.shared.rules.boards import FLOORS as BOARD

NUMBER = WIRE_TABLES.index("floors")
RULES = replace(LAST_ONE_STANDING, countdown=0)


def first_snapshot() -> Snapshot:
    """The first snapshot of a round on a board with special floors."""
    return snapshot_of(new_world(RULES, BOARD, range(2), seed=1), {})


def other_floors(snapshot: Snapshot) -> Snapshot:
    """The next tick, in which one floor has changed and one is plain."""
    floors = bytearray(snapshot.floors)
    place = floors.index(Floor.PIT)
    floors[place], floors[place + 1] = Floor.PLAIN, FLOOR_MOST
    return replace(snapshot, tick=snapshot.tick + 1, floors=bytes(floors))


def test_a_keyframe_has_the_floors_and_a_delta_nothing_while_they_stay() -> None:
    world = new_world(RULES, BOARD, range(2), seed=1)
    first = State(snapshot_of(world, {}))
    keyframe = decode(encode(keyframe_of(first)))
    assert isinstance(keyframe, Keyframe)
    got = state_from_keyframe(keyframe, BOARD.width, BOARD.height)
    assert got == first
    assert world_of(got.snapshot, RULES, BOARD.width, BOARD.height).floors == BOARD.floors
    step(world, {0: Keys.RIGHT})
    delta = delta_of(first, State(snapshot_of(world, {})))
    assert NUMBER not in [table[0] for table in delta.tables]
    assert apply_delta(got, delta).snapshot == snapshot_of(world, {})


def test_a_delta_carries_the_floors_that_change() -> None:
    one = first_snapshot()
    other = other_floors(one)
    delta = delta_of(State(one), State(other))
    assert [len(table) for table in delta.tables if table[0] == NUMBER] == [1 + 2 + 3]
    assert apply_delta(State(one), delta) == State(other)
    assert apply_delta(State(other), delta_of(State(other), State(replace(one, tick=2)))).snapshot.floors == one.floors


def test_the_checksum_is_the_same_for_a_client_that_knows_no_floors() -> None:
    snapshot = first_snapshot()
    assert digest_of(State(snapshot)) == digest_of(State(replace(snapshot, floors=b"")))


def test_recordings_have_one_table_more_for_a_board_with_special_floors() -> None:
    one = first_snapshot()
    other = other_floors(one)
    assert len(rows_of(one).tables) == len(FIRST_TABLES) + 1
    assert snapshot_from_rows(rows_of(one), BOARD.width, BOARD.height) == one
    assert patch(one, diff(one, other)) == other
    assert len(diff(one, replace(one, tick=1)).tables) == len(FIRST_TABLES) + 1  # with the board, and no floors


def test_a_board_without_special_floors_costs_nothing() -> None:
    board = boards()["classic"]
    snapshot = snapshot_of(new_world(RULES, board, range(2), seed=1), {})
    assert snapshot.floors == b""
    assert len(rows_of(snapshot).tables) == len(FIRST_TABLES)
    assert NUMBER not in [table[0] for table in keyframe_of(State(snapshot)).tables]


@pytest.mark.parametrize("row", [(NUMBER, 1, 12, FLOOR_MOST + 1), (NUMBER, 1, 12, 0), (NUMBER, 1, 10_000, 1)])
def test_a_floor_out_of_range_is_refused(row: tuple[int, ...]) -> None:
    keyframe = keyframe_of(State(first_snapshot()))
    tables = (*[table for table in keyframe.tables if table[0] != NUMBER], row)
    with pytest.raises(RemoteProtocolError, match="floors"):
        state_from_keyframe(replace(keyframe, tables=tables), BOARD.width, BOARD.height)
