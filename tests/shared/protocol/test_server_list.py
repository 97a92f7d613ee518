"""The list of servers: who is asked when, who is believed, how one server stays one entry, and when it goes."""

import itertools
from dataclasses import replace
from ipaddress import ip_network

import pytest

from petard.shared.protocol.beacon import PORT, PORTS, Answer, Farewell, FoundServer, Notice, ServerCard, encode
from petard.shared.protocol.messages import BUILD, PROTOCOL, Phase
from petard.shared.protocol.server_list import ASK_EVERY, PLACES_MOST, SINGLY_MOST, QueryPlan, ServerList

DEN = ServerCard(7, PROTOCOL, BUILD, 7778, "Den", "classic", "duel", Phase.PLAYING, 2, 4, 1, True)
V4, V6, V6_ZONE = "203.0.113.5", "2001:db8::5", "fe80::5%eth0"
NETWORKS = (ip_network("203.0.113.0/24"), ip_network("10.0.0.0/16"), ip_network("2001:db8::/64"))
STEP = 1 / 64  # seconds; a number of binary digits, so that sums of it are exact


def asked(listing: ServerList, until: float) -> list[tuple[float, QueryPlan]]:
    """Let time pass from 0 on; when was somebody asked, and who?"""
    times = [STEP * step for step in range(int(until / STEP) + 1)]
    return [(time, asks) for time in times if (asks := listing.due(time))]


def heard(
    listing: ServerList, host: str, ping: float, now: float, card: ServerCard = DEN, held: int = 0, port: int = PORT
) -> None:
    """An answer comes now to a question that was sent `ping` ms ago."""
    nonce = round(now * 1e6) + 1
    listing.sent(nonce, now - ping / 1000)
    listing.take(encode(Answer(nonce, 0, held, card)), host, port, now)


def near(now: float = 0.0) -> ServerList:
    """A list on a computer that is on NETWORKS, when everybody there has just been asked."""
    listing = ServerList(now)
    listing.networks = NETWORKS
    listing.due(now)
    return listing


def noticed(listing: ServerList, host: str, now: float, card: ServerCard = DEN, port: int = PORT) -> None:
    """A Notice comes that says so of itself."""
    listing.take(encode(Notice(card)), host, port, now)


def only(listing: ServerList, now: float) -> FoundServer:
    """The one server that is there."""
    (found,) = listing.found(now)
    return found


def test_everybody_is_asked_thrice_within_the_first_second_and_then_now_and_then() -> None:
    asks = asked(ServerList(0.0), 12.0)
    broadcasts = [time for time, ask in asks if ask.broadcast]
    assert [round(time, 1) for time in broadcasts[:3]] == [0.0, 0.3, 0.8]
    assert all(2.9 < later - sooner < 3.1 for sooner, later in itertools.pairwise(broadcasts[3:]))
    assert [round(time, 1) for time, ask in asks if ask.wide][:2] == [0.0, 0.8]


def test_other_networks_are_asked_at_once_and_as_often_as_the_first_ones() -> None:
    listing = ServerList(0.0)
    asked(listing, 2.5)
    listing.begin(2.6)
    assert [ask.broadcast for ask in (listing.due(2.6), listing.due(2.91), listing.due(3.42))] == [True] * 3


def test_a_known_host_is_asked_at_every_port_where_a_server_may_be() -> None:
    first = ServerList(0.0, known=[V4, V4]).due(0.0)
    assert first.places == tuple((V4, PORT + n) for n in range(PORTS))
    assert ServerList(0.0, port=65533).ports == (65533, 65534, 65535)


def test_an_answer_tells_all_and_its_time_without_what_the_server_took() -> None:
    listing = ServerList(0.0)
    heard(listing, V4, 29, 1.0, held=16_000)
    assert only(listing, 1.0) == FoundServer(
        "0000000000000007", "Den", "classic", "duel", Phase.PLAYING, 2, 4, 1, True, BUILD, PROTOCOL, V4, 7778, 13, ""
    )
    assert only(listing, 1.0).reason == ""


def test_of_several_pings_the_least_counts() -> None:
    listing = ServerList(0.0)
    for number, ping in enumerate((40, 12, 90)):
        heard(listing, V4, ping, 1.0 + number / 10)
    assert only(listing, 1.5).ping == 12


def test_an_answer_to_nobodys_question_is_not_believed_and_a_notice_is_asked_back() -> None:
    listing = near()
    listing.take(encode(Answer(12345, 0, 0, DEN)), V4, 7779, 0.1)
    assert listing.found(0.1) == []
    noticed(listing, V4, 0.1, port=7779)
    assert only(listing, 0.1).ping is None
    assert listing.due(0.1) == QueryPlan(places=((V4, 7779),))
    assert not listing.due(0.1)


