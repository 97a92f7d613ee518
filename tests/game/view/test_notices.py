"""Words that come and go."""

from dataclasses import replace

import pytest

from petard.game.view.cues import Banner, PlayerDied
from petard.game.view.feats import Rising, gain_words
from petard.game.view.item_looks import ITEM_LESSONS
from petard.game.view.notices import CHAT_TIME, FATE_TIME, LINES, Notices, reason_words
from petard.game.view.round_ending import RoundEnding
from petard.shared.rules.items import Item
from petard.shared.rules.tie_break import WinReason

NAMES = {0: "Ada", 1: "Grace", 2: "Linus"}


def fate_of(*cues: PlayerDied, mine: tuple[int, ...] = (0,), at: float = 0.1) -> str:
    notices = Notices()
    notices.add_cues(cues, mine, NAMES, 0.0)
    fate = notices.fate(at)
    return fate.text if fate else ""


def test_the_text_about_your_death_is_shown_for_three_seconds() -> None:
    assert fate_of(PlayerDied(0, 1, 0.5, 0.5)) == "Grace got you"
    assert fate_of(PlayerDied(0, 1, 0.5, 0.5), at=FATE_TIME - 0.01) == "Grace got you"
    assert fate_of(PlayerDied(0, 1, 0.5, 0.5), at=FATE_TIME) == ""


def test_your_own_bomb_and_a_wall_have_their_own_sentences() -> None:
    assert fate_of(PlayerDied(0, 0, 0.5, 0.5)) == "Your own bomb got you"
    assert fate_of(PlayerDied(0, -1, 0.5, 0.5)) == "A wall fell on you"


def test_with_two_players_at_one_computer_the_text_names_the_player() -> None:
    assert fate_of(PlayerDied(0, 2, 0.5, 0.5), mine=(0, 1)) == "Linus got Ada"
    assert fate_of(PlayerDied(1, 1, 0.5, 0.5), mine=(0, 1)) == "Grace stayed too long"


def test_your_own_death_is_shown_before_a_player_that_you_got() -> None:
    assert fate_of(PlayerDied(1, 0, 0.5, 0.5)) == "You got Grace!"
    assert fate_of(PlayerDied(0, 1, 0.5, 0.5), PlayerDied(1, 0, 0.5, 0.5)) == "Grace got you"


def test_deaths_between_other_players_are_not_shown() -> None:
    assert fate_of(PlayerDied(1, 2, 0.5, 0.5)) == ""


def test_a_banner_is_shown_for_its_time() -> None:
    notices = Notices()
    notices.add_cues([Banner("HURRY UP!")], (), {}, 10.0)
    assert notices.banner(10.0) == "HURRY UP!"
    assert notices.banner(20.0) == ""


def test_chat_lines_fade_and_disappear_and_their_number_is_limited() -> None:
    notices = Notices()
    for number in range(LINES + 3):
        notices.add_chat(f"line {number}", 0.0)
    assert [line.text for line in notices.lines(1.0)] == [f"line {number}" for number in range(3, LINES + 3)]
    assert not notices.lines(1.0)[0].faint
    assert notices.lines(CHAT_TIME - 0.1)[0].faint
    assert notices.lines(CHAT_TIME) == []


@pytest.mark.parametrize(
    ("found", "words"),
    [
        (RoundEnding(0, WinReason.LAST_STANDING, rivals=0), "Last one standing"),
        (RoundEnding(0, WinReason.NEARER), "Photo finish: nearer to the middle"),
        (RoundEnding(0, WinReason.NEARER, time_up=True), "Time is up: nearer to the middle"),
        (RoundEnding(0, WinReason.HEALTH, time_up=True), "Time is up: more health"),
        (RoundEnding(0, WinReason.NOT_OWN_FLAME), "Photo finish: the other died by their own bomb"),
        (RoundEnding(0, WinReason.NOT_OWN_FLAME, rivals=2), "Photo finish: the others died by their own bombs"),
        (RoundEnding(-1, WinReason.NOBODY), "Photo finish: nobody was ahead"),
        (RoundEnding(-1, WinReason.NOBODY, time_up=True), "Time is up: nobody was ahead"),
        (RoundEnding(-1, WinReason.NOBODY, rivals=0), "Nobody is left"),
        (RoundEnding(0, WinReason.ALONE, rivals=0), "Outlived the clock"),
    ],
)
def test_every_ending_has_words(found: RoundEnding, words: str) -> None:
    assert reason_words(found) == words


def test_no_two_reasons_have_the_same_words() -> None:
    assert len({reason_words(RoundEnding(0, reason)) for reason in WinReason}) == len(WinReason)


def test_an_item_says_what_it_is_when_it_is_taken_for_the_first_time() -> None:
    notices = Notices()
    kick = Rising(gain_words(Item.KICK), 1.5, 1.5, ("gain", 0))
    notices.add_cues([kick, kick, replace(kick, key=("gain", 1), text=gain_words(Item.GLOVE))], (0,), {}, 1.0)
    assert [line.text for line in notices.lines(2.0)] == ["Boot: walk against a bomb to kick it"]
    assert ITEM_LESSONS.keys() == set(Item)
