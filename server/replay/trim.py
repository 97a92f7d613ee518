"""The verb `trim`: a piece of a demo as a demo of its own."""

import sys
from collections.abc import Sequence
from pathlib import Path

from server.replay.files import Parser, moment, open_demo
from shared.demo.dump import clock_text
from shared.demo.reader import read_demo
from shared.demo.trim import trim

PARENT_MOST = 64  # characters of a file's name that are kept


def main(words: Sequence[str]) -> int:
    """Write the piece; returns 0. Raises NoDemo and OSError."""
    parser = Parser("trim", "Cut a piece out of a demo. It begins at the last keyframe before the moment asked for.")
    add = parser.add_argument
    add("file", type=Path, metavar="FILE")
    what = "1800 (ticks), 30s, 30.5s or 0:30"
    add("--from", dest="first", type=moment, default=0, metavar="MOMENT", help=f"{what} (default: the beginning)")
    add("--to", dest="last", type=moment, default=2**32, metavar="MOMENT", help="where it ends (default: the end)")
    add("-o", "--out", type=Path, metavar="OUT", help="the new file (default: FILE with -trimmed in its name)")
    given = parser.parse_args(words)
    path: Path = given.file
    out: Path = given.out or path.with_name(f"{path.stem}-trimmed{path.suffix}")
    parent = "".join(mark for mark in path.name if mark.isprintable()).strip()[:PARENT_MOST].strip()
    data = trim(open_demo(path), given.first, given.last, parent)
    out.write_bytes(data)
    piece = read_demo(data)
    begins = clock_text(piece.header.parent_at)
    sys.stdout.write(f"{out}: {clock_text(piece.length)} from {begins} on, {len(data)} bytes\n")
    return 0
