"""The frames of a demo, one for each snapshot that was sent, read only as far as they are needed.

Rule 1: a stretch of frames begins with a keyframe and is patched forward from there; a few stretches are kept.
Rule 2: data that makes no sense ends its stretch: the frames before it are shown, and `damage` says so.
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
class DemoMoment:
    """One snapshot, with the announcement of its round and the events that were sent with it."""

    moment: int
    announcement: Round
    snapshot: Snapshot
    events: list[Event] = field(default_factory=list)


@dataclass(slots=True)
class _Stretch:
    """The frames from one keyframe of a demo to the next, as far as they were read."""

    unread: Iterator[DemoMoment]
    frames: list[DemoMoment] = field(default_factory=list)


class DemoMoments:
    """All frames of a demo. `damage`: one sentence about what could not be shown, or ""."""

    def __init__(self, demo: Demo) -> None:
        self.damage = ""
        self.demo = demo
        self.kept: OrderedDict[int, _Stretch] = OrderedDict()  # the stretches, the one that was used last at the end

    def at(self, moment: float) -> tuple[DemoMoment, DemoMoment, float]:
        """The frames before and after a moment, and how far between them it is, 0 to 1; raises DemoError for nothing.

        Past the end it is the last frame.
        """
        place = max(0, bisect_right(self.demo.watch_starts, moment) - 1)
        frames = self.stretch(place, moment)
        while not frames and place:
            place -= 1
            frames = self.stretch(place, moment)
        if not frames:
            raise DemoError(self.damage or "There is nothing to watch in this demo.")
        here = max(0, bisect_right(frames, moment, key=lambda frame: frame.moment) - 1)
        older, newer = frames[here], frames[min(here + 1, len(frames) - 1)]
        gap = newer.moment - older.moment
        return older, newer, min(1.0, max(0.0, (moment - older.moment) / gap)) if gap else 0.0

    def between(self, start: float, end: float) -> Iterator[DemoMoment]:
        """The frames after `start` and not after `end`, in order; with a keyframe a moment may come twice."""
        if end <= start:
            return
        first = max(0, bisect_right(self.demo.watch_starts, start) - 1)
        for place in range(first, max(1, bisect_right(self.demo.watch_starts, end))):
            yield from (frame for frame in self.stretch(place, end) if start < frame.moment <= end)

    def stretch(self, place: int, moment: float) -> list[DemoMoment]:
        """The frames of the stretch at that place, read at least to the first one after a moment."""
        if place not in self.kept:
            self.kept[place] = _Stretch(_frames_of(self.demo, place))
            if len(self.kept) > KEPT:
                self.kept.popitem(last=False)
        self.kept.move_to_end(place)
        stretch = self.kept[place]
        try:
            while not stretch.frames or stretch.frames[-1].moment <= moment:
                stretch.frames.append(next(stretch.unread))
        except StopIteration:
            pass
        except DemoError as problem:
            self.damage = str(problem)
        return stretch.frames


def _frames_of(demo: Demo, place: int) -> Iterator[DemoMoment]:
    announcement: Round | None = None
    frame: DemoMoment | None = None
    start = demo.watch_starts[place] if demo.watch_starts else 0
    for moment, message, snapshot in demo.watch(start):
        if isinstance(message, Round):
            if frame:
                break
            announcement = message
        elif isinstance(message, Events):
            if frame:
                frame.events += message.events
        else:
            if frame:
                yield frame
                if isinstance(message, Keyframe):
                    return
            assert announcement is not None  # a Round comes first
            frame = DemoMoment(moment, announcement, snapshot)
    if frame:
        yield frame
