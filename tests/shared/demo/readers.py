"""All that goes over a whole recording, by name; and how much it does, counted without a clock."""

from collections import deque
from collections.abc import Callable, Iterable
from contextlib import suppress
from cProfile import Profile

from petard.game.view.playback import Playback, demo_summary_of
from petard.server.cli.replay import lines_about
from petard.server.devtools.to_test import pytest_code
from petard.shared.demo.blocks import DemoError
from petard.shared.demo.diff import diff_demos
from petard.shared.demo.dump import json_lines, text_lines
from petard.shared.demo.reader import Demo, read_demo
from petard.shared.demo.rerun import Rerun
from petard.shared.demo.script import script_of
from petard.shared.demo.trim import trim
from petard.shared.demo.verify import verify


def all_of(lines: Iterable[object]) -> None:
    """Run to the end and keep nothing."""
    deque(lines, 0)


def watched(demo: Demo) -> None:
    """Search all kills, and go from one to the next and back, with what is drawn there."""
    playback = Playback(demo)
    while playback.chapters.search(60):
        pass
    for _ in range(20):
        playback.to_next_kill()
        assert playback.view()
        playback.found_chapters()
    playback.seek(playback.length)
    playback.to_last_kill()
    assert playback.view()


SKIMMERS: dict[str, Callable[[Demo], object]] = {  # 50 ms for 1 MiB
    "open": lambda demo: demo.header,
    "notes": lambda demo: demo.notes,
    "outline": lambda demo: demo.outline,
    "info": lambda demo: list(lines_about(demo)),
    "round": lambda demo: demo.round_at(demo.length),
}
READERS: dict[str, Callable[[Demo], object]] = {
    **SKIMMERS,
    "records": lambda demo: all_of(demo.records()),
    "keys": lambda demo: all_of(demo.key_changes()),
    "events": lambda demo: all_of(demo.event_blocks()),
    "watch": lambda demo: all_of(demo.watch()),
    "playback": watched,
    "script": script_of,
    "seek": lambda demo: Rerun(demo, demo.length),
    "verify": verify,
    "trim": lambda demo: trim(demo, 0, demo.length),
    "text": lambda demo: all_of(text_lines(demo)),
    "json": lambda demo: all_of(json_lines(demo)),
    "diff": lambda demo: diff_demos(demo, demo),
    "to-test": lambda demo: pytest_code(demo, "demo"),
}


def read_all(data: bytes, reader: str) -> None:
    """Open a file and run one reader over it; raises DemoError, and nothing else."""
    READERS[reader](read_demo(data))


def summary(data: bytes) -> None:
    """What the list of recordings shows of it."""
    demo_summary_of("file.petard", data)


def calls_of(work: Callable[[], object]) -> int:
    """How many functions are called until it ends or raises DemoError: the same number on every machine."""
    profile = Profile()
    with profile, suppress(DemoError):
        work()
    return sum(entry.callcount for entry in profile.getstats())
