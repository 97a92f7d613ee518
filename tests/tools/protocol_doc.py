"""The tables of PROTOCOL.md (tests/tools/docs.py)."""

import inspect
import re
from collections.abc import Iterable
from enum import IntEnum
from typing import Annotated, Any

from petard.assets.palette import CHARACTERS, PLAYER_NAMES
from petard.shared.bots.traits import SKILL_NAMES
from petard.shared.discovery.network import EVERYBODY, GROUP
from petard.shared.protocol import beacon
from petard.shared.protocol.beacon import DATAGRAMS, LISTEN, PORT, PORTS, ServerCard
from petard.shared.protocol.codec import OWN
from petard.shared.protocol.field_types import ItemName, ModeSetup, SlotPing
from petard.shared.protocol.later_messages import CopyKind, MapCount, SeatSide, Standby
from petard.shared.protocol.link import LIMITS, TRANSITIONS, LinkState, Role
from petard.shared.protocol.messages import (
    MESSAGES,
    Away,
    Phase,
    RefusalCode,
    Score,
    Seat,
    Skipped,
    Spectator,
)
from petard.shared.protocol.named_rules import NamedNumber, NamedRules
from petard.shared.protocol.schema import Own, field_type_of, fields_of
from petard.shared.protocol.snapshot import COLUMNS
from petard.shared.protocol.snapshot_rows import KEYS, PLACE, RANGES, TILES, ColumnBounds
from petard.shared.protocol.state import APPLIED, MOVES, WIRE_COLUMNS, WIRE_TABLES
from petard.shared.rules.events import Event, EventType
from petard.shared.rules.floors import FLOOR_MOST, Floor
from petard.shared.rules.items import Illness, Item
from petard.shared.rules.ruleset import PRESETS, Range, RuleSet
from petard.shared.rules.world import Direction, Shape, Tile
from tests.tools.markdown import Tables, rows_of

RECORDS = (
    Seat,
    ModeSetup,
    MapCount,
    SeatSide,
    Standby,
    Spectator,
    Score,
    Event,
    ItemName,
    SlotPing,
    NamedRules,
    NamedNumber,
)


def first_sentences(kind: type) -> str:
    """Return the docstring of a message as one line."""
    return " ".join((kind.__doc__ or "").split())


def messages_table() -> str:
    """All messages, and which end sends them."""
    rows = []
    for number, kind in MESSAGES.items():
        ends = [end for end in Role if any(kind in TRANSITIONS[state][end] for state in LinkState)]
        rows.append([number, kind.__name__, " and ".join(end.value for end in ends), first_sentences(kind)])
    return rows_of("number", "message", "sent by", "meaning", rows=rows)


def fields_table() -> str:
    """The fields of every message, in the order of the wire."""
    return rows_of("message", "field", "holds", rows=_field_rows(MESSAGES.values(), OWN))


def records_table() -> str:
    """The fields of the records inside messages."""
    return rows_of("record", "field", "holds", rows=_field_rows(RECORDS, OWN))


def _field_rows(kinds: Iterable[type], own: Own) -> Iterable[list[str]]:
    for kind in kinds:
        for place, (name, field) in enumerate(fields_of(kind, own).items()):
            yield ["" if place else f"**{kind.__name__}**", f"`{name}`", field.limits]


def enums_table() -> str:
    """The enumerations."""
    enums: list[type[IntEnum]] = [RefusalCode, Phase, Away, EventType, Tile, Item, Illness, Floor, CopyKind]
    rows = [[enum.__name__, _members(enum)] for enum in enums]
    plain = {"Direction": _constants(Direction), "flame shape": _constants(Shape), "skill": enumerate(SKILL_NAMES)}
    plain |= {"colour": enumerate(PLAYER_NAMES), "character": enumerate(CHARACTERS)}
    rows += [[word, ", ".join(f"{number} {name}" for number, name in names)] for word, names in plain.items()]
    return rows_of("word", "numbers", rows=rows)


def _constants(kind: type) -> Iterable[tuple[int, str]]:
    return sorted((number, name) for name, number in vars(kind).items() if name.isupper())


def events_table() -> str:
    """The meaning of the fields of each event: the comments of EventType."""
    comments = re.findall(r"^    (\w+) = (\d+)  # (.*)$", inspect.getsource(EventType), re.MULTILINE)
    return rows_of("number", "event", "meaning", rows=[[number, name, text] for name, number, text in comments])


def _members(enum: type[IntEnum]) -> str:
    return ", ".join(f"{member.value} {member.name}" for member in enum)


