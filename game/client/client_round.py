"""One round on this client: the snapshots that the server sent, and the View to draw of them.

Rule 1: what the server sent is the truth; what does not fit together is a RemoteProtocolError.
Rule 2: players see the round predicted, at the tick of their own keys; spectators see it between two snapshots.
Rule 3: nothing is computed before `view` is called.
Rule 4: while a server of our own runs fast or skips, we see the round between two snapshots, too.
Rule 5: each event is reported once. Prediction reports it first; then the server's copy of nearly the same tick is
        dropped.
"""

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import assert_never

from petard.game.client.predicted_view import DIED_AT, PredictedView
from petard.game.client.timeline import Timeline
from petard.game.view.round_ending import RoundEnding, ending_of
from petard.game.view.view import View
from petard.game.view.view_builder import positions_between, view_between
from petard.shared.control_channel import Pace
from petard.shared.protocol.codec import RemoteProtocolError
from petard.shared.protocol.delta import patch, snapshot_from_keyframe
from petard.shared.protocol.messages import Delta, Events, Keyframe, Round
from petard.shared.protocol.snapshot import Snapshot, input_lead_of, world_of
from petard.shared.rules.events import Event
from petard.shared.rules.ruleset import TICK_RATE
from petard.shared.rules.world import World

EVENTS_KEPT = 1024  # that were not taken yet
PREDICTED_KEPT = 256  # that the server has not confirmed; more than a second of the wildest round
SAME = 12  # ticks; predictions are off by fewer, and nobody drops two bombs on one tile so quickly


@dataclass(slots=True)
class NetcodeOptions:
    """How a round is shown; a person can switch it off to see what it does. The defaults play best: docs/netcode.md."""

    prediction: bool = True  # run ahead of the server, so that own keys are seen at once
    run_ahead: bool = True  # predict the others, too, by the keys they hold; else draw them between two snapshots
    smoothing: bool = True  # fade prediction errors out instead of jumping
    snapshots: int = TICK_RATE  # a second that are used; the others are received but not shown


class EventQueue:
    """The events of a round, each once, until they are taken."""

    def __init__(self) -> None:
        self._new: deque[tuple[int, Event]] = deque(maxlen=EVENTS_KEPT)
        self._predicted: deque[tuple[int, Event]] = deque(maxlen=PREDICTED_KEPT)

    def add_predicted(self, events: Iterable[tuple[int, Event]]) -> None:
        """Add events that prediction reports ahead of the server."""
        events = list(events)
        self._predicted += events
        self._new += events

    def add_from_server(self, tick: int, events: Iterable[Event]) -> None:
        """Add events that the server sent, without those that prediction reported. It confirms one event only."""
        for event in events:
            known = next((one for one in self._predicted if one[1] == event and abs(one[0] - tick) <= SAME), None)
            if known:
                self._predicted.remove(known)
            else:
                self._new.append((tick, event))

    def take(self) -> list[tuple[int, Event]]:
        """The events since the last call, each with its tick."""
        events = list(self._new)
        self._new.clear()
        return events


class ClientRound:
    """One round, from its announcement until the next one."""

    def __init__(self, announcement: Round, snapshots: int, options: NetcodeOptions) -> None:
        """`snapshots`: how many the server sends in a second."""
        self.announcement = announcement
        self.server_snapshot: Snapshot | None = None  # the newest
        self.ending: RoundEnding | None = None  # how the round ended, once it has
        self.events = EventQueue()
        self.predicted_view = PredictedView(announcement)
        self._interval = TICK_RATE // snapshots  # ticks between two snapshots
        self._options = options
        self.timeline: Timeline | None = None

    @property
    def is_loaded(self) -> bool:
        """True once there is something to show."""
        return self.server_snapshot is not None

    def add_command(
        self, seq: int, keys: tuple[int, ...], slots: tuple[int, ...], idle: frozenset[int] = frozenset()
    ) -> None:
        """Note a Command that was sent for these slots; a bot controls the `idle` ones of them."""
        self.predicted_view.predictor.commands.add(seq, keys, slots, idle)

    def handle_message(self, message: Delta | Keyframe | Events, now: float) -> None:
        """Take over what the server sent. Raises RemoteProtocolError for a Delta that does not fit."""
        match message:
            case Delta():
                if not self.server_snapshot:
                    raise RemoteProtocolError("Delta before any Keyframe")
                self._add_snapshot(patch(self.server_snapshot, message), now)
            case Keyframe():
                size = self.announcement.width, self.announcement.height
                self._add_snapshot(snapshot_from_keyframe(message, *size), now)
            case Events(tick, events):
                self.events.add_from_server(tick, events)
            case _:
                assert_never(message)

    def _add_snapshot(self, snapshot: Snapshot, now: float) -> None:
        self.server_snapshot = snapshot
        self.ending = self.ending or ending_of(snapshot, self.announcement)
        interval = max(self._interval, TICK_RATE // self._options.snapshots)
        if self.timeline is None:
            self.timeline = Timeline(snapshot, now, interval)
        elif snapshot.tick % interval == 0 or snapshot.tick <= self.timeline.newest.tick:
            self.timeline.add(snapshot, now)
        else:
            return  # a person wants to see what fewer snapshots look like
        self.timeline.interval = interval
        self.predicted_view.predictor.set_snapshot(snapshot)

    def set_pace(self, pace: Pace, now: float) -> None:
        """Follow a server whose time passes in this way from now on."""
        if self.timeline:
            self.timeline.set_pace(pace, now)

    def view(self, now: float) -> View | None:
        """What to draw now; None before the first keyframe."""
        if not self.timeline or not self.server_snapshot:
            return None
        view = self._predicted(self.timeline, self.server_snapshot, now)
        view = view or view_between(*self.timeline.at(now), self.announcement)
        return replace(view, ending=self.ending) if self.ending else view

    def _predicted(self, timeline: Timeline, snapshot: Snapshot, now: float) -> View | None:
        """The predicted View; None if there is nothing to predict.

        A server that runs fast or skips is not predicted: no player of ours lives then, and every prediction would be
        off by the difference in pace.
        """
        if not self._options.prediction or timeline.pace not in (Pace.NORMAL, Pace.PAUSED):
            return None
        others = None if self._options.run_ahead else positions_between(*timeline.at(now))
        view = self.predicted_view.build(snapshot, others, self._options.smoothing)
        self.events.add_predicted(self.predicted_view.take_events())
        return view

    def is_alive(self, slot: int) -> bool:
        """True if the player was on the board and alive in the newest snapshot."""
        row = self.server_snapshot.tables[1].get(slot) if self.server_snapshot else None
        return row is not None and row[DIED_AT] < 0

    def input_lead(self, slot: int) -> int | None:
        """How many ticks before their use the Commands of a slot arrive; None if it is not known."""
        return input_lead_of(self.server_snapshot, slot) if self.server_snapshot else None

    def world(self) -> World | None:
        """The newest world that the server sent, for a bot on a person's seat; None before the first keyframe."""
        one = self.announcement
        return world_of(self.server_snapshot, one.rules, one.width, one.height) if self.server_snapshot else None
