"""The languages of the window, which of them this computer is set to, and their catalogues.

Rule: the first language of the person that we have counts; a person of another language reads English.
"""

import ctypes
import gettext
import os
import subprocess
import sys
from collections.abc import Mapping
from contextlib import suppress
from functools import cache

from petard.assets import path
from petard.game.texts.phrases import Catalogue

LANGUAGES = {"en": "English", "fr": "Français", "ru": "Русский"}  # each by the name that its speakers look for
VARIABLES = ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG")  # as gettext reads them
DOMAIN = "petard"
NAME_MOST = 85  # characters of the name of a locale on Windows
MAC = ("defaults", "read", "-g", "AppleLanguages")
PATIENCE = 2.0  # seconds for that command


@cache
def catalogue_of(language: str) -> Catalogue:
    """The catalogue of a language; English for one that has no file, or a file that cannot be read."""
    file = path("locale", language, "LC_MESSAGES", f"{DOMAIN}.mo")
    with suppress(OSError, UnicodeDecodeError, ValueError), file.open("rb") as opened:
        return Catalogue(language, gettext.GNUTranslations(opened))
    return Catalogue()


@cache
def own_language() -> str:
    """The language of this computer and person."""
    return system_language(os.environ)


def system_language(environment: Mapping[str, str], system: str = sys.platform) -> str:
    """The language that this computer is set to, if it is one of ours, else English.

    >>> system_language({"LANG": "ru_RU.UTF-8"}, "linux"), system_language({"LANG": "de_DE.UTF-8"}, "linux")
    ('ru', 'en')
    """
    wanted = next((environment[name] for name in VARIABLES if environment.get(name)), "")
    return known_language(wanted or _set_by_system(system))


def known_language(wanted: str) -> str:
    """The first of some languages that we have; "en" if there is none.

    >>> known_language("de_DE:fr_FR:en"), known_language("( \\"ru-RU\\", \\"en\\" )"), known_language("C.UTF-8")
    ('fr', 'ru', 'en')
    """
    for part in wanted.replace(",", ":").split(":"):
        code = part.strip(' ()"\n')[:2].lower()
        if code in LANGUAGES:
            return code
    return "en"


def _set_by_system(system: str) -> str:
    """What the system itself says, where no variable does: Windows and macOS keep it elsewhere."""
    with suppress(OSError, AttributeError, subprocess.SubprocessError):
        if system == "win32":
            name = ctypes.create_unicode_buffer(NAME_MOST)
            ctypes.windll.kernel32.GetUserDefaultLocaleName(name, NAME_MOST)  # type: ignore[attr-defined,unused-ignore]
            return name.value
        if system == "darwin":
            return subprocess.run(MAC, capture_output=True, text=True, timeout=PATIENCE, check=True).stdout
    return ""
