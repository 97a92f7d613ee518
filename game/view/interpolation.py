"""Where bodies and rolling bombs are between two snapshots."""

from petard.shared.protocol.snapshot import Snapshot, Table
from petard.shared.rules.ruleset import TILE

LEAP = TILE  # sub-units; a body that is farther off in the next snapshot did not walk there

Position = tuple[float, float]  # sub-units


def positions_between(older: Snapshot, newer: Snapshot, between: float) -> dict[int, Position]:
    """Where all bodies are, `between` (0 to 1) two snapshots, by slot."""
    return _moved(older.players, newer.players, 0, between)


def bombs_between(older: Snapshot, newer: Snapshot, between: float) -> dict[int, Position]:
    """Where all bombs are, `between` (0 to 1) two snapshots, by id."""
    return _moved(older.bombs, newer.bombs, 1, between)


def _moved(older: Table, newer: Table, x: int, between: float) -> dict[int, Position]:
    """The positions of bodies or bombs by their keys. `x`: the column of x in the tables; y follows it."""
    pairs = {key: (row, newer.get(key, row)) for key, row in older.items()}
    return {
        key: (_between(old[x], new[x], between), _between(old[x + 1], new[x + 1], between))
        for key, (old, new) in pairs.items()
    }


def _between(old: int, new: int, part: float) -> float:
    return old + (new - old) * part if abs(new - old) < LEAP else old
