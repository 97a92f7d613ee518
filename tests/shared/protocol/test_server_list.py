"""The list of servers: when addresses are queried, which datagrams count, one entry per server, and when it goes."""

import itertools
from dataclasses import replace
from ipaddress import ip_network

import pytest

from petard.shared.protocol.beacon import PORT, PORTS, Answer, Farewell, FoundServer, Notice, ServerCard, encode
from petard.shared.protocol.messages import BUILD, PROTOCOL, Phase
from petard.shared.protocol.server_list import ADDRESSES_MOST, QUERY_EVERY, SINGLE_MOST, QueryPlan, ServerList

DEN = ServerCard(7, PROTOCOL, BUILD, 7778, "Den", "classic", "duel", Phase.PLAYING, 2, 4, 1, True)
V4, V6, V6_ZONE = "203.0.113.5", "2001:db8::5", "fe80::5%eth0"
NETWORKS = (ip_network("203.0.113.0/24"), ip_network("10.0.0.0/16"), ip_network("2001:db8::/64"))
STEP = 1 / 64  # seconds; a number of binary digits, so that sums of it are exact


def queries_until(servers: ServerList, until: float) -> list[tuple[float, QueryPlan]]:
    """Let time pass from 0 on; return all queries with their times."""
    times = [STEP * step for step in range(int(until / STEP) + 1)]
    return [(time, asks) for time in times if (asks := servers.next_queries(time))]


def receive_answer(
    servers: ServerList, host: str, ping: float, now: float, card: ServerCard = DEN, held: int = 0, port: int = PORT
) -> None:
    """Receive an Answer to a Question that was sent `ping` ms ago."""
    nonce = round(now * 1e6) + 1
    servers.add_nonce(nonce, now - ping / 1000)
    servers.receive_datagram(encode(Answer(nonce, 0, held, card)), host, port, now)


def near(now: float = 0.0) -> ServerList:
    """A list on a computer that is on NETWORKS, just after the first query."""
    servers = ServerList(now)
    servers.networks = NETWORKS
    servers.next_queries(now)
    return servers


def receive_notice(servers: ServerList, host: str, now: float, card: ServerCard = DEN, port: int = PORT) -> None:
    """Receive a Notice."""
    servers.receive_datagram(encode(Notice(card)), host, port, now)


def only_server(servers: ServerList, now: float) -> FoundServer:
    """Return the only found server."""
    (server,) = servers.found(now)
    return server


def test_three_broadcasts_go_out_within_the_first_second_and_then_one_every_three_seconds() -> None:
    asks = queries_until(ServerList(0.0), 12.0)
    broadcasts = [time for time, ask in asks if ask.broadcast]
    assert [round(time, 1) for time in broadcasts[:3]] == [0.0, 0.3, 0.8]
    assert all(2.9 < later - sooner < 3.1 for sooner, later in itertools.pairwise(broadcasts[3:]))
    assert [round(time, 1) for time, ask in asks if ask.wide][:2] == [0.0, 0.8]


def test_a_restart_queries_at_once_and_as_often_as_at_first() -> None:
    servers = ServerList(0.0)
    queries_until(servers, 2.5)
    servers.restart(2.6)
    assert [
        ask.broadcast for ask in (servers.next_queries(2.6), servers.next_queries(2.91), servers.next_queries(3.42))
    ] == [True] * 3


def test_a_known_host_is_queried_at_every_port_where_a_server_may_be() -> None:
    first = ServerList(0.0, known=[V4, V4]).next_queries(0.0)
    assert first.addresses == tuple((V4, PORT + n) for n in range(PORTS))
    assert ServerList(0.0, port=65533).ports == (65533, 65534, 65535)


def test_an_answer_gives_all_facts_and_the_ping_without_the_time_on_the_server() -> None:
    servers = ServerList(0.0)
    receive_answer(servers, V4, 29, 1.0, held=16_000)
    assert only_server(servers, 1.0) == FoundServer(
        "0000000000000007", "Den", "classic", "duel", Phase.PLAYING, 2, 4, 1, True, BUILD, PROTOCOL, V4, 7778, 13, ""
    )
    assert only_server(servers, 1.0).reason == ""


