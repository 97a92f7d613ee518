"""What docs/netcode.md claims, in short: the page comes from a command that takes minutes, this takes seconds."""

import re
from statistics import mean

import pytest

from tests.tools.netcode.__main__ import LINES, PAGE, TABLES
from tests.tools.netcode.key import own_ticks
from tests.tools.netcode.play import play
from tests.tools.netcode.traffic import bytes_down


@pytest.mark.parametrize("ping", [0, 60, 150])
def test_a_key_shows_in_the_own_picture_of_the_same_tick_at_any_ping(ping: int) -> None:
    assert own_ticks(ping) == 0


def test_predicted_players_are_nearer_to_the_truth_than_late_ones_and_corrections_are_rare() -> None:
    found = play(LINES["100 ms"], 10.0, 4)
    assert len(found.ahead) > 2000
    assert mean(found.ahead) < 0.7 * mean(found.late)
    assert sum(error > 0 for error in found.corrections) < 0.01 * len(found.corrections)


def test_half_the_snapshots_need_less_traffic_but_not_half() -> None:
    often, seldom = (bytes_down(8, snapshots, 4.0) for snapshots in (60, 20))
    assert 0.2 * often < seldom < 0.7 * often


def test_every_table_of_the_page_is_filled_from_the_command() -> None:
    page = PAGE.read_text("utf-8")
    tables = dict(re.findall(r"<!-- table: (\w+) -->\n(.*?)\n<!-- end -->", page, flags=re.DOTALL))
    assert tables.keys() == TABLES.keys()
    assert all(table.startswith("|") and "---:" in table for table in tables.values())
