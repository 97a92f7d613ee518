"""Architecture: imports go down only, pure packages stay pure, the rules count in whole numbers, files stay small.

Plain `ast` over the sources. Each check is a function from a Tree to a list of sentences, so that the second half of
this file can plant every fault in a tree of its own and see it found. LAYERS is also the table of ARCHITECTURE.md.
"""

import ast
import re
import sys
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest

from tests.layers import LAYERS, LIBRARIES, SIDE_BY_SIDE, WORLDLY, WORLDLY_CALLS
from tests.sources import ROOT, sources

LAZY = "petard.shared.lazy"  # imports modules by name; a module name in a string of a file that uses it is an import
LINES, FUNCTION_LINES = 400, 40


class Tree:
    """The sources under one root, by module name."""

    def __init__(self, root: Path) -> None:
        files = {_module_of(file): source for file, source in sources(root).items()}
        self.texts = {module: text for module, (text, _) in files.items()}
        self.trees = {module: tree for module, (_, tree) in files.items()}
        self._imports: dict[str, list[tuple[int, str]]] = {}

    def imports(self, module: str) -> list[tuple[int, str]]:
        """(line, imported module) of every import in a module, lazy ones too; a name from a package may be a module."""
        if module not in self._imports:
            self._imports[module] = list(self._imports_in(module))
        return self._imports[module]

    def _imports_in(self, module: str) -> Iterator[tuple[int, str]]:
        lazy = f"from {LAZY} import" in self.texts[module]
        for node in ast.walk(self.trees[module]):
            if isinstance(node, ast.Import):
                yield from ((node.lineno, alias.name) for alias in node.names)
            elif isinstance(node, ast.Constant) and lazy and re.fullmatch(r"petard(\.\w+)+", str(node.value)):
                yield node.lineno, str(node.value)
            elif isinstance(node, ast.ImportFrom):
                base = node.module or ""
                modules = {f"{base}.{alias.name}" for alias in node.names} & self.trees.keys()
                yield from ((node.lineno, name) for name in sorted(modules) or [base])


def _module_of(file: Path) -> str:
    parts = file.with_suffix("").parts
    return ".".join(("petard", *(parts[:-1] if parts[-1] == "__init__" else parts)))


def inside(module: str, packages: tuple[str, ...]) -> bool:
    """True if a module is one of the packages or lies in one."""
    return any(module == package or module.startswith(f"{package}.") for package in packages)


@cache
def layer_of(module: str) -> str:
    """The layer of a module: the longest name in LAYERS that fits; "" if none does."""
    return max((name for name in LAYERS if inside(module, (name,))), key=len, default="")


def allowed_in(layer: str) -> tuple[str, ...]:
    """What the modules of a layer may import, beside each other."""
    return tuple(f"petard.{name}" for name in LAYERS[layer].imports.split())


# --- the checks -----------------------------------------------------------------------------------------------------


def imports_that_go_up(tree: Tree) -> list[str]:
    """Imports that LAYERS does not allow."""
    wrong = []
    for module in tree.trees:
        layer = layer_of(module)
        for line, imported in tree.imports(module):
            if inside(imported, ("petard",)) and layer and not inside(imported, (layer, *allowed_in(layer))):
                wrong.append(f"{module}:{line} imports {imported}")
    return wrong


def modules_without_a_layer(tree: Tree) -> list[str]:
    """Modules that LAYERS forgets; an `__init__` with nothing but a docstring needs no layer."""
    full = [module for module, parsed in tree.trees.items() if len(parsed.body) > 1]
    return [module for module in full if not inside(module, tuple(LAYERS))]


def worldly_things(tree: Tree) -> list[str]:
    """Clocks, sockets, files, chance, threads, pygame and print in pure packages."""
    wrong = []
    for module in tree.trees:
        layer = layer_of(module)
        if not layer or not LAYERS[layer].pure:
            continue
        for line, imported in tree.imports(module):
            if imported.split(".")[0] in WORLDLY:
                wrong.append(f"{module}:{line} imports {imported}")
        for node in ast.walk(tree.trees[module]):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in WORLDLY_CALLS:
                wrong.append(f"{module}:{node.lineno} calls {node.func.id}")
    return wrong


