"""The rule book: what happens in one tick, in which order. The only way in which a World changes."""

from collections.abc import Mapping

from petard.shared.rules.bombs import burn, drop_bombs, explode, roll
from petard.shared.rules.events import Event, EventType
from petard.shared.rules.movement import walk
from petard.shared.rules.outcome import judge, kill, retire
from petard.shared.rules.pickups import collect
from petard.shared.rules.sudden_death import close_walls, ends_at
from petard.shared.rules.world import World


def step(world: World, inputs: Mapping[int, int]) -> list[Event]:
    """Advance the world by one tick, in place, and say what happened.

    `inputs`: the keys that each slot holds, as bits of `Keys`; who is missing holds none. Once a round is over the
    world goes on (flames burn out, the winner may dance), but nobody dies any more.
    """
    events: list[Event] = []
    world.tick += 1
    if world.tick == world.rules.countdown + 1:
        events.append(Event(EventType.GO))
    burn(world)
    walk(world, inputs, events)
    roll(world)
    drop_bombs(world, events)
    if world.over_at < 0:
        retire(world, inputs, events)
        close_walls(world, events)
    explode(world, events)
    collect(world, events)
    if world.over_at < 0:
        kill(world, events)
        judge(world, ends_at(world.rules), events)
    return events
