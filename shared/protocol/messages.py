"""All messages, one frozen dataclass each. The docstring of a message is its line in PROTOCOL.md.

Rule 1: the order of the fields is the order on the wire, and their types hold the limits.
Rule 2: a number in MESSAGES is never reused for another message. Every change of a message increases PROTOCOL by one.
Rule 3: messages from clients come first, then those that both ends send, then messages from servers.
Rule 4: Refused and Bye keep number and fields in every version, and Hello its first five fields, so two versions can
detect that they differ.
Rule 5: a field is added at the end of a message, and a message above SKIPPED_FROM, only where both ends have said a
word for it; readers ignore what they do not know of both.
"""

from dataclasses import dataclass, field
from enum import IntEnum
from typing import Annotated, ClassVar

from petard.shared.protocol.field_types import (
    FIRST_MODE,
    FIRST_SETUP,
    ITEM_NAMES,
    PLAYERS_MOST,
    Addresses,
    AuthText,
    Bots,
    Character,
    ChatText,
    Clock,
    Colour,
    DisplayChat,
    DisplayName,
    ItemChoice,
    ItemName,
    Keys,
    Member,
    Microseconds,
    Milliseconds,
    ModeSetup,
    Name,
    RoomId,
    Rounds,
    Sentence,
    Side,
    Skill,
    SlotOrNone,
    SlotPing,
    Tables,
    Tick,
    TileNumber,
    Token,
    WinCount,
    Words,
)
from petard.shared.protocol.later_messages import LATER_MESSAGES, LaterMessage
from petard.shared.protocol.names import NAME_MOST
from petard.shared.protocol.schema import U16, U32, Label, OneOf, Reason, Slot, Text, Word
from petard.shared.rules.events import Event
from petard.shared.rules.items import ITEM_MOST
from petard.shared.rules.ruleset import Length, Range, RuleSet, SideCount

PROTOCOL = 2  # the version of these messages; both ends must use the same
BUILD = "0.2.0"  # the version of the program, shown to people
SKIPPED_FROM = 64  # a message from this number on that a reader does not know is skipped


class RefusalCode(IntEnum):
    """Why a server does not admit a client."""

    PROTOCOL = 1  # the client uses another protocol version
    FULL = 2  # the server cannot take one more client
    BANNED = 4  # the address is banned on this server
    CLOSING = 5  # the server is shutting down
    BAD = 6  # the client broke the protocol
    PASSWORD = 7  # the room has a password, and the proof was wrong or missing


class Away(IntEnum):
    """What happens to the body of a disconnected player while the seat is kept."""

    BOT = 0  # a bot controls it
    STATUE = 1  # it stands still
    NONE = 2  # it is removed from the board


class Phase(IntEnum):
    """The phase of the room."""

    LOBBY = 1  # players choose settings and get ready
    LOADING = 2  # a round is announced, not all clients have loaded it
    PLAYING = 3  # a round runs; this includes the countdown
    RESULTS = 4  # a round is over, clients show the results


@dataclass(frozen=True, slots=True)
class Hello:
    """The first message: name and number of local players, 0 to watch only.

    `token`: from an earlier Welcome, to rejoin, or empty. `words`: what the client knows beyond this version; left out
    if there are none.
    """

    protocol: U16
    build: Label
    name: Name
    players: Annotated[int, Range(0, PLAYERS_MOST)]
    token: Token = field(repr=False)  # a secret: never in a log
    words: Words = ()

    LEFT_OUT: ClassVar[int] = 1


@dataclass(frozen=True, slots=True)
class Input:
    """The keys held from a tick on, one number for each local player; none from a spectator or before the first tick.

    `clock`: that tick, by the client's own clock; it never goes back. Until then the keys of the Input before it were
    held. A client sends one when keys change, and else every 250 ms. `states`: how many Keyframes and Deltas it
    has received.
    """

    clock: Clock
    keys: Annotated[tuple[Keys, ...], Length(0, PLAYERS_MOST)]
    states: U32


@dataclass(frozen=True, slots=True)
class Say:
    """A line of chat for all members; a line that starts with a slash is a command that the server answers."""

    text: ChatText


