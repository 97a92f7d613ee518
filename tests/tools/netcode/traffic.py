"""The bytes of a round on the wire, by number of players and snapshot rate."""

from dataclasses import replace

from petard.server.room.round import Feed
from petard.shared.framing import frame
from petard.shared.protocol.codec import encode
from petard.shared.protocol.messages import Command
from petard.shared.rules.new_round import new_world
from petard.shared.rules.ruleset import LAST_ONE_STANDING, TICK_RATE
from petard.shared.rules.step import step
from tests.ends import boards
from tests.lan.random_keys import RandomKeys

MAPS = {2: "small", 8: "classic", 16: "grand", 64: "battle"}  # by players


def bytes_down(players: int, snapshots: int, seconds: float) -> float:
    """Bytes a second to each client: deltas and events while all players walk and drop bombs, and nobody dies."""
    rules = replace(LAST_ONE_STANDING, countdown=0, spawn_shield=200_000, round=200_000)
    world = new_world(rules, boards()[MAPS[players]], range(players), seed=1)
    walkers = [RandomKeys(1, seed) for seed in range(players)]
    feed, sent = Feed(world, snapshots), 0
    ticks = round(seconds * TICK_RATE)
    for seq in range(ticks):
        events = step(world, {slot: walker.keys()[0] for slot, walker in enumerate(walkers)})
        acks = dict.fromkeys(range(players), (seq, 1))
        sent += sum(len(frame(encode(message))) for message in feed.next(world, acks, events))
    return sent / seconds


def bytes_up() -> float:
    """Bytes a second from each client: one Command per tick, after an hour."""
    return TICK_RATE * len(frame(encode(Command(3600 * TICK_RATE, (17,)))))
