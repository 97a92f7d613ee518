"""Whatever is done to a file, all that reads demos ends in a sentence or in what can still be played.

`damaged` files were changed by accident: their checksums find it. `forged` files have right checksums and deflate as
they should, but what is in them was changed at random or on purpose. A few hundred are tried by default, all with
`-m long`; what they cost in memory is measured there, too.
"""

import tracemalloc
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from functools import cache
from itertools import islice
from random import Random

import pytest

from server.replay.info import lines_about
from shared.demo.blocks import MAGIC, Block, Kind, NoDemo, Squeeze, blocks_in, digests_in, payloads_in
from shared.demo.diff import diff
from shared.demo.dump import json_lines, text_lines
from shared.demo.reader import Demo, read_demo
from shared.demo.records import Began, Inputs, Opened, Record, Said, State, encode_record
from shared.demo.rerun import Rerun
from shared.demo.trim import trim
from shared.demo.verify import verify
from shared.protocol.messages import Chat
from shared.rules.maps import parse_map
from shared.rules.ruleset import LAST_ONE_STANDING
from shared.rules.setup import new_world
from tests.shared.demo.matches import HEADER, record

MEMORY_MOST = 200 << 20  # bytes


@cache
def whole(ticks: int = 420) -> bytes:
    """Some seconds of four bots; with 3600 a minute of eight who cannot die."""
    return record(8, ticks, replace(LAST_ONE_STANDING, damage=0, hurry=0)) if ticks == 3600 else record(4, ticks)


def use(data: bytes) -> Demo | None:
    """Do with a file all that can be done; only NoDemo may escape from any of it."""
    try:
        demo = read_demo(data)
    except NoDemo:
        return None
    for used in (verified, described, dumped, compared, cut):
        with suppress(NoDemo):
            used(demo)
    return demo


def verified(demo: Demo) -> None:
    """Run it again."""
    parting = verify(demo).parting
    assert parting is None or parting.sentence()


def described(demo: Demo) -> None:
    """Say what is in it."""
    assert list(lines_about(demo))


def dumped(demo: Demo) -> None:
    """Write it down."""
    for _ in islice(text_lines(demo), 300):
        pass
    for _ in islice(json_lines(demo), 300):
        pass


def compared(demo: Demo) -> None:
    """Compare it with what it was."""
    diff(read_demo(whole()), demo)


