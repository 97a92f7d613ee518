"""Rounds between bots, played as fast as possible, and their results."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from petard.assets import path
from petard.shared.bots.brain import Brain
from petard.shared.bots.perception import Percept
from petard.shared.rules.events import EventType
from petard.shared.rules.maps import Board, parse_map
from petard.shared.rules.new_round import new_world
from petard.shared.rules.outcome import why_won
from petard.shared.rules.ruleset import LAST_ONE_STANDING, TICK_RATE, RuleSet
from petard.shared.rules.step import step
from petard.shared.rules.tie_break import WinReason
from petard.shared.rules.world import World, copy_world, living, tile_at


@dataclass(slots=True)
class Round:
    """The result of one round."""

    ticks: int
    winner: int  # slot, -1 for a draw
    spawns: dict[int, int]  # slot -> tile
    deaths: dict[int, int] = field(default_factory=dict)  # slot -> whose bomb it was; -1 for a wall
    still: int = 0  # the longest time that nothing happened, in ticks
    reason: WinReason = WinReason.NOBODY  # how it was decided
    left: list[int] = field(default_factory=list)  # the slots alive at the end


def board_of(name: str) -> Board:
    """A map of the game by its name."""
    return parse_map(path("maps", f"{name}.txt").read_text(), name)


def play(
    board: Board,
    skills: Sequence[int],
    seed: int,
    rules: RuleSet = LAST_ONE_STANDING,
    seconds: int = 3600,
    sides: bool = False,
) -> Round:
    """Play one round of bots to its end, or for some seconds after the countdown.

    With `sides`, bots of one skill are friends, and the round also ends when only one skill is alive.
    """
    world = new_world(rules, board, list(range(len(skills))), seed)
    brains = [Brain(slot, skill, seed) for slot, skill in enumerate(skills)]
    for brain in brains if sides else ():
        brain.friends = frozenset(slot for slot, skill in enumerate(skills) if skill == brain.skill) - {brain.slot}
    played = Round(0, -1, {slot: tile_at(world, p.x, p.y) for slot, p in world.players.items()})
    percept, last = None, rules.countdown
    while world.over_at < 0 and world.tick < rules.countdown + seconds * TICK_RATE:
        percept = Percept(world, percept)
        events = step(world, {brain.slot: brain.think(world, percept) for brain in brains})
        for event in events:
            if event.what == EventType.DIED:
                played.deaths[event.slot] = event.other
            elif event.what == EventType.ASSIST and played.deaths[event.other] == event.other:
                played.deaths[event.other] = event.slot  # the flame of the dead player lit the bomb of another
        if events:
            played.still = max(played.still, world.tick - last)
            last = world.tick
        if sides and len({skills[player.slot] for player in living(world)}) < 2:
            break
    played.left = [player.slot for player in living(world)]
    played.ticks, played.winner = world.tick, world.winner
    played.reason = why_won(world) if world.over_at >= 0 else WinReason.NOBODY
    return played


def worlds_of(board: Board, skills: Sequence[int], seed: int, every: int, most: int) -> Iterator[World]:
    """Yield up to `most` worlds of a round between bots after the countdown, one in `every` ticks."""
    world = new_world(LAST_ONE_STANDING, board, list(range(len(skills))), seed)
    brains = [Brain(slot, skill, seed) for slot, skill in enumerate(skills)]
    percept, given = None, 0
    while world.over_at < 0 and given < most:
        percept = Percept(world, percept)
        keys = {brain.slot: brain.think(world, percept) for brain in brains}
        if world.tick >= world.rules.countdown and world.tick % every == 0:
            given += 1
            yield copy_world(world)
        step(world, keys)