def test_who_was_found_is_asked_singly_and_stays_as_long_as_it_answers() -> None:
    listing = ServerList(0.0)
    for step in range(int(30 / STEP)):
        now = step * STEP
        if any(place == (V4, PORT) for place in listing.due(now).places) or not step:
            heard(listing, V4, 5, now)
        assert only(listing, now).host == V4


def test_one_server_over_two_families_is_one_entry_and_ipv4_is_dialled() -> None:
    listing = ServerList(0.0)
    for host, ping in ((V6_ZONE, 8), (V6, 9), (V4, 11)):
        heard(listing, host, ping, 1.0)
    assert (only(listing, 1.0).host, only(listing, 1.0).ping) == (V4, 11)


def test_a_much_faster_way_is_worth_another_kind_of_address_and_this_computer_is_nearest() -> None:
    listing = ServerList(0.0)
    heard(listing, V4, 60, 1.0)
    heard(listing, V6_ZONE, 3, 1.1)
    assert only(listing, 1.1).host == V6_ZONE
    heard(listing, "127.0.0.1", 4, 1.2)
    assert only(listing, 1.2).host == "127.0.0.1"


def test_when_the_better_way_falls_silent_the_other_is_taken() -> None:
    listing = ServerList(0.0)
    heard(listing, V4, 5, 1.0)
    heard(listing, V6, 5, 4.0)
    assert only(listing, 4.0).host == V4
    assert only(listing, 6.5).host == V6


def test_two_servers_of_one_machine_are_two_entries_sorted_by_name() -> None:
    listing = ServerList(0.0)
    heard(listing, V4, 5, 1.0)
    heard(listing, V4, 5, 1.0, replace(DEN, id=8, name="attic", port=7779), port=PORT + 1)
    assert [(found.name, found.port) for found in listing.found(1.0)] == [("attic", 7779), ("Den", 7778)]


def test_who_is_silent_for_six_seconds_is_gone() -> None:
    listing = ServerList(0.0)
    heard(listing, V4, 5, 1.0)
    assert listing.found(5.9)
    assert listing.found(7.0) == []


def test_time_in_which_nobody_listened_is_nobodys_silence() -> None:
    listing = ServerList(0.0)
    listing.due(1.0)
    heard(listing, V4, 5, 1.0)
    heard(listing, V6, 5, 61.0)
    listing.due(61.0)
    assert only(listing, 61.0).host == V4
    for step in range(1, 13):
        listing.due(61.0 + step / 2)
    assert listing.found(67.0) == []


def test_a_goodbye_counts_at_once_but_only_from_where_the_server_is() -> None:
    listing = ServerList(0.0)
    heard(listing, V4, 5, 1.0)
    listing.take(encode(Farewell(7)), "10.0.0.66", PORT, 1.1)
    listing.take(encode(Farewell(8)), V4, PORT, 1.1)
    assert listing.found(1.1)
    listing.take(encode(Farewell(7)), V4, PORT, 1.2)
    assert listing.found(1.2) == []


@pytest.mark.parametrize(
    ("card", "reason"),
    [
        (replace(DEN, protocol=PROTOCOL + 1, build="0.3"), f"needs Petard 0.3, you have {BUILD}"),
        (replace(DEN, protocol=PROTOCOL + 1), f"needs Petard of another version, you have {BUILD}"),
        (replace(DEN, build="0.3"), ""),
    ],
)
def test_another_protocol_is_listed_with_the_reason(card: ServerCard, reason: str) -> None:
    listing = ServerList(0.0)
    heard(listing, V4, 5, 1.0, card)
    assert only(listing, 1.0).reason == reason


def test_noise_is_nothing() -> None:
    listing = near()
    for number in range(600):
        listing.take(bytes([number % 256] * number), V4, PORT, 1.0)
    assert listing.found(1.0) == []


STRANGERS = "198.51.100.7 8.8.8.8 203.0.113.255 10.0.255.255 224.0.0.1 2001:db8:1::1 ff02::1 nobody"


@pytest.mark.parametrize("host", STRANGERS.split())
def test_a_notice_from_elsewhere_makes_nobody_ask_there(host: str) -> None:
    listing = near()
    noticed(listing, host, 0.1)
    assert (listing.found(0.1), listing.due(0.1)) == ([], QueryPlan())


@pytest.mark.parametrize("host", [V4, V6, "fe80::9%eth0", "169.254.1.1", "127.0.0.1", "::1", "198.51.100.8"])
def test_a_notice_from_the_own_networks_this_computer_and_known_hosts_counts(host: str) -> None:
    listing = near()
    listing.known = ("198.51.100.8",)
    noticed(listing, host, 0.1)
    assert listing.due(0.1).places == ((host, PORT),)


