"""What docs/netcode.md claims, in short: the page comes from a command that takes minutes, this takes seconds."""

import re
from statistics import mean

import pytest

from petard.shared.protocol.messages import Setup
from tests.lan.client import Client
from tests.lan.lan import Lan
from tests.lan.random_keys import RandomKeys
from tests.sampled import sampled
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


@pytest.mark.parametrize("slow", sampled([0.001, 0.003, 0.01], 3, first=2))
def test_the_mean_delta_does_not_grow_where_the_clock_of_a_client_is_slow(slow: float) -> None:
    right, found = (bytes_down(8, 60, 20.0, share) for share in (0.0, slow))
    assert found < 1.01 * right, "each tick of delay is told once"


def test_every_table_of_the_page_is_filled_from_the_command() -> None:
    page = PAGE.read_text("utf-8")
    tables = dict(re.findall(r"<!-- table: (\w+) -->\n(.*?)\n<!-- end -->", page, flags=re.DOTALL))
    assert tables.keys() == TABLES.keys()
    assert all(table.startswith("|") and "---:" in table for table in tables.values())


def test_pictures_are_ahead_of_the_server_in_a_second_round_and_after_a_new_connection() -> None:
    net = Lan("far", "far", seed=3, setup=Setup("small", "duel", 9, 0, 2))
    for number, client in enumerate(net.clients):
        client.keys = RandomKeys(1, number, bombs=60).keys
    net.start()
    net.until(lambda: net.room.matches.match is not None and net.room.matches.match.score.round == 2, most=200.0)
    for number, client in enumerate(net.clients):
        client.keys = RandomKeys(1, number, bombs=0).keys
    net.run(6.0)
    assert all(is_ahead(client, net.now) for client in net.clients)
    for wire in net.clients[0].station.wires():
        wire.reset(up=0, down=0)
    net.run(6.0)
    assert all(is_ahead(client, net.now) for client in net.clients)


def is_ahead(client: Client, now: float) -> bool:
    """True if the picture of now shows a later tick than the newest snapshot."""
    view, played = client.session.view(now), client.session.client_round
    return bool(view and played and played.server_snapshot and view.tick > played.server_snapshot.tick)
