"""Finds out from a recording how a match stood: to resume it after the server was killed, or to take over a player.

Rule 1: a killed server's match goes on where the last whole block of its recording ends: the world by the rules and the
        recorded keys, checked by its digest; seats and score as noted then. A seat is a bot's unless the rejoin record
        knows its member.
Rule 2: who takes a player over plays on in the very world of that moment, in a new match that names its parent. The
        seat is for the first who joins with one player; all others are bots, or repeat what was recorded.
Rule 3: whatever cannot be continued raises CannotResume, one sentence.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace

from petard.server.room.rejoin import NO_TOKEN
from petard.server.room.rejoin_record import BadRejoinRecord, KnownMember, read_rejoin_record
from petard.server.room.round_bots import RecordedInputs
from petard.shared.demo.blocks import DemoError
from petard.shared.demo.file_names import SEATS, parent_label
from petard.shared.demo.reader import Demo, read_demo
from petard.shared.demo.records import Began, Ended, Said, Seated
from petard.shared.demo.rerun import Rerun
from petard.shared.protocol.messages import Chat, Seat, Setup
from petard.shared.rules.digest import digest
from petard.shared.rules.maps import BadMap, Board, parse_map
from petard.shared.rules.ruleset import PRESETS, TICK_RATE
from petard.shared.rules.series import Series
from petard.shared.rules.world import World, copy_world

OTHER_WAY = "By the rules of this Petard, this match leads elsewhere than it did."
LINES_LOST = 1000  # of chat, at the most: those after the last block, whose numbers must not be used again
PAUSE = 2 * TICK_RATE  # so long everybody stands still after `take_over`: the player has to find the body
PERSON = 1  # the number of the member for whom `take_over` keeps the seat


class CannotResume(ValueError):
    """This match cannot be continued; the sentence says why."""


@dataclass(frozen=True, slots=True)
class Resumed:
    """A match in the middle of a round. `parent`, `parent_at`: the demo and the moment in it."""

    parent: str
    parent_at: int
    server: str  # its name
    setup: Setup
    board: Board
    number: int  # of the round
    seed: int  # of the round
    world: World
    series: Series  # the rounds before this one
    seats: tuple[Seat, ...]
    members: tuple[KnownMember, ...]
    chat: tuple[Chat, ...] = ()
    line: int = 0  # the number of the last line of chat, or a higher one
    recorded: RecordedInputs | None = None  # what the bots repeat; None: they think
    pause: int = 0  # ticks that the world stands still at least, once a member is here


def resume(data: bytes, record: bytes | None, name: str) -> Resumed:
    """Find out where a match stood. `data`: a demo of this `name`; `record`: its rejoin record, or None."""
    try:
        demo = read_demo(data)
        if ended := next((note for note in demo.notes if isinstance(note, Ended)), None):
            raise CannotResume(f"This match has ended, so there is nothing to go on with: {ended.reason}")
        if record is None:
            raise CannotResume(f"Without {name}{SEATS} nobody could prove which seat is theirs.")
        known = read_rejoin_record(record)
        chat = tuple(note.chat for note in demo.notes if isinstance(note, Said))
        line = max([known.line, *(line.number for line in chat)]) + LINES_LOST
        resumed, _ = _at(demo, demo.length, name, known.setup, {one.id for one in known.members}, known.older)
        return replace(resumed, members=known.members, chat=chat, line=line)
    except (DemoError, BadMap, BadRejoinRecord) as problem:
        raise CannotResume(str(problem)) from problem


def take_over(data: bytes, name: str, at: int, slot: int, repeats: bool, skill: int) -> Resumed:
    """Find out how a match stood at a moment, with one seat for a person.

    `data`: a demo of this `name`; `repeats`: the others repeat what was recorded, else they are bots of this `skill`.
    """
    try:
        demo = read_demo(data)
        header = demo.header
        setup = Setup(header.map, header.preset, max(1, header.rounds), 0, skill)
        resumed, rerun = _at(demo, at, name, setup, ())
    except (DemoError, BadMap) as problem:
        raise CannotResume(str(problem)) from problem
    seat = _living_seat(resumed.seats, resumed.world, slot)
    return replace(
        resumed,
        setup=replace(setup, bots=len(resumed.seats) - 1),
        seats=tuple(replace(one, member=PERSON) if one is seat else one for one in resumed.seats),
        members=(KnownMember(PERSON, seat.name, 1, NO_TOKEN, NO_TOKEN),),
        recorded=RecordedInputs(rerun) if repeats else None,
        pause=PAUSE,
    )


def _at(
    demo: Demo, at: int, name: str, setup: Setup, known: Collection[int], older: tuple[int, int] | None = None
) -> tuple[Resumed, Rerun]:
    """How the match stood at a moment, without members and chat."""
    if setup.rules not in PRESETS:
        raise CannotResume(f"This server has no rules named {setup.rules}.")
    rerun = Rerun(demo, at)
    began = rerun.began
    if at > began.moment and digest(rerun.world) != demo.digests[at - 1]:
        raise CannotResume(OTHER_WAY)
    resumed = Resumed(
        parent=parent_label(name),
        parent_at=at,
        server=demo.header.server,
        setup=setup,
        board=parse_map("\n".join(began.board), demo.header.map),
        number=began.number,
        seed=began.seed,
        world=copy_world(rerun.world),
        series=_series_before(demo, began, older),
        seats=_seats_at(demo, began, at, known),
        members=(),
    )
    return resumed, rerun


def _living_seat(seats: Iterable[Seat], world: World, slot: int) -> Seat:
    seat, body = next((seat for seat in seats if seat.slot == slot), None), world.players.get(slot)
    if not seat or not body:
        raise CannotResume(f"There is nobody in slot {slot} at that moment.")
    if body.died_at >= 0:
        raise CannotResume(f"At that moment {seat.name} is out.")
    if world.over_at >= 0:
        raise CannotResume("At that moment the round is over.")
    return seat


def _seats_at(demo: Demo, began: Began, moment: int, known: Collection[int]) -> tuple[Seat, ...]:
    """The seats at a moment of a round; those whose member is not `known` are bots' now."""
    seats, is_on = began.seats, False  # at one moment a round may end and the next begin; the notes stand in order
    for note in demo.notes:
        if isinstance(note, Began):
            is_on = note == began
        elif isinstance(note, Seated) and is_on and note.moment <= moment:
            seats = note.seats
    return tuple(seat if seat.member in known else replace(seat, member=0, away=False) for seat in seats)


def _series_before(demo: Demo, running: Began, older: tuple[int, int] | None) -> Series:
    """The score before the round that runs. The worlds tell who won a round, since Results lack players that left.

    `older`: how many rounds counted before this recording began, and how many were drawn since; None: unknown, so
    those that were won count.
    """
    counted, drawn = older or (sum(seat.wins for seat in demo.rounds[0].seats), 0)
    series = Series(demo.header.rounds, counted=counted, drawn=drawn)
    for began, after in zip(demo.rounds, demo.rounds[1:], strict=False):
        if after.moment > began.moment and began.number < running.number:
            series.add(Rerun(demo, after.moment - 1).world.winner)
    series.wins = {seat.slot: seat.wins for seat in running.seats if seat.wins}
    return series
