"""The verb `trim`: a piece of a demo as a demo of its own."""

import sys
from collections.abc import Sequence
from pathlib import Path

from petard.server.cli.replay.common import Parser, open_demo, out_of
from petard.shared.demo.file_names import parent_named
from petard.shared.demo.reader import read_demo
from petard.shared.demo.time_format import MEANT, clock_text, moment_in
from petard.shared.demo.trim import trim


def main(words: Sequence[str]) -> int:
    """Write the piece; returns 0. Raises NoDemo and OSError."""
    parser = Parser("trim", "Cut a piece out of a demo. It begins at the last keyframe before the moment asked for.")
    add = parser.add_argument
    add("file", type=Path, metavar="FILE")
    add("--from", dest="first", type=moment_in, default=0, metavar="MOMENT", help=f"{MEANT} (default: the beginning)")
    add("--to", dest="last", type=moment_in, default=2**32, metavar="MOMENT", help="where it ends (default: the end)")
    parser.add_out("the new file (default: FILE with -trimmed in its name)")
    given = parser.parse_args(words)
    path: Path = given.file
    out = out_of(given, path.with_name(f"{path.stem}-trimmed{path.suffix}"))
    data = trim(open_demo(path), given.first, given.last, parent_named(path.name))
    out.write_bytes(data)
    piece = read_demo(data)
    begins = clock_text(piece.header.parent_at)
    sys.stdout.write(f"{out}: {clock_text(piece.length)} from {begins} on, {len(data)} bytes\n")
    return 0
