"""All that reads demos, given files that were damaged, cut off, forged or made to burst; only DemoError may escape.

Run: python -m tests.shared.demo.abuse WAY FIRST LAST
`damaged` files were changed by accident: their checksums find it. `forged` files have right checksums and deflate as
they should, but what is in them was changed at random or on purpose. Run so, on Linux, the whole process may have
MEMORY_MOST: one byte more is a MemoryError, which ends it, in whichever file it was.
"""

import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from functools import cache
from itertools import islice
from pathlib import Path
from random import Random

from petard.game.replays.encoders import CannotEncode
from petard.game.replays.page_file import page_of
from petard.game.replays.page_stream import MatchStream
from petard.game.view.playback import Playback, demo_summary_of
from petard.server.cli.replay import lines_about
from petard.shared.demo.blocks import (
    MAGIC,
    Block,
    BlockEncoder,
    BlockType,
    DemoError,
    blocks_in,
    digests_in,
    payloads_in,
)
from petard.shared.demo.diff import diff_demos
from petard.shared.demo.dump import json_lines, text_lines
from petard.shared.demo.reader import Demo, read_demo
from petard.shared.demo.rerun import Rerun
from petard.shared.demo.trim import trim
from petard.shared.demo.verify import verify
from petard.shared.rules.ruleset import LAST_ONE_STANDING
from tests.shared.demo.bombs import bombs
from tests.shared.demo.matches import record

if sys.platform == "linux":
    import resource

MEMORY_MOST = 200 << 20  # bytes
MINUTE = 3600
LINES = 300  # of a dump


@cache
def whole(ticks: int = 420) -> bytes:
    """Some seconds of four bots; with 3600 a minute of eight who cannot die."""
    hardy = replace(LAST_ONE_STANDING, damage=0, hurry=0)
    return record(8, ticks, hardy) if ticks == MINUTE else record(4, ticks)


def read_or_none(data: bytes) -> Demo | None:
    """The demo, if there is one."""
    try:
        return read_demo(data)
    except DemoError:
        return None


def use(data: bytes) -> Demo | None:
    """Do with a file all that can be done; only DemoError may escape from any of it."""
    demo_summary_of("file.petard", data)
    demo = read_or_none(data)
    for used in (verified, described, dumped, compared, cut, watched, paged):
        with suppress(DemoError):
            if demo:
                used(demo)
    return demo


def glance(data: bytes, seed: int) -> Demo | None:
    """Open a file, say what is in it, and go to one place, to watch it and to run it on from there."""
    demo = read_or_none(data)
    if demo:
        at = Random(seed).randrange(demo.length + 1)
        with suppress(DemoError):
            described(demo)
        with suppress(DemoError):
            Playback(demo).view(at)
        with suppress(DemoError):
            Rerun(demo, at)
    return demo


def verified(demo: Demo) -> None:
    """Run it again."""
    result = verify(demo)
    assert not result.failed, result.failed
    assert result.mismatch is None or result.mismatch.sentence()


def described(demo: Demo) -> None:
    """Say what is in it."""
    assert list(lines_about(demo))


def dumped(demo: Demo) -> None:
    """Write it down."""
    for lines in (text_lines, json_lines):
        for _ in islice(lines(demo), LINES):
            pass


def compared(demo: Demo) -> None:
    """Compare it with what it was."""
    diff_demos(read_demo(whole()), demo)


