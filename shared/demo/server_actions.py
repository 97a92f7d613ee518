"""What admins and services do to a server between its turns, as values. A capture records each of them.

Rule: these are effects, not commands. Who gave a command, by which word, and what it found, is in no capture: so a
capture holds no address and no ban, and plays with a server whose commands have other words.
"""

from dataclasses import dataclass
from typing import Annotated, TypeAlias

from petard.shared.protocol.field_types import DisplayChat, Sentence
from petard.shared.protocol.messages import Setup
from petard.shared.protocol.schema import U32, Label, Reason
from petard.shared.rules.ruleset import Length, Range

Count = Annotated[int, Range(0, 2**31 - 1)]


@dataclass(frozen=True, slots=True)
class Announce:
    """Show everybody a line of chat that comes from the server."""

    text: DisplayChat


@dataclass(frozen=True, slots=True)
class Tell:
    """Show one member lines of chat, as the answer to a command. `peer`: the number of its connection."""

    peer: U32
    lines: Annotated[tuple[DisplayChat, ...], Length(0, 64)]


@dataclass(frozen=True, slots=True)
class ChooseSetup:
    """Choose the settings of the next match."""

    setup: Setup


@dataclass(frozen=True, slots=True)
class EndMatch:
    """End the match that runs. `is_restart`: and begin it again."""

    is_restart: bool


@dataclass(frozen=True, slots=True)
class Kick:
    """Remove a member for good, at once. It gets the sentence; the others, after its name, the reason."""

    peer: U32
    sentence: Reason
    reason: Reason


@dataclass(frozen=True, slots=True)
class ForgetMember:
    """Free the seat of a disconnected member; the others get the reason, after its name."""

    member: U32
    reason: Reason


@dataclass(frozen=True, slots=True)
class BeginDrain:
    """Let nobody join any more, for this reason, and begin no more rounds."""

    reason: Sentence


@dataclass(frozen=True, slots=True)
class ApplySettings:
    """Those settings of the room that a reload may change; of the password only whether there is one."""

    name: Label
    idle_to_bot: Count  # seconds
    members: Count
    per_address: Count
    has_password: bool


ServerAction: TypeAlias = Announce | Tell | ChooseSetup | EndMatch | Kick | ForgetMember | BeginDrain | ApplySettings
SERVER_ACTIONS: dict[int, type[ServerAction]] = {
    1: Announce,
    2: Tell,
    3: ChooseSetup,
    4: EndMatch,
    5: Kick,
    6: ForgetMember,
    7: BeginDrain,
    8: ApplySettings,
}
