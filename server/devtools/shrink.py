"""The verb `shrink`: a demo that fails becomes a small one that fails in the same way.

Rule 1: a round fails when the rules raise, when it is not the same each time, or when the build of `--against`, which
        counts as the right one, plays it otherwise.
Rule 2: the small demo holds the digests of the right build; without one, those up to the tick that fails.
"""

import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from time import monotonic

from petard.server.cli.replay.common import Parser, open_demo, out_of
from petard.server.cli.replay.progress import ProgressBar
from petard.server.devtools.digest_oracle import DigestOracle
from petard.shared.demo.file_names import parent_named
from petard.shared.demo.reader import Demo
from petard.shared.demo.script import Script, play, script_of
from petard.shared.demo.script_to_demo import demo_of
from petard.shared.demo.shrink import Judge, Reason, shrink
from petard.shared.demo.verify import verify
from petard.shared.rules.world import World, copy_world


class Unfailing(Exception):
    """Nothing in this demo fails; one sentence."""


def shrunk(demo: Demo, name: str, oracle: DigestOracle) -> tuple[bytes, Script, Reason]:
    """The small demo as a file, as a script, and how it fails. `name`: what the header says it is from.

    Raises Unfailing if no round fails, NoDemo for rules that are not ours.
    """
    number, script, reason = _first_failing(demo, oracle)

    least = 1 if oracle.right else min(2, reason.tick)  # a demo that can be run again has a tick that ended

    def judge(attempt: Script) -> Reason | None:
        found = oracle.reason(attempt, reason.fault)
        return found if found and found.tick >= least else None

    small, why = shrink(script, _once(judge, script, reason))
    header = replace(demo.header, parent=parent_named(name), parent_at=demo.began[number - 1].moment + reason.tick)
    note, more = (f"{why.fault.value}: {what}" for what in (why.place, why.more or why.place))
    return demo_of(small, _as_it_should_be(small, why, oracle), header, note, more), small, why


def _first_failing(demo: Demo, oracle: DigestOracle) -> tuple[int, Script, Reason]:
    bar = ProgressBar(len(demo.began), sys.stderr)
    for number in range(1, len(demo.began) + 1):
        bar.show(number - 1)
        script = script_of(demo, number)
        reason = oracle.reason(script)
        if reason:
            bar.clear()
            return number, script, reason
    bar.clear()
    parting = verify(demo).parting
    if parting and not oracle.right:
        need = "Only the build that recorded it can say how less of it should go: --against DIR."
        raise Unfailing(f"It is not as it was recorded ({parting.what.sentence('recorded', 'now')}). {need}")
    other = "and the other build plays it alike" if oracle.right else "perhaps --against another build"
    raise Unfailing(f"Nothing fails in this demo: no round raises, each is the same each time, {other}.")


def _once(judge: Judge, script: Script, reason: Reason) -> Judge:
    """The same judge, which knows the answer for the whole script already."""
    return lambda attempt: reason if attempt is script else judge(attempt)


def _as_it_should_be(script: Script, reason: Reason, oracle: DigestOracle) -> list[World]:
    """The worlds after the ticks; without a right build those before the failure."""
    if oracle.right:
        return oracle.right.play(script, tuple(range(1, script.ticks + 1)))[2]
    right = replace(script, ticks=reason.tick - 1)
    return [copy_world(world) for world in play(right)]


def main(words: Sequence[str]) -> int:
    """Shrink one demo; returns 0 for a smaller one, 1 if nothing in it fails. Raises NoDemo and OSError."""
    parser = Parser("shrink", "Make a demo that fails as small as it can be, while it fails in the same way.")
    add = parser.add_argument
    add("file", type=Path, metavar="FILE")
    add(
        "--against",
        type=Path,
        metavar="DIR",
        help="a folder with another build, which is right",
    )
    parser.add_out("the new file (default: FILE with -small in its name)")
    given = parser.parse_args(words)
    path: Path = given.file
    out = out_of(given, path.with_name(f"{path.stem}-small{path.suffix}"))
    began = monotonic()
    try:
        with DigestOracle(given.against) as oracle:
            data, script, reason = shrunk(open_demo(path), path.name, oracle)
    except Unfailing as problem:
        sys.stdout.write(f"{problem}\n")
        return 1
    out.write_bytes(data)
    sys.stdout.write(f"{_summary(script, reason, out)}, in {monotonic() - began:.1f} s\n")
    return 0


def _summary(script: Script, reason: Reason, out: Path) -> str:
    size = f"{script.ticks} ticks, {len(script.start.players)} players, {len(script.holds)} keys"
    board = f"{script.start.width} x {script.start.height}"
    where = f" ({reason.more})" if reason.more else ""
    return f"{reason.fault.value}: {reason.place}{where}\n{out}: {size}, board {board}"
