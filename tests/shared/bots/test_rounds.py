"""Whole rounds between bots: every round ends, few kill themselves, and no place to start is the best one."""

from collections import Counter

import pytest

from shared.rules.closing import ends_at
from shared.rules.ruleset import CLASSIC_COURSE, LAST_ONE_STANDING, PRESETS, TICK_RATE, RuleSet
from tests.tools.bot_rounds import Round, board_of, play

MIXES = ([0, 0, 0, 0], [1, 1, 1, 1], [2, 2, 2, 2], [3, 3, 3, 3], [3, 2, 1, 0], [3, 3, 2, 2])
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
        assert played.winner < 0 or len(played.deaths) == len(played.spawns) - 1


@pytest.mark.parametrize("skills", MIXES, ids=str)
def test_rounds_end_and_few_kill_themselves(skills: list[int]) -> None:
    rounds = [play(board_of("classic"), skills, 0)]
    check_ends(rounds)
    assert self_kills(rounds) <= 0.5


def test_a_round_of_the_course_game_ends_at_its_time() -> None:
    check_ends([play(board_of("classic"), [2, 3], 1, CLASSIC_COURSE)], CLASSIC_COURSE)


def test_duels_end() -> None:
    check_ends([play(board_of("small"), [2, 3], seed, PRESETS["duel"]) for seed in range(3)], PRESETS["duel"])


def test_a_full_board_plays() -> None:
    played = play(board_of("battle"), [1] * 64, 1, LAST_ONE_STANDING, seconds=8)
    assert played.ticks == COUNTDOWN + 8 * TICK_RATE
    assert len(played.spawns) == 64


def test_the_same_round_twice() -> None:
    once, twice = (play(board_of("small"), [3, 1], 9) for _ in range(2))
    assert once == twice


@pytest.mark.long
@pytest.mark.parametrize("skills", MIXES, ids=str)
def test_two_hundred_rounds_of_each_mix(skills: list[int]) -> None:
    rounds = [play(board_of("classic"), skills, seed) for seed in range(200)]
    check_ends(rounds)
    assert self_kills(rounds) < (0.05 if set(skills) == {3} else 0.25)


@pytest.mark.long
def test_no_spawn_of_classic_wins_too_often() -> None:
    board, wins = board_of("classic"), Counter[int]()
    for seed in range(400):
        played = play(board, [2, 2, 2, 2], seed)
        if played.winner >= 0:
            wins[played.spawns[played.winner]] += 1
    won = sum(wins.values())
    # 28 per cent is what is wished for; the rest is three standard errors of so many rounds
    assert max(wins.values()) < 0.28 * won + 3 * (0.25 * 0.75 * won) ** 0.5
