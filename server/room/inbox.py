"""The keys of one connection on their way into the rules: changes come in, each with the tick from which it holds.

A client counts ticks by its own clock. `next_clock` is what that clock shows in the tick that the server makes next, so
a change with this clock is used in that tick. It goes up by one with every tick, and moves only when it has to:

Rule 1: what comes late is used at once, and all that follows waits as much longer; what comes too early waits for
        WAITING_MOST ticks and no more; a wait that was too long all the time gets shorter. Nobody gains by lying.
Rule 2: changes that are due in one tick are used together: in that tick the keys of all of them are held, so that no
        tap is lost; after it, those of the last one.
Rule 3: keys are held until the next change, but only while Inputs come, since a client sends one every 250 ms.
Rule 4: `idle_ticks` counts for each player since when the same keys are held.

`input_lead` tells the client how early its Inputs come, and the client lets its clock run a little faster or slower.
"""

from collections import deque
from dataclasses import dataclass

from petard.shared.protocol.state import APPLIED_MOST

WAITING_MOST = 6  # ticks; 100 ms that a burst after a stall may delay a player
WAITING_KEPT = 2  # ticks that a change may wait for long: for two ticks of jitter
CHANGES_MOST = 16  # that wait; of more, the two oldest become one
SILENT_MOST = 45  # ticks that keys stay down without an Input: one is due every 15, a lost packet takes about 15
STARVED = 120  # ticks without an Input after which a bot should play
WINDOW = 60  # ticks; `input_lead` looks back over one to two of them
LEAD_MOST = 64  # ticks


@dataclass(frozen=True, slots=True)
class KeyChange:
    """The keys held from a tick of the client's clock on, one number for each local player; `number`: of the change."""

    clock: int
    keys: tuple[int, ...]
    number: int


class Inbox:
    """Inputs in, the keys of each tick out. `applied` counts the changes that were used, and begins again at 128."""

    def __init__(self, players: int) -> None:
        nothing = KeyChange(0, (0,) * players, 0)
        self.applied = 0
        self.next_clock: int | None = None  # None until an Input comes
        self.idle_ticks = [0] * players  # ticks since each player's keys have changed; the round counts them
        self.waiting: deque[KeyChange] = deque()
        self._last = nothing  # the last change that came, with the clock of the last Input
        self._held = nothing.keys
        self._missing_ticks = 0  # since an Input came
        self._leads = WindowedMinimum()

    @property
    def input_lead(self) -> int:
        """How many ticks before their use Inputs came lately, at least; 0: one was late, 1: just right."""
        return min(LEAD_MOST, self._leads.value)

    @property
    def is_silent(self) -> bool:
        """True when no Input has counted for so long that nobody can be at the keys."""
        return self._missing_ticks >= STARVED

    @property
    def is_starved(self) -> bool:
        """True while it is silent, and until the first Input comes."""
        return self.is_silent or not self._last.clock

    def enqueue(self, clock: int, keys: tuple[int, ...]) -> None:
        """Take an Input; one whose clock stands still, or with another number of keys, counts as none."""
        last = self._last
        if clock <= last.clock or len(keys) != len(self._held):
            return
        if self.next_clock is None:
            self.next_clock = clock
        lead = clock - self.next_clock
        self._leads.add(max(0, lead + 1))
        self.next_clock += min(lead, 0) + max(lead - WAITING_MOST, 0)
        self._missing_ticks = 0
        if keys == last.keys:
            self._last = KeyChange(clock, keys, last.number)
            return
        self._last = KeyChange(clock, keys, (last.number + 1) % APPLIED_MOST)
        self.waiting.append(self._last)
        if len(self.waiting) > CHANGES_MOST:
            first, second = self.waiting.popleft(), self.waiting.popleft()
            self.waiting.appendleft(KeyChange(second.clock, _both(first.keys, second.keys), second.number))

    def next_keys(self) -> tuple[int, ...]:
        """The keys of each local player for this tick."""
        self._missing_ticks += 1
        if self.next_clock is None:
            return self._held if self._missing_ticks <= SILENT_MOST else (0,) * len(self._held)
        keys: tuple[int, ...] | None = None
        while self.waiting and self.waiting[0].clock <= self.next_clock:
            change = self.waiting.popleft()
            self._note_change(change.keys)
            self._held, self.applied = change.keys, change.number
            keys = _both(keys, change.keys) if keys else change.keys
        self.next_clock += 1 + self._leads.next_tick()
        return (0,) * len(self._held) if self._missing_ticks > SILENT_MOST else keys or self._held

    def _note_change(self, keys: tuple[int, ...]) -> None:
        for player, (now, before) in enumerate(zip(keys, self._held, strict=True)):
            if now != before:
                self.idle_ticks[player] = 0

    def clear(self) -> None:
        """A new round begins: what waits is for no tick of it, and the keys held now are held in its first tick."""
        self.waiting.clear()
        self._held, self.applied = self._last.keys, self._last.number
        self.next_clock, self._missing_ticks, self._leads = None, 0, WindowedMinimum()

    def resize(self, players: int) -> None:
        """Between two rounds, another number of people plays at the client: nobody holds a key."""
        self.clear()
        self._last = KeyChange(self._last.clock, (0,) * players, self._last.number)
        self._held, self.idle_ticks = self._last.keys, [0] * players


def _both(first: tuple[int, ...], second: tuple[int, ...]) -> tuple[int, ...]:
    return tuple([one | other for one, other in zip(first, second, strict=True)])


class WindowedMinimum:
    """The lowest number of the last one to two WINDOWs of ticks; 1 while there is none."""

    __slots__ = ("_before", "_left", "_now", "value")

    def __init__(self) -> None:
        self.value = 1
        self._before: int | None = None
        self._now: int | None = None
        self._left = WINDOW

    def _find(self) -> None:
        self.value = min([number for number in (self._before, self._now) if number is not None], default=1)

    def add(self, number: int) -> None:
        self._now = number if self._now is None else min(self._now, number)
        self._find()

    def next_tick(self) -> int:
        """Count a tick; return how many ticks of wait were too many in the whole window that has ended, mostly 0."""
        self._left -= 1
        if self._left:
            return 0
        excess = max(0, self.value - 1 - WAITING_KEPT)
        # What was measured with a wait that ends now counts no more.
        self._before, self._now, self._left = None if excess else self._now, None, WINDOW
        self._find()
        return excess
