"""One tick of the game: what happens, and in which order. Nothing else changes a World."""

from collections.abc import Callable, Mapping

from petard.shared.rules.bomb_key import use_bomb_keys
from petard.shared.rules.bombs import burn, explode, roll
from petard.shared.rules.carts import bring_back, ride
from petard.shared.rules.events import Event, EventType
from petard.shared.rules.illness import spread_illness
from petard.shared.rules.modes.table import mode_of
from petard.shared.rules.movement import walk
from petard.shared.rules.outcome import judge, kill, remove_players_who_left
from petard.shared.rules.pickups import collect
from petard.shared.rules.sudden_death import close_walls, ends_at
from petard.shared.rules.throwing import move_thrown
from petard.shared.rules.world import World

Walk = Callable[[World, Mapping[int, int], list[Event]], None]


def step(world: World, inputs: Mapping[int, int], walk: Walk = walk) -> list[Event]:
    """Advance the world by one tick, in place, and return what happened.

    `inputs`: for each slot, the keys held, as bits of `Keys`; a missing slot holds none. `walk`: how players move; a
    faster one must do exactly the same. After the end of a round the world continues, but nobody dies.
    """
    events: list[Event] = []
    world.tick += 1
    if world.tick == world.rules.countdown + 1:
        events.append(Event(EventType.GO))
    burn(world)
    walk(world, inputs, events)
    roll(world, events)
    move_thrown(world, events)
    use_bomb_keys(world, events)
    ride(world, inputs, events)
    if world.over_at < 0:
        remove_players_who_left(world, inputs, events)
        close_walls(world, events)
    explode(world, events)
    collect(world, events)
    spread_illness(world, events)
    mode_of(world.rules).tick(world, events)
    if world.over_at < 0:
        kill(world, events)
        bring_back(world, events)
        judge(world, ends_at(world.rules), events)
    return events
