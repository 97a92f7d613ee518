"""Reads demos and captures from files, and chooses the file that a tool writes.

Rule: no file is overwritten unless --force is given.
"""

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from petard.server.config.config import CliParser
from petard.shared.demo.blocks import DemoError
from petard.shared.demo.capture import CAPTURE_MAGIC, Capture, read_capture
from petard.shared.demo.reader import Demo, read_demo
from petard.shared.demo.records import RECORDING_MOST
from petard.shared.files import FileProblem, check_target, read_file, shown_path
from petard.shared.user_folders import new_file

T = TypeVar("T")


def add_output(parser: CliParser, about: str) -> None:
    """Add the flags for a new file. `about`: which file it is, and its default name."""
    parser.add_argument("-o", "--out", type=new_file, metavar="OUT", help=about)
    parser.add_argument("--force", action="store_true", help="write over OUT if it is there already")


def output_path(given: argparse.Namespace, default: Path) -> Path:
    """Return where to write; raises FileProblem if there is a file already and --force is not given."""
    out: Path = given.out or default
    check_target(out, given.force)
    return out


def open_demo(path: Path) -> Demo:
    """Return the demo in a file; raises DemoError with a sentence that names the file."""
    return _open(path, read_demo)


def open_capture(path: Path) -> Capture:
    """Return the capture in a file; raises DemoError with a sentence that names the file."""
    return _open(path, read_capture)


def open_recording(path: Path) -> Demo | Capture:
    """Return what is in a file, whatever its name; raises DemoError with a sentence that names the file."""
    return _open(path, _read_recording)


def _read_recording(data: bytes) -> Demo | Capture:
    return read_capture(data) if data[: len(CAPTURE_MAGIC)] == CAPTURE_MAGIC else read_demo(data)


def _open(path: Path, read: Callable[[bytes], T]) -> T:
    try:
        return read(read_file(path, RECORDING_MOST))
    except FileProblem as problem:
        raise DemoError(f"{problem}.") from None
    except DemoError as problem:
        raise DemoError(f"{shown_path(path)}: {problem}") from None
