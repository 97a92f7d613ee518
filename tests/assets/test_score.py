"""How songs are written: notes, chords, drums, swing, echoes, and loops without a seam."""

from collections.abc import Mapping

import pytest

from petard.assets.source.instruments import CELESTA, Instrument
from petard.assets.source.score import Beat, Part, Riff, Song, Tune, note_number, render, sounds, written_notes

STEP = 100  # samples of a sixteenth
PLAIN = Instrument((1,), 0.0, 9.0, 1.0, 0.0)


def song(part: Part, chords: str = "C Am", swing: float = 0.0) -> Song:
    stems: Mapping[str, tuple[Part, ...]] = {"calm": (part,)}
    return Song("test", STEP, chords, stems, swing)


def notes(part: Tune | Riff, chords: str = "C Am", swing: float = 0.0) -> list[tuple[int, int, int]]:
    return list(written_notes(part, song(part, chords, swing)))


def test_a_bar_is_divided_by_the_number_of_its_words() -> None:
    written = notes(Tune(PLAIN, "C5 D5 E5 F5 | G5", 1.0))
    assert [(at // STEP, held // STEP) for at, held, _ in written] == [(0, 4), (4, 4), (8, 4), (12, 4), (16, 16)]
    assert [note for _, _, note in written] == [note_number(name) for name in ("C5", "D5", "E5", "F5", "G5")]


def test_a_dash_holds_a_note_also_over_the_bar_and_a_dot_is_silence() -> None:
    written = notes(Tune(PLAIN, ". C5 - - | - . D5 .", 1.0))
    assert [(at // STEP, held // STEP) for at, held, _ in written] == [(4, 16), (24, 4)]


def test_a_riff_follows_the_chords_and_is_repeated_in_each_bar() -> None:
    written = notes(Riff(PLAIN, "1 3 5 8", 3, 1.0))
    names = ["C3", "E3", "G3", "C4", "A3", "C4", "E4", "A4"]
    assert [note for _, _, note in written] == list(map(note_number, names))


def test_a_plus_makes_a_chord_and_a_comma_divides_a_bar_between_two() -> None:
    written = notes(Riff(PLAIN, "1+3+5 1+3+5", 4, 1.0), "C,G Dm7")
    assert [at // STEP for at, _, _ in written] == [0, 0, 0, 8, 8, 8, 16, 16, 16, 24, 24, 24]
    names = ["C4", "E4", "G4", "G4", "B4", "D5"] + ["D4", "F4", "A4"] * 2
    assert [note for _, _, note in written] == list(map(note_number, names))


def test_a_beat_strikes_louder_and_softer_and_is_repeated() -> None:
    beat = Beat({"kick": "X...x...o......."}, 0.5)
    strokes = list(sounds(beat, song(beat)))
    assert [stroke.at // STEP for stroke in strokes] == [0, 4, 8, 16, 20, 24]
    assert [stroke.volume for stroke in strokes] == [0.5, 0.375, 0.2] * 2


def test_with_swing_each_second_sixteenth_is_late() -> None:
    written = notes(Tune(PLAIN, " ".join(["C5"] * 16), 1.0), "C", swing=0.25)
    assert [at for at, _, _ in written][:4] == [0, 125, 200, 325]


def test_what_sounds_longer_than_the_loop_goes_on_at_its_start() -> None:
    late = Tune(CELESTA, ". . . C5", 1.0)
    left, _ = render(song(late, "C"), "calm")
    assert len(left) == 16 * STEP
    assert any(left[: 4 * STEP]), "the release of a note that ends with the loop"


def test_a_part_on_the_left_is_louder_there_and_echoes_on_both_sides() -> None:
    dry = render(song(Tune(PLAIN, "C5 . . . . . . .", 1.0, -0.5), "C"), "calm")
    assert [round(sample * 0.5, 9) for sample in dry[0]] == [round(sample, 9) for sample in dry[1]]
    left, right = render(song(Tune(PLAIN, "C5 . . . . . . .", 1.0, -0.5, echo=True), "C"), "calm")
    assert any(right[3 * STEP : 5 * STEP]), "the first echo is on the other side"
    assert not any(left[3 * STEP : 5 * STEP])
    assert any(left[6 * STEP : 8 * STEP]), "the second one is not"


def test_a_word_that_is_no_note_is_a_mistake() -> None:
    with pytest.raises((KeyError, ValueError)):
        notes(Tune(PLAIN, "H5", 1.0))
