"""From two snapshots and a place between them to the View that is drawn.

Rule: bodies and rolling bombs are drawn between the two; everything else is as it was in the earlier one.
"""

from game.client.view import BombView, FlameView, ItemView, PlayerView, View
from shared.protocol.messages import Round
from shared.protocol.snapshot import Row, Snapshot
from shared.rules.closing import closing_times, ends_at, hurry_at
from shared.rules.ruleset import TICK_RATE, TILE
from shared.rules.world import Bomb, Flame, Player, Tile

SHADOW = TICK_RATE // 2  # ticks that a shadow warns ahead of a closing wall
LEAP = TILE  # who is farther off in the next snapshot did not walk there


def view_of(older: Snapshot, newer: Snapshot, between: float, board: Round) -> View:
    """Compose the picture `between` (0 to 1) two snapshots of the round that `board` announced."""
    _, players, bombs, flames, items, breaking, _ = older.tables
    _, later_players, later_bombs, *_ = newer.tables
    tick = older.tick + (newer.tick - older.tick) * between
    rules, width = board.rules, board.width
    return View(
        tick=tick,
        width=width,
        height=board.height,
        tiles=older.tiles,
        players=tuple(
            _player_view(Player(slot, *row), later_players.get(slot), between, tick) for slot, row in players.items()
        ),
        bombs=tuple(_bomb_view(Bomb(key, *row), later_bombs.get(key), between, tick) for key, row in bombs.items()),
        flames=tuple(_flame_view(tile, Flame(*row), width, tick) for tile, row in flames.items()),
        items=tuple(ItemView(tile % width, tile // width, kind) for tile, (kind,) in items.items()),
        shadows=_shadows(older, board),
        breaking=tuple((tile, max(0.0, until - tick)) for tile, (until, _) in breaking.items()),
        go_in=max(0.0, rules.countdown - tick),
        ticks_left=max(0.0, ends_at(rules) - max(tick, rules.countdown)),
        hurry=tick >= hurry_at(rules),
    )


def _player_view(player: Player, later: Row | None, between: float, tick: float) -> PlayerView:
    target = Player(player.slot, *later) if later else player
    return PlayerView(
        slot=player.slot,
        x=_between(player.x, target.x, between),
        y=_between(player.y, target.y, between),
        facing=player.facing,
        walking=bool(player.walking),
        alive=player.died_at < 0,
        died_at=player.died_at,
        safe=player.safe_until > tick,
        shields=player.shields,
        bombs=player.bombs,
        flame=player.range,
        skate=player.skates,
        kick=bool(player.kick),
        health=player.health,
    )


def _bomb_view(bomb: Bomb, later: Row | None, between: float, tick: float) -> BombView:
    target = Bomb(bomb.id, *later) if later else bomb
    x, y = _between(bomb.x, target.x, between), _between(bomb.y, target.y, between)
    return BombView(x, y, bomb.owner, max(0.0, bomb.blows_at - tick), bomb.range)


def _flame_view(tile: int, flame: Flame, width: int, tick: float) -> FlameView:
    return FlameView(tile % width, tile // width, flame.shape, max(0.0, flame.until - tick), flame.owner)


def _between(old: int, new: int, part: float) -> float:
    """A place in tiles."""
    return (old + (new - old) * part if abs(new - old) < LEAP else old) / TILE


def _shadows(snapshot: Snapshot, board: Round) -> tuple[int, ...]:
    if snapshot.tick < hurry_at(board.rules) - SHADOW:
        return ()
    times = closing_times(board.rules, board.width, board.height)
    soon = range(snapshot.tick + 1, snapshot.tick + SHADOW + 1)
    return tuple(tile for tile, tick in times.items() if tick in soon and snapshot.tiles[tile] != Tile.WALL)
