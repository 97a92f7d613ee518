"""What a demo shows, one frame for each snapshot that was told, read as far as somebody looks.

Rule 1: a stretch of frames begins with a keyframe and is patched forward from there; a few stretches are kept.
Rule 2: what makes no sense ends its stretch: what came before it is shown, and `damage` says so.
"""

from bisect import bisect_right
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass, field

from petard.shared.demo.blocks import DemoError
from petard.shared.demo.reader import Demo
from petard.shared.protocol.messages import Events, Keyframe, Round
from petard.shared.protocol.snapshot import Snapshot
from petard.shared.rules.events import Event

KEPT = 4  # stretches, of 10 s each


@dataclass(slots=True)
class DemoFrame:
    """One snapshot, with the round that it is of and what was told to have happened with it."""

    moment: int
    board: Round
    snapshot: Snapshot
    events: list[Event] = field(default_factory=list)


class DemoFrames:
    """All frames of a demo. `damage`: one sentence about what could not be shown, or ""."""

    def __init__(self, demo: Demo) -> None:
        self.damage = ""
        self._demo = demo
        self._kept: OrderedDict[int, _Stretch] = OrderedDict()

    def at(self, moment: float) -> tuple[DemoFrame, DemoFrame, float]:
        """The frames before and after a moment, and how far between them it is, 0 to 1; raises DemoError for nothing.

        Past the end it is the last frame.
        """
        place = max(0, bisect_right(self._demo.watch_starts, moment) - 1)
        frames = self._frames(place, moment)
        while not frames and place:
            place -= 1
            frames = self._frames(place, moment)
        if not frames:
            raise DemoError(self.damage or "There is nothing to watch in this demo.")
        here = max(0, bisect_right(frames, moment, key=lambda frame: frame.moment) - 1)
        older, newer = frames[here], frames[min(here + 1, len(frames) - 1)]
        gap = newer.moment - older.moment
        return older, newer, min(1.0, max(0.0, (moment - older.moment) / gap)) if gap else 0.0

    def between(self, start: float, end: float) -> Iterator[DemoFrame]:
        """The frames after `start` and not after `end`, in order; with a keyframe a moment may come twice."""
        if end <= start:
            return
        first = max(0, bisect_right(self._demo.watch_starts, start) - 1)
        for place in range(first, max(1, bisect_right(self._demo.watch_starts, end))):
            for frame in self._frames(place, end):
                if start < frame.moment <= end:
                    yield frame

    def _frames(self, place: int, moment: float) -> list[DemoFrame]:
        """The frames of a stretch, at least to the first one after a moment."""
        stretch = self._kept.get(place)
        if stretch is None:
            stretch = self._kept[place] = _Stretch(self._demo, place)
            if len(self._kept) > KEPT:
                self._kept.popitem(last=False)
        self._kept.move_to_end(place)
        try:
            stretch.reach(moment)
        except DemoError as problem:
            self.damage = str(problem)
        return stretch.frames


class _Stretch:
    """What is told from one keyframe of a demo to the next."""

    def __init__(self, demo: Demo, place: int) -> None:
        self.frames: list[DemoFrame] = []
        self._coming = _frames_of(demo, place)

    def reach(self, moment: float) -> None:
        """Read on to the frame after a moment, if there is one; raises DemoError once if the file makes no sense."""
        while not self.frames or self.frames[-1].moment <= moment:
            frame = next(self._coming, None)
            if frame is None:
                return
            self.frames.append(frame)


def _frames_of(demo: Demo, place: int) -> Iterator[DemoFrame]:
    board: Round | None = None
    frame: DemoFrame | None = None
    start = demo.watch_starts[place] if demo.watch_starts else 0
    for moment, message, snapshot in demo.watch(start):
        if isinstance(message, Round):
            if frame:
                break
            board = message
        elif isinstance(message, Events):
            if frame:
                frame.events += message.events
        else:
            if frame:
                yield frame
                if isinstance(message, Keyframe):
                    return
            assert board is not None  # a Round comes first
            frame = DemoFrame(moment, board, snapshot)
    if frame:
        yield frame
