"""Bombs and flames: dropping, fuse, range, bricks, chains, kicks."""

from dataclasses import replace

import pytest

from petard.shared.rules.bombs import bomb_on
from petard.shared.rules.events import EventType
from petard.shared.rules.world import Direction, tile_at
from tests.shared.rules.boards import BOMB, NOT_ON_BOARD, QUICK, D, L, R, U, drawn, picture, run, scene, told

WAYS = [(U, Direction.UP, 0, -1), (D, Direction.DOWN, 0, 1), (L, Direction.LEFT, -1, 0), (R, Direction.RIGHT, 1, 0)]
FIELD = """
    #########
    #.......#
    #.......#
    #.......#
    #...o...#
    #.......#
    #.......#
    #.......#
    #########
"""


# --- dropping -------------------------------------------------------------------------------------------------------


def test_a_bomb_lies_in_the_middle_of_the_tile_under_the_middle_of_the_body() -> None:
    world = scene("##### #A..# #####")
    world.players[0].x = 2 * 256 - 1
    run(world, 1, {0: BOMB})
    assert [(bomb.x, bomb.y, bomb.owner, bomb.range) for bomb in world.bombs.values()] == [(384, 384, 0, 2)]


def test_a_player_has_one_bomb_at_a_time_until_an_item_gives_more() -> None:
    for bombs in (1, 2, 3):
        world = scene("########## #A.......# ##########")
        world.players[0].bombs = bombs
        for _ in range(5):
            run(world, 1, {0: BOMB | R})
            run(world, 20, {0: R})
        assert len(world.bombs) == bombs


def test_a_tile_holds_one_bomb() -> None:
    world = scene("##### #A..# #####", over="..... .B... .....")
    world.players[0].bombs = 8
    events = run(world, 1, {0: BOMB, 1: BOMB}) + run(world, 1) + run(world, 1, {0: BOMB})
    assert told(events, EventType.DROPPED) == [(0, 6, -1)]


def test_after_an_explosion_the_next_bomb_can_follow_at_once() -> None:
    world = scene("######## #a....A# ########")
    assert told(run(world, 149, {0: 0}), EventType.BLAST) == []
    events = run(world, 1) + run(world, 1, {0: BOMB})
    assert len(told(events, EventType.BLAST)) == len(told(events, EventType.DROPPED)) == 1


def test_no_bomb_can_be_dropped_during_the_pause_after_a_bomb() -> None:
    world = scene("############ #A.........# ############", replace(QUICK, bomb_pause=120, bombs=8))
    run(world, 1, {0: BOMB})
    dropped_at = []
    for _ in range(200):
        key = 0 if world.tick % 2 else BOMB
        if told(run(world, 1, {0: key | R}), EventType.DROPPED):
            dropped_at.append(world.tick)
    assert dropped_at == [121]


# --- fuse, flame, range ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("fuse", [120, 150, 180])
def test_fuse_and_flame_burn_for_exactly_their_ticks(fuse: int) -> None:
    world = scene("######## #A.....# ########", replace(QUICK, fuse=fuse))
    run(world, 1, {0: BOMB})
    dropped_at = world.tick
    world.players[0].safe_until = 10**6
    while not told(run(world, 1), EventType.BLAST):
        assert not world.flames
    assert world.tick == dropped_at + fuse
    burning = 1
    while run(world, 1) is not None and world.flames:
        burning += 1
    assert burning == 30


@pytest.mark.parametrize("reach", range(1, 9))
def test_a_flame_reaches_as_far_as_the_range_of_the_bomb(reach: int) -> None:
    side = 21
    rows = ["#" * side, *["#" + "." * (side - 2) + "#"] * (side - 2), "#" * side]
    rows[10] = "#.........o.........#"
    world = scene("\n".join(rows))
    world.bombs[1].range = reach
    run(world, 150)
    middle = 10 * side + 10
    across = {middle + step * by for step in (1, -1, side, -side) for by in range(reach + 1)}
    assert set(world.flames) == across


def test_flames_have_a_centre_arms_and_ends() -> None:
    world = scene(FIELD)
    run(world, 150)
    shapes = {tile: flame.shape for tile, flame in world.flames.items()}
    drawing = ["".join(str(shapes.get(y * 9 + x, ".")) for x in range(9)) for y in range(9)]
    assert drawing == [
        ".........",
        ".........",
        "....3....",
        "....2....",
        "..61014..",
        "....2....",
        "....5....",
        ".........",
        ".........",
    ]


def test_crossing_flames_make_a_centre() -> None:
    world = scene("####### #..o..# #.....# #o....# #######")
    run(world, 150)
    assert world.flames[3 * 7 + 3].shape == 0


