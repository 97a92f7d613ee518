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

from petard.game.texts.phrases import tr
from petard.game.view.feats import Decided, Escaped, Feat, Feats, Rising
from petard.game.view.floor_looks import gates_on
from petard.game.view.item_looks import ITEM_LOOKS, TAKEN_SOUND
from petard.game.view.spectating import staying
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
    """A big word for all: tr("GO!"), tr("HURRY UP!")."""

    text: str


Cue = Sound | Sparks | Jolt | PlayerDied | Banner | Rising | Decided | Escaped

STALE = 30  # ticks; after a stall of the connection, older events give words only
WAITING_MOST = 1024  # events; they wait a few ticks, so a game never has so many
CUES_MOST = 256  # in one picture; the rest comes in the next ones: a chain of blasts goes on for many
OTHERS = 0.55  # volume of what other players do, beside 1 for what you do

BIG = 5  # tiles; a bomb whose flames reach so far has a sound of its own
CHAIN, CHAIN_TICKS = 3, 6  # so many blasts in so many ticks are a chain
LAST_SECONDS = 5  # of a round that tick

# The sounds of events that sound the same for everybody; `_sounds_of` knows the others.
SOUNDS: dict[EventType, str] = {
    EventType.DROPPED: "drop",
    EventType.KICKED: "kick",
    EventType.PUNCHED: "kick",
    EventType.THROWN: "kick",
    EventType.LIFTED: "take-kick",
    EventType.LANDED: "drop",
    EventType.ILL: "burnt",
    EventType.RIDES: "take-skate",
    EventType.RETURNED: "take-shield",
    EventType.TELEPORTED: "switch",
    EventType.FELL: "wall",
    EventType.SWITCHED: "switch",
    EventType.BRICK: "brick",
    EventType.BURNT: "burnt",
    EventType.HURT: "hurt",
    EventType.CLOSED: "wall",
    EventType.HURRY: "hurry",
    EventType.GO: "go",
}
SPARKS: dict[EventType, tuple[tuple[str, int], ...]] = {
    EventType.DROPPED: (("puff", 2),),
    EventType.PUNCHED: (("star", 4), ("puff", 2)),
    EventType.LANDED: (("puff", 3),),
    EventType.ILL: (("puff", 6),),
    EventType.RIDES: (("puff", 6),),
    EventType.RETURNED: (("star", 14),),
    EventType.TELEPORTED: (("star", 6),),
    EventType.FELL: (("puff", 4),),
    EventType.SWITCHED: (("star", 8),),
    EventType.BLAST: (("spark", 10),),
    EventType.BRICK: (("chip", 14), ("puff", 2)),
    EventType.TAKEN: (("star", 5),),
    EventType.BURNT: (("puff", 4),),
    EventType.HURT: (("star", 8),),
    EventType.DIED: (("star", 14), ("puff", 6)),
    EventType.CLOSED: (("puff", 4),),
}
FEAT_SOUNDS = {"kills": "double", "close": "close"}  # by what the word is about
GO, HURRY = tr("GO!"), tr("HURRY UP!")
ALWAYS_LOUD = {EventType.BLAST, EventType.DIED, EventType.HURRY, EventType.GO, EventType.HURT, EventType.SWITCHED}
QUIET = {EventType.BRICK: 0.5, EventType.CLOSED: 0.5, EventType.BURNT: 0.5}


