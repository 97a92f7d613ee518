"""Tables as Keyframes and Deltas carry them: each is one flat array of numbers, checked when it is read.

The number of a table comes first, then its rows, sorted by key. In a Keyframe the number of columns follows the number
of the table, and a row is its key and its columns. In a Delta a row is its key, a mask, and a value for each bit of the
mask, the lowest first; a mask of 0 removes the row. A new row has all bits, but for those of its last columns that are
at their defaults.

Rule 1: a reader ignores columns after those that it knows. The last ones that it knows may be missing (`FIRST`).
Rule 2: for what does not fit, a RemoteProtocolError and nothing else.
"""

from itertools import chain, pairwise

from petard.shared.protocol.changes import Rows
from petard.shared.protocol.codec import RemoteProtocolError
from petard.shared.protocol.snapshot import Row, Table
from petard.shared.protocol.snapshot_rows import ColumnBounds, columns_needed


def flat_of_table(number: int, table: Table) -> Row:
    """Return a table as a Keyframe carries it."""
    rows = sorted(table.items())
    size = max([columns_needed(number - 1, row) for _, row in rows])
    return (number, size, *chain.from_iterable([(key, *row[:size]) for key, row in rows]))


def table_of_flat(bounds: ColumnBounds, flat: Row) -> Table:
    """Return the table in this array of a Keyframe."""
    known, size = len(bounds.low), flat[1] + 1 if len(flat) > 1 else 0
    if size < bounds.least or (len(flat) - 2) % size:
        raise RemoteProtocolError(f"Keyframe.{bounds.name} has rows that are not {known} wide")
    rows = [bounds.completed(flat[at : at + min(size, known)]) for at in range(2, len(flat), size)]
    if any(row[0] >= after[0] for row, after in pairwise(rows)):
        raise RemoteProtocolError(f"Keyframe.{bounds.name} has rows that are not sorted")
    return {row[0]: row[1:] for row in rows}


def flat_of_rows(number: int, rows: Rows) -> Row:
    """Return the changed rows of a table as a Delta carries them."""
    flat = [number]
    for row in sorted(rows):
        flat += row if len(row) > 1 else (row[0], 0)
    return tuple(flat)


def rows_of_flat(bounds: ColumnBounds, flat: Row) -> Rows:
    """Return the changed rows in this array of a Delta."""
    rows: list[Row] = []
    known, at, before = (1 << len(bounds.low) - 1) - 1, 1, -1
    while at < len(flat):
        key, mask = flat[at], flat[at + 1] if at + 1 < len(flat) else -1
        end = at + 2 + mask.bit_count()
        if key <= before or mask < 0 or end > len(flat):
            raise RemoteProtocolError(f"Delta.{bounds.name} has rows that are cut off or not sorted")
        if not mask:
            rows.append((key,))
        elif mask & known:
            rows.append((key, mask & known, *flat[at + 2 : at + 2 + (mask & known).bit_count()]))
        at, before = end, key
    return tuple(rows)


def tables_by_number(tables: tuple[Row, ...]) -> dict[int, Row]:
    """Return the arrays of a message by the numbers of their tables."""
    if any(flat[0] >= after[0] for flat, after in pairwise(((-1,), *tables))):
        raise RemoteProtocolError("the tables are not sorted by number")
    return {flat[0]: flat for flat in tables}
