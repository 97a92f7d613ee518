"""What runs beside the game in the same loop: the beacon, the console, the watchdog.

Rule: none of them waits, and none of them holds up a tick. What takes its time has a thread of its own.
"""

from collections.abc import Sequence
from typing import Protocol, runtime_checkable

from petard.server.config.config import Config
from petard.server.room.events import Happening


class CannotServe(Exception):
    """There can be no such service here; the text says why."""


class Service(Protocol):
    """Gets its turn after each turn of the net. Sockets that shall wake a sleeping server go to `crowd.heed`."""

    def turn(self, now: float) -> None:
        """Do what can be done without waiting."""
        ...

    def heard(self, happenings: Sequence[Happening], now: float) -> None:
        """Take what has happened in the room; only called when something has."""
        ...

    def next_at(self, now: float) -> float:
        """When it wants a turn though nobody is connected; math.inf if it need not have any."""
        ...

    def close(self) -> None:
        """Give back what it holds."""
        ...


@runtime_checkable
class Renewable(Protocol):
    """A service that wants to know when the settings were read again and something has changed."""

    def renew(self, config: Config, now: float) -> None:
        """Go on with these settings."""
        ...
