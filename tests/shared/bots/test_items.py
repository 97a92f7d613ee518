"""What bots do with the items: they take those that help, keep away from the disease, and use the others."""

from collections import Counter
from dataclasses import replace

from petard.shared.bots.brain import Brain
from petard.shared.rules.events import EventType
from petard.shared.rules.items import Illness, Item, weights_of
from petard.shared.rules.maps import parse_map
from petard.shared.rules.new_round import new_world
from petard.shared.rules.ruleset import LAST_ONE_STANDING
from petard.shared.rules.step import step
from petard.shared.rules.world import World, middle_of, tile_at
from tests.ends import boards

HALL = parse_map("\n".join(("#" * 13, "#1.........2#", "#" * 13, "#" * 13, "#" * 13)), "hall")
LONG = replace(LAST_ONE_STANDING, bricks=0, countdown=0, spawn_shield=10**4, round=10**5, hurry=0)


def hall(**powers: int) -> World:
    """A hall with one bot at its left end and a player at the right who does nothing."""
    world = new_world(LONG, HALL, [0, 1], 1)
    (world.players[0].x, world.players[0].y), (world.players[1].x, _) = middle_of(world, 14), middle_of(world, 24)
    for name, value in powers.items():
        setattr(world.players[0], name, value)
    return world


def test_a_bot_walks_to_each_item_that_helps_and_to_no_disease() -> None:
    for item in Item:
        world = hall(bombs=0, x=6 * 256 + 128)
        world.items[18] = int(item)
        bot, taken = Brain(0, 2, 1), False
        for _ in range(240):
            taken = taken or any(event.what == EventType.TAKEN for event in step(world, {0: bot.think(world)}))
        assert taken == (item.row.worth > 16 and item != Item.FRUIT), item.name  # a fruit is of no use here


def test_a_bot_with_exchanged_keys_walks_where_it_wants() -> None:
    world = hall(bombs=0, ill=Illness.REVERSED, ill_until=10**6)
    world.items[18] = int(Item.SHIELD)
    bot = Brain(0, 2, 1)
    for _ in range(240):
        step(world, {0: bot.think(world)})
    assert world.players[0].shields == 1
    assert tile_at(world, world.players[0].x, world.players[0].y) >= 17


def test_bots_fire_their_bombs_and_use_the_other_items_in_whole_rounds() -> None:
    every = weights_of({item: 1 for item in Item})
    rules = replace(LAST_ONE_STANDING, hidden_share=60, weights=every, countdown=10)
    seen: Counter[int] = Counter()
    for seed in (1, 2):
        world = new_world(rules, boards()["small"], range(4), seed)
        bots = [Brain(slot, 3, seed) for slot in range(4)]
        while world.over_at < 0:
            seen.update(event.what for event in step(world, {bot.slot: bot.think(world) for bot in bots}))
    assert seen[EventType.FIRED] > 0
    assert seen[EventType.TAKEN] > 10