def test_walls_stop_a_flame() -> None:
    world = scene("####### #.....# #.#o#.# #.....# #######")
    run(world, 150)
    assert picture(world) == drawn("####### #..*..# #.#*#.# #..*..# #######")


def test_the_first_brick_breaks_and_stops_the_flame() -> None:
    world = scene("######### #o++....# #########")
    events = run(world, 150)
    assert picture(world) == drawn("######### #*%+....# #########")
    assert told(events, EventType.BRICK) == [(NOT_ON_BOARD, 11, -1)]
    run(world, 29)
    assert picture(world) == drawn("######### #*%+....# #########")
    run(world, 1)
    assert picture(world) == drawn("######### #..+....# #########")


def test_a_second_flame_stops_at_a_brick_that_is_breaking() -> None:
    world = scene("########## #o+o.....# ##########")
    world.bombs[1].range = world.bombs[2].range = 1
    world.bombs[2].blows_at += 10
    events = run(world, 160)
    assert picture(world) == drawn("########## #*%**....# ##########")
    assert len(told(events, EventType.BRICK)) == 1
    run(world, 20)
    assert picture(world) == drawn("########## #..**....# ##########"), "the brick goes with the flame that broke it"


def test_the_item_in_a_brick_is_not_burnt_by_the_flame_that_breaks_the_brick() -> None:
    world = scene("######### #o+.....# #########")
    world.hidden[11] = 3
    events = run(world, 150)
    assert 11 not in world.items
    events += run(world, 30)
    assert (world.items, world.hidden) == ({11: 3}, {})
    assert told(events, EventType.BURNT) == []


def test_a_flame_burns_items_and_continues() -> None:
    world = scene("######### #o12....# #########")
    events = run(world, 150)
    assert told(events, EventType.BURNT) == [(NOT_ON_BOARD, 11, 1), (NOT_ON_BOARD, 12, 2)]
    assert set(world.flames) == {10, 11, 12}


# --- chains ---------------------------------------------------------------------------------------------------------


def test_a_bomb_in_a_flame_explodes_in_the_next_tick() -> None:
    world = scene("############## #o.o.o.......# ##############")
    world.bombs[2].blows_at = world.bombs[3].blows_at = 10**6
    blasts = [(world.tick, slot_tile[1]) for _ in range(160) for slot_tile in told(run(world, 1), EventType.BLAST)]
    assert blasts == [(150, 15), (151, 17), (152, 19)]


def test_a_bomb_that_explodes_in_the_next_tick_anyway_keeps_its_own_kills() -> None:
    world = scene("######### #a.b....# #########")
    world.bombs[2].blows_at = 151
    run(world, 151)
    assert world.flames[14].owner == 1


def test_the_first_owner_gets_the_kill_and_the_second_the_assist() -> None:
    world = scene("############## #a.b.c..D....# ##############")
    world.bombs[2].blows_at = world.bombs[3].blows_at = 10**6
    world.bombs[3].range = 3
    events = run(world, 153)
    assert told(events, EventType.DIED) == [(3, 22, 0)]
    assert told(events, EventType.ASSIST) == [(2, -1, 3)]


def test_a_bomb_dropped_in_a_flame_explodes_too() -> None:
    world = scene("##### #A..# #####", over="..... .*... .....")
    world.players[0].safe_until = 10**6
    events = run(world, 1, {0: BOMB}) + run(world, 1)
    assert len(told(events, EventType.BLAST)) == 1


# --- kicks ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("key", "way", "dx", "dy"), WAYS)
def test_a_kicked_bomb_rolls_five_tiles_a_second_alike_in_all_directions(key: int, way: int, dx: int, dy: int) -> None:
    side = 17
    rows = ["#" * side, *["#" + "." * (side - 2) + "#"] * (side - 2), "#" * side]
    world = scene("\n".join(rows), over="\n".join([*["." * side] * 8, "........A........"]))
    x, y = world.players[0].x, world.players[0].y
    far = scene("\n".join(rows), over="\n".join([*["." * side] * (8 + dy), "." * (8 + dx) + "o"])).bombs[1]
    world.bombs[1] = far
    world.players[0].kick = 1
    kicked: list[tuple[int, int, int]] = []
    while not kicked:
        kicked = told(run(world, 1, {0: key}), EventType.KICKED)
    # one tick of rolling is done in the tick of the kick
    start = (x + dx * 256, y + dy * 256)
    assert (abs(far.x - start[0]) + abs(far.y - start[1])) in (21, 22)
    assert world.tick == 2, "32 sub-units to the bomb's tile, 17 a tick"
    before = far.x, far.y
    run(world, 60)
    assert (far.x - before[0], far.y - before[1]) == (dx * 1280, dy * 1280)


