"""Where the pictures, sounds and maps are, in a checkout as well as in an installed wheel.

Rule: nobody else builds a path into this folder.
"""

from importlib import resources
from pathlib import Path


def path(*parts: str) -> Path:
    """The file (or folder) of that name below assets/: path("sprites", "wall.png"). It need not exist."""
    return Path(str(resources.files(__name__))).joinpath(*parts)
