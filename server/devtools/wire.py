"""The verb `wire`: plays wire captures against a real server, and says whether it does as it did."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from petard.server.cli.replay.common import FILE_MOST, Parser
from petard.server.devtools.capture_player import CaptureMismatch
from petard.server.devtools.playback import play_wire
from petard.server.devtools.rechunk import WAYS
from petard.server.policy.numbers import MOST, whole
from petard.server.policy.text import counted
from petard.shared.demo.blocks import NoDemo
from petard.shared.demo.wire import Capture, read_wire

ABOUT = """Play wire captures against a real server: does it still say and end the same? What was ordered at the desk,
behind a slash or on the console, is in no capture: such a one differs from there on."""


def main(words: Sequence[str]) -> int:
    """Play each file; 0 if all went as then, 1 if one did not, 2 if one is no whole capture."""
    parser = Parser("wire", ABOUT)
    parser.add_argument("files", type=Path, nargs="+", metavar="FILE")
    ways = "|".join(WAYS) + "|SEED"
    parser.add_argument("--cut", type=_cut, default="was", metavar=ways, help="how the stream comes in (default: was)")
    given = parser.parse_args(words)
    return max(_play(file, given.cut) for file in given.files)


def _cut(text: str) -> str | int:
    if text in WAYS:
        return text
    seed = whole(text)
    if seed is not None:
        return seed
    ways = ", ".join(WAYS)
    raise argparse.ArgumentTypeError(f"a capture can be cut as it {ways}, or by a seed up to {MOST}, not {text[:40]!r}")


def _play(file: Path, cut: str | int) -> int:
    """Say in one line what came of it."""
    try:
        capture = _open(file)
        stage = play_wire(capture, cut)
    except CaptureMismatch as problem:
        sys.stdout.write(f"{file}: {problem}\n")
        return 1
    except (NoDemo, OSError) as problem:
        sys.stderr.write(f"petard-server: {file}: {problem}\n")
        return 2
    lines = counted(len(stage.lines), "line")
    sys.stdout.write(f"{file}: {capture.seconds:.1f} s, {lines}, all as it was.\n")
    return 0


def _open(file: Path) -> Capture:
    size = file.stat().st_size
    if size > FILE_MOST + (1 << 20):
        raise NoDemo(f"{size >> 20} MiB are more than any capture has.")
    return read_wire(file.read_bytes())
