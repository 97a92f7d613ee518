"""Which modules of this repository have been imported in this process, and under which names."""

import sys
from collections import defaultdict
from pathlib import Path

from tests.tools.links import FOLDERS, ROOT


def names_without_petard() -> list[str]:
    """Modules such as `shared.framing`, which are called `petard.shared.framing`."""
    return sorted(name for name in sys.modules if name.split(".")[0] in FOLDERS)


def files_with_two_names() -> list[str]:
    """Files of this repository that were imported more than once, with their names."""
    names = defaultdict[Path, list[str]](list)
    for name, module in list(sys.modules.items()):
        file = Path(getattr(module, "__file__", None) or "nowhere").resolve()
        if name != "__main__" and any(file.is_relative_to(ROOT / folder) for folder in (*FOLDERS, "tests")):
            names[file].append(name)
    return [f"{file}: {', '.join(found)}" for file, found in names.items() if len(found) > 1]
