"""What is in a demo: its snapshots, its chapters, and its seats at each moment.

Rule 1: only what is needed is read. A stretch of snapshots begins with a keyframe and is patched from there; a few
        stretches are kept. Seats, rounds and results are known at once; kills are searched bit by bit (`search`), so
        that an hour of play opens as quickly as a minute.
Rule 2: data that makes no sense ends its stretch, or the search, and nothing is raised: those before it are shown,
        and `damage` says so.
"""

from bisect import bisect_right
from collections import OrderedDict
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from itertools import islice

from petard.game.texts.names import SOMEBODY
from petard.game.texts.phrases import tr
from petard.game.view.chapter import Chapter, ChapterKind
from petard.game.view.last_chances import LastChances
from petard.shared.demo.blocks import DemoError
from petard.shared.demo.reader import Demo
from petard.shared.demo.records import Began, Mark, Record, Scored, Seated
from petard.shared.protocol.messages import Events, Results, Round, Seat
from petard.shared.protocol.snapshot import Snapshot
from petard.shared.protocol.snapshot_rows import SnapshotRows
from petard.shared.rules.events import Event, EventType

KEPT = 4  # stretches, of 10 s each
KILLS_MOST = 2**14  # that are found; in a day of play there are fewer
LEAD = 60  # moments; a jump to a kill shows how it came


@dataclass(slots=True)
class DemoMoment:
    """One snapshot, with the announcement of its round and the events that were sent with it."""

    moment: int
    announcement: Round
    snapshot: Snapshot
    events: list[Event] = field(default_factory=list)


class DemoMoments:
    """All snapshots of a demo. `damage`: one sentence about what could not be shown, or ""."""

    def __init__(self, demo: Demo) -> None:
        self.damage = ""
        self.demo = demo
        # The stretches from one keyframe to the next, the one that was used last at the end: snapshots read and unread.
        self.kept: OrderedDict[int, tuple[list[DemoMoment], Iterator[DemoMoment]]] = OrderedDict()
        self._empty: dict[int, int] = {}  # of each stretch without snapshots, the one before it that is shown instead

    def at(self, moment: float) -> tuple[DemoMoment, DemoMoment, float]:
        """The snapshots before and after a moment, and how far between them it is, 0 to 1; DemoError if there is none.

        Past the end it is the last snapshot.
        """
        place = max(0, bisect_right(self.demo.watch_starts, moment) - 1)
        wanted, place = place, self._empty.get(place, place)
        snapshots = self.stretch(place, moment)
        while not snapshots and place:
            place -= 1
            snapshots = self.stretch(place, moment)
        if place != wanted:
            self._empty[wanted] = place
        if not snapshots:
            raise DemoError(self.damage or "There is nothing to watch in this demo.")
        here = max(0, bisect_right(snapshots, moment, key=lambda entry: entry.moment) - 1)
        older, newer = snapshots[here], snapshots[min(here + 1, len(snapshots) - 1)]
        gap = newer.moment - older.moment
        return older, newer, min(1.0, max(0.0, (moment - older.moment) / gap)) if gap else 0.0

    def between(self, start: float, end: float) -> Iterator[DemoMoment]:
        """The snapshots after `start` and not after `end`, in order; with a keyframe a moment may come twice."""
        if end <= start:
            return
        first = max(0, bisect_right(self.demo.watch_starts, start) - 1)
        for place in range(first, max(1, bisect_right(self.demo.watch_starts, end))):
            yield from (entry for entry in self.stretch(place, end) if start < entry.moment <= end)

    def stretch(self, place: int, moment: float) -> list[DemoMoment]:
        """The snapshots of the stretch at that place, read at least to the first one after a moment."""
        if place not in self.kept:
            self.kept[place] = [], _snapshots_of(self.demo, place)
            if len(self.kept) > KEPT:
                self.kept.popitem(last=False)
        self.kept.move_to_end(place)
        snapshots, unread = self.kept[place]
        try:
            while not snapshots or snapshots[-1].moment <= moment:
                snapshots.append(next(unread))
        except StopIteration:
            pass
        except DemoError as problem:
            self.damage = str(problem)
        return snapshots


def _snapshots_of(demo: Demo, place: int) -> Iterator[DemoMoment]:
    announcement: Round | None = None
    entry: DemoMoment | None = None
    start = demo.watch_starts[place] if demo.watch_starts else 0
    for moment, message, snapshot in demo.watch(start):
        if isinstance(message, Round):
            if entry:
                break
            announcement = message
        elif isinstance(message, Events):
            if entry:
                entry.events += message.events
        else:
            if entry:
                yield entry
                if isinstance(message, SnapshotRows):
                    return
            assert announcement is not None  # a Round comes first
            entry = DemoMoment(moment, announcement, snapshot)
    if entry:
        yield entry


