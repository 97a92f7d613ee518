"""Does a server's answer depend on how TCP cuts the stream? README.md says how to use this package."""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tcpcut.capture import Capture, CaptureError, Event, Source, TcpcutError
    from tcpcut.checking import Difference, Failure, Report, UnsteadyError, check
    from tcpcut.framing import FRAMINGS, Framing, OptionError, lines, prefixed
    from tcpcut.player import Timing
    from tcpcut.recorder import Recorder
    from tcpcut.report import explain, picture, play_again, to_test
    from tcpcut.session import DEFAULT_WAYS, WAYS
    from tcpcut.targets import Target, TargetError

# fmt: off
__all__ = [
    "DEFAULT_WAYS", "FRAMINGS", "WAYS", "Capture", "CaptureError", "Difference", "Event", "Failure", "Framing",
    "OptionError", "Recorder", "Report", "Source", "Target", "TargetError", "TcpcutError", "Timing", "UnsteadyError",
    "check", "explain", "lines", "picture", "play_again", "prefixed", "to_test",
]
# fmt: on
_MODULES = ("capture", "framing", "targets", "session", "player", "checking", "recorder", "report")


def __getattr__(name: str) -> object:
    """Import a public name at its first use: pytest loads this package at each start (see plugin.py)."""
    for module in _MODULES if name in __all__ else ():
        found: object = getattr(import_module(f"tcpcut.{module}"), name, None)
        if found is not None:
            return found
    raise AttributeError(f"module 'tcpcut' has no attribute {name!r}")
