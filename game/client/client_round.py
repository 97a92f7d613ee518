"""One round as this client sees it: what the server told, run ahead to the tick of the player's own keys.

Rule 1: what was told is believed; what does not fit together is Malformed.
Rule 2: who plays sees the board on their own clock, who watches sees it between two snapshots.
Rule 3: nothing is computed before somebody looks.
Rule 4: while a server of our own runs fast or skips, we see the board between two snapshots, as those who watch.
"""

from collections import deque
from dataclasses import replace
from typing import assert_never

from petard.game.client.netcode_options import NetcodeOptions
from petard.game.client.predicted_view import DIED_AT, PredictedView
from petard.game.client.timeline import Timeline
from petard.game.view.round_ending import RoundEnding, ending_of
from petard.game.view.view import View
from petard.game.view.view_builder import spots_between, view_between
from petard.shared.control_channel import Pace
from petard.shared.protocol.codec import RemoteProtocolError
from petard.shared.protocol.delta import patch, snapshot_from_keyframe
from petard.shared.protocol.messages import Delta, Events, Keyframe, Round
from petard.shared.protocol.snapshot import Snapshot, input_lead_of, world_of
from petard.shared.rules.events import Event
from petard.shared.rules.ruleset import TICK_RATE
from petard.shared.rules.world import World

NEWS_KEPT = 1024  # events that nobody asked for


class ClientRound:
    """From its Round until the next one."""

    def __init__(self, board: Round, snapshots: int, switches: NetcodeOptions) -> None:
        """`snapshots`: how many the server sends in a second."""
        self.board = board
        self.told: Snapshot | None = None  # the newest
        self.ending: RoundEnding | None = None  # how the round ended, once that was told
        self._every = TICK_RATE // snapshots
        self._switches = switches
        self._timeline: Timeline | None = None
        self._own = PredictedView(board)
        self._pace = Pace.NORMAL
        self._news: deque[tuple[int, Event]] = deque(maxlen=NEWS_KEPT)

    @property
    def is_loaded(self) -> bool:
        """True once there is something to show."""
        return self.told is not None

    def press(
        self, seq: int, keys: tuple[int, ...], slots: tuple[int, ...], idle: frozenset[int] = frozenset()
    ) -> None:
        """Note a Command that was sent for these slots; for the `idle` of them a bot has the keys."""
        self._own.predictor.press(seq, keys, slots, idle)

    def take(self, message: Delta | Keyframe | Events, now: float) -> None:
        """Follow the server. Raises Malformed for a Delta that fits to nothing."""
        match message:
            case Delta():
                if not self.told:
                    raise RemoteProtocolError("Delta before any Keyframe")
                self._hear(patch(self.told, message), now)
            case Keyframe():
                self._hear(snapshot_from_keyframe(message, self.board.width, self.board.height), now)
            case Events(tick, events):
                self._news += ((tick, event) for event in events if self._own.once.is_new(tick, event))
            case _:
                assert_never(message)

    def _hear(self, snapshot: Snapshot, now: float) -> None:
        self.told = snapshot
        self.ending = self.ending or ending_of(snapshot, self.board)
        every = max(self._every, TICK_RATE // self._switches.snapshots)
        if self._timeline is None:
            self._timeline = Timeline(snapshot, now, every)
        elif snapshot.tick % every == 0 or snapshot.tick <= self._timeline.newest.tick:
            self._timeline.add(snapshot, now)
        else:
            return  # a person wants to see what fewer snapshots look like
        self._timeline.interval = every
        self._own.predictor.hear(snapshot)

    def run_at(self, pace: Pace, now: float) -> None:
        """Follow a server whose time passes in another way from now on."""
        if pace is not self._pace and self._timeline:
            self._pace = pace
            self._timeline.run_at(pace.rate, now)

    def view(self, now: float) -> View | None:
        """What to draw now; None before the first keyframe."""
        view = self._running_view(now)
        return replace(view, ending=self.ending) if view and self.ending else view

    def _running_view(self, now: float) -> View | None:
        if not self._timeline or not self.told:
            return None
        between = self._timeline.at(now)
        late = {} if self._switches.run_ahead else spots_between(*between)
        seen = self._own.look(self.told, late, self._switches) if self._runs_ahead else None
        if not seen:
            return view_between(*between, self.board)
        view, events = seen
        self._news += events
        return view

    @property
    def _runs_ahead(self) -> bool:
        """Not while the server hurries: nobody of ours lives then, and every guess would be off by the hurry."""
        return self._switches.prediction and self._pace in (Pace.NORMAL, Pace.PAUSED)

    def lives(self, slot: int) -> bool:
        """True if that body was on the board and alive when the server was heard last."""
        row = self.told.tables[1].get(slot) if self.told else None
        return row is not None and row[DIED_AT] < 0

    def early(self, slot: int) -> int | None:
        """How early the Commands of a slot come, in ticks (see Inbox.early); None if it is not known."""
        return input_lead_of(self.told, slot) if self.told else None

    def corrections(self) -> list[int]:
        """How far off own bodies were, in sub-units, at each word of the server since the last call; mostly 0."""
        return self._own.corrections()

    def refused(self) -> list[int]:
        """The tiles of own bombs that the server turned out not to know of, since the last call."""
        return self._own.refused()

    def world(self) -> World | None:
        """The newest tick that was told, for a bot on a person's seat; None before the first keyframe."""
        return world_of(self.told, self.board.rules, self.board.width, self.board.height) if self.told else None

    def news(self) -> list[tuple[int, Event]]:
        """What has happened since the last call, each event once, with its tick."""
        news = list(self._news)
        self._news.clear()
        return news
