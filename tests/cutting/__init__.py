"""Tests of the distribution in tests/tcpcut, which knows nothing of Petard; and its use on Petard's server."""

import sys
from pathlib import Path

PROJECT = Path(__file__).parents[1] / "tcpcut"
if str(PROJECT) not in sys.path:  # pytest's setting `pythonpath` names it; `python -m tests.cutting` needs it, too
    sys.path.insert(0, str(PROJECT))