def strange_libraries(tree: Tree) -> list[str]:
    """Libraries that nobody declared, or in a place that is not theirs."""
    return [
        f"{module}:{line} imports {imported}"
        for module in tree.trees
        for line, imported in tree.imports(module)
        if (top := imported.split(".")[0]) not in sys.stdlib_module_names
        and top != "petard"
        and not inside(module, LIBRARIES.get(top, ()))
    ]


def uneven_numbers(tree: Tree) -> list[str]:
    """Whatever may differ between machines or runs in the rules: floats, `/`, loops over sets, hashes, identities."""
    wrong = []
    for module in tree.trees:
        if inside(module, ("petard.shared.rules",)):
            for node in ast.walk(tree.trees[module]):
                wrong += [f"{module}:{getattr(node, 'lineno', 0)} {what}" for what in _uneven(node)]
    return wrong


def _uneven(node: ast.AST) -> Iterator[str]:
    match node:
        case ast.Constant(value=float() | complex()):
            yield f"holds {node.value!r}"
        case ast.BinOp(op=ast.Div()) | ast.AugAssign(op=ast.Div()):
            yield "divides with /"
        case ast.Name(id="float" | "complex" | "hash" | "id" as name, ctx=ast.Load()):
            yield f"names {name}"
        case ast.Import(names=names) if any(alias.name in ("math", "fractions", "decimal") for alias in names):
            yield "imports a library of fractions"
        case ast.ImportFrom(module="math" | "fractions" | "decimal"):
            yield "imports a library of fractions"
        case ast.For(iter=things) | ast.comprehension(iter=things) if _is_set(things):
            yield "loops over a set"


def _is_set(node: ast.expr) -> bool:
    named = isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("set", "frozenset")
    return named or isinstance(node, (ast.Set, ast.SetComp))


def imports_by_name(tree: Tree) -> list[str]:
    """Imports by a name in a string that do not use the helper `lazy`, so that this test would not see them."""
    allowed = (LAZY, "petard.server.devtools.pytest_plugin")  # pytest starts faster without any module of ours
    return [
        f"{module}:{node.lineno} imports by name"
        for module, parsed in tree.trees.items()
        for node in ast.walk(parsed)
        if isinstance(node, ast.alias) and node.name in ("import_module", "imp", "runpy") and module not in allowed
    ]


def import_cycles(tree: Tree) -> list[str]:
    """Rings of modules of which each imports the next."""
    graph = {module: sorted({name for _, name in tree.imports(module)} & tree.trees.keys()) for module in tree.trees}
    done: set[str] = set()
    rings: list[str] = []

    def visit(module: str, path: list[str]) -> None:
        if module in path:
            rings.append(" -> ".join([*path[path.index(module) :], module]))
        elif module not in done:
            for imported in graph[module]:
                visit(imported, [*path, module])
            done.add(module)

    for module in graph:
        visit(module, [])
    return rings


def long_files(tree: Tree) -> list[str]:
    """Files over 400 lines."""
    counts = {module: len(text.splitlines()) for module, text in tree.texts.items()}
    return [f"{module} has {count} lines" for module, count in counts.items() if count > LINES]


def long_functions(tree: Tree, most: int = FUNCTION_LINES) -> list[str]:
    """Functions over `most` lines, docstring and all."""
    return [
        f"{module}:{node.lineno} {node.name} has {length} lines"
        for module, parsed in tree.trees.items()
        for node in ast.walk(parsed)
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))
        and (length := (node.end_lineno or node.lineno) - node.lineno + 1) > most
    ]


def files_without_a_promise(tree: Tree) -> list[str]:
    """Files that do not open with a docstring, empty ones aside."""
    return [module for module, parsed in tree.trees.items() if parsed.body and not ast.get_docstring(parsed)]


CHECKS: tuple[Callable[[Tree], list[str]], ...] = (
    imports_that_go_up,
    modules_without_a_layer,
    worldly_things,
    strange_libraries,
    uneven_numbers,
    imports_by_name,
    import_cycles,
    long_files,
    long_functions,
    files_without_a_promise,
)


