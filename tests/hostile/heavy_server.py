"""Servers that send all that the protocol allows, in each picture, so that the client has as much work as possible."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from random import Random

from petard.shared.framing import frame
from petard.shared.protocol import messages as m
from petard.shared.protocol.codec import encode
from petard.shared.protocol.snapshot import COLUMNS, Snapshot, Table, snapshot_of
from petard.shared.protocol.state import State, digest_of, keyframe_of
from petard.shared.rules.events import Event, EventType
from petard.shared.rules.maps import SIDE_MOST, Board
from petard.shared.rules.new_round import new_world
from petard.shared.rules.ruleset import CLASSIC_COURSE, TILE
from petard.shared.rules.world import Tile
from tests.hostile.fitting import with_tables

OURS = 7
SLOTS = tuple(range(64))
LOBBY = m.Lobby(m.Phase.PLAYING, OURS, "big", "duel", 9, 63, 3, ("big",), ("duel",))
ROUND = m.Round(1, "big", replace(CLASSIC_COURSE, countdown=0), SIDE_MOST, SIDE_MOST, SLOTS)
FLOOD = 250_000  # bytes: about what one picture reads


def bytes_of(*messages: m.Message) -> bytes:
    return b"".join(frame(encode(message)) for message in messages)


def board(side: int = SIDE_MOST) -> Board:
    """An empty board with a closed edge."""
    edge = (0, side - 1)
    tiles = bytes(Tile.WALL if x in edge or y in edge else Tile.FLOOR for y in range(side) for x in range(side))
    free = [tile for tile, kind in enumerate(tiles) if kind == Tile.FLOOR]
    return Board("big", side, side, tiles, tuple(free[:: max(1, len(free) // 64)][:64]), ())


def roster(number: int) -> m.Roster:
    """64 players and 64 spectators, all of them new in each picture."""
    seats = [
        m.Seat(slot, OURS if slot == 0 else 100 + slot, f"P{number} {slot}", (slot + number) % 16, (slot + number) % 8,
               False, True, number % 10, number % 10_000)
        for slot in SLOTS
    ]  # fmt: skip
    return m.Roster(tuple(seats), tuple(m.Spectator(1000 + one, f"S{number} {one}") for one in range(64)))


def full(tick: int) -> Snapshot:
    """A board on which every tile has a flame, an item or a brick, each another in every tick, and 510 bombs."""
    first = snapshot_of(new_world(ROUND.rules, board(), SLOTS, 1), {slot: (tick, 1) for slot in SLOTS})
    inner = [tile for tile, kind in enumerate(first.tiles) if kind == Tile.FLOOR]
    x, y = COLUMNS["bombs"].index("x"), COLUMNS["bombs"].index("y")
    bombs: Table = {}
    for key, tile in enumerate(inner[:: len(inner) // 510][:510]):
        row = [key % 64, 0, 0, tick + 20, 8, -1, -1]
        row[x], row[y] = tile % SIDE_MOST * TILE + TILE // 2, tile // SIDE_MOST * TILE + TILE // 2
        bombs[key] = tuple(row)
    quarters = [[tile for tile in inner if (tile + tile // SIDE_MOST + tick) % 4 == part] for part in range(4)]
    flames: Table = {tile: (tick + 9, tile % 64, -1, tile % 7) for tile in quarters[0]}
    items: Table = {tile: (tile % 6 + 1,) for tile in quarters[1]}
    breaking: Table = {tile: (tick + 9, 1) for tile in quarters[2]}
    tiles = bytearray(first.tiles)
    for tile in quarters[2] + quarters[3]:
        tiles[tile] = Tile.BREAKING if tile in breaking else Tile.BRICK
    crowded = with_tables(first, bombs=bombs, flames=flames, items=items, breaking=breaking)
    return replace(crowded, tick=tick, tiles=bytes(tiles))


def burning(tick: int) -> Snapshot:
    """The same board with a flame on every tile and no bricks."""
    state = full(tick)
    tiles = snapshot_of(new_world(ROUND.rules, board(), SLOTS, 1), {}).tiles
    flames: Table = {tile: (tick + 9, tile % 64, -1, tile % 7) for tile, kind in enumerate(tiles) if kind == Tile.FLOOR}
    return replace(with_tables(state, flames=flames, items={}, breaking={}), tiles=tiles)


def still(number: int) -> bytes:
    """Next to nothing: what the board of `full` alone costs."""
    return bytes_of(m.Ping(1))


def full_boards(number: int) -> bytes:
    return bytes_of(keyframe_of(State(full(number))))


def burning_boards(number: int) -> bytes:
    """As many flames as fit."""
    return bytes_of(keyframe_of(State(burning(number))))


def deltas(number: int) -> bytes:
    """As many states of a burning board as are read."""
    begin = bytes_of(keyframe_of(State(burning(1)))) if number == 1 else b""
    return begin + bytes_of(*(m.Delta(1, ()) for _ in range(1000)))


def new_rounds(number: int) -> bytes:
    """A round of another size in each picture."""
    side = 12 + number % 50
    world = new_world(ROUND.rules, board(side), SLOTS, number)
    return bytes_of(replace(ROUND, width=side, height=side), keyframe_of(State(snapshot_of(world, {0: (0, 1)}))))


def many_events(number: int) -> bytes:
    happened = tuple(Event(EventType.BLAST, slot % 64, 70 + slot, 8) for slot in range(1024))
    return bytes_of(keyframe_of(State(full(1))), *[m.Events(1, happened)] * 20)


def rosters(number: int) -> bytes:
    return bytes_of(roster(number))


def phases(number: int) -> bytes:
    phase = list(m.Phase)[number % 4]
    results = m.Results(1, number % 64, tuple(m.Score(slot, 9) for slot in SLOTS), number % 2 > 0, 1, number)
    return bytes_of(results, replace(LOBBY, phase=phase), roster(number))


def pings(number: int) -> bytes:
    return bytes_of(m.Ping(1)) * (FLOOD // 7)


def pongs(number: int) -> bytes:
    return bytes_of(m.Pong(1)) * (FLOOD // 7)


def digests(number: int) -> bytes:
    """Checksums of a full board, each of which the client has to compute."""
    state = State(full(0))
    return bytes_of(digest_of(state)) * 1000


def unknown_messages(number: int) -> bytes:
    """As many messages of a later version as are read."""
    return frame(bytes((0x91, 127))) * (FLOOD // 6)


def chats(number: int) -> bytes:
    random = Random(number)
    texts = ["".join(chr(random.randrange(0x4E00, 0x9FA0)) for _ in range(200)) for _ in range(300)]
    return bytes_of(*(m.Chat(place % 64, f"N{number}", text) for place, text in enumerate(texts)))


def large_frames(number: int) -> bytes:
    """The largest Deltas that the codec reads; the first ends the conversation."""
    flames = tuple([one for key in range(4096) for one in (key, 15, 9, 0, -1, 1)])
    return bytes_of(m.Delta(1, tuple([(table, *flames) for table in range(16)])))


def same_boards(number: int) -> bytes:
    """As many keyframes in a picture as are read."""
    return bytes_of(*[keyframe_of(State(full(1)))] * 4)


LOADS: tuple[Callable[[int], bytes], ...] = (
    still, full_boards, same_boards, burning_boards, deltas, new_rounds, many_events, rosters, phases, pings, pongs,
    chats, large_frames, digests, unknown_messages,
)  # fmt: skip
HEAVY = {one.__name__: one for one in LOADS}


class HeavyServer:
    """Sends one kind of load in every picture, after the beginning of a round."""

    def __init__(self, load: Callable[[int], bytes]) -> None:
        self._pieces: Iterator[bytes] = (load(number) for number in range(1, 10**6))

    def welcome(self) -> bytes:
        welcome = m.Welcome(m.PROTOCOL, m.BUILD, OURS, "a" * 32, 60, "Room")
        return bytes_of(welcome, LOBBY, roster(0), ROUND, keyframe_of(State(full(0))))

    def picture(self) -> bytes:
        return next(self._pieces)
