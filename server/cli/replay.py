"""`petard-server replay VERB …`: what can be done with recorded matches without a screen.

Rule 1: a verb is a function `words -> exit status`; one that needs much more is the `main` of a module that is imported
when it is asked for.
Rule 2: whatever is in the files, a mistake is one sentence on stderr and status 2; Ctrl-C prints nothing.
"""

import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path

from petard.server.config.config import INTERRUPTED, CliParser, fail
from petard.server.devtools.capture_dump import capture_json, capture_text, lines_about_capture
from petard.server.devtools.demo_files import add_output, open_demo, open_recording, output_path
from petard.shared.demo.blocks import DemoError
from petard.shared.demo.capture import Capture
from petard.shared.demo.diff import diff_demos
from petard.shared.demo.dump import MOMENT_FORMATS, clock_text, json_lines, parse_moment, text_lines
from petard.shared.demo.reader import Demo, read_demo
from petard.shared.demo.records import Began, Ended, Mark, Scored, Seated, parent_label
from petard.shared.demo.trim import trim
from petard.shared.files import problem_text, shown_path, write_file
from petard.shared.lazy import lazy
from petard.shared.rules.ruleset import RULES_VERSION
from petard.shared.user_folders import file_path

# -P: nothing in the current folder is imported instead of ours
EXPORT = (sys.executable, "-P", "-mpetard.game.replays.export")


def main(words: Sequence[str]) -> int:
    """Run the verb that `words` begins with; returns the exit status: 0, 1 for demos that differ, 2 for a mistake."""
    verb = words[0] if words else ""
    if verb in ("-h", "--help"):
        verbs = (f"  {name:8} {about}" for name, (_, about) in VERBS.items())
        sys.stdout.write("\n".join(["usage: petard-server replay VERB [-h] FILE...", "", *verbs, ""]))
        return 0
    if verb not in VERBS:
        return fail(f"replay does {', '.join(VERBS)}, not {verb[:40]!r}")
    run, _ = VERBS[verb]
    try:
        return int((lazy(run).main if isinstance(run, str) else run)(words[1:]))
    except KeyboardInterrupt:
        return INTERRUPTED
    except ModuleNotFoundError as problem:
        return fail(f"This installation cannot {verb}: it has no {problem.name}.")
    except DemoError as problem:
        return fail(problem)
    except OSError as problem:
        return fail(problem_text(problem))


def _info(words: Sequence[str]) -> int:
    about = "Print what is in demos and captures: when, where, who, how long, and whether it can be run again."
    parser = CliParser("replay info", about)
    parser.add_argument("files", type=file_path, nargs="+", metavar="FILE")
    status = 0
    for path in parser.parse_args(words).files:
        try:
            found = open_recording(path)
            about_it = lines_about_capture(found) if isinstance(found, Capture) else lines_about(found)
            lines = [f"{shown_path(path)}: {path.stat().st_size} bytes", *(f"  {line}" for line in about_it)]
            sys.stdout.write("\n".join(lines) + "\n")
        except DemoError as problem:
            sys.stderr.write(f"{problem}\n")
            status = 2
    return status


def lines_about(demo: Demo) -> Iterator[str]:
    """Yield a few lines about a demo; raises DemoError for a file that makes no sense."""
    header = demo.header
    started = datetime.fromtimestamp(header.started, UTC)
    began = [note for note in demo.outline if isinstance(note, Began)]
    players = dict.fromkeys(seat.name for note in began for seat in note.seats if seat.slot in note.slots)
    can_run = demo.has_play and not demo.has_gaps and header.rules == RULES_VERSION
    uses = ["watching"] * bool(demo.watch_starts) + ["running again"] * can_run
    yield f"played    {started:%Y-%m-%d %H:%M} UTC on {header.server!r}, {header.map}, {header.preset}"
    yield f"length    {clock_text(demo.length)} ({demo.length} ticks), {len(demo.rounds)} rounds"
    yield f"players   {', '.join(players) or 'nobody'}"
    yield f"versions  format {header.format}, protocol {header.protocol}, rules {header.rules}, build {header.build}"
    yield f"good for  {' and '.join(uses) or 'nothing here'}"
    if header.parent:
        yield f"from      {header.parent}, moment {header.parent_at}"
    if winners := _winners(demo):
        yield f"winners   {winners}"
    for mark in (note for note in demo.outline if isinstance(note, Mark)):
        yield f"mark      {clock_text(mark.moment)} {mark.text}"
    ended = next((note for note in demo.outline if isinstance(note, Ended)), None)
    yield f"end       {ended.reason}" if ended else "end       none: its server did not come to the end, or still plays"
    if demo.damage:
        yield f"damage    {demo.damage}"


