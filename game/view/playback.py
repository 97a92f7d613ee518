"""Plays a demo: its moment, its speed, what to draw, and which sounds to play; also its entry in a list.

Rule 1: no clock, no window: `pass_time` brings the seconds, `view` returns what the painter draws.
Rule 2: the rules compute only how a round was decided, so a demo of other rules can be watched, too.
Rule 3: sounds and texts come only while it plays forward, at HEARD times the normal speed at most.
Rule 4: a damaged file plays to its last whole block; `warnings` say so.
Rule 5: every file gets an entry; `problem` says why it cannot be watched, or what is wrong with it.
"""

from dataclasses import dataclass, replace
from math import ceil, floor
from typing import NamedTuple

from petard.game.texts.phrases import tr
from petard.game.view.chapter import Chapter
from petard.game.view.demo_contents import Chapters, DemoMoment, DemoMoments
from petard.game.view.round_ending import RoundEnding, ending_of
from petard.game.view.view import View
from petard.game.view.view_builder import view_between
from petard.shared.demo.blocks import DemoError
from petard.shared.demo.reader import Demo, read_demo
from petard.shared.demo.records import Ended, Record, Scored
from petard.shared.protocol.messages import Round, Seat
from petard.shared.rules.events import Event
from petard.shared.rules.ruleset import RULES_VERSION, TICK_RATE

SPEEDS = (0.25, 0.5, 1.0, 2.0, 4.0, 8.0)
HEARD = 2.0  # the fastest speed with sounds
SEARCH = 8  # blocks that are searched for kills with each picture; some 2 ms
CHANCES = 2  # turns of the search for last chances with each picture, once all kills are found; some 2 ms
GRACE = 0.75  # seconds; a second jump back within them goes to the kill before


class Passed(NamedTuple):
    """Events and records that the playback has passed; each event has the tick of its round."""

    events: list[tuple[int, Event]]
    notes: list[Record]


class Playback:
    """Plays one demo. `moment`: the position in ticks over all rounds, a float."""

    def __init__(self, demo: Demo, source: str = "", is_listed: bool = False) -> None:
        """Begins at the start, playing. `source`: its path; `is_listed`: it is only listed, so no chat is read. Raises
        DemoError if there is nothing to watch.
        """
        if not demo.watch_starts:
            raise DemoError("This demo can be run again, but not watched: it holds no snapshots.")
        self.demo, self.source = demo, source
        self.moment = 0.0
        self.playing = True
        self.speed = 1.0
        self.chapters = Chapters(demo, is_listed)
        self._moments = DemoMoments(demo)
        self._passed_to = -1.0  # the moment up to which `passed` has reported
        self._moments.at(0.0)

    # What to draw and to hear

    @property
    def length(self) -> int:
        """The moment at which it ends."""
        return self.demo.watch_length

    def view(self, moment: float | None = None) -> View:
        """What to draw at a moment, None for now."""
        older, newer, between = self._moments.at(self.moment if moment is None else moment)
        view = view_between(older.snapshot, newer.snapshot, between, older.announcement)
        return replace(view, ending=self._ending(older))

    def _ending(self, frame: DemoMoment) -> RoundEnding | None:
        """How the round of a frame ended, from the frame of its last tick; None while it runs."""
        _, over_at, _ = frame.snapshot.clock
        if over_at < 0:
            return None
        last = self._moments.at(frame.moment - (frame.snapshot.tick - over_at))[0]
        here = ending_of(frame.snapshot, frame.announcement)
        if last.announcement != frame.announcement:
            return here
        return ending_of(last.snapshot, last.announcement) or here

    @property
    def winner(self) -> int:
        """The slot that has won the round by now; -1: nobody."""
        _, over_at, winner = self._moments.at(self.moment)[0].snapshot.clock
        return winner if over_at >= 0 else -1

    @property
    def announcement(self) -> Round:
        return self._moments.at(self.moment)[0].announcement

    @property
    def seats(self) -> tuple[Seat, ...]:
        return self.chapters.seats(self.moment)

    @property
    def is_over(self) -> bool:
        return self.moment >= self.length

    @property
    def is_heard(self) -> bool:
        """True while it plays slowly enough for sounds."""
        return self.playing and self.speed <= HEARD

    @property
    def warnings(self) -> tuple[str, ...]:
        """One sentence each for damage and for other rules."""
        rules = self.demo.header.rules
        words = tr("Played with rules {old}; these are rules {new}. It can be watched, not run again.")
        other = words.fill(old=rules, new=RULES_VERSION)
        found = (self.demo.damage or self._moments.damage, other if rules != RULES_VERSION else "")
        return tuple(sentence for sentence in found if sentence)

    @property
    def ending(self) -> str:
        """Why the demo ends here, in one sentence."""
        if not self.demo.has_play:
            return tr("This is the end of the clip.")
        reasons = [note.reason for note in self.chapters.notes if isinstance(note, Ended)]
        return reasons[0] if reasons else tr("There is no more of it: its server was stopped, or still plays.")

    def passed(self) -> Passed:
        """What was passed since the last call; empty where sounds and texts do not come (rule 3)."""
        start, self._passed_to = self._passed_to, self.moment
        is_heard = self.is_heard or (self.is_over and self.speed <= HEARD)  # the end stops it, and is heard as well
        if not is_heard or self.moment < start:
            return Passed([], [])
        frames = self._moments.between(start, self.moment)
        events = [(frame.snapshot.tick, event) for frame in frames for event in frame.events]
        return Passed(events, list(self.chapters.notes_between(start, self.moment)))

    def found_chapters(self) -> list[Chapter]:
        """The chapters that are known; call it with each picture, since it searches on."""
        if not self.chapters.search(SEARCH):
            self.chapters.chances.search(CHANCES)
        return self.chapters.all

    # What a person does

    def pass_time(self, seconds: float) -> None:
        """Go on, if it plays; at the end it stops."""
        if self.playing:
            self.moment = min(float(self.length), self.moment + seconds * TICK_RATE * self.speed)
            self.playing = not self.is_over

    def toggle(self) -> None:
        """Pause, or go on; at the end it begins again."""
        if self.playing:
            self.pause()
            return
        if self.is_over:
            self.seek(0)
        self.playing = True

    def pause(self) -> None:
        """Stop on a whole tick."""
        self.playing = False
        self.moment = float(floor(self.moment))

    def faster(self, by: int = 1) -> None:
        """Choose the next speed, or with -1 the one before."""
        place = SPEEDS.index(self.speed) + by
        self.speed = SPEEDS[max(0, min(place, len(SPEEDS) - 1))]

    def seek(self, moment: float) -> None:
        """Go to a moment; what lies between is not heard."""
        self.moment = self._passed_to = max(0.0, min(float(moment), float(self.length)))

    def skip(self, seconds: float) -> None:
        """Go so far forward or, if negative, back."""
        self.seek(self.moment + seconds * TICK_RATE)

    def step(self, ticks: int) -> None:
        """Stop, so many ticks forward or, if negative, back."""
        self.playing = False
        self.seek((floor(self.moment) if ticks > 0 else ceil(self.moment)) + ticks)

    def to_next_kill(self) -> bool:
        """Go to a little before the next kill; False if there is none."""
        return self._jump(self.chapters.next_kill(self.moment))

    def to_last_kill(self) -> bool:
        """Go to a little before the kill before this; False if there is none."""
        grace = GRACE * TICK_RATE * self.speed if self.playing else 0.0
        return self._jump(self.chapters.last_kill(self.moment - grace))

    def to_next_chance(self, slot: int) -> bool:
        """Stop at the next last chance of a slot (-1: of any), or else at the first one; False if none is known."""
        chances = self.chapters.chances
        self.pause()
        return self._jump(chances.next_after(self.moment, slot) or chances.next_after(-1.0, slot))

    def _jump(self, moment: int | None) -> bool:
        if moment is not None:
            self.seek(moment)
        return moment is not None


