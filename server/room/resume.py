"""Continues matches: finds out from a recording how one stood, after the server was killed or to take over a player.

Rule 1: a killed server's match goes on where the last whole block of its recording ends: the world by the rules and the
        recorded keys, checked by its digest; seats and score as noted then. A seat is a bot's unless the rejoin record
        knows its member.
Rule 2: who takes a player over plays on in the very world of that moment, in a new match that names its parent. The
        seat is for the first who joins with one player; all others are bots, or repeat what was recorded.
Rule 3: whatever cannot be continued raises CannotResume, one sentence.
Rule 4: without a person who chooses the recording, only what is surely the same game goes on: GameHere says what.
Rule 5: the rejoin record beside a recording holds the SHA-256 of tokens only. That lets nobody in, and is kept private
        all the same. It is plain JSON, of one version.
"""

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import astuple, dataclass, field, replace
from typing import Any, NamedTuple

from petard.server.room.inbox import Inbox
from petard.server.room.member import MEMBERS_MOST, Member
from petard.server.room.rejoin import RejoinToken
from petard.server.room.round_bots import RecordedInputs
from petard.shared.demo.blocks import TORN, DemoError, blocks_in, digests_in
from petard.shared.demo.reader import Demo, read_demo
from petard.shared.demo.records import SEATS, Began, Ended, Said, Seated, parent_label
from petard.shared.demo.rerun import Rerun
from petard.shared.protocol.codec import decode, encode
from petard.shared.protocol.field_types import PLAYERS_MOST
from petard.shared.protocol.later_messages import GoesOn
from petard.shared.protocol.messages import BUILD, PROTOCOL, Chat, Seat, Setup
from petard.shared.protocol.names import is_display_name
from petard.shared.rules.digest import digest
from petard.shared.rules.item_choice import items_of, items_text
from petard.shared.rules.items import Item
from petard.shared.rules.maps import BadMap, Board, parse_map
from petard.shared.rules.modes.table import MODES, mode_of
from petard.shared.rules.outcome import winners_of
from petard.shared.rules.ruleset import PRESETS, TICK_RATE, RuleSet
from petard.shared.rules.series import Series
from petard.shared.rules.world import World, copy_world

NO_SUCH_ITEM = "There is an item on the board or in a brick that this Petard does not know."
OTHER_WAY = "By the rules of this Petard, this match leads elsewhere than it did."
LINES_LOST = 1000  # of chat, at the most: those after the last block, whose numbers must not be used again
RETURN_MOST = 6 * TICK_RATE  # in a resumed match: the time to rejoin, from the first who does
PAUSE = 2 * TICK_RATE  # so long everybody stands still after `take_over`: the player has to find the body
PERSON = 1  # the number of the member for whom `take_over` keeps the seat
# Of the rejoin record:
VERSION = 1
DIGEST = 32  # bytes of SHA-256
DIGESTS = {"current": "told", "previous": "shown"}  # the keys of the digests, and what 0.1.0 called them
ROUNDS_MOST = 9
NUMBER_MOST = 2**32 - 1  # of members and lines
PORT_MOST = 65535
ROOM_MOST = 2**64 - 1
NO_SENSE = "What is kept beside the recording makes no sense."


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
    members: tuple[Member, ...] = ()  # with the tokens with which they may rejoin
    chat: tuple[Chat, ...] = ()
    line: int = 0  # the number of the last line of chat, or a higher one
    recorded: RecordedInputs | None = None  # what the bots repeat; None: they think
    pause: int = 0  # ticks that the world stands still at least, once a member is here
    wait: int = RETURN_MOST  # ticks for those who are missing to rejoin, from the first who does
    room: int = 0  # the id of the room that goes on; 0: it is another
    standbys: tuple[str, ...] = ()  # addresses: one of them may go on with the room already
    replayed: Rerun | None = None  # stands at `world`: what follows in it is played again before the match goes on
    sides: Mapping[int, int] = field(default_factory=dict)  # by slot, if people have chosen them


class GameHere(NamedTuple):
    """What a match must be of to go on by itself. `port`: 0 for any. `maps`: by name."""

    port: int
    maps: Mapping[str, Board]


