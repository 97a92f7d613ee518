"""The installed Petard: a wheel built from this tree, and an environment with it.

Nothing is downloaded and no pip is needed: the build backend builds the wheel, and a pure Python wheel is
installed by unpacking it. The libraries are those of the tests.
"""

import os
import shutil
import subprocess
import sys
import sysconfig
import venv
import zipfile
from dataclasses import dataclass
from pathlib import Path

from tests.tools.links import FOLDERS, ROOT

UNWANTED = shutil.ignore_patterns("__pycache__", "build", "*.egg-info")
FILES = ("pyproject.toml", "README.md", "LICENSE")
BUILD = "import sys; from setuptools import build_meta; build_meta.build_wheel(sys.argv[1])"


@dataclass(frozen=True, slots=True)
class Environment:
    """A virtual environment with the wheel in it."""

    python: Path
    packages: Path

    def run(self, folder: Path, *words: str, seconds: float = 120) -> subprocess.CompletedProcess[str]:
        """Run its Python in a folder, without our environment variables, and wait for the end."""
        ours = ("PYTHON", "PYTEST", "PETARD", "COVERAGE")
        variables = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
        return subprocess.run(
            [str(self.python), *words],
            cwd=folder,
            env={**variables, "PYTHONDONTWRITEBYTECODE": "1", "PETARD_DISCOVERY": "off"},
            capture_output=True,
            encoding="utf-8",
            timeout=seconds,
            check=False,
        )


def build_wheel(folder: Path) -> Path:
    """Build the wheel from a copy of this tree, so that no old file of build/ gets in; return its file."""
    source = folder / "source"
    for name in FOLDERS:
        shutil.copytree(ROOT / name, source / name, ignore=UNWANTED)
    for name in FILES:
        shutil.copy(ROOT / name, source)
    return _built(source, folder)


def build_from(project: Path, folder: Path) -> Path:
    """Build the wheel of another distribution in this repository from a copy of its folder; return its file."""
    shutil.copytree(project, folder / "source", ignore=UNWANTED)
    return _built(folder / "source", folder)


def _built(source: Path, folder: Path) -> Path:
    command = [sys.executable, "-c", BUILD, str(folder)]
    done = subprocess.run(command, cwd=source, capture_output=True, encoding="utf-8", timeout=120, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    (wheel,) = folder.glob("*.whl")
    return wheel


def install(wheel: Path, folder: Path) -> Environment:
    """Create an environment and unpack the wheel in it."""
    venv.create(folder, symlinks=sys.platform != "win32", with_pip=False)
    places = sysconfig.get_paths("venv", vars={"base": str(folder), "platbase": str(folder)})
    packages = Path(places["purelib"])
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(packages)
    # A folder that is named in a .pth file is searched last, and its own .pth files, such as the one that leads to
    # this tree, are not read.
    (packages / "libraries.pth").write_text(sysconfig.get_path("purelib") + "\n", "utf-8")
    return Environment(Path(places["scripts"]) / Path(sys.executable).name, packages)
