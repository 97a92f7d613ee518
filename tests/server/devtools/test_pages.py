"""The commands and code of docs/recordings.md and docs/captures.md work and print what is shown."""

import re
import shlex
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from petard.server.cli.replay import main
from petard.server.devtools.pytest_plugin import PetardReplay, PetardWire

ROOT = Path(__file__).parents[3]
SESSIONS = ROOT / "tests" / "sessions"
RECORDINGS, CAPTURES = ((ROOT / "docs" / name).read_text("utf-8") for name in ("recordings.md", "captures.md"))
PROMPT, MORE = "$ petard-server replay ", "..."


def shown_runs() -> Iterator[tuple[list[str], list[str]]]:
    """The words of each line behind a prompt in a block marked to be run, and the lines that are shown for it."""
    for block in re.findall(r"<!-- run -->\n```\n(.*?)```", RECORDINGS, re.DOTALL):
        for run in block.split(PROMPT)[1:]:
            command, *lines = run.strip().splitlines()
            yield shlex.split(command, comments=True), [line.rstrip() for line in lines]


def python_of(page: str) -> dict[str, Any]:
    """What the one piece of Python on a page makes, run as it stands."""
    (code,) = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    names: dict[str, Any] = {}
    exec(code, names)
    return names


@pytest.fixture
def _among_sessions(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for file in SESSIONS.glob("*.petard"):
        shutil.copy(file, tmp_path)
    monkeypatch.chdir(tmp_path)


@pytest.mark.usefixtures("_among_sessions")
@pytest.mark.parametrize(("words", "shown"), list(shown_runs()), ids=lambda some: some[0])
def test_a_run_on_the_page_prints_what_is_shown(
    words: list[str], shown: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    main(words)
    printed = without_sizes(capsys.readouterr().out).splitlines()
    if shown[-1] == MORE:
        shown = shown[:-1]
        assert len(printed) > len(shown)
        printed = printed[: len(shown)]
    assert printed == without_sizes("\n".join(shown)).splitlines()


def without_sizes(text: str) -> str:
    """The same, however well this Python's zlib packs."""
    return re.sub(r", \d+ bytes$", ", N bytes", text)


def test_most_of_what_the_page_shows_is_run() -> None:
    assert [words[0] for words, _ in shown_runs()] == ["info", "dump", "diff", "trim"]


@pytest.mark.usefixtures("_among_sessions")
def test_the_python_of_the_page_of_recordings_works() -> None:
    assert python_of(RECORDINGS)["run"].moment == 601


def test_the_tests_of_the_page_of_captures_pass(replay: PetardReplay, wire: PetardWire) -> None:
    names = python_of(CAPTURES)
    names["test_first_blood"](replay)
    names["test_glued_hello"](wire)