# --- the tree as it stands -------------------------------------------------------------------------------------------


@cache
def real_tree() -> Tree:
    """The sources of this repository."""
    return Tree(ROOT)


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_the_house_holds(check: Callable[[Tree], list[str]]) -> None:
    assert check(real_tree()) == []


def test_every_layer_of_the_table_exists() -> None:
    modules = real_tree().trees
    assert [name for name in LAYERS if not any(inside(module, (name,)) for module in modules)] == []


def test_no_arrow_runs_back_up() -> None:
    """A layer imports only layers that stand before it in the table, and game and server never meet."""
    layers = list(LAYERS)
    for place, layer in enumerate(layers):
        for name in allowed_in(layer):
            targets = [other for other in layers if inside(other, (name,))] or [layer_of(name)]
            assert set(targets) <= set(layers[:place]), f"{layer}: {name} does not stand before it"
            assert {layer.split(".")[1], name.split(".")[1]} != {"game", "server"}, layer


@pytest.mark.parametrize("folder", SIDE_BY_SIDE)
def test_a_folder_can_be_taken_in_at_one_glance(folder: str) -> None:
    things = [path for path in (ROOT / folder).iterdir() if path.suffix == ".py" or (path / "__init__.py").exists()]
    assert len(things) <= SIDE_BY_SIDE[folder]


def test_the_table_in_the_architecture_page_is_this_one() -> None:
    from_page = (ROOT / "ARCHITECTURE.md").read_text("utf-8")
    table = from_page.partition("<!-- table: layers -->\n")[2].partition("<!-- end -->")[0]
    assert table == layers_table(), "print it with `python -m tests.tools.docs`"


def layers_table() -> str:
    """The table in ARCHITECTURE.md: a row for each layer."""
    lines = ["| where | what | | may import |", "|---|---|---|---|"]
    for layer, (about, _, pure) in LAYERS.items():
        below = ", ".join(map(_path_of, allowed_in(layer))) or "nothing of ours"
        lines.append(f"| {_path_of(layer)} | {about} | {'pure' if pure else ''} | {below} |")
    return "\n".join(lines) + "\n"


def _path_of(name: str) -> str:
    path = name.removeprefix("petard.").replace(".", "/")
    return f"`{path}.py`" if (ROOT / f"{path}.py").exists() else f"`{path}/`"


def test_test_files_stay_small_too() -> None:
    counts = {file: len(file.read_text("utf-8").splitlines()) for file in (ROOT / "tests").rglob("*.py")}
    assert {file: count for file, count in counts.items() if count > LINES} == {}


# --- each fault, planted --------------------------------------------------------------------------------------------

