"""Makes build/types, a folder in which `petard` is a package of files: `petard/game` is a link to `game`, and so on.

    python -m tests.tools.links

Rule 1: it is for what looks for files and knows nothing of the table in pyproject.toml: mypy, pyright, editors, and a
Python in which Petard is not installed (with PYTHONPATH=build/types).
Rule 2: on Windows the links are junctions, for which nobody needs to be an administrator.
Rule 3: it may run twice at the same time; links that are right are left alone.
"""

import sys
from contextlib import suppress
from pathlib import Path

ROOT = Path(__file__).parents[2]
TREE = ROOT / "build" / "types"
FOLDERS = ("assets", "game", "server", "shared")

if sys.platform == "win32":
    from _winapi import CreateJunction

    def _link(link: Path, folder: Path) -> None:
        CreateJunction(str(folder), str(link))

else:

    def _link(link: Path, folder: Path) -> None:
        link.symlink_to(folder, target_is_directory=True)


def link_tree(tree: Path = TREE) -> Path:
    """Make the links that are missing; returns the folder in which `petard` is."""
    package = tree / "petard"
    package.mkdir(parents=True, exist_ok=True)
    for name in FOLDERS:
        with suppress(FileExistsError):
            _link(package / name, ROOT / name)
        assert (package / name).samefile(ROOT / name), f"{package / name} is no link to {ROOT / name}: delete it"
    return tree


if __name__ == "__main__":
    sys.stdout.write(f"{link_tree()}\n")