def test_without_the_kick_item_a_bomb_only_blocks() -> None:
    world = scene("######## #Ao....# ########")
    assert told(run(world, 30, {0: R}), EventType.KICKED) == []
    assert picture(world) == drawn("######## #Ao....# ########")


@pytest.mark.parametrize(
    ("row", "after"),
    [
        ("#Ao.....#", "#......o#"),  # rolls to the wall; the kicker may follow, so his place is not looked at
        ("#Ao...+.#", "#....o+.#"),
        ("#Ao..o..#", "#...oo..#"),
        ("#Ao...3.#", "#....o3.#"),
        ("#Ao...B.#", "#....oB.#"),
        ("#Ao+....#", "#.o+....#"),
        ("#AoB....#", "#.oB....#"),
    ],
)
@pytest.mark.parametrize("turned", ["right", "left", "down", "up"])
def test_a_kicked_bomb_stops_at_walls_bricks_bombs_items_and_bodies(row: str, after: str, turned: str) -> None:
    edge = "#" * len(row)
    before = turn([edge, row, edge], turned)
    world = scene("\n".join(before))
    world.players[0].kick = 1
    key = {"right": R, "left": L, "down": D, "up": U}[turned]
    run(world, 3, {0: key})
    run(world, 100)
    seen = picture(world).replace("A", ".").split()
    assert seen == turn([edge, after, edge], turned)
    assert all(bomb.rolls == Direction.NONE and bomb.x % 256 == bomb.y % 256 == 128 for bomb in world.bombs.values())


@pytest.mark.parametrize("row", ["#Ao#....#", "#Ao+....#", "#Aoo....#", "#Ao3....#", "#AoB....#"])
def test_a_bomb_that_cannot_roll_is_not_kicked(row: str) -> None:
    edge = "#" * len(row)
    world = scene("\n".join([edge, row, edge]))
    world.players[0].kick = 1
    assert told(run(world, 30, {0: R}), EventType.KICKED) == []


def test_a_bomb_that_rolls_is_not_kicked_again() -> None:
    world = scene("############# #Ao.........# #############")
    player = world.players[0]
    player.kick, player.skates = 1, 7  # faster than the bomb
    assert len(told(run(world, 60, {0: R}), EventType.KICKED)) == 1


def turn(rows: list[str], turned: str) -> list[str]:
    """The same board, turned so that right becomes left, down or up."""
    if turned in ("left", "up"):
        rows = [row[::-1] for row in rows]
    return ["".join(column) for column in zip(*rows, strict=True)] if turned in ("down", "up") else rows


def test_a_body_with_one_edge_on_a_tile_stops_a_bomb_before_it() -> None:
    world = scene("########## #Ao...B..# ##########")
    world.players[1].x -= 33  # one sub-unit on the tile before
    world.players[0].kick = 1
    run(world, 3, {0: R})
    run(world, 60)
    assert picture(world) == drawn("########## #A..o.B..# ##########")


def test_a_rolling_bomb_occupies_the_tile_it_rolls_to() -> None:
    world = scene("########## #Ao......# ##########")
    world.players[0].kick = 1
    run(world, 2, {0: R})
    bomb = world.bombs[1]
    assert bomb.rolls == Direction.RIGHT
    assert tile_at(world, bomb.x, bomb.y) == 12
    assert bomb_on(world, 12) is bomb
    assert bomb_on(world, 13) is bomb
    assert bomb_on(world, 14) is None


def test_a_bomb_that_rolls_into_a_flame_explodes_in_the_next_tick() -> None:
    world = scene("########## #Ao..*...# ##########")
    world.players[0].kick = 1
    world.players[0].safe_until = 10**6
    world.flames[15].until = 10**6
    run(world, 3, {0: R})
    entered = 0
    while 1 in world.bombs:
        if world.bombs[1].x >= 5 * 256 and not entered:
            entered = world.tick
        run(world, 1)
    assert entered
    assert world.tick == entered + 1


def test_a_rolling_bomb_explodes_where_it_is_when_its_fuse_ends() -> None:
    world = scene("########## #Ao......# ##########")
    world.players[0].kick = 1
    world.bombs[1].blows_at = 20
    events = run(world, 3, {0: R}) + run(world, 17)
    assert told(events, EventType.BLAST)[0][1] == 14


def test_a_player_on_a_bomb_does_not_kick_it() -> None:
    world = scene("####### #..A..# #######")
    world.players[0].kick = 1
    events = run(world, 1, {0: BOMB}) + run(world, 30, {0: R})
    assert told(events, EventType.KICKED) == []
