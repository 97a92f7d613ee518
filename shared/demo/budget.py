"""A budget of work for one pass over a file: a small file that hides much work is refused before it is all done.

Rule 1: work is counted in units of about a nanosecond. What costs how much is written down here and in the callers, and
        no clock is read: so a file is refused on every machine or on none.
Rule 2: a pass may use so many units for each byte of the file as its WorkRate says, BASE if that is more, and what it
        is allowed on its way: half as much again as the most costly real match takes, or more
        (tests/shared/demo/test_budget_room.py).
"""

from enum import IntEnum

from petard.shared.demo.blocks import TOO_MUCH, DemoError

BASE = 50_000_000  # units, some 50 ms: a clip of half a minute has few bytes


class WorkRate(IntEnum):
    """Units for each byte of the file."""

    SKIM = 50  # to open it and find what a list shows, or to find a round: little is decoded; 50 ms for 1 MiB
    READ = 900  # to decode every record: 64 who rejoin and write all the time do much in few bytes
    CAPTURE = 2000  # the same for a capture, where a few bytes are a record
    PLAY = 6000  # to make every snapshot or to run every tick
    SERVE = 40_000  # to run a whole server on a capture: a turn that takes 100 us may be three bytes of it


class Budget:
    """The work of one pass over a file of `size` bytes. `used`: units so far."""

    def __init__(self, size: int, rate: WorkRate) -> None:
        self.most = max(BASE, size * rate)
        self.used = 0

    def allow(self, units: int) -> None:
        """Allow so many units more, for what is reached only now: so nobody pays for what never comes."""
        self.most += units

    def spend(self, units: int) -> None:
        """Count work, before it is done where that can be known; raises DemoError for more than the budget has."""
        self.used += units
        if self.used > self.most:
            raise DemoError(TOO_MUCH)
