"""Imports a module at its first use: for parts that most processes never need and that cost time or memory.

Rule 1: this is the only place that imports a module by name. The layer test (tests/test_architecture.py) counts the
        name of a module in a string, in a file that uses `lazy`, as an import of that file.
"""

from importlib import import_module
from typing import Any


def lazy(name: str) -> Any:
    """Return the module `name`, imported now if this is its first use. Raises ImportError as `import` does."""
    return import_module(name)
