"""Builds the View between two snapshots, for spectators and recordings.

Rule: bodies and rolling bombs are interpolated; everything else is as in the earlier snapshot.
"""

from petard.game.view.view import View
from petard.game.view.view_builder import Position, bomb_view, build_view, player_view
from petard.shared.protocol.messages import Round
from petard.shared.protocol.snapshot import Snapshot
from petard.shared.rules.ruleset import TILE
from petard.shared.rules.world import Bomb, Flame, Player

LEAP = TILE  # sub-units; a body that is farther off in the next snapshot did not walk there


def view_between(older: Snapshot, newer: Snapshot, between: float, announcement: Round) -> View:
    """The View `between` (0 to 1) two snapshots of one round."""
    _, rows, bombs, flames, items, breaking, _ = older.tables
    later_bombs = newer.tables[2]
    tick = older.tick + (newer.tick - older.tick) * between
    positions = positions_between(older, newer, between)
    players = [player_view(Player(slot, *row), positions[slot], tick) for slot, row in rows.items()]
    bomb_views = []
    for key, row in bombs.items():
        bomb = Bomb(key, *row)
        later = Bomb(key, *later_bombs.get(key, row))
        position = _between(bomb.x, later.x, between), _between(bomb.y, later.y, between)
        bomb_views.append(bomb_view(bomb, position, tick))
    tables = (
        ((tile, Flame(*row)) for tile, row in flames.items()),
        ((tile, item) for tile, (item,) in items.items()),
        ((tile, until) for tile, (until, _) in breaking.items()),
    )
    return build_view(announcement, tick, older.tiles, players, bomb_views, *tables)


def positions_between(older: Snapshot, newer: Snapshot, between: float) -> dict[int, Position]:
    """Where all bodies are, `between` (0 to 1) two snapshots, by slot."""
    later = newer.tables[1]
    return {
        slot: (_between(x, later.get(slot, row)[0], between), _between(y, later.get(slot, row)[1], between))
        for slot, row in older.tables[1].items()
        for x, y in [row[:2]]
    }


def _between(old: int, new: int, part: float) -> float:
    return old + (new - old) * part if abs(new - old) < LEAP else old