def _winners(demo: Demo) -> str:
    """Return who has won each round, by the last name on each slot, and who the match; "" if no round is over."""
    scores = [note.results for note in demo.outline if isinstance(note, Scored)]
    names = {seat.slot: seat.name for note in demo.outline if isinstance(note, Began | Seated) for seat in note.seats}
    names[-1] = "draw"
    winners = ", ".join(names.get(score.winner, f"slot {score.winner}") for score in scores)
    champion = scores[-1].champion if scores else -1
    return winners + (f", champion: {names.get(champion, f'slot {champion}')}" if champion >= 0 else "")


def _dump(words: Sequence[str]) -> int:
    """Write a demo or a capture to stdout; returns 2 if some of it is damaged."""
    parser = CliParser("replay dump", "Write a demo or a capture as text that a person can read.")
    parser.add_argument("file", type=file_path, metavar="FILE")
    parser.add_argument("--json", action="store_true", help="one JSON object a line: every record and every digest")
    given = parser.parse_args(words)
    damage, lines = _dumped(given.file, given.json)
    for line in lines:
        sys.stdout.write(f"{line}\n")
    return 2 if damage else 0


def _dumped(path: Path, as_json: bool) -> tuple[str, Iterator[str]]:
    """Return what is damaged in a file, or "", and its lines."""
    found = open_recording(path)
    if isinstance(found, Capture):
        return found.damage, capture_json(found) if as_json else capture_text(found)
    return found.damage, json_lines(found) if as_json else text_lines(found)


def _diff(words: Sequence[str]) -> int:
    about = "Print where two demos differ: headers, rounds, the first keys and the first world."
    parser = CliParser("replay diff", about)
    parser.add_argument("one", type=file_path, metavar="FILE")
    parser.add_argument("other", type=file_path, metavar="FILE")
    given = parser.parse_args(words)
    found = diff_demos(open_demo(given.one), open_demo(given.other))
    for part in found:
        where = f"moment {part.moment} ({clock_text(part.moment)}): " if part.moment >= 0 else ""
        sys.stdout.write(f"{where}{part.what}\n")
    return 1 if found else 0


def _trim(words: Sequence[str]) -> int:
    about = "Cut a piece out of a demo. It begins at the last keyframe before the moment asked for."
    parser = CliParser("replay trim", about)
    add, first = parser.add_argument, f"{MOMENT_FORMATS} (default: the beginning)"
    add("file", type=file_path, metavar="FILE")
    add("--from", dest="first", type=parse_moment, default=0, metavar="MOMENT", help=first)
    add("--to", dest="last", type=parse_moment, default=2**32, metavar="MOMENT", help="its end (default: the end)")
    add_output(parser, "the new file (default: FILE with -trimmed in its name)")
    given = parser.parse_args(words)
    path: Path = given.file
    out = output_path(given, path.parent / f"{path.stem}-trimmed{path.suffix}")
    data = trim(open_demo(path), given.first, given.last, parent_label(path.name))
    write_file(out, data, given.force, private=True)
    piece = read_demo(data)
    begins = clock_text(piece.header.parent_at)
    sys.stdout.write(f"{shown_path(out)}: {clock_text(piece.length)} from {begins} on, {len(data)} bytes\n")
    return 0


def _export(words: Sequence[str]) -> int:
    """Let the game make the film, in a process of its own; returns its exit status."""
    if not find_spec("pygame"):
        raise ModuleNotFoundError(name="pygame")
    done = subprocess.run([*EXPORT, *words], check=False)
    return done.returncode if done.returncode >= 0 else 1


VERBS: dict[str, tuple[str | Callable[[Sequence[str]], int], str]] = {  # what runs it, and what it does
    "info": (_info, "print what is in demos and captures"),
    "verify": ("petard.server.cli.replay_verify", "run demos again and compare every tick"),
    "dump": (_dump, "write a demo or a capture as text, or as lines of JSON"),
    "diff": (_diff, "print where two demos differ"),
    "trim": (_trim, "cut a piece out of a demo"),
    "shrink": ("petard.server.devtools.shrink", "make a demo or a capture that fails as small as it can be"),
    "to-test": ("petard.server.devtools.to_test", "write the pytest that plays a demo"),
    "wire": ("petard.server.devtools.wire", "play wire captures against a real server, or write them for Wireshark"),
    "xray": ("petard.server.devtools.xray", "show how TCP cut the streams of a capture"),
    "export": (_export, "make a film of a demo"),
}
