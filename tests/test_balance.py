"""The balance of the game: the tool names what is missed, and the table in the document meets the targets."""

import re

from petard.shared.rules.tie_break import WinReason
from tests.tools.balance import (
    COST_MOST,
    DRAWS_MOST,
    LENGTH,
    OWN_MOST,
    PAGE,
    SPAWN_MOST,
    Pairing,
    filled,
    outcome_of,
    pairings,
    spawn_shares,
)
from tests.tools.bot_rounds import Round

FOUR = Pairing("classic", "last-one-standing", (2, 2, 2, 2), 100)
SPAWNS = {slot: 16 + slot for slot in range(4)}


def rounds_of(count: int, seconds: float, winner: int, deaths: dict[int, int]) -> list[Round]:
    """So many equal rounds; `deaths`: slot -> who did it."""
    reason = WinReason.LAST_STANDING if winner >= 0 else WinReason.NOBODY
    return [Round(180 + round(seconds * 60), winner, SPAWNS, deaths, reason=reason) for _ in range(count)]


def test_short_decided_rounds_meet_all_targets() -> None:
    outcome = outcome_of(FOUR, rounds_of(100, 70, 0, {1: 0, 2: 0, 3: -1}))
    assert outcome.misses(whole=True) == []
    assert outcome.row().endswith(
        "| 0% (0%-4%) | 70 (70-70) | 0% (0%-1%) | 33% (28%-39%) | 67% (61%-72%) | 100% (96%-100%) |"
    )


def test_each_missed_target_is_named() -> None:
    drawn = rounds_of(6, 76, -1, {0: 0, 1: 1, 2: 2, 3: 3}) + rounds_of(94, 76, 0, {1: 1, 2: 0, 3: 0})
    missed = outcome_of(FOUR, drawn).misses(whole=True)
    assert [miss.rsplit(": ")[1] for miss in missed] == ["draws", "deaths by the own bomb", "length"]


def test_too_few_deaths_by_others_are_named() -> None:
    walls = rounds_of(100, 70, 0, {1: -1, 2: -1, 3: 0})
    assert outcome_of(FOUR, walls).misses(whole=True) == ["classic, last-one-standing, 4 normal: deaths by others"]


def test_a_quick_run_does_not_report_what_may_be_random() -> None:
    drawn = rounds_of(1, 70, -1, {0: 1, 1: 0, 2: 1, 3: 1}) + rounds_of(9, 70, 0, {1: 0, 2: 0, 3: 0})
    assert outcome_of(FOUR, drawn).misses(whole=True) == ["classic, last-one-standing, 4 normal: draws"]
    assert outcome_of(FOUR, drawn).misses(whole=False) == []


def test_draws_do_not_count_for_the_spawns() -> None:
    shares = spawn_shares(rounds_of(3, 70, 2, {}) + rounds_of(1, 70, 0, {}) + rounds_of(9, 76, -1, {}))
    assert {tile: share.value for tile, share in shares.items()} == {16: 0.25, 17: 0, 18: 0.75, 19: 0}


def test_the_table_in_the_document_has_every_row_and_meets_the_targets() -> None:
    page = PAGE.read_text(encoding="utf-8")
    row = r"^\| `(\w+)` \| ([\w-]+) \| (\d+ \w+) \| 100 \| (\d+)% [^|]*\| (\d+) [^|]*\| (\d+)% [^|]*\| [^|]*\| [^|]*\|$"
    rows = re.findall(row, page, re.MULTILINE)
    assert [row[:3] for row in rows] == [(at.board, at.rules, at.bots) for at in pairings(100)]
    assert all(int(draws) <= 100 * DRAWS_MOST and int(own) < 100 * OWN_MOST[0] for *_, draws, _, own in rows)
    medians = [int(median) for _, rules, bots, _, median, _ in rows if bots[:2] == "4 " and rules.startswith("last")]
    assert all(LENGTH[0] <= median <= LENGTH[1] for median in medians)
    spawns = re.findall(r"^\| \d+ \| \d+% \((\d+)%-\d+%\) \|$", page, re.MULTILINE)
    assert len(spawns) == 4
    assert all(int(low) <= 100 * SPAWN_MOST for low in spawns)
    costs = re.findall(r"^\| (?:sleepy|easy|normal|hard) \| ([\d.]+) \|$", page, re.MULTILINE)
    assert len(costs) == 4
    assert all(float(ratio) <= COST_MOST for ratio in costs)


def test_writing_the_table_leaves_the_rest_of_the_page_alone() -> None:
    assert filled("a\n<!-- table: balance -->\nold\n<!-- end -->\nb\n", ["x", "y"]) == (
        "a\n<!-- table: balance -->\nx\ny\n<!-- end -->\nb\n"
    )
