"""A part of a round as plain values that can be changed: the world it begins with, and the keys that are held.

Rule 1: a Script is a value: its world is never stepped, `play` steps a copy.
Rule 2: ticks of a Script count from 1, whatever the tick of its world is.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from petard.shared.demo.blocks import DemoError
from petard.shared.demo.packing import key_changes, pack_keys, pairs_in, world_at
from petard.shared.demo.reader import Demo
from petard.shared.demo.recorder import Recorder
from petard.shared.demo.records import Began, Header, Inputs, Mark, WorldState
from petard.shared.demo.rerun import require_same_rules
from petard.shared.protocol.messages import Round, Seat
from petard.shared.protocol.snapshot import snapshot_of
from petard.shared.rules.floors import special_tiles
from petard.shared.rules.maps import FLOOR_LETTERS
from petard.shared.rules.step import step
from petard.shared.rules.world import Tile, World, copy_world, tile_at

KEY_BITS = (1, 2, 4, 8, 16, 32)
BOARD_TEXT = {Tile.FLOOR: ".", Tile.WALL: "#", Tile.BRICK: "+", Tile.BREAKING: "+"}


@dataclass(frozen=True, slots=True, order=True)
class Hold:
    """A slot holds one key (one bit of Keys) from the tick `first` to the tick `last`, both included."""

    first: int
    last: int
    slot: int
    key: int


@dataclass(frozen=True, slots=True)
class Script:
    """A number of ticks from a world on, with these keys."""

    start: World
    ticks: int
    holds: tuple[Hold, ...] = ()


def play_script(script: Script) -> Iterator[World]:
    """Yield the world after each tick, always the same object; raises what the rules raise."""
    world = copy_world(script.start)
    for inputs in inputs_of(script):
        step(world, inputs)
        yield world


def inputs_of(script: Script) -> list[dict[int, int]]:
    """Return the keys by slot for each tick; a slot that is missing holds none."""
    inputs: list[dict[int, int]] = [{} for _ in range(script.ticks)]
    for hold in script.holds:
        for keys in inputs[hold.first - 1 : hold.last]:
            keys[hold.slot] = keys.get(hold.slot, 0) | hold.key
    return inputs


def holds_of(inputs: list[dict[int, int]]) -> tuple[Hold, ...]:
    """Return the keys of each tick as holds, in the order in which they begin."""
    holds: list[Hold] = []
    since: dict[tuple[int, int], int] = {}
    for tick, keys in enumerate([*inputs, {}], 1):
        down = {(slot, key) for slot, held in keys.items() for key in KEY_BITS if held & key}
        holds += (Hold(since.pop(known), tick - 1, *known) for known in sorted(since.keys() - down))
        since.update((known, tick) for known in sorted(down - since.keys()))
    return tuple(sorted(holds))


def script_of(demo: Demo, number: int = 1) -> Script:
    """Return a round of a demo, the first is 1; raises DemoError if there is none, and for other rules.

    A tick in which the rules raised has keys but no digest; it belongs to the round.
    """
    require_same_rules(demo)
    if not 1 <= number <= len(demo.rounds):
        raise DemoError(f"There is no round {number} in this demo.")
    began, later = demo.rounds[number - 1], demo.rounds[number:]
    state: WorldState | None = None
    changes: dict[int, dict[int, int]] = {}
    is_on = False
    for record in demo.records(began.moment):
        match record:
            case Began():
                if is_on and record != began:
                    break
                is_on = record == began
            case WorldState() if is_on:
                state = state or record
            case Inputs() if is_on and not (later and record.moment >= later[0].moment):
                changes |= key_changes(record)
    if state is None:
        raise DemoError(f"The round at moment {began.moment} begins without a world.")
    last = later[0].moment if later else min(max(demo.length, *changes, 0), demo.length + 1)
    held = pairs_in(state.held)
    inputs = [held := held | changes.get(moment + 1, {}) for moment in range(state.moment, last)]
    return Script(world_at(began, state), len(inputs), holds_of(inputs))


def until(script: Script, tick: int) -> Script:
    return replace(script, ticks=tick, holds=_clipped(script.holds, 0, tick))


def since(script: Script, tick: int) -> Script:
    """Return what comes after a tick, from the world that these rules make then; raises what they raise."""
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


def demo_of(script: Script, worlds: Sequence[World], header: Header, note: str, more: str = "") -> bytes:
    """Return a Script as the file of a demo, so that everything that reads demos can read it.

    `worlds`: how the world has to be after each tick; if there are fewer than ticks, the next tick never ends. `note`,
    at most 64 characters, becomes a mark, and `more`, at most 200, the reason of the end.
    """
    start, inputs = script.start, inputs_of(script)
    recorder = Recorder(replace(header, rounds=1))
    slots = tuple(start.players)
    seats = tuple(Seat(slot, 0, f"Slot {slot}", slot % 16, slot % 8, True, True, 0, 0) for slot in slots)
    began = Began(0, 1, 0, start.rules, _board_rows(start), (), seats)  # no slots: a world that no seed has made
    message = Round(1, header.map, start.rules, start.width, start.height, slots)
    recorder.begin_round(began, start, message, snapshot_of(start, {}))
    recorder.note(Mark(0, note[:64].strip()))
    for world, keys in zip(worlds, inputs, strict=False):
        recorder.tick(world, keys, snapshot_of(world, {}), ())
    if len(worlds) < len(inputs):
        recorder.flush()  # the keys of the ticks before it come first
        keys = dict.fromkeys(slots, 0) | inputs[len(worlds)]
        recorder.note(pack_keys(len(worlds), [(len(worlds) + 1, keys)]))
    recorder.end((more or note)[:200].strip())
    return recorder.data_to_write()


def _board_rows(world: World) -> tuple[str, ...]:
    """The board as text; `@` is where players stand."""
    letters = [BOARD_TEXT[Tile(tile)] for tile in world.tiles]
    for tile in special_tiles(world.floors):
        letters[tile] = FLOOR_LETTERS.get(world.floors[tile], ".") if letters[tile] == "." else letters[tile]
    for player in world.players.values():
        tile = tile_at(world, player.x, player.y)
        letters[tile] = "@" if letters[tile] == "." else letters[tile]
    return tuple("".join(letters[y : y + world.width]) for y in range(0, len(letters), world.width))
