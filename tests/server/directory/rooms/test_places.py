"""Which addresses may be listed, and so pinged."""

import pytest

from petard.server.config.values import networks
from petard.server.directory.rooms.places import BadPlace, Place, PlaceRules

HOSTILE = (
    *("0.0.0.0", "10.0.0.1", "127.0.0.1", "169.254.169.254", "172.16.0.1", "192.168.0.1", "100.64.0.1", "224.0.0.1"),
    *("255.255.255.255", "240.0.0.1", "198.18.0.1", "::", "::1", "fe80::1", "fc00::1", "ff02::1", "::ffff:10.0.0.1"),
    *("64:ff9b::a00:1", "2002:a00:1::", "2001:0:a00:1::", "::a00:1"),
)


def test_a_room_is_listed_where_it_announces_itself_from() -> None:
    assert PlaceRules().place_of("8.8.4.4", "", 7777) == Place("8.8.4.4", 7777)
    assert PlaceRules().place_of("::ffff:8.8.4.4", "8.8.4.4", 7777) == Place("8.8.4.4", 7777)


def test_nobody_names_the_address_of_another() -> None:
    with pytest.raises(BadPlace, match="announces itself from"):
        PlaceRules().place_of("8.8.4.4", "8.8.8.8", 7777)
    with pytest.raises(BadPlace):
        PlaceRules(allow_private=True).place_of("127.0.0.1", "127.0.0.2", 7777)


def test_an_announcer_of_the_owner_names_any_public_address() -> None:
    rules = PlaceRules(any_address_from=networks("10.0.0.0/8"))
    assert rules.place_of("10.1.2.3", "8.8.8.8", 7777) == Place("8.8.8.8", 7777)
    with pytest.raises(BadPlace, match="not one of the Internet"):
        rules.place_of("10.1.2.3", "", 7777)


@pytest.mark.parametrize("address", HOSTILE)
def test_an_address_that_is_not_of_the_internet_is_refused_also_from_a_trusted_announcer(address: str) -> None:
    with pytest.raises(BadPlace):
        PlaceRules(any_address_from=networks("10.0.0.0/8")).place_of("10.0.0.9", address, 7777)


def test_private_addresses_are_listed_where_the_owner_allows_them() -> None:
    rules = PlaceRules(allow_private=True)
    for address in ("127.0.0.1", "::1", "192.168.0.7", "10.0.0.7", "fd00::7"):
        assert rules.place_of(address, "", 7777).address == address
    for address in ("fe80::1", "0.0.0.0", "::", "224.0.0.1", "255.255.255.255", "64:ff9b::a00:1"):
        with pytest.raises(BadPlace):
            rules.place_of(address, "", 7777)
