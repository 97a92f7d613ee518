"""`petard-server replay shrink`: makes a demo that fails smaller, while it fails in the same way.

Rule 1: a round fails if the rules raise, if it is not the same each time, or if the build of `--against`, which counts
        as the right one, plays it differently.
Rule 2: the small demo holds the digests of the right build; without one, those up to the tick that fails.
"""

import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from time import monotonic

from petard.server.config.command_line import CliParser
from petard.server.devtools.demo_files import add_output, open_demo, output_path
from petard.server.devtools.digest_oracle import DigestOracle
from petard.shared.demo.file_names import parent_label
from petard.shared.demo.reader import Demo
from petard.shared.demo.script import Script, demo_of, play_script, script_of
from petard.shared.demo.shrink import ShrinkReason, shrink
from petard.shared.demo.verify import verify
from petard.shared.progress import ProgressBar
from petard.shared.rules.world import World, copy_world


class NothingFails(Exception):
    """Nothing in this demo fails; the text is one sentence."""


def shrunk(demo: Demo, name: str, oracle: DigestOracle) -> tuple[bytes, Script, ShrinkReason]:
    """Return the small demo as a file, as a script, and how it fails. `name`: the file name of the whole demo.

    Raises NothingFails if no round fails, DemoError for other rules.
    """
    number, script, reason = _first_failing(demo, oracle)
    least = 1 if oracle.right else min(2, reason.tick)  # a demo that can be run again has a tick that ended

    def judge(attempt: Script) -> ShrinkReason | None:
        found = oracle.reason(attempt, reason.fault)
        return found if found and found.tick >= least else None

    small, why = shrink(script, lambda attempt: reason if attempt is script else judge(attempt))
    header = replace(demo.header, parent=parent_label(name), parent_at=demo.rounds[number - 1].moment + reason.tick)
    note, more = (f"{why.fault.value}: {what}" for what in (why.place, why.more or why.place))
    return demo_of(small, _right_worlds(small, why, oracle), header, note, more), small, why


def _first_failing(demo: Demo, oracle: DigestOracle) -> tuple[int, Script, ShrinkReason]:
    bar = ProgressBar(len(demo.rounds), sys.stderr, monotonic)
    for number in range(1, len(demo.rounds) + 1):
        bar.show(number - 1)
        script = script_of(demo, number)
        reason = oracle.reason(script)
        if reason:
            bar.clear()
            return number, script, reason
    bar.clear()
    mismatch = verify(demo).mismatch
    if mismatch and not oracle.right:
        need = "Only the build that recorded it knows how a smaller one should go: --against DIR."
        raise NothingFails(f"It is not as it was recorded ({mismatch.what.sentence('recorded', 'now')}). {need}")
    other = "and the other build plays it alike" if oracle.right else "perhaps --against another build"
    raise NothingFails(f"Nothing fails in this demo: no round raises, each is the same each time, {other}.")


def _right_worlds(script: Script, reason: ShrinkReason, oracle: DigestOracle) -> list[World]:
    """Return the worlds after the ticks by the right build; without one, those before the failure."""
    if oracle.right:
        return oracle.right.play(script, tuple(range(1, script.ticks + 1)))[2]
    right = replace(script, ticks=reason.tick - 1)
    return [copy_world(world) for world in play_script(right)]


def main(words: Sequence[str]) -> int:
    """Shrink one demo; returns 0 for a smaller one, 1 if nothing in it fails. Raises DemoError and OSError."""
    parser = CliParser("replay shrink", "Make a demo that fails as small as it can be, while it fails in the same way.")
    add = parser.add_argument
    add("file", type=Path, metavar="FILE")
    add("--against", type=Path, metavar="DIR", help="a folder with another build, which is right")
    add_output(parser, "the new file (default: FILE with -small in its name)")
    given = parser.parse_args(words)
    path: Path = given.file
    out = output_path(given, path.with_name(f"{path.stem}-small{path.suffix}"))
    began = monotonic()
    try:
        with DigestOracle(given.against) as oracle:
            data, script, reason = shrunk(open_demo(path), path.name, oracle)
    except NothingFails as problem:
        sys.stdout.write(f"{problem}\n")
        return 1
    out.write_bytes(data)
    sys.stdout.write(f"{_summary(script, reason, out)}, in {monotonic() - began:.1f} s\n")
    return 0


def _summary(script: Script, reason: ShrinkReason, out: Path) -> str:
    size = f"{script.ticks} ticks, {len(script.start.players)} players, {len(script.holds)} keys"
    board = f"{script.start.width} x {script.start.height}"
    where = f" ({reason.more})" if reason.more else ""
    return f"{reason.fault.value}: {reason.place}{where}\n{out}: {size}, board {board}"
