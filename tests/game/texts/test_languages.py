"""The window speaks English, French and Russian: every text is marked, translated, compiled, and switched at once."""

import ast
import re
from dataclasses import replace
from string import Formatter

import pytest

from petard.assets import path
from petard.assets.palette import CHARACTERS as CHARACTER_NAMES
from petard.assets.palette import PLAYER_NAMES
from petard.game.config.languages import LANGUAGES, catalogue_of, known_language, system_language
from petard.game.config.settings import Settings
from petard.game.doctor.diagnosis import diagnose
from petard.game.doctor.examination import steps
from petard.game.flow.preferences import catalogue_for
from petard.game.texts.doctor_lines import DOCTOR, doctor_line
from petard.game.texts.known_lines import KNOWN, known_line
from petard.game.texts.names import CHARACTERS, COLOURS, ITEMS, MAPS, NAMES, RULES, SKILLS, spoken
from petard.game.texts.phrases import Phrase, tr, trn
from petard.game.view.notices import chat_text
from petard.shared.bots.traits import SKILL_NAMES
from petard.shared.protocol.messages import Chat
from petard.shared.rules.items import Item
from petard.shared.rules.ruleset import PRESETS
from tests.game.doctor.example_facts import CASES
from tests.game.texts.prose import MARKS, prose_of, sources
from tests.game.ui.pictures import dummy_canvas, pixels
from tests.sources import sources as all_sources
from tests.tools.languages import FOREIGN, catalogue, compiled, merged, po_file, texts, untranslated, written

FRENCH, RUSSIAN = catalogue_of("fr"), catalogue_of("ru")
# Names, keys and formats; and the types that are named before they are defined.
NO_PROSE = {
    *("petard", "PETARD", "Petard", "DUEFG", "Ctrl", "Shift", "Esc", "RGB", "NFC"),
    *("RCTRL", "LCTRL", "RSHIFT", "LSHIFT", "SPACE", "UP", "DOWN", "LEFT", "RIGHT"),
    *("Start", "can't see", "own bomb", "Phrase", "View", "Aim", "What"),
    "No window that the game can draw on can be opened on this screen ({}).",  # to the terminal
}


def fields_of(text: str) -> list[str]:
    return sorted(name for _, name, _, _ in Formatter().parse(text) if name)


@pytest.mark.parametrize("language", FOREIGN)
def test_each_text_is_translated_and_the_files_are_those_of_the_source(language: str) -> None:
    assert [text.id for text in untranslated(merged(language))] == [], "write it into the .po file"
    hint = "run python -m tests.tools.languages"
    assert po_file(language).read_bytes() == written(merged(language)), hint
    assert path("locale", language, "LC_MESSAGES", "petard.mo").read_bytes() == compiled(catalogue(language)), hint


@pytest.mark.parametrize("language", FOREIGN)
def test_a_translation_has_the_values_of_its_text(language: str) -> None:
    for text in catalogue(language):
        if text.id:
            many = text.id[1] if text.pluralizable else text.id
            forms = text.string if text.pluralizable else (text.string,)
            assert {tuple(fields_of(form)) for form in forms} == {tuple(fields_of(many))}, text.id


def test_babel_finds_every_text_that_is_marked() -> None:
    found = {(text.id[0] if text.pluralizable else text.id) for text in texts() if text.id}
    for file, (_, tree) in all_sources().items():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in MARKS:
                text = node.args[1 if node.func.id == "trc" else 0]
                assert isinstance(text, ast.Constant), f"{file}:{node.lineno} is not written out"
                assert text.value in found, f"{file}:{node.lineno} stands in the arguments of another text"


def test_no_text_of_the_window_is_without_a_mark() -> None:
    found = [text for file in sources() for text in prose_of(file.read_text("utf-8"), file.name)]
    known = {str(phrase) for phrase in (*KNOWN, *DOCTOR)}
    assert [text for text in found if text.text not in known and text.text.strip() not in NO_PROSE] == []


@pytest.mark.parametrize(
    ("source", "count"),
    [
        ('canvas.text("Go on", 1, 2)', 1),
        ('canvas.text(tr("Go on"), 1, 2)', 0),
        ('canvas.text(f"{name} wins", 1, 2)', 1),
        ('canvas.text("HURRY", 1, 2)', 1),
        ('def f():\n    """Some words here."""', 0),
        ('if words == "Go on": pass', 0),
        ('canvas.image("item-bomb", 1, 2)', 0),
    ],
)
def test_a_text_without_a_mark_is_found(source: str, count: int) -> None:
    assert len(list(prose_of(source))) == count


def test_russian_has_three_forms_and_french_counts_zero_as_one() -> None:
    said = [RUSSIAN.translate(trn("{count} player", "{count} players", count)) for count in (1, 2, 5, 11, 21, 22, 112)]
    assert said == ["1 игрок", "2 игрока", "5 игроков", "11 игроков", "21 игрок", "22 игрока", "112 игроков"]
    assert [FRENCH.translate(trn("{count} player", "{count} players", count)) for count in (0, 1, 2)] == [
        "0 joueur",
        "1 joueur",
        "2 joueurs",
    ]


def test_a_phrase_within_a_phrase_is_translated_and_a_name_is_not() -> None:
    words = tr("{name} got {other}", name="Back", other=tr("Back"))
    assert words == "Back got Back"
    assert FRENCH.translate(words) == "Back a eu Retour"
    assert FRENCH.translate("Back") == "Back"
    assert isinstance(str(ValueError(words)), Phrase)


