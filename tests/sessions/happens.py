"""What each recorded demo is here for, as a question to the demo when it has been played (README.md has the words)."""

from collections.abc import Callable

from petard.server.devtools.playback import PlayResult
from petard.shared.demo.records import Began, Scored, Seated
from petard.shared.demo.rerun import Rerun
from petard.shared.protocol.messages import Seat
from petard.shared.rules.events import EventType
from petard.shared.rules.floors import Floor
from petard.shared.rules.items import Illness, Item
from petard.shared.rules.movement import ALL, HELD
from petard.shared.rules.ruleset import CLASSIC_COURSE, DUEL, LAST_ONE_STANDING, TICK_RATE
from petard.shared.rules.world import Direction, Tile, tile_at


def first_blood(played: PlayResult) -> bool:
    return len(played.moments(EventType.DIED, slot=1, other=0)) == 1 and played.world.winner == 0


def chain_of_six(played: PlayResult) -> bool:
    blasts = played.moments(EventType.BLAST)
    return len(blasts) == 6 and 0 < blasts[-1] - blasts[0] <= 8


def draw(played: PlayResult) -> bool:
    died = played.moments(EventType.DIED)
    return len(died) == 2 and died[0] == died[1] and bool(played.moments(EventType.OVER, slot=-1))


def own_bomb(played: PlayResult) -> bool:
    return bool(played.moments(EventType.DIED, slot=0, other=0)) and played.world.width == played.world.height == 5


def kick_into_wall(played: PlayResult) -> bool:
    """The bomb lies still before it goes off, on the tile before the wall that it rolled to."""
    [kicked], [blast] = played.moments(EventType.KICKED), played.moments(EventType.BLAST)
    run = Rerun(played.demo)
    rolled: set[int] = set()
    while run.moment < blast - 1:
        run.step()
        rolled.update(bomb.rolls for bomb in run.world.bombs.values())
    [bomb] = run.world.bombs.values()
    beside = tile_at(run.world, bomb.x, bomb.y) + 1
    return kicked < blast and rolled == {Direction.NONE, Direction.RIGHT} and run.world.tiles[beside] == Tile.WALL


def time_is_up(played: PlayResult) -> bool:
    return not played.moments(EventType.DIED) and bool(played.moments(EventType.OVER, slot=-1))


def photo_finish(played: PlayResult) -> bool:
    return not played.moments(EventType.DIED) and bool(played.moments(EventType.OVER, slot=0))


def hurry(played: PlayResult) -> bool:
    return len(played.moments(EventType.HURRY)) == 1 and len(played.moments(EventType.DIED, other=-1)) == 3


def all_items(played: PlayResult) -> bool:
    return all(played.moments(EventType.TAKEN, other=item) for item in Item) and bool(played.moments(EventType.HURT))


def new_items(played: PlayResult) -> bool:
    wanted = EventType.PUNCHED, EventType.LIFTED, EventType.THROWN, EventType.LANDED, EventType.FIRED, EventType.ILL
    return all(played.moments(what) for what in wanted) and bool(played.moments(EventType.ILL, other=Illness.REVERSED))


def mashed_keys(played: PlayResult) -> bool:
    return len(played.world.players) == 8 and bool(played.moments(EventType.HURT)) and played.world.rules.health == 1


def bricks_and_fire(played: PlayResult) -> bool:
    return all(len(played.moments(what)) > 1 for what in (EventType.BRICK, EventType.BURNT, EventType.TAKEN))


def ice(played: PlayResult) -> bool:
    """For two seconds in all, somebody moves over ice in a direction whose key is not held."""
    run, slid = Rerun(played.demo), 0
    while run.moment < played.demo.length - 1:
        run.step()
        for player in run.world.players.values():
            is_icy = run.world.floors[tile_at(run.world, player.x, player.y)] == Floor.ICE
            slid += is_icy and player.walking and player.facing not in HELD[player.keys & ALL]
    return slid > 2 * TICK_RATE


def best_of_three(played: PlayResult) -> bool:
    rounds = [record.results for record in played.demo.records() if isinstance(record, Scored)]
    return len(rounds) == len(played.demo.rounds) >= 3 and rounds[-1].match_over


HAPPENS: dict[str, Callable[[PlayResult], bool]] = {
    "first_blood": first_blood,
    "chain_of_six": chain_of_six,
    "draw": draw,
    "own_bomb": own_bomb,
    "kick_into_wall": kick_into_wall,
    "time_is_up": time_is_up,
    "photo_finish": photo_finish,
    "hurry": hurry,
    "leaver": lambda played: len(played.moments(EventType.DIED, other=-1)) == 2 and played.world.winner == 0,
    "last_one_standing": lambda played: played.world.rules == LAST_ONE_STANDING and played.world.over_at > 0,
    "classic_course": lambda played: played.world.rules == CLASSIC_COURSE and bool(played.moments(EventType.TAKEN)),
    "teams": lambda played: played.world.winner >= 0 and played.world.sides == {0: 0, 1: 1, 2: 0, 3: 1},
    "crown": lambda played: len(played.world.points) > 1,
    **dict.fromkeys(("paint", "zombie"), lambda played: len(played.moments(EventType.RETURNED)) > 1),
    "duel": lambda played: played.world.rules == DUEL and played.world.over_at > 0,
    "sixteen_players": lambda played: len(played.world.players) == 16,
    "all_items": all_items,
    "mashed_keys": mashed_keys,
    "bricks_and_fire": bricks_and_fire,
    "new_items": new_items,
    "special_floors": lambda played: bool(played.moments(EventType.TELEPORTED) and played.moments(EventType.FELL)),
    "ice": ice,
    "switches": lambda played: len(played.moments(EventType.SWITCHED)) > 2,
    "one_bomb_for_two": lambda played: played.world.winner == 1 and len(played.moments(EventType.DIED, other=0)) == 2,
    "carts": lambda played: len(played.moments(EventType.RIDES)) > 5 and not played.moments(EventType.RETURNED),
    "super_carts": lambda played: len(played.moments(EventType.RETURNED)) > 1,
    "rejoin": lambda played: any(seat.away for seat in _seats_in(played)),
    "best_of_three": best_of_three,
}


def _seats_in(played: PlayResult) -> list[Seat]:
    return [seat for record in played.demo.records() if isinstance(record, Began | Seated) for seat in record.seats]
