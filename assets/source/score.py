"""How songs are written down, and how they become samples.

A bar is a row of words with spaces between them, and fills four beats, however many words it has; bars are divided
by "|". In a Tune a word is a note (C5; C4 is middle C), "-" holds the note before it, "." is silence:

    "E5 - D5 C5 | A4 - - ."    two bars, four notes

In a Riff a word is a step of the chord of the bar: 1, 3, 5 and 7 of it, 8, 10 and 12 an octave above; "1+3+5" is a
chord. It is repeated over all bars, so four words can accompany a song. In a Beat each drum has a row of signs, one for
each sixteenth: "X" loud, "x" usual, "o" soft; it is repeated, too.

Rule 1: a note that sounds longer than the loop goes on at its start, so the loop has no seam.
Rule 2: all stems of a song have the same number of samples: 16 sixteenths a bar, each of a whole number of samples.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from petard.assets.source.instruments import Instrument, Samples, play, strike

SIXTEENTHS = 16  # in a bar
LETTERS = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}
CHORDS = {"": (0, 4, 7, 12), "m": (0, 3, 7, 12), "7": (0, 4, 7, 10), "maj7": (0, 4, 7, 11), "m7": (0, 3, 7, 10)}
STEPS = {"1": 0, "3": 1, "5": 2, "7": 3}
STRENGTH = {"X": 1.0, "x": 0.75, "o": 0.4}
ECHO = ((3, 0.34), (6, 0.17), (9, 0.08))  # sixteenths later, and how loud; each on the other side


@dataclass(frozen=True, slots=True)
class Tune:
    """A melody. `side` from -1 (left) to 1."""

    instrument: Instrument
    bars: str
    volume: float
    side: float = 0.0
    echo: bool = False


@dataclass(frozen=True, slots=True)
class Riff:
    """An accompaniment, written in steps of the chords. `octave`: in which the roots are."""

    instrument: Instrument
    bars: str
    octave: int
    volume: float
    side: float = 0.0
    echo: bool = False


@dataclass(frozen=True, slots=True)
class Beat:
    """Rows of drums, from 16 signs for one bar on."""

    drums: Mapping[str, str]
    volume: float
    side: float = 0.0
    echo: bool = False


Part = Tune | Riff | Beat


@dataclass(frozen=True, slots=True)
class Song:
    """`sixteenth`: its length in samples; at 44.1 kHz, 661500 / sixteenth is the number of beats a minute."""

    name: str
    sixteenth: int
    chords: str  # one for each bar, "C,G" for two halves
    stems: Mapping[str, tuple[Part, ...]]
    swing: float = 0.0  # how late each second sixteenth comes, in sixteenths
    volume: float = 1.0  # of all stems: the songs are equally loud, and all stems together never clip

    @property
    def bars(self) -> int:
        return len(self.chords.split())

    @property
    def length(self) -> int:
        """Samples of each stem."""
        return self.bars * SIXTEENTHS * self.sixteenth


class Played(NamedTuple):
    """One sound of a part: where it begins (samples), the sound, and how loud it is."""

    at: int
    sound: Samples
    volume: float


def note_number(name: str) -> int:
    """Return the number of a note.

    >>> note_number("C4"), note_number("A4"), note_number("B3")
    (60, 69, 59)
    """
    return 12 * (int(name[1:]) + 1) + LETTERS[name[0]]


def chord_note(chord: str, step: str, octave: int) -> int:
    """Return the number of a step of a chord.

    >>> chord_note("Am", "1", 3), chord_note("Am", "3", 3), chord_note("G7", "7", 3), chord_note("C", "10", 3)
    (57, 60, 65, 64)
    """
    number = int(step)
    octaves, within = divmod(number - 1, 7)
    return 12 * (octave + 1 + octaves) + LETTERS[chord[0]] + CHORDS[chord[1:]][STEPS[str(within + 1)]]


def written_notes(part: Tune | Riff, song: Song) -> Iterator[tuple[int, int, int]]:
    """Yield the notes of a part: where each begins and how long it is held, in samples, and its number."""
    written = [bar.split() for bar in part.bars.split("|")]
    words = [(bar, place, written[bar % len(written)]) for bar in range(song.bars) for place in range(SIXTEENTHS)]
    begun: list[tuple[int, str]] = []  # the sixteenths at which a note or a silence begins
    for bar, place, row in words:
        word = row[place * len(row) // SIXTEENTHS]
        if place * len(row) % SIXTEENTHS == 0 and word != "-":
            begun.append((bar * SIXTEENTHS + place, word))
    chords = [half for bar in song.chords.split() for half in (bar.split(",") * 2)[:2]]
    for (start, word), (end, _) in zip(begun, [*begun[1:], (song.bars * SIXTEENTHS, "")], strict=True):
        for name in word.split("+") if word != "." else ():
            chord = chords[start * 2 // SIXTEENTHS]
            note = note_number(name) if isinstance(part, Tune) else chord_note(chord, name, part.octave)
            yield _time(start, song), _time(end, song) - _time(start, song), note


def _time(sixteenth: int, song: Song) -> int:
    """Where a sixteenth begins, in samples; each second one swings."""
    late = int(song.swing * song.sixteenth) if sixteenth % 2 else 0
    return sixteenth * song.sixteenth + late


def sounds(part: Part, song: Song) -> Iterator[Played]:
    """Yield all sounds of a part."""
    if not isinstance(part, Beat):
        for at, held, note in written_notes(part, song):
            yield Played(at, play(part.instrument, note, held), part.volume)
        return
    for drum, row in part.drums.items():
        signs = row.replace("|", "").replace(" ", "")
        for place in range(song.bars * SIXTEENTHS):
            sign = signs[place % len(signs)]
            if sign != ".":
                yield Played(_time(place, song), strike(drum), part.volume * STRENGTH[sign])


def render(song: Song, stem: str) -> tuple[Samples, Samples]:
    """Return the samples of a stem, left and right."""
    left, right = [0.0] * song.length, [0.0] * song.length
    for part in song.stems[stem]:
        dry = [0.0] * song.length
        for sound in sounds(part, song):
            add(dry, sound.at, sound.sound, sound.volume * song.volume)
        add(left, 0, dry, min(1.0, 1.0 - part.side))
        add(right, 0, dry, min(1.0, 1.0 + part.side))
        sides = (right, left) if part.side < 0 else (left, right)
        for place, (later, volume) in enumerate(ECHO if part.echo else ()):
            add(sides[place % 2], later * song.sixteenth, dry, volume)
    return left, right


def add(loop: Samples, at: int, sound: Samples, volume: float) -> None:
    """Add a sound to a loop, in place; what is too long for the rest of it goes on at its start.

    >>> loop = [0.0, 0.0, 0.0]
    >>> add(loop, 2, [1.0, 2.0], 0.5)
    >>> loop
    [1.0, 0.0, 0.5]
    """
    at %= len(loop)
    while sound:
        end = min(len(loop), at + len(sound))
        loop[at:end] = [one + volume * other for one, other in zip(loop[at:end], sound, strict=False)]
        at, sound = 0, sound[end - at :]
