"""Small files with right checksums that would be much, were all of what they announce believed and kept."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import chain

from petard.shared.demo.blocks import MAGIC, BlockEncoder, BlockType
from petard.shared.demo.packing import state_record
from petard.shared.demo.reader import read_demo
from petard.shared.demo.records import (
    Began,
    DeltaSent,
    Happened,
    Inputs,
    Mark,
    Opened,
    Record,
    Said,
    Scored,
    Seated,
    WorldState,
)
from petard.shared.demo.records import encode_record as encode
from petard.shared.protocol.messages import Chat, Results, Seat
from petard.shared.rules.events import Event, EventType
from petard.shared.rules.world import BOMBS_MOST, Bomb, Keys, Player, Tile, World, middle_of
from tests.shared.demo.matches import HEADER

QUICK = 12  # of them
SEATS = tuple(Seat(slot, 0, f"Player {slot}", 0, 0, True, True, 0, 0) for slot in range(64))
BLOCK = 1 << 20  # bytes at most in each, before they are deflated
HELD_BY_ALL = ((1, 12_000), *((slot, 1) for slot in range(12_000)))  # keys that change in one tick
BLOCKS = 5  # of one record: more than is kept, and little more to read


def bombs(good: bytes) -> Iterator[tuple[str, bytes]]:
    """Each with what it is, the QUICK ones first. `good` is a file in which a match begins, with watch records."""
    began, state = beginning(good)
    opened = next(one for one in read_demo(good).records(kind=BlockType.WATCH) if isinstance(one, Opened))
    yield "zeros", MAGIC + BlockEncoder(BlockType.PLAY, 0).encode(0, [1], bytes(64 << 20))
    yield "numbers", MAGIC + BlockEncoder(BlockType.PLAY, 0).encode(0, [1], b"\x01" * (64 << 20))
    yield "arrays in arrays", MAGIC + BlockEncoder(BlockType.PLAY, 0).encode(0, [1], b"\x91" * (1 << 20))
    yield (
        "an array of four billion",
        MAGIC + BlockEncoder(BlockType.PLAY, 0).encode(0, [1], b"\xdd\xff\xff\xff\xff" + bytes(99)),
    )
    one_each: list[tuple[str, BlockType, Record]] = [
        ("chat", BlockType.PLAY, Said(0, Chat(-1, "", "spam"))),
        ("marks", BlockType.PLAY, Mark(0, "")),
        ("scores", BlockType.PLAY, Scored(0, Results(1, -1, (), False, -1, 0))),
        ("empty deltas", BlockType.WATCH, DeltaSent(1, ((), (), (), (), (), (), (), ()))),
        ("seats", BlockType.PLAY, Seated(0, SEATS)),
        ("rounds", BlockType.PLAY, replace(began, seats=SEATS)),
        ("worlds", BlockType.PLAY, state),
        ("keyframes", BlockType.WATCH, opened),
        ("events", BlockType.WATCH, Happened((Event(EventType.DIED, 0, 0, 0),) * 1024)),
        ("keys", BlockType.PLAY, Inputs(0, (1, 1, 0, 1) * 2**13)),
    ]
    for name, kind, one in one_each:
        first = (replace(began, seats=SEATS), state) if kind is BlockType.PLAY else (opened,)
        for in_groups in (False, True):
            data = filled(kind, first, one, in_groups)
            yield f"{name}{' in groups' * in_groups}", data if kind is BlockType.PLAY else good + data
    yield "many rounds", file_of(began, *[replace(began, slots=(), seats=SEATS)] * 500, state)
    yield "notes", file_of(began, state, *[Said(0, Chat(-1, "", "!" * 100))] * 8000)
    yield "heavy ticks", heavy_ticks(began)
    yield "ticks without end", file_of(began, state, Inputs(0, (65535, 1, 0, 1) * 8000))
    yield "slots without end", file_of(began, state, Inputs(0, tuple(chain.from_iterable(HELD_BY_ALL))), digests=255)
    yield "tiny blocks", good + b"".join(BlockEncoder(BlockType.PLAY, 0).encode(0, [], b"") for _ in range(60_000))
    yield "empty stretches", good + BlockEncoder(BlockType.WATCH, 0).encode(10**6, [], b"") * 8000
    yield "worlds of one moment", file_of(began, *[state] * 400, replace(state, moment=1))


def heavy_ticks(began: Began) -> bytes:
    """A world in which 64 players walk and hundreds of bombs roll, and ticks that are four bytes each."""
    side = 64
    tiles = bytearray([Tile.WALL] * side + [Tile.WALL, *[Tile.FLOOR] * (side - 2), Tile.WALL] * (side - 2))
    world = World(began.rules, side, side, tiles + bytes([Tile.WALL] * side), tick=began.rules.countdown + 1)
    inner = [y * side + x for y in range(1, side - 1) for x in range(1, side - 1)]
    for slot in range(64):
        world.players[slot] = Player(slot, *middle_of(world, inner[slot * 7]), health=10_000)
    for key in range(BOMBS_MOST):
        place = middle_of(world, inner[(key * 5 + 3) % len(inner)])
        world.bombs[key] = Bomb(key, key % 64, *place, 10**6, 64, rolls=key % 4)
    rows = ("#" * side, *["#" + "." * (side - 2) + "#"] * (side - 2), "#" * side)
    state = state_record(0, world, dict.fromkeys(range(64), int(Keys.LEFT)))
    squeeze = BlockEncoder(BlockType.PLAY, 0)
    packed = encode(HEADER) + encode(replace(began, board=rows, slots=())) + encode(state)
    out = MAGIC + squeeze.encode(0, [7] * 255, packed)
    return out + b"".join(squeeze.encode(255 * number, [7] * 255, b"") for number in range(1, 20))


def beginning(good: bytes) -> tuple[Began, WorldState]:
    """How a round begins."""
    _, began, state, *_ = read_demo(good).records()
    assert isinstance(began, Began)
    assert isinstance(state, WorldState)
    return began, state


def file_of(*records: Record, digests: int = 60, moment: int = 0) -> bytes:
    """A file of one block, in which any records stand behind a header."""
    packed = b"".join(map(encode, (HEADER, *records)))
    return MAGIC + BlockEncoder(BlockType.PLAY, 0).encode(moment, [7] * digests, packed)


def filled(kind: BlockType, first: Iterable[Record], one: Record, in_groups: bool) -> bytes:
    """Blocks that are full of one record; a whole file, or for WATCH what is put behind one."""
    opening = b"".join(map(encode, first))
    packed = encode(one)
    rest = packed * min(65000, (BLOCK - len(opening) - 500) // len(packed))
    out = MAGIC + BlockEncoder(kind, 0).encode(0, [7] * 60, encode(HEADER)) if kind is BlockType.PLAY else b""
    squeeze = BlockEncoder(kind, 0)
    for number in range(BLOCKS):
        squeeze = BlockEncoder(kind, 0) if in_groups else squeeze
        begins = opening if in_groups or not number else b""
        out += squeeze.encode(0, [], begins + rest)
    return out


def repeated(data: bytes, size: int) -> bytes:
    """The file with its blocks again and again, up to so many bytes."""
    blocks = data[len(MAGIC) :]
    return (MAGIC + blocks * (size // len(blocks)))[:size]
