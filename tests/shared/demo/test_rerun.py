"""A demo that is run again gives the same worlds from any moment, and refuses what it cannot run."""

from dataclasses import replace
from functools import cache

import pytest

from petard.shared.demo.blocks import MAGIC, BlockEncoder, BlockType, DemoError
from petard.shared.demo.packing import key_changes
from petard.shared.demo.reader import Demo, read_demo
from petard.shared.demo.records import Began, Inputs, Record, WorldState, encode_record
from petard.shared.demo.rerun import Rerun
from petard.shared.framing import frame
from petard.shared.rules.digest import digest
from petard.shared.rules.ruleset import RULES_VERSION
from tests.shared.demo.matches import HEADER, record

TICKS = 450


@cache
def demo() -> Demo:
    """Two rounds of four bots."""
    return read_demo(record(ticks=TICKS, rounds=2))


def forged(*records: Record, digests: int = 10) -> Demo:
    """A demo of one block with a right checksum, whatever is in it."""
    frames = b"".join(frame(encode_record(record)) for record in (HEADER, *records))
    return read_demo(MAGIC + BlockEncoder(BlockType.PLAY, 0).encode(0, [0] * digests, frames))


@pytest.mark.parametrize("at", [0, 1, 299, 300, 301, TICKS - 1, TICKS + 1, 2 * TICKS - 5])
def test_from_any_moment_on_every_world_has_the_recorded_digest(at: int) -> None:
    run = Rerun(demo(), at)
    assert run.moment == at
    assert at == 0 or digest(run.world) == demo().digests[at - 1]
    while run.moment < demo().length:
        run.step()
        assert digest(run.world) == demo().digests[run.moment - 1]
        assert run.began.number == (1 if run.moment <= TICKS else 2)


def test_a_start_between_two_rounds_is_in_the_new_one() -> None:
    run = Rerun(demo(), TICKS)
    assert (run.began.number, run.world.tick) == (2, 0)
    run.step()
    assert digest(run.world) == demo().digests[TICKS]


def test_the_keys_of_a_tick_and_what_happens_in_it_come_with_it() -> None:
    run, events = Rerun(demo()), 0
    keys: set[int] = set()
    while run.moment < demo().length:
        events += len(run.step())
        keys.update(run.inputs.values())
        assert all(run.inputs.get(slot, 0) == player.keys for slot, player in run.world.players.items())
    assert events > 10
    assert len(keys) > 5


def test_there_is_nothing_after_the_end() -> None:
    run = Rerun(demo(), demo().length)
    with pytest.raises(DemoError, match="ends at moment 900"):
        run.step()
    with pytest.raises(DemoError, match="no moment 901"):
        Rerun(demo(), 901)


def test_a_demo_of_other_rules_is_refused_in_one_sentence() -> None:
    old = read_demo(record(ticks=60))
    old.header = replace(old.header, rules=RULES_VERSION + 1)
    with pytest.raises(DemoError, match=rf"^This demo was played by rules {RULES_VERSION + 1}; .* can only show it\.$"):
        Rerun(old)


def first_of(demo: Demo) -> tuple[Began, WorldState]:
    """The first round and its world."""
    _, began, state, *_ = demo.records()
    assert isinstance(began, Began)
    assert isinstance(state, WorldState)
    return began, state


def test_a_world_that_the_rules_could_not_handle_is_never_stepped() -> None:
    began, state = first_of(demo())
    _, bomb_rows = state.keyframe.tables[1:3]
    assert bomb_rows == ()
    off_board = (7, 0, 5, 5, 100, 2, -1, -1)
    tables = (*state.keyframe.tables[:2], (off_board,), *state.keyframe.tables[3:])
    bad: list[WorldState] = [
        replace(state, keyframe=replace(state.keyframe, tables=tables)),
        replace(state, keyframe=replace(state.keyframe, tiles=(0,) * len(state.keyframe.tiles))),
        replace(state, keyframe=replace(state.keyframe, tiles=state.keyframe.tiles[1:])),
        replace(state, hidden=(9999, 1)),
        replace(state, hidden=(40, 77)),
        replace(state, held=(0, 64)),
    ]
    for world in bad:
        with pytest.raises(DemoError, match="at moment 0"):
            Rerun(forged(began, world))
    Rerun(forged(began, state)).step()


def test_records_in_a_wrong_order_are_refused() -> None:
    began, state = first_of(demo())
    for faulty in (
        (state,),
        (began,),
        (began, state, began, Inputs(0, (1, 1, 0, 1))),
        (began, state, Inputs(5, ()), Inputs(4, ())),
        (replace(began, board=("##", "#")), state),
        (replace(began, board=()), state),
    ):
        with pytest.raises(DemoError):
            Rerun(forged(*faulty), 10)
    with pytest.raises(DemoError, match="gaps"):
        Rerun(read_demo(MAGIC + BlockEncoder(BlockType.PLAY, 0).encode(99, [0], frame(encode_record(HEADER)))))


def test_keys_that_make_no_sense_are_refused() -> None:
    assert list(key_changes(Inputs(7, (1, 1, 0, 5, 2, 2, 0, 0, 3, 16)))) == [(8, {0: 5}), (10, {0: 0, 3: 16})]
    for flat in ((1,), (1, 1), (1, 1, 0), (0, 1, 0, 1), (1, 0), (1, 1, 0, 64), (1, 9, 0, 1)):
        with pytest.raises(DemoError, match="The keys after moment 7"):
            list(key_changes(Inputs(7, flat)))
