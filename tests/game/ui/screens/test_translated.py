"""In every language each text of a screen has been translated, fits into its place, and can be read."""

import re
from collections.abc import Iterator
from dataclasses import replace

import pytest

from petard.game.config.languages import catalogue_of
from petard.game.texts.phrases import Catalogue, Phrase
from petard.game.ui.render.canvas import READABLE
from petard.game.ui.screen import Screen
from petard.game.ui.screens.dialogs import PauseScreen
from petard.game.ui.screens.tutorial import TutorialScreen
from petard.game.view.tutorial import TutorialStep
from tests.game.ui.legible import LegibleCanvas, TextRules
from tests.game.ui.pictures import dummy_canvas
from tests.game.ui.screens.test_doctor import DoctorPerson
from tests.game.ui.screens.test_drawing import screens, session_of, xray
from tests.game.ui.screens.usual_screens import NOW, usual_screens
from tests.tools.languages import FOREIGN

SIZE = (1280, 720)
LARGE = 1.2
# What tests call people, servers and keys, and what is the same in every language.
NAMES = {
    *(
        "Ada",
        "Bo",
        "Fizz",
        "Test",
        "Bot",
        "Boomer",
        "Wick",
        "Sparky",
        "Cinder",
        "Fuse",
        "Den",
        "Attic",
        "Cellar",
        "Museum",
        "Petard",
        "English",
        "Aa",
    ),
    *("DUEFG", "DUECR", "WASD", "Esc", "Ctrl", "Shift", "Enter", "Home"),
    *("Boomer", "Wick", "Sparky", "Cinder", "Fuse", "Ember"),
    *("petard", "map", "classic", "rules", "last", "one", "standing"),  # the text of a match
    *("example", "org"),  # a directory
    *("not", "an", "address", "Nov"),  # what was typed, and the date of a recording
}
ASCII_WORD = re.compile(r"[A-Za-z]{2,}")
PLACE = re.compile(r"(\{\w+\})")


class PseudoCatalogue(Catalogue):
    """Says phrases in a language that has no letter of English, so that what was not translated is seen."""

    def translate(self, text: str) -> str:
        if not isinstance(text, Phrase):
            return text
        parts = (part if PLACE.fullmatch(part) else ASCII_WORD.sub("жж", part) for part in PLACE.split(text.template))
        return "".join(parts).format_map({name: self.said(value) for name, value in text.values.items()})


def canvas_in(language: str, text_size: float = 1.0) -> LegibleCanvas:
    canvas = LegibleCanvas(dummy_canvas(SIZE).surface, TextRules(READABLE, whole=True, inside=True, contrast=0))
    canvas.fonts.catalogue, canvas.text_size = catalogue_of(language), text_size
    canvas.begin()
    return canvas


def drawn() -> Iterator[tuple[str, Screen]]:
    """Every screen with usual names."""
    yield from usual_screens().items()
    context = usual_screens()["options"].context
    context = replace(context, session=session_of(2, "Ada"))
    yield "pause", PauseScreen(context)
    for step in TutorialStep:
        screen = TutorialScreen(context)
        screen.tutorial.step = step
        yield f"tutorial, {step.name}", screen
    yield "results", screens(2, "Ada")["results"]


def xrays() -> Iterator[tuple[str, Screen]]:
    """The X-ray at a piece that is glued and torn; it shows bytes and names of messages, which no language has."""
    yield "x-ray", xray(usual_screens()["options"].context, "Bo", "That was close!")


def doctors() -> Iterator[tuple[str, Screen]]:
    """The doctor with long sentences."""
    for case in ("host", "other address", "firewall drops UDP"):
        person = DoctorPerson(case)
        person.waits(0.5)
        yield f"doctor, {case}", person.screen


@pytest.mark.parametrize(
    ("language", "text_size"),
    [
        pytest.param(language, text_size, marks=[pytest.mark.long] * ((number % 2 == 0) == (text_size == LARGE)))
        for number, language in enumerate(FOREIGN)
        for text_size in (1.0, LARGE)
    ],
)
def test_no_text_leaves_its_place_in_any_language_or_size(language: str, text_size: float) -> None:
    faults = []
    for kind, screen in (*drawn(), *doctors(), *xrays()):
        canvas = canvas_in(language, text_size)
        screen.draw(canvas, NOW)
        assert canvas.texts
        faults += [f"{kind}: {fault}" for fault in canvas.faults]
    assert sorted(set(faults)) == []


def test_every_text_that_is_drawn_is_translated() -> None:
    english = set()
    for kind, screen in drawn():
        canvas = LegibleCanvas(dummy_canvas(SIZE).surface, TextRules(contrast=0))
        canvas.fonts.catalogue = PseudoCatalogue()
        canvas.begin()
        screen.draw(canvas, NOW)
        english |= {f"{kind}: {text}" for text in canvas.texts if set(ASCII_WORD.findall(text)) - NAMES}
    assert sorted(english) == []