def cut(demo: Demo) -> None:
    """Cut a piece out of it, which must be a demo."""
    read_demo(trim(demo, demo.length // 2, demo.length))


def corrupted(data: bytes, seed: int) -> bytes:
    """The file with some bytes changed, some gone, some doubled."""
    chance, changed = Random(seed), bytearray(data)
    for _ in range(chance.choice((1, 1, 2, 5))):
        at, size = chance.randrange(len(changed)), chance.randrange(1, 40)
        match chance.randrange(4):
            case 0:
                changed[at] ^= 1 << chance.randrange(8)
            case 1:
                changed[at : at + size] = chance.randbytes(size)
            case 2:
                del changed[at : at + size]
            case _:
                changed[at:at] = changed[at : at + size]
    return bytes(changed)


def test_a_damaged_file_gives_what_stands_before_the_damage() -> None:
    good = read_demo(whole())
    for seed in range(400):
        data = corrupted(whole(), seed)
        demo = read_or_none(data) if seed % 10 else use(data)
        assert demo is None or demo.digests == good.digests[: len(demo.digests)]
        assert demo is None or demo.damage or len(demo.digests) == len(good.digests)


@pytest.mark.long
def test_ten_thousand_corruptions_of_a_minute_cost_little() -> None:
    data, good = whole(3600), read_demo(whole(3600))
    for seed in range(10_000):
        if seed % 1000 == 0:
            tracemalloc.start()
        demo = read_or_none(corrupted(data, seed))
        if demo and demo.has_play and seed % 1000 == 0:
            list(demo.records()), list(demo.told())
            verified(demo)
        assert demo is None or demo.digests == good.digests[: len(demo.digests)]
        if seed % 1000 == 0:
            assert tracemalloc.get_traced_memory()[1] < MEMORY_MOST
            tracemalloc.stop()


@pytest.mark.long
def test_every_truncation_of_a_minute_plays_to_its_last_whole_block() -> None:
    data, good = whole(3600), read_demo(whole(3600))
    length = 0
    for end in range(len(data)):
        demo = read_or_none(data[:end])
        assert demo is not None or end < 200
        if demo and demo.length != length:
            assert demo.length > length
            length = demo.length
            assert demo.digests == good.digests[:length]
            assert verify(demo).ok
            assert sum(1 for _ in demo.told()) > 0 or length <= 60
    assert length == 3600


def read_or_none(data: bytes) -> Demo | None:
    """The demo, if there is one."""
    try:
        return read_demo(data)
    except NoDemo:
        return None


def forged(data: bytes, seed: int) -> bytes:
    """A file whose records have changed bytes and whose order is another, with right checksums."""
    chance = Random(seed)
    blocks, _ = blocks_in(data)
    out = MAGIC
    for kind in Kind:
        squeeze = Squeeze(kind, 0)
        for block, payloads in inflated(kind, blocks):
            moment = block.moment
            squeeze = Squeeze(kind, moment) if block.starts else squeeze
            records = b"".join(changed(payload, chance) for payload in payloads if chance.random() > 0.002)
            if chance.random() < 0.01:
                moment = max(0, moment + chance.choice((-60, 1, 300, 2**31)))
            out += squeeze.block(moment, digests_in([block]), records)
    return out


def inflated(kind: Kind, blocks: list[Block]) -> Iterator[tuple[Block, list[bytes]]]:
    """Each block of one kind with its payloads."""
    group: list[Block] = []
    for block in [block for block in blocks if block.kind is kind]:
        group = [block] if block.starts else [*group, block]
        yield list(payloads_in(group))[-1]


def changed(payload: bytes, chance: Random) -> bytes:
    """Mostly the payload; sometimes with another number somewhere."""
    if chance.random() > 0.02:
        return payload
    at = chance.randrange(2, len(payload)) if len(payload) > 2 else 0
    return payload[:at] + bytes([chance.choice((0, 1, 3, 63, 127, chance.randrange(128)))]) + payload[at + 1 :]


def test_a_forged_file_ends_in_a_sentence_or_a_verdict() -> None:
    for seed in range(40):
        use(forged(whole(), seed))


@pytest.mark.long
def test_thousands_of_forged_files_do() -> None:
    for seed in range(100_000, 102_000):
        use(forged(whole(), seed))


def made(*records: Record, digests: int = 60, moment: int = 0) -> bytes:
    """A file of one block."""
    packed = b"".join(encode_record(one) for one in (HEADER, *records))
    return MAGIC + Squeeze(Kind.PLAY, 0).block(moment, [7] * digests, packed)


def beginning() -> tuple[Began, State]:
    """How a round begins."""
    _, began, state, *_ = read_demo(whole()).records()
    assert isinstance(began, Began)
    assert isinstance(state, State)
    return began, state


def test_forged_on_purpose() -> None:
    """Slots that are not there, gaps, worlds of no size, spawns everywhere, moments and ticks at the end of time."""
    began, state = beginning()
    open_board = ("#" * 64, *("#" + "@" * 62 + "#",) * 62, "#" * 64)
    files = [
        made(began, state, Inputs(0, tuple(n for slot in range(500) for n in (1, 1, slot, 31)))),
        made(began, state, moment=2**32 - 100),
        made(replace(began, board=open_board), state),
        made(replace(began, board=("#",) * 64), state),
        made(replace(began, slots=tuple(range(64))), state),
        made(replace(began, slots=(0, 0, 0)), state),
        made(replace(began, rules=replace(began.rules, closing_core=64, closing=1)), state),
        made(began, replace(state, keyframe=replace(state.keyframe, tick=2**31 - 1))),
        made(began, replace(state, keyframe=replace(state.keyframe, tables=state.keyframe.tables[:3]))),
        made(began, replace(state, moment=2**31)),
        made(replace(began, moment=2**31), state),
    ]
    for data in files:
        use(data)


def test_more_rounds_than_any_match_has_are_refused() -> None:
    with pytest.raises(NoDemo, match="more in it than any match"):
        described(read_demo(made(*[beginning()[0]] * 1500)))


@pytest.mark.long
def test_a_small_file_that_inflates_to_much_costs_little() -> None:
    tracemalloc.start()
    with pytest.raises(NoDemo, match="more in it than any match"):
        described(read_demo(made(*beginning(), *[Said(0, Chat(-1, "", "spam"))] * 70_000)))
    assert tracemalloc.get_traced_memory()[1] < MEMORY_MOST
    tracemalloc.stop()


def test_a_board_full_of_spawns_is_quick() -> None:
    rows = ("#" * 64, *("#" + "@" * 62 + "#",) * 62, "#" * 64)
    began, _ = beginning()
    world = new_world(began.rules, parse_map("\n".join(rows), "wide"), range(64), 1)
    assert len({(player.x, player.y) for player in world.players.values()}) == 64


def test_a_block_that_inflates_to_more_than_any_is_refused() -> None:
    data = MAGIC + Squeeze(Kind.PLAY, 0).block(0, [1], bytes(8 << 20))
    with pytest.raises(NoDemo):
        read_demo(data)


def test_what_is_told_may_be_forged_too() -> None:
    told = next(one for one in read_demo(whole())._records(Kind.WATCH, 0) if isinstance(one, Opened))
    small = replace(told, round=replace(told.round, width=5, height=5))
    demo = use(whole() + Squeeze(Kind.WATCH, 420).block(420, [], encode_record(small)))
    assert demo
    assert Rerun(demo, 420).moment == 420
    with pytest.raises(NoDemo, match="told in this demo"):
        list(demo.told())
