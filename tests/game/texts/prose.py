"""Finds texts in the source that a person would read, and which of them are not given to `tr`, `trc` or `trn`."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[3]
# What makes texts of the window. The other files make sentences for the command line, or those of `known_lines`.
FOLDERS = ("game/texts", "game/ui", "game/view")
FILES = ("game/flow/connection_status.py", "game/flow/mute_key.py", "game/flow/navigator.py", "game/replays/library.py")
MARKS = frozenset({"tr", "trc", "trn"})
WORDS = re.compile(
    r"[^\W\d_]{2,}[,.:!?…]? [^\W\d_]+|^[A-Z][a-z]{2,}[!?.…]*$|[^\W\d_]{2,}[!?…]$|^[A-Z]{3,}$| [^\W\d_]{2,}$"
)


class Text(NamedTuple):
    """A text in a file."""

    file: str
    line: int
    text: str


def sources() -> list[Path]:
    """The files whose texts are shown in the window."""
    return [file for folder in FOLDERS for file in sorted((ROOT / folder).rglob("*.py"))] + [
        ROOT / name for name in FILES
    ]


def prose_of(source: str, file: str = "") -> Iterator[Text]:
    """Texts with words that are neither documentation nor marked for translation."""
    tree = ast.parse(source)
    skipped = {id(node) for node in _skipped(tree)}
    stack: list[ast.AST] = [tree]
    while stack:
        node = stack.pop()
        if id(node) in skipped:
            continue
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and WORDS.search(node.value):
            yield Text(file, node.lineno, node.value)
        stack += ast.iter_child_nodes(node)


def _skipped(tree: ast.AST) -> Iterator[ast.AST]:
    """The documentation, the annotations, what is only compared or raised, and the arguments of MARKS."""
    for node in ast.walk(tree):
        match node:
            case ast.Expr(ast.Constant(str())):
                yield node
            case ast.Call(ast.Name(name), arguments) if name in MARKS:
                yield from arguments
            case ast.Compare() | ast.Raise():  # an error that people may read is one of `known_lines`
                yield node
            case ast.AnnAssign(annotation=annotation) | ast.arg(annotation=ast.AST() as annotation):
                yield annotation
