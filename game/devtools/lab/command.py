"""`petard lab`: the command line. Exit status 0: the lab has run; 1: Ctrl-C; 2: it cannot run here."""

import sys
from collections.abc import Sequence

from petard.game.config.arguments import SentenceParser
from petard.game.devtools.child_server import CannotRun
from petard.game.devtools.lab import line_labs, stream_labs, waiting_labs
from petard.game.devtools.lab.experiment import Lab

LABS = {lab.name: lab for lab in stream_labs.LABS + waiting_labs.LABS + line_labs.LABS}
PAGES = "docs/labs"


def main(words: Sequence[str]) -> int:
    """Run a lab, or list all."""
    options = _parser().parse_args(words)
    if options.name is None:
        for lab in LABS.values():
            sys.stdout.write(f"{lab.name:<10} {lab.wrong}\n")
        sys.stdout.write(f"\nStart one: petard lab NAME. Each has a page in {PAGES}.\n")
        return 0
    try:
        _run(LABS[options.name], options.answer, options.inside)
    except CannotRun as problem:
        sys.stderr.write(f"petard lab: {problem}\n")
        return 2
    except KeyboardInterrupt:
        return 1
    return 0


def _parser() -> SentenceParser:
    parser = SentenceParser(
        prog="petard lab", description="Try a wrong way to use sockets, and see what breaks.", allow_abbrev=False
    )
    parser.add_argument("name", nargs="?", choices=LABS, metavar="NAME", help="the lab; without it, all are listed")
    parser.add_argument("--list", action="store_true", help="list all labs")
    parser.add_argument("--answer", action="store_true", help="show the answer to the question, too")
    parser.add_argument(line_labs.INSIDE, dest="inside", action="store_true", help="for the lab `cable` itself only")
    return parser


def _run(lab: Lab, shows_answer: bool, is_inside: bool) -> None:
    """Run one lab. CannotRun: it cannot run here."""
    if is_inside:
        sys.stdout.write(line_labs.pull_cable(_show) + "\n")
        return
    sys.stdout.write(f"{lab.name}: {lab.wrong}\n")
    sys.stdout.write(f"({lab.note})\n\n")
    sys.stdout.flush()
    sentence = lab.run(lambda line: _show(f"  {line}"))
    sys.stdout.write(f"\n{sentence}\n\nQuestion: {lab.question}\n")
    if shows_answer:
        sys.stdout.write(f"Answer: {lab.answer}\n")
    else:
        sys.stdout.write(
            f"For the answer: petard lab {lab.name} --answer. The page of this lab: {PAGES}/{lab.name}.md\n"
        )


def _show(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()