def resume(data: bytes, record: bytes | None, name: str, here: GameHere | None = None, newest: bytes = b"") -> Resumed:
    """Find out where a match stood. `data`: a demo of this `name`; `record`: its rejoin record, or None.

    `here`: what it must fit; None: a person has chosen it. `newest`: what follows `data`, and perhaps not in the file
    of that name: the match goes on where `data` ends, and the ticks after it are played again.
    """
    try:
        demo = read_demo(data + newest)
        if ended := next((note for note in demo.notes if isinstance(note, Ended)), None):
            raise CannotResume(f"This match has ended, so there is nothing to go on with: {ended.reason}")
        if here:
            _require_same_version(demo)
        if record is None:
            raise CannotResume(f"Without {name}{SEATS} nobody could prove which seat is theirs.")
        known = read_rejoin_record(record)
        chat = tuple(note.chat for note in demo.notes if isinstance(note, Said))
        line = max([known.line, *(line.number for line in chat)]) + LINES_LOST
        ids = {one.id for one in known.members}
        at = _settled(demo, data) if newest else demo.length
        resumed, rerun = _at(demo, at, name, known.setup, ids, known.older)
        if here:
            _require_same_place(resumed, known.port, here)
        if at < demo.length:
            resumed = replace(resumed, replayed=rerun, seats=_seats_at(demo, rerun.began, demo.length, ids))
        resumed = replace(resumed, room=known.room, standbys=known.standbys)
        return replace(resumed, members=known.members, chat=chat, line=line)
    except (DemoError, BadMap) as problem:
        raise CannotResume(str(problem)) from problem


def _settled(demo: Demo, data: bytes) -> int:
    """Where the first part of a demo ends, or the last round begins, if that is later."""
    played = len(digests_in(blocks_in(data)[0])) if data else 0
    return min(demo.length, max(played, demo.round_at(demo.length).moment))


def _require_same_version(demo: Demo) -> None:
    header = demo.header
    if (header.build, header.protocol) != (BUILD, PROTOCOL):
        raise CannotResume(f"It was played with Petard {header.build}, and this is {BUILD}.")
    if demo.damage and not demo.damage.startswith(TORN):
        raise CannotResume(demo.damage)


def _require_same_place(resumed: Resumed, port: int, here: GameHere) -> None:
    if here.port not in (0, port):
        raise CannotResume(f"It was played on port {port}, and this server has port {here.port}.")
    if here.maps.get(resumed.board.name) != resumed.board:
        raise CannotResume(f"The map {resumed.board.name} has changed.")


def take_over(data: bytes, name: str, at: int, slot: int, repeats: bool, skill: int) -> Resumed:
    """Find out how a match stood at a moment, with one seat for a person.

    `data`: a demo of this `name`; `repeats`: the others repeat what was recorded, else they are bots of this `skill`.
    """
    try:
        demo = read_demo(data)
        header = demo.header
        setup = _with_mode(Setup(header.map, header.preset, max(1, header.rounds), 0, skill), demo)
        resumed, rerun = _at(demo, at, name, setup, ())
    except (DemoError, BadMap) as problem:
        raise CannotResume(str(problem)) from problem
    seat = _living_seat(resumed.seats, resumed.world, slot)
    return replace(
        resumed,
        setup=replace(setup, bots=len(resumed.seats) - 1),
        seats=tuple(replace(one, member=PERSON) if one is seat else one for one in resumed.seats),
        members=(Member(PERSON, (seat.name,), Inbox(1), RejoinToken(is_confirmed=True)),),
        recorded=RecordedInputs(rerun) if repeats else None,
        pause=PAUSE,
    )


def _at(
    demo: Demo, at: int, name: str, setup: Setup, known: Collection[int], older: tuple[int, int] | None = None
) -> tuple[Resumed, Rerun]:
    """How the match stood at a moment, without members and chat."""
    if setup.rules not in PRESETS:
        raise CannotResume(f"This server has no rules named {setup.rules}.")
    if setup.mode not in MODES:
        raise CannotResume(f"This server has no mode named {setup.mode}.")
    rerun = Rerun(demo, at)
    began = rerun.began
    if at > began.moment and digest(rerun.world) != demo.digests[at - 1]:
        raise CannotResume(OTHER_WAY)
    if {*rerun.world.items.values(), *rerun.world.hidden.values()} - set(Item):
        raise CannotResume(NO_SUCH_ITEM)  # Welcome could not name it
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
        sides=dict(zip(began.slots, began.sides, strict=False)),
        seats=_seats_at(demo, began, at, known),
    )
    return resumed, rerun


