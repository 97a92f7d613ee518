"""The main loop of the game: a turn, then sleep until the next one is due, sixty times a second.

Rule 1: whatever happens, even a bug of ours, the connection is closed and our own server ends.
Rule 2: while no round and no recording is on the screen, cyclic garbage is collected (shared/garbage.py), and what the
        first picture of a match needs is made, a few pieces in a turn (game/ui/render/preload.py).
"""

import sys
import time
from pathlib import Path

import pygame

from petard.game.config.arguments import Arguments
from petard.game.config.settings import settings_path, ticket_path
from petard.game.flow.app import App
from petard.game.replays.library import playback_of
from petard.game.ui.render.canvas import Canvas
from petard.game.ui.render.preload import preload
from petard.game.ui.screens.replay import ReplayScreen
from petard.shared.files import FileProblem
from petard.shared.garbage import QuietCollector

PRELOADED_AT_ONCE = 3  # pieces in one turn


def run(arguments: Arguments, settings_file: Path | None = None, ticket_file: Path | None = None) -> int:
    """Run the game until the person quits; return the exit status. Raises DemoError for a file that is no recording.

    `settings_file`, `ticket_file`: None for the places that this system has for them.
    """
    playback = playback_of(arguments.demo) if arguments.demo else None
    app = App(arguments, settings_file or settings_path(), time.monotonic(), ticket_file or ticket_path())
    if playback:
        app.navigator.show(ReplayScreen(app.navigator.context, playback))
    try:
        with QuietCollector() as collector:
            # Not before: a busy machine opens windows slowly.
            pieces = preload(app.canvas)
            ends_at = time.monotonic() + (arguments.seconds or float("inf"))
            while app.navigator.is_running and time.monotonic() < ends_at:
                app.run_once(time.monotonic())
                is_quiet = not app.navigator.screen.shows_play
                collector.collect_if_due(is_quiet)
                for _ in range(PRELOADED_AT_ONCE if is_quiet else 0):
                    next(pieces, None)
                time.sleep(app.ticker.until_next(time.monotonic()))
        return save_screenshot(app.canvas, arguments.screenshot) if arguments.screenshot else 0
    except Exception:
        app.navigator.close(goodbye=False)  # after a bug of ours the seat is kept, since we may come back
        raise
    finally:
        app.close()


def save_screenshot(canvas: Canvas, file: Path) -> int:
    """Save the last picture; return the exit status."""
    try:
        canvas.save(file)
    except (FileProblem, pygame.error) as error:
        sys.stderr.write(f"petard: The picture could not be saved ({error}).\n")
        return 1
    return 0
