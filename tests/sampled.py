"""A part of the values of a test in the default run, and all of them in the long one."""

from collections.abc import Iterable
from typing import Any

import pytest


def sampled(values: Iterable[Any], each: int, first: int = 0) -> list[Any]:
    """Mark all values as `long` but each `each`th, beginning with number `first`. A tuple is a row of arguments."""
    rows = [value if isinstance(value, tuple) else (value,) for value in values]
    return [pytest.param(*row, marks=[pytest.mark.long] * (number % each != first)) for number, row in enumerate(rows)]
