"""Style and types are tests like any other.

Types take a minute on one core, so the usual run leaves them out: `.ci/run` and pre-commit check them each time.
"""

import subprocess
import sys

import pytest

from tests.tools.links import FOLDERS, ROOT, link_tree


@pytest.mark.parametrize(
    "command", ["ruff check .", "ruff format --check .", pytest.param("mypy", marks=pytest.mark.types)]
)
def test_the_tree_passes(command: str) -> None:
    link_tree()  # mypy looks for `petard` there
    answer = subprocess.run([sys.executable, "-m", *command.split()], cwd=ROOT, capture_output=True, text=True)
    assert answer.returncode == 0, answer.stdout + answer.stderr


@pytest.mark.parametrize("name", FOLDERS)
@pytest.mark.parametrize("line", ["import {}", "import {}.here", "from {} import here", "from {}.here import there"])
def test_a_package_of_ours_without_its_first_name_is_an_error(line: str, name: str) -> None:
    command = [sys.executable, "-m", "ruff", "check", "--select", "TID251", "--stdin-filename", "game/here.py", "-"]
    code = line.format(name) + "\n"
    answer = subprocess.run(command, cwd=ROOT, input=code, capture_output=True, text=True, check=False)
    assert f"import petard.{name}" in answer.stdout
