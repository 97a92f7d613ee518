"""The list of messages is complete, documented and never ambiguous."""

import dataclasses
import tomllib
from pathlib import Path
from typing import Annotated, Any, get_args

import pytest

from petard.shared.protocol import later_messages as later
from petard.shared.protocol import messages
from petard.shared.protocol.field_types import SlotPing
from petard.shared.protocol.link import TRANSITIONS, Role
from petard.shared.protocol.messages import BUILD, MESSAGES, SKIPPED_FROM, Message, Seat, Skipped, Spectator
from petard.shared.protocol.schema import field_type_of
from petard.shared.rules.ruleset import Length

ROOT = Path(__file__).parents[3]


def sent_by(role: Role) -> set[type[Message]]:
    """The messages that one end may send in any state."""
    return {kind for legal in TRANSITIONS.values() for kind in legal[role]}


def test_build_is_the_version_of_the_project() -> None:
    assert tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"] == BUILD


def test_every_message_has_a_number_and_every_number_one_message() -> None:
    assert set(get_args(Message)) == {Skipped, *MESSAGES.values()} == sent_by(Role.CLIENT) | sent_by(Role.SERVER)
    assert len(set(MESSAGES.values())) == len(MESSAGES)


def test_the_number_shows_which_end_may_send_it() -> None:
    for number, kind in MESSAGES.items():
        if number < SKIPPED_FROM:
            assert (kind in sent_by(Role.CLIENT)) == (number < 32)
            assert (kind in sent_by(Role.SERVER)) == (number >= 16)
        else:
            assert (kind in sent_by(Role.CLIENT)) != (kind in sent_by(Role.SERVER))


@pytest.mark.parametrize("kind", [*MESSAGES.values(), Seat, Spectator, messages.Score, SlotPing])
def test_a_message_is_frozen_has_slots_and_a_sentence(kind: Any) -> None:
    assert kind.__dataclass_params__.frozen
    assert "__slots__" in vars(kind)
    assert kind.__doc__.rstrip().endswith(".")
    assert "|" not in kind.__doc__  # it becomes the cell of a table
    assert dataclasses.fields(kind)


def test_old_numbers_are_never_reused() -> None:
    known = {1: "Hello", 3: "Say", 4: "Look", 5: "Ready", 6: "Setup", 7: "Loaded", 8: "Input"}
    known |= {16: "Ping", 17: "Pong", 18: "Bye", 19: "Auth"}
    known |= {32: "Welcome", 33: "Refused", 34: "Roster", 35: "Lobby", 36: "Round", 37: "Keyframe", 38: "Delta"}
    known |= {39: "Events", 40: "Chat", 41: "Results", 42: "Digest", 43: "Pings"}
    assert known.items() <= {number: kind.__name__ for number, kind in MESSAGES.items()}.items()
    assert 2 not in MESSAGES  # Command, in version 1


def test_the_messages_that_an_earlier_build_may_skip_are_those_that_came_with_a_word() -> None:
    with_a_word = {number: kind for number, kind in MESSAGES.items() if number >= SKIPPED_FROM}
    known = {64: later.Players, 65: later.MapVote, 66: later.MapVotes, 67: later.SideChoice, 68: later.Sides}
    known |= {69: later.StandbyOffer, 70: later.StandbyAnswer, 71: later.Standbys, 72: later.GoesOn}
    known |= {73: later.CopyPart, 74: later.CopyAck, 75: later.Promote}
    assert with_a_word == known


def test_old_refusal_codes_are_never_reused() -> None:
    known = {"PROTOCOL": 1, "FULL": 2, "BANNED": 4, "CLOSING": 5, "BAD": 6, "PASSWORD": 7}
    assert known.items() <= messages.RefusalCode.__members__.items()
    assert 3 not in list(messages.RefusalCode)  # NAME, in version 1


@pytest.mark.parametrize("hint", [float, bytes, list[int], dict, Any, Annotated[int, "x"]])
def test_a_type_without_a_wire_format_is_refused_when_the_program_starts(hint: Any) -> None:
    with pytest.raises(TypeError, match="no way to send"):
        field_type_of(hint)


@dataclasses.dataclass(frozen=True)
class Lonely:
    """A record of one field."""

    ids: Annotated[tuple[bool, ...], Length(0, 2)]


def test_a_record_of_one_field_is_an_array_too() -> None:
    kind = field_type_of(Lonely)
    assert kind.to_wire is not None
    assert kind.to_wire(Lonely((True,))) == ((True,),)
    assert kind.from_wire(((True,),)) == Lonely((True,))
