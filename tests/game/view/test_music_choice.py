"""Which stems a round has earned, and which theme a map has."""

from dataclasses import replace
from itertools import count

import pytest

from petard.assets import path
from petard.game.view.music_choice import LOOK_EVERY, MAP_THEMES, NEAR, STEMS, THEMES, RoundMusic, Stem, Track, theme_of
from petard.game.view.round_ending import RoundEnding
from petard.game.view.view import BombView, PlayerView, View
from petard.shared.rules.tie_break import WinReason

CORNERS = ((1.5, 1.5), (13.5, 1.5), (1.5, 11.5), (13.5, 11.5))
APART = tuple(PlayerView(slot, x, y) for slot, (x, y) in enumerate(CORNERS))
VIEW = View(tick=300, width=15, height=13, tiles=bytes(195), players=APART)
CALM = {Stem.CALM}


TICKS = count(300, LOOK_EVERY)


def stems(music: RoundMusic, view: View) -> set[Stem]:
    """The stems a quarter of a second later, when the view is this one."""
    music.update(replace(view, tick=next(TICKS)))
    return set(music.choice.stems)


def with_deaths(*slots: int) -> View:
    return replace(VIEW, players=tuple(replace(one, alive=one.slot not in slots) for one in APART))


def moved(slot: int, x: float, y: float) -> View:
    return replace(VIEW, players=tuple(replace(one, x=x, y=y) if one.slot == slot else one for one in APART))


def test_a_round_begins_calm() -> None:
    assert stems(RoundMusic("small", (0,)), VIEW) == CALM


def test_drums_come_when_another_player_is_near_and_stay_when_they_are_gone() -> None:
    music = RoundMusic("small", (0,))
    assert stems(music, moved(1, 1.5 + NEAR + 0.1, 1.5)) == CALM
    assert stems(music, moved(1, 1.5 + NEAR, 1.5)) == {Stem.CALM, Stem.DRUMS}
    assert stems(music, VIEW) == {Stem.CALM, Stem.DRUMS}


def test_two_others_near_each_other_are_no_contact_of_ours_but_one_for_a_spectator() -> None:
    view = moved(3, 12.5, 2.5)
    assert stems(RoundMusic("small", (0,)), view) == CALM
    assert stems(RoundMusic("small", ()), view) == {Stem.CALM, Stem.DRUMS}


def test_the_bomb_of_another_player_is_a_contact_and_our_own_is_not() -> None:
    ours = replace(VIEW, bombs=(BombView(1.5, 1.5, 0, 100, 2),))
    theirs = replace(VIEW, bombs=(BombView(3.5, 1.5, 2, 100, 2),))
    assert stems(RoundMusic("small", (0,)), ours) == CALM
    assert stems(RoundMusic("small", (0,)), theirs) == {Stem.CALM, Stem.DRUMS}


def test_the_first_death_is_a_contact_for_everybody() -> None:
    assert stems(RoundMusic("small", (0,)), with_deaths(3)) == {Stem.CALM, Stem.DRUMS}


def test_hurry_comes_with_the_walls() -> None:
    assert stems(RoundMusic("small", (0,)), replace(VIEW, hurry=True)) == {Stem.CALM, Stem.HURRY}


def test_the_last_two_of_more_have_every_stem_in_the_hurry() -> None:
    music = RoundMusic("small", (0,))
    assert Stem.LAST not in stems(music, with_deaths(3))
    assert Stem.LAST in stems(music, with_deaths(2, 3))
    assert stems(music, replace(with_deaths(2, 3), hurry=True)) == set(Stem)


def test_a_duel_is_not_the_last_two_from_its_start() -> None:
    duel = replace(VIEW, players=APART[:2])
    assert stems(RoundMusic("small", (0,)), duel) == CALM


def test_the_countdown_and_a_decided_round_are_calm() -> None:
    busy = replace(moved(1, 2.5, 1.5), hurry=True)
    assert stems(RoundMusic("small", (0,)), replace(busy, go_in=30)) == CALM
    music = RoundMusic("small", (0,))
    assert stems(music, busy) > CALM
    assert stems(music, replace(busy, ending=RoundEnding(0, WinReason.LAST_STANDING))) == CALM


def test_a_recording_that_is_rewound_is_calm_again() -> None:
    music = RoundMusic("small", ())
    assert stems(music, moved(1, 2.5, 1.5)) == {Stem.CALM, Stem.DRUMS}
    music.update(replace(VIEW, tick=200))
    assert music.choice.stems == CALM


def test_every_map_that_is_shipped_has_a_theme_and_every_theme_a_map() -> None:
    shipped = {file.stem for file in path("maps").glob("*.txt")}
    assert MAP_THEMES.keys() == shipped
    assert set(MAP_THEMES.values()) == set(THEMES)


@pytest.mark.parametrize("name", ["", "my map", "Ж", "x" * 32])
def test_an_unknown_map_has_one_of_the_themes_always_the_same(name: str) -> None:
    assert theme_of(name) in THEMES
    assert theme_of(name) == theme_of(name)


def test_only_themes_have_more_than_one_stem() -> None:
    assert {track for track in Track if len(STEMS[track]) == len(Stem)} == set(THEMES)
