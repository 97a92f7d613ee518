"""The numbers of the presets, compared with the plan and the course game, in seconds and tiles."""

import re
from dataclasses import fields
from pathlib import Path

import pytest

from petard.shared.rules import ruleset
from petard.shared.rules.items import Item
from petard.shared.rules.ruleset import CLASSIC_COURSE, LAST_ONE_STANDING, PRESETS, TICK_RATE, TILE, RuleSet
from petard.shared.rules.sudden_death import closing_order


@pytest.mark.parametrize(
    ("field", "seconds"),
    [
        ("countdown", 3),
        ("round", 76),
        ("hurry", 44),
        ("closing", 42),
        ("closing_pause", 18),
        ("spawn_shield", 2),
        ("fuse", 2.5),
        ("flame", 0.5),
        ("immunity", 1.5),
        ("keep_turn", 0.1),
    ],
)
def test_the_times_of_last_one_standing(field: str, seconds: float) -> None:
    assert getattr(LAST_ONE_STANDING, field) == seconds * TICK_RATE


def test_the_bomb_key_is_remembered_for_the_whole_ticks_in_a_hundred_and_twenty_milliseconds() -> None:
    assert LAST_ONE_STANDING.keep_bomb == 120 * TICK_RATE // 1000


@pytest.mark.parametrize(
    ("field", "tiles"),
    [("speed", 4), ("speed_more", 0.5), ("speed_most", 7.5), ("body", 0.375), ("assist", 102 / 256), ("roll", 5)],
)
def test_the_lengths_and_speeds_of_last_one_standing(field: str, tiles: float) -> None:
    assert getattr(LAST_ONE_STANDING, field) == tiles * TILE


def test_the_walls_leave_no_tile_of_the_default_board_and_come_no_faster_than_a_body_walks() -> None:
    rules = LAST_ONE_STANDING
    cells = len(closing_order(15, 13, rules.closing_core))
    assert cells == (15 - 2) * (13 - 2)
    walked = TILE * TICK_RATE / rules.speed
    moving = rules.closing - rules.closing_pause
    assert 2 * moving / cells == pytest.approx(20.1, abs=0.1), "of each two walls one falls at either corner"
    assert walked < 2 * moving / cells


def test_the_course_game_has_fifty_health_five_seconds_of_fuse_range_five_and_a_pause_of_two_seconds() -> None:
    rules = CLASSIC_COURSE
    assert (rules.health, rules.fruit, rules.damage, rules.immunity) == (50, 10, 10, 90)
    assert (rules.fuse, rules.range, rules.bomb_pause, rules.bricks) == (300, 5, 120, 0)
    assert [item for item in Item if rules.weights[item]] == [Item.FRUIT]


@pytest.mark.parametrize("rules", PRESETS.values(), ids=list(PRESETS))
def test_every_preset_is_consistent(rules: RuleSet) -> None:
    assert PRESETS[rules.name] is rules
    assert 0 < rules.hurry <= rules.round
    assert rules.closing <= rules.hurry, "the walls are done before the time is up"
    assert rules.spawn_shield < rules.round - rules.hurry
    assert rules.speed <= rules.speed_most < TILE * TICK_RATE, "less than a tile a tick, or bodies would jump walls"
    assert rules.speed_more > 0, "the cap of skates divides by it"
    assert rules.roll * 2 < TILE * TICK_RATE
    assert 0 < rules.body < TILE // 2
    assert TILE // 2 - rules.body < rules.assist < TILE // 2
    assert 1 <= rules.bombs <= rules.bombs_most
    assert 1 <= rules.range <= rules.range_most
    assert 1 <= rules.health <= rules.health_most
    assert rules.immunity > rules.flame, "one blast hurts once"
    assert rules.bomb_pause < rules.fuse
    assert rules.hidden_share <= rules.hidden_most <= 100
    assert len(rules.weights) == max(Item) + 1
    assert rules.weights[0] == 0
    assert sum(rules.weights) > 0


def test_presets_have_names_of_their_own_and_can_be_told_apart_by_value() -> None:
    assert len(set(PRESETS.values())) == len(PRESETS) == 5


@pytest.mark.parametrize("field", [field.name for field in fields(RuleSet) if field.name != "name"])
def test_every_number_of_the_rules_is_read_by_the_rules(field: str) -> None:
    """A number that no rule reads would have no effect."""
    own = Path(ruleset.__file__)
    texts = {file.stem: file.read_text("utf-8") for file in own.parent.rglob("*.py")}
    named, own_text = texts["items"], texts.pop("ruleset")
    is_read = any(re.search(rf"\brules\.{field}\b", text) for text in texts.values())
    assert is_read or f'"{field}"' in named or re.search(rf"\bself\.{field}\b", own_text)