def _with_mode(setup: Setup, demo: Demo) -> Setup:
    """Return it with the mode and items of the first round, whose rules are those that were chosen."""
    rules = demo.rounds[0].rules if demo.rounds else RuleSet()
    items = items_text(items_of(rules, PRESETS.get(setup.rules, rules)))
    mode = mode_of(rules).name
    return replace(setup, mode=mode, sides=rules.sides, friendly_fire=bool(rules.friendly_fire), items=items)


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
            world = Rerun(demo, after.moment - 1).world
            series.add(world.winner, winners_of(world))
    series.wins = {seat.slot: seat.wins for seat in running.seats if seat.wins}
    return series


class RejoinRecord(NamedTuple):
    """The members while a match of this `setup` ran."""

    setup: Setup
    line: int  # the number of the last line of chat
    members: tuple[Member, ...]
    older: tuple[int, int] = (0, 0)  # how many rounds counted before the recording began, and how many were drawn since
    port: int = 0  # of the server; 0: unknown
    room: int = 0  # its id; 0: unknown
    standbys: tuple[str, ...] = ()  # the addresses of those that keep a copy of it


def write_rejoin_record(record: RejoinRecord) -> bytes:
    """A RejoinRecord as text for a file."""
    rows = [
        {"id": one.id, "name": one.name, "players": one.players}
        | {key: getattr(one.token, key).hex() for key in DIGESTS}
        for one in record.members
    ]
    head = {"version": VERSION, "setup": astuple(record.setup), "line": record.line}
    head |= {"older": record.older, "port": record.port, "room": record.room, "standbys": record.standbys}
    return json.dumps(head | {"members": rows}, indent=1).encode() + b"\n"


def read_rejoin_record(text: bytes) -> RejoinRecord:
    """The reverse; raises CannotResume."""
    try:
        found = json.loads(text)
        if found["version"] != VERSION:
            raise CannotResume(f"What is kept beside the recording has version {found['version']!r}, not {VERSION}.")
        setup = decode(encode(Setup(*found["setup"])))  # the codec checks all limits of a message
        members = tuple(_known(row) for row in found["members"][:MEMBERS_MOST])
        line = _number(found["line"], 0, NUMBER_MOST)
        counted, drawn = (_number(number, 0, ROUNDS_MOST) for number in found["older"])
        port = _number(found.get("port", 0), 0, PORT_MOST)  # 0.1.0 wrote none
        room = _number(found.get("room", 0), 0, ROOM_MOST)  # 0.2.0 wrote neither
        standbys = GoesOn(tuple(found.get("standbys", ())))
        encode(standbys)
    except CannotResume:
        raise
    except (ValueError, TypeError, KeyError, RecursionError):  # also what the codec raises
        raise CannotResume(NO_SENSE) from None
    if not isinstance(setup, Setup) or len({one.id for one in members}) < len(members):
        raise CannotResume(NO_SENSE)
    return RejoinRecord(setup, line, members, (counted, drawn), port, room, standbys.addresses)


def _known(row: dict[str, Any]) -> Member:
    current, previous = (bytes.fromhex(row[key if key in row else older]) for key, older in DIGESTS.items())
    if len(current) != DIGEST or len(previous) not in (0, DIGEST) or not is_display_name(row["name"]):
        raise ValueError("no member")
    number, players = _number(row["id"], 1, NUMBER_MOST), _number(row["players"], 0, PLAYERS_MOST)  # 0: only watches
    return Member(number, (row["name"],), Inbox(players), RejoinToken(current, previous, is_confirmed=True))


def _number(value: object, least: int, most: int) -> int:
    if type(value) is not int or not least <= value <= most:
        raise ValueError("no such number")
    return value
