"""Write assets/web/tables.js, which tells the web pages what Petard's tables say: `python -m tests.tools.web_tables`.

A record is one text: the names of its fields, in the order of the wire. `seats:Seat*` is an array of records,
`mode:ModeSetup` one record.
tests/server/web/test_page_world.py fails where the file is out of date.
"""

import json
import re
from enum import IntEnum
from typing import Any

from petard.assets import path
from petard.assets.palette import CHARACTERS, PLAYER_COLOURS
from petard.assets.source.make_web_sheet import CELL, COLUMNS, PLAIN
from petard.game.config.languages import LANGUAGES
from petard.game.ui.render.player_looks import LETTERS
from petard.game.view.cues import SOUNDS
from petard.game.view.floor_looks import sign_of
from petard.game.view.item_looks import ILLNESS_WORDS, TAKEN_SOUND
from petard.game.view.mode_views import ROTTEN, SIDE_NAMES
from petard.shared.protocol.codec import OWN
from petard.shared.protocol.messages import MESSAGES, PROTOCOL, Phase
from petard.shared.protocol.schema import fields_of
from petard.shared.protocol.snapshot import COLUMNS as TABLE_COLUMNS
from petard.shared.protocol.snapshot import FIRST_TABLES
from petard.shared.protocol.snapshot_rows import FIRST, LATER
from petard.shared.protocol.state import WIRE_COLUMNS, WIRE_TABLES
from petard.shared.rules.events import EventType
from petard.shared.rules.floors import THEMES, Floor
from petard.shared.rules.modes.table import MODES
from petard.shared.rules.ruleset import LAST_ONE_STANDING
from tests.tools.protocol_doc import RECORDS

HEAD = "// Made by tests/tools/web_tables.py from the tables of Petard: do not edit it.\n"
QUOTED = re.compile('"([A-Za-z_][A-Za-z_0-9]*|[0-9]+)":')  # a key that needs no quotes
TYPES = {  # of what is looked up by names or numbers from the wire
    **dict.fromkeys(("MESSAGES", "RECORDS", "TABLES", "ILLNESSES", "LANGUAGES", "SOUNDS"), "{[key: string]: string}"),
    **dict.fromkeys(("FIRST", "RULES"), "{[key: string]: number}"),
    "LATER": "{[key: string]: number[]}",
}
OTHER_SOUNDS = {EventType.BLAST: "blast", EventType.TAKEN: TAKEN_SOUND, EventType.DIED: "death"}  # whose they are
RULES = ("countdown", "round", "fuse", "flame", "health_most", "cart_speed", "cart_flight")


def _record(kind: type) -> str:
    names = {record.__name__ for record in RECORDS}
    words = []
    for name, field in fields_of(kind, OWN).items():
        if many := re.fullmatch(r".* x \((\w+)\)", field.limits):
            words.append(f"{name}:{many[1]}*" if many[1] in names else name)
        else:
            words.append(f"{name}:{field.limits}" if field.limits in names else name)
    return " ".join(words)


def _enum(kind: type[IntEnum]) -> dict[str, int]:
    return {one.name: int(one) for one in kind}


def _columns(name: str) -> str:
    return " ".join(WIRE_COLUMNS.get(name) or TABLE_COLUMNS[name])


def tables() -> dict[str, Any]:
    """Return what the file exports, by name."""
    floors = [" ".join(map(str, sign_of(floor) or ())) for floor in range(max(Floor) + 1)]
    return {
        "PROTOCOL": PROTOCOL,
        "MESSAGES": {number: f"{kind.__name__} {_record(kind)}".strip() for number, kind in MESSAGES.items()},
        "RECORDS": {kind.__name__: _record(kind) for kind in RECORDS},
        "TABLES": {name: _columns(name) for name in WIRE_TABLES[1:]},
        "FIRST": {name: count for name, count in FIRST.items() if name in LATER},
        "FIRST_TABLES": len(FIRST_TABLES) + 2,  # and moves and applied
        "LATER": LATER,
        "PHASE": _enum(Phase),
        "EVENT": _enum(EventType),
        "MODES": {name: mode.number for name, mode in MODES.items()},
        "SIDES": list(map(str, SIDE_NAMES)),
        "SOUNDS": {int(event): name for event, name in (SOUNDS | OTHER_SOUNDS).items()},
        "ZOMBIE_COLOUR": ROTTEN,
        "RULES": {name: getattr(LAST_ONE_STANDING, name) for name in RULES},
        "LANGUAGES": LANGUAGES,
        "ILLNESSES": {int(number): words for number, words in ILLNESS_WORDS.items()},
        "FLOORS": floors,
        "THEMES": THEMES,
        "COLOURS": ["#{:02x}{:02x}{:02x}".format(*colour) for colour in PLAYER_COLOURS],
        "FIGURES": len(CHARACTERS),
        "LETTERS": LETTERS,
        "SHEET": {"width": CELL[0], "height": CELL[1], "columns": COLUMNS, "cells": " ".join(PLAIN)},
    }


def text() -> str:
    """Return the file."""
    lines = []
    for name, value in tables().items():
        shown = json.dumps(value, ensure_ascii=True, separators=(",", ":"), default=list)
        if name in TYPES:
            lines.append(f"/** @type {{{TYPES[name]}}} */\n")
        lines.append(f"export const {name} = " + QUOTED.sub(r"\1:", shown) + ";\n")
    return HEAD + "".join(lines)


if __name__ == "__main__":
    path("web", "tables.js").write_text(text(), encoding="utf-8", newline="\n")
