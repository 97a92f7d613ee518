"""The real game in a real window: Escape stops its own server, and Escape again lets it go on.

What its server records grows once a second while ticks happen, so the file tells from outside whether they do.
"""

import threading
import time
from pathlib import Path

from tests.screens import screen, wants_screen

WAIT = 40.0  # seconds until a test gives up
STOOD = 2.0  # seconds without a byte more tell a pause; the file grows once a second


def size_of(home: Path) -> int:
    return sum(file.stat().st_size for file in home.rglob("*.petard"))


def await_growth(home: Path, times: int) -> None:
    """Wait until the recording has grown so often."""
    ends_at, size = time.monotonic() + WAIT, size_of(home)
    while times:
        assert time.monotonic() < ends_at, "nothing was recorded"
        threading.Event().wait(0.05)
        times -= size != size_of(home)
        size = size_of(home)


@wants_screen
def test_escape_pauses_a_match_against_bots_and_escape_again_resumes_it(tmp_path: Path) -> None:
    with screen(tmp_path) as ours, ours.petard("--play"):
        ours.await_window()
        await_growth(tmp_path, 2)
        ours.press("Escape")
        threading.Event().wait(1.0)  # what was on its way is written
        size = size_of(tmp_path)
        threading.Event().wait(STOOD)
        assert size_of(tmp_path) == size
        ours.press("Escape")
        await_growth(tmp_path, 1)
