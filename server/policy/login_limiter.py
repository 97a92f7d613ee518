"""Wrong passwords by address: so many, then nobody from there is asked again for a while. Pure.

Rule 1: tries are counted by address group (server/policy/address_groups.py), since one IPv6 user has 2**64 addresses.
Rule 2: only so many are remembered, those of late; but who is barred is not forgotten as long as others can be.
Rule 3: no clock; `now` (seconds) comes in.
"""

from math import inf

WRONG_MOST = 5
BARRED_FOR = 300.0  # seconds


class LoginLimiter:
    """Those at one door. `homes_most`: how many addresses are remembered."""

    def __init__(self, homes_most: int) -> None:
        self._most = homes_most
        self._wrong: dict[str, tuple[int, float]] = {}  # how many, and when the last came; the newest stands last

    def pause(self, home: str, now: float) -> float:
        """For how many seconds nobody from there is asked; 0.0 mostly."""
        count, last = self._wrong.get(home, (0, -inf))
        if now - last >= BARRED_FOR:
            self._wrong.pop(home, None)
            return 0.0
        return BARRED_FOR - (now - last) if count >= WRONG_MOST else 0.0

    def add(self, home: str, now: float) -> int:
        """Note a wrong one; answers with how many are left."""
        count = self._wrong.pop(home, (0, now))[0] + 1
        self._wrong[home] = (count, now)
        if len(self._wrong) > self._most:
            others = (one for one, (wrong, _) in self._wrong.items() if wrong < WRONG_MOST and one != home)
            del self._wrong[next(others, next(iter(self._wrong)))]
        return max(0, WRONG_MOST - count)

    @property
    def homes(self) -> int:
        """How many addresses are remembered."""
        return len(self._wrong)
