"""`petard-server replay wire`: plays captures against a real server, and reports the first difference."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from petard.server.config.command_line import CliParser, fail
from petard.server.devtools.capture_player import ReplayMismatch
from petard.server.devtools.demo_files import open_capture
from petard.server.devtools.playback import play_capture
from petard.server.devtools.rechunk import WAYS
from petard.server.policy.text import INT_MOST, counted, parse_int
from petard.shared.demo.blocks import DemoError

ABOUT = """Play wire captures against a real server: does it still send the same bytes and end in the same state? Admin
commands (behind a slash, or on the console) are in no capture: a capture with one differs from there on."""


def main(words: Sequence[str]) -> int:
    """Play each file; returns 0 if all are as captured, 1 if one differs, 2 if one is no complete capture."""
    parser = CliParser("replay wire", ABOUT)
    parser.add_argument("files", type=Path, nargs="+", metavar="FILE")
    ways = "|".join(WAYS) + "|SEED"
    parser.add_argument("--cut", type=cut, default="was", metavar=ways, help="how the stream comes in (default: was)")
    given = parser.parse_args(words)
    return max(_play(file, given.cut) for file in given.files)


def cut(text: str) -> str | int:
    """Read how to cut the stream, from the command line."""
    if text in WAYS:
        return text
    seed = parse_int(text)
    if seed is not None:
        return seed
    allowed = f"{', '.join(WAYS)}, or by a seed up to {INT_MOST}"
    raise argparse.ArgumentTypeError(f"a capture can be cut as it {allowed}, not {text[:40]!r}")


def _play(file: Path, cut: str | int) -> int:
    """Play one file, and print the result in one line."""
    try:
        capture = open_capture(file)
    except DemoError as problem:
        return fail(problem)
    try:
        player = play_capture(capture, cut)
    except ReplayMismatch as problem:
        sys.stdout.write(f"{file}: {problem}\n")
        return 1
    except DemoError as problem:
        return fail(f"{file}: {problem}")
    connections = counted(len(player.connections), "connection")
    sys.stdout.write(f"{file}: {capture.seconds:.1f} s, {connections}, all as it was.\n")
    return 0
