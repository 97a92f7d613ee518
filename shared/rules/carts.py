"""Carts: dead players ride on the rim of the board and throw bombs onto it.

Rule 1: `RuleSet.cart_after` ticks after its death a player gets a cart, on the tile of the rim that is nearest, and
        keeps it to the end of the round. Who has left the game gets none.
Rule 2: a place on the rim is a number of sub-units, clockwise from the middle of the top left tile. A cart moves by
        itself while keys stay as they are, so it is stored where and when that began (`rim`, `rim_from`).
Rule 3: a throw gets longer while the bomb key is held. Its tiles count from the innermost closed wall of the line. The
        bomb lands on the first free tile from there on, else on the last free one before; without one, none is thrown.
Rule 4: with `Carts.SUPER`, a rider whose flame kills lives again, with the items of a start.
"""

from collections.abc import Iterator, Mapping
from enum import IntEnum

from petard.shared.rules.events import Event, EventType
from petard.shared.rules.returning import born_again
from petard.shared.rules.ruleset import TICK_RATE, TILE
from petard.shared.rules.sudden_death import closing_times
from petard.shared.rules.throwing import is_free
from petard.shared.rules.world import Bomb, Direction, Keys, Player, Tile, World, distance, middle_of


class Carts(IntEnum):
    """The values of `RuleSet.carts`."""

    OFF = 0
    ON = 1
    SUPER = 2


WAYS = Keys.UP | Keys.DOWN | Keys.LEFT | Keys.RIGHT
# For each side (top, right, bottom, left): the key that moves a cart clockwise, the other one, and where bombs fly.
SIDES = (
    (Keys.RIGHT, Keys.LEFT, Direction.DOWN),
    (Keys.DOWN, Keys.UP, Direction.LEFT),
    (Keys.LEFT, Keys.RIGHT, Direction.UP),
    (Keys.UP, Keys.DOWN, Direction.RIGHT),
)
STAYS_OPEN = 3 * TICK_RATE  # who comes back does not stand where a wall closes so soon


def rim_length(width: int, height: int) -> int:
    """Return the length of the whole rim, in sub-units."""
    return 2 * (width + height - 2) * TILE


def rim_position(width: int, height: int, place: int) -> tuple[int, int]:
    """Return x and y of a place on the rim, in sub-units.

    >>> rim_position(15, 13, 0), rim_position(15, 13, 14 * 256), rim_position(15, 13, 51 * 256)
    ((128, 128), (3712, 128), (128, 384))
    """
    side, along = _side_of(width, height, place)
    right, bottom, half = (width - 1) * TILE, (height - 1) * TILE, TILE // 2
    x, y = ((along, 0), (right, along), (right - along, bottom), (0, bottom - along))[side]
    return x + half, y + half


def _side_of(width: int, height: int, place: int) -> tuple[int, int]:
    """Return the side of a place, and how far along it the place is (clockwise)."""
    along = place % rim_length(width, height)
    for side, length in enumerate(((width - 1) * TILE, (height - 1) * TILE) * 2):
        if along < length:
            return side, along
        along -= length
    raise AssertionError("the four sides are the whole rim")


def place_at(world: World, player: Player, tick: int) -> int:
    """Return the place on the rim of a rider's cart at a tick."""
    speed = player.rim_way * world.rules.cart_speed
    moved = speed * tick // TICK_RATE - speed * player.rim_from // TICK_RATE
    return (player.rim + moved) % rim_length(world.width, world.height)


