"""Whatever is done to a file, reading it gives one sentence or what can still be played.

A few hundred files are tried by default, all with `-m long`; each time in a process that has 200 MB (abuse.py).
"""

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from petard.server.cli.replay import lines_about
from petard.shared.demo.blocks import MAGIC, BlockEncoder, BlockType, DemoError
from petard.shared.demo.reader import read_demo
from petard.shared.demo.records import Inputs, Opened, Said, encode_record
from petard.shared.demo.rerun import Rerun
from petard.shared.protocol.messages import Chat
from petard.shared.rules.maps import parse_map
from petard.shared.rules.new_round import new_world
from tests.shared.demo.abuse import MINUTE, described, use, whole
from tests.shared.demo.bombs import QUICK, beginning, file_of
from tests.shared.demo.matches import HEADER

ROOT = Path(__file__).parents[3]
PATIENCE = 1500  # seconds; what hangs, hangs for ever


def bounded(way: str, first: int, last: int) -> subprocess.CompletedProcess[str]:
    """What became of a way over a range, in a process that is short of memory."""
    words = [sys.executable, "-m", "tests.shared.demo.abuse", way, str(first), str(last)]
    return subprocess.run(words, cwd=ROOT, capture_output=True, text=True, timeout=PATIENCE, check=False)


def ends_well(way: str, first: int, last: int) -> None:
    """Nothing escaped, nothing hung, and there was memory enough."""
    done = bounded(way, first, last)
    assert done.returncode == 0, done.stderr


@pytest.mark.slow
def test_a_damaged_file_gives_what_stands_before_the_damage() -> None:
    ends_well("few_damaged", 0, 80)


@pytest.mark.slow
def test_a_forged_file_gives_a_sentence_or_a_result() -> None:
    ends_well("many_forged", 0, 15)


@pytest.mark.slow
def test_files_that_inflate_to_too_much_are_refused() -> None:
    ends_well("made_to_burst", 0, QUICK)


@pytest.mark.long
def test_so_are_those_that_are_slow_to_read() -> None:
    ends_well("made_to_burst", QUICK, 100)


@pytest.mark.skipif(sys.platform != "linux", reason="here nobody bounds the memory of a process")
def test_too_much_memory_would_be_seen() -> None:
    done = bounded("glutton", 0, 1)
    assert done.returncode
    assert "MemoryError" in done.stderr


@pytest.mark.long
def test_ten_thousand_corruptions_of_a_minute() -> None:
    ends_well("minutes_damaged", 0, 10_000)


@pytest.mark.long
def test_every_truncation_of_a_minute_plays_to_its_last_whole_block() -> None:
    ends_well("minutes_cut_off", 0, len(whole(MINUTE)))


@pytest.mark.long
def test_thousands_of_forged_files() -> None:
    ends_well("many_forged", 100_000, 102_000)


@pytest.mark.slow
def test_forged_on_purpose() -> None:
    """Slots that are not there, gaps, worlds of no size, spawns everywhere, moments and ticks at the end of time."""
    began, state = beginning(whole())
    open_board = ("#" * 64, *("#" + "@" * 62 + "#",) * 62, "#" * 64)
    files = [
        file_of(began, state, Inputs(0, tuple(n for slot in range(500) for n in (1, 1, slot, 31)))),
        file_of(began, state, moment=2**32 - 100),
        file_of(replace(began, board=open_board), state),
        file_of(replace(began, board=("#",) * 64), state),
        file_of(replace(began, slots=tuple(range(64))), state),
        file_of(replace(began, slots=(0, 0, 0)), state),
        file_of(replace(began, rules=replace(began.rules, closing_core=64, closing=1, closing_pause=0)), state),
        file_of(began, replace(state, keyframe=replace(state.keyframe, tick=2**31 - 1))),
        file_of(began, replace(state, keyframe=replace(state.keyframe, tables=state.keyframe.tables[:3]))),
        file_of(began, replace(state, moment=2**31)),
        file_of(replace(began, moment=2**31), state),
    ]
    for data in files:
        use(data)


def test_more_in_it_than_any_match_has_is_refused() -> None:
    began, state = beginning(whole())
    for records in ([began] * 2100, [began, state, *[Said(0, Chat(-1, "", "spam"))] * 9000]):
        with pytest.raises(DemoError, match="more in it than any match"):
            described(read_demo(file_of(*records)))


def test_a_board_full_of_spawns_is_quick() -> None:
    rows = ("#" * 64, *("#" + "@" * 62 + "#",) * 62, "#" * 64)
    began, _ = beginning(whole())
    world = new_world(began.rules, parse_map("\n".join(rows), "wide"), range(64), 1)
    assert len({(player.x, player.y) for player in world.players.values()}) == 64


def test_a_block_that_inflates_to_more_than_any_is_refused() -> None:
    data = MAGIC + BlockEncoder(BlockType.PLAY, 0).encode(0, [1], bytes(8 << 20))
    with pytest.raises(DemoError):
        read_demo(data)


def test_watch_records_may_be_forged_too() -> None:
    opened = next(one for one in read_demo(whole()).records(kind=BlockType.WATCH) if isinstance(one, Opened))
    small = replace(opened, round=replace(opened.round, width=5, height=5))
    demo = use(whole() + BlockEncoder(BlockType.WATCH, 420).encode(420, [], encode_record(small)))
    assert demo
    assert Rerun(demo, 420).moment == 420
    with pytest.raises(DemoError, match="sent in this demo"):
        list(demo.watch())


def test_a_block_that_claims_a_late_moment_makes_no_demo_longer() -> None:
    """Not 828 days: neither in the sentence about damage nor in what `replay info` says."""
    late = BlockEncoder(BlockType.PLAY, 2**32 - 1)
    demo = read_demo(whole() + late.encode(2**32 - 1, [], b"") + b"torn")
    assert demo.damage == "The file ends in the middle of a block. 7.0 seconds before that can be played."
    assert "length    0:07.00 (420 ticks), 1 rounds" in list(lines_about(demo))
    gapped = read_demo(whole() + late.encode(2**32 - 1, [7], b"") + b"torn")
    assert gapped.damage == demo.damage
    assert "good for  watching" in list(lines_about(gapped))
    with pytest.raises(DemoError, match="There are gaps in this demo"):
        Rerun(gapped)
    first_missing = MAGIC + BlockEncoder(BlockType.PLAY, 9).encode(9, [7], encode_record(HEADER))
    assert read_demo(first_missing).length == 0
    with pytest.raises(DemoError, match="There are gaps in this demo"):
        Rerun(read_demo(first_missing))
