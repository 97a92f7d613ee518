"""The state of a round as a client has it, and the two messages that carry it: Keyframe and Delta.

A State is a Snapshot and two tables that only the wire has: `moves`, how players move on by themselves until a later
Delta says otherwise, and `applied`, how many changes of keys the server has applied. The special floors of a Snapshot
are the table `floors` of the wire.

Rule 1: `apply_delta(old, delta_of(old, new)) == new`. A Delta first replaces the moves, then moves the players from the
        old tick to the new one, and then changes the rest; so a player who walks straight on costs no byte.
Rule 2: one state has one Keyframe: tables are sorted by number, rows by key, empty tables are left out.
Rule 3: a reader ignores tables after those that it knows, in WIRE_TABLES.
Rule 4: for what does not fit, a RemoteProtocolError and nothing else.
"""

from dataclasses import dataclass, field
from functools import lru_cache
from zlib import crc32

from petard.shared.protocol.changes import diff_board, diff_table, patch_board, patch_table
from petard.shared.protocol.codec import RemoteProtocolError, encode
from petard.shared.protocol.flat_tables import (
    flat_of_rows,
    flat_of_table,
    rows_of_flat,
    table_of_flat,
    tables_by_number,
)
from petard.shared.protocol.messages import Delta, Digest, Keyframe
from petard.shared.protocol.snapshot import COLUMNS, TABLES, Snapshot, Table
from petard.shared.protocol.snapshot_rows import (
    ColumnBounds,
    board_of,
    bounds_of,
    checked,
    first_columns,
    floor_bounds,
    floors_of,
    floors_table,
    with_others,
    without_others,
)
from petard.shared.rules.ruleset import HALF, TICK_RATE, TILE, RuleSet
from petard.shared.rules.world import STEP

WIRE_TABLES = ("board", *with_others(TABLES, "moves", "applied", "floors"))
WIRE_COLUMNS = {"moves": ("way", "speed"), "applied": ("changes",), "floors": ("floor",)}
TICK_MOST = 2**31 - 1
APPLIED_MOST = 128  # the count of applied changes begins again at 0 there
_SKATES, _ILL = COLUMNS["players"].index("skates"), COLUMNS["players"].index("ill")
_WAYS = {step: way for way, step in STEP.items()}
_MOVES_NUMBER, _FLOORS_NUMBER = WIRE_TABLES.index("moves"), WIRE_TABLES.index("floors")
_BOARD = ColumnBounds("board", (0, 0), (2**31 - 1, 15), ("tile",))
MOVES = ColumnBounds("moves", (0, min(STEP), 1), (63, max(STEP), HALF * TICK_RATE), WIRE_COLUMNS["moves"])
APPLIED = ColumnBounds("applied", (0, 0), (63, APPLIED_MOST - 1), WIRE_COLUMNS["applied"])


@dataclass(frozen=True, slots=True)
class State:
    """All that a client knows of a round at one tick. `moves` and `applied` are by slot."""

    snapshot: Snapshot
    moves: Table = field(default_factory=dict)
    applied: Table = field(default_factory=dict)

    @property
    def tick(self) -> int:
        return self.snapshot.tick


def moves_between(old: Snapshot, new: Snapshot, rules: RuleSet) -> Table:
    """Return the way and the speed (sub-units a second) of each player who walked straight at full speed."""
    moves: Table = {}
    for slot, row in new.players.items():
        before = old.players.get(slot, row)
        x, y = row[0] - before[0], row[1] - before[1]
        if (x == 0) == (y == 0):
            continue
        speed = rules.speed_with(before[_SKATES], before[_ILL])
        if abs(x + y) == _distance(speed, old.tick, new.tick):
            moves[slot] = (_WAYS[(x > 0) - (x < 0), (y > 0) - (y < 0)], speed)
    return moves


def _distance(speed: int, start: int, end: int) -> int:
    """The sub-units that a body with this speed walks from one tick to another (`distance_in_tick`, summed up)."""
    return speed * (end + 1) // TICK_RATE - speed * (start + 1) // TICK_RATE


# State to messages


def keyframe_of(state: State) -> Keyframe:
    """Return the message that holds the whole state."""
    return _keyframe_of(state, state.snapshot)


def _keyframe_of(state: State, snapshot: Snapshot) -> Keyframe:
    numbered = enumerate(with_others(snapshot.tables, state.moves, state.applied, floors_table(snapshot.floors)), 1)
    tables = tuple([flat_of_table(number, table) for number, table in numbered if table])
    return Keyframe(state.tick, tuple(snapshot.tiles), tables)