def test_the_smallest_of_several_pings_counts() -> None:
    servers = ServerList(0.0)
    for number, ping in enumerate((40, 12, 90)):
        receive_answer(servers, V4, ping, 1.0 + number / 10)
    assert only_server(servers, 1.5).ping == 12


def test_an_answer_with_an_unknown_nonce_is_ignored_and_a_notice_leads_to_one_query() -> None:
    servers = near()
    servers.receive_datagram(encode(Answer(12345, 0, 0, DEN)), V4, 7779, 0.1)
    assert servers.found(0.1) == []
    receive_notice(servers, V4, 0.1, port=7779)
    assert only_server(servers, 0.1).ping is None
    assert servers.next_queries(0.1) == QueryPlan(addresses=((V4, 7779),))
    assert not servers.next_queries(0.1)


def test_a_found_server_gets_single_queries_and_stays_as_long_as_it_answers() -> None:
    servers = ServerList(0.0)
    for step in range(int(30 / STEP)):
        now = step * STEP
        if any(place == (V4, PORT) for place in servers.next_queries(now).addresses) or not step:
            receive_answer(servers, V4, 5, now)
        assert only_server(servers, now).host == V4


def test_one_server_over_two_address_families_is_one_entry_with_the_ipv4_address() -> None:
    servers = ServerList(0.0)
    for host, ping in ((V6_ZONE, 8), (V6, 9), (V4, 11)):
        receive_answer(servers, host, ping, 1.0)
    assert (only_server(servers, 1.0).host, only_server(servers, 1.0).ping) == (V4, 11)


def test_a_much_faster_address_wins_over_a_better_kind_and_loopback_over_all() -> None:
    servers = ServerList(0.0)
    receive_answer(servers, V4, 60, 1.0)
    receive_answer(servers, V6_ZONE, 3, 1.1)
    assert only_server(servers, 1.1).host == V6_ZONE
    receive_answer(servers, "127.0.0.1", 4, 1.2)
    assert only_server(servers, 1.2).host == "127.0.0.1"


def test_when_the_better_address_falls_silent_the_other_is_used() -> None:
    servers = ServerList(0.0)
    receive_answer(servers, V4, 5, 1.0)
    receive_answer(servers, V6, 5, 4.0)
    assert only_server(servers, 4.0).host == V4
    assert only_server(servers, 6.5).host == V6


def test_two_servers_of_one_machine_are_two_entries_sorted_by_name() -> None:
    servers = ServerList(0.0)
    receive_answer(servers, V4, 5, 1.0)
    receive_answer(servers, V4, 5, 1.0, replace(DEN, id=8, name="attic", port=7779), port=PORT + 1)
    assert [(found.name, found.port) for found in servers.found(1.0)] == [("attic", 7779), ("Den", 7778)]


def test_a_server_that_is_silent_for_six_seconds_is_gone() -> None:
    servers = ServerList(0.0)
    receive_answer(servers, V4, 5, 1.0)
    assert servers.found(5.9)
    assert servers.found(7.0) == []


def test_a_stall_of_this_program_does_not_count_as_silence() -> None:
    servers = ServerList(0.0)
    servers.next_queries(1.0)
    receive_answer(servers, V4, 5, 1.0)
    receive_answer(servers, V6, 5, 61.0)
    servers.next_queries(61.0)
    assert only_server(servers, 61.0).host == V4
    for step in range(1, 13):
        servers.next_queries(61.0 + step / 2)
    assert servers.found(67.0) == []


def test_a_farewell_counts_at_once_but_only_from_the_address_of_the_server() -> None:
    servers = ServerList(0.0)
    receive_answer(servers, V4, 5, 1.0)
    servers.receive_datagram(encode(Farewell(7)), "10.0.0.66", PORT, 1.1)
    servers.receive_datagram(encode(Farewell(8)), V4, PORT, 1.1)
    assert servers.found(1.1)
    servers.receive_datagram(encode(Farewell(7)), V4, PORT, 1.2)
    assert servers.found(1.2) == []


