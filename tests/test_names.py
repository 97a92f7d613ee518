"""One name means one thing: public classes, the glossary of ARCHITECTURE.md, and what tests may reach into."""

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from tests.sources import DISTRIBUTION, ROOT, sources

# A class name that stands twice, and why that is no harm.
TWICE: dict[str, str] = {}
ATTRIBUTES_MOST = 8
# The data of the rules, which are no objects.
RECORDS = tuple(f"shared/rules/world.py: {name}" for name in ("Player", "Bomb", "World"))
PRIVATE = re.compile(r"(?<!\bself)(?<!\bcls)\._[^_]|\bimport\b[^)\n]*[\s(]_[^_]|^ +_\w.*,$", re.MULTILINE)
REACHES_MOST = 40  # into private names of other objects, in all tests; each with a reason behind `# private:`


@cache
def classes() -> list[tuple[str, Path, ast.ClassDef]]:
    """Every class of the four packages: its name, its file and its tree."""
    return [
        (node.name, file, node)
        for file, (_, tree) in sources().items()
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef)
    ]


def attributes_of(node: ast.ClassDef) -> set[str]:
    """The names that methods of a class assign on `self`, and the fields of a dataclass that may change."""
    decorators = [ast.unparse(decorator) for decorator in node.decorator_list]
    changes = any("dataclass" in text and "frozen=True" not in text for text in decorators)
    fields = {
        part.target.id
        for part in node.body
        if changes and isinstance(part, ast.AnnAssign) and isinstance(part.target, ast.Name)
    }
    return fields | {
        part.attr
        for part in ast.walk(node)
        if isinstance(part, ast.Attribute)
        and isinstance(part.ctx, ast.Store)
        and isinstance(part.value, ast.Name)
        and part.value.id == "self"
    }


def reaches_in(tree: ast.Module) -> Iterator[int]:
    """The lines on which a private name of another object or module is used."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and re.match(r"_[^_]", node.attr):
            if not (isinstance(node.value, ast.Name) and node.value.id in ("self", "cls")):
                yield node.lineno
        elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("petard"):
            yield from (node.lineno for alias in node.names if re.match(r"_[^_]", alias.name))


def test_a_public_class_name_stands_for_one_thing() -> None:
    where: dict[str, list[str]] = defaultdict(list)
    for name, file, _ in classes():
        if not name.startswith("_"):
            where[name].append(str(file))
    assert {name: files for name, files in where.items() if len(files) > 1 and name not in TWICE} == {}


def test_the_glossary_names_what_is_in_the_code() -> None:
    page = (ROOT / "ARCHITECTURE.md").read_text("utf-8")
    table = page.partition("<!-- glossary -->\n")[2].partition("<!-- end -->")[0]
    rows = [line.split("|")[1:-1] for line in table.splitlines()[2:]]
    assert len(rows) >= 20
    defined = {name: file for name, file, _ in classes()}
    for word, _, code in rows:
        for name, path in re.findall(r"`(\w+)` \(`([\w/.]+)`\)", code):
            assert (ROOT / path).is_file(), f"{word}: there is no {path}"
            assert re.search(rf"\b(?:class|def) {name}\b|^{name}\b", (ROOT / path).read_text("utf-8"), re.MULTILINE), (
                f"{word}: {name} is not in {path}"
            )
            assert name not in defined or str(defined[name]) == path, f"{word}: {name} is in {defined[name]}"


def test_an_object_has_few_attributes() -> None:
    many = {f"{file}: {name}": len(attributes_of(node)) for name, file, node in classes()}
    assert {name: count for name, count in many.items() if count > ATTRIBUTES_MOST and name not in RECORDS} == {}


def test_tests_reach_into_few_private_names_and_say_why() -> None:
    files = [file for file in (ROOT / "tests").rglob("*.py") if not file.is_relative_to(DISTRIBUTION)]
    texts = {file: file.read_text("utf-8") for file in files}
    may_reach = {file: text for file, text in texts.items() if PRIVATE.search(text)}  # parsing all takes seconds
    reaches = [(file, line) for file, text in may_reach.items() for line in set(reaches_in(ast.parse(text)))]
    silent = [
        f"{file.relative_to(ROOT)}:{line}"
        for file, line in reaches
        if "# private: " not in may_reach[file].splitlines()[line - 1]
    ]
    assert silent == []
    assert len(reaches) <= REACHES_MOST


def test_each_check_finds_its_fault() -> None:
    tree = ast.parse(
        "class A:\n    def f(self):\n        self.a, self.b = self.c[0] = 1, 2\n        self.d += other._e\n"
    )
    (node,) = [node for node in ast.walk(tree) if isinstance(node, ast.ClassDef)]
    assert attributes_of(node) == {"a", "b", "d"}
    (record,) = ast.parse("@dataclass(slots=True)\nclass B:\n    x: int\n    y: int = 0\n").body
    assert isinstance(record, ast.ClassDef)
    assert attributes_of(record) == {"x", "y"}
    assert list(reaches_in(tree)) == [4]
    assert list(reaches_in(ast.parse("from petard.shared.rules.step import _x\nfrom os import _exit"))) == [1]


@pytest.mark.parametrize(
    "text",
    ["other._e", "f()._e", "import a, _e", "from a import _e", "from a import (_e)", "from a import (\n    _e,\n)"],
)
def test_no_file_that_reaches_into_private_names_goes_unparsed(text: str) -> None:
    assert PRIVATE.search(text)
