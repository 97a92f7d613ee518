"""How often each address group may do something: a token bucket for each, in a bounded table. Pure.

Rule 1: no clock; `now` is in seconds, monotonic.
Rule 2: the group "" is not limited (petard.server.policy.address_groups: this machine, and what the owner excepts).
"""

from dataclasses import dataclass, field

GROUPS_MOST = 16384


@dataclass(slots=True)
class Rate:
    """`every`: seconds for one more; `burst`: so many at once.

    >>> rate = Rate(every=1.0, burst=2)
    >>> [rate.take("10.0.0.7", now) for now in (0.0, 0.0, 0.0, 1.0)]
    [0.0, 0.0, 1.0, 0.0]
    """

    every: float
    burst: int
    _paid_at: dict[str, float] = field(default_factory=dict)  # by group: when its bucket is full again; newest last

    def take(self, group: str, now: float) -> float:
        """Count one and return 0.0 if the group may; else return the seconds to wait."""
        if not group:
            return 0.0
        paid_at = max(now, self._paid_at.pop(group, now))
        wait = paid_at - now - (self.burst - 1) * self.every
        self._paid_at[group] = paid_at if wait > 0.0 else paid_at + self.every
        if len(self._paid_at) > GROUPS_MOST:
            del self._paid_at[next(iter(self._paid_at))]
        return max(0.0, wait)
