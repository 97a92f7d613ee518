"""`petard` without a subcommand: checks for a screen, runs the game.

Rule 1: every failure before there is a window is one sentence on stderr and exit status 2.
"""

import contextlib
import os
import sys
from collections.abc import Iterator
from pathlib import Path

# All are read once, early: the first when pygame is imported, the others when SDL opens its video.
os.environ.setdefault("PYGAME_HIDE_SUPPORT_PROMPT", "1")
os.environ.setdefault("SDL_WINDOWS_DPI_AWARENESS", "permonitorv2")  # else Windows enlarges and blurs our picture
os.environ.setdefault("SDL_IME_SHOW_UI", "1")  # else Windows hides the candidates of its input methods

# pygame.pkgdata finds pygame's own files with pkg_resources where that is installed, and without it where it is not
# (an ImportError). Its import takes 95 ms, and the other way finds the same files, so it is hidden for a moment.
if hides_pkg_resources := "pkg_resources" not in sys.modules:
    sys.modules["pkg_resources"] = None  # type: ignore[assignment]

import pygame

if hides_pkg_resources:
    del sys.modules["pkg_resources"]

from petard.game.config.arguments import Arguments
from petard.game.flow.main_loop import run
from petard.game.replays import timedemo
from petard.game.ui.render.window import NoWindowError
from petard.shared.demo.blocks import DemoError

NO_SCREEN = "petard: There is no screen here to play on ({}). To host a game without a screen, run petard-server."


def main(arguments: Arguments) -> int:
    """Run the game, a recording, or the time measurement; return the exit status: 0 when the person quit, else 2."""
    try:
        if reason := reason_for_no_screen():
            sys.stderr.write(NO_SCREEN.format(reason) + "\n")
            return 2
        return timedemo.run(arguments) if arguments.timedemo else run(arguments)
    except (DemoError, NoWindowError) as problem:  # a DemoError: of the file that was to be watched
        sys.stderr.write(f"petard: {problem}\n")
        return 2
    except KeyboardInterrupt:  # Ctrl-C in the terminal that it was started from
        return 0
    finally:
        pygame.quit()


def reason_for_no_screen() -> str:
    """Open SDL's video; return "" when it found a screen, else SDL's reason.

    SDL falls back to drivers without a screen by itself; such a game would run and never be seen. So those drivers are
    used only if the environment names them.
    """
    try:
        with _silenced():
            pygame.display.init()
    except pygame.error as error:
        return str(error)
    if pygame.display.get_driver() in ("dummy", "offscreen", "evdev") and "SDL_VIDEODRIVER" not in os.environ:
        pygame.display.quit()
        return "no video device"
    return ""


@contextlib.contextmanager
def _silenced() -> Iterator[None]:
    """Drop what the system's libraries write to stderr while SDL tries its drivers, one after the other."""
    try:
        kept = os.dup(2)
    except OSError:  # started without a stderr
        yield
        return
    with Path(os.devnull).open("wb") as nowhere:
        os.dup2(nowhere.fileno(), 2)
    try:
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
