"""What proves, after a server was killed, who sat where: kept beside the recording of a match, and never in it.

Rule 1: of a token its SHA-256 is here and nothing else. It opens no door, and is for nobody's eyes all the same.
Rule 2: it is plain JSON, of one version; whatever else is read is BadProof, one sentence.
"""

import json
from collections.abc import Iterable
from dataclasses import astuple, dataclass, field

from petard.server.room.inbox import Inbox
from petard.server.room.rejoin import RejoinToken
from petard.server.room.seats import Member
from petard.shared.protocol.codec import RemoteProtocolError, decode, encode
from petard.shared.protocol.messages import Setup
from petard.shared.protocol.names import is_display_name

VERSION = 1
DIGEST = 32  # bytes of SHA-256
MEMBERS_MOST, PLAYERS_MOST = 128, 4
ROUNDS_MOST = 9
NUMBER_MOST = 2**32 - 1  # of members and lines


class BadRejoinRecord(ValueError):
    """This is no proof; one sentence."""


@dataclass(frozen=True, slots=True)
class KnownMember:
    """One member; `told` and `shown` as in claim.py, of which the second may be empty."""

    id: int
    name: str
    players: int
    told: bytes = field(repr=False)
    shown: bytes = field(repr=False)

    def member(self) -> Member:
        """Such a member, who has a token and may come back with it."""
        claim = RejoinToken(self.told, self.shown, is_heard=True)
        return Member(self.id, self.name, self.players, Inbox(self.players), claim)


@dataclass(frozen=True, slots=True)
class RejoinRecord:
    """Who was in, while a match of this `setup` ran. `line`: the number of the last line of chat.

    `older`: how many rounds counted before the recording began, and how many were drawn since; 0, 0 in most.
    """

    setup: Setup
    line: int
    members: tuple[KnownMember, ...]
    older: tuple[int, int] = (0, 0)


def rejoin_record_of(
    setup: Setup, line: int, members: Iterable[Member], older: tuple[int, int] = (0, 0)
) -> RejoinRecord:
    """What there is to be proved now."""
    return RejoinRecord(
        setup,
        line,
        tuple(KnownMember(one.id, one.name, one.players, one.claim.told, one.claim.shown) for one in members),
        older,
    )


def write_rejoin_record(proof: RejoinRecord) -> bytes:
    """The proof as text for a file."""
    members = [
        {"id": one.id, "name": one.name, "players": one.players, "told": one.told.hex(), "shown": one.shown.hex()}
        for one in proof.members
    ]
    head = {"version": VERSION, "setup": astuple(proof.setup), "line": proof.line, "older": proof.older}
    written = head | {"members": members}
    return json.dumps(written, indent=1).encode() + b"\n"


def read_rejoin_record(text: bytes) -> RejoinRecord:
    """The reverse; raises BadProof."""
    try:
        written = json.loads(text)
        if written["version"] != VERSION:
            raise BadRejoinRecord(
                f"What is kept beside the recording has version {written['version']!r}, not {VERSION}."
            )
        # A message, so that the codec looks after all limits.
        setup = decode(encode(Setup(*written["setup"])))
        members = tuple(_known(**one) for one in written["members"][:MEMBERS_MOST])
        line = _number(written["line"], 0, NUMBER_MOST)
        counted, drawn = (_number(number, 0, ROUNDS_MOST) for number in written["older"])
    except (ValueError, TypeError, KeyError, RecursionError, RemoteProtocolError) as problem:
        if isinstance(problem, BadRejoinRecord):
            raise
        raise BadRejoinRecord("What is kept beside the recording makes no sense.") from None
    if not isinstance(setup, Setup) or len({one.id for one in members}) < len(members):
        raise BadRejoinRecord("What is kept beside the recording makes no sense.")
    return RejoinRecord(setup, line, members, (counted, drawn))


def _known(id: int, name: str, players: int, told: str, shown: str) -> KnownMember:
    digests = [bytes.fromhex(told), bytes.fromhex(shown)]
    if len(digests[0]) != DIGEST or len(digests[1]) not in (0, DIGEST) or not is_display_name(name):
        raise ValueError("no member")
    return KnownMember(_number(id, 1, NUMBER_MOST), name, _number(players, 1, PLAYERS_MOST), *digests)


def _number(value: object, least: int, most: int) -> int:
    if type(value) is not int or not least <= value <= most:
        raise ValueError("no such number")
    return value
