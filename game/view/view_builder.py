"""Builds the View of a round, from two snapshots or from a predicted world.

Rule 1: between two snapshots, bodies and rolling bombs are interpolated; everything else is as in the earlier one.
Rule 2: in a predicted world, only the server says who is dead, and where; a player who is dead only by prediction
        stands still.
"""

from collections.abc import Iterable, Mapping

from petard.game.view.view import NEVER, BombView, FlameView, ItemView, PlayerView, View
from petard.shared.protocol.messages import Round
from petard.shared.protocol.snapshot import Row, Snapshot
from petard.shared.rules.ruleset import TICK_RATE, TILE
from petard.shared.rules.sudden_death import closing_times, ends_at, hurry_at
from petard.shared.rules.world import Bomb, Flame, Player, Tile, World

SHADOW = TICK_RATE // 2  # ticks that a shadow warns ahead of a closing wall
LEAP = TILE  # sub-units; a body that is farther off in the next snapshot did not walk there

Position = tuple[float, float]  # sub-units


def view_between(older: Snapshot, newer: Snapshot, between: float, announcement: Round) -> View:
    """The View `between` (0 to 1) two snapshots of one round."""
    _, rows, bombs, flames, items, breaking, _ = older.tables
    later_bombs = newer.tables[2]
    tick = older.tick + (newer.tick - older.tick) * between
    positions = positions_between(older, newer, between)
    players = [_player_view(Player(slot, *row), positions[slot], tick) for slot, row in rows.items()]
    bomb_views = [_bomb_view(Bomb(key, *row), later_bombs.get(key), between, tick) for key, row in bombs.items()]
    tables = (
        ((tile, Flame(*row)) for tile, row in flames.items()),
        ((tile, item) for tile, (item,) in items.items()),
        ((tile, until) for tile, (until, _) in breaking.items()),
    )
    return _view(announcement, tick, older.tiles, players, bomb_views, *tables)


def positions_between(older: Snapshot, newer: Snapshot, between: float) -> dict[int, Position]:
    """Where all bodies are, `between` (0 to 1) two snapshots, by slot."""
    later = newer.tables[1]
    return {
        slot: (_between(x, later.get(slot, row)[0], between), _between(y, later.get(slot, row)[1], between))
        for slot, row in older.tables[1].items()
        for x, y in [row[:2]]
    }


def predicted_view(
    world: World,
    snapshot: Snapshot,
    positions: Mapping[int, Position],
    died_at: Mapping[int, float],
    announcement: Round,
) -> View:
    """The View of a world that was predicted from a snapshot.

    `positions`: where to draw the living. `died_at`: when the dead of the snapshot died, in predicted ticks.
    """
    players = []
    for slot, player in world.players.items():
        if slot in died_at:
            row = snapshot.tables[1].get(slot)
            body = Player(slot, *row) if row else player
            players.append(_player_view(body, (body.x, body.y), world.tick, died_at[slot]))
        else:
            players.append(_player_view(player, positions[slot], world.tick, NEVER))
    bombs = [_bomb_view(bomb, None, 0.0, world.tick) for bomb in world.bombs.values()]
    tables = world.flames.items(), world.items.items(), world.breaking.items()
    return _view(announcement, world.tick, bytes(world.tiles), players, bombs, *tables)


def _view(
    announcement: Round,
    tick: float,
    tiles: bytes,
    players: Iterable[PlayerView],
    bombs: Iterable[BombView],
    flames: Iterable[tuple[int, Flame]],
    items: Iterable[tuple[int, int]],
    breaking: Iterable[tuple[int, int]],
) -> View:
    rules, width = announcement.rules, announcement.width
    return View(
        tick=tick,
        width=width,
        height=announcement.height,
        tiles=tiles,
        players=tuple(players),
        bombs=tuple(bombs),
        flames=tuple(_flame_view(tile, flame, width, tick) for tile, flame in flames),
        items=tuple(ItemView(tile % width, tile // width, item) for tile, item in items),
        shadows=_shadows(int(tick), tiles, announcement),
        breaking=tuple((tile, max(0.0, until - tick)) for tile, until in breaking),
        go_in=max(0.0, rules.countdown - tick),
        ticks_left=max(0.0, ends_at(rules) - max(tick, rules.countdown)),
        hurry=tick >= hurry_at(rules),
        fuse=rules.fuse,
    )


def _player_view(player: Player, position: Position, tick: float, died_at: float | None = None) -> PlayerView:
    died_at = player.died_at if died_at is None else died_at
    return PlayerView(
        slot=player.slot,
        x=position[0] / TILE,
        y=position[1] / TILE,
        facing=player.facing,
        walking=bool(player.walking),
        alive=died_at < 0,
        died_at=died_at,
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
    x, y = _between(bomb.x, target.x, between) / TILE, _between(bomb.y, target.y, between) / TILE
    return BombView(x, y, bomb.owner, max(0.0, bomb.blows_at - tick), bomb.range)


def _flame_view(tile: int, flame: Flame, width: int, tick: float) -> FlameView:
    return FlameView(tile % width, tile // width, flame.shape, max(0.0, flame.until - tick), flame.owner)


def _between(old: int, new: int, part: float) -> float:
    return old + (new - old) * part if abs(new - old) < LEAP else old


def _shadows(tick: int, tiles: bytes, announcement: Round) -> tuple[int, ...]:
    if tick < hurry_at(announcement.rules) - SHADOW:
        return ()
    times = closing_times(announcement.rules, announcement.width, announcement.height)
    soon = range(tick + 1, tick + SHADOW + 1)
    return tuple(tile for tile, closes in times.items() if closes in soon and tiles[tile] != Tile.WALL)