@dataclass(frozen=True, slots=True)
class Look:
    """Choose colour and character of a local player; `player` 0 is the first one."""

    player: Annotated[int, Range(0, 3)]
    colour: Colour
    character: Character


@dataclass(frozen=True, slots=True)
class Ready:
    """Whether all local players are ready for the next match. It counts in the lobby, and after the last round."""

    ready: bool


@dataclass(frozen=True, slots=True)
class Setup:
    """The host chooses the settings of the next match. Other members get a line of chat that only the host may."""

    map: Word
    rules: Word
    rounds: Rounds
    bots: Bots
    skill: Skill
    away: Away = Away.BOT
    mode: Word = FIRST_MODE
    sides: SideCount = 2  # of teams
    friendly_fire: bool = False
    items: ItemChoice = ""  # those that differ from the rules
    map_vote: bool = False
    LEFT_OUT: ClassVar[int] = 5  # a server knows them that has said "modes", "items" and "map-vote" in Welcome


@dataclass(frozen=True, slots=True)
class Loaded:
    """This client has loaded the announced round."""

    round: U16


@dataclass(frozen=True, slots=True)
class Ping:
    """Asks for an answer: the other end sends a Pong with the same id at once."""

    id: U32


@dataclass(frozen=True, slots=True)
class Pong:
    """The answer to a Ping. `held`: how long the Ping waited before it was read, in µs; 0 if unknown.

    `room`: the id of the room that runs there, also after another server had it; 0 from a client or a waiting standby.
    """

    id: U32
    held: Microseconds = field(default=0, compare=False)  # measured, so equal answers differ in it
    room: RoomId = 0


@dataclass(frozen=True, slots=True)
class Auth:
    """One step of the password proof (SCRAM); the password itself is never sent. An empty text asks for the proof."""

    text: AuthText = field(repr=False)  # could help to guess the password: never in a log


@dataclass(frozen=True, slots=True)
class Bye:
    """The last message of a connection. `reason` is a sentence for people, or empty."""

    reason: Reason


@dataclass(frozen=True, slots=True)
class Welcome:
    """The client is admitted as `member`. `snapshots`: how many come each second. `token`: a secret to rejoin once.

    `returned`: the token in Hello was accepted, so the client has its earlier seat, score and chat again. `words`: what
    the server knows beyond this version. `addresses`: where the room can be found should this server be lost. `items`:
    the names of the numbers that stand for items.
    """

    protocol: U16
    build: Label
    member: Member
    token: Token = field(repr=False)  # a secret: never in a log
    snapshots: Annotated[int, OneOf((20, 30, 60))]
    server_name: Label
    returned: bool = False
    words: Words = ()
    addresses: Addresses = ()
    items: Annotated[tuple[ItemName, ...], Length(0, ITEM_MOST)] = ITEM_NAMES


@dataclass(frozen=True, slots=True)
class Refused:
    """The client is not admitted. The code is for programs, the sentence for people."""

    code: RefusalCode
    sentence: Sentence


@dataclass(frozen=True, slots=True)
class Seat:
    """One player: a person (`member` is the client) or a bot (`member` is 0)."""

    slot: Slot
    member: Member
    name: DisplayName
    colour: Colour
    character: Character
    ready: bool
    plays: bool  # in the current round
    wins: WinCount
    ping: Milliseconds
    away: bool = False  # disconnected and may rejoin, or a bot controls the body, since the player is idle or silent


@dataclass(frozen=True, slots=True)
class Spectator:
    """A member without a seat."""

    member: Member
    name: DisplayName


@dataclass(frozen=True, slots=True)
class Roster:
    """All players, and up to 64 spectators; sent completely whenever something in it changes.

    `unlisted`: how many more spectators there are.
    """

    seats: Annotated[tuple[Seat, ...], Length(0, 64)]
    watchers: Annotated[tuple[Spectator, ...], Length(0, 64)]
    unlisted: U16 = 0


