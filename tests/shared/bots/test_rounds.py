"""Whole rounds between bots: every round ends, few kill themselves, and no place to start is the best one."""

import pytest

from petard.shared.rules.ruleset import CLASSIC_COURSE, LAST_ONE_STANDING, PRESETS, TICK_RATE, RuleSet
from petard.shared.rules.sudden_death import ends_at
from tests.tools.balance import PAGE, report
from tests.tools.bot_rounds import Round, board_of, play

MIXES = ([0, 0, 0, 0], [1, 1, 1, 1], [2, 2, 2, 2], [3, 3, 3, 3], [3, 2, 1, 0], [3, 3, 2, 2])
USUAL = ([0, 0, 0, 0], [3, 2, 1, 0])  # the others are tried in the long run
STILL = 60 * TICK_RATE  # when all wait longer than that they are stuck
COUNTDOWN = LAST_ONE_STANDING.countdown


def self_kills(rounds: list[Round]) -> float:
    """The share of player-rounds that ended by the player's own bomb."""
    own = sum(slot == other for played in rounds for slot, other in played.deaths.items())
    return own / sum(len(played.spawns) for played in rounds)


def check_ends(rounds: list[Round], rules: RuleSet = LAST_ONE_STANDING) -> None:
    """Every round ended by its time, and in none was everybody stuck."""
    for played in rounds:
        assert played.ticks <= ends_at(rules)
        assert played.still < STILL
        left = len(played.spawns) - len(played.deaths)
        assert left <= 1 or played.ticks == ends_at(rules)


@pytest.mark.slow
@pytest.mark.parametrize(
    "skills", [pytest.param(mix, id=str(mix), marks=[pytest.mark.long] * (mix not in USUAL)) for mix in MIXES]
)
def test_rounds_end_and_few_kill_themselves(skills: list[int]) -> None:
    rounds = [play(board_of("classic"), skills, 0)]
    check_ends(rounds)
    assert self_kills(rounds) <= 0.5


def test_a_round_of_the_course_game_ends_at_its_time() -> None:
    check_ends([play(board_of("classic"), [2, 3], 1, CLASSIC_COURSE)], CLASSIC_COURSE)


@pytest.mark.slow
def test_duels_end() -> None:
    check_ends([play(board_of("small"), [2, 3], seed, PRESETS["duel"]) for seed in range(3)], PRESETS["duel"])


def test_a_full_board_plays() -> None:
    played = play(board_of("battle"), [1] * 64, 1, LAST_ONE_STANDING, seconds=8)
    assert played.ticks == COUNTDOWN + 8 * TICK_RATE
    assert len(played.spawns) == 64


@pytest.mark.slow
def test_the_same_round_twice() -> None:
    once, twice = (play(board_of("small"), [3, 1], 9) for _ in range(2))
    assert once == twice


@pytest.mark.long
def test_no_round_of_three_with_four_normal_bots_is_dull() -> None:
    """The balance over hundreds of rounds is a long test."""
    rounds = [play(board_of("classic"), [2, 2, 2, 2], seed) for seed in range(3)]
    assert sum(played.winner < 0 for played in rounds) <= 1
    assert sum(len(played.deaths) for played in rounds) >= 9
    assert self_kills(rounds) <= 0.3


@pytest.mark.long
def test_only_targets_that_the_document_names_are_clearly_missed() -> None:
    _, missed = report(rounds=12, quick=True)
    page = PAGE.read_text(encoding="utf-8")
    assert [miss for miss in missed if f"| {miss} |" not in page] == []
