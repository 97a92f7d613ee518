"""One round on this client: the snapshots that the server sent, and the View to draw of them.

Rule 1: what the server sent is the truth; what does not fit together is a RemoteProtocolError.
Rule 2: players see the round predicted, at the tick of their own keys; spectators see it between two snapshots.
Rule 3: nothing is computed before `view` is called.
Rule 4: while a server of our own runs fast or skips, we see the round between two snapshots, too.
"""

from dataclasses import replace
from typing import assert_never

from petard.game.client.event_queue import EventQueue
from petard.game.client.net_stats import NetcodeOptions
from petard.game.client.predicted_view import PredictedView
from petard.game.client.server_checks import check_events, check_snapshot
from petard.game.client.timeline import Timeline
from petard.game.view.interpolation import positions_between
from petard.game.view.round_ending import RoundEnding, ending_of
from petard.game.view.view import View
from petard.game.view.view_builder import view_between
from petard.shared.control_channel import Pace
from petard.shared.protocol.codec import RemoteProtocolError
from petard.shared.protocol.messages import Delta, Digest, Events, Keyframe, Round
from petard.shared.protocol.snapshot import DIED_AT, Snapshot, input_lead_of, world_of
from petard.shared.protocol.state import State, apply_delta, digest_of, state_from_keyframe
from petard.shared.rules.ruleset import TICK_RATE
from petard.shared.rules.world import World


class ClientRound:
    """One round, from its announcement until the next one."""

    def __init__(self, announcement: Round, snapshots: int, options: NetcodeOptions) -> None:
        """`snapshots`: how many the server sends in a second."""
        self.announcement = announcement
        self._state: State | None = None  # the newest; None before the first keyframe
        self.ending: RoundEnding | None = None  # how the round ended, once it has
        self.events = EventQueue()
        self.predicted_view = PredictedView(announcement, self.events)
        self._interval = TICK_RATE // snapshots  # ticks between two snapshots
        self._options = options
        self.timeline: Timeline | None = None

    @property
    def server_snapshot(self) -> Snapshot | None:
        """The newest; None before the first keyframe."""
        return self._state.snapshot if self._state else None

    def handle_message(self, message: Delta | Keyframe | Events | Digest, now: float) -> None:
        """Take over what the server sent. Raises RemoteProtocolError for what does not fit the round."""
        match message:
            case Delta():
                if not self._state:
                    raise RemoteProtocolError("Delta before any Keyframe")
                self._add_state(apply_delta(self._state, message), now)
            case Keyframe():
                self._add_state(state_from_keyframe(message, self.announcement.width, self.announcement.height), now)
            case Digest():
                if not self._state or message != digest_of(self._state):
                    raise RemoteProtocolError("our state of the round differs from the server's")
            case Events(tick, events):
                check_events(message, self.announcement)
                self.events.add_from_server(tick, events)
            case _:
                assert_never(message)

    def _add_state(self, state: State, now: float) -> None:
        snapshot = state.snapshot
        check_snapshot(snapshot, self.server_snapshot, self.announcement)
        self._state = state
        self.ending = self.ending or ending_of(snapshot, self.announcement)
        interval = max(self._interval, TICK_RATE // self._options.snapshots)
        if self.timeline is None:  # what it says of our keys is useless: of nothing, or of an earlier connection
            self.timeline = Timeline(snapshot, now, interval)
            return
        if snapshot.tick % interval == 0 or snapshot.tick <= self.timeline.newest.tick:
            self.timeline.add(snapshot, now)
        else:
            return  # a person wants to see what fewer snapshots look like
        self.timeline.interval = interval
        self.predicted_view.predictor.set_state(state)

    def view(self, now: float, pace: Pace = Pace.NORMAL) -> View | None:
        """What to draw now; None before the first keyframe. `pace`: how time passes on the server."""
        if not self.timeline or not self.server_snapshot:
            return None
        self.timeline.set_pace(pace, now)
        view: View | None = None
        # A server that runs fast or skips is not predicted: no player of ours lives then, and every prediction would be
        # off by the difference in pace.
        if self._options.prediction and pace in (Pace.NORMAL, Pace.PAUSED):
            others = None if self._options.run_ahead else positions_between(*self.timeline.at(now))
            view = self.predicted_view.build(self.server_snapshot, others, self._options.smoothing)
        view = view or view_between(*self.timeline.at(now), self.announcement)
        return replace(view, ending=self.ending) if self.ending else view

    @property
    def slow_rate(self) -> int | None:
        """The snapshots of the last second if they are fewer than half of what the server makes, 1 at least; or None.

        The server's clock counts: one that is paused, loads or falls behind makes no line slow.
        """
        timeline = self.timeline
        count = timeline.in_second() if timeline and not self.ending else None
        if not timeline or count is None or 2 * count * timeline.interval >= TICK_RATE:
            return None
        return max(1, count)

    def is_alive(self, slot: int) -> bool:
        """True if the player was on the board and alive in the newest snapshot."""
        row = self.server_snapshot.players.get(slot) if self.server_snapshot else None
        return row is not None and row[DIED_AT] < 0

    def input_lead(self, slot: int) -> int | None:
        """How many ticks before their use the Inputs of a slot arrive; None if it is not known."""
        return input_lead_of(self.server_snapshot, slot) if self.server_snapshot else None

    def world(self) -> World | None:
        """The newest world that the server sent, for a bot on a person's seat; None before the first keyframe."""
        one = self.announcement
        return world_of(self.server_snapshot, one.rules, one.width, one.height) if self.server_snapshot else None
