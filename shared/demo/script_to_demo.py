"""A Script as a demo, so that whatever reads demos can have it: to be verified, watched, dumped, made into a test."""

from collections.abc import Sequence
from dataclasses import replace

from petard.shared.demo.recorder import Recorder
from petard.shared.demo.records import Began, Header, Inputs, Mark
from petard.shared.demo.script import Script, inputs_of
from petard.shared.protocol.messages import Round, Seat
from petard.shared.protocol.snapshot import snapshot_of
from petard.shared.rules.world import Tile, World, tile_at

MARKS = {Tile.FLOOR: ".", Tile.WALL: "#", Tile.BRICK: "+", Tile.BREAKING: "+"}


def demo_of(script: Script, worlds: Sequence[World], header: Header, note: str, more: str = "") -> bytes:
    """The file. `worlds`: how the world has to be after each tick; if fewer than ticks, the next one never ends.

    `note`, 64 characters at most, is written as a mark, and `more`, 200 at most, as the reason of the end.
    """
    start, inputs = script.start, inputs_of(script)
    recorder = Recorder(replace(header, rounds=1))
    slots = tuple(start.players)
    rows = rows_of(start)
    began = Began(0, 1, 0, start.rules, rows, (), tuple(_seat(slot) for slot in slots))  # no slots: not made by a seed
    board = Round(1, header.map, start.rules, start.width, start.height, slots)
    recorder.begin(began, start, board, snapshot_of(start, {}))
    recorder.note(Mark(0, note[:64].strip()))
    for world, keys in zip(worlds, inputs, strict=False):
        recorder.tick(world, keys, snapshot_of(world, {}), ())
    if len(worlds) < len(inputs):
        pairs = [number for slot in slots for number in (slot, inputs[len(worlds)].get(slot, 0))]
        recorder.note(Inputs(len(worlds), (1, len(slots), *pairs)))
    recorder.end((more or note)[:200].strip())
    return recorder.take()


def rows_of(world: World) -> tuple[str, ...]:
    """The board as text; `@` is where bodies stand."""
    marks = [MARKS[Tile(tile)] for tile in world.tiles]
    for player in world.players.values():
        tile = tile_at(world, player.x, player.y)
        marks[tile] = "@" if marks[tile] == "." else marks[tile]
    return tuple("".join(marks[y : y + world.width]) for y in range(0, len(marks), world.width))


def _seat(slot: int) -> Seat:
    return Seat(slot, 0, f"Slot {slot}", slot % 16, slot % 8, True, True, 0, 0)
