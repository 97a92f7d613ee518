"""`petard doctor [ADDRESS]`: prints why a server cannot be seen: each step, then one sentence and one action.

Rule: nothing here opens a window; it works over ssh, too. Exit status 0: all is well; 1: it is not; 2: a bad argument.
"""

import argparse
import sys
import time
from collections.abc import Sequence
from io import TextIOWrapper

from petard.game.config.arguments import BadAddress, address_of
from petard.game.doctor.diagnosis.cases import BEFORE, diagnose
from petard.game.doctor.diagnosis.steps import StepStatus, steps, terminal_line, to_json
from petard.game.doctor.examination import Examination, facts_of

STEP = 0.02  # seconds between two polls


def main(words: Sequence[str] | None = None) -> int:
    """Examine, print each fact when it is found, and return the exit status."""
    options = _parser().parse_args(words)
    try:
        target = address_of(options.address) if options.address else None
    except BadAddress as problem:
        sys.stderr.write(f"petard doctor: {problem}\n")
        return 2
    if isinstance(sys.stdout, TextIOWrapper):  # names of servers, on terminals with few letters
        sys.stdout.reconfigure(errors="backslashreplace")
    examination = Examination(facts_of(target.host if target else "", target.port if target else 0), time.monotonic())
    try:
        _watch(examination, is_quiet=options.json)
    except KeyboardInterrupt:
        return 1
    diagnosis = diagnose(examination.facts)
    text = to_json(examination.facts) if options.json else f"\n{diagnosis.sentence}\n{diagnosis.action}"
    sys.stdout.write(f"{text}\n")
    return 0 if diagnosis.is_healthy else 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="petard doctor", description="Find out why a server cannot be seen or joined.", allow_abbrev=False
    )
    parser.add_argument("address", nargs="?", metavar="HOST[:PORT]", help="the server, or its join code")
    parser.add_argument("--json", action="store_true", help="print all facts as one JSON object")
    return parser


def _watch(examination: Examination, is_quiet: bool) -> None:
    """Poll until the end; print each step once, in order."""
    printed = 0
    if (system := examination.facts.system) in BEFORE and not is_quiet:
        sys.stdout.write(f"{BEFORE[system]}\n\n")
    while not examination.is_over:
        examination.poll(time.monotonic())
        printed += 0 if is_quiet else _print_from(examination, printed)
        time.sleep(STEP)


def _print_from(examination: Examination, printed: int) -> int:
    """Print the steps that are next in order and done; return their number."""
    count = 0
    for step in steps(examination.facts)[printed:]:
        if step.status is StepStatus.WAITING:
            break
        sys.stdout.write(terminal_line(step) + "\n")
        sys.stdout.flush()
        count += 1
    return count


if __name__ == "__main__":
    sys.exit(main())
