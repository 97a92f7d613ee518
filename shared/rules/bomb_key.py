"""What the bomb key does: it throws, punches, lifts, lays or fires a bomb.

Rule 1: a press does one thing, the first that is possible: punch the bomb ahead, lift the bomb under the body, lay a
        bomb, fire the oldest bomb. One that does nothing is remembered for `RuleSet.keep_bomb`.
Rule 2: a lifted bomb is held as long as the key is, and thrown when the key is released.
Rule 3: the remote fires no bomb on the tile of its owner, and none in the air or in hands.
"""

from petard.shared.rules.bombs import bomb_on
from petard.shared.rules.events import Event, EventType
from petard.shared.rules.items import Illness
from petard.shared.rules.ruleset import HALF, TILE, RuleSet
from petard.shared.rules.throwing import launch
from petard.shared.rules.world import STEP, Bomb, Keys, Player, Tile, World, living, tile_at

SHORT_FUSE = 40  # per cent of a fuse that are left by the illness


def use_bomb_keys(world: World, events: list[Event]) -> None:
    """Do for each player what the bomb key does: released, or pressed and still remembered."""
    if world.tick <= world.rules.countdown:
        return
    _throw_released(world, events)
    for player in living(world):
        if world.tick <= player.bomb_until:
            if any(does(world, player, events) for does in (_punch, _lift, _lay, _fire)):
                player.bomb_until = 0
        elif player.ill == Illness.DROPS:
            _lay(world, player, events)


def _throw_released(world: World, events: list[Event]) -> None:
    for bomb in [bomb for bomb in world.bombs.values() if bomb.held_by >= 0]:
        player = world.players.get(bomb.held_by)
        if player and not player.keys & Keys.BOMB:
            tile = tile_at(world, player.x, player.y)
            launch(world, bomb, tile, player.facing, world.rules.throw)
            events.append(Event(EventType.THROWN, player.slot, tile))


def _punch(world: World, player: Player, events: list[Event]) -> bool:
    if not player.punch:
        return False
    dx, dy = STEP[player.facing]
    ahead = tile_at(world, player.x, player.y) + dy * world.width + dx
    bomb = bomb_on(world, ahead)
    if not bomb or bomb.rolls >= 0:
        return False
    launch(world, bomb, ahead, player.facing, world.rules.punch)
    events.append(Event(EventType.PUNCHED, player.slot, ahead))
    return True


def _lift(world: World, player: Player, events: list[Event]) -> bool:
    tile = tile_at(world, player.x, player.y)
    bomb = bomb_on(world, tile) if player.glove and player.keys & Keys.BOMB else None
    if not bomb or bomb.rolls >= 0:
        return False
    bomb.held_by = player.slot
    events.append(Event(EventType.LIFTED, player.slot, tile))
    return True


def _lay(world: World, player: Player, events: list[Event]) -> bool:
    if world.tick < player.bomb_from or player.ill == Illness.NO_BOMBS:
        return False
    tile = tile_at(world, player.x, player.y)
    lying = sum(bomb.owner == player.slot for bomb in world.bombs.values())
    if lying >= player.bombs or world.tiles[tile] != Tile.FLOOR or bomb_on(world, tile):
        return False
    x, y = player.x // TILE * TILE + HALF, player.y // TILE * TILE + HALF
    blows_at, reach = world.tick + fuse_of(world.rules, player), reach_of(player)
    world.bombs[world.next_bomb] = Bomb(world.next_bomb, player.slot, x, y, blows_at, reach, pierce=player.pierce)
    world.next_bomb += 1
    player.bomb_from = world.tick + world.rules.bomb_pause
    events.append(Event(EventType.DROPPED, player.slot, tile))
    return True


def _fire(world: World, player: Player, events: list[Event]) -> bool:
    if not player.remote:
        return False
    tile = tile_at(world, player.x, player.y)
    for bomb in world.bombs.values():  # the oldest first
        if bomb.owner == player.slot and bomb.lies and tile_at(world, bomb.x, bomb.y) != tile:
            bomb.blows_at = world.tick
            events.append(Event(EventType.FIRED, player.slot, tile_at(world, bomb.x, bomb.y)))
            return True
    return False


def fuse_of(rules: RuleSet, player: Player) -> int:
    """Return how many ticks after it is laid a bomb of this player explodes."""
    if player.ill == Illness.SHORT_FUSE:
        return max(1, rules.fuse * SHORT_FUSE // 100)
    return rules.waits if player.remote else rules.fuse


def reach_of(player: Player) -> int:
    """Return how many tiles the flames of a bomb of this player reach."""
    return min(1, player.range) if player.ill == Illness.SMALL_FLAMES else player.range