class Cues:
    """The cues of one round. `my_slots`: of the players at this machine."""

    def __init__(self, my_slots: Collection[int]) -> None:
        self.my_slots = my_slots
        self.waiting: deque[tuple[int, Event]] = deque(maxlen=WAITING_MOST)  # until the picture reaches their tick
        self._feats = Feats(my_slots)
        self._second = 0  # of the countdown, for which the last beep was
        self._second_left = 0  # of the round, for which the clock ticked last
        self._living = 0  # in the last picture
        self._blasts: deque[int] = deque(maxlen=CHAIN)  # the ticks of the last ones

    def cues_of(self, events: Iterable[tuple[int, Event]], view: View) -> list[Cue]:
        """The cues that are due now. `events`: those since the last call, each with its tick."""
        self.waiting += events
        cues: list[Cue] = []
        due: list[tuple[int, Event]] = []
        while self.waiting and self.waiting[0][0] <= view.tick and len(cues) < CUES_MOST:
            tick, event = self.waiting.popleft()
            late = tick < view.tick - STALE
            due += [] if late else [(tick, event)]
            found = self._cues_of(event, tick, view)
            cues += (cue for cue in found if not late or isinstance(cue, PlayerDied | Banner))
        feats = self._feats.cues_of(due, view)
        return [*cues, *feats, *(sound for feat in feats for sound in _sounds_of_feat(feat, view.width))]

    def rejected_bombs(self, tiles: Iterable[int], view: View) -> list[Cue]:
        """The cues for predicted bombs that the server rejected: each goes with a puff, and without a sound."""
        return [Sparks("puff", tile % view.width + 0.5, tile // view.width + 0.5, 6) for tile in tiles]

    def picture_cues(self, view: View) -> list[Cue]:
        """The cues of what no event tells: the countdown, the last seconds, and that only two are left."""
        beep, left, living = ceil(view.go_in / 60), ceil(view.ticks_left / 60), len(staying(view))
        cues: list[Cue] = []
        if beep != self._second and 1 <= beep <= 3:
            cues.append(Sound("beep"))
        if left != self._second_left and 1 <= left <= LAST_SECONDS and not view.ending:
            cues.append(Sound("clock"))
        if living == 2 < self._living:
            cues.append(Sound("last-two"))
        self._second, self._second_left, self._living = beep, left, living
        return cues

    def _cues_of(self, event: Event, tick: int, view: View) -> Iterator[Cue]:
        x, y = event.tile % view.width + 0.5, event.tile // view.width + 0.5
        pan = _pan(x, view.width) if event.tile >= 0 else 0.0
        loud = event.what in ALWAYS_LOUD or event.slot in self.my_slots or event.slot < 0
        for name in self._sounds_of(event, tick):
            yield Sound(name, pan, QUIET.get(event.what, 1.0 if loud else OTHERS))
        for kind, count in SPARKS.get(event.what, ()):
            yield Sparks(kind, x, y, count)
        match event.what:
            case EventType.BLAST | EventType.CLOSED:
                yield Jolt(x, y)
            case EventType.DIED:
                yield PlayerDied(event.slot, event.other, x, y)
            case EventType.SWITCHED:
                for tile in gates_on(view.floors):
                    yield Sparks("puff", tile % view.width + 0.5, tile // view.width + 0.5, 3)
            case EventType.GO:
                yield Banner(GO)
            case EventType.HURRY:
                yield Banner(HURRY)

    def _sounds_of(self, event: Event, tick: int) -> Iterator[str]:
        mine = self.my_slots
        match event.what:
            case EventType.BLAST:
                yield "blast-big" if event.other >= BIG else "blast"
                if self._is_chain(tick):
                    yield "chain"
            case EventType.TAKEN:
                look = ITEM_LOOKS.get(event.other)
                if sound := look.sound if look else TAKEN_SOUND:
                    yield sound
            case EventType.DIED:
                yield "death-own" if event.slot in mine else "death"
                if event.other in mine and event.slot not in mine:
                    yield "kill"
            case EventType.ASSIST if event.slot in mine:
                yield "assist"
            case EventType.OVER:
                yield "draw" if event.slot < 0 else "win" if event.slot in mine or not mine else "lost"
            case what if what in SOUNDS:
                yield SOUNDS[what]

    def _is_chain(self, tick: int) -> bool:
        """Return whether this blast makes a chain of CHAIN; each blast counts for one chain only."""
        self._blasts.append(tick)
        if len(self._blasts) < CHAIN or tick - self._blasts[0] > CHAIN_TICKS:
            return False
        self._blasts.clear()
        return True


def _sounds_of_feat(feat: Feat, width: int) -> Iterator[Sound]:
    match feat:
        case Rising(x=x, key=(what, _)) if what in FEAT_SOUNDS:
            yield Sound(FEAT_SOUNDS[what], _pan(x, width))
        case Decided(narrow=True):
            yield Sound("photo-finish")


def _pan(x: float, width: int) -> float:
    """The pan of a column; never quite to the side, since a sound in one ear only is tiring.

    >>> _pan(0, 15), _pan(7.5, 15), _pan(15, 15)
    (-0.7, 0.0, 0.7)
    """
    return round((x / width * 2 - 1) * 0.7, 3)
