"""Everything that can be said, one frozen dataclass each; the docstring is its line in PROTOCOL.md.

Rule 1: the order of the fields is the order on the wire, and the types carry the limits.
Rule 2: a number in MESSAGES is never used again for something else; change a message, and PROTOCOL grows by one.
Rule 3: what a client says comes first, then what both say, then what a server says.
Rule 4: Hello, Refused and Bye keep number and shape in every version: they are how two versions tell that they differ.
"""

from dataclasses import dataclass, field
from enum import IntEnum
from typing import Annotated

from petard.shared.protocol.fields import (
    U16,
    U32,
    AuthText,
    Bots,
    Character,
    ChatText,
    Colour,
    Keys,
    Label,
    Member,
    Milliseconds,
    Name,
    OneOf,
    Reason,
    Rounds,
    Sentence,
    Seq,
    Side,
    Skill,
    Slot,
    SlotOrNone,
    Tables,
    Text,
    Tick,
    Tile,
    Token,
    ToldChat,
    ToldName,
    WinCount,
    Word,
)
from petard.shared.protocol.names import NAME_MOST
from petard.shared.rules.events import Event
from petard.shared.rules.limits import Length, Range
from petard.shared.rules.ruleset import RuleSet

PROTOCOL = 1  # the version of this page; both ends must have the same
BUILD = "0.1.0"  # the version of the program, for people


class RefusalCode(IntEnum):
    """Why a server does not let somebody in."""

    PROTOCOL = 1  # another version of the protocol
    FULL = 2  # no seat is free
    NAME = 3  # the name cannot be used here
    BANNED = 4  # not on this server
    CLOSING = 5  # the server is about to stop
    BAD = 6  # what was said makes no sense
    PASSWORD = 7  # the room has one, and this was not it


class Away(IntEnum):
    """What becomes of the body of a player whose line is lost, while the chair is held."""

    BOT = 0  # a bot plays on
    STATUE = 1  # it stands still
    NONE = 2  # it leaves the board


class Phase(IntEnum):
    """What the room is doing."""

    LOBBY = 1  # people choose and get ready
    LOADING = 2  # a round was told, not everybody has loaded it
    PLAYING = 3  # a round runs, its countdown included
    RESULTS = 4  # a round is over, its outcome is shown


@dataclass(frozen=True, slots=True)
class Hello:
    """The first word: who knocks, and how many play on that machine. `token` of an earlier Welcome: who comes back."""

    protocol: U16
    build: Label
    name: Name
    players: Annotated[int, Range(1, 4)]
    token: Token = field(repr=False)  # for nobody else's eyes, so for no log


@dataclass(frozen=True, slots=True)
class Command:
    """The keys held for one tick, one number for each local player. `seq` grows by one each time."""

    seq: Seq
    keys: Annotated[tuple[Keys, ...], Length(1, 4)]


@dataclass(frozen=True, slots=True)
class Say:
    """A line of chat for everybody; one that begins with a slash is a command, for the server alone to answer."""

    text: ChatText


@dataclass(frozen=True, slots=True)
class Look:
    """Choose the colour and the character of a local player, 0 being the first."""

    player: Annotated[int, Range(0, 3)]
    colour: Colour
    character: Character


@dataclass(frozen=True, slots=True)
class Ready:
    """Ready for the next round, or no longer. Counts for all local players."""

    ready: bool


@dataclass(frozen=True, slots=True)
class Setup:
    """The host chooses the next match. Who is not host is not heard."""

    map: Word
    rules: Word
    rounds: Rounds
    bots: Bots
    skill: Skill
    away: Away = Away.BOT


@dataclass(frozen=True, slots=True)
class Loaded:
    """The announced round can start as far as this client is concerned."""

    round: U16


@dataclass(frozen=True, slots=True)
class Ping:
    """Are you there? The other end answers at once with a Pong of the same id."""

    id: U32


@dataclass(frozen=True, slots=True)
class Pong:
    """The answer to a Ping."""

    id: U32


@dataclass(frozen=True, slots=True)
class Auth:
    """A step of proving that one knows the password, which itself is never said. An empty one asks for the proof."""

    text: AuthText = field(repr=False)  # what could help to guess is for no log


@dataclass(frozen=True, slots=True)
class Bye:
    """The last word; nothing follows it. `reason` is a sentence for people, or empty."""

    reason: Reason


