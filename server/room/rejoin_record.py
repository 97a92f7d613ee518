"""The record beside the recording of a match that lets members rejoin after the server was killed.

Rule 1: of a token it holds the SHA-256 only. That lets nobody in, and is kept private all the same.
Rule 2: it is plain JSON, of one version; anything else raises BadRejoinRecord, one sentence.
"""

import json
from collections.abc import Iterable
from dataclasses import astuple, dataclass, field
from typing import Any

from petard.server.room.inbox import Inbox
from petard.server.room.rejoin import RejoinToken
from petard.server.room.seats import Member
from petard.shared.protocol.codec import RemoteProtocolError, decode, encode
from petard.shared.protocol.messages import PLAYERS_MOST, Setup
from petard.shared.protocol.names import is_display_name

VERSION = 1
DIGEST = 32  # bytes of SHA-256
DIGESTS = {"current": "told", "previous": "shown"}  # the keys of the digests, and what 0.1.0 called them
MEMBERS_MOST = 128
ROUNDS_MOST = 9
NUMBER_MOST = 2**32 - 1  # of members and lines
NO_SENSE = "What is kept beside the recording makes no sense."


class BadRejoinRecord(ValueError):
    """This is no rejoin record; one sentence."""


@dataclass(frozen=True, slots=True)
class KnownMember:
    """One member; `current` and `previous` as in RejoinToken."""

    id: int
    name: str
    players: int
    current: bytes = field(repr=False)
    previous: bytes = field(repr=False)

    def member(self) -> Member:
        """Such a member, who has a token and may rejoin with it."""
        token = RejoinToken(self.current, self.previous, is_confirmed=True)
        return Member(self.id, self.name, Inbox(self.players), token)


@dataclass(frozen=True, slots=True)
class RejoinRecord:
    """The members while a match of this `setup` ran. `line`: the number of the last line of chat.

    `older`: how many rounds counted before the recording began, and how many were drawn since; mostly 0, 0.
    """

    setup: Setup
    line: int
    members: tuple[KnownMember, ...]
    older: tuple[int, int] = (0, 0)


def rejoin_record_of(
    setup: Setup, line: int, members: Iterable[Member], older: tuple[int, int] = (0, 0)
) -> RejoinRecord:
    """The record of these members."""
    known = (KnownMember(one.id, one.name, one.players, one.token.current, one.token.previous) for one in members)
    return RejoinRecord(setup, line, tuple(known), older)


def write_rejoin_record(record: RejoinRecord) -> bytes:
    """The record as text for a file."""
    members = [
        {name: getattr(one, name) for name in ("id", "name", "players")}
        | {name: getattr(one, name).hex() for name in DIGESTS}
        for one in record.members
    ]
    head = {"version": VERSION, "setup": astuple(record.setup), "line": record.line, "older": record.older}
    return json.dumps(head | {"members": members}, indent=1).encode() + b"\n"


def read_rejoin_record(text: bytes) -> RejoinRecord:
    """The reverse; raises BadRejoinRecord."""
    try:
        found = json.loads(text)
        if found["version"] != VERSION:
            raise BadRejoinRecord(f"What is kept beside the recording has version {found['version']!r}, not {VERSION}.")
        # Through the codec, which checks all limits of a message.
        setup = decode(encode(Setup(*found["setup"])))
        members = tuple(_known(one) for one in found["members"][:MEMBERS_MOST])
        line = _number(found["line"], 0, NUMBER_MOST)
        counted, drawn = (_number(number, 0, ROUNDS_MOST) for number in found["older"])
    except BadRejoinRecord:
        raise
    except (ValueError, TypeError, KeyError, RecursionError, RemoteProtocolError):
        raise BadRejoinRecord(NO_SENSE) from None
    if not isinstance(setup, Setup) or len({one.id for one in members}) < len(members):
        raise BadRejoinRecord(NO_SENSE)
    return RejoinRecord(setup, line, members, (counted, drawn))


def _known(fields: dict[str, Any]) -> KnownMember:
    current, previous = (bytes.fromhex(fields[key if key in fields else older]) for key, older in DIGESTS.items())
    if len(current) != DIGEST or len(previous) not in (0, DIGEST) or not is_display_name(fields["name"]):
        raise ValueError("no member")
    number, players = _number(fields["id"], 1, NUMBER_MOST), _number(fields["players"], 1, PLAYERS_MOST)
    return KnownMember(number, fields["name"], players, current, previous)


def _number(value: object, least: int, most: int) -> int:
    if type(value) is not int or not least <= value <= most:
        raise ValueError("no such number")
    return value
