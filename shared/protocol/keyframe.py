"""A whole Snapshot as a message, and back."""

from petard.shared.protocol.codec import RemoteProtocolError
from petard.shared.protocol.messages import Keyframe
from petard.shared.protocol.ranges import LEGAL_TILES, bounds_of, checked
from petard.shared.protocol.snapshot import TABLES, Snapshot


def snapshot_from_keyframe(keyframe: Keyframe, width: int, height: int) -> Snapshot:
    """Return the Snapshot in a Keyframe for a board of this size; raises RemoteProtocolError if it does not fit."""
    if len(keyframe.tiles) != width * height or not LEGAL_TILES.issuperset(keyframe.tiles):
        raise RemoteProtocolError(f"Keyframe.tiles is no board of {width} x {height}")
    if len(keyframe.tables) != len(TABLES):
        raise RemoteProtocolError(f"Keyframe has {len(keyframe.tables)} tables, not {len(TABLES)}")
    tables = []
    for bounds, rows in zip(bounds_of(width, height), keyframe.tables, strict=True):
        width_of_row = len(bounds.low)
        if any(len(row) != width_of_row for row in rows):
            raise RemoteProtocolError(f"Keyframe.{bounds.name} has a row that is not {width_of_row} wide")
        for row in rows:
            bounds.check(row)
        tables.append({row[0]: row[1:] for row in rows})
    return checked(Snapshot(keyframe.tick, bytes(keyframe.tiles), tuple(tables), width))


def keyframe_of(snapshot: Snapshot) -> Keyframe:
    """Return the Snapshot as a message."""
    tables = tuple(tuple((key, *row) for key, row in table.items()) for table in snapshot.tables)
    return Keyframe(snapshot.tick, tuple(snapshot.tiles), tables)
