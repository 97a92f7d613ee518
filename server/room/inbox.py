"""The Commands of one connection on their way into the rules: one for each tick, in order.

Rule 1: a Command that comes twice or out of order is dropped; early ones wait, but never more than WAITING_MOST ticks.
Rule 2: when none came in time the last keys are used again, since keys are held and not pressed; but not for ever.
Rule 3: two Commands become one only by holding the keys of both, so that no tap is lost; no wait is permanent.
Rule 4: `idle_ticks` counts for each player since when its Commands held the same keys. Keys that Rule 2 releases are no
change.

So the depth follows the jitter by itself: a late Command leaves one more waiting for the next time. `input_lead` tells
the client how much of that wait was not needed lately, and the client lets its clock run a little slower.
"""

from collections import deque

WAITING_MOST = 6  # ticks; 100 ms that a burst after a stall may delay a player
WAITING_KEPT = 3  # Commands that may wait until the client has adapted: two ticks of jitter and the one that is due
OVERFULL_MOST = 30  # ticks in which more may wait before two become one
HELD_MOST = 30  # ticks that keys stay down without a Command; a lost packet takes about 15
STARVED = 120  # ticks without a Command after which a bot should play
WINDOW = 60  # ticks; `input_lead` looks back over one to two of them


class Inbox:
    """Commands in, the keys of a tick out. `ack` is the seq of the last Command that was used, 0 before the first."""

    def __init__(self, players: int) -> None:
        self.ack = 0
        self.idle_ticks = [0] * players  # ticks since each player's keys have changed; the round counts them
        self.waiting: deque[tuple[int, tuple[int, ...]]] = deque()  # seq, keys
        self._held: tuple[int, ...] = (0,) * players
        self._sent = self._held  # the keys of the last Command
        self._overfull_ticks = 0  # in a row
        self._missing_ticks = 0  # in a row
        self._fewest = WindowedMinimum()

    @property
    def input_lead(self) -> int:
        """The fewest Commands that waited lately when one was due; 0: one was missing, 1: just right."""
        return self._fewest.value

    @property
    def is_starved(self) -> bool:
        """True when nothing has come for so long that nobody can be at the keys."""
        return self._missing_ticks >= STARVED

    def enqueue(self, seq: int, keys: tuple[int, ...]) -> None:
        """Add one Command; of too many the two oldest become one."""
        newest = self.waiting[-1][0] if self.waiting else self.ack
        if seq <= newest or len(keys) != len(self._held):
            return
        self.waiting.append((seq, keys))
        if len(self.waiting) > WAITING_MOST:
            self._join_oldest()

    def next_keys(self) -> tuple[int, ...]:
        """The keys of each local player for this tick."""
        self._fewest.add(len(self.waiting))
        self._overfull_ticks = self._overfull_ticks + 1 if len(self.waiting) > WAITING_KEPT else 0
        if self._overfull_ticks > OVERFULL_MOST:
            self._overfull_ticks = 0
            self._join_oldest()
        if self.waiting:
            self._missing_ticks = 0
            self.ack, self._held = self.waiting.popleft()
            if self._held != self._sent:
                for player, (now, before) in enumerate(zip(self._held, self._sent, strict=True)):
                    if now != before:
                        self.idle_ticks[player] = 0
                self._sent = self._held
        else:
            self._missing_ticks += 1
        if self._missing_ticks > HELD_MOST:
            self._held = (0,) * len(self._held)
        return self._held

    def clear(self) -> None:
        """Drop what waits and release all keys: a new round begins."""
        if self.waiting:
            self.ack = self.waiting[-1][0]
        self.waiting.clear()
        self._overfull_ticks = self._missing_ticks = 0
        self._held = (0,) * len(self._held)

    def _join_oldest(self) -> None:
        _, first = self.waiting.popleft()
        seq, second = self.waiting.popleft()
        self.waiting.appendleft((seq, tuple(one | other for one, other in zip(first, second, strict=True))))


class WindowedMinimum:
    """The lowest number of the last one to two WINDOWs."""

    __slots__ = ("_before", "_left", "_now")

    def __init__(self) -> None:
        self._before = self._now = WAITING_MOST
        self._left = WINDOW

    @property
    def value(self) -> int:
        return min(self._before, self._now)

    def add(self, number: int) -> None:
        self._now = min(self._now, number)
        self._left -= 1
        if not self._left:
            self._before, self._now, self._left = self._now, WAITING_MOST, WINDOW
