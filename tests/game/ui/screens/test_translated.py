"""In every language each text of a screen has been translated, fits into its place, and can be read."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from petard.game.config.languages import LANGUAGES, catalogue_of
from petard.game.texts.phrases import Phrase
from petard.game.ui.render.canvas import READABLE
from petard.game.ui.render.rounded import Colour
from petard.game.ui.screen import Screen
from petard.game.ui.screens.dialogs import PauseScreen
from petard.game.ui.screens.tutorial import TutorialScreen
from petard.game.view.tutorial import TutorialStep
from tests.game.ui.legible import LegibleCanvas, TextRules
from tests.game.ui.pictures import dummy_canvas
from tests.game.ui.screens.test_drawing import screens, session_of
from tests.game.ui.screens.usual_screens import NOW, usual_screens

SIZE = (1280, 720)
# What tests call people, servers and keys, and what is the same in every language.
NAMES = frozenset(
    ("Ada", "Bo", "Fizz", "Test", "Abc", "Den", "Attic", "Cellar", "Museum", "Esc", "English", "Français", "Русский")
)


class TranslatedCanvas(LegibleCanvas):
    """Notes the texts that are drawn and are no phrase."""

    def __init__(self, language: str) -> None:
        super().__init__(dummy_canvas(SIZE).surface, TextRules(READABLE, whole=True, inside=True))
        self.fonts.catalogue = catalogue_of(language)
        self.plain: set[str] = set()

    def text(
        self,
        string: str,
        x: float,
        y: float,
        size: float,
        colour: Colour,
        anchor: str = "topleft",
        width: float | None = None,
        shade: Colour | None = None,
    ) -> float:
        if not isinstance(string, Phrase):
            self.plain.add(string)
        return super().text(string, x, y, size, colour, anchor, width, shade)


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


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_text_leaves_its_place_in_any_language(language: str) -> None:
    faults = []
    for kind, screen in drawn():
        canvas = TranslatedCanvas(language)
        canvas.begin()
        screen.draw(canvas, NOW)
        assert canvas.texts
        faults += [f"{kind}: {fault}" for fault in canvas.faults]
    assert sorted(set(faults)) == []