def limits_table() -> str:
    """The longest payload, by state and sender."""
    rows = [[state.name, *(LIMITS[state][end] for end in Role)] for state in LinkState if state is not LinkState.CLOSED]
    return rows_of("state", *(f"{end.value} (bytes)" for end in Role), rows=rows)


def transitions_table() -> str:
    """The legal messages of each state, and the next state."""
    rows = []
    for state, row in TRANSITIONS.items():
        for end, says in row.items():
            for after in LinkState:
                kinds = [_name_of(kind) for kind, then in says.items() if then is after]
                if kinds:
                    rows.append([state.name, end.value, ", ".join(kinds), after.name])
    return rows_of("in", "the", "may send", "next state", rows=rows)


def _name_of(kind: type) -> str:
    return "messages from 64 on" if kind is Skipped else kind.__name__


def snapshot_table() -> str:
    """The tables of a Keyframe, and the board, which is one in a Delta."""
    columns = {"board": ("tile",), **COLUMNS, **WIRE_COLUMNS}
    rows = ([n, name, ", ".join(f"`{column}`" for column in columns[name])] for n, name in enumerate(WIRE_TABLES))
    return rows_of("table", "name", "columns after the key", rows=rows)


def columns_table() -> str:
    """What each column of the tables of a Keyframe may hold."""
    rows = [["`x`", "0..256*w-1"], ["`y`", "0..256*h-1"], ["a tile as a key", "0..w*h-1"]]
    rows += [[f"the key of `{name}`", _span(key)] for name, key in KEYS.items() if key is not TILES]
    rows += [[f"`{name}`", _span(one)] for name, one in RANGES.items() if one is not PLACE]
    rows += [row for bounds in (MOVES, APPLIED) for row in _bound_rows(bounds)]
    rows += [["`floor`", _span(Range(1, FLOOR_MOST))]]
    return rows_of("column", "holds", rows=rows)


def _bound_rows(bounds: ColumnBounds) -> Iterable[list[str]]:
    names = [f"the key of `{bounds.name}`", *(f"`{column}`" for column in bounds.columns)]
    for name, low, high in zip(names, bounds.low, bounds.high, strict=True):
        yield [name, _span(Range(low, high))]


def datagrams_table() -> str:
    """The datagrams by which servers are found."""
    rows = [[number, kind.__name__, first_sentences(kind)] for number, kind in DATAGRAMS.items()]
    return rows_of("number", "datagram", "meaning", rows=rows)


def cards_table() -> str:
    """The fields of datagrams, and of the card inside."""
    return rows_of("datagram", "field", "holds", rows=_field_rows([*DATAGRAMS.values(), ServerCard], beacon.OWN))


def discovery_table() -> str:
    """Where datagrams are sent."""
    ports = f"{PORT} by default, and the {PORTS - 1} after it"
    listen = f"{PORT + LISTEN} by default: the first port for Questions plus {LISTEN}"
    rows = [
        [
            "Question",
            ports,
            f"each network's broadcast address, {EVERYBODY}, `{GROUP}` on each interface; known addresses",
        ],
        ["Answer", "where the Question came from", "where the Question came from"],
        ["Notice, Farewell", listen, f"each network's broadcast address, `{GROUP}` on each interface"],
    ]
    return rows_of("datagram", "to UDP port", "to address", rows=rows)


def _span(one: Range) -> str:
    return field_type_of(Annotated[int, one]).limits


def rules_table() -> str:
    """The fields of a RuleSet, with the presets as examples."""
    rows = [
        [
            f"`{name}`",
            "0..1000 for each item" if name == "weights" else kind.limits,
            *(_cell(getattr(rules, name)) for rules in PRESETS.values()),
        ]
        for name, kind in fields_of(RuleSet).items()
    ]
    return rows_of("field", "holds", *PRESETS, rows=rows)


def _cell(value: Any) -> str:
    if isinstance(value, tuple):
        return " ".join(f"{item.name.lower()} {value[item]}" for item in Item)
    return str(value)


TABLES_OF_THE_PAGE: Tables = {
    "messages": messages_table,
    "fields": fields_table,
    "records": records_table,
    "enums": enums_table,
    "events": events_table,
    "limits": limits_table,
    "transitions": transitions_table,
    "snapshot": snapshot_table,
    "columns": columns_table,
    "rules": rules_table,
    "datagrams": datagrams_table,
    "cards": cards_table,
    "discovery": discovery_table,
}
