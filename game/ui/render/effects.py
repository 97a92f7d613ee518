"""The effects of a blast: particles, the shake and the flash. No pygame: numbers only.

Rule 1: everything is bounded: POOL particles, SHAKE_MOST pixels, three flashes a second.
Rule 2: nothing here changes a View; all of it may be switched off (Comfort).
Rule 3: `now` is an argument; chance comes from a generator of its own, for looks only.
"""

from collections import deque
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from math import cos, hypot, pi, sin
from random import Random

from petard.game.config.settings import Settings
from petard.game.view.cues import Cue, Jolt, PlayerDied, Sparks
from petard.game.view.feats import Rising
from petard.game.view.picture_time import PictureTime
from petard.game.view.rising import RisingWords
from petard.game.view.smoke import Smoke
from petard.game.view.view import View

POOL = 400  # particles at most; the oldest make room

SHAKE_MOST = 3.0  # logical pixels
SHAKE_TIME = 0.150  # seconds
SHAKE_REACH = 12.0  # tiles: beyond that a blast is not felt

FLASHES = 3  # in FLASH_WINDOW seconds, at most: more can hurt people
FLASH_WINDOW = 1.0
FLASH_TIME = 0.08


@dataclass(frozen=True, slots=True)
class Comfort:
    """Which effects the person has switched on."""

    shake: bool = True
    flashes: bool = True
    particles: bool = True  # sparks, smoke and confetti, too
    danger: bool = True  # the tint of tiles that are about to burn
    time: bool = True  # hit-stop and slow motion
    sway: bool = True  # items bob, texts rise, the winner dances


@dataclass(frozen=True, slots=True)
class ParticleKind:
    pictures: tuple[str, ...]
    life: float  # seconds
    speed: float  # tiles a second, at most
    weight: float  # tiles a second each second, downwards


def comfort_of(settings: Settings) -> Comfort:
    """The effects of these settings: reduced motion switches all off, but for the tint, which is no motion."""
    moves = not settings.reduced_motion
    return Comfort(moves, moves, moves, settings.danger, moves, moves)


KINDS: dict[str, ParticleKind] = {
    "chip": ParticleKind(("chip-0", "chip-1"), 0.55, 4.5, 11.0),
    "spark": ParticleKind(("spark",), 0.40, 6.0, 2.0),
    "puff": ParticleKind(("puff-0", "puff-1", "puff-2"), 0.60, 1.2, -1.2),
    "star": ParticleKind(("star",), 0.60, 3.6, 5.0),
}


@dataclass(slots=True)
class Particle:
    """One flying particle. Place in tiles, speed in tiles a second, times in seconds."""

    kind: ParticleKind
    picture: str
    x: float
    y: float
    dx: float
    dy: float
    age: float
    life: float


class Pool:
    """At most POOL particles; a new one replaces the oldest."""

    def __init__(self, seed: int) -> None:
        self._chance = Random(seed)
        self.particles: deque[Particle] = deque(maxlen=POOL)
        self._then: float | None = None

    def throw(self, kind: str, x: float, y: float, count: int) -> None:
        chance, how = self._chance, KINDS[kind]
        for _ in range(min(count, POOL)):
            way, speed = chance.uniform(0, 2 * pi), how.speed * chance.uniform(0.3, 1.0)
            life = how.life * chance.uniform(0.6, 1.0)
            lift = 0.5 * how.weight * life * 0.6 if how.weight > 0 else 0.0  # so that it rises before it falls
            dx, dy = cos(way) * speed, sin(way) * speed - lift
            at = x + chance.uniform(-0.3, 0.3), y + chance.uniform(-0.3, 0.3)
            picture = how.pictures[chance.randrange(len(how.pictures))]
            self.particles.append(Particle(how, picture, *at, dx, dy, 0.0, life))

    def fly(self, now: float) -> None:
        """Move everything to `now`. After a pause nothing jumps further than a tenth of a second."""
        passed = 0.0 if self._then is None else min(0.1, max(0.0, now - self._then))
        self._then = now
        for one in self.particles:
            one.age += passed
            one.dy += one.kind.weight * passed
            one.x += one.dx * passed
            one.y += one.dy * passed
        if any(one.age >= one.life for one in self.particles):
            self.particles = deque((one for one in self.particles if one.age < one.life), maxlen=POOL)


