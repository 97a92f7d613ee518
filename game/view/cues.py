"""Turns events into cues: sounds, sparks, jolts of the ground, and the words about who got you.

Rule 1: each event comes once (EventQueue), and counts when the picture has reached its tick: a spectator sees
        snapshots later than events arrive.
Rule 2: a Cue says what and where, never how: the audio, the particle pool and the HUD each use theirs.
Rule 3: places are in tiles, pan runs from -1 (left edge of the board) to 1, volume from 0 to 1.
"""

from collections import deque
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from math import ceil

from petard.game.view.view import View
from petard.shared.rules.events import Event, EventType


@dataclass(frozen=True, slots=True)
class Sound:
    name: str
    pan: float = 0.0
    volume: float = 1.0


@dataclass(frozen=True, slots=True)
class Sparks:
    """Throw particles of one kind ("chip", "spark", "puff", "star") from a place."""

    kind: str
    x: float
    y: float
    count: int


@dataclass(frozen=True, slots=True)
class Jolt:
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class PlayerDied:
    """A player died. `by`: who did it, their own slot for their own bomb, -1 for a wall; where, in tiles."""

    slot: int
    by: int
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Banner:
    """A big word for all: "GO!", "HURRY UP!"."""

    text: str


Cue = Sound | Sparks | Jolt | PlayerDied | Banner

STALE = 30  # ticks; after a stall of the connection, older events give words only
WAITING_MOST = 1024  # events; they wait a few ticks, so a game never has so many
CUES_MOST = 1024  # in one picture; a chain of blasts goes on for many
OTHERS = 0.55  # volume of what other players do, beside 1 for what you do

SOUNDS: dict[EventType, str] = {
    EventType.DROPPED: "drop",
    EventType.KICKED: "kick",
    EventType.BLAST: "blast",
    EventType.BRICK: "brick",
    EventType.TAKEN: "pickup",
    EventType.HURT: "hurt",
    EventType.DIED: "death",
    EventType.CLOSED: "brick",
    EventType.HURRY: "hurry",
    EventType.GO: "go",
}
SPARKS: dict[EventType, tuple[tuple[str, int], ...]] = {
    EventType.DROPPED: (("puff", 2),),
    EventType.BLAST: (("spark", 10),),
    EventType.BRICK: (("chip", 14), ("puff", 2)),
    EventType.TAKEN: (("star", 5),),
    EventType.BURNT: (("puff", 4),),
    EventType.HURT: (("star", 8),),
    EventType.DIED: (("star", 14), ("puff", 6)),
    EventType.CLOSED: (("puff", 4),),
}
HURRY = "HURRY UP!"
ALWAYS_LOUD = {EventType.BLAST, EventType.DIED, EventType.HURRY, EventType.GO, EventType.HURT}
QUIET = {EventType.BRICK: 0.35, EventType.CLOSED: 0.5}


class Cues:
    """The cues of one round. `my_slots`: of the players at this machine."""

    def __init__(self, my_slots: Collection[int]) -> None:
        self.my_slots = my_slots
        self.waiting: deque[tuple[int, Event]] = deque(maxlen=WAITING_MOST)  # until the picture reaches their tick
        self._second = 0  # of the countdown, for which the last beep was

    def cues_of(self, events: Iterable[tuple[int, Event]], view: View) -> list[Cue]:
        """The cues that are due now. `events`: those since the last call, each with its tick."""
        self.waiting += events
        cues: list[Cue] = []
        while self.waiting and self.waiting[0][0] <= view.tick and len(cues) < CUES_MOST:
            tick, event = self.waiting.popleft()
            late = tick < view.tick - STALE
            cues += (cue for cue in self._cues_of(event, view) if not late or isinstance(cue, PlayerDied | Banner))
        return cues

    def rejected_bombs(self, tiles: Iterable[int], view: View) -> list[Cue]:
        """The cues for predicted bombs that the server rejected: each goes with a puff, and without a sound."""
        return [Sparks("puff", tile % view.width + 0.5, tile // view.width + 0.5, 6) for tile in tiles]

    def countdown(self, view: View) -> list[Cue]:
        """One beep for each second of the countdown."""
        second = ceil(view.go_in / 60)
        if second == self._second:
            return []
        self._second = second
        return [Sound("beep")] if 1 <= second <= 3 else []

    def _cues_of(self, event: Event, view: View) -> Iterator[Cue]:
        x, y = event.tile % view.width + 0.5, event.tile // view.width + 0.5
        if event.what in SOUNDS:
            loud = event.what in ALWAYS_LOUD or event.slot in self.my_slots
            pan = _pan(x, view.width) if event.tile >= 0 else 0.0
            yield Sound(SOUNDS[event.what], pan, QUIET.get(event.what, 1.0 if loud else OTHERS))
        for kind, count in SPARKS.get(event.what, ()):
            yield Sparks(kind, x, y, count)
        match event.what:
            case EventType.BLAST | EventType.CLOSED:
                yield Jolt(x, y)
            case EventType.DIED:
                yield PlayerDied(event.slot, event.other, x, y)
            case EventType.GO:
                yield Banner("GO!")
            case EventType.HURRY:
                yield Banner(HURRY)
            case EventType.OVER if event.slot < 0:
                yield Sound("draw")
            case EventType.OVER:
                yield Sound("win", volume=1.0 if event.slot in self.my_slots else OTHERS)


def _pan(x: float, width: int) -> float:
    """The pan of a column; never quite to the side, since a sound in one ear only is tiring.

    >>> _pan(0, 15), _pan(7.5, 15), _pan(15, 15)
    (-0.7, 0.0, 0.7)
    """
    return round((x / width * 2 - 1) * 0.7, 3)
