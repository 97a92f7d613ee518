"""`petard-server replay trim`: a piece of a demo as a demo of its own."""

import sys
from collections.abc import Sequence
from pathlib import Path

from petard.server.config.command_line import CliParser
from petard.server.devtools.demo_files import add_output, open_demo, output_path
from petard.shared.demo.file_names import parent_label
from petard.shared.demo.reader import read_demo
from petard.shared.demo.time_format import MOMENT_FORMATS, clock_text, parse_moment
from petard.shared.demo.trim import trim


def main(words: Sequence[str]) -> int:
    """Write the piece; returns 0. Raises DemoError and OSError."""
    about = "Cut a piece out of a demo. It begins at the last keyframe before the moment asked for."
    parser = CliParser("replay trim", about)
    add, first = parser.add_argument, f"{MOMENT_FORMATS} (default: the beginning)"
    add("file", type=Path, metavar="FILE")
    add("--from", dest="first", type=parse_moment, default=0, metavar="MOMENT", help=first)
    add("--to", dest="last", type=parse_moment, default=2**32, metavar="MOMENT", help="its end (default: the end)")
    add_output(parser, "the new file (default: FILE with -trimmed in its name)")
    given = parser.parse_args(words)
    path: Path = given.file
    out = output_path(given, path.with_name(f"{path.stem}-trimmed{path.suffix}"))
    data = trim(open_demo(path), given.first, given.last, parent_label(path.name))
    out.write_bytes(data)
    piece = read_demo(data)
    begins = clock_text(piece.header.parent_at)
    sys.stdout.write(f"{out}: {clock_text(piece.length)} from {begins} on, {len(data)} bytes\n")
    return 0
