"""Builds the View of a round: from a predicted world for players, from two snapshots for spectators and recordings.

Rule 1: in a predicted world, only the server says who is dead, and where; a player who is dead only by prediction
        stands still.
Rule 2: between two snapshots bodies and rolling bombs move (petard.game.view.interpolation); everything else is as in
        the earlier one.
"""

from collections.abc import Iterable, Mapping

from petard.game.view.bomb_views import bomb_views
from petard.game.view.interpolation import Position, bombs_between, positions_between
from petard.game.view.mode_views import mode_view_of
from petard.game.view.riders import deaths_of, with_fates
from petard.game.view.view import NEVER, BombView, FlameView, ItemView, PlayerView, View
from petard.shared.protocol.messages import Round
from petard.shared.protocol.snapshot import Snapshot, world_of
from petard.shared.rules.ruleset import TICK_RATE, TILE
from petard.shared.rules.sudden_death import closing_times, ends_at, hurry_at
from petard.shared.rules.world import Player, Tile, World

SHADOW = TICK_RATE // 2  # ticks that a shadow warns ahead of a closing wall


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
            row = snapshot.players.get(slot)
            body = Player(slot, *row) if row else player
            players.append(_player_view(body, (body.x, body.y), world.tick, died_at[slot]))
        else:
            players.append(_player_view(player, positions[slot], world.tick, NEVER))
    places = {key: (bomb.x, bomb.y) for key, bomb in world.bombs.items()}
    bombs = bomb_views(world, places, world.tick, {player.slot: player for player in players})
    return _view_of(world, world.tick, players, bombs, announcement)


def view_between(older: Snapshot, newer: Snapshot, between: float, announcement: Round) -> View:
    """The View `between` (0 to 1) two snapshots of one round."""
    world = world_of(older, announcement.rules, announcement.width, announcement.height)
    tick = older.tick + (newer.tick - older.tick) * between
    bodies, rolled = positions_between(older, newer, between), bombs_between(older, newer, between)
    died = deaths_of(older, announcement.rules).get
    players = [_player_view(one, bodies[slot], tick, died(slot, NEVER)) for slot, one in world.players.items()]
    bombs = bomb_views(world, rolled, tick, {player.slot: player for player in players})
    return _view_of(world, tick, players, bombs, announcement)


def _view_of(
    world: World, tick: float, players: Iterable[PlayerView], bombs: Iterable[BombView], announcement: Round
) -> View:
    rules, width = announcement.rules, announcement.width
    return View(
        tick=tick,
        width=width,
        height=announcement.height,
        tiles=bytes(world.tiles),
        players=tuple(with_fates(players, world, tick)),
        bombs=tuple(bombs),
        flames=tuple(
            FlameView(tile % width, tile // width, flame.shape, max(0.0, flame.until - tick))
            for tile, flame in world.flames.items()
        ),
        items=tuple(ItemView(tile % width, tile // width, item) for tile, item in world.items.items()),
        shadows=_shadows(int(tick), world.tiles, announcement),
        breaking=tuple((tile, max(0.0, until - tick)) for tile, until in world.breaking.items()),
        go_in=max(0.0, rules.countdown - tick),
        ticks_left=max(0.0, ends_at(rules) - max(tick, rules.countdown)),
        hurry=tick >= hurry_at(rules),
        fuse=rules.fuse,
        floors=world.floors,
        mode=mode_view_of(world),
    )


def _player_view(player: Player, position: Position, tick: float, died_at: float) -> PlayerView:
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
        range=player.range,
        skates=player.skates,
        kick=bool(player.kick),
        health=player.health,
        pierce=bool(player.pierce),
        remote=bool(player.remote),
        punch=bool(player.punch),
        glove=bool(player.glove),
        ill=player.ill,
        ill_left=max(0.0, player.ill_until - tick),
    )


def _shadows(tick: int, tiles: bytes | bytearray, announcement: Round) -> tuple[int, ...]:
    if tick < hurry_at(announcement.rules) - SHADOW:
        return ()
    times = closing_times(announcement.rules, announcement.width, announcement.height)
    soon = range(tick + 1, tick + SHADOW + 1)
    return tuple(tile for tile, closes in times.items() if closes in soon and tiles[tile] != Tile.WALL)
