"""Builds the View of a round from a predicted world, and the parts that every View has.

Rule: in a predicted world, only the server says who is dead, and where; a player who is dead only by prediction stands
still.
"""

from collections.abc import Iterable, Mapping

from petard.game.view.view import NEVER, BombView, FlameView, ItemView, PlayerView, View
from petard.shared.protocol.messages import Round
from petard.shared.protocol.snapshot import Snapshot
from petard.shared.rules.ruleset import TICK_RATE, TILE
from petard.shared.rules.sudden_death import closing_times, ends_at, hurry_at
from petard.shared.rules.world import Bomb, Flame, Player, Tile, World

SHADOW = TICK_RATE // 2  # ticks that a shadow warns ahead of a closing wall

Position = tuple[float, float]  # sub-units


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
            players.append(player_view(body, (body.x, body.y), world.tick, died_at[slot]))
        else:
            players.append(player_view(player, positions[slot], world.tick, NEVER))
    bombs = [bomb_view(bomb, (bomb.x, bomb.y), world.tick) for bomb in world.bombs.values()]
    tables = world.flames.items(), world.items.items(), world.breaking.items()
    return build_view(announcement, world.tick, bytes(world.tiles), players, bombs, *tables)


def build_view(
    announcement: Round,
    tick: float,
    tiles: bytes,
    players: Iterable[PlayerView],
    bombs: Iterable[BombView],
    flames: Iterable[tuple[int, Flame]],
    items: Iterable[tuple[int, int]],
    breaking: Iterable[tuple[int, int]],
) -> View:
    """The View of a round at this tick; flames, items and breaking bricks come with their tiles."""
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


def player_view(player: Player, position: Position, tick: float, died_at: float | None = None) -> PlayerView:
    """What can be seen of a player, drawn at `position`. `died_at`: None for the tick that the rules know."""
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
        range=player.range,
        skates=player.skates,
        kick=bool(player.kick),
        health=player.health,
    )


def bomb_view(bomb: Bomb, position: Position, tick: float) -> BombView:
    """What can be seen of a bomb, drawn at `position`."""
    return BombView(position[0] / TILE, position[1] / TILE, bomb.owner, max(0.0, bomb.blows_at - tick), bomb.range)


def _flame_view(tile: int, flame: Flame, width: int, tick: float) -> FlameView:
    return FlameView(tile % width, tile // width, flame.shape, max(0.0, flame.until - tick), flame.owner)


def _shadows(tick: int, tiles: bytes, announcement: Round) -> tuple[int, ...]:
    if tick < hurry_at(announcement.rules) - SHADOW:
        return ()
    times = closing_times(announcement.rules, announcement.width, announcement.height)
    soon = range(tick + 1, tick + SHADOW + 1)
    return tuple(tile for tile, closes in times.items() if closes in soon and tiles[tile] != Tile.WALL)