@pytest.mark.parametrize(
    ("card", "reason"),
    [
        (replace(DEN, protocol=PROTOCOL + 1, build="0.3"), f"needs Petard 0.3, you have {BUILD}"),
        (replace(DEN, protocol=PROTOCOL + 1), f"needs Petard of another version, you have {BUILD}"),
        (replace(DEN, build="0.3"), ""),
    ],
)
def test_another_protocol_is_listed_with_the_reason(card: ServerCard, reason: str) -> None:
    servers = ServerList(0.0)
    receive_answer(servers, V4, 5, 1.0, card)
    assert only_server(servers, 1.0).reason == reason


def test_random_bytes_have_no_effect() -> None:
    servers = near()
    for number in range(600):
        servers.receive_datagram(bytes([number % 256] * number), V4, PORT, 1.0)
    assert servers.found(1.0) == []


FOREIGN = "198.51.100.7 8.8.8.8 203.0.113.255 10.0.255.255 224.0.0.1 2001:db8:1::1 ff02::1 nobody"


@pytest.mark.parametrize("host", FOREIGN.split())
def test_a_notice_from_a_foreign_network_leads_to_no_query(host: str) -> None:
    servers = near()
    receive_notice(servers, host, 0.1)
    assert (servers.found(0.1), servers.next_queries(0.1)) == ([], QueryPlan())


@pytest.mark.parametrize("host", [V4, V6, "fe80::9%eth0", "169.254.1.1", "127.0.0.1", "::1", "198.51.100.8"])
def test_a_notice_from_own_networks_this_computer_and_known_hosts_counts(host: str) -> None:
    servers = near()
    servers.known = ("198.51.100.8",)
    receive_notice(servers, host, 0.1)
    assert servers.next_queries(0.1).addresses == ((host, PORT),)


@pytest.mark.parametrize("port", [1, 53, PORT - 1, PORT + PORTS, 65535])
def test_only_discovery_ports_are_queried(port: int) -> None:
    servers = near()
    receive_notice(servers, V4, 0.1, port=port)
    receive_answer(servers, V4, 5, 0.1, port=port)
    assert (servers.found(0.1), servers.next_queries(0.1)) == ([], QueryPlan())


def test_an_address_that_sends_many_notices_is_queried_no_more_often_than_others() -> None:
    servers = near()
    times = []
    for step in range(int(15 / STEP)):
        now = step * STEP
        receive_notice(servers, V4, now, replace(DEN, id=step))  # always another server, which leaves at once
        times += [now] * servers.next_queries(now).addresses.count((V4, PORT))
        servers.receive_datagram(encode(Farewell(step)), V4, PORT, now)
        receive_notice(servers, V4, now, replace(DEN, id=step))
    assert len(times) <= 2 + 15 / QUERY_EVERY + 2  # the first rounds come sooner
    assert times[0] == 0.0


def test_a_flood_of_notices_leads_to_few_queries() -> None:
    servers = near()
    servers.next_queries(0.8)
    sent = 0
    for step in range(int(3 / STEP)):
        now = 1 + step * STEP
        for number in range(20):
            receive_notice(servers, f"10.0.{step % 250}.{number}", now)
        sent += len(servers.next_queries(now).addresses)
    assert sent <= 3 / QUERY_EVERY * 2 * SINGLE_MOST


def test_servers_that_answered_are_queried_first_and_the_others_in_turn() -> None:
    servers = near()
    for number in range(3 * SINGLE_MOST):
        receive_notice(servers, f"10.0.0.{number}", 0.1)
    receive_answer(servers, V4, 5, 0.1)
    rounds = [set(servers.next_queries(now).addresses) for now in (0.3, 0.8, 2.3, 3.8)]
    assert [(V4, PORT) in places for places in rounds] == [True] * 4
    assert len(set().union(*rounds)) == 3 * SINGLE_MOST + 1


def test_a_list_full_of_notices_has_room_for_a_server_that_answers() -> None:
    servers = near()
    for number in range(2 * ADDRESSES_MOST):
        receive_notice(servers, f"10.0.{number // 250}.{number % 250}", 0.1, replace(DEN, id=100 + number))
    assert len(servers.found(0.1)) == ADDRESSES_MOST
    receive_answer(servers, V4, 5, 0.2)
    assert [one.name for one in servers.found(0.2) if one.host == V4] == ["Den"]
    assert len(servers.found(0.2)) == ADDRESSES_MOST


