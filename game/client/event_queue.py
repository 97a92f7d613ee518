"""The events of a round as they are shown: each is reported once, by prediction first.

The server's copy of an event that was predicted for nearly the same tick is dropped.
"""

from collections import deque
from collections.abc import Iterable, Sequence

from petard.shared.rules.events import Event

EVENTS_KEPT = 1024  # that were not taken yet
PREDICTED_KEPT = 256  # that the server has not confirmed; more than a second of the wildest round
SAME = 12  # ticks; predictions are off by fewer, and nobody drops two bombs on one tile so quickly


class EventQueue:
    """The events of a round, each once, until they are taken."""

    def __init__(self) -> None:
        self._new: deque[tuple[int, Event]] = deque(maxlen=EVENTS_KEPT)
        self._predicted: deque[tuple[int, Event]] = deque(maxlen=PREDICTED_KEPT)

    def add_predicted(self, events: Sequence[tuple[int, Event]]) -> None:
        """Add events that prediction reports ahead of the server."""
        self._predicted += events
        self._new += events

    def add_from_server(self, tick: int, events: Iterable[Event]) -> None:
        """Add events that the server sent, without those that prediction reported. It confirms one event only."""
        predicted = {event for _, event in self._predicted}
        for event in events:
            near = (one for one in self._predicted if one[1] == event and abs(one[0] - tick) <= SAME)
            known = next(near, None) if event in predicted else None
            if known:
                self._predicted.remove(known)
            else:
                self._new.append((tick, event))

    def take(self) -> list[tuple[int, Event]]:
        taken = list(self._new)
        self._new.clear()
        return taken
