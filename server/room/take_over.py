"""Somebody takes a player of a recorded match over and plays on from there: against bots, or what the others did then.

Rule 1: the round goes on in the very world of that moment; the match is a new one, and names the one it is from.
Rule 2: the chair is for the first who comes in and plays alone at their computer; everybody else in it is a bot.
Rule 3: whatever cannot be gone on with is CannotResume, one sentence.
"""

from collections.abc import Iterable
from dataclasses import replace

from petard.server.room.recorded_inputs import RecordedInputs
from petard.server.room.rejoin import NO_TOKEN
from petard.server.room.rejoin_record import KnownMember
from petard.server.room.resume import OTHER_WAY, CannotResume, Resumed, seats_at, series_before
from petard.shared.demo.blocks import DemoError
from petard.shared.demo.file_names import parent_label
from petard.shared.demo.reader import Demo, read_demo
from petard.shared.demo.rerun import Rerun
from petard.shared.protocol.messages import Seat, Setup
from petard.shared.rules.digest import digest
from petard.shared.rules.maps import BadMap, parse_map
from petard.shared.rules.ruleset import PRESETS, TICK_RATE
from petard.shared.rules.world import World, copy_world

PAUSE = 2 * TICK_RATE  # so long everybody stands still, for whoever comes in to find their body
PERSON = 1  # the number of the member whom the chair is kept for


def take_over(data: bytes, name: str, at: int, slot: int, echoes: bool, skill: int) -> Resumed:
    """Find out how a match stood at a moment, with a chair for a person.

    `data`: a demo, of this `name`; `echoes`: the others do what they did then, else they are bots of this `skill`.
    """
    try:
        return _taken_over(read_demo(data), name, at, slot, echoes, skill)
    except (DemoError, BadMap) as problem:
        raise CannotResume(str(problem)) from problem


def _taken_over(demo: Demo, name: str, at: int, slot: int, echoes: bool, skill: int) -> Resumed:
    header = demo.header
    if header.preset not in PRESETS:
        raise CannotResume(f"This server has no rules named {header.preset}.")
    rerun = Rerun(demo, at)
    world, began = copy_world(rerun.world), rerun.began
    if at > began.moment and digest(world) != demo.digests[at - 1]:
        raise CannotResume(OTHER_WAY)
    seats = seats_at(demo, began, at, ())
    seat = _living_seat(seats, world, slot)
    setup = Setup(header.map, header.preset, max(1, header.rounds), len(seats) - 1, skill)
    return Resumed(
        parent=parent_label(name),
        parent_at=at,
        server=header.server,
        setup=setup,
        board=parse_map("\n".join(began.board), header.map),
        number=began.number,
        seed=began.seed,
        world=world,
        series=series_before(demo, began),
        seats=tuple(map(_for_person, seats, [one.slot == slot for one in seats])),
        members=(KnownMember(PERSON, seat.name, 1, NO_TOKEN, NO_TOKEN),),
        chat=(),
        line=0,
        echo=RecordedInputs(rerun) if echoes else None,
        pause=PAUSE,
    )


def _living_seat(seats: Iterable[Seat], world: World, slot: int) -> Seat:
    seat, body = next((seat for seat in seats if seat.slot == slot), None), world.players.get(slot)
    if not seat or not body:
        raise CannotResume(f"There is nobody in slot {slot} at that moment.")
    if body.died_at >= 0:
        raise CannotResume(f"At that moment {seat.name} is out.")
    if world.over_at >= 0:
        raise CannotResume("At that moment the round is over.")
    return seat


def _for_person(seat: Seat, is_theirs: bool) -> Seat:
    return replace(seat, member=PERSON) if is_theirs else seat
