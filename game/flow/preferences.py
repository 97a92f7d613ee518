"""The settings of this run: applies every change at once, and saves it when there is time.

Rule 1: screens replace the settings in their context; here the keyboard, the audio and the window follow.
Rule 2: what the command line chose counts for this run and is not saved, unless the person then chose it again.
Rule 3: saving takes a disk's time, so it happens between two screens and at the end, never while a slider moves.
"""

import getpass
from dataclasses import replace
from pathlib import Path

from petard.game.config.arguments import Arguments
from petard.game.config.languages import catalogue_of, own_language
from petard.game.config.settings import Settings, load
from petard.game.config.settings_update import update
from petard.game.texts.phrases import Catalogue
from petard.game.ui.context import ScreenContext
from petard.game.ui.render.canvas import HEIGHT, WIDTH, Canvas
from petard.game.ui.render.window import resized
from petard.shared.protocol.names import clean_name

DEFAULT_NAME = "Player"
LARGE = 1.2  # how much larger large text is
SETTLED = 12  # passes of the loop, 0.2 s, that a window manager takes to leave the full screen


def settings_for(stored: Settings, arguments: Arguments) -> Settings:
    """The settings of this run: as stored, then as the command line says, and always with a name."""
    name = stored.name if arguments.name is None else arguments.name
    full_screen = stored.full_screen if arguments.full_screen is None else arguments.full_screen
    is_calm = stored.reduced_motion if arguments.reduced_motion is None else arguments.reduced_motion
    settings = replace(stored, name=name or user_name(), full_screen=full_screen, reduced_motion=is_calm)
    language = stored.language if arguments.language is None else arguments.language
    directory = stored.directory if arguments.directory is None else arguments.directory
    return replace(settings, language=language, directory=directory)


def user_name() -> str:
    """The name of this person's account; a first guess, which the title screen can change."""
    try:
        return clean_name(getpass.getuser().capitalize()) or DEFAULT_NAME
    except (OSError, KeyError, ImportError):
        return DEFAULT_NAME


def volumes_of(settings: Settings) -> tuple[float, float]:
    """Return the volumes of sounds and of music, from 0 to 1.

    >>> volumes_of(Settings(volume=70, music=50)), volumes_of(Settings(muted=True))
    ((0.7, 0.5), (0.0, 0.0))
    """
    return (0.0, 0.0) if settings.muted else (settings.volume / 100, settings.music / 100)


def text_size_of(settings: Settings) -> float:
    return LARGE if settings.large_text else 1.0


def catalogue_for(settings: Settings) -> Catalogue:
    """The texts in the language that was chosen, else in that of the computer."""
    return catalogue_of(settings.language or own_language())


class Preferences:
    def __init__(self, file: Path, arguments: Arguments) -> None:
        self._file = file
        self._stored, self.notice = load(file)  # the notice: what was wrong with the file
        self.settings = settings_for(self._stored, arguments)  # what keyboard, audio and window follow
        self._given = self.settings
        self._window = (WIDTH, HEIGHT)  # of the window, to go back to it from the full screen
        self._unsettled = 0  # passes until the size of the window is checked again

    def apply(self, context: ScreenContext, canvas: Canvas) -> None:
        """Apply what was changed. Call it once a pass."""
        if self._unsettled:
            self._unsettled -= 1
            if not self._unsettled and canvas.surface.get_size() != self._window:
                resized(False, self._window)  # once more: a window manager may have been too busy the first time
        old, new = self.settings, context.settings
        if new is old:
            return
        self.settings = new
        context.devices.keyboard.sets, context.devices.gamepads.buttons = new.keys, new.pads
        canvas.fonts.catalogue, canvas.text_size = catalogue_for(new), text_size_of(new)
        context.audio.volume, context.audio.music_volume = volumes_of(new)
        if new.full_screen != old.full_screen:
            if new.full_screen and not self._unsettled:
                self._window = canvas.surface.get_size()
            resized(new.full_screen, self._window)
            self._unsettled = 0 if new.full_screen else SETTLED

    def save(self) -> str:
        """Save what the person has changed, if anything; return "", or a sentence if that fails. Then call it again."""
        if self.settings == self._given:
            return ""
        stored, problem = update(self._file, self._given, self.settings, self._stored)
        if not problem:
            self._stored, self._given = stored, self.settings
        return problem
