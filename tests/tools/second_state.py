"""Follows the state of a round, written from PROTOCOL.md alone: Keyframes, Deltas and the checksum of a Digest.

Like `second_decoder` it exists to test the page, imports nothing of the game, and checks no limits.
"""

PLAYERS, MOVES, APPLIED = 2, 8, 9  # tables; 0 is the board
DIGESTED = range(1, 10)  # tables that a Digest is of
WIDTHS = {
    1: 3,
    2: 17,
    3: 7,
    4: 4,
    5: 1,
    6: 2,
    7: 2,
    8: 2,
    9: 1,
    10: 1,
    11: 1,
    12: 1,
    13: 1,
    14: 1,
}  # columns after the key
STEPS = ((0, 1), (1, 0), (0, -1), (-1, 0))  # down, right, up, left

Row = list[int]


class SecondState:
    """The board and the tables of a round at one tick. `width`, `height`: of the board, in tiles."""

    def __init__(self, width: int, height: int) -> None:
        self.width, self.height = width, height
        self.tick = 0
        self.tiles: Row = []
        self.tables: dict[int, dict[int, Row]] = {}

    def take_keyframe(self, tick: int, tiles: Row, tables: list[Row]) -> None:
        """Take over the fields of a Keyframe."""
        self.tick, self.tiles = tick, list(tiles)
        self.tables = {number: {} for number in WIDTHS}
        for number, columns, *rows in tables:
            for at in range(0, len(rows), columns + 1):
                if number in WIDTHS:
                    self.tables[number][rows[at]] = rows[at + 1 : at + 1 + WIDTHS[number]]

    def take_delta(self, ticks: int, tables: list[Row]) -> None:
        """Apply the fields of a Delta."""
        changes = {table[0]: table[1:] for table in tables}
        for number in (MOVES, APPLIED):
            self._change(number, changes.pop(number, []))
        self._move(self.tick, self.tick + ticks)
        board = {tile: [kind] for tile, kind in enumerate(self.tiles)}
        _patch(board, changes.pop(0, []), 1)
        self.tiles = [kind for _, (kind,) in sorted(board.items())]
        for number, rows in changes.items():
            if number in WIDTHS:
                self._change(number, rows)
        self.tick += ticks

    def _change(self, number: int, rows: Row) -> None:
        _patch(self.tables[number], rows, WIDTHS[number])

    def _move(self, start: int, end: int) -> None:
        for slot, (way, speed) in self.tables[MOVES].items():
            player = self.tables[PLAYERS][slot]
            distance = speed * (end + 1) // 60 - speed * (start + 1) // 60
            x, y = player[0] + STEPS[way][0] * distance, player[1] + STEPS[way][1] * distance
            if 0 <= x < 256 * self.width and 0 <= y < 256 * self.height:
                player[:2] = [x, y]

    def checksum(self) -> int:
        """What a Digest of this tick says."""
        tables = []
        for number, rows in sorted(self.tables.items()):
            if rows and number in DIGESTED:
                tables.append([number, WIDTHS[number]])
                for key, row in sorted(rows.items()):
                    tables[-1] += [key, *row]
        body = b"".join(map(_array, tables))
        return _crc32(b"\x94\x25" + _number(self.tick) + _array(self.tiles) + _head(len(tables)) + body)


def _patch(table: dict[int, Row], rows: Row, known: int) -> None:
    """Change a table by the rows of a Delta; columns from `known` on are ignored."""
    at = 0
    while at < len(rows):
        key, mask, at = rows[at], rows[at + 1], at + 2
        if not mask:
            del table[key]
            continue
        row = table.setdefault(key, [0] * known)
        for column in range(mask.bit_length()):
            if mask >> column & 1:
                if column < known:
                    row[column] = rows[at]
                at += 1


def _number(value: int) -> bytes:
    """A whole number in its shortest form."""
    if -32 <= value < 128:
        return bytes([value & 0xFF])
    first = 0xCC if value >= 0 else 0xD0
    for power, width in enumerate((1, 2, 4, 8)):
        low, high = (0, 1 << 8 * width) if value >= 0 else (-(1 << 8 * width - 1), 0)
        if low <= value < high:
            return bytes([first + power]) + value.to_bytes(width, "big", signed=value < 0)
    raise ValueError("too large a number")


def _array(values: Row) -> bytes:
    return _head(len(values)) + b"".join(map(_number, values))


def _head(count: int) -> bytes:
    if count < 16:
        return bytes([0x90 + count])
    return b"\xdc" + count.to_bytes(2, "big") if count < 1 << 16 else b"\xdd" + count.to_bytes(4, "big")


def _crc32(data: bytes) -> int:
    checksum = 0xFFFFFFFF
    for byte in data:
        checksum ^= byte
        for _ in range(8):
            checksum = checksum >> 1 ^ (0xEDB88320 if checksum & 1 else 0)
    return checksum ^ 0xFFFFFFFF
