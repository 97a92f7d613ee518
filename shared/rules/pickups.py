"""Items: the effect of each one, and the items that dead players leave behind."""

from petard.shared.rules.events import Event, EventType
from petard.shared.rules.floors import special_tiles
from petard.shared.rules.illness import fall_ill
from petard.shared.rules.items import ITEM_NUMBERS, Effect, FallsIll, Item, Raises
from petard.shared.rules.rng import shuffled
from petard.shared.rules.ruleset import RuleSet
from petard.shared.rules.world import Player, Tile, World, living, tile_at

_SCATTERED = [
    (item.value, item.row.effect) for item in Item if item.row.scatters and isinstance(item.row.effect, Raises)
]


def collect(world: World, events: list[Event]) -> None:
    """Give each living player the item under the middle of the body."""
    for player in living(world):
        tile = tile_at(world, player.x, player.y)
        item = world.items.pop(tile, 0)
        if item:
            events.append(Event(EventType.TAKEN, player.slot, tile, item))
            _use(world, player, item, events)


def _use(world: World, player: Player, item: int, events: list[Event]) -> None:
    """Change a player by the effect of an item; one of a later version has none that is known here."""
    match effect_of(item):
        case Raises(field, most, step):
            raised = getattr(player, field) + number_in(world.rules, step)
            setattr(player, field, min(raised, number_in(world.rules, most)))
        case FallsIll():
            fall_ill(world, player, events)


def effect_of(item: int) -> Effect | None:
    """Return the effect of an item; None for one of a later version."""
    known = ITEM_NUMBERS.get(item)
    return known.row.effect if known else None


def number_in(rules: RuleSet, number: int | str) -> int:
    """Return a number of an effect: the number itself, or that of the rules with this name."""
    found: int = getattr(rules, number) if isinstance(number, str) else number
    return found


def is_useful(rules: RuleSet, player: Player, item: int) -> bool:
    """True if the item would change the player; False for one of a later version."""
    match effect_of(item):
        case Raises(field, most):
            held: int = getattr(player, field)
            return held < number_in(rules, most)
        case FallsIll():
            return True
    return False


def scatter(world: World, player: Player) -> None:
    """Put a share of the items that a player had collected on free tiles of the board."""
    world.rng, had = shuffled(world.rng, _collected(world.rules, player))
    kept = had[: len(had) * world.rules.scatter // 100]
    world.rng, free = shuffled(world.rng, _free_tiles(world))
    for tile, item in zip(free, kept, strict=False):
        world.items[tile] = item


def _collected(rules: RuleSet, player: Player) -> list[int]:
    counts = {item: getattr(player, effect.field) - number_in(rules, effect.start) for item, effect in _SCATTERED}
    return [item for item, count in counts.items() for _ in range(count)]


def _free_tiles(world: World) -> list[int]:
    taken = {tile_at(world, bomb.x, bomb.y) for bomb in world.bombs.values()}
    taken.update(tile_at(world, player.x, player.y) for player in living(world))
    taken.update(world.flames, world.items)
    taken.update(special_tiles(world.floors))
    return [tile for tile, kind in enumerate(world.tiles) if kind == Tile.FLOOR and tile not in taken]
