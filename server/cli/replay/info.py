"""`petard-server replay info`: what is in demos, in a few lines for each."""

import sys
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from petard.server.config.command_line import CliParser
from petard.server.devtools.demo_files import open_demo
from petard.shared.demo.blocks import DemoError
from petard.shared.demo.reader import Demo
from petard.shared.demo.records import Began, Ended, Mark, Scored, Seated
from petard.shared.demo.time_format import clock_text
from petard.shared.rules.ruleset import RULES_VERSION


def main(words: Sequence[str]) -> int:
    """Print what is in each file; returns 0, or 2 if one cannot be read."""
    parser = CliParser(
        "replay info", "Print what is in demos: when, where, who, how long, and whether it can be run again."
    )
    parser.add_argument("files", type=Path, nargs="+", metavar="FILE")
    status = 0
    for path in parser.parse_args(words).files:
        try:
            demo = open_demo(path)
            lines = [f"{path}: {path.stat().st_size} bytes", *(f"  {line}" for line in lines_about(demo))]
            sys.stdout.write("\n".join(lines) + "\n")
        except DemoError as problem:
            sys.stderr.write(f"{problem}\n")
            status = 2
    return status


def lines_about(demo: Demo) -> Iterator[str]:
    """Yield a few lines about a demo; raises DemoError for a file that makes no sense."""
    header = demo.header
    started = datetime.fromtimestamp(header.started, UTC)
    yield f"played    {started:%Y-%m-%d %H:%M} UTC on {header.server!r}, {header.map}, {header.preset}"
    yield f"length    {clock_text(demo.length)} ({demo.length} ticks), {len(demo.rounds)} rounds"
    yield f"players   {_players(demo)}"
    yield f"versions  format {header.format}, protocol {header.protocol}, rules {header.rules}, build {header.build}"
    yield f"good for  {_uses(demo)}"
    if header.parent:
        yield f"from      {header.parent}, moment {header.parent_at}"
    scores = [note.results for note in demo.notes if isinstance(note, Scored)]
    if scores:
        names = _names(demo)
        champion = f", champion: {_winner(scores[-1].champion, names)}" if scores[-1].champion >= 0 else ""
        yield f"winners   {', '.join(_winner(score.winner, names) for score in scores)}{champion}"
    for mark in (note for note in demo.notes if isinstance(note, Mark)):
        yield f"mark      {clock_text(mark.moment)} {mark.text}"
    ended = next((note for note in demo.notes if isinstance(note, Ended)), None)
    yield f"end       {ended.reason}" if ended else "end       none: its server did not come to the end, or still plays"
    if demo.damage:
        yield f"damage    {demo.damage}"


def _players(demo: Demo) -> str:
    names: dict[str, None] = {}
    for note in demo.notes:
        if isinstance(note, Began):
            names |= dict.fromkeys(seat.name for seat in note.seats if seat.slot in note.slots)
    return ", ".join(names) or "nobody"


def _names(demo: Demo) -> dict[int, str]:
    """The last name on each slot."""
    return {seat.slot: seat.name for note in demo.notes if isinstance(note, Began | Seated) for seat in note.seats}


def _winner(slot: int, names: Mapping[int, str]) -> str:
    return names.get(slot, f"slot {slot}") if slot >= 0 else "draw"


def _uses(demo: Demo) -> str:
    uses = ["watching"] if demo.has_watch else []
    if demo.has_play and demo.header.rules == RULES_VERSION:
        uses.append("running again")
    return " and ".join(uses) or "nothing here"
