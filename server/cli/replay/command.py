"""`petard-server replay VERB …`: what can be done with recorded matches without a screen.

Rule 1: a verb is a module with `main(words) -> exit status`; only the one that is asked for is imported.
Rule 2: whatever is in the files, a mistake is one sentence on stderr and status 2; Ctrl-C prints nothing.
"""

import os
import sys
from collections.abc import Sequence

from petard.server.config.command_line import INTERRUPTED, fail
from petard.shared.demo.blocks import DemoError
from petard.shared.lazy import lazy

VERBS = {  # the module of each verb, and what it does
    "info": ("petard.server.cli.replay.info", "print what is in demos"),
    "verify": ("petard.server.cli.replay.verify", "run demos again and compare every tick"),
    "dump": ("petard.server.cli.replay.dump", "write a demo as text, or as lines of JSON"),
    "diff": ("petard.server.cli.replay.diff", "print where two demos differ"),
    "trim": ("petard.server.cli.replay.trim", "cut a piece out of a demo"),
    "shrink": ("petard.server.devtools.shrink", "make a demo that fails as small as it can be"),
    "to-test": ("petard.server.devtools.to_test", "write the pytest that plays a demo"),
    "wire": ("petard.server.devtools.wire", "play wire captures against a real server"),
    "export": ("petard.server.cli.replay.export", "make a film of a demo"),
}


def main(words: Sequence[str]) -> int:
    """Run the verb that `words` begins with; returns the exit status: 0, 1 for demos that differ, 2 for a mistake."""
    verb = words[0] if words else ""
    if verb in ("-h", "--help"):
        verbs = (f"  {name:8} {about}" for name, (_, about) in VERBS.items())
        sys.stdout.write("\n".join(["usage: petard-server replay VERB [-h] FILE...", "", *verbs, ""]))
        return 0
    if verb not in VERBS:
        return fail(f"replay does {', '.join(VERBS)}, not {verb[:40]!r}")
    try:
        status: int = lazy(VERBS[verb][0]).main(words[1:])
        sys.stdout.flush()
        return status
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:  # `| head` has seen enough; the rest needs somewhere to go
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except ModuleNotFoundError as problem:
        return fail(f"This installation cannot {verb}: it has no {problem.name}.")
    except (DemoError, OSError) as problem:
        return fail(problem)