@dataclass(frozen=True, slots=True)
class Welcome:
    """You are in, as `member`; `snapshots` come each second. `token` is a secret with which you may come back once.

    `returned`: the token of your Hello was known, so the chair, score and chat that follow are yours of before.
    """

    protocol: U16
    build: Label
    member: Member
    token: Token = field(repr=False)  # for nobody else's eyes, so for no log
    snapshots: Annotated[int, OneOf((20, 30, 60))]
    server_name: Label
    returned: bool = False


@dataclass(frozen=True, slots=True)
class Refused:
    """You are not let in. The code is for programs, the sentence for people."""

    code: RefusalCode
    sentence: Sentence


@dataclass(frozen=True, slots=True)
class Seat:
    """One who plays: a person (`member` tells whose) or a bot (`member` is 0)."""

    slot: Slot
    member: Member
    name: ToldName
    colour: Colour
    character: Character
    ready: bool
    plays: bool  # in the running round
    wins: WinCount
    ping: Milliseconds
    away: bool = False  # its line is lost and may come back, or its player presses nothing and a bot steers


@dataclass(frozen=True, slots=True)
class Watcher:
    """One who only watches."""

    member: Member
    name: ToldName


@dataclass(frozen=True, slots=True)
class Roster:
    """Everybody who is here, whole each time something in it changes."""

    seats: Annotated[tuple[Seat, ...], Length(0, 64)]
    watchers: Annotated[tuple[Watcher, ...], Length(0, 64)]


@dataclass(frozen=True, slots=True)
class Lobby:
    """What the room is doing, what was chosen and what can be chosen. `host` is a member, or 0 when nobody is."""

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


@dataclass(frozen=True, slots=True)
class Round:
    """A round comes up: load it and say Loaded. `slots` take part. A Keyframe follows."""

    number: U16
    map: Word
    rules: RuleSet
    width: Side
    height: Side
    slots: Annotated[tuple[Slot, ...], Length(0, 64)]


@dataclass(frozen=True, slots=True)
class Keyframe:
    """All that a client may know of the world at a tick. It replaces whatever was known before."""

    tick: Tick
    tiles: Annotated[tuple[Tile, ...], Length(0, 4096)]
    tables: Tables


@dataclass(frozen=True, slots=True)
class Delta:
    """What changed since the Keyframe or Delta that was sent before this one."""

    tick: Tick
    tables: Tables


@dataclass(frozen=True, slots=True)
class Events:
    """What happened in the ticks up to this one, for ears and eyes; the world is whole without it."""

    tick: Tick
    events: Annotated[tuple[Event, ...], Length(0, 1024)]


@dataclass(frozen=True, slots=True)
class Chat:
    """A line that somebody said; slot -1 without a name is the server, with a name a watcher.

    Lines for everybody are numbered from 1 on and told again to who comes back; 0: a line for one member only.
    """

    slot: SlotOrNone
    name: Annotated[str, Text(0, NAME_MOST)]
    text: ToldChat
    number: U32 = 0


@dataclass(frozen=True, slots=True)
class Score:
    """How many rounds a slot has won in this match."""

    slot: Slot
    wins: WinCount


@dataclass(frozen=True, slots=True)
class Results:
    """A round is over. -1: nobody. `next_in` ticks from now the next phase begins."""

    round: U16
    winner: SlotOrNone
    wins: Annotated[tuple[Score, ...], Length(0, 64)]
    match_over: bool
    champion: SlotOrNone
    next_in: U16


ClientMessage = Hello | Command | Say | Look | Ready | Setup | Loaded | Ping | Pong | Bye | Auth
ServerMessage = (
    Welcome | Refused | Roster | Lobby | Round | Keyframe | Delta | Events | Chat | Results | Ping | Pong | Bye | Auth
)
Message = ClientMessage | ServerMessage

# fmt: off
MESSAGES: dict[int, type[Message]] = {
    1: Hello, 2: Command, 3: Say, 4: Look, 5: Ready, 6: Setup, 7: Loaded,
    16: Ping, 17: Pong, 18: Bye, 19: Auth,
    32: Welcome, 33: Refused, 34: Roster, 35: Lobby, 36: Round, 37: Keyframe, 38: Delta, 39: Events, 40: Chat,
    41: Results,
}
# fmt: on
NUMBERS: dict[type[Message], int] = {kind: number for number, kind in MESSAGES.items()}
