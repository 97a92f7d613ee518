"""`petard-server replay wire`: plays captures against a real server, and reports the first difference.

It also writes a capture for Wireshark (pcapng.py), and the dissector for it (dissector.py).
"""

import argparse
import sys
from collections.abc import Sequence
from math import floor, inf, nan
from pathlib import Path

from petard.server.config.config import CliParser, fail
from petard.server.devtools.capture_difference import ReplayMismatch
from petard.server.devtools.capture_player import CapturePlayer
from petard.server.devtools.demo_files import open_capture
from petard.server.devtools.dissector import dissector
from petard.server.devtools.other_build import place_of
from petard.server.devtools.pcapng import pcapng_of
from petard.server.devtools.rechunk import WAYS, rechunk
from petard.server.policy.text import INT_MOST, counted, parse_int
from petard.shared.demo.blocks import TORN, DemoError
from petard.shared.demo.capture import Capture
from petard.shared.files import check_target, shown_path, write_file
from petard.shared.user_folders import file_path, new_file

ABOUT = "Play wire captures against a real server: does it still send the same bytes and end in the same state?"


def play_capture(capture: Capture, cut: str | int = "was", until: float | None = None) -> CapturePlayer:
    """Play a capture against a real server, its stream cut as `rechunk` says; returns the player at the end.

    `until`: in seconds; then the rest is not played, and the state at the end not compared. Raises ReplayMismatch at
    the first difference, and DemoError for a capture that stops before `until`, or before its server did: a test that
    plays less than it says would be passed by a file that was damaged yesterday.
    """
    player = CapturePlayer(rechunk(capture, cut))
    player.play(inf if until is None else until)
    if capture.cut_off and (until is None or until > capture.seconds):
        most = floor(capture.seconds * 10) / 10
        raise DemoError(f"{capture.cut_off} Up to there, all is as it was; a test can use this part with until={most}.")
    return player


def main(words: Sequence[str]) -> int:
    """Play each file; returns 0 if all are as captured, 1 if one differs, 2 if one is damaged or no capture.

    A file that ends before its server did, as a killed server leaves it, is played to its end.
    """
    parser = CliParser("replay wire", ABOUT)
    parser.add_argument("files", type=file_path, nargs="*", metavar="FILE")
    ways = "|".join(WAYS) + "|SEED"
    parser.add_argument("--cut", type=cut, default="was", metavar=ways, help="how the stream comes in (default: was)")
    until = "play only so many seconds (default: to the end)"
    parser.add_argument("--until", type=seconds, default=inf, metavar="SECONDS", help=until)
    pcapng = "do not play FILE, but write it for Wireshark"
    parser.add_argument("--pcapng", type=new_file, metavar="OUT", help=pcapng)
    lua = "write a dissector for Wireshark: filters such as petard.input.clock > 600"
    parser.add_argument("--lua", type=new_file, metavar="OUT", help=lua)
    parser.add_argument("--force", action="store_true", help="write over OUT if it is there already")
    given = parser.parse_args(words)
    if len(given.files) > 1 and given.pcapng:
        parser.error("--pcapng writes one file: name one FILE")
    if not given.files and (given.pcapng or not given.lua):
        parser.error("name a FILE to play")
    if given.lua:
        _write(given.lua, dissector().encode(), given.force)
    if given.pcapng:
        _write(given.pcapng, b"".join(pcapng_of(open_capture(given.files[0]))), given.force)
        return 0
    if not given.files:
        return 0
    return max(_play(file, given.cut, given.until) for file in given.files)


def _write(out: Path, data: bytes, is_forced: bool) -> None:
    """Write a new file; raises FileProblem if there is one already and --force is not given."""
    check_target(out, is_forced)
    write_file(out, data, is_forced, private=True)
    sys.stdout.write(f"{shown_path(out)}: {len(data)} bytes\n")


def cut(text: str) -> str | int:
    """Read how to cut the stream, from the command line."""
    found = text if text in WAYS else parse_int(text)
    if found is None:
        allowed = f"{', '.join(WAYS)}, or by a seed up to {INT_MOST}"
        raise argparse.ArgumentTypeError(f"a capture can be cut as it {allowed}, not {text[:40]!r}")
    return found


def seconds(text: str) -> float:
    """Read a number of seconds from the command line."""
    try:
        value = float(text)
    except ValueError:
        value = nan
    if not 0 <= value < inf:
        raise argparse.ArgumentTypeError(f"a number of seconds is such as 12 or 12.5, not {text[:40]!r}")
    return value


def _play(file: Path, cut: str | int, until: float) -> int:
    try:
        capture = open_capture(file)
    except DemoError as problem:
        return fail(problem)
    try:
        player = CapturePlayer(rechunk(capture, cut))
    except DemoError as problem:
        return fail(f"{shown_path(file)}: {problem}")
    try:
        player.play(until)
    except ReplayMismatch as problem:
        sys.stdout.write(f"{shown_path(file)}: {problem}\n")
        return 1
    except DemoError as problem:
        return fail(f"{shown_path(file)}: {problem}")
    except Exception as problem:  # a bug of the server, which a capture is there to show
        when, where = f"After {player.seconds:.3f} s", f"{place_of(problem)} ({problem})"
        sys.stdout.write(f"{shown_path(file)}: {when} the server raises {where}. `replay shrink` finds the cause.\n")
        return 1
    connections = counted(len(player.connections), "connection")
    cut_off = capture.cut_off if until >= capture.seconds else ""
    where = f" up to there. {cut_off}" if cut_off else " up to there." if until < capture.seconds else "."
    sys.stdout.write(f"{shown_path(file)}: {player.seconds:.1f} s, {connections}, all as it was{where}\n")
    return 2 if cut_off and capture.damage not in ("", TORN) else 0
