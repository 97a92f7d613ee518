"""`petard-server replay VERB …`: what can be done with recorded matches without a screen.

Rule 1: a verb is a module with `main(words) -> exit status`; only the one that is asked for is imported.
Rule 2: whatever is in the files, a mistake is one sentence on stderr and status 2; Ctrl-C is quiet.
"""

import os
import sys
from collections.abc import Callable, Sequence

from petard.shared.demo.blocks import NoDemo
from petard.shared.lazy import lazy

# The module of each verb, and what it does.
VERBS: dict[str, tuple[str, str]] = {
    "info": ("petard.server.cli.replay.info", "say what is in demos"),
    "verify": ("petard.server.cli.replay.verify", "run demos again and compare every tick"),
    "dump": ("petard.server.cli.replay.dump", "write a demo as text, or as lines of JSON"),
    "diff": ("petard.server.cli.replay.diff", "say where two demos part"),
    "trim": ("petard.server.cli.replay.trim", "cut a piece out of a demo"),
    "shrink": ("petard.server.devtools.shrink", "make a demo that fails as small as it can be"),
    "to-test": ("petard.server.devtools.to_test", "write the pytest that plays a demo"),
    "wire": ("petard.server.devtools.wire", "play wire captures against a real server"),
    "export": ("petard.server.cli.replay.export", "make a film of a demo"),
}
INTERRUPTED = 130


def main(words: Sequence[str]) -> int:
    """Do what the words after `replay` say; returns the exit status: 0, 1 for demos that differ, 2 for a mistake."""
    verb = words[0] if words else ""
    if verb in ("-h", "--help"):
        sys.stdout.write(usage())
        return 0
    if verb not in VERBS:
        sys.stderr.write(f"petard-server: replay does {', '.join(VERBS)}, not {verb[:40]!r}\n")
        return 2
    try:
        return _quietly(_main_of(verb), words[1:])
    except (NoDemo, OSError) as problem:
        sys.stderr.write(f"petard-server: {problem}\n")
        return 2


def usage() -> str:
    """The verbs, one a line."""
    lines = (f"  {verb:8} {about}" for verb, (_, about) in VERBS.items())
    return "\n".join(["usage: petard-server replay VERB [-h] FILE...", "", *lines, ""])


def _main_of(verb: str) -> Callable[[Sequence[str]], int]:
    """Raises NoDemo if this installation lacks what the verb needs."""
    try:
        found: Callable[[Sequence[str]], int] = lazy(VERBS[verb][0]).main
    except ModuleNotFoundError as problem:
        raise NoDemo(f"This installation cannot {verb}: it has no {problem.name}.") from None
    return found


def _quietly(verb: Callable[[Sequence[str]], int], words: Sequence[str]) -> int:
    try:
        status = verb(words)
        sys.stdout.flush()
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:  # `| head` has seen enough; what is left has to go somewhere
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    return status
