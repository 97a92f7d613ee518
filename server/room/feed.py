"""What the room is told of a round: one Delta for everybody, and a keyframe for who comes late or could not keep up.

Rule 1: a keyframe is always of the last tick that was sent, so that the next Delta fits to it.
Rule 2: the tick in which a round ends is sent at every rate: from its snapshot clients work out how it was decided.
"""

from collections.abc import Mapping

from petard.shared.protocol.delta import diff
from petard.shared.protocol.messages import Events, Keyframe, Message
from petard.shared.protocol.snapshot import keyframe_of, snapshot_of
from petard.shared.rules.events import Event
from petard.shared.rules.ruleset import TICK_RATE
from petard.shared.rules.world import World

EVENTS_MOST = 1024  # in one message


class Feed:
    """The outgoing side of one round, at `snapshots` a second (a divisor of 60)."""

    def __init__(self, world: World, snapshots: int) -> None:
        self._every = TICK_RATE // snapshots
        self.sent = snapshot_of(world, {})  # the last snapshot that was told
        self._events: list[Event] = []

    def next(self, world: World, acks: Mapping[int, tuple[int, int]], events: list[Event]) -> list[Message]:
        """The messages for this tick: none between two snapshots, whose events are told with the next."""
        self._events += events
        if world.tick % self._every and world.tick != world.over_at:
            return []
        snapshot = snapshot_of(world, acks)
        mail: list[Message] = [diff(self.sent, snapshot)]
        self.sent = snapshot
        for start in range(0, len(self._events), EVENTS_MOST):
            mail.append(Events(snapshot.tick, tuple(self._events[start : start + EVENTS_MOST])))
        self._events = []
        return mail

    def keyframe(self) -> Keyframe:
        """All that was sent so far, as one message."""
        return keyframe_of(self.sent)
