"""What a killed server was playing, from the recording of its match and the proof beside it.

Rule 1: the match stands where the last whole block of the recording ends: the world by the rules and the recorded keys,
        checked by its digest; the seats and the score as they were noted then.
Rule 2: a seat whose owner nobody can prove to be any more is a bot's.
Rule 3: whatever cannot be gone on with is CannotResume, one sentence.
"""

from collections.abc import Collection
from dataclasses import dataclass, replace

from petard.server.room.recorded_inputs import RecordedInputs
from petard.server.room.rejoin_record import BadRejoinRecord, KnownMember, RejoinRecord, read_rejoin_record
from petard.shared.demo.blocks import DemoError
from petard.shared.demo.file_names import SEATS, parent_label
from petard.shared.demo.reader import Demo, read_demo
from petard.shared.demo.records import Began, Ended, Said, Seated
from petard.shared.demo.rerun import Rerun
from petard.shared.protocol.messages import Chat, Seat, Setup
from petard.shared.rules.digest import digest
from petard.shared.rules.maps import BadMap, Board, parse_map
from petard.shared.rules.ruleset import PRESETS
from petard.shared.rules.series import Series
from petard.shared.rules.world import World

OTHER_WAY = "By the rules of this Petard, this match leads elsewhere than it did."
LINES_LOST = 1000  # of chat, at the most: those told after the last block, whose numbers must not come again


class CannotResume(ValueError):
    """Nobody can go on with this match; the sentence says why."""


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
    chat: tuple[Chat, ...]
    line: int  # the number of the last line of chat, or a higher one
    echo: RecordedInputs | None = None  # what steers those whom nobody steers; None: bots
    pause: int = 0  # ticks that the world stands still at least, once somebody is here


def resume(data: bytes, proof: bytes | None, name: str) -> Resumed:
    """Find out where a match stood. `data`: a demo, of this `name`; `proof`: what is kept beside it, or None."""
    try:
        demo = read_demo(data)
        if ended := next((note for note in demo.notes if isinstance(note, Ended)), None):
            raise CannotResume(f"This match has ended, so there is nothing to go on with: {ended.reason}")
        if proof is None:
            raise CannotResume(f"Without {name}{SEATS} nobody could prove which seat is theirs.")
        return _resumed(demo, read_rejoin_record(proof), name)
    except (DemoError, BadMap, BadRejoinRecord) as problem:
        raise CannotResume(str(problem)) from problem


def _resumed(demo: Demo, proof: RejoinRecord, name: str) -> Resumed:
    if proof.setup.rules not in PRESETS:
        raise CannotResume(f"This server has no rules named {proof.setup.rules}.")
    rerun = Rerun(demo, demo.length)
    began = rerun.began
    if began.moment < demo.length and digest(rerun.world) != demo.digests[-1]:
        raise CannotResume(OTHER_WAY)
    chat = tuple(note.chat for note in demo.notes if isinstance(note, Said))
    return Resumed(
        parent=parent_label(name),
        parent_at=demo.length,
        server=demo.header.server,
        setup=proof.setup,
        board=parse_map("\n".join(began.board), demo.header.map),
        number=began.number,
        seed=began.seed,
        world=rerun.world,
        series=series_before(demo, began, proof.older),
        seats=seats_at(demo, began, demo.length, {one.id for one in proof.members}),
        members=proof.members,
        chat=chat,
        line=max([proof.line, *(line.number for line in chat)]) + LINES_LOST,
    )


def seats_at(demo: Demo, began: Began, moment: int, known: Collection[int]) -> tuple[Seat, ...]:
    """Who sat where at a moment of a round; whoever is not `known`, by the number of the member, is a bot now."""
    seats, is_on = began.seats, False  # at one moment a round may end and the next begin; the notes stand in order
    for note in demo.notes:
        if isinstance(note, Began):
            is_on = note == began
        elif isinstance(note, Seated) and is_on and note.moment <= moment:
            seats = note.seats
    return tuple(seat if seat.member in known else replace(seat, member=0, away=False) for seat in seats)


def series_before(demo: Demo, running: Began, older: tuple[int, int] | None = None) -> Series:
    """The score before the round that runs. Who won a round is asked of its world: who left is in no results.

    `older`: how many rounds counted before this recording began, and how many were drawn since; None: nobody knows
    more than what was won in them.
    """
    counted, drawn = older or (sum(seat.wins for seat in demo.rounds[0].seats), 0)
    series = Series(demo.header.rounds, counted=counted, drawn=drawn)
    for began, after in zip(demo.rounds, demo.rounds[1:], strict=False):
        if after.moment > began.moment and began.number < running.number:
            series.add(Rerun(demo, after.moment - 1).world.winner)
    series.wins = {seat.slot: seat.wins for seat in running.seats if seat.wins}
    return series
