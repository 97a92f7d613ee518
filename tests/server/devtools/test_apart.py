"""The tools stand apart: nothing that serves players or plays imports them."""

from tests.test_architecture import ROOT, Tree, inside

TOOLS = ("petard.server.devtools", "petard.server.cli")  # a subcommand may use a tool, and a tool no subcommand


def test_only_the_subcommands_import_the_tools() -> None:
    tree = Tree(ROOT)
    users = {module for module in tree.trees for _, name in tree.imports(module) if inside(name, TOOLS[:1])}
    assert {module for module in users if not inside(module, TOOLS)} == set()


def test_the_tools_import_no_subcommand() -> None:
    tree = Tree(ROOT)
    tools = [module for module in tree.trees if inside(module, TOOLS[:1])]
    assert [name for module in tools for _, name in tree.imports(module) if inside(name, TOOLS[1:])] == []
