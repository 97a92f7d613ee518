"""What a list says of a demo: who played, who won, how long it is, and how it ended.

Rule: whatever the bytes are, there is a card: `problem` says why it cannot be watched, or what is wrong with it.
"""

from dataclasses import dataclass

from game.client.playback import Playback
from game.client.view import View
from shared.demo.blocks import NoDemo
from shared.demo.reader import read_demo
from shared.demo.records import Header, Scored
from shared.protocol.messages import Seat


@dataclass(frozen=True, slots=True)
class Card:
    """One demo of a list. `last` is what its last moment shows; None: it cannot be watched."""

    name: str  # of the file, from the folder of demos on
    when: str = ""  # it was played
    pinned: bool = False
    problem: str = ""
    map: str = ""
    preset: str = ""
    length: int = 0  # moments
    rounds: int = 0  # that were played
    seats: tuple[Seat, ...] = ()
    winner: int = -1  # the slot of who won the match, or the last round of it; -1: nobody
    last: View | None = None
    started: int = 0  # seconds since 1970

    @property
    def is_clip(self) -> bool:
        """True for what a person saved of a match."""
        return self.name.startswith("clips/")


def card_of(name: str, data: bytes, when: str = "", pinned: bool = False) -> Card:
    """Read what a list has to say."""
    try:
        playback = Playback(read_demo(data))
        end = playback.length
        last, seats = playback.view_at(end), playback.chapters.seats(end)
        rounds = len({note.moment for note in playback.demo.began})
    except NoDemo as problem:
        return Card(name, when, pinned, str(problem))
    header: Header = playback.demo.header
    return Card(
        name, when, pinned, " ".join(playback.warnings), header.map, header.preset, end,
        rounds, seats, _winner_of(playback), last, header.started,
    )  # fmt: skip


def _winner_of(playback: Playback) -> int:
    results = [note.results for note in playback.chapters.notes if isinstance(note, Scored)]
    if results:
        return results[-1].champion if results[-1].match_over else results[-1].winner
    return playback.winner_at(playback.length)
