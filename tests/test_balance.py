"""The balance of the game: the tool names what is missed, and the table in the document meets the targets."""

import itertools

from petard.shared.bots.traits import SKILL_NAMES
from petard.shared.rules.ruleset import LAST_ONE_STANDING, TICK_RATE
from petard.shared.rules.sudden_death import closing_times
from petard.shared.rules.tie_break import WinReason
from tests.tools.balance import (
    COST_MOST,
    DRAWS_MOST,
    LENGTH,
    OTHERS_LEAST,
    OWN_MOST,
    PAGE,
    Pairing,
    filled,
    outcome_of,
    pairings,
    sides,
    spawn_shares,
)
from tests.tools.bot_rounds import Round

FOUR = Pairing("classic", "last-one-standing", (2, 2, 2, 2), 100)
LEAST_ROUNDS = 15  # of the tables in the document
SPAWNS = {slot: 16 + slot for slot in range(4)}


def rounds_of(count: int, seconds: float, winner: int, deaths: dict[int, int]) -> list[Round]:
    """So many equal rounds; `deaths`: slot -> who did it."""
    reason = WinReason.LAST_STANDING if winner >= 0 else WinReason.NOBODY
    return [Round(180 + round(seconds * 60), winner, SPAWNS, deaths, reason=reason) for _ in range(count)]


def test_short_decided_rounds_meet_all_targets() -> None:
    outcome = outcome_of(FOUR, rounds_of(100, 60, 0, {1: 0, 2: 0, 3: -1}))
    assert outcome.misses(whole=True) == []
    assert outcome.row().endswith(
        "| 0% (0%-4%) | 60 (60-60) | 0% (0%-1%) | 33% (28%-39%) | 67% (61%-72%) | 100% (96%-100%) |"
    )


def test_each_missed_target_is_named() -> None:
    drawn = rounds_of(6, 76, -1, {0: 0, 1: 1, 2: 2, 3: 3}) + rounds_of(94, 76, 0, {1: 1, 2: 0, 3: 0})
    missed = outcome_of(FOUR, drawn).misses(whole=True)
    assert [miss.rsplit(": ")[1] for miss in missed] == ["draws", "deaths by the own bomb", "length"]


def test_too_few_deaths_by_others_are_named() -> None:
    walls = rounds_of(100, 60, 0, {1: -1, 2: -1, 3: 0})
    assert outcome_of(FOUR, walls).misses(whole=True) == ["classic, last-one-standing, 4 normal: deaths by others"]


def test_a_quick_run_does_not_report_what_may_be_random() -> None:
    drawn = rounds_of(1, 60, -1, {0: 1, 1: 0, 2: 1, 3: 1}) + rounds_of(9, 60, 0, {1: 0, 2: 0, 3: 0})
    assert outcome_of(FOUR, drawn).misses(whole=True) == ["classic, last-one-standing, 4 normal: draws"]
    assert outcome_of(FOUR, drawn).misses(whole=False) == []


def test_draws_do_not_count_for_the_spawns() -> None:
    shares = spawn_shares(rounds_of(3, 70, 2, {}) + rounds_of(1, 70, 0, {}) + rounds_of(9, 76, -1, {}))
    assert {tile: share.value for tile, share in shares.items()} == {16: 0.25, 17: 0, 18: 0.75, 19: 0}


def test_the_length_of_a_round_is_to_lie_in_the_time_of_the_last_fight() -> None:
    rules = LAST_ONE_STANDING
    times = [(tick - rules.countdown) / TICK_RATE for tick in closing_times(rules, 15, 13).values()]
    rest = max(range(1, len(times)), key=lambda place: times[place] - times[place - 1])
    assert (round(times[rest - 1]), round(times[rest])) == LENGTH


def rows_after(header: str, page: str) -> list[list[str]]:
    """The cells of the table of a page that has this header."""
    lines = page[page.index(header) :].splitlines()[2:]
    rows = itertools.takewhile(lambda line: line.startswith("|"), lines)
    return [[cell.strip() for cell in row.strip("|").split(" | ")] for row in rows]


def percent(cell: str) -> int:
    """The share in a cell such as `12% (8%-17%)`."""
    return int(cell.split("%")[0])


def test_the_tables_in_the_document_have_every_row_of_at_least_so_many_rounds() -> None:
    page = PAGE.read_text(encoding="utf-8")
    rows = rows_after("| board | rules |", page)
    expected = [(f"`{at.board}`", at.rules, at.bots, at.rounds) for at in pairings(LEAST_ROUNDS)]
    assert [tuple(row[:3]) for row in rows] == [at[:3] for at in expected]
    assert all(int(row[3]) >= at[3] for row, at in zip(rows, expected, strict=True))
    assert [row[0] for row in rows_after("| two sides |", page)] == [at.bots for at in sides(1)]
    assert len(rows_after("| spawn (tile) |", page)) == 4
    assert len(rows_after("| 64 bots |", page)) == 4


def test_the_document_gives_a_figure_and_a_reason_for_each_missed_target_and_for_no_other() -> None:
    page = PAGE.read_text(encoding="utf-8")
    missed = [row[0] for row in rows_after("| target missed |", page)] if "| target missed |" in page else []
    assert [row[0] for row in rows_after("| missed | figure | why |", page)] == missed


def test_each_figure_of_the_document_that_is_clearly_beyond_its_target_is_named_as_missed() -> None:
    page = PAGE.read_text(encoding="utf-8")
    listed = page[page.index("<!-- table: balance -->") : page.index("<!-- end -->")]
    for board, rules, bots, _, draws, _, own, _, others, _ in rows_after("| board | rules |", listed):
        beyond = {"draws": percent(draws) > 100 * DRAWS_MOST + 1}
        if rules == "last-one-standing":
            beyond["deaths by the own bomb"] = percent(own) > 100 * OWN_MOST[SKILL_NAMES.index(bots.split()[1])] + 1
        if bots.startswith("4 ") and rules in OTHERS_LEAST:
            beyond["deaths by others"] = percent(others) < 100 * OTHERS_LEAST[rules] - 1
        named = {what for what in beyond if f"{board.strip('`')}, {rules}, {bots}: {what} |" in listed}
        assert named >= {what for what in beyond if beyond[what]}, (board, rules, bots)
    assert all(float(ratio) <= COST_MOST for _, ratio in rows_after("| 64 bots |", listed))


def test_writing_the_table_leaves_the_rest_of_the_page_alone() -> None:
    assert filled("a\n<!-- table: balance -->\nold\n<!-- end -->\nb\n", ["x", "y"]) == (
        "a\n<!-- table: balance -->\nx\ny\n<!-- end -->\nb\n"
    )