class Shake:
    """Moves the board. The strongest blast of the moment counts; blasts never add up. Distances are in tiles."""

    def __init__(self) -> None:
        self._strength = 0.0
        self._since = -1.0

    def jolt(self, distance: float, now: float) -> None:
        strength = SHAKE_MOST * max(0.0, 1 - distance / SHAKE_REACH)
        if strength >= self._left(now):
            self._strength, self._since = strength, now

    def offset(self, now: float) -> tuple[float, float]:
        """Return logical pixels, in any direction, at most SHAKE_MOST long."""
        left = self._left(now)
        age = now - self._since
        return left * cos(age * 95), left * sin(age * 120) * 0.8 if left else 0.0

    def _left(self, now: float) -> float:
        age = now - self._since
        return self._strength * (1 - age / SHAKE_TIME) if 0 <= age < SHAKE_TIME else 0.0


class Flashes:
    def __init__(self) -> None:
        self._lit: deque[float] = deque(maxlen=FLASHES)

    def start(self, now: float) -> bool:
        """Start a flash unless there were FLASHES in the last FLASH_WINDOW; True if it starts."""
        if len(self._lit) == FLASHES and now - self._lit[0] < FLASH_WINDOW:
            return False
        self._lit.append(now)
        return True

    def strength(self, now: float) -> float:
        """Return how bright the last flash is: 1 as it starts, then down to 0."""
        age = now - self._lit[-1] if self._lit else FLASH_TIME
        return max(0.0, 1 - age / FLASH_TIME) if age >= 0 else 0.0


class Feel:
    """All effects of one round, started by cues."""

    def __init__(self, comfort: Comfort) -> None:
        self.comfort = comfort
        self.pool = Pool(seed=7)
        self.shake = Shake()
        self.flashes = Flashes()
        self.time = PictureTime()
        self.smoke = Smoke()
        self.words = RisingWords()

    def handle_cues(self, cues: Iterable[Cue], near: tuple[float, float], now: float) -> None:
        """Start the effects of the cues. `near`: where the players at this machine are, in tiles."""
        cues = list(cues)
        self.time.handle_cues(cues, now)
        now = self.at(now)
        surplus = sum(cue.count for cue in cues if isinstance(cue, Sparks)) - POOL
        for cue in cues:
            match cue:
                case Sparks(count=count) if surplus >= count:
                    surplus -= count  # not thrown: the later ones would replace these before they are seen
                case Sparks(kind, x, y, count) if self.comfort.particles:
                    self.pool.throw(kind, x, y, count)
                case Jolt(x, y) if self.comfort.shake:
                    self.shake.jolt(hypot(x - near[0], y - near[1]), now)
                case Rising() as word:
                    self.words.add(word, now)
                case PlayerDied() if self.comfort.flashes:
                    self.flashes.start(now)

    # What the painter reads. A switch counts at once, also for effects that have begun.

    def at(self, now: float) -> float:
        """Return the time for the effects: it holds at a kill, and runs slowly at the end of a round."""
        return self.time.at(now) if self.comfort.time else now

    def shown(self, view: View, now: float, mine: Collection[int]) -> View:
        """Return what to show of the newest View."""
        shown = self.time.view(view, now, mine)
        return shown if self.comfort.time else view

    def offset(self, now: float) -> tuple[float, float]:
        """Return by how many logical pixels the board is moved."""
        return self.shake.offset(now) if self.comfort.shake else (0.0, 0.0)

    def light(self, now: float) -> float:
        """Return how bright the flash is, 0 to 1."""
        return self.flashes.strength(now) if self.comfort.flashes else 0.0

    def flying(self, now: float) -> Iterable[Particle]:
        """Return the particles, moved to `now`."""
        self.pool.fly(now)
        return self.pool.particles if self.comfort.particles else ()
