"""The list of servers: who is asked when, who is believed, how one server stays one entry, and when it goes."""

import itertools
from dataclasses import replace

import pytest

from shared.protocol.beacon import PORT, PORTS, Answer, Card, Farewell, Found, Notice, encode
from shared.protocol.listing import ENTRIES_MOST, WAYS_MOST, Asks, Listing
from shared.protocol.messages import BUILD, PROTOCOL, Phase

DEN = Card(7, PROTOCOL, BUILD, 7778, "Den", "classic", "duel", Phase.PLAYING, 2, 4, 1, True)
V4, V6, V6_ZONE = "203.0.113.5", "2001:db8::5", "fe80::5%eth0"
STEP = 1 / 64  # seconds; a number of binary digits, so that sums of it are exact


def asked(listing: Listing, until: float) -> list[tuple[float, Asks]]:
    """Let time pass from 0 on; when was somebody asked, and who?"""
    times = [STEP * step for step in range(int(until / STEP) + 1)]
    return [(time, asks) for time in times if (asks := listing.due(time))]


def heard(listing: Listing, host: str, ping: float, now: float, card: Card = DEN, held: int = 0) -> None:
    """An answer comes now to a question that was sent `ping` ms ago."""
    nonce = round(now * 1e6) + 1
    listing.sent(nonce, now - ping / 1000)
    listing.take(encode(Answer(nonce, 0, held, card)), host, PORT, now)


def only(listing: Listing, now: float) -> Found:
    """The one server that is there."""
    (found,) = listing.found(now)
    return found


def test_everybody_is_asked_thrice_within_the_first_second_and_then_now_and_then() -> None:
    asks = asked(Listing(0.0), 12.0)
    broadcasts = [time for time, ask in asks if ask.broadcast]
    assert [round(time, 1) for time in broadcasts[:3]] == [0.0, 0.3, 0.8]
    assert all(2.9 < later - sooner < 3.1 for sooner, later in itertools.pairwise(broadcasts[3:]))
    assert [round(time, 1) for time, ask in asks if ask.wide][:2] == [0.0, 0.8]


def test_other_networks_are_asked_at_once_and_as_often_as_the_first_ones() -> None:
    listing = Listing(0.0)
    asked(listing, 2.5)
    listing.begin(2.6)
    assert [ask.broadcast for ask in (listing.due(2.6), listing.due(2.91), listing.due(3.42))] == [True] * 3


def test_a_known_host_is_asked_at_every_port_where_a_server_may_be() -> None:
    first = Listing(0.0, known=[V4, V4]).due(0.0)
    assert first.places == tuple((V4, PORT + n) for n in range(PORTS))
    assert Listing(0.0, port=65533).ports == (65533, 65534, 65535)


def test_an_answer_tells_all_and_its_time_without_what_the_server_took() -> None:
    listing = Listing(0.0)
    heard(listing, V4, 29, 1.0, held=16_000)
    assert only(listing, 1.0) == Found(
        "0000000000000007", "Den", "classic", "duel", Phase.PLAYING, 2, 4, 1, True, BUILD, PROTOCOL, V4, 7778, 13, ""
    )
    assert only(listing, 1.0).reason == ""


def test_of_several_pings_the_least_counts() -> None:
    listing = Listing(0.0)
    for number, ping in enumerate((40, 12, 90)):
        heard(listing, V4, ping, 1.0 + number / 10)
    assert only(listing, 1.5).ping == 12


def test_an_answer_to_nobodys_question_is_not_believed_and_a_notice_is_asked_back() -> None:
    listing = Listing(0.0)
    listing.due(0.0)
    listing.take(encode(Answer(12345, 0, 0, DEN)), V4, 7779, 0.1)
    assert listing.found(0.1) == []
    listing.take(encode(Notice(DEN)), V4, 7779, 0.1)
    assert only(listing, 0.1).ping is None
    assert listing.due(0.1) == Asks(places=((V4, 7779),))
    assert not listing.due(0.1)


def test_who_was_found_is_asked_singly_and_stays_as_long_as_it_answers() -> None:
    listing = Listing(0.0)
    for step in range(int(30 / STEP)):
        now = step * STEP
        if any(place == (V4, PORT) for place in listing.due(now).places) or not step:
            heard(listing, V4, 5, now)
        assert only(listing, now).host == V4


def test_one_server_over_two_families_is_one_entry_and_ipv4_is_dialled() -> None:
    listing = Listing(0.0)
    for host, ping in ((V6_ZONE, 8), (V6, 9), (V4, 11)):
        heard(listing, host, ping, 1.0)
    assert (only(listing, 1.0).host, only(listing, 1.0).ping) == (V4, 11)


def test_a_much_faster_way_is_worth_another_kind_of_address_and_this_computer_is_nearest() -> None:
    listing = Listing(0.0)
    heard(listing, V4, 60, 1.0)
    heard(listing, V6_ZONE, 3, 1.1)
    assert only(listing, 1.1).host == V6_ZONE
    heard(listing, "127.0.0.1", 4, 1.2)
    assert only(listing, 1.2).host == "127.0.0.1"


def test_when_the_better_way_falls_silent_the_other_is_taken() -> None:
    listing = Listing(0.0)
    heard(listing, V4, 5, 1.0)
    heard(listing, V6, 5, 4.0)
    assert only(listing, 4.0).host == V4
    assert only(listing, 6.5).host == V6


def test_two_servers_of_one_machine_are_two_entries_sorted_by_name() -> None:
    listing = Listing(0.0)
    heard(listing, V4, 5, 1.0)
    heard(listing, V4, 5, 1.0, replace(DEN, id=8, name="attic", port=7779))
    assert [(found.name, found.port) for found in listing.found(1.0)] == [("attic", 7779), ("Den", 7778)]


def test_who_is_silent_for_six_seconds_is_gone() -> None:
    listing = Listing(0.0)
    heard(listing, V4, 5, 1.0)
    assert listing.found(5.9)
    assert listing.found(7.0) == []


def test_time_in_which_nobody_listened_is_nobodys_silence() -> None:
    listing = Listing(0.0)
    listing.due(1.0)
    heard(listing, V4, 5, 1.0)
    heard(listing, V6, 5, 61.0)
    listing.due(61.0)
    assert only(listing, 61.0).host == V4
    for step in range(1, 13):
        listing.due(61.0 + step / 2)
    assert listing.found(67.0) == []


def test_a_goodbye_counts_at_once_but_only_from_where_the_server_is() -> None:
    listing = Listing(0.0)
    heard(listing, V4, 5, 1.0)
    listing.take(encode(Farewell(7)), "10.0.0.66", PORT, 1.1)
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
def test_another_protocol_is_listed_with_the_reason(card: Card, reason: str) -> None:
    listing = Listing(0.0)
    heard(listing, V4, 5, 1.0, card)
    assert only(listing, 1.0).reason == reason


def test_whatever_is_sent_the_list_stays_bounded_and_noise_is_nothing() -> None:
    listing = Listing(0.0)
    for number in range(2 * ENTRIES_MOST):
        listing.take(encode(Notice(replace(DEN, id=number))), V4, PORT, 1.0)
        listing.take(bytes([number % 256] * number), V4, PORT, 1.0)
    assert len(listing.found(1.0)) == ENTRIES_MOST
    for number in range(3 * WAYS_MOST):
        listing.take(encode(Notice(replace(DEN, id=1))), f"10.0.1.{number}", PORT, 1.0)
    listing.found(5.5)
    listing.due(0.0)
    assert len([place for place in listing.due(2.0).places if place[0].startswith("10.0.1.")]) <= WAYS_MOST
