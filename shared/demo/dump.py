"""Prints a demo: text for people, or one JSON object for each record.

Rule 1: the text leaves out what only programs need (digests, whole worlds); JSON has every record and every digest.
Rule 2: each entry is one line, without control characters.
Rule 3: a moment is printed as minutes, seconds and hundredths, and can be typed in again (or as `1800`, ticks since the
        match began, or `30.5s`): it means the same moment, so both use hundredths of a second.
"""

import json
import re
from argparse import ArgumentTypeError
from collections.abc import Iterator
from dataclasses import asdict
from heapq import merge
from itertools import chain
from operator import itemgetter
from typing import Any

from petard.shared.demo import records as r
from petard.shared.demo.packing import key_changes
from petard.shared.demo.reader import Demo
from petard.shared.protocol.changes import Changes
from petard.shared.protocol.snapshot_rows import SnapshotRows
from petard.shared.rules.events import EventType
from petard.shared.rules.ruleset import TICK_RATE

PENDING_MOST = 10_000  # lines that wait for the keys of their second
_SENT = {SnapshotRows: "Keyframe", Changes: "Delta"}  # the names of what clients were sent
_KEYS = ((1, "up"), (2, "down"), (4, "left"), (8, "right"), (16, "bomb"), (32, "gone"))
MOMENT_FORMATS = "1800 (ticks), 30s, 30.5s or 0:30"
_MOMENT = re.compile(r"(?:(?:(?P<minutes>\d{1,6}):(?P<rest>\d\d(?:\.\d{1,6})?))|(?P<seconds>\d{1,8}(?:\.\d{1,6})?)s)")


def clock_text(moment: int) -> str:
    """Return a moment as minutes, seconds and hundredths, which tell one tick from the next.

    >>> clock_text(3675)
    '1:01.25'
    """
    seconds, ticks = divmod(moment, TICK_RATE)
    return f"{seconds // 60}:{seconds % 60:02}.{(ticks * 100 + TICK_RATE // 2) // TICK_RATE:02}"


def parse_moment(text: str) -> int:
    """Read a moment from the command line; raises ArgumentTypeError with one sentence.

    >>> [parse_moment(text) for text in ("1800", "30.5s", "1:30")]
    [1800, 1830, 5400]
    """
    if text.isascii() and text.isdigit() and len(text) <= 10:
        return int(text)
    found = _MOMENT.fullmatch(text)
    if not found:
        raise ArgumentTypeError(f"{text[:40]!r} is no moment: write {MOMENT_FORMATS}")
    seconds = float(found["seconds"] or found["rest"])
    return int(found["minutes"] or 0) * 60 * TICK_RATE + round(seconds * TICK_RATE)


def keys_text(keys: int) -> str:
    """Return the names of held keys, bits of `Keys`.

    >>> keys_text(17), keys_text(0)
    ('up+bomb', '-')
    """
    return "+".join(name for bit, name in _KEYS if keys & bit) or "-"


def text_lines(demo: Demo) -> Iterator[str]:
    """Yield what happened, line by line with its moment; raises DemoError for a file that makes no sense."""
    # The end comes after the events of its moment.
    whole = merge(_record_texts(demo), _event_texts(demo), key=itemgetter(0))
    ends = ((one.moment, _text(one)) for one in demo.notes if isinstance(one, r.Ended))
    for moment, text in chain(whole, ends):
        yield f"{moment:>7} {clock_text(moment):>8}  {text}"
    if demo.damage:
        yield demo.damage


def _record_texts(demo: Demo) -> Iterator[tuple[int, str]]:
    """The records in the order of their moments; in the file, keys stand behind the other records of their second."""
    pending: list[tuple[int, str]] = []
    for record in demo.records():
        if isinstance(record, r.Began | r.WorldState):
            yield from pending
            pending = []
        if isinstance(record, r.Inputs):
            pending += (
                (moment, f"slot {slot} keys {keys_text(keys)}")
                for moment, changed in key_changes(record)
                for slot, keys in changed.items()
            )
        elif not isinstance(record, r.Ended) and (text := _text(record)):
            pending.append((getattr(record, "moment", 0), text))
        if isinstance(record, r.Inputs) or len(pending) > PENDING_MOST:
            yield from sorted(pending, key=itemgetter(0))
            pending = []
    yield from pending


def _event_texts(demo: Demo) -> Iterator[tuple[int, str]]:
    for _, events in demo.event_blocks():
        for moment, event in events:
            numbers = (("slot", event.slot), ("tile", event.tile), ("other", event.other))
            known = (f" {name} {value}" for name, value in numbers if value >= 0)
            yield moment, EventType(event.what).name.lower() + "".join(known)


def _text(record: r.Record) -> str:
    match record:
        case r.Header():
            versions = f"protocol {record.protocol}, rules {record.rules}, build {record.build}"
            place = f"demo of {record.server!r}, map {record.map}, {record.preset}"
            return f"{place}, format {record.format}, {versions}"
        case r.Began():
            names = ", ".join(f"{seat.slot} {seat.name}" for seat in record.seats)
            return f"round {record.number} begins, rules {record.rules.name}, seed {record.seed}: {names}"
        case r.WorldState():
            return f"keyframe: tick {record.keyframe.tick}, {len(record.keyframe.tables[1])} players"
        case r.Seated():
            return "seats: " + ", ".join(f"{seat.slot} {seat.name}" for seat in record.seats)
        case r.Said():
            return f"{record.chat.name}: {record.chat.text}"
        case r.Scored():
            wins = ", ".join(f"slot {score.slot} {score.wins}" for score in record.results.wins)
            return f"round {record.results.round} over, winner {record.results.winner}; wins: {wins or 'none'}"
        case r.Mark():
            return f"mark {record.text!r}"
        case r.Ended():
            return f"end: {record.reason}"
    return ""


def json_lines(demo: Demo) -> Iterator[str]:
    """Yield every record, then the digests in rows of a group, then what clients were sent; raises DemoError."""
    for record in demo.records():
        yield _json(type(record).__name__, asdict(record))
    for start in range(0, len(demo.digests), r.GROUP):
        yield _json("Digests", {"moment": start, "digests": list(demo.digests[start : start + r.GROUP])})
    for moment, message, _ in demo.watch():
        yield _json(_SENT.get(type(message), type(message).__name__), {"moment": moment, **asdict(message)})
    if demo.damage:
        yield _json("Damage", {"what": demo.damage})


def _json(kind: str, values: dict[str, Any]) -> str:
    return json.dumps({"record": kind, **values}, separators=(",", ":"))
