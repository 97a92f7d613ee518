"""`petard-server replay dump`: a demo as text, or as lines of JSON."""

import sys
from collections.abc import Sequence
from pathlib import Path

from petard.server.config.command_line import CliParser
from petard.server.devtools.demo_files import open_demo
from petard.shared.demo.dump import json_lines, text_lines


def main(words: Sequence[str]) -> int:
    """Write the demo to stdout; returns 0, or 2 if some of it is damaged. Raises DemoError."""
    parser = CliParser("replay dump", "Write a demo as text that a person can read.")
    parser.add_argument("file", type=Path, metavar="FILE")
    parser.add_argument("--json", action="store_true", help="one JSON object a line: every record and every digest")
    given = parser.parse_args(words)
    demo = open_demo(given.file)
    for line in json_lines(demo) if given.json else text_lines(demo):
        sys.stdout.write(f"{line}\n")
    return 2 if demo.damage else 0