def line_of(world: World, place: int) -> tuple[int, int, int]:
    """Return where a bomb from this place starts (a tile of the rim, no corner), its direction, and a number of tiles.

    The number is that of tiles from the rim to the opposite rim, both excluded.
    """
    width, height = world.width, world.height
    side, along = _side_of(width, height, place)
    size = width if side in (0, 2) else height
    at = min(max((along + TILE // 2) // TILE, 1), size - 2)
    x, y = ((at, 0), (width - 1, at), (width - 1 - at, height - 1), (0, height - 1 - at))[side]
    return y * width + x, SIDES[side][2], (height if side in (0, 2) else width) - 2


def tiles_thrown(world: World, player: Player, tick: int) -> int:
    """Return how many tiles a rider throws who releases the bomb key in this tick; 0 while none is thrown."""
    rules = world.rules
    if not player.winds_from:
        return 0
    return min(rules.cart_most, rules.cart_least + max(0, tick - player.winds_from) // rules.cart_charge)


def landing_of(world: World, place: int, tiles: int) -> tuple[int, int]:
    """Return how many tiles from the rim a bomb comes down that is thrown here, and on which tile; 0, 0: none is free.

    `tiles`: counted from the innermost closed wall.
    """
    line = list(_line(world, place))
    closed = next((at for at, tile in enumerate(line) if world.tiles[tile] != Tile.WALL), len(line))
    wished = closed + tiles - 1
    for at in (*range(wished, len(line)), *range(min(wished, len(line)) - 1, closed - 1, -1)):
        if is_free(world, line[at]):
            return at + 1, line[at]
    return 0, 0


def _line(world: World, place: int) -> Iterator[int]:
    start, direction, size = line_of(world, place)
    step = {Direction.DOWN: world.width, Direction.UP: -world.width, Direction.RIGHT: 1, Direction.LEFT: -1}[direction]
    return (start + step * far for far in range(1, size + 1))


def ride(world: World, inputs: Mapping[int, int], events: list[Event]) -> None:
    """Move the carts by one tick: give new ones, turn them, and throw their bombs.

    Dead players who will come back have none; what they hold is noted, so that it is no new press when they do.
    """
    for slot in world.back:
        if slot in world.players:
            world.players[slot].keys = inputs.get(slot, 0)
    if not world.rules.carts:
        return
    for player in world.players.values():
        if player.died_at < 0:
            continue
        keys = inputs.get(player.slot, 0)
        if keys & Keys.GONE:
            player.keys, player.rim, player.rim_way, player.rim_from, player.winds_from = Keys.GONE, -1, 0, 0, 0
        elif player.rim >= 0:
            _ride_on(world, player, keys, events)
        elif world.tick >= player.died_at + world.rules.cart_after and not player.keys & Keys.GONE:
            player.rim, player.keys, player.bomb_from = _nearest_place(world, player), 0, world.tick
            events.append(Event(EventType.RIDES, player.slot, line_of(world, player.rim)[0]))


def _nearest_place(world: World, player: Player) -> int:
    """Return the place on the rim that is nearest to where the player died."""
    right, bottom = (world.width - 1) * TILE, (world.height - 1) * TILE
    x, y = player.x - TILE // 2, player.y - TILE // 2
    places = ((y, x), (right - x, right + y), (bottom - y, 2 * right + bottom - x), (x, 2 * (right + bottom) - y))
    return min(places)[1] % rim_length(world.width, world.height)


def _ride_on(world: World, player: Player, keys: int, events: list[Event]) -> None:
    if (keys ^ player.keys) & WAYS:
        place = place_at(world, player, world.tick)
        way = _way_of(world, place, keys)
        if way != player.rim_way:
            player.rim, player.rim_way, player.rim_from = place, way, world.tick if way else 0
    player.keys = keys
    if world.over_at >= 0:
        player.winds_from = 0
    elif keys & Keys.BOMB:
        if not player.winds_from and world.tick >= player.bomb_from:
            player.winds_from = world.tick
    elif player.winds_from:
        _throw(world, player, events)
        player.winds_from = 0


def _way_of(world: World, place: int, keys: int) -> int:
    """Return 1 for clockwise, -1, or 0 for a cart that stands. Near a corner the keys of both sides count."""
    for near in (place, place + TILE, place - TILE):
        clockwise, back, _ = SIDES[_side_of(world.width, world.height, near)[0]]
        way = bool(keys & clockwise) - bool(keys & back)
        if way:
            return way
    return 0


def key_along(world: World, place: int, way: int) -> int:
    """Return the key that moves a cart from a place clockwise (`way` 1) or the other way (-1)."""
    clockwise, back, _ = SIDES[_side_of(world.width, world.height, place)[0]]
    return clockwise if way > 0 else back


def _throw(world: World, player: Player, events: list[Event]) -> None:
    place, rules = place_at(world, player, world.tick), world.rules
    far, tile = landing_of(world, place, tiles_thrown(world, player, world.tick))
    if not far:
        return
    start, direction, _ = line_of(world, place)
    x, y = middle_of(world, tile)
    bomb = Bomb(world.next_bomb, player.slot, x, y, world.tick + rules.fuse, rules.cart_range, flies=direction)
    bomb.lands_at, bomb.soars = world.tick + rules.cart_flight, far
    world.bombs[bomb.id] = bomb
    world.next_bomb += 1
    player.bomb_from = world.tick + rules.cart_pause
    events.append(Event(EventType.THROWN, player.slot, start))


def bring_back(world: World, events: list[Event]) -> None:
    """Give a life to each rider who has killed in this tick, if the rules say so."""
    if world.rules.carts != Carts.SUPER:
        return
    killers = {event.other for event in events if event.what is EventType.DIED}
    for player in world.players.values():
        tile = _open_tile(world, player) if player.slot in killers and player.rim >= 0 else -1
        if tile >= 0:
            world.players[player.slot] = born_again(world, player, tile)
            events.append(Event(EventType.RETURNED, player.slot, tile))


def _open_tile(world: World, player: Player) -> int:
    """Return the free tile nearest to the cart, without a flame, that stays open for a while if one does; or -1."""
    start = line_of(world, place_at(world, player, world.tick))[0]
    closes = closing_times(world.rules, world.width, world.height)
    soon = world.tick + STAYS_OPEN
    free = [tile for tile in range(len(world.tiles)) if tile not in world.flames and is_free(world, tile)]
    ranks = [(closes.get(tile, soon + 1) <= soon, distance(world.width, start, tile), tile) for tile in free]
    return min(ranks)[2] if ranks else -1