def delta_of(old: State, new: State) -> Delta:
    """Return the message that leads from one state to a later one of the same round."""
    moved = _moved(old.snapshot, new.moves, new.tick)
    before = with_others(moved.tables, old.moves, old.applied, floors_table(old.snapshot.floors))
    after = with_others(new.snapshot.tables, new.moves, new.applied, floors_table(new.snapshot.floors))
    changed = [diff_table(one, other, place) for place, (one, other) in enumerate(zip(before, after, strict=True))]
    changed.insert(0, diff_board(old.snapshot.tiles, new.snapshot.tiles))
    return Delta(new.tick - old.tick, tuple([flat_of_rows(n, rows) for n, rows in enumerate(changed) if rows]))


def digest_of(state: State) -> Digest:
    """Return the message by which a client checks that it has the same state."""
    return Digest(state.tick, crc32(encode(_keyframe_of(state, first_columns(state.snapshot)))))


# Messages to state


def state_from_keyframe(keyframe: Keyframe, width: int, height: int) -> State:
    """Return the state for a board of this size; raises RemoteProtocolError if it does not fit."""
    tables: list[Table] = [{} for _ in _bounds(width, height)]
    for number, flat in tables_by_number(keyframe.tables).items():
        if 1 <= number <= len(tables):
            tables[number - 1] = table_of_flat(_bounds(width, height)[number - 1], flat)
    board = board_of(keyframe.tiles, width, height)
    moves, applied, floors = tables[_MOVES_NUMBER - 1 : _FLOORS_NUMBER]
    known = without_others(tables, 3)
    snapshot = Snapshot(keyframe.tick, board, known, width, floors_of(floors, width * height))
    return _checked(State(snapshot, moves, applied))


def apply_delta(old: State, delta: Delta) -> State:
    """Return the state after `old`; raises RemoteProtocolError for a Delta that does not fit `old`."""
    snapshot = old.snapshot
    bounds = _bounds(snapshot.width, len(snapshot.tiles) // snapshot.width)
    changed = tables_by_number(delta.tables)
    board = rows_of_flat(_BOARD, changed[0]) if 0 in changed else ()

    def patched(number: int, table: Table) -> Table:
        if number not in changed:
            return table
        return patch_table(bounds[number - 1], table, rows_of_flat(bounds[number - 1], changed[number]))

    moves, applied = patched(_MOVES_NUMBER, old.moves), patched(_MOVES_NUMBER + 1, old.applied)
    moved = _moved(snapshot, moves, old.tick + delta.ticks)
    tables = tuple(map(patched, without_others(range(1, len(WIRE_TABLES)), 3), moved.tables))
    floors = snapshot.floors
    if _FLOORS_NUMBER in changed:
        floors = floors_of(patched(_FLOORS_NUMBER, floors_table(floors)), len(snapshot.tiles))
    after = Snapshot(old.tick + delta.ticks, patch_board(snapshot.tiles, board), tables, snapshot.width, floors)
    return _checked(State(after, moves, applied))


def _moved(snapshot: Snapshot, moves: Table, tick: int) -> Snapshot:
    """The snapshot with its players moved on to a later tick; one who would leave the board stays in place."""
    if not moves:
        return snapshot
    players = dict(snapshot.players)
    right, bottom = snapshot.width * TILE, len(snapshot.tiles) // snapshot.width * TILE
    for slot, (way, speed) in moves.items():
        row = players.get(slot)
        if row is None:
            raise RemoteProtocolError(f"moves has player {slot}, who is not there")
        step, distance = STEP[way], _distance(speed, snapshot.tick, tick)
        x, y = row[0] + step[0] * distance, row[1] + step[1] * distance
        if 0 <= x < right and 0 <= y < bottom:
            players[slot] = (x, y, *row[2:])
    clock, _, *others = snapshot.tables
    tables = (clock, players, *others)
    return Snapshot(snapshot.tick, snapshot.tiles, tables, snapshot.width, snapshot.floors)


@lru_cache(maxsize=16)
def _bounds(width: int, height: int) -> tuple[ColumnBounds, ...]:
    """The bounds of the tables from 1 on."""
    return with_others(bounds_of(width, height), MOVES, APPLIED, floor_bounds(width * height))


def _checked(state: State) -> State:
    checked(state.snapshot)
    if state.tick > TICK_MOST:
        raise RemoteProtocolError(f"the round goes on to tick {state.tick}")
    if not state.moves.keys() | state.applied.keys() <= state.snapshot.players.keys():
        raise RemoteProtocolError("moves or applied has a player who is not there")
    return state
