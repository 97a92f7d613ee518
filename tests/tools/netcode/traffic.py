"""The bytes of a round on the wire, by number of players and snapshot rate."""

from dataclasses import replace
from math import ceil

from petard.game.client.input_timer import InputSender
from petard.server.room.inbox import Inbox
from petard.server.room.round import Feed, RoundPeople
from petard.shared.framing import frame
from petard.shared.protocol.codec import encode
from petard.shared.protocol.messages import Delta, Message
from petard.shared.rules.new_round import new_world
from petard.shared.rules.ruleset import LAST_ONE_STANDING, TICK_RATE
from petard.shared.rules.step import step
from tests.ends import boards
from tests.lan.random_keys import RandomKeys

MAPS = {2: "small", 8: "classic", 16: "grand", 64: "battle"}  # by players


def bytes_down(players: int, snapshots: int, seconds: float, slow: float = 0.0) -> float:
    """Bytes a second to each client: deltas and events while all players walk and drop bombs, and nobody dies.

    `slow`: the first client's clock goes so much slower than it should, for example 0.01, and is never set right.
    """
    rules = replace(LAST_ONE_STANDING, countdown=0, spawn_shield=200_000, round=200_000)
    world = new_world(rules, boards()[MAPS[players]], range(players), seed=1)
    walkers = [RandomKeys(1, seed) for seed in range(players)]
    inboxes = [Inbox(1) for _ in walkers]
    people = RoundPeople([(inbox, (slot,)) for slot, inbox in enumerate(inboxes)])
    feed, sent = Feed(world, snapshots), 0
    ticks = round(seconds * TICK_RATE)
    for tick in range(1, ticks + 1):
        for slot, (inbox, walker) in enumerate(zip(inboxes, walkers, strict=True)):
            inbox.enqueue(ceil(tick * (1.0 - slow)) if slot == 0 else tick, walker.keys())
        events = step(world, people.inputs())
        sent += sum(map(_size, feed.next(world, people, events)))
    return sent / seconds


def bytes_up(snapshots: int, seconds: float, plays: bool = True) -> tuple[float, float]:
    """Messages and bytes a second from a client whose player presses keys as in `bytes_down`, or holds one."""
    sender, walker, sent = InputSender(snapshots), RandomKeys(1, 0), list[int]()
    sender.clock = 3600 * TICK_RATE  # after an hour
    every = TICK_RATE // snapshots
    for tick in range(round(seconds * TICK_RATE)):
        if not tick % every:
            sender.timer.note_state(Delta(every, ()))
        for message in (sender.tick(walker.keys() if plays else (1,)), sender.due(tick / TICK_RATE)):
            sent += [_size(message)] if message else []
    return len(sent) / seconds, sum(sent) / seconds


def _size(message: Message) -> int:
    return len(frame(encode(message)))
