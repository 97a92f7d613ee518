"""Settings at work: every change counts at once, and is written to the file when there is time for it.

Rule 1: screens replace `kit.settings`; here the keyboard, the speaker and the window follow.
Rule 2: what the command line chose holds for this run and is not written, unless the person then chose it again.
Rule 3: writing takes a disk's time, so it happens between two screens and at the end, never while a slider moves.
"""

import getpass
from dataclasses import fields, replace
from pathlib import Path

from petard.game.config.arguments import Arguments
from petard.game.config.settings import Settings, load, save
from petard.game.ui.context import ScreenContext
from petard.game.ui.render.canvas import Canvas
from petard.game.ui.render.window import SIZE, resized
from petard.shared.protocol.names import clean_name

NOBODY = "Player"
SETTLED = 12  # turns of the loop, 0.2 s, that a window manager takes to end the full screen


def chosen(stored: Settings, arguments: Arguments) -> Settings:
    """The settings of this run: as stored, with what the command line says over it, and a name in any case."""
    settings = stored
    if arguments.name is not None:
        settings = replace(settings, name=arguments.name)
    if arguments.full_screen is not None:
        settings = replace(settings, full_screen=arguments.full_screen)
    return settings if settings.name else replace(settings, name=own_name())


def own_name() -> str:
    """What this computer calls its person; a first guess, to be changed on the title screen."""
    try:
        return clean_name(getpass.getuser().capitalize()) or NOBODY
    except (OSError, KeyError, ImportError):
        return NOBODY


class Preferences:
    """The file, and what is at work."""

    def __init__(self, file: Path, arguments: Arguments) -> None:
        self._file = file
        self._stored, self.notice = load(file)  # the notice: what was wrong with the file
        self.settings = chosen(self._stored, arguments)  # what keyboard, speaker and window follow
        self._given = self.settings
        self._window = SIZE  # of the window, to go back to it from the full screen
        self._unsettled = 0  # turns until the size of the window is looked at again

    def follow(self, kit: ScreenContext, canvas: Canvas) -> None:
        """Put what was changed to work. To be called once a turn."""
        self._settle(canvas)
        old, new = self.settings, kit.settings
        if new is old:
            return
        self.settings = new
        kit.keyboard.sets = new.keys
        kit.audio.volume = new.volume / 100
        if new.full_screen != old.full_screen:
            if new.full_screen and not self._unsettled:
                self._window = canvas.surface.get_size()
            resized(new.full_screen, self._window)
            self._unsettled = 0 if new.full_screen else SETTLED

    def _settle(self, canvas: Canvas) -> None:
        """Ask once more for the window of before: the first time a window manager may still be busy, and not listen."""
        if self._unsettled:
            self._unsettled -= 1
            if not self._unsettled and canvas.surface.get_size() != self._window:
                resized(False, self._window)

    def save(self) -> str:
        """Write what the person has chosen, if that is something new; answer with a sentence if that fails, else "".

        What could not be written is tried again at the next call.
        """
        same = {
            field.name: getattr(self._stored, field.name)
            for field in fields(Settings)
            if getattr(self.settings, field.name) == getattr(self._given, field.name)
        }
        wanted = replace(self.settings, **same)
        problem = save(self._file, wanted) if wanted != self._stored else ""
        if not problem:
            self._stored, self._given = wanted, self.settings
        return problem
