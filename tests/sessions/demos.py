"""The demos: players that press written keys, and bots with seeds for which the wanted thing happens."""

from collections.abc import Callable
from dataclasses import replace

from petard.shared.rules.items import Item
from petard.shared.rules.maps import Board
from petard.shared.rules.modes.table import MODES
from petard.shared.rules.ruleset import CLASSIC_COURSE, DUEL, LAST_ONE_STANDING, SUPER_CARTS, TICK_RATE, RuleSet
from petard.shared.rules.world import Keys, World, tile_at
from tests.ends import boards
from tests.sessions.making import board_of, mash, play, presses, seed_where
from tests.shared.rules.boards import FLOORS

# Rules without carts, for what is about something else.
PLAIN, QUICK = replace(LAST_ONE_STANDING, carts=0), replace(DUEL, carts=0)
OPEN = RuleSet(name="open", countdown=30, spawn_shield=0, bricks=0, hidden_each=0, scatter=0, closing_core=5)
HALL = board_of("hall", "###########", "#1........#", "#.........#", "#........2#", "###########")
ALLEY = board_of("alley", "###########", "#1.......2#", "#########.#", "#.........#", "###########")
SMALLEST = board_of("smallest", "#####", "#1..#", "#.#.#", "#..2#", "#####")


def _weights(*items: Item) -> tuple[int, ...]:
    return tuple(10 if item in items else 0 for item in range(len(Item) + 1))


def _at_first(board_spawn: int) -> Callable[[World], bool]:
    """Return a test for worlds in which slot 0 stands on that tile."""
    return lambda world: tile_at(world, world.players[0].x, world.players[0].y) == board_spawn


def _scripted(rules: RuleSet, board: Board, script: str, ticks: int = 900) -> bytes:
    """Slot 0 begins on the first spawn and follows the script; slot 1 stands still."""
    seed = seed_where(rules, board, (0, 1), _at_first(board.spawns[0]))
    return play(rules, board, ticks, {0: presses(script), 1: []}, seed=seed)


def first_blood() -> bytes:
    return _scripted(OPEN, ALLEY, ".31 R90 B1 L100")


def chain_of_six() -> bytes:
    return _scripted(replace(OPEN, bombs=6, range=3), HALL, ".31" + " B1 R14" * 6 + " D30 R30", ticks=330)


def draw() -> bytes:
    """Both stay on their own bombs, in opposite corners, equally far from the middle."""
    return play(OPEN, HALL, 300, {slot: presses(".31 B1") for slot in range(2)}, seed=1)


def own_bomb() -> bytes:
    return _scripted(OPEN, SMALLEST, ".31 B1")


def one_bomb_for_two() -> bytes:
    """Both die in the flame of slot 0, so slot 1 wins."""
    return _scripted(OPEN, ALLEY, ".31 R90 B1")


def kick_into_wall() -> bytes:
    rules = replace(OPEN, loose=1, weights=_weights(Item.KICK))

    def is_ours(world: World) -> bool:
        return _at_first(12)(world) and min(world.items) in (13, 14)

    seed = seed_where(rules, HALL, (0, 1), is_ours)
    return play(rules, HALL, 600, {0: presses(".31 R45 B1 L24 R40 L45 D40"), 1: []}, seed=seed)


def time_is_up() -> bytes:
    return _scripted(replace(OPEN, round=8 * TICK_RATE, hurry=0), HALL, ".31 R30 L30 R30 L30")


def photo_finish() -> bytes:
    return _scripted(replace(OPEN, round=8 * TICK_RATE, hurry=0), HALL, ".31 R60")


def hurry() -> bytes:
    return play(QUICK, boards()["small"], 60 * TICK_RATE, {slot: [] for slot in range(4)}, seed=3)


def leaver() -> bytes:
    hands = {slot: [keys & ~Keys.BOMB for keys in mash(slot, 300)] for slot in range(3)}
    return play(OPEN, boards()["small"], 300, hands, seed=4, gone={2: 120, 1: 220})


def last_one_standing() -> bytes:
    return play(LAST_ONE_STANDING, boards()["classic"], 55 * TICK_RATE, bots=dict.fromkeys(range(4), 3), seed=39)


def _with_carts(rules: RuleSet) -> bytes:
    """Eight who press keys at random: they die by and by, ride, and throw."""
    rules = replace(rules, countdown=30, bricks=20, range=3, bombs=1, cart_after=20, cart_pause=40)
    rules = replace(rules, health=4, health_most=4, immunity=40)
    hands = {slot: mash(520 + slot, 1000) for slot in range(8)}
    return play(rules, boards()["classic"], 900, hands, seed=2)


def carts() -> bytes:
    return _with_carts(LAST_ONE_STANDING)


def super_carts() -> bytes:
    return _with_carts(SUPER_CARTS)


def classic_course() -> bytes:
    return play(CLASSIC_COURSE, boards()["classic"], 30 * TICK_RATE, bots=dict.fromkeys(range(4), 2), seed=6)


def duel() -> bytes:
    return play(DUEL, boards()["classic"], 60 * TICK_RATE, bots={0: 3, 1: 3}, seed=7)


