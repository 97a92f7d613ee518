"""`petard doctor [ADDRESS]`: why a server cannot be seen, told step by step, in one sentence and one action.

Rule: nothing here opens a window; it works over ssh, too. Exit status 0: all is well; 1: it is not; 2: a bad argument.
"""

import argparse
import sys
import time
from collections.abc import Sequence
from io import TextIOWrapper

from petard.game.config.arguments import BadAddress, address_of
from petard.game.doctor.cases import BEFORE
from petard.game.doctor.examine import Examination, facts_of
from petard.game.doctor.report import ending_of, json_of, line_of
from petard.game.doctor.steps import StepStatus, steps
from petard.game.doctor.verdict import verdict

STEP = 0.02  # seconds between two polls


def main(words: Sequence[str] | None = None) -> int:
    """Examine, and print what is found as it is found; answer with the exit status."""
    said = _parser().parse_args(words)
    try:
        place = address_of(said.address) if said.address else None
    except BadAddress as problem:
        sys.stderr.write(f"petard doctor: {problem}\n")
        return 2
    if isinstance(sys.stdout, TextIOWrapper):  # names of servers, on terminals that know few letters
        sys.stdout.reconfigure(errors="backslashreplace")
    examination = Examination(facts_of(place.host if place else "", place.port if place else 0), time.monotonic())
    try:
        _watch(examination, is_quiet=said.json)
    except KeyboardInterrupt:
        return 1
    facts = examination.facts
    sys.stdout.write(json_of(facts) + "\n" if said.json else f"\n{ending_of(facts)}\n")
    return 0 if verdict(facts).is_healthy else 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="petard doctor", description="Find out why a server cannot be seen or joined.", allow_abbrev=False
    )
    who = "the server that is not to be seen, or its join code"
    parser.add_argument("address", nargs="?", metavar="HOST[:PORT]", help=who)
    parser.add_argument("--json", action="store_true", help="print everything that was found out as one JSON object")
    return parser


def _watch(examination: Examination, is_quiet: bool) -> None:
    """Poll until the end; print each step once, in the order in which they are listed."""
    printed = 0
    if (system := examination.facts.system) in BEFORE and not is_quiet:
        sys.stdout.write(f"{BEFORE[system]}\n\n")
    while not examination.is_over:
        examination.poll(time.monotonic())
        printed += 0 if is_quiet else _print_from(examination, printed)
        time.sleep(STEP)


def _print_from(examination: Examination, printed: int) -> int:
    """Print the steps that are next in order and done; answer with how many they were."""
    count = 0
    for step in steps(examination.facts)[printed:]:
        if step.mark is StepStatus.WAITING:
            break
        sys.stdout.write(line_of(step) + "\n")
        sys.stdout.flush()
        count += 1
    return count


if __name__ == "__main__":
    sys.exit(main())
