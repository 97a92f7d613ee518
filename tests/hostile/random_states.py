"""States of a round with any rows, each value within the range of its column, limits first."""

from dataclasses import replace

from petard.shared.protocol.messages import Round
from petard.shared.protocol.snapshot import COLUMNS, TABLES, Row, Snapshot, Table
from petard.shared.protocol.snapshot_rows import KEYS, PLACE, RANGES, TILES
from petard.shared.protocol.state import APPLIED_MOST, State
from petard.shared.rules.floors import FLOOR_MOST
from petard.shared.rules.ruleset import HALF, TICK_RATE, TILE, Range
from petard.shared.rules.world import STEP
from tests.hostile.field_values import FieldValues


class RandomStates:
    """Draws states from the same source of chance as the values of their columns."""

    def __init__(self, values: FieldValues) -> None:
        self._values, self._random = values, values.random

    def changed(self, state: State, announcement: Round, changes: int) -> State:
        """The state with other rows and other tiles."""
        snapshot = state.snapshot
        tables, tiles = list(snapshot.tables), bytearray(snapshot.tiles)
        for _ in range(changes):
            place = self._random.randrange(len(TABLES))
            tables[place] = self._changed_table(TABLES[place], tables[place], announcement)
        for _ in range(self._random.choice((0, 0, 1, changes))):
            tiles[self._random.randrange(len(tiles))] = self._random.randrange(4)
        floors = self._floors(snapshot)
        after = replace(snapshot, tiles=bytes(tiles), tables=tuple(tables), floors=floors)
        return State(after, self.moves(after), self.applied(after))

    def _floors(self, snapshot: Snapshot) -> bytes:
        """The special floors of the snapshot; now and then some others, with those of later versions, or none."""
        if self._random.random() < 0.9:
            return snapshot.floors
        floors = bytearray(snapshot.floors or bytes(len(snapshot.tiles)))
        for _ in range(self._random.choice((1, 8, len(floors)))):
            floors[self._random.randrange(len(floors))] = self._values.number(0, FLOOR_MOST)
        return bytes(floors) if self._random.random() < 0.9 and any(floors) else b""

    def moves(self, snapshot: Snapshot) -> Table:
        """Some of the players walk on by themselves, at any speed that the wire carries."""
        walkers = [slot for slot in snapshot.players if self._random.random() < 0.3]
        number = self._values.number
        return {slot: (number(min(STEP), max(STEP)), number(1, HALF * TICK_RATE)) for slot in walkers}

    def applied(self, snapshot: Snapshot) -> Table:
        """Of some players any count of applied changes."""
        counted = [slot for slot in snapshot.players if self._random.random() < 0.9]
        return {slot: (self._values.number(0, APPLIED_MOST - 1),) for slot in counted}

    def _changed_table(self, name: str, table: Table, announcement: Round) -> Table:
        changed = dict(table)
        if changed and name != "clock" and self._random.random() < 0.3:
            del changed[self._random.choice(list(changed))]
            return changed
        if changed and self._random.random() < 0.6:
            key = self._random.choice(list(changed))
            row, column = list(changed[key]), self._random.randrange(len(COLUMNS[name]))
            row[column] = self.row(name, announcement)[column]
            changed[key] = tuple(row)
            return changed
        tiles = announcement.width * announcement.height
        high = min(KEYS[name].high, tiles - 1) if KEYS[name] is TILES else KEYS[name].high
        changed[self._values.number(KEYS[name].low, high)] = self.row(name, announcement)
        return changed

    def row(self, name: str, announcement: Round) -> Row:
        """A row of a table, without its key."""
        place = {"x": announcement.width, "y": announcement.height}
        ranges = [
            Range(0, place[column] * TILE - 1) if RANGES[column] is PLACE else RANGES[column]
            for column in COLUMNS[name]
        ]
        return tuple(self._values.number(one.low, one.high) for one in ranges)
