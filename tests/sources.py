"""The syntax trees of the sources, parsed once for all tests that read them."""

import ast
from functools import cache
from pathlib import Path

from tests.uncollected import uncollected

ROOT = Path(__file__).parents[1]
DISTRIBUTION = ROOT / "tests" / "tcpcut"  # a project of its own: tests/cutting checks its sources
PACKAGES = ("assets", "game", "server", "shared")  # folders here, and packages of that name in `petard`


@cache
def sources(root: Path = ROOT) -> dict[Path, tuple[str, ast.Module]]:
    """The text and the tree of each file in the four packages, by its path from the root."""
    files = [file for package in PACKAGES for file in sorted((root / package).rglob("*.py"))]
    texts = {file.relative_to(root): file.read_text("utf-8") for file in files}
    with uncollected():
        return {file: (text, ast.parse(text, str(file))) for file, text in texts.items()}