@dataclass(frozen=True, slots=True)
class Lobby:
    """The phase of the room, its settings and the possible choices. `host` is a member, or 0 if there is none.

    `addresses`: as in Welcome.
    """

    phase: Phase
    host: Member
    map: Word
    rules: Word
    rounds: Rounds
    bots: Bots
    skill: Skill
    maps: Annotated[tuple[Word, ...], Length(0, 32)]
    presets: Annotated[tuple[Word, ...], Length(0, 16)]
    away: Away = Away.BOT
    addresses: Addresses = ()
    mode: ModeSetup = FIRST_SETUP

    LEFT_OUT: ClassVar[int] = 1


@dataclass(frozen=True, slots=True)
class Round:
    """Announces a round: the client loads it and sends Loaded. `slots` take part. A Keyframe follows."""

    number: U16
    map: Word
    rules: RuleSet
    width: Side
    height: Side
    slots: Annotated[tuple[Slot, ...], Length(0, 64)]


@dataclass(frozen=True, slots=True)
class Keyframe:
    """The whole public state of the world at a tick. It replaces all earlier state."""

    tick: Tick
    tiles: Annotated[tuple[TileNumber, ...], Length(0, 4096)]
    tables: Tables


@dataclass(frozen=True, slots=True)
class Delta:
    """The changes since the Keyframe or Delta before it, which was `ticks` earlier."""

    ticks: Annotated[int, Range(1, 2**31 - 1)]
    tables: Tables


@dataclass(frozen=True, slots=True)
class Digest:
    """The checksum of the state at a tick: the CRC-32 of the payload of the Keyframe that would hold it."""

    tick: Tick
    checksum: U32


@dataclass(frozen=True, slots=True)
class Events:
    """What happened in the ticks up to this one, for sounds and effects; the world does not depend on it."""

    tick: Tick
    events: Annotated[tuple[Event, ...], Length(0, 1024)]


@dataclass(frozen=True, slots=True)
class Chat:
    """A line of chat. Slot -1 with a name is a spectator, without a name the server.

    Lines for all members are numbered from 1 and sent again after a rejoin; number 0 is a line for one member only.
    """

    slot: SlotOrNone
    name: Annotated[str, Text(0, NAME_MOST)]
    text: DisplayChat
    number: U32 = 0


@dataclass(frozen=True, slots=True)
class Score:
    """The number of rounds that a slot has won in this match."""

    slot: Slot
    wins: WinCount


@dataclass(frozen=True, slots=True)
class Results:
    """A round is over. Slot -1 means nobody. The next phase begins in `next_in` ticks."""

    round: U16
    winner: SlotOrNone
    wins: Annotated[tuple[Score, ...], Length(0, 64)]
    match_over: bool
    champion: SlotOrNone
    next_in: U16


@dataclass(frozen=True, slots=True)
class Pings:
    """The pings of all people with a seat, every two seconds; between two Rosters, since these are long."""

    pings: Annotated[tuple[SlotPing, ...], Length(0, 64)]


@dataclass(frozen=True, slots=True)
class Skipped:
    """Stands for a message that this version does not know, and that may be skipped. It is never sent."""

    number: int


FINAL_REFUSALS = (RefusalCode.PROTOCOL, RefusalCode.BANNED, RefusalCode.PASSWORD)  # the same Hello is refused again

# fmt: off
Message = (
    Hello | Input | Say | Look | Ready | Setup | Loaded | Ping | Pong | Bye | Auth
    | Welcome | Refused | Roster | Lobby | Round | Keyframe | Delta | Events | Chat | Results | Digest | Pings
    | LaterMessage | Skipped
)
MESSAGES: dict[int, type[Message]] = {
    1: Hello, 3: Say, 4: Look, 5: Ready, 6: Setup, 7: Loaded, 8: Input,
    16: Ping, 17: Pong, 18: Bye, 19: Auth,
    32: Welcome, 33: Refused, 34: Roster, 35: Lobby, 36: Round, 37: Keyframe, 38: Delta, 39: Events, 40: Chat,
    41: Results, 42: Digest, 43: Pings, **LATER_MESSAGES,
}
# fmt: on