PLANTED: dict[str, tuple[Callable[[Tree], list[str]], str, str]] = {
    "a lazy import goes up": (
        imports_that_go_up,
        "server/room/a.py",
        "from petard.shared.lazy import lazy\nlazy('petard.server.net.server')",
    ),
    "an import by name": (imports_by_name, "game/flow/a.py", "from importlib import import_module"),
    "shared imports game": (imports_that_go_up, "shared/rules/a.py", "from petard.game.client import view"),
    "the rules import the protocol": (imports_that_go_up, "shared/rules/a.py", "import petard.shared.protocol.codec"),
    "framing imports the rules": (imports_that_go_up, "shared/framing.py", "from petard.shared.rules import step"),
    "the protocol imports a bot": (imports_that_go_up, "shared/protocol/a.py", "from petard.shared.bots import brain"),
    "the server imports the game": (imports_that_go_up, "server/net/server.py", "import petard.game.flow.app"),
    "the game imports the server": (
        imports_that_go_up,
        "game/flow/local_server.py",
        "def run():\n    import petard.server.runtime.loop",
    ),
    "the room imports the net": (
        imports_that_go_up,
        "server/room/room.py",
        "from petard.server.net.server import Server",
    ),
    "the client imports the ui": (
        imports_that_go_up,
        "game/client/a.py",
        "from petard.game.ui.render.canvas import Canvas",
    ),
    "a package of nobody": (modules_without_a_layer, "shared/nobody/a.py", "A = 1\nB = 2"),
    "a clock": (worldly_things, "shared/ticker.py", "from time import monotonic"),
    "a date": (worldly_things, "server/room/round.py", "import datetime"),
    "a socket": (worldly_things, "server/room/room.py", "import socket"),
    "a select": (worldly_things, "server/room/inbox.py", "import select"),
    "a path": (worldly_things, "shared/rules/maps.py", "from pathlib import Path"),
    "an import in a function": (worldly_things, "shared/bots/a.py", "def f():\n    import os"),
    "dice": (worldly_things, "shared/bots/brain.py", "import random"),
    "a secret": (worldly_things, "server/room/seats.py", "from secrets import token_hex"),
    "pygame in the client": (worldly_things, "game/view/view.py", "import pygame"),
    "a thread": (worldly_things, "server/room/feed.py", "import threading"),
    "a process": (worldly_things, "game/client/a.py", "from subprocess import Popen"),
    "open": (worldly_things, "shared/rules/maps.py", "text = open('a').read()"),
    "print": (worldly_things, "shared/rules/step.py", "print('tick')"),
    "pygame on the server": (strange_libraries, "server/net/server.py", "import pygame"),
    "msgpack outside the codec": (strange_libraries, "shared/protocol/link.py", "import msgpack"),
    "a package of ours without its first name": (strange_libraries, "game/flow/app.py", "import shared.framing"),
    "a library nobody declared": (strange_libraries, "game/flow/app.py", "import numpy as np"),
    "a float": (uneven_numbers, "shared/rules/bombs.py", "FUSE = 2.5"),
    "a division": (uneven_numbers, "shared/rules/bombs.py", "HALF = 5 / 2"),
    "a division in place": (uneven_numbers, "shared/rules/bombs.py", "x = 4\nx /= 2"),
    "float()": (uneven_numbers, "shared/rules/bombs.py", "x = float('2')"),
    "math": (uneven_numbers, "shared/rules/bombs.py", "from math import sqrt"),
    "a loop over a set": (uneven_numbers, "shared/rules/bombs.py", "for x in {1, 2}:\n    pass"),
    "a list from a set": (uneven_numbers, "shared/rules/bombs.py", "x = [y for y in set('ab')]"),
    "a hash": (uneven_numbers, "shared/rules/bombs.py", "x = hash('a')"),
    "401 lines": (long_files, "game/flow/app.py", "\n" * 401),
    "a function of 41 lines": (long_functions, "game/flow/app.py", "def f():\n" + "    x = 1\n" * 40),
    "a method of 41 lines": (long_functions, "game/flow/app.py", "class A:\n  def f():\n" + "    x = 1\n" * 40),
    "no promise": (files_without_a_promise, "game/flow/app.py", "x = 1"),
}


def planted(root: Path, file: str, text: str) -> Tree:
    """A tree with one file in it."""
    path = root / file
    path.parent.mkdir(parents=True)
    path.write_text(text, "utf-8")
    return Tree(root)


@pytest.mark.parametrize("fault", PLANTED)
def test_each_fault_is_found(fault: str, tmp_path: Path) -> None:
    check, file, text = PLANTED[fault]
    assert len(check(planted(tmp_path, file, text))) == 1


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_an_honest_file_has_no_fault(check: Callable[[Tree], list[str]], tmp_path: Path) -> None:
    text = '"""A promise."""\n\nfrom petard.shared.rules.world import World\n\nHALF = 5 // 2\nx = sorted({1, 2})\n'
    assert check(planted(tmp_path, "shared/rules/honest.py", text)) == []


def test_a_ring_of_imports_is_found(tmp_path: Path) -> None:
    (tmp_path / "game").mkdir()
    ring = {"a": "from petard.game import b", "b": "import petard.game.c", "c": "from petard.game.a import A"}
    for module, imported in ring.items():
        (tmp_path / "game" / f"{module}.py").write_text(imported)
    assert import_cycles(Tree(tmp_path)) == ["petard.game.a -> petard.game.b -> petard.game.c -> petard.game.a"]
