"""Style and types are tests like any other, so that one command checks all of it."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.tools.links import link_tree

ROOT = Path(__file__).parent.parent


@pytest.mark.parametrize("command", ["ruff check .", "ruff format --check .", "mypy"])
def test_the_tree_passes(command: str) -> None:
    link_tree()  # mypy looks for `petard` there
    answer = subprocess.run([sys.executable, "-m", *command.split()], cwd=ROOT, capture_output=True, text=True)
    assert answer.returncode == 0, answer.stdout + answer.stderr
