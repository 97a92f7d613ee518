"""A word for an address: there and back for all of them, and a slip of the tongue makes no word."""

import ipaddress

from hypothesis import given
from hypothesis import strategies as st

from petard.shared.protocol.joincode import (
    BLOCKS,
    LEAST,
    LETTERS,
    MOST,
    PORT,
    PORTS,
    decode_join_code,
    encode_join_code,
)

private = st.sampled_from(BLOCKS).flatmap(
    lambda block: st.tuples(
        st.integers(0, block[0].num_addresses - 1).map(lambda at: str(block[0][at])),
        st.integers(PORT, PORT + PORTS - 1),
    )
)


@given(private)
def test_every_private_address_has_a_word_that_leads_back_to_it(place: tuple[str, int]) -> None:
    code = encode_join_code(*place)
    assert LEAST <= len(code) <= MOST
    assert decode_join_code(code) == decode_join_code(f" {code.lower()} ") == place


@given(private, st.data())
def test_one_wrong_letter_or_two_swapped_ones_make_no_word(place: tuple[str, int], data: st.DataObject) -> None:
    code = encode_join_code(*place)
    at = data.draw(st.integers(0, len(code) - 1))
    other = data.draw(st.sampled_from([letter for letter in LETTERS if letter != code[at]]))
    assert decode_join_code(code[:at] + other + code[at + 1 :]) is None
    swapped = code[: at - 1] + code[at] + code[at - 1] + code[at + 1 :]
    assert at == 0 or swapped == code or decode_join_code(swapped) is None


@given(st.text(max_size=10))
def test_whatever_is_typed_is_a_place_with_this_word_or_none(text: str) -> None:
    place = decode_join_code(text)
    assert place is None or encode_join_code(*place) == text.strip().upper()


def test_the_first_and_the_last_place_of_each_range_are_served() -> None:
    for net, first, ports in BLOCKS:
        for host, port in ((str(net[0]), first), (str(net[-1]), first + ports - 1)):
            assert decode_join_code(encode_join_code(host, port)) == (host, port)


def test_a_home_router_gives_five_letters() -> None:
    assert {len(encode_join_code(f"192.168.{home}.20", PORT)) for home in range(256)} == {5}


def test_what_no_word_can_serve_has_none() -> None:
    assert [encode_join_code(host, PORT) for host in ("8.8.8.8", "::1", "fe80::1", "127.0.0.1", "den", "")] == [""] * 6
    assert encode_join_code("192.168.0.1", PORT - 1) == encode_join_code("192.168.0.1", PORT + PORTS) == ""


def test_places_of_all_ranges_are_told_apart() -> None:
    ends = [
        (str(net[at]), port) for net, first, ports in BLOCKS for at in (0, -1) for port in (first, first + ports - 1)
    ]
    assert len({encode_join_code(*place) for place in ends}) == len(set(ends))
    assert all(ipaddress.ip_address(host).is_private for host, _ in ends)
