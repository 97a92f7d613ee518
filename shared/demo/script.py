"""A piece of a round as plain values that can be changed: the world it begins with, and which keys are held when.

Rule 1: a Script is a value: its world is never stepped, `play` steps a copy.
Rule 2: ticks of a Script count from 1, whatever the tick of its world is.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from petard.shared.demo.blocks import NoDemo
from petard.shared.demo.reader import Demo
from petard.shared.demo.records import Began, Inputs, State
from petard.shared.demo.rerun import changes_in, needs_these_rules, world_at
from petard.shared.demo.world_state import pairs_in
from petard.shared.rules.digest import digest
from petard.shared.rules.step import step
from petard.shared.rules.world import World, copy_world

KEY_BITS = (1, 2, 4, 8, 16, 32)


@dataclass(frozen=True, slots=True, order=True)
class Hold:
    """A slot holds one key (one bit of Keys) from the tick `first` to the tick `last`, both included."""

    first: int
    last: int
    slot: int
    key: int


@dataclass(frozen=True, slots=True)
class Script:
    """What is played: so many ticks from a world on, with these keys."""

    start: World
    ticks: int
    holds: tuple[Hold, ...] = ()


def play(script: Script) -> Iterator[World]:
    """The world after each tick, always the same object; what the rules raise comes through."""
    world = copy_world(script.start)
    for inputs in inputs_of(script):
        step(world, inputs)
        yield world


def digests_of(script: Script) -> list[int]:
    """The digest of the world after each tick."""
    return [digest(world) for world in play(script)]


def inputs_of(script: Script) -> list[dict[int, int]]:
    """The keys by slot for each tick; who is missing holds none."""
    inputs: list[dict[int, int]] = [{} for _ in range(script.ticks)]
    for hold in script.holds:
        for keys in inputs[hold.first - 1 : hold.last]:
            keys[hold.slot] = keys.get(hold.slot, 0) | hold.key
    return inputs


def holds_of(inputs: list[dict[int, int]]) -> tuple[Hold, ...]:
    """The keys of each tick as holds, in the order in which they begin."""
    holds: list[Hold] = []
    since: dict[tuple[int, int], int] = {}
    for tick, keys in enumerate([*inputs, {}], 1):
        down = {(slot, key) for slot, held in keys.items() for key in KEY_BITS if held & key}
        holds += (Hold(since.pop(known), tick - 1, *known) for known in sorted(since.keys() - down))
        since.update((known, tick) for known in sorted(down - since.keys()))
    return tuple(sorted(holds))


def script_of(demo: Demo, number: int = 1) -> Script:
    """A round of a demo, the first is 1; raises NoDemo where there is none and for rules that are not ours.

    A tick that never ended, since the rules raised in it, has keys but no digest; it belongs to the round.
    """
    needs_these_rules(demo)
    if not 1 <= number <= len(demo.began):
        raise NoDemo(f"There is no round {number} in this demo.")
    began = demo.began[number - 1]
    after = [later.moment for later in demo.began[number:]]
    state, changes = _read_round(demo, began, after[0] if after else 1 << 33)
    last = after[0] if after else max(demo.length, *changes, 0)
    held = pairs_in(state.held)
    inputs = [held := held | changes.get(moment + 1, {}) for moment in range(state.moment, last)]
    return Script(world_at(began, state), len(inputs), holds_of(inputs))


def _read_round(demo: Demo, began: Began, end: int) -> tuple[State, dict[int, dict[int, int]]]:
    """Its first world, and the keys that changed in the tick that leads to each moment."""
    first: State | None = None
    changes: dict[int, dict[int, int]] = {}
    is_on = False
    for record in demo.records(began.moment):
        match record:
            case Began():
                is_on = record == began
            case State() if is_on and not first:
                first = record
            case Inputs() if is_on and record.moment < end:
                changes.update(changes_in(record))
    if first is None:
        raise NoDemo(f"The round at moment {began.moment} begins without a world.")
    return first, changes


def until(script: Script, tick: int) -> Script:
    """Its first ticks."""
    return replace(script, ticks=tick, holds=_clipped(script.holds, 0, tick))


def since(script: Script, tick: int) -> Script:
    """What comes after a tick, from the world on that these rules have then; what they raise comes through."""
    world = copy_world(script.start)
    for inputs in inputs_of(until(script, tick)):
        step(world, inputs)
    return Script(world, script.ticks - tick, _clipped(script.holds, tick, script.ticks))


def _clipped(holds: tuple[Hold, ...], after: int, last: int) -> tuple[Hold, ...]:
    clipped = (
        Hold(max(hold.first - after, 1), min(hold.last, last) - after, hold.slot, hold.key)
        for hold in holds
        if hold.last > after and hold.first <= last
    )
    return tuple(sorted(clipped))
