"""One round as the server tells it: the board, the snapshots, and what has happened.

Rule: it believes what was told and makes up nothing; what does not fit together is Malformed.
"""

from collections import deque
from typing import assert_never

from game.client.scene import view_of
from game.client.timeline import Timeline
from game.client.view import View
from shared.protocol.codec import Malformed
from shared.protocol.delta import patch, snapshot_in
from shared.protocol.messages import Delta, Events, Keyframe, Round
from shared.protocol.snapshot import world_of
from shared.rules.events import Event
from shared.rules.ruleset import TICK_RATE
from shared.rules.world import World

NEWS_KEPT = 1024  # events that nobody asked for


class Played:
    """From its Round until the next one."""

    def __init__(self, board: Round, snapshots: int) -> None:
        """`snapshots`: how many the server sends in a second."""
        self.board = board
        self._interval = TICK_RATE // snapshots
        self._timeline: Timeline | None = None
        self._news: deque[tuple[int, Event]] = deque(maxlen=NEWS_KEPT)

    @property
    def is_loaded(self) -> bool:
        """True once there is something to show."""
        return self._timeline is not None

    def take(self, message: Delta | Keyframe | Events, now: float) -> None:
        """Follow the server. Raises Malformed for a Delta that fits to nothing."""
        match message:
            case Delta():
                if not self._timeline:
                    raise Malformed("Delta before any Keyframe")
                self._timeline.add(patch(self._timeline.newest, message), now)
            case Keyframe():
                snapshot = snapshot_in(message, self.board.width, self.board.height)
                if self._timeline:
                    self._timeline.add(snapshot, now)
                else:
                    self._timeline = Timeline(snapshot, now, self._interval)
            case Events(tick, events):
                self._news += ((tick, event) for event in events)
            case _:
                assert_never(message)

    def view(self, now: float) -> View | None:
        """What to draw now; None before the first keyframe."""
        return view_of(*self._timeline.at(now), self.board) if self._timeline else None

    def world(self) -> World | None:
        """The newest tick that was told, for a bot on a person's seat; None before the first keyframe."""
        if not self._timeline:
            return None
        return world_of(self._timeline.newest, self.board.rules, self.board.width, self.board.height)

    def news(self) -> list[tuple[int, Event]]:
        """What has happened since the last call, each event with its tick."""
        news = list(self._news)
        self._news.clear()
        return news
