"""Items: the effect of each one, and the items that dead players leave behind."""

from petard.shared.rules.events import Event, EventType
from petard.shared.rules.rng import shuffled
from petard.shared.rules.ruleset import Item, RuleSet
from petard.shared.rules.world import Player, Tile, World, living, tile_at


def collect(world: World, events: list[Event]) -> None:
    """Give each living player the item under the middle of the body."""
    for player in living(world):
        tile = tile_at(world, player.x, player.y)
        item = world.items.pop(tile, 0)
        if item:
            _use(world.rules, player, item)
            events.append(Event(EventType.TAKEN, player.slot, tile, item))


def _use(rules: RuleSet, player: Player, item: int) -> None:
    """Change a player by the effect of an item; one of a later version has none that is known here."""
    match item:
        case Item.BOMB:
            player.bombs = min(player.bombs + 1, rules.bombs_most)
        case Item.FLAME:
            player.range = min(player.range + 1, rules.range_most)
        case Item.SKATE:
            player.skates = min(player.skates + 1, (rules.speed_most - rules.speed) // rules.speed_more)
        case Item.KICK:
            player.kick = 1
        case Item.SHIELD:
            player.shields = 1
        case Item.FRUIT:
            player.health = min(player.health + rules.fruit, rules.health_most)


def scatter(world: World, player: Player) -> None:
    """Put a share of the items that a player had collected on free tiles of the board."""
    world.rng, had = shuffled(world.rng, _collected(world.rules, player))
    kept = had[: len(had) * world.rules.scatter // 100]
    world.rng, free = shuffled(world.rng, _free_tiles(world))
    for tile, item in zip(free, kept, strict=False):
        world.items[tile] = item


def _collected(rules: RuleSet, player: Player) -> list[int]:
    counts = {
        Item.BOMB: player.bombs - rules.bombs,
        Item.FLAME: player.range - rules.range,
        Item.SKATE: player.skates,
        Item.KICK: player.kick,
        Item.SHIELD: player.shields,
    }
    return [int(item) for item, count in counts.items() for _ in range(count)]


def _free_tiles(world: World) -> list[int]:
    taken = {tile_at(world, bomb.x, bomb.y) for bomb in world.bombs.values()}
    taken.update(tile_at(world, player.x, player.y) for player in living(world))
    taken.update(world.flames, world.items)
    return [tile for tile, kind in enumerate(world.tiles) if kind == Tile.FLOOR and tile not in taken]
