"""Prints a capture: what is in it, or every record as a line of text or of JSON.

Each entry is one line without control characters. Turns in which nothing happened at a socket are left out of the text.
"""

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from petard.server.devtools.pcapng import call_text
from petard.shared.demo.capture import (
    UNITS_PER_SECOND,
    Accepted,
    Action,
    Capture,
    CaptureEnd,
    CaptureStep,
    LoopTurn,
    Received,
    Sent,
    ServerStop,
    SocketFault,
    SocketRecord,
)
from petard.shared.demo.message_fields import message_fields, message_text
from petard.shared.demo.xray import FramePart, PieceCount, StreamCutter
from petard.shared.protocol.messages import Hello, Message

NAMES_SHOWN = 16


class DirectionCutters:
    """Cuts both directions of all connections of a capture into frames."""

    def __init__(self) -> None:
        self._cutters: dict[tuple[type, int], StreamCutter] = {}
        self.counts = {Received: PieceCount(), Sent: PieceCount()}

    def parts(self, record: Received | Sent, at: float) -> tuple[FramePart, ...]:
        if not record.data:
            return ()
        cutter = self._cutters.setdefault((type(record), record.connection), StreamCutter())
        piece = cutter.cut(at, record.data)
        self.counts[type(record)].add(piece)
        return piece.parts


def lines_about_capture(capture: Capture) -> Iterator[str]:
    """Yield a few lines about a capture."""
    start, cutters, names = capture.start, DirectionCutters(), dict[str, None]()
    kinds: Counter[str] = Counter()
    for step in capture.steps:
        kinds[type(step.cause).__name__] += 1
        for record in step.records:
            kinds[type(record).__name__] += 1
            if isinstance(record, Received | Sent):
                hellos = [part.message for part in cutters.parts(record, 0.0) if isinstance(part.message, Hello)]
                names |= dict.fromkeys(hello.name for hello in hellos)
    began = (
        f"{datetime.fromtimestamp(start.started, UTC):%Y-%m-%d %H:%M} UTC" if start.started else "at an unknown time"
    )
    shown = ", ".join(list(names)[:NAMES_SHOWN]) + (", …" if len(names) > NAMES_SHOWN else "")
    yield f"captured  {began} on {start.name!r}, {start.setup.map}, {start.setup.rules}"
    yield f"length    {capture.seconds:.1f} s, {kinds['LoopTurn']} turns, {kinds['Accepted']} connections"
    yield f"names     {shown or 'none'}"
    yield f"versions  format {start.format}, protocol {start.protocol}, rules {start.rules}, build {start.build}"
    yield f"received  {cutters.counts[Received]}"
    yield f"sent      {cutters.counts[Sent]}"
    yield f"actions   {kinds['Action']} of admins and services, {kinds['SocketFault']} socket errors"
    yield f"end       {capture.cut_off or 'its server was stopped'}"


def capture_text(capture: Capture) -> Iterator[str]:
    """Yield what happened, line by line with its time and turn."""
    cutters = DirectionCutters()
    for turn, step in enumerate(capture.steps):
        at = step.at / UNITS_PER_SECOND
        head = f"{at:9.3f} s  turn {turn:5}"
        if not isinstance(step.cause, LoopTurn):
            yield f"{head}  {_cause_text(step)}"
        for record in step.records:
            line = f"{head}  connection {record.connection:3}  {call_text(record)}"
            parts = cutters.parts(record, at) if isinstance(record, Received | Sent) else ()
            yield f"{line}: {' | '.join(map(part_text, parts))}" if parts else line


def _cause_text(step: CaptureStep) -> str:
    match step.cause:
        case Action(_, what):
            return f"action: {what!r}"
        case ServerStop(_, reason):
            return f"the server stops: {reason!r}"
        case CaptureEnd(state):
            return f"the end; its room has the checksum {state:08x}"
    return f"{step.cause!r}"


def part_text(part: FramePart) -> str:
    """Say what of a frame is in a piece.

    >>> part_text(FramePart(4, 3, 9))
    'bytes 4 to 6 of 9'
    """
    if part.message is None:
        return f"bytes {part.before} to {part.before + part.size - 1} of {part.needed or 'a frame'}"
    rest = f" (its last {part.size} bytes)" if part.before else ""
    return f"{part.message if isinstance(part.message, str) else message_text(part.message)}{rest}"


def capture_json(capture: Capture) -> Iterator[str]:
    """Yield one JSON object for each record, the beginning first."""
    cutters = DirectionCutters()
    yield json.dumps({"record": "CaptureStart", **asdict(capture.start)})
    for turn, step in enumerate(capture.steps):
        at = step.at / UNITS_PER_SECOND
        more = {"action": type(step.cause.what).__name__} if isinstance(step.cause, Action) else {}
        place: dict[str, Any] = {"at": round(at, 6), "turn": turn}
        yield json.dumps({**place, "record": type(step.cause).__name__, **more, **asdict(step.cause)})
        for record in step.records:
            yield json.dumps({**place, "record": type(record).__name__, **_values(record, cutters, at)})


def _values(record: SocketRecord, cutters: DirectionCutters, at: float) -> dict[str, Any]:
    if isinstance(record, Received | Sent):
        messages = [_message_values(part.message) for part in cutters.parts(record, at) if part.message is not None]
        return {"connection": record.connection, "data": record.data.hex(), "messages": messages}
    if isinstance(record, SocketFault):
        return {"connection": record.connection, "call": record.call.name, "kind": record.kind.name}
    if isinstance(record, Accepted):
        return {"connection": record.connection, "group": record.group}
    return {"connection": record.connection, "is_half": bool(record.is_half)}


def _message_values(message: Message | str) -> dict[str, Any] | str:
    return message if isinstance(message, str) else dict(message_fields(message)) or type(message).__name__
