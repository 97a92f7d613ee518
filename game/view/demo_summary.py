"""The entry of a demo in a list: who played, who won, how long it is, and how it ended.

Rule: every file gets an entry; `problem` says why it cannot be watched, or what is wrong with it.
"""

from dataclasses import dataclass

from petard.game.view.playback import Playback
from petard.game.view.view import View
from petard.shared.demo.blocks import DemoError
from petard.shared.demo.reader import read_demo
from petard.shared.demo.records import Header, Scored
from petard.shared.protocol.messages import Seat


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
    """Read a demo for its entry."""
    try:
        playback = Playback(read_demo(data))
        end = playback.length
        last, seats = playback.view_at(end), playback.chapters.seats(end)
        rounds = len({note.moment for note in playback.demo.rounds})
    except DemoError as problem:
        return DemoSummary(name, when, pinned, str(problem))
    header: Header = playback.demo.header
    winner, score = _outcome_of(playback)
    return DemoSummary(
        name, when, pinned, " ".join(playback.warnings), header.map, header.preset, end,
        rounds, seats, winner, last, header.started, score,
    )  # fmt: skip


def _outcome_of(playback: Playback) -> tuple[int, tuple[int, int] | None]:
    """The `winner` and `score` of an entry."""
    results = [note.results for note in playback.chapters.notes if isinstance(note, Scored)]
    if results and results[-1].match_over:
        return results[-1].champion, None
    last = results[-1].winner if results else playback.winner_at(playback.length)
    if not playback.demo.has_play:
        return last, None
    wins = {score.slot: score.wins for score in results[-1].wins} if results else {last: 1} if last >= 0 else {}
    ranks = [*sorted(wins.items(), key=lambda entry: -entry[1]), (-1, 0), (-1, 0)]
    (first, most), (_, second) = ranks[:2]
    return first if most > second else -1, (most, second)
