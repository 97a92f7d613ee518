"""One round on this client: the snapshots that the server sent, and the View to draw of them.

Rule 1: what the server sent is the truth; what does not fit together is a RemoteProtocolError.
Rule 2: players see the round predicted, at the tick of their own keys; spectators see it between two snapshots.
Rule 3: nothing is computed before `view` is called.
Rule 4: while a server of our own runs fast or skips, we see the round between two snapshots, too.
"""

from dataclasses import dataclass, replace
from typing import assert_never

from petard.game.client.predicted_view import DIED_AT, EventQueue, PredictedView
from petard.game.client.timeline import Timeline
from petard.game.view.view import RoundEnding, View
from petard.game.view.view_builder import ending_of, positions_between, view_between
from petard.shared.control_channel import Pace
from petard.shared.protocol.codec import RemoteProtocolError
from petard.shared.protocol.delta import patch
from petard.shared.protocol.keyframe import snapshot_from_keyframe
from petard.shared.protocol.messages import Delta, Events, Keyframe, Round
from petard.shared.protocol.snapshot import Snapshot, input_lead_of, world_of
from petard.shared.rules.ruleset import TICK_RATE
from petard.shared.rules.world import World


@dataclass(slots=True)
class NetcodeOptions:
    """How a round is shown; F3 has a switch for each, to see what it does. The defaults play best: docs/netcode.md."""

    prediction: bool = True  # run ahead of the server, so that own keys are seen at once
    run_ahead: bool = True  # predict the others, too, by the keys they hold; else draw them between two snapshots
    smoothing: bool = True  # fade prediction errors out instead of jumping
    snapshots: int = TICK_RATE  # a second that are used; the others are received but not shown


class ClientRound:
    """One round, from its announcement until the next one."""

    def __init__(self, announcement: Round, snapshots: int, options: NetcodeOptions) -> None:
        """`snapshots`: how many the server sends in a second."""
        self.announcement = announcement
        self.server_snapshot: Snapshot | None = None  # the newest; None before the first keyframe
        self.ending: RoundEnding | None = None  # how the round ended, once it has
        self.events = EventQueue()
        self.predicted_view = PredictedView(announcement, self.events)
        self._interval = TICK_RATE // snapshots  # ticks between two snapshots
        self._options = options
        self.timeline: Timeline | None = None

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

    def view(self, now: float, pace: Pace = Pace.NORMAL) -> View | None:
        """What to draw now; None before the first keyframe. `pace`: how time passes on the server."""
        if not self.timeline or not self.server_snapshot:
            return None
        self.timeline.set_pace(pace, now)
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
        return self.predicted_view.build(snapshot, others, self._options.smoothing)

    def is_alive(self, slot: int) -> bool:
        """True if the player was on the board and alive in the newest snapshot."""
        row = self.server_snapshot.players.get(slot) if self.server_snapshot else None
        return row is not None and row[DIED_AT] < 0

    def input_lead(self, slot: int) -> int | None:
        """How many ticks before their use the Commands of a slot arrive; None if it is not known."""
        return input_lead_of(self.server_snapshot, slot) if self.server_snapshot else None

    def world(self) -> World | None:
        """The newest world that the server sent, for a bot on a person's seat; None before the first keyframe."""
        one = self.announcement
        return world_of(self.server_snapshot, one.rules, one.width, one.height) if self.server_snapshot else None
