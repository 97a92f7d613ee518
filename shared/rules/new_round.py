"""Makes the World of a new round: where the players start, which tiles are bricks, and which items they hide."""

from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate

from petard.shared.rules.floors import special_tiles
from petard.shared.rules.maps import Board
from petard.shared.rules.modes.table import mode_of
from petard.shared.rules.rng import below, shuffled
from petard.shared.rules.ruleset import RuleSet
from petard.shared.rules.world import Player, Tile, World, distance, middle_of


def new_world(rules: RuleSet, board: Board, slots: Sequence[int], seed: int, sides: Sequence[int] = ()) -> World:
    """Return the World of a new round at tick 0. Equal arguments give equal worlds; ValueError for too many slots.

    `sides`: that of each slot, in the order of the slots, if people have chosen them; empty: the mode deals them.
    """
    if len(slots) > len(board.spawns):
        raise ValueError(f"map {board.name} has {len(board.spawns)} spawns for {len(slots)} players")
    world = World(rules, board.width, board.height, bytearray(board.tiles), rng=seed & (1 << 64) - 1)
    world.floors = board.floors
    spawns = spread_spawns(board, len(slots))
    world.rng, order = shuffled(world.rng, list(slots))
    places = dict(zip(order, spawns, strict=True))
    for slot in sorted(slots):
        x, y = middle_of(world, places[slot])
        player = Player(slot, x, y, health=rules.health, bombs=rules.bombs, range=rules.range)
        player.safe_until = rules.countdown + rules.spawn_shield
        world.players[slot] = player
    _lay_bricks(world, board, spawns)
    _hide_items(world, len(slots))
    _lay_loose_items(world, board)
    mode_of(rules).begin(world)
    if sides:
        world.sides = dict(zip(sorted(slots), sides, strict=True))
    return world


def spread_spawns(board: Board, players: int) -> list[int]:
    """Return the first spawn, then repeatedly the one farthest from those before, so that players start far apart."""
    first, *others = board.spawns
    taken = [first]
    left = {tile: distance(board.width, tile, first) for tile in others}  # distance to the nearest taken spawn
    while left and len(taken) < players:
        farthest = max(left, key=left.__getitem__)
        del left[farthest]
        taken.append(farthest)
        left = {tile: min(far, distance(board.width, tile, farthest)) for tile, far in left.items()}
    return taken[:players]


def _lay_bricks(world: World, board: Board, spawns: Sequence[int]) -> None:
    """Put bricks on the share of free tiles that the rules give; used spawns and the tiles beside them stay free."""
    if not world.rules.bricks:
        world.tiles = world.tiles.replace(bytes([Tile.BRICK]), bytes([Tile.FLOOR]))
        return
    width = board.width
    kept = {beside for tile in spawns for beside in (tile, tile - 1, tile + 1, tile - width, tile + width)}
    kept |= special_tiles(board.floors)
    free = [tile for tile, kind in enumerate(board.tiles) if kind == Tile.FLOOR and tile not in kept]
    world.rng, free = shuffled(world.rng, free)
    for tile in free[: len(free) * world.rules.bricks // 100]:
        world.tiles[tile] = Tile.BRICK


def _hide_items(world: World, players: int) -> None:
    rules = world.rules
    bricks = [tile for tile, kind in enumerate(world.tiles) if kind == Tile.BRICK]
    least = max(len(bricks) * rules.hidden_share // 100, rules.hidden_each * players)
    world.rng, bricks = shuffled(world.rng, bricks)
    for tile in sorted(bricks[: min(len(bricks) * rules.hidden_most // 100, least)]):
        world.hidden[tile] = _draw_item(world)


def _lay_loose_items(world: World, board: Board) -> None:
    taken = special_tiles(board.floors).union(board.spawns)
    free = [tile for tile, kind in enumerate(world.tiles) if kind == Tile.FLOOR and tile not in taken]
    world.rng, free = shuffled(world.rng, free)
    for tile in sorted(free[: world.rules.loose]):
        world.items[tile] = _draw_item(world)


def _draw_item(world: World) -> int:
    """Draw one item at random, by the weights of the rules."""
    totals = list(accumulate(world.rules.weights))
    world.rng, roll = below(world.rng, totals[-1])
    return bisect_right(totals, roll)
