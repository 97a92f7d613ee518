"""Join codes: encoded and decoded for all addresses; a typing error makes no code."""

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
def test_every_private_address_has_a_code_that_gives_it_back(place: tuple[str, int]) -> None:
    code = encode_join_code(*place)
    assert LEAST <= len(code) <= MOST
    assert decode_join_code(code) == decode_join_code(f" {code.lower()} ") == place


@given(private, st.data())
def test_one_wrong_letter_or_two_swapped_ones_make_no_code(place: tuple[str, int], data: st.DataObject) -> None:
    code = encode_join_code(*place)
    at = data.draw(st.integers(0, len(code) - 1))
    other = data.draw(st.sampled_from([letter for letter in LETTERS if letter != code[at]]))
    assert decode_join_code(code[:at] + other + code[at + 1 :]) is None
    swapped = code[: at - 1] + code[at] + code[at - 1] + code[at + 1 :]
    assert at == 0 or swapped == code or decode_join_code(swapped) is None


@given(st.text(max_size=10))
def test_any_typed_text_is_the_code_of_its_address_or_no_code(text: str) -> None:
    place = decode_join_code(text)
    assert place is None or encode_join_code(*place) == text.strip().upper()


def test_the_first_and_the_last_address_of_each_range_have_codes() -> None:
    for net, first, ports in BLOCKS:
        for host, port in ((str(net[0]), first), (str(net[-1]), first + ports - 1)):
            assert decode_join_code(encode_join_code(host, port)) == (host, port)


def test_a_home_router_gives_five_letters() -> None:
    assert {len(encode_join_code(f"192.168.{home}.20", PORT)) for home in range(256)} == {5}


def test_other_addresses_have_no_code() -> None:
    assert [encode_join_code(host, PORT) for host in ("8.8.8.8", "::1", "fe80::1", "127.0.0.1", "den", "")] == [""] * 6
    assert encode_join_code("192.168.0.1", PORT - 1) == encode_join_code("192.168.0.1", PORT + PORTS) == ""


def test_addresses_of_all_ranges_have_different_codes() -> None:
    ends = [
        (str(net[at]), port) for net, first, ports in BLOCKS for at in (0, -1) for port in (first, first + ports - 1)
    ]
    assert len({encode_join_code(*place) for place in ends}) == len(set(ends))
    assert all(ipaddress.ip_address(host).is_private for host, _ in ends)
