"""How loud each stem is: changes begin on a bar, fades keep the power, loud sounds duck the music."""

import pytest

from petard.game.view.music_choice import STEMS, Stem, Track
from petard.game.view.music_mix import (
    BARS,
    DUCK_BACK,
    DUCK_DOWN,
    DUCK_HOLD,
    DUCKED,
    HUSH_TIME,
    HUSHED,
    STEM_END,
    STEM_FADE,
    TRACK_FADE,
    Ducking,
    Fade,
    TrackMix,
)

BAR = 2.0  # seconds
LOOP = BAR * BARS
START = 100.0


def mix(is_first: bool = False) -> TrackMix:
    return TrackMix(Track.SNOW, LOOP, START, is_first)


def test_a_track_begins_with_its_calm_stem_alone() -> None:
    assert mix().volumes(START) == [0, 0, 0, 0]
    assert mix().volumes(START + STEM_FADE) == [1, 0, 0, 0]
    assert mix(is_first=True).volumes(START + STEM_FADE)[0] < 1, "out of silence it comes slowly"
    assert len(TrackMix(Track.TITLE, LOOP, START).volumes(START)) == len(STEMS[Track.TITLE]) == 1


def test_a_stem_comes_and_goes_on_a_bar() -> None:
    track = mix()
    track.set_stems({Stem.CALM, Stem.DRUMS}, START + 0.5)
    assert track.volumes(START + BAR - 0.01)[1] == 0
    assert 0 < track.volumes(START + BAR + 0.1)[1] < 1
    assert track.volumes(START + BAR + STEM_FADE)[1] == 1
    track.set_stems({Stem.CALM}, START + 3 * BAR + 0.1)
    assert track.volumes(START + 4 * BAR)[1] == 1
    assert track.volumes(START + 4 * BAR + STEM_END)[1] == 0


def test_asking_again_for_the_same_stems_changes_nothing() -> None:
    once, often = mix(), mix()
    stems = {Stem.CALM, Stem.HURRY}
    once.set_stems(stems, START + 0.5)
    for picture in range(240):
        often.set_stems(stems, START + 0.5 + picture / 60)
        now = START + 0.5 + picture / 60
        assert often.volumes(now) == once.volumes(now)


def test_a_stem_that_is_no_longer_wanted_before_its_bar_never_comes() -> None:
    track = mix()
    track.set_stems({Stem.CALM, Stem.DRUMS}, START + 0.5)
    track.set_stems({Stem.CALM}, START + 1.0)
    assert {track.volumes(START + at / 60)[1] for at in range(600)} == {0.0}


@pytest.mark.parametrize(("after", "wait"), [(0.0, 0.0), (0.1, 1.9), (2.0, 0.0), (63.9, 0.1), (64.0, 0.0)])
def test_the_next_bar_is_counted_from_the_start_through_every_loop(after: float, wait: float) -> None:
    assert mix().next_bar(START + after) == pytest.approx(START + after + wait)


def test_while_one_track_follows_another_the_power_stays() -> None:
    out, into = Fade(0.0, 1.0, 1.0, 0.0), Fade(0.0, 1.0, 0.0, 1.0)
    for now in (0.0, 0.25, 0.5, 0.9, 1.0):
        assert out.volume(now) ** 2 + into.volume(now) ** 2 == pytest.approx(1.0)


def test_a_track_that_ends_fades_with_all_its_stems_and_is_then_over() -> None:
    track = mix()
    track.set_stems(set(Stem), START)
    now = START + 10.0
    track.end(now)
    assert track.volumes(now) == [1, 1, 1, 1]
    half = track.volumes(now + TRACK_FADE / 2)
    assert len(set(half)) == 1
    assert 0 < half[0] < 1
    assert not track.is_over(now + TRACK_FADE / 2)
    assert track.is_over(now + TRACK_FADE)


def test_a_loud_sound_ducks_the_music_quickly_and_lets_it_back_slowly() -> None:
    ducking = Ducking()
    assert ducking.gain(5.0) == 1.0
    ducking.heard("win", 1.0, 5.0)
    assert ducking.gain(5.0) == 1.0, "without a jump"
    for held in (0.0, DUCK_HOLD / 2, DUCK_HOLD):
        assert ducking.gain(5.0 + DUCK_DOWN + held) == pytest.approx(DUCKED["win"])
    assert DUCKED["win"] < ducking.gain(5.0 + DUCK_DOWN + DUCK_HOLD + DUCK_BACK / 2) < 1.0
    assert ducking.gain(5.0 + DUCK_DOWN + DUCK_HOLD + DUCK_BACK) == 1.0


def test_a_quiet_sound_ducks_less_and_most_sounds_do_not_duck() -> None:
    def lowest(name: str, volume: float) -> float:
        ducking = Ducking()
        ducking.heard(name, volume, 0.0)
        return ducking.gain(DUCK_DOWN)

    assert lowest("win", 1.0) < lowest("win", 0.5) < 1.0
    assert lowest("drop", 1.0) == lowest("blast", 1.0) == 1.0


def test_a_weaker_duck_does_not_lift_the_music_out_of_a_stronger_one() -> None:
    ducking = Ducking()
    ducking.heard("champion", 1.0, 0.0)
    before = ducking.gain(0.2)
    ducking.heard("go", 1.0, 0.2)
    assert ducking.gain(0.2) == before
    assert ducking.gain(0.3) <= DUCKED["go"]


def test_behind_a_menu_the_music_is_quieter_and_comes_back_softly() -> None:
    ducking = Ducking()
    ducking.hush(False, 5.0)
    assert ducking.gain(5.0) == 1.0
    ducking.hush(True, 6.0)
    assert ducking.gain(6.0) == 1.0, "without a jump"
    for now in (6.1, 6.2):
        ducking.hush(True, now)
    assert HUSHED < ducking.gain(6.0 + HUSH_TIME / 2) < 1.0
    assert ducking.gain(6.0 + HUSH_TIME) == HUSHED
    ducking.heard("win", 1.0, 7.0)
    assert ducking.gain(7.0 + DUCK_DOWN) == pytest.approx(DUCKED["win"] * HUSHED), "a loud sound ducks it further"
    ducking.hush(False, 20.0)
    assert ducking.gain(20.0 + HUSH_TIME) == 1.0
