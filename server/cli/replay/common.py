"""What all verbs share: demos from files, and the file that is written.

Rule: no file is overwritten unless --force is given.
"""

import argparse
from pathlib import Path

from petard.server.config.command_line import CliParser
from petard.shared.demo.blocks import DemoError
from petard.shared.demo.reader import Demo, read_demo

FILE_MOST = 256 << 20  # bytes; a match of a whole day has a third of it


def add_output(parser: CliParser, about: str) -> None:
    """Add the flags for a new file. `about`: which file it is, and its default name."""
    parser.add_argument("-o", "--out", type=Path, metavar="OUT", help=about)
    parser.add_argument("--force", action="store_true", help="write over OUT if it is there already")


def output_path(given: argparse.Namespace, default: Path) -> Path:
    """Return where to write; raises DemoError if there is a file already and --force is not given."""
    out: Path = given.out or default
    if out.is_file() and not given.force:
        raise DemoError(f"{out} is there already; --force writes over it.")
    return out


def open_demo(path: Path) -> Demo:
    """Return the demo in a file; raises DemoError with a sentence that names the file."""
    try:
        size = path.stat().st_size
        if size > FILE_MOST:
            raise DemoError(f"{size >> 20} MiB are more than any demo has.")
        return read_demo(path.read_bytes())
    except OSError as problem:
        raise DemoError(f"{path}: cannot be read: {problem.strerror or problem}.") from None
    except DemoError as problem:
        raise DemoError(f"{path}: {problem}") from None
