"""The pages of the tutorial: code and output are those of the programs, and the translations are in step."""

import re
from pathlib import Path

import pytest

from tests.tools.tutorial import CODE, FOLDER, OUTPUT, PAGES, code_of, printed, with_code

ENGLISH = sorted(FOLDER.glob("[1-8ab]-*.md"))
TRANSLATED = [page for page in ENGLISH if page.name[0] in "1234"]
LANGUAGES = "fr", "ru"
VARIES = {  # what these print depends on how fast the computer is; test_stages.py tests what they do in each run
    ("stage1_echo.py", "second"),
    ("stage3_select.py", "fair"),
    ("stage3_select.py", "stuck"),
    ("stage5_window.py", "measure"),
    ("stage6_ticks.py", "cheat"),
    ("stage6_ticks.py", "still"),
    ("stage6_ticks.py", "delay"),
    ("side_a_who.py", "lost"),
}
SLOW = VARIES | {("stage4_room.py", "still")}  # seconds each: in the long run only
# The commands in the pages, each with what the pages say that it prints.
OUTPUTS: dict[tuple[str, str], set[str]] = {}
for found in (found for page in PAGES for found in OUTPUT.finditer(page.read_text("utf-8"))):
    OUTPUTS.setdefault((found[2], found[3]), set()).add(found[4])


def without_numbers(text: str) -> str:
    """A text in which each number is `#`."""
    return re.sub(r"\d+(\.\d+)?", "#", text)


def outline(page: Path) -> list[str]:
    """What a translation shares with its page: the levels of headings, code, output, files and commands."""
    text = page.read_text("utf-8")
    shared = re.compile(r"^(#+) |<!-- (.+?) -->|`((?:server|game|shared|tests)/[\w./]+)`|^python (.+)$", re.MULTILINE)
    return [next(part for part in found.groups() if part) for found in shared.finditer(text)]


def test_the_tutorial_has_eight_stages_and_two_side_paths() -> None:
    assert [page.name[0] for page in ENGLISH] == list("12345678ab")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: f"{page.parent.name}-{page.stem}")
def test_the_code_of_a_page_is_that_of_the_programs(page: Path) -> None:
    text = page.read_text("utf-8")
    assert with_code(text) == text, "run: python -m tests.tools.tutorial"


@pytest.mark.parametrize(
    ("file", "words"), [pytest.param(*one, marks=[pytest.mark.long] if one in SLOW else []) for one in OUTPUTS]
)
def test_the_output_in_the_pages_is_what_the_program_prints(file: str, words: str) -> None:
    comparable = without_numbers if (file, words) in VARIES else str
    shown = {comparable(text) for text in OUTPUTS[file, words]}
    assert shown == {comparable(printed(file, words))}, "run: python -m tests.tools.tutorial"


@pytest.mark.parametrize("page", ENGLISH, ids=lambda page: page.stem)
def test_a_page_has_a_command_a_break_a_question_an_answer_and_the_grown_up_file(page: Path) -> None:
    text = page.read_text("utf-8")
    assert len(CODE.findall(text)) >= 2
    assert OUTPUT.search(text)
    for part in (
        "## Try it",
        "## How it works",
        "## What breaks: ",
        "## Questions",
        "<details><summary>Answers",
        "## In Petard",
    ):
        assert part in text, part
    questions, answers = text.split("## Questions")[1].split("<details>")
    assert re.findall(r"^(\d)\. ", questions, re.MULTILINE) == re.findall(r"^(\d)\. ", answers, re.MULTILINE) != []
    assert re.search(r"`(server|game|shared)/[\w/]+\.py`", text.split("## In Petard")[1])


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("page", TRANSLATED, ids=lambda page: page.stem)
def test_a_translation_has_the_headings_code_output_and_files_of_its_page(page: Path, language: str) -> None:
    assert outline(FOLDER / language / page.name) == outline(page)


def test_a_name_that_no_program_has_is_an_error() -> None:
    with pytest.raises(LookupError, match="has no nothing"):
        code_of("stage1_echo.py", "nothing")
