"""The tests, and the tools that measure and write documents. None of them prints what pygame says at its import."""

import os

os.environ.setdefault("PYGAME_HIDE_SUPPORT_PROMPT", "1")