class Chapters:
    """All chapters of a demo. `searched`: the moment up to which kills are known."""

    def __init__(self, demo: Demo, is_listed: bool) -> None:
        """`is_listed`: only what a list shows is needed."""
        self.searched = 0
        self.kills: list[Chapter] = []
        self.notes: tuple[Record, ...] = ()
        with suppress(DemoError):
            self.notes = demo.outline if is_listed else demo.notes
        self._seats = _seats_in(self.notes)
        self.others = [chapter for note in self.notes for chapter in self._chapters_of(note)]
        self.chances = LastChances(demo, self.names)
        self._search = demo.event_blocks()
        self._sorted: list[Chapter] = []

    @property
    def all(self) -> list[Chapter]:
        if len(self._sorted) != len(self.kills) + len(self.others) + len(self.chances.found):
            found = [*self.kills, *self.others, *self.chances.found]
            self._sorted = sorted(found, key=lambda chapter: chapter.moment)
        return self._sorted

    def notes_between(self, start: float, end: float) -> tuple[Record, ...]:
        """The records after `start` and not after `end`."""
        first, last = (bisect_right(self.notes, moment, key=_moment_of) for moment in (start, end))
        return self.notes[first:last]

    def seats(self, moment: float) -> tuple[Seat, ...]:
        """The seats at a moment, with the wins that they had."""
        place = bisect_right(self._seats, moment, key=lambda one: one[0]) - 1
        return self._seats[max(0, place)][1] if self._seats else ()

    def names(self, moment: float) -> dict[int, str]:
        return {seat.slot: seat.name for seat in self.seats(moment)}

    def search(self, blocks: int) -> bool:
        """Search so many blocks, of about a second each, for kills; False once there are no more."""
        for _ in range(blocks):
            found = None
            with suppress(DemoError):
                found = next(self._search, None)
            if found is None or len(self.kills) >= KILLS_MOST:
                return False
            self.searched, events = found
            died = ((moment, event) for moment, event in events if event.what == EventType.DIED)
            for moment, event in islice(died, KILLS_MOST - len(self.kills)):
                words = end_words(event, self.names(moment))
                self.kills.append(Chapter(moment, ChapterKind.KILL, words, event.slot))
        return True

    def next_kill(self, moment: float) -> int | None:
        """Where to begin to watch the next kill; None if there is none that begins after `moment`."""
        known = 0
        while True:
            goes_on = self.search(60)
            later = [start for start in self._starts(known) if start > moment]
            known = len(self.kills)
            if later or not goes_on:
                return min(later, default=None)

    def last_kill(self, moment: float) -> int | None:
        """Where to begin to watch the last kill; None if there is none that begins before `moment`."""
        while self.searched <= moment + LEAD and self.search(60):
            pass
        return max((start for start in self._starts() if start < moment), default=None)

    def _starts(self, first: int = 0) -> Iterator[int]:
        """For each kill, from that numbered `first` on, the moment to jump to: a little before it, in its round."""
        rounds = sorted(chapter.moment for chapter in self.others if chapter.kind is ChapterKind.ROUND)
        for kill in self.kills[first:]:
            began = bisect_right(rounds, kill.moment)
            yield max(0, kill.moment - LEAD, rounds[began - 1] if began else 0)

    def _chapters_of(self, note: Record) -> Iterable[Chapter]:
        match note:
            case Began():
                yield Chapter(note.moment, ChapterKind.ROUND, f"Round {note.number}")
            case Scored():
                words = result_words(note.results, self.names(note.moment))
                yield Chapter(note.moment, ChapterKind.RESULT, words, note.results.winner)
            case Mark():
                yield Chapter(note.moment, ChapterKind.MARK, note.text)


def _moment_of(note: Record) -> float:
    moment: float = getattr(note, "moment", 0)
    return moment


def end_words(event: Event, names: dict[int, str]) -> str:
    """How a player died, in a few words.

    >>> names = {0: "Ada", 1: "Bob"}
    >>> end_words(Event(EventType.DIED, 1, 0, 0), names), end_words(Event(EventType.DIED, 0, 0, 0), names)
    ('Ada got Bob', "Ada's own bomb")
    """
    who = names.get(event.slot, SOMEBODY)
    if event.other < 0:
        return tr("A wall fell on {name}", name=who)
    if event.other == event.slot:
        return tr("{name}'s own bomb", name=who)
    return tr("{name} got {other}", name=names.get(event.other, SOMEBODY), other=who)


def result_words(results: Results, names: dict[int, str]) -> str:
    """How a round, or with it the match, ended."""
    if results.match_over and results.champion >= 0:
        return tr("{name} wins the match", name=names.get(results.champion, SOMEBODY))
    return tr("{name} wins", name=names.get(results.winner, SOMEBODY)) if results.winner >= 0 else tr("A draw")


def _seats_in(notes: Iterable[Record]) -> list[tuple[int, tuple[Seat, ...]]]:
    """Each change of the seats, with its moment."""
    found: list[tuple[int, tuple[Seat, ...]]] = []
    for note in notes:
        match note:
            case Began() | Seated():
                found.append((note.moment, note.seats))
            case Scored() if found:
                wins = {score.slot: score.wins for score in note.results.wins}
                seats = tuple(replace(seat, wins=wins.get(seat.slot, seat.wins)) for seat in found[-1][1])
                found.append((note.moment, seats))
    return found
