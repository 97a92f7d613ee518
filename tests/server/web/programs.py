"""Programs that tests of the pages start, and why a test is skipped on a machine that lacks one.

In CI nothing is skipped: `.ci/run` installs them all, so there a missing program is a failure.
"""

import os
import shutil

import pytest


def program(*names: str) -> str | None:
    """The path of the first program that is installed, or None."""
    return next((found for name in names if (found := shutil.which(name))), None)


def needs(package: str, *names: str) -> pytest.MarkDecorator:
    """Skip a test where no program of these names is installed; `package`: the one of Debian that has it."""
    reason = f"{names[0]} is not installed (Debian: apt-get install {package})"
    return pytest.mark.skipif(program(*names) is None and not os.environ.get("CI"), reason=reason)
