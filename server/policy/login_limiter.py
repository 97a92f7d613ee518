"""Limits wrong passwords by address group (address_groups.py): after WRONG_MOST it is blocked for a while. Pure.

Rule 1: the memory is bounded; of those in it the blocked ones are forgotten last.
Rule 2: no clock; `now` (seconds) comes in.
"""

from math import inf

WRONG_MOST = 5
BLOCKED_FOR = 300.0  # seconds


class LoginLimiter:
    """The wrong passwords for one service. `groups_most`: how many address groups are remembered."""

    def __init__(self, groups_most: int) -> None:
        self._most = groups_most
        self._wrong: dict[str, tuple[int, float]] = {}  # group: how many, and when the last one; the newest stands last

    def blocked_for(self, group: str, now: float) -> float:
        """For how many seconds more this group is blocked; mostly 0.0."""
        count, last = self._wrong.get(group, (0, -inf))
        if now - last >= BLOCKED_FOR:
            self._wrong.pop(group, None)
            return 0.0
        return BLOCKED_FOR - (now - last) if count >= WRONG_MOST else 0.0

    def add_failure(self, group: str, now: float) -> int:
        """Count a wrong password; returns how many more are allowed."""
        count = self._wrong.pop(group, (0, now))[0] + 1
        self._wrong[group] = (count, now)
        if len(self._wrong) > self._most:
            others = (one for one, (wrong, _) in self._wrong.items() if wrong < WRONG_MOST and one != group)
            del self._wrong[next(others, next(iter(self._wrong)))]
        return max(0, WRONG_MOST - count)

    @property
    def groups(self) -> int:
        """How many address groups are remembered."""
        return len(self._wrong)
