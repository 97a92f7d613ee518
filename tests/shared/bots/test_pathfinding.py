"""The search over tiles and time, and the keys that follow it."""

from petard.shared.bots.pathfinding import SearchStart, delay, find_reachable, keys_to, keys_to_middle
from petard.shared.bots.perception import NEVER, Percept
from petard.shared.rules.ruleset import HALF, TILE
from petard.shared.rules.step import step
from petard.shared.rules.world import Keys, World, tile_at
from tests.shared.bots.test_perception import world_with


def start_on(world: World, tile: int, safe_until: int = 0) -> SearchStart:
    return SearchStart(world.tick, tile, 4 * TILE, safe_until)


def test_arrivals_are_walking_times() -> None:
    world = world_with()
    found = find_reachable(Percept(world).danger, start_on(world, 10), 0, 1000, 100)
    arrivals = dict(zip(found.tiles, found.times, strict=True))
    assert (arrivals[11], arrivals[12], arrivals[16]) == (1016, 1032, 1096)
    assert len(found.tiles) == 7 + 4 + 7
    assert set(found.untils) == {NEVER}


def test_nobody_walks_through_a_bomb_or_into_its_fire() -> None:
    world = world_with((13, 1100, 1))
    found = find_reachable(Percept(world).danger, start_on(world, 12), 0, 1000, 100)
    assert found.untils[0] == 1100
    first: dict[int, tuple[int, int]] = {}
    for tile, time, until in zip(found.tiles, found.times, found.untils, strict=True):
        first.setdefault(tile, (time, until))
    assert first[11] == (1016, NEVER)
    assert first[13][0] >= 1130
    assert all(time < until for time, until in zip(found.times, found.untils, strict=True))


def test_the_search_finds_to_wait_until_a_flame_is_out() -> None:
    world = world_with((11, 1001, 1), text="#######\n#1....#\n#####.#\n#....2#\n#######")
    step(world, {})
    found = find_reachable(Percept(world).danger, start_on(world, 8), 0, 1000, 100)
    arrivals = dict(zip(found.tiles, found.times, strict=True))
    assert arrivals[9] == 1001 + 16
    assert arrivals[10] == 1031 + 8
    assert arrivals[11] == 1031 + 8 + 16


def test_immunity_lets_a_body_pass_fire_until_it_ends() -> None:
    world = world_with((12, 1001, 2))
    step(world, {})
    danger = Percept(world).danger
    assert delay(danger, start_on(world, 10, safe_until=2000), [11, 12, 13, 14, 15], 0) == 0
    assert delay(danger, start_on(world, 10, safe_until=1012), [11, 12, 13, 14, 15], 0) < 0


def test_a_walk_waits_before_a_fire_and_does_not_end_in_one() -> None:
    world = world_with((14, 1001, 1))
    step(world, {})
    danger = Percept(world).danger
    assert delay(danger, start_on(world, 12), [13, 14, 15, 16], 0) > 0
    world = world_with((14, 1100, 1))
    assert delay(Percept(world).danger, start_on(world, 12), [13], 0) < 0


def test_a_walk_to_a_tile_that_will_burn_still_waits_before_a_fire_on_the_way() -> None:
    """Near the end every tile will close; a bot that ran to the last one without waiting burnt in its own flame."""
    world = world_with((13, 1001, 1), (16, 1300, 1))
    step(world, {})
    danger = Percept(world).danger
    assert delay(danger, start_on(world, 11), [12, 13, 14, 15], 0) == -1, "the end will burn"
    assert delay(danger, start_on(world, 11), [12, 13, 14, 15], 0, to_safety=False) > 0


def test_keys_lead_round_corners_to_every_tile() -> None:
    world = world_with()
    world.tick = world.rules.countdown
    player = world.players[0]
    for x in range(HALF - 100, HALF + 101, 20):
        player.x, player.y = 3 * TILE + x, TILE + HALF  # near the opening in the middle row
        for _ in range(40):
            tile = tile_at(world, player.x, player.y)
            if tile == 21:
                break
            start = SearchStart(world.tick, tile, 4 * TILE, 0, player.x % TILE - HALF, player.y % TILE - HALF)
            step(world, {0: keys_to(start, world.rules, world.width, 21 if tile == 12 else 12)})
        assert tile_at(world, player.x, player.y) == 21


def test_a_body_that_has_arrived_stops_in_the_middle() -> None:
    assert keys_to_middle(SearchStart(0, 0, 1024, 0, 90, 0)) == Keys.LEFT
    assert keys_to_middle(SearchStart(0, 0, 1024, 0, 0, -90)) == Keys.DOWN
    assert keys_to_middle(SearchStart(0, 0, 1024, 0, 20, -20)) == 0
