"""Modes: what the World keeps for them is sent and copied, and a mode of a later version is played as the first one."""

from dataclasses import replace

from petard.shared.protocol.snapshot import snapshot_of, world_of
from petard.shared.protocol.snapshot_rows import rows_of, snapshot_from_rows
from petard.shared.protocol.state import State, apply_delta, delta_of, keyframe_of, state_from_keyframe
from petard.shared.rules.modes.table import LAST_ONE_STANDING, MODES, mode_of
from petard.shared.rules.world import World, living
from tests.shared.rules.boards import QUICK, scene

BOARD = "######### #A.B..C.# #########"


def marked() -> World:
    world = scene(BOARD)
    world.sides, world.points, world.marks, world.back = {0: 1, 2: 0}, {2: 90}, {11: 2, 12: 0}, {1: 77}
    return world


def test_numbers_and_names_of_modes_stand_for_one_mode_each() -> None:
    assert {mode.number for mode in MODES.values()} == set(range(len(MODES)))
    assert [name == mode.name for name, mode in MODES.items()] == [True] * len(MODES)


def test_a_mode_of_a_later_version_is_played_as_last_one_standing() -> None:
    assert mode_of(replace(QUICK, mode=63)) is LAST_ONE_STANDING is mode_of(QUICK)


def test_a_fallen_player_who_will_return_is_not_among_the_living() -> None:
    assert [player.slot for player in living(marked())] == [0, 2]


def test_what_a_mode_counts_is_sent_and_recorded_whole_and_as_changes() -> None:
    world, plain = marked(), scene(BOARD)
    new, old = State(snapshot_of(world, {})), State(snapshot_of(plain, {}))
    new = replace(new, snapshot=replace(new.snapshot, tick=1))
    assert apply_delta(old, delta_of(old, new)) == new
    later = replace(old, snapshot=replace(old.snapshot, tick=2))
    assert apply_delta(new, delta_of(new, later)) == later
    assert state_from_keyframe(keyframe_of(new), world.width, world.height) == new
    assert snapshot_from_rows(rows_of(new.snapshot), world.width, world.height) == new.snapshot
    again = world_of(new.snapshot, world.rules, world.width, world.height)
    assert (again.sides, again.points, again.marks, again.back) == (
        world.sides,
        world.points,
        world.marks,
        world.back,
    )


def test_a_round_without_a_mode_costs_no_byte_more() -> None:
    state = State(snapshot_of(scene(BOARD), {}))
    assert max(flat[0] for flat in keyframe_of(state).tables) < 8
    assert len(rows_of(state.snapshot).tables) == 7
