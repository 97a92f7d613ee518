"""Each map, preset and mode that is shipped has a sentence that says what it is."""

from petard.game.texts.about import LATER_MODE, MAPS, RULES, about_mode
from petard.game.texts.names import spoken
from petard.game.view.mode_views import MODE_CHOICES, mode_label
from petard.shared.rules.modes.table import MODES
from petard.shared.rules.ruleset import PRESETS
from tests.ends import boards


def test_each_map_preset_and_mode_has_a_sentence() -> None:
    assert MAPS.keys() == boards().keys()
    assert RULES.keys() == PRESETS.keys()
    assert LATER_MODE not in {about_mode(name, False) for name in MODES}
    sentences = [*MAPS.values(), *RULES.values(), *(about_mode(one.name, one.friendly_fire) for one in MODE_CHOICES)]
    assert all(len(sentence) < 110 and sentence.endswith((".", "!")) for sentence in sentences)


def test_the_usual_rules_are_not_called_as_a_mode_is() -> None:
    assert {spoken(name) for name in PRESETS}.isdisjoint(mode_label(mode) for mode in MODE_CHOICES)


def test_sentences_with_numbers_say_those_of_the_maps() -> None:
    for name, sentence in MAPS.items():
        numbers = [int(word) for word in sentence.split() if word.isdigit()]
        assert numbers in ([], [len(boards()[name].spawns)]), name
