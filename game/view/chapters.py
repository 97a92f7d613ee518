"""The chapters of a demo (kills, rounds, results, marks), and the seats at each moment of it.

Rule 1: seats, rounds and results are known at once; kills are searched bit by bit (`search`), so that an hour of play
        opens as quickly as a minute.
Rule 2: data that makes no sense ends the search; nothing is raised.
"""

from bisect import bisect_right
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, replace
from enum import Enum, auto
from itertools import islice

from petard.shared.demo.blocks import DemoError
from petard.shared.demo.reader import Demo
from petard.shared.demo.records import Began, Mark, Record, Scored, Seated
from petard.shared.protocol.messages import Results, Seat
from petard.shared.rules.events import Event, EventType

KILLS_MOST = 2**14  # that are found; in a day of play there are fewer
LEAD = 60  # moments; a jump to a kill shows how it came


class ChapterKind(Enum):
    """What happens at a moment."""

    KILL = auto()
    ROUND = auto()
    RESULT = auto()
    MARK = auto()


@dataclass(frozen=True, slots=True)
class Chapter:
    """One moment to jump to. `slot`: who died, or who won; -1: nobody."""

    moment: int
    kind: ChapterKind
    words: str
    slot: int = -1


class Chapters:
    """All chapters of a demo. `searched`: the moment up to which kills are known."""

    def __init__(self, demo: Demo) -> None:
        self.searched = 0
        self.kills: list[Chapter] = []
        self.notes: tuple[Record, ...] = ()
        with suppress(DemoError):
            self.notes = demo.notes
        self._moments = [getattr(note, "moment", 0) for note in self.notes]
        self._seats = _seats_in(self.notes)
        self.others = [chapter for note in self.notes for chapter in self._chapters_of(note)]
        self._search = demo.event_blocks()

    @property
    def all(self) -> list[Chapter]:
        """The chapters that are known, in order."""
        return sorted([*self.kills, *self.others], key=lambda chapter: chapter.moment)

    def notes_between(self, start: float, end: float) -> tuple[Record, ...]:
        """The records after `start` and not after `end`."""
        return self.notes[bisect_right(self._moments, start) : bisect_right(self._moments, end)]

    def seats(self, moment: float) -> tuple[Seat, ...]:
        """The seats, with the wins that they had."""
        place = bisect_right(self._seats, moment, key=lambda one: one[0]) - 1
        return self._seats[max(0, place)][1] if self._seats else ()

    def names(self, moment: float) -> dict[int, str]:
        """The names by slot."""
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
            self.kills += (self._kill(*one) for one in islice(died, KILLS_MOST - len(self.kills)))
        return True

    def next_kill(self, moment: float) -> int | None:
        """Where to begin to watch the next kill; None if there is none that begins after `moment`."""
        goes_on = True
        while goes_on:
            goes_on = self.search(60)
            for kill in self.kills:
                if (start := self._start_of(kill)) > moment:
                    return start
        return None

    def last_kill(self, moment: float) -> int | None:
        """Where to begin to watch the last kill; None if there is none that begins before `moment`."""
        while self.searched <= moment + LEAD and self.search(60):
            pass
        starts = [start for kill in self.kills if (start := self._start_of(kill)) < moment]
        return starts[-1] if starts else None

    def _start_of(self, kill: Chapter) -> int:
        """The moment to jump to: a little before the kill, in the same round."""
        begins = [chapter.moment for chapter in self.others if chapter.kind is ChapterKind.ROUND]
        place = bisect_right(begins, kill.moment) - 1
        return max(kill.moment - LEAD, begins[place] if place >= 0 else 0)

    def _kill(self, moment: int, event: Event) -> Chapter:
        return Chapter(moment, ChapterKind.KILL, end_words(event, self.names(moment)), event.slot)

    def _chapters_of(self, note: Record) -> Iterable[Chapter]:
        match note:
            case Began():
                yield Chapter(note.moment, ChapterKind.ROUND, f"Round {note.number}")
            case Scored():
                words = result_words(note.results, self.names(note.moment))
                yield Chapter(note.moment, ChapterKind.RESULT, words, note.results.winner)
            case Mark():
                yield Chapter(note.moment, ChapterKind.MARK, note.text)


def end_words(event: Event, names: dict[int, str]) -> str:
    """How a player died, in a few words.

    >>> names = {0: "Ada", 1: "Bob"}
    >>> end_words(Event(EventType.DIED, 1, 0, 0), names), end_words(Event(EventType.DIED, 0, 0, 0), names)
    ('Ada got Bob', "Ada's own bomb")
    """
    who = names.get(event.slot, "somebody")
    if event.other < 0:
        return f"A wall fell on {who}"
    return f"{who}'s own bomb" if event.other == event.slot else f"{names.get(event.other, 'Somebody')} got {who}"


def result_words(results: Results, names: dict[int, str]) -> str:
    """How a round, or with it the match, ended."""
    if results.match_over and results.champion >= 0:
        return f"{names.get(results.champion, 'Somebody')} wins the match"
    return f"{names.get(results.winner, 'Somebody')} wins" if results.winner >= 0 else "A draw"


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