def sixteen_players() -> bytes:
    return play(PLAIN, boards()["grand"], 20 * TICK_RATE, bots=dict.fromkeys(range(16), 2), seed=8)


def all_items() -> bytes:
    life = {"health": 3, "health_most": 9, "fruit": 1}
    rules = replace(QUICK, name="fair", countdown=30, loose=60, weights=_weights(*Item), scatter=60, **life)
    return play(rules, boards()["large"], 25 * TICK_RATE, bots=dict.fromkeys(range(8), 2), seed=9)


def mashed_keys() -> bytes:
    weights = _weights(Item.KICK, Item.SHIELD, Item.SKATE, Item.BOMB)
    rules = replace(QUICK, name="mashed", countdown=30, loose=30, weights=weights, bombs=1)
    return play(rules, boards()["classic"], 900, {slot: mash(100 + slot, 900) for slot in range(8)}, seed=10)


def new_items() -> bytes:
    items = (Item.PUNCH, Item.GLOVE, Item.REMOTE, Item.PIERCE, Item.DISEASE)
    life = {"health": 200, "health_most": 200, "bombs": 3, "range": 2, "ill": 200}
    weights = (*_weights(*items)[:-1], 25)  # the disease, of which there are seven, is the last one
    rules = replace(QUICK, name="new", countdown=10, loose=150, weights=weights, bricks=10, **life)
    return play(rules, boards()["large"], 900, {slot: mash(300 + slot, 900) for slot in range(8)}, seed=13)


def special_floors() -> bytes:
    weights = _weights(Item.KICK)
    life = {"health": 200, "health_most": 200, "bombs": 3, "range": 2}
    rules = replace(QUICK, name="floors", countdown=10, loose=30, weights=weights, **life)
    return play(rules, FLOORS, 900, {slot: mash(510 + slot, 900) for slot in range(4)}, seed=18)


def ice() -> bytes:
    rules = replace(QUICK, name="ice", countdown=10, bricks=0, bombs=2, range=2, health=200, health_most=200)
    return play(rules, boards()["rink"], 900, {slot: mash(520 + slot, 900) for slot in range(4)}, seed=25)


def switches() -> bytes:
    rules = replace(PLAIN, countdown=30, bricks=20, range=3)
    return play(rules, boards()["depot"], 30 * TICK_RATE, bots=dict.fromkeys(range(4), 2), seed=26)


def bricks_and_fire() -> bytes:
    rules = replace(PLAIN, countdown=30, hidden_share=60, range=4, bombs=3)
    return play(rules, boards()["small"], 40 * TICK_RATE, bots=dict.fromkeys(range(4), 1), seed=11)


def teams() -> bytes:
    short = replace(PLAIN, bricks=0, round=45 * TICK_RATE, hurry=30 * TICK_RATE, closing=28 * TICK_RATE)
    rules = MODES["teams"].rules(short)
    return play(rules, boards()["small"], 50 * TICK_RATE, bots=dict.fromkeys(range(4), 3), seed=5)


def crown() -> bytes:
    rules = MODES["crown"].rules(replace(PLAIN, bricks=30))
    return play(rules, boards()["small"], 50 * TICK_RATE, bots=dict.fromkeys(range(4), 2), seed=8)


def paint() -> bytes:
    rules = MODES["paint"].rules(replace(PLAIN, bricks=30, paint_time=45 * TICK_RATE))
    return play(rules, boards()["small"], 50 * TICK_RATE, bots=dict.fromkeys(range(4), 2), seed=6)


def zombie() -> bytes:
    rules = MODES["zombie"].rules(replace(PLAIN, bricks=30, zombie_time=45 * TICK_RATE))
    return play(rules, boards()["small"], 50 * TICK_RATE, bots=dict.fromkeys(range(4), 2), seed=6)


DEMOS: dict[str, Callable[[], bytes]] = {
    "first_blood": first_blood,
    "chain_of_six": chain_of_six,
    "draw": draw,
    "own_bomb": own_bomb,
    "kick_into_wall": kick_into_wall,
    "time_is_up": time_is_up,
    "photo_finish": photo_finish,
    "hurry": hurry,
    "leaver": leaver,
    "last_one_standing": last_one_standing,
    "classic_course": classic_course,
    "duel": duel,
    "sixteen_players": sixteen_players,
    "all_items": all_items,
    "mashed_keys": mashed_keys,
    "bricks_and_fire": bricks_and_fire,
    "new_items": new_items,
    "special_floors": special_floors,
    "ice": ice,
    "switches": switches,
    "one_bomb_for_two": one_bomb_for_two,
    "teams": teams,
    "crown": crown,
    "paint": paint,
    "zombie": zombie,
    "carts": carts,
    "super_carts": super_carts,
}
# These play once in a default run, and in every other way in a long one.
WHOLE_ROUNDS = {
    *("last_one_standing", "classic_course", "sixteen_players", "bricks_and_fire"),
    *("all_items", "crown", "new_items", "teams", "switches"),
}