@dataclass(frozen=True, slots=True)
class DemoSummary:
    """One demo in a list. `last` is the View of its last moment; None: it cannot be watched."""

    name: str  # of the file, from the folder of demos on
    when: str = ""  # the time of play
    pinned: bool = False
    problem: str = ""
    map: str = ""
    preset: str = ""
    length: int = 0  # moments
    rounds: int = 0  # that were played
    seats: tuple[Seat, ...] = ()
    winner: int = -1  # the slot that won the match, or the last round of a clip, or else the leader; -1: nobody
    last: View | None = None
    started: int = 0  # seconds since 1970
    score: tuple[int, int] | None = None  # best and second of a match that was left early; None: it ended, or is a clip

    @property
    def is_clip(self) -> bool:
        """True for a clip that a person saved."""
        return self.name.startswith("clips/")


def demo_summary_of(name: str, data: bytes, when: str = "", pinned: bool = False) -> DemoSummary:
    try:
        playback = Playback(read_demo(data), is_listed=True)
        playback.seek(playback.length)
        last, seats, header = playback.view(), playback.seats, playback.demo.header
        rounds = len({note.moment for note in playback.demo.rounds})
    except DemoError as problem:
        return DemoSummary(name, when, pinned, str(problem))
    winner, score = _outcome_of(playback)
    return DemoSummary(
        name, when, pinned, " ".join(playback.warnings), header.map, header.preset, playback.length,
        rounds, seats, winner, last, header.started, score,
    )  # fmt: skip


def _outcome_of(playback: Playback) -> tuple[int, tuple[int, int] | None]:
    """The `winner` and `score` of an entry."""
    results = [note.results for note in playback.chapters.notes if isinstance(note, Scored)]
    if results and results[-1].match_over:
        return results[-1].champion, None
    last = results[-1].winner if results else playback.winner
    if not playback.demo.has_play:
        return last, None
    wins = {score.slot: score.wins for score in results[-1].wins} if results else {last: 1} if last >= 0 else {}
    ranks = [*sorted(wins.items(), key=lambda entry: -entry[1]), (-1, 0), (-1, 0)]
    (first, most), (_, second) = ranks[:2]
    return first if most > second else -1, (most, second)
