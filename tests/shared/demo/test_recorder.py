"""A demo holds the match as it was played and as clients were sent it, complete up to the end of the file."""

import tracemalloc
from dataclasses import replace
from functools import cache

import pytest

from petard.server.room.chat import LINES_MOST, LINES_SECONDS
from petard.server.room.round import RoundRunner
from petard.shared.demo.blocks import Block, BlockType, DemoError, blocks_in, payloads_in
from petard.shared.demo.packing import pack_changes, world_at
from petard.shared.demo.reader import read_demo
from petard.shared.demo.recorder import Recorder
from petard.shared.demo.records import (
    GROUP,
    SECOND,
    Ended,
    Inputs,
    Mark,
    Said,
    Seated,
    WorldState,
    decode_record,
    encode_record,
)
from petard.shared.protocol.changes import Changes, patch
from petard.shared.protocol.codec import RemoteProtocolError
from petard.shared.protocol.messages import Chat, Events, Round
from petard.shared.protocol.snapshot import Snapshot, snapshot_of
from petard.shared.protocol.snapshot_rows import SnapshotRows, snapshot_from_rows
from petard.shared.rules.digest import digest
from petard.shared.rules.world import copy_world
from tests.shared.demo.matches import HEADER, record, seats

TICKS = 900


@cache
def match() -> tuple[bytes, dict[int, Snapshot], dict[int, int]]:
    """A demo, and what was true at each of its moments: what clients knew, and the digest of the world."""
    snapshots: dict[int, Snapshot] = {}
    digests: dict[int, int] = {}

    def note(recorder: Recorder, match: RoundRunner) -> None:
        snapshots[recorder.moment] = snapshot_of(match.world, {})
        digests[recorder.moment] = digest(match.world)
        if recorder.moment % 100 == 0:
            recorder.note(Mark(recorder.moment, "here"))

    return record(ticks=TICKS // 2, rounds=2, each=note), snapshots, digests


def test_the_digest_of_every_tick_is_in_it() -> None:
    data, _, digests = match()
    demo = read_demo(data)
    assert demo.length == TICKS
    assert dict(enumerate(demo.digests, 1)) == digests
    assert [began.moment for began in demo.rounds] == [0, TICKS // 2]
    assert demo.header == HEADER
    assert demo.damage == ""


def test_a_chat_of_hours_while_a_match_is_paused_leaves_the_recording_readable() -> None:
    said = Said(60, Chat(0, "Ada", "x" * 200))

    def chat(recorder: Recorder, match: RoundRunner) -> None:
        if recorder.moment == 60:  # three hours, of which a member may write eight lines in ten seconds
            for _ in range(3 * 3600 * LINES_MOST // round(LINES_SECONDS)):
                recorder.note(said)

    demo = read_demo(record(ticks=GROUP * 2, each=chat))
    assert sum(isinstance(one, Said) for one in demo.notes) > 500
    assert demo.length == GROUP * 2


def test_a_flood_of_chat_in_play_fills_no_recording() -> None:
    def chat(recorder: Recorder, match: RoundRunner) -> None:
        for _ in range(20):
            recorder.note(Said(recorder.moment, Chat(0, "Ada", "x" * 200)))

    said = [one for one in read_demo(record(2, GROUP, each=chat)).notes if isinstance(one, Said)]
    later = [one for one in said if one.moment > GROUP - 2 * SECOND]
    assert len(said) < 1200
    assert 10 < len(later) < 20, "eight long lines a second"


def test_seats_that_change_all_the_time_are_written_once_a_second_and_the_last_ones_always() -> None:
    def reseat(recorder: Recorder, match: RoundRunner) -> None:
        recorder.note(Seated(recorder.moment, (replace(seats(1)[0], member=recorder.moment),)))
        if recorder.moment % 100 == 0:
            recorder.note(Mark(recorder.moment, ""))
            recorder.note(Said(recorder.moment, Chat(0, "Ada", "So many!")))

    notes = [one for one in read_demo(record(1, GROUP, each=reseat)).notes if isinstance(one, Seated | Mark | Said)]
    seated = [one for one in notes if isinstance(one, Seated)]
    moments = [one.moment for one in notes]
    assert len(seated) <= 2 * (8 + GROUP // SECOND)
    assert moments == sorted(moments)
    assert all(one.moment - one.seats[0].member in {0, 1} for one in seated)
    assert seated[-1].moment == GROUP


def test_what_clients_were_sent_is_read_back_as_it_was_sent() -> None:
    data, snapshots, _ = match()
    board, snapshot, moment, seen = None, None, 0, 0
    for _, message, _ in read_demo(data).watch():
        match message:
            case Round():
                board = message
            case SnapshotRows() if board:
                snapshot = snapshot_from_rows(message, board.width, board.height)
            case Changes() if snapshot:
                snapshot, moment = patch(snapshot, message), moment + 1
                assert snapshot == snapshots[moment]
            case Events(tick) if snapshot:
                assert tick == snapshot.tick
                seen += 1
    assert moment == TICKS
    assert seen > 10


def test_each_group_begins_with_the_whole_world() -> None:
    data, _, digests = match()
    demo = read_demo(data)
    states = [found for found in demo.records() if isinstance(found, WorldState)]
    assert [state.moment for state in states] == [0, GROUP, TICKS // 2, TICKS // 2 + GROUP]
    for state in states:
        world = world_at(demo.round_at(state.moment), state)
        assert state.moment % (TICKS // 2) == 0 or digest(world) == digests[state.moment]
        assert digest(copy_world(world)) == digest(world)


def test_reading_may_begin_at_any_group() -> None:
    demo = read_demo(match()[0])
    late = list(demo.records(TICKS // 2 + GROUP + 7))
    assert isinstance(late[0], WorldState)
    assert late[0].moment == TICKS // 2 + GROUP == demo.group_start(TICKS - 1)
    assert isinstance(late[-1], Ended)
    assert late == list(demo.records())[-len(late) :]


def test_a_file_that_is_cut_anywhere_plays_to_its_last_whole_block() -> None:
    data = match()[0]
    whole = read_demo(data)
    lengths = set()
    for cut in range(len(data) - 1, 8, -max(1, len(data) // 150)):
        try:
            demo = read_demo(data[:cut])
        except DemoError:
            assert cut < 200, "only without a header there is nothing"
            continue
        assert demo.digests == whole.digests[: demo.length]
        assert demo.damage or cut in {len(data[:cut])}
        if demo.length not in lengths:
            list(demo.records()), list(demo.watch())
        lengths.add(demo.length)
    assert lengths >= set(range(SECOND, TICKS // 2, SECOND))


def test_a_changed_byte_is_noticed_and_everything_before_it_is_read() -> None:
    data = match()[0]
    whole = read_demo(data)
    lengths = set()
    for place in range(0, len(data), len(data) // 100):
        changed = bytearray(data)
        changed[place] ^= 0x41
        try:
            demo = read_demo(bytes(changed))
        except DemoError:
            assert place < 200
            continue
        assert demo.damage
        assert demo.digests == whole.digests[: demo.length]
        if demo.length not in lengths:
            list(demo.records()), list(demo.watch())
        lengths.add(demo.length)


def test_only_keys_that_change_are_written() -> None:
    written = sum(len(found.changes) for found in read_demo(match()[0]).records() if isinstance(found, Inputs))
    assert 0 < written < 4 * TICKS


def test_a_file_that_is_no_demo_is_refused_with_one_sentence() -> None:
    for data in (b"", b"PETARD", b"PETARD\x00\x02" + bytes(50), bytes(200)):
        with pytest.raises(DemoError, match="no demo of Petard"):
            read_demo(data)
    with pytest.raises(DemoError, match="no header"):
        read_demo(b"PETARD\x00\x01")


def test_every_block_holds_whole_records_and_is_about_a_second() -> None:
    blocks, damage = blocks_in(match()[0])
    assert damage == ""
    assert max(len(block.digests) for block in blocks) == 4 * SECOND
    for kind in BlockType:
        group: list[Block] = []
        for block in blocks:
            if block.kind is kind:
                group = [block] if block.starts else [*group, block]
                assert [known for known, payloads in payloads_in(group, int) if payloads or known.digests] == group


def test_a_seat_with_other_types_is_refused_though_an_equal_one_was_read_before() -> None:
    right = encode_record(Seated(1, seats(2)))
    assert decode_record(right) == Seated(1, seats(2))
    wrong = right.replace(b"\xc3", b"\x01")  # 1 for true: Python calls them equal
    with pytest.raises(RemoteProtocolError, match="ready"):
        decode_record(wrong)


def test_a_server_that_records_for_days_remembers_few_of_the_masks_of_its_deltas() -> None:
    old = match()[1][1]
    tracemalloc.start()
    try:
        for mask in range(1, 5000):
            row = (0, mask, *[0] * mask.bit_count())
            pack_changes(old, Changes(old.tick + 1, ((), (), (row,))))
        grown, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert grown < 400_000