def cut(demo: Demo) -> None:
    """Cut a piece out of it, which must be a demo."""
    read_demo(trim(demo, demo.length // 2, demo.length))


def watched(demo: Demo) -> None:
    """Watch it: look for its kills, go to some places, let it play there, and hear it."""
    playback = Playback(demo)
    for place in range(5):
        playback.seek(playback.length * place / 4)
        playback.toggle()
        for _ in range(3):
            playback.pass_time(0.3)
            assert playback.view()
            playback.passed()
        playback.found_chapters()
        assert [str(one) for one in (playback.seats, playback.warnings, playback.ending, playback.announcement)]
    while playback.chapters.search(60):
        pass
    playback.to_last_kill()
    playback.to_next_kill()


def paged(demo: Demo) -> None:
    """Make a page of it."""
    with suppress(CannotEncode):
        stream = MatchStream(demo)
        assert all(0 <= part <= 1 for part in stream.pieces())
        assert page_of(demo.header, stream).isascii() or stream.data


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


def forged(data: bytes, seed: int) -> bytes:
    """A file whose records have changed bytes and whose order is another, with right checksums."""
    chance = Random(seed)
    blocks, _ = blocks_in(data)
    out = MAGIC
    for kind in BlockType:
        squeeze = BlockEncoder(kind, 0)
        for block, payloads in inflated(kind, blocks):
            moment = block.moment
            squeeze = BlockEncoder(kind, moment) if block.starts else squeeze
            records = b"".join(changed(payload, chance) for payload in payloads if chance.random() > 0.002)
            if chance.random() < 0.01:
                moment = max(0, moment + chance.choice((-60, 1, 300, 2**31)))
            out += squeeze.encode(moment, digests_in([block]), records)
    return out


def inflated(kind: BlockType, blocks: list[Block]) -> Iterator[tuple[Block, list[bytes]]]:
    """Each block of one kind with its payloads."""
    group: list[Block] = []
    for block in [block for block in blocks if block.kind is kind]:
        group = [block] if block.starts else [*group, block]
        yield list(payloads_in(group, int))[-1]


def changed(payload: bytes, chance: Random) -> bytes:
    """Mostly the payload; sometimes with another number somewhere."""
    if chance.random() > 0.02:
        return payload
    at = chance.randrange(2, len(payload)) if len(payload) > 2 else 0
    return payload[:at] + bytes([chance.choice((0, 1, 3, 63, 127, chance.randrange(128)))]) + payload[at + 1 :]


# The ways, each over a range of seeds or lengths


def few_damaged(seeds: range) -> None:
    """A damaged file gives what stands before the damage."""
    good = read_demo(whole())
    for seed in seeds:
        data = corrupted(whole(), seed)
        demo = glance(data, seed) if seed % 10 else use(data)
        assert demo is None or demo.digests == good.digests[: len(demo.digests)]
        assert demo is None or demo.damage or len(demo.digests) == len(good.digests)


def minutes_damaged(seeds: range) -> None:
    """So does a longer one."""
    data, good = whole(MINUTE), read_demo(whole(MINUTE))
    for seed in seeds:
        demo = use(corrupted(data, seed)) if seed % 500 == 0 else glance(corrupted(data, seed), seed)
        assert demo is None or demo.digests == good.digests[: len(demo.digests)]


def minutes_cut_off(ends: range) -> None:
    """A file that was cut off plays to its last whole block; each new block that is there is looked at in full."""
    data, good = whole(MINUTE), read_demo(whole(MINUTE))
    length = len(read_demo(data[: ends.start]).digests) if ends.start > 1000 else 0
    for end in ends:
        demo = read_or_none(data[:end])
        assert demo is not None or end < 200
        if demo and demo.length != length:
            assert demo.length > length
            length = demo.length
            assert demo.digests == good.digests[:length]
            use(data[:end])
            assert sum(1 for _ in demo.watch()) > 0 or length <= 60
    assert length == MINUTE or ends.stop < len(data)


def many_forged(seeds: range) -> None:
    """A forged file ends in a sentence or a result."""
    for seed in seeds:
        use(forged(whole(), seed))


def made_to_burst(places: range) -> None:
    """Small files that would be much, were they believed."""
    for name, data in islice(bombs(whole()), places.start, places.stop):
        assert len(data) < 1 << 20, name
        use(data)


def glutton(_: range) -> None:
    """Take more memory than there may be; so it is seen that this would be seen."""
    assert not any(bytes(MEMORY_MOST))


WAYS: dict[str, Callable[[range], None]] = {
    way.__name__: way for way in (few_damaged, minutes_damaged, minutes_cut_off, many_forged, made_to_burst, glutton)
}


def bound() -> None:
    """From now on this process has no more than MEMORY_MOST, with what it has."""
    if sys.platform == "linux":
        size, held, *_ = map(int, Path("/proc/self/statm").read_text("ascii").split())
        most = (size - held) * resource.getpagesize() + MEMORY_MOST
        resource.setrlimit(resource.RLIMIT_AS, (most, most))


if __name__ == "__main__":
    way, first, last = sys.argv[1:]
    bound()
    WAYS[way](range(int(first), int(last)))