def test_the_language_is_switched_at_once() -> None:
    canvas, words = dummy_canvas(), tr("Options")
    seen = set()
    for language in LANGUAGES:
        canvas.fonts.catalogue = catalogue_for(replace(Settings(), language=language))
        canvas.begin()
        canvas.text(words, 20, 20, 40, (255, 255, 255))
        seen.add(pixels(canvas))
        assert canvas.width_of(words, 40) == canvas.width_of(canvas.said(words), 40)
    assert len(seen) == 2  # "Options" is French, too


def test_things_that_are_chosen_taken_and_played_on_have_names_in_each_language() -> None:
    assert set(CHARACTERS) == set(CHARACTER_NAMES)
    assert set(COLOURS) == set(PLAYER_NAMES)
    assert set(SKILLS) == set(SKILL_NAMES)
    assert set(RULES) == {name.replace("-", " ") for name in PRESETS}
    assert set(MAPS) == {file.stem.replace("-", " ") for file in path("maps").glob("*.txt")}
    assert set(ITEMS) == {item.name.lower().replace("_", " ") for item in Item}
    assert RUSSIAN.translate(spoken("last-one-standing")) == "обычные"
    for table in (CHARACTERS, COLOURS, MAPS, SKILLS, RULES, ITEMS):
        for catalog in (FRENCH, RUSSIAN):
            assert len({catalog.translate(name) for name in table.values()}) == len(table)
    assert len(NAMES) > 40


def sentences() -> set[str]:
    """The texts of all sources, with a zero for each value in them."""
    found = set()
    for file, (_, tree) in all_sources().items():
        if file.parent.name == "texts":
            continue
        for node in ast.walk(tree):
            if isinstance(node, ast.JoinedStr):
                parts = (part.value if isinstance(part, ast.Constant) else "\0" for part in node.values)
                found.add("".join(map(str, parts)))
            elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                found.add(node.value.replace("{}", "\0"))
    return found


def test_each_known_sentence_is_still_in_the_source_of_who_says_it() -> None:
    everything = "\n".join(sorted(sentences()))
    for known in (*KNOWN, *DOCTOR):
        longest = max(re.split(r"\{\w+\}", known), key=len).strip(" ().")
        assert longest in everything, known


@pytest.mark.parametrize(
    ("sentence", "russian"),
    [
        ("Ada left.", "Ada покидает игру."),
        ("That is not the password of this room.", "Пароль неверный."),
        (
            "The server closed the connection. Trying again for 90 seconds did not help.",
            "Сервер закрыл соединение. Попытки в течение 90 с не помогли.",  # noqa: RUF001
        ),
        ("Ada: hello", "Ada: hello"),
        ("Bo left. left.", "Bo left. покидает игру."),  # one who is called so
    ],
)
def test_a_sentence_of_a_server_is_translated_if_it_is_known(sentence: str, russian: str) -> None:
    assert known_line(sentence) == sentence
    assert RUSSIAN.translate(known_line(sentence)) == russian


@pytest.mark.parametrize("text", ["Bo left.", "The server stops in 5 s.", "You are banned from this server."])
def test_what_a_player_writes_is_shown_as_it_was_written_with_the_name(text: str) -> None:
    assert RUSSIAN.translate(chat_text(Chat(-1, "Ada", text))) == f"Ada: {text}"


@pytest.mark.parametrize(
    ("environment", "language"),
    [
        ({"LANG": "fr_CA.UTF-8"}, "fr"),
        ({"LANG": "de_DE.UTF-8"}, "en"),
        ({"LANG": "fr_FR.UTF-8", "LC_ALL": "ru_RU.UTF-8"}, "ru"),
        ({"LANGUAGE": "de:ru:en", "LANG": "fr_FR"}, "ru"),
        ({"LANG": "C"}, "en"),
        ({}, "en"),
    ],
)
def test_the_language_of_the_computer_counts_if_it_is_one_of_ours(environment: dict[str, str], language: str) -> None:
    assert system_language(environment, "linux") == language


@pytest.mark.parametrize("system", ["linux", "win32", "darwin"])
def test_all_that_the_doctor_says_is_known(system: str) -> None:
    english = set()
    for facts in CASES.values():
        for now in (replace(facts, system=system), replace(facts, system=system, done=frozenset())):
            found = diagnose(now)
            lines = [line for step in steps(now) for line in (step.kind.title, step.text)]
            english |= {
                line for line in (found.sentence, found.action, *lines) if not isinstance(doctor_line(line), Phrase)
            }
    assert english == {"eth0 10.77.0.3, eth0 fd77::3"}, "these are names"


def test_a_mac_and_windows_write_languages_in_their_own_way() -> None:
    assert [known_language(text) for text in ("fr-FR", '(\n    "ru-RU",\n    "en-GB"\n)\n', "zh-Hans")] == [
        "fr",
        "ru",
        "en",
    ]


def test_a_catalogue_that_is_missing_is_english() -> None:
    assert catalogue_of("tlh").translate(tr("Play")) == "Play"


@pytest.mark.parametrize("language", FOREIGN)
def test_every_letter_is_in_the_font_that_comes_with_pygame(language: str) -> None:
    fonts = dummy_canvas().fonts
    letters = {letter for text in catalogue(language) for letter in str(text.string)} | set("ÀÉÈÊËÎÏÔŒÙÛÜŸÇŁŻŠĐ«»…—")
    assert {fonts.file_of(letter) for letter in letters if letter.isprintable()} == {"freesansbold.ttf"}
