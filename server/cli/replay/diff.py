"""`petard-server replay diff`: where two demos differ."""

import sys
from collections.abc import Sequence
from pathlib import Path

from petard.server.config.command_line import CliParser
from petard.server.devtools.demo_files import open_demo
from petard.shared.demo.diff import diff_demos
from petard.shared.demo.time_format import clock_text


def main(words: Sequence[str]) -> int:
    """Print each difference in a line; returns 0 for equal demos, 1 for others. Raises DemoError."""
    about = "Print where two demos differ: headers, rounds, the first keys and the first world."
    parser = CliParser("replay diff", about)
    parser.add_argument("one", type=Path, metavar="FILE")
    parser.add_argument("other", type=Path, metavar="FILE")
    given = parser.parse_args(words)
    found = diff_demos(open_demo(given.one), open_demo(given.other))
    for part in found:
        where = f"moment {part.moment} ({clock_text(part.moment)}): " if part.moment >= 0 else ""
        sys.stdout.write(f"{where}{part.what}\n")
    return 1 if found else 0