@pytest.mark.parametrize("port", [1, 53, PORT - 1, PORT + PORTS, 65535])
def test_nobody_is_asked_at_a_port_that_is_none_of_discovery(port: int) -> None:
    listing = near()
    noticed(listing, V4, 0.1, port=port)
    heard(listing, V4, 5, 0.1, port=port)
    assert (listing.found(0.1), listing.due(0.1)) == ([], QueryPlan())


def test_who_is_noticed_again_and_again_is_asked_no_more_often_than_others() -> None:
    listing = near()
    times = []
    for step in range(int(15 / STEP)):
        now = step * STEP
        noticed(listing, V4, now, replace(DEN, id=step))  # always another server, and one that goes at once
        times += [now] * listing.due(now).places.count((V4, PORT))
        listing.take(encode(Farewell(step)), V4, PORT, now)
        noticed(listing, V4, now, replace(DEN, id=step))
    assert len(times) <= 2 + 15 / ASK_EVERY + 2  # the first rounds come sooner
    assert times[0] == 0.0


def test_a_flood_of_notices_makes_nobody_ask_many() -> None:
    listing = near()
    listing.due(0.8)
    sent = 0
    for step in range(int(3 / STEP)):
        now = 1 + step * STEP
        for number in range(20):
            noticed(listing, f"10.0.{step % 250}.{number}", now)
        sent += len(listing.due(now).places)
    assert sent <= 3 / ASK_EVERY * 2 * SINGLY_MOST


def test_those_who_answered_are_asked_before_those_who_were_only_noticed_and_these_in_turn() -> None:
    listing = near()
    for number in range(3 * SINGLY_MOST):
        noticed(listing, f"10.0.0.{number}", 0.1)
    heard(listing, V4, 5, 0.1)
    rounds = [set(listing.due(now).places) for now in (0.3, 0.8, 2.3, 3.8)]
    assert [(V4, PORT) in places for places in rounds] == [True] * 4
    assert len(set().union(*rounds)) == 3 * SINGLY_MOST + 1


def test_a_full_list_of_notices_has_room_for_who_answers() -> None:
    listing = near()
    for number in range(2 * PLACES_MOST):
        noticed(listing, f"10.0.{number // 250}.{number % 250}", 0.1, replace(DEN, id=100 + number))
    assert len(listing.found(0.1)) == PLACES_MOST
    heard(listing, V4, 5, 0.2)
    assert [one.name for one in listing.found(0.2) if one.host == V4] == ["Den"]
    assert len(listing.found(0.2)) == PLACES_MOST


def test_one_machine_has_as_many_servers_as_ports_and_none_is_pushed_out_by_a_notice() -> None:
    listing = near()
    heard(listing, V4, 5, 0.1)
    for number in range(PLACES_MOST):
        noticed(listing, V4, 0.2, replace(DEN, id=100 + number, name="Fake"), PORT + number % PORTS)
    found = listing.found(0.2)
    assert len(found) == PORTS
    assert [one.id for one in found if one.ping is not None] == [f"{DEN.id:016x}"]


def test_a_server_that_was_started_anew_takes_the_place_of_the_old_one_when_it_answers() -> None:
    listing = near()
    heard(listing, V4, 5, 0.1)
    noticed(listing, V4, 0.2, replace(DEN, id=8))
    assert only(listing, 0.2).id == f"{DEN.id:016x}"
    heard(listing, V4, 40, 0.3, replace(DEN, id=8))
    assert (only(listing, 0.3).id, only(listing, 0.3).ping) == (f"{8:016x}", 40)


def test_a_notice_tells_what_changes_of_a_server_that_answered_but_not_who_it_is() -> None:
    listing = near()
    heard(listing, V4, 5, 0.1)
    noticed(listing, V4, 0.2, replace(DEN, players=3))
    assert only(listing, 0.2).players == 3
    noticed(listing, V4, 0.3, replace(DEN, name="Fake", port=6666))
    assert (only(listing, 0.3).name, only(listing, 0.3).port) == ("Den", 7778)


def test_a_copied_id_takes_nothing_over() -> None:
    listing = near()
    real, thief = "10.0.0.5", "10.0.0.4"
    heard(listing, real, 9, 0.1)
    noticed(listing, thief, 0.2, replace(DEN, name="Fake", port=6666))
    assert (only(listing, 0.2).host, only(listing, 0.2).name) == (real, "Den")
    heard(listing, thief, 5, 0.3, replace(DEN, name="Fake", port=6666))  # now it has answered: that is another server
    assert [(one.name, one.host, one.port) for one in listing.found(0.3)] == [
        ("Den", real, 7778),
        ("Fake", thief, 6666),
    ]


def test_of_equal_ways_the_one_that_answered_first_stays() -> None:
    listing = near()
    heard(listing, "10.0.0.5", 5, 0.1)
    heard(listing, "10.0.0.4", 5, 0.2)
    assert only(listing, 0.2).host == "10.0.0.5"
