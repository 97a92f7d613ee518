"""The pictures, sounds and maps: finds their files in a copy of the repository and in an installed wheel.

Rule: only this module builds paths into this folder.
"""

from importlib import resources
from pathlib import Path


def path(*parts: str) -> Path:
    """Return the path of a file or folder in assets/, for example path("sprites", "wall.png"). It need not exist."""
    return Path(str(resources.files(__name__))).joinpath(*parts)
