"""Does a server's answer depend on how TCP cuts the stream? README.md says how to use this package."""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tcpcut.capture import Capture, Event, Source, TcpcutError
    from tcpcut.checking import Difference, Failure, Report, check
    from tcpcut.framing import FRAMINGS, Framing, lines, prefixed
    from tcpcut.player import Timing
    from tcpcut.recorder import Recorder
    from tcpcut.report import explain, picture, to_test
    from tcpcut.session import DEFAULT_WAYS, WAYS
    from tcpcut.targets import Target

# fmt: off
__all__ = [
    "DEFAULT_WAYS", "FRAMINGS", "WAYS", "Capture", "Difference", "Event", "Failure", "Framing", "Recorder", "Report",
    "Source", "Target", "TcpcutError", "Timing", "check", "explain", "lines", "picture", "prefixed", "to_test",
]
# fmt: on


def __getattr__(name: str) -> object:
    """Import a public name at its first use: pytest loads this package at each start (see plugin.py)."""
    for module in ("capture", "framing", "targets", "session", "player", "checking", "recorder", "report"):
        if name in __all__ and hasattr(found := import_module(f"tcpcut.{module}"), name):
            return getattr(found, name)
    raise AttributeError(f"module 'tcpcut' has no attribute {name!r}")
