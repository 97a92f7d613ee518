"""The room record: all that a standby has to know to go on with a room, beside the recording of its match. Pure.

Rule 1: plain JSON; messages in it are base64 of their payloads, so the codec checks all limits when it is read.
Rule 2: it holds secrets (digests of tokens, keys of the password, bans): it goes to standbys only, and into no log.
Rule 3: whatever is wrong with it raises CannotResume, one sentence.
"""

import json
from base64 import b64decode, b64encode
from collections.abc import Collection, Iterable
from dataclasses import astuple, dataclass, field, replace
from typing import Any, NamedTuple, TypeVar

from petard.server.policy.bans import BANS_MOST, Ban, is_sound
from petard.server.policy.scram import ScramKeys
from petard.server.room.chat import KEPT
from petard.server.room.member import MEMBERS_MOST
from petard.server.room.resume import (
    CannotResume,
    RejoinRecord,
    read_rejoin_record,
    write_rejoin_record,
)
from petard.server.room.room import Room
from petard.server.room.settings import SetupChoice
from petard.shared.protocol.codec import decode, encode
from petard.shared.protocol.later_messages import Standbys
from petard.shared.protocol.messages import Chat, Message, Roster, Setup, Welcome
from petard.shared.rules.maps import BadMap, Board, parse_map

ROOM_RECORD_MOST = 8 << 20  # bytes
NO_SENSE = "The copy of the room makes no sense."
HOUR = 3600
KEY_MOST = 64  # bytes; ours are shorter
ITERATIONS_MOST = 10_000_000
T = TypeVar("T")


class RoomNumbers(NamedTuple):
    """The numbers of RoomSettings that hold for a room wherever it runs."""

    snapshots: int
    idle_to_bot: int
    members: int
    per_address: int


@dataclass(frozen=True, slots=True)
class RoomRecord:
    """`match`: the number of the match that runs, 0 in the lobby. `awaited`: the members that have to find the standby.

    `rejoin` has the Setup of now, the members and the id of the room; `planned` is the Setup after this match.
    """

    name: str
    numbers: RoomNumbers
    match: int
    rejoin: RejoinRecord
    planned: Setup
    roster: Roster
    chat: tuple[Chat, ...]
    board: Board
    standbys: Standbys
    awaited: tuple[int, ...]
    mode: str  # of the setting `standby`: ask or on
    bans: tuple[Ban, ...] = field(default=(), repr=False)
    keys: ScramKeys | None = field(default=None, repr=False)

    def playable(self, maps: Collection[str]) -> "RoomRecord":
        """The same, but with a next match on a map that is here: maps of the host's own are not copied."""
        return self if self.planned.map in maps else replace(self, planned=self.rejoin.setup)

    @property
    def is_sound(self) -> bool:
        """True if the matches in it can be played here, and the room has an id."""
        choice = SetupChoice(self.rejoin.setup, {self.board.name: self.board})
        matches = (self.rejoin.setup, replace(self.planned, map=self.board.name))
        return self.mode in ("ask", "on") and self.rejoin.room > 0 and all(map(choice.is_possible, matches))


def record_of(
    room: Room, standbys: Standbys, awaited: Iterable[int], mode: str, bans: Iterable[Ban], keys: ScramKeys | None
) -> RoomRecord:
    """Return the record of a room as it is now."""
    settings, choice, recorder = room.matches.settings, room.matches.choice, room.recorder
    board = room.matches.match.board if room.matches.match else choice.board
    return RoomRecord(
        settings.name,
        RoomNumbers(settings.snapshots, settings.idle_to_bot, settings.members, settings.per_address),
        recorder.running,
        recorder.rejoin_record(choice.current, room.chat.number, room.seats.members.values()),
        choice.planned,
        Roster(tuple(replace(seat, ping=0) for _, seat in sorted(room.seats.by_slot.items())), ()),
        tuple(room.chat.last),
        board,
        standbys,
        tuple(awaited),
        mode,
        tuple(bans),
        keys,
    )


def write_room_record(room: RoomRecord) -> bytes:
    """The record as bytes for CopyParts."""
    keys = room.keys
    found = {
        "name": room.name,
        "numbers": room.numbers,
        "match": room.match,
        "rejoin": json.loads(write_rejoin_record(room.rejoin)),
        "planned": _packed(room.planned),
        "roster": _packed(room.roster),
        "chat": [_packed(line) for line in room.chat],
        "board": [room.board.name, *room.board.rows],
        "standbys": _packed(room.standbys),
        "awaited": room.awaited,
        "mode": room.mode,
        "bans": [astuple(ban) for ban in room.bans],
        "keys": keys and [*(b64encode(key).decode() for key in (keys.salt, keys.stored, keys.server)), keys.iterations],
    }
    return json.dumps(found, separators=(",", ":")).encode()


def read_room_record(text: bytes) -> RoomRecord:
    """Read what `write_room_record` has written; raises CannotResume."""
    try:
        room = _room_of(json.loads(text))
        encode(Welcome(0, "", 0, "", room.numbers.snapshots, room.name))  # checks both
        are_sound = all(type(one) is int and 0 <= one <= 1 << 16 for one in room.numbers[1:])
        are_sound = are_sound and _are_usable(room.keys) and room.board.name == room.rejoin.setup.map
    except CannotResume:
        raise
    except (ValueError, TypeError, LookupError, OverflowError, RecursionError, BadMap):  # also what the codec raises
        raise CannotResume(NO_SENSE) from None
    if not are_sound or not room.is_sound:
        raise CannotResume(NO_SENSE)
    return room


def _room_of(found: Any) -> RoomRecord:
    """Raises ValueError, TypeError, LookupError and others for what is no record."""
    name, *rows = found["board"]
    return RoomRecord(
        found["name"],
        RoomNumbers(*found["numbers"]),
        int(found["match"]),
        read_rejoin_record(json.dumps(found["rejoin"]).encode()),
        _unpacked(found["planned"], Setup),
        _unpacked(found["roster"], Roster),
        tuple(_unpacked(line, Chat) for line in found["chat"][-KEPT:]),
        parse_map("\n".join(rows), name),
        _unpacked(found["standbys"], Standbys),
        tuple(map(int, found["awaited"][:MEMBERS_MOST])),
        found["mode"],
        tuple(ban for ban in (Ban(*row) for row in found["bans"][:BANS_MOST]) if is_sound(ban)),
        _keys(found["keys"]),
    )


def _are_usable(keys: ScramKeys | None) -> bool:
    """False for keys that no Auth could carry."""
    lengths = map(len, (keys.salt, keys.stored, keys.server)) if keys else (0,)
    return max(lengths) <= KEY_MOST and (not keys or 0 < keys.iterations <= ITERATIONS_MOST)


def _packed(message: Message) -> str:
    return b64encode(encode(message)).decode()


def _unpacked(text: str, kind: type[T]) -> T:
    message = decode(b64decode(text, validate=True))
    if not isinstance(message, kind):
        raise ValueError(NO_SENSE)
    return message


def _keys(found: Any) -> ScramKeys | None:
    if not found:
        return None
    salt, stored, server = (b64decode(text, validate=True) for text in found[:3])
    return ScramKeys(salt, stored, server, int(found[3]))
