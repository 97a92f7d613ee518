"""Bugs planted in a copy of the rules: found, shrunk and made into tests in processes that use that copy."""

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[3]


@dataclass(frozen=True, slots=True)
class Bug:
    """One text of a file below shared/ replaced by another."""

    name: str
    file: str
    old: str
    new: str


def copy_shared(folder: Path) -> None:
    """Copy `shared` to where a Python with this folder on its path looks for `petard.shared` first."""
    shutil.copytree(ROOT / "shared", folder / "petard" / "shared", ignore=shutil.ignore_patterns("__pycache__"))


def build_with(bug: Bug, folder: Path) -> Path:
    """Copy `petard.shared` into a folder and plant a bug there; fails if the text is not in its file exactly once."""
    copy_shared(folder)
    plant(bug, folder)
    return folder


def plant(bug: Bug, folder: Path) -> None:
    """Replace the text; fails if it is not in its file exactly once."""
    file = folder / "petard" / "shared" / bug.file
    text = file.read_text("utf-8")
    assert text.count(bug.old) == 1, f"{bug.name}: {bug.file} does not hold {bug.old!r} once"
    file.write_text(text.replace(bug.old, bug.new), "utf-8")


def run_in(build: Path, *arguments: str, seconds: float = 120) -> subprocess.CompletedProcess[str]:
    """Run Python in a folder, with the `petard.shared` of that folder and everything else from here."""
    environment = os.environ | {"PYTHONPATH": os.pathsep.join((str(build), str(ROOT)))}
    if "PYTHONPYCACHEPREFIX" not in environment:  # in tests it is the folder of compiled files; else none is written
        environment["PYTHONDONTWRITEBYTECODE"] = "1"
    return subprocess.run(
        [sys.executable, "-P", *arguments],
        cwd=build,
        env=environment,
        capture_output=True,
        text=True,
        timeout=seconds,
        check=False,
    )
