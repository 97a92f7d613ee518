"""Bans by address, network and name, their time, and what a host cannot do to themself."""

from ipaddress import IPv4Interface, IPv6Interface

import pytest

from petard.server.policy.bans import (
    ADD,
    BANS_MOST,
    FOR_EVER,
    NAME,
    REMOVE,
    BadBan,
    Ban,
    Bans,
    is_sound,
    parse_span,
)
from petard.server.policy.text import is_alike, span_words

CLOCK = 1_000_000
OWN = (IPv4Interface("192.168.1.5/24"), IPv6Interface("2001:db8:1::5/64"))


def ban_of(what: str, until: int = FOR_EVER, bans: Bans | None = None, reason: str = "") -> Ban:
    kind, target = (bans or Bans()).target_of(what)
    return Ban(kind, target, reason, until, "console", CLOCK)


def bans_of(*whats: str, until: int = FOR_EVER) -> Bans:
    return Bans([ban_of(what, until) for what in whats])


@pytest.mark.parametrize(
    ("what", "kept_out", "let_in"),
    [
        ("10.0.0.7", "10.0.0.7", "10.0.0.8"),
        ("::ffff:10.0.0.7", "10.0.0.7", "10.0.0.8"),
        ("10.0.0.0/8", "10.255.0.1", "11.0.0.1"),
        ("10.1.2.3/8", "10.9.9.9", "11.0.0.1"),
        ("::ffff:10.0.0.0/104", "10.255.0.1", "11.0.0.1"),
        ("2001:db8:2::5", "2001:db8:2::ffff", "2001:db8:2:1::5"),
        ("fe80::5", "fe80::5", "fe80::6"),
        ("fd00::5", "fd00::5", "fd00::6"),
        ("fe80::5%eth0", "fe80::5%eth1", "fe80::6"),
        ("2001:db8:9::/48", "2001:db8:9:77::1", "2001:db8:a::1"),
    ],
)
def test_a_banned_address_covers_its_group_and_nobody_else(what: str, kept_out: str, let_in: str) -> None:
    bans = bans_of(what)
    assert bans.find(kept_out, "Ada", CLOCK)
    assert not bans.find(let_in, "Ada", CLOCK)


def test_neighbours_who_share_a_network_with_this_machine_are_banned_one_by_one() -> None:
    bans = Bans(own=OWN)
    assert bans.target_of_address("2001:db8:1::77") == ("address", "2001:db8:1::77")
    assert bans.target_of_address("2001:db8:2::77") == ("network", "2001:db8:2::/64")


@pytest.mark.parametrize(
    "what",
    [
        *(
            "127.0.0.1",
            "127.3.2.1",
            "::1",
            "0.0.0.0/0",
            "::/0",
            "::ffff:127.0.0.1",
            "::ffff:127.0.0.0/104",
            "::fffe:0:0/95",
        ),
        *("192.168.1.5", "192.168.1.5/32", "192.168.1.0/24", "192.0.0.0/2", "2001:db8:1::/64"),
    ],
)
def test_this_machine_cannot_be_banned(what: str) -> None:
    with pytest.raises(BadBan, match="lock you out"):
        Bans(own=OWN).target_of(what)


def test_an_invalid_row_is_no_ban() -> None:
    spoilt = [Ban(kind, "10.0.0.0/99", "", FOR_EVER, "console", CLOCK) for kind in ("address", "network", "shoe size")]
    assert [ban.kind for ban in [*spoilt, ban_of("Ada"), ban_of("10.0.0.7")] if is_sound(ban)] == [NAME, "address"]


def test_a_player_at_this_machine_is_never_banned_by_address() -> None:
    bans = Bans([Ban("network", "0.0.0.0/0", "", FOR_EVER, "somebody", CLOCK)])
    assert bans.find("10.0.0.1", "Ada", CLOCK)
    assert not bans.find("127.0.0.1", "Ada", CLOCK)
    bans.own = OWN
    assert not bans.find("192.168.1.5", "Ada", CLOCK)
    assert bans.find("192.168.1.6", "Ada", CLOCK)


def test_a_banned_name_covers_names_that_look_like_it() -> None:
    bans = bans_of("Ada")
    alike = ["Ada", "ADA", "\uff21da", "\u0410da"]
    assert [name for name in [*alike, "Adam", "Bob"] if bans.find("10.0.0.1", name, CLOCK)] == alike
    assert is_alike("Ada 2", "ada 2")


def test_a_ban_that_ends_is_reported_as_removed_once() -> None:
    bans = bans_of("Ada", until=CLOCK + 60)
    assert bans.find("", "Ada", CLOCK + 59)
    assert not bans.find("", "Ada", CLOCK + 60)
    assert len(bans.listed(CLOCK + 59)) == 1
    assert bans.listed(CLOCK + 60) == []
    assert [what for what, _ in bans.changes()] == [REMOVE]
    assert bans.changes() == []


def test_changes_are_reported_in_order_without_loaded_bans() -> None:
    bans = bans_of("Bob")
    first, second = ban_of("Ada", reason="spam"), ban_of("Ada", reason="more of it")
    bans.add(first)
    bans.add(second)
    bans.lift([second])
    bans.lift([second])
    assert bans.changes() == [(ADD, first), (REMOVE, first), (ADD, second), (REMOVE, second)]
    assert [ban.what for ban in bans.listed(CLOCK)] == ["Bob"]


def test_the_sentence_has_reason_and_time_of_the_longest_ban() -> None:
    bans = Bans([ban_of("Ada", CLOCK + 1800, reason="spam."), ban_of("10.0.0.7", CLOCK + 60)])
    hit = bans.find("10.0.0.7", "Ada", CLOCK)
    assert hit
    assert hit.sentence(CLOCK) == "You are banned from this server for another 30 minutes: spam."
    bans.add(ban_of("10.0.0.0/8"))
    hit = bans.find("10.0.0.7", "Ada", CLOCK)
    assert hit
    assert hit.sentence(CLOCK) == "You are banned from this server."


def test_the_list_is_bounded() -> None:
    bans = Bans([Ban(NAME, f"n{number}", "", FOR_EVER, "console", CLOCK) for number in range(BANS_MOST)])
    with pytest.raises(BadBan, match="already"):
        bans.add(ban_of("Ada"))
    bans.add(Ban(NAME, "n0", "again", FOR_EVER, "console", CLOCK))


def test_ended_bans_make_room_and_loading_keeps_the_newest() -> None:
    rows = [Ban(NAME, f"n{number}", "", CLOCK - 1, "console", CLOCK - 6) for number in range(BANS_MOST)]
    bans = Bans(rows)
    bans.add(ban_of("Ada"))
    assert bans.listed(CLOCK) == [ban_of("Ada")]
    bans = Bans([ban_of("Bob"), *rows])
    assert not bans.find("", "Bob", CLOCK)


def test_times_are_parsed_and_written() -> None:
    words = ("1s", "90m", "2h", "7d", "4w", "forever", "0m", "m", "10", "-5m", "1y", "\u0661m", "9999999m")
    spans = [parse_span(word) for word in words]
    assert spans == [1, 5400, 7200, 604800, 2419200, FOR_EVER, None, None, None, None, None, None, None]
    assert [span_words(span) for span in (0, 1, 59, 60, 119, 120, 121, 7199, 7200, 200_000)] == [
        "1 second",
        "1 second",
        "59 seconds",
        "60 seconds",
        "119 seconds",
        "2 minutes",
        "3 minutes",
        "120 minutes",
        "2 hours",
        "3 days",
    ]