def test_a_list_full_of_answers_has_room_for_a_known_host_and_for_no_other() -> None:
    servers = near()
    servers.known = (V4,)
    for number in range(2 * ADDRESSES_MOST):
        receive_answer(servers, f"10.0.{number // 250}.{number % 250}", 5, 0.1, replace(DEN, id=100 + number))
    receive_answer(servers, V6, 5, 0.2, replace(DEN, id=8))
    receive_answer(servers, V4, 5, 0.2)
    found = servers.found(0.2)
    assert (len(found), found[0].host) == (ADDRESSES_MOST, V4)
    assert V6 not in {one.host for one in found}
    assert "10.0.0.0" in {one.host for one in found}, "the first stay"


def test_one_machine_has_as_many_servers_as_ports_and_no_notice_replaces_one() -> None:
    servers = near()
    receive_answer(servers, V4, 5, 0.1)
    for number in range(ADDRESSES_MOST):
        receive_notice(servers, V4, 0.2, replace(DEN, id=100 + number, name="Fake"), PORT + number % PORTS)
    found = servers.found(0.2)
    assert len(found) == PORTS
    assert [one.id for one in found if one.ping is not None] == [f"{DEN.id:016x}"]


def test_a_restarted_server_replaces_the_old_one_when_it_answers() -> None:
    servers = near()
    receive_answer(servers, V4, 5, 0.1)
    receive_notice(servers, V4, 0.2, replace(DEN, id=8))
    assert only_server(servers, 0.2).id == f"{DEN.id:016x}"
    receive_answer(servers, V4, 40, 0.3, replace(DEN, id=8))
    assert (only_server(servers, 0.3).id, only_server(servers, 0.3).ping) == (f"{8:016x}", 40)


@pytest.mark.parametrize("now", [replace(DEN, name="Rosie's"), replace(DEN, id=8)], ids=["other name", "restarted"])
def test_a_server_that_is_another_one_now_is_listed_once_while_not_all_addresses_have_answered(now: ServerCard) -> None:
    servers = near()
    receive_answer(servers, V4, 2, 1.0)
    receive_answer(servers, V6, 3, 1.0)
    receive_answer(servers, "10.0.0.9", 3, 1.0, replace(DEN, id=9, name="Another"))
    receive_answer(servers, V6, 3, 2.0, now)
    assert [(one.name, one.host) for one in servers.found(2.0) if one.name != "Another"] == [(now.name, V6)]
    receive_answer(servers, V4, 2, 2.5, now)
    assert [(one.name, one.host) for one in servers.found(2.5) if one.name != "Another"] == [(now.name, V4)]
    assert len(servers.found(2.5)) == 2


def test_a_notice_updates_a_server_that_answered_but_not_its_identity() -> None:
    servers = near()
    receive_answer(servers, V4, 5, 0.1)
    receive_notice(servers, V4, 0.2, replace(DEN, players=3))
    assert only_server(servers, 0.2).players == 3
    receive_notice(servers, V4, 0.3, replace(DEN, name="Fake", port=6666))
    assert (only_server(servers, 0.3).name, only_server(servers, 0.3).port) == ("Den", 7778)


def test_a_copied_id_does_not_replace_the_server() -> None:
    servers = near()
    real, thief = "10.0.0.5", "10.0.0.4"
    receive_answer(servers, real, 9, 0.1)
    receive_notice(servers, thief, 0.2, replace(DEN, name="Fake", port=6666))
    assert (only_server(servers, 0.2).host, only_server(servers, 0.2).name) == (real, "Den")
    receive_answer(
        servers, thief, 5, 0.3, replace(DEN, name="Fake", port=6666)
    )  # it has answered: so it is another server
    assert [(one.name, one.host, one.port) for one in servers.found(0.3)] == [
        ("Den", real, 7778),
        ("Fake", thief, 6666),
    ]


def test_of_equal_addresses_the_one_that_answered_first_stays() -> None:
    servers = near()
    receive_answer(servers, "10.0.0.5", 5, 0.1)
    receive_answer(servers, "10.0.0.4", 5, 0.2)
    assert only_server(servers, 0.2).host == "10.0.0.5"
