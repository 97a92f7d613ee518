"""The examples in docstrings are right. Each module is imported by its real name, `petard.shared.framing` and so on.

(pytest's own --doctest-modules would take the folder `shared` for a package of that name and import all of it twice.)
"""

import doctest
from importlib import import_module

import pytest

from tests.tools.links import FOLDERS, ROOT


def modules_with_examples() -> list[str]:
    """The names of all modules of ours that hold an example."""
    files = [file for folder in FOLDERS for file in sorted((ROOT / folder).rglob("*.py"))]
    paths = [file.relative_to(ROOT).with_suffix("") for file in files if ">>> " in file.read_text("utf-8")]
    return [".".join(("petard", *path.parts)).removesuffix(".__init__") for path in paths]


@pytest.mark.parametrize("name", modules_with_examples())
def test_every_example_in_a_docstring_is_right(name: str) -> None:
    failed, tried = doctest.testmod(import_module(name))
    assert tried > 0
    assert failed == 0, "what was got instead is printed above"
