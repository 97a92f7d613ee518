"""When an Input is due although no keys have changed (a sign of life, and to confirm states), and what makes them."""

from petard.shared.protocol.messages import Delta, Input, Keyframe
from petard.shared.rules.ruleset import TICK_RATE

INPUT_EVERY = 0.25  # seconds between two Inputs at most
# The same in the first seconds of states, when the server does not know our line yet, and after a pause of states.
OFTEN_EVERY, OFTEN_AT_FIRST, OFTEN_AFTER_PAUSE = 0.125, 3.0, 10.0
TICK_MOST = 0.05  # seconds that an Input waits for the next tick


class InputTimer:
    """Counts the `states` that have come, and the time since the last Input.

    While ticks pass, an Input `waits` for the beginning of one: else it would come later than a change of keys in the
    same tick, and the server would take us to be late.
    """

    def __init__(self, snapshots: int) -> None:
        """`snapshots`: how many states the server sends in a second."""
        self.states = 0
        self._unconfirmed = 0  # states that no Input has named
        self._snapshots = snapshots
        self._often_until = OFTEN_AT_FIRST * snapshots  # states
        self._sent_at: float | None = 0.0  # None: since the last look at the time
        self._due_at: float | None = None  # since when one waits for the next tick; None: none does

    @property
    def waits(self) -> bool:
        return self._due_at is not None

    def note_state(self, state: Keyframe | Delta) -> None:
        """A state came. After one that the server made for us alone, it waits for our answer."""
        self.states += 1
        is_single = isinstance(state, Keyframe) or state.ticks > TICK_RATE // self._snapshots
        self._unconfirmed += self._snapshots if is_single else 1
        if is_single and isinstance(state, Delta):  # a Keyframe begins a round, too
            self._often_until = self.states + OFTEN_AFTER_PAUSE * self._snapshots

    def note_input(self, now: float | None) -> None:
        """An Input is sent, which names all states. `now`: None if it is not known; the next look counts."""
        self._unconfirmed, self._sent_at, self._due_at = 0, now, None

    def is_due(self, now: float, has_ticks: bool) -> bool:
        """True if an Input has to be sent now. `has_ticks`: this client counts ticks, so one may wait for the next."""
        if self._sent_at is None:
            self._sent_at = now
        every = OFTEN_EVERY if 0 < self.states <= self._often_until else INPUT_EVERY
        if self._unconfirmed < every * self._snapshots and 0 <= now - self._sent_at < every:
            return False
        if self._due_at is None:
            self._due_at = now
        return not (has_ticks and 0 <= now - self._due_at < TICK_MOST)


class InputSender:
    """Makes the Inputs: one when keys change, and else when the `timer` says so. `clock`: the ticks of this client."""

    def __init__(self, snapshots: int) -> None:
        """`snapshots`: how many states the server sends in a second."""
        self.clock = 0
        self.keys: tuple[int, ...] = ()  # of the last tick
        self.changes = 0  # of keys, as the server counts them
        self.timer = InputTimer(snapshots)

    def tick(self, keys: tuple[int, ...]) -> Input | None:
        """The local players hold these keys in the next tick; return the Input to send, None if there is none."""
        self.clock += 1
        if keys == self.keys and not self.timer.waits:
            return None
        self.changes += keys != (self.keys or (0,) * len(keys))
        self.keys = keys
        return self._input(None)

    def due(self, now: float) -> Input | None:
        """The Input that is due by the time, or because of the states that have come; None if none is."""
        return self._input(now) if self.timer.is_due(now, has_ticks=self.clock > 0) else None

    def _input(self, now: float | None) -> Input:
        self.timer.note_input(now)
        return Input(max(1, self.clock), self.keys, self.timer.states)
