"""A PROXY header tells the client's address, however it is cut; anything else is refused with a sentence."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from petard.server.policy.proxy_header import (
    REST_MOST,
    SIGNATURE,
    BadProxyHeader,
    ProxyHeader,
    ProxyHeaderReader,
    Purpose,
    encode_header,
)

HAPROXY = bytes.fromhex("0d0a0d0a000d0a515549540a 2111000c c0a80107 0a000001 d431 1e61")  # as its specification says
SECRET = bytes(range(16))


def read(data: bytes, step: int = 1 << 16) -> tuple[ProxyHeader, bytes]:
    """The header, read in steps, and what is left of the stream after it."""
    reader, at = ProxyHeaderReader(), 0
    while True:
        take = min(reader.missing, step)
        assert take
        assert at < len(data)
        header = reader.receive_data(data[at : at + take])
        at += take
        if header:
            return header, data[at:]


def test_the_bytes_of_the_specification_tell_the_address() -> None:
    assert read(HAPROXY + b"Hello") == (ProxyHeader("192.168.1.7"), b"Hello")


@pytest.mark.parametrize(
    ("client", "server", "address"),
    [
        (("10.0.0.7", 4000), ("10.0.0.1", 80), "10.0.0.7"),
        (("2001:db8::7", 4000), ("2001:db8::1", 80), "2001:db8::7"),
        (("fe80::7%eth0", 4000), ("fe80::1%eth0", 80), "fe80::7"),
        (("::ffff:10.0.0.7", 4000), ("::ffff:10.0.0.1", 80), "10.0.0.7"),
        (("10.0.0.7", 4000), ("2001:db8::1", 80), "10.0.0.7"),
        (None, ("", 0), ""),
    ],
)
def test_what_is_encoded_is_read_byte_by_byte_and_nothing_after_it(
    client: tuple[str, int] | None, server: tuple[str, int], address: str
) -> None:
    for purpose in (None, *Purpose):
        data = encode_header(client, server, SECRET if purpose else b"", purpose)
        for step in (1, 7, 1 << 16):
            found, rest = read(data + b"\0\0\0\5", step)
            assert (found.address, found.purpose, found.secret) == (address, purpose, SECRET if purpose else b"")
            assert rest == b"\0\0\0\5"


def test_options_of_others_are_skipped() -> None:
    extra = b"\x02\0\7den.lan" + b"\x04\0\3\0\0\0"
    assert read(HAPROXY[:14] + (12 + len(extra)).to_bytes(2, "big") + HAPROXY[16:] + extra)[0].address == "192.168.1.7"


BAD = {
    "no signature": b"\0\0\0\x13\x95\x01",
    "version 1": b"PROXY TCP4 10.0.0.7 10.0.0.1 4000 80\r\n",
    "version 3": SIGNATURE + b"\x31\x11\0\0",
    "UDP": SIGNATURE + b"\x21\x12\0\x0c" + bytes(12),
    "a Unix socket": SIGNATURE + b"\x21\x31\0\xd8" + bytes(216),
    "nothing at all": SIGNATURE + b"\x21\0\0\0",
    "too short": SIGNATURE + b"\x21\x11\0\x0b" + bytes(11),
    "too long": SIGNATURE + b"\x21\x11" + (REST_MOST + 1).to_bytes(2, "big"),
    "an option without a length": HAPROXY[:14] + b"\0\x0e" + HAPROXY[16:] + b"\x02\0",
    "an option that is cut off": HAPROXY[:14] + b"\0\x0f" + HAPROXY[16:] + b"\x02\0\1",
    "an unknown purpose": HAPROXY[:14] + b"\0\x10" + HAPROXY[16:] + b"\xe1\0\1x",
}


@pytest.mark.parametrize("data", BAD.values(), ids=BAD)
def test_what_is_no_header_is_refused_with_a_sentence(data: bytes) -> None:
    with pytest.raises(BadProxyHeader, match=r"^it"):
        read(data)


@given(st.binary(max_size=40), st.integers(1, 40))
def test_any_bytes_after_the_signature_are_a_header_or_refused(rest: bytes, step: int) -> None:
    reader, data = ProxyHeaderReader(), SIGNATURE + rest
    while data and reader.missing:
        take = min(reader.missing, step)
        try:
            reader.receive_data(data[:take])
        except BadProxyHeader:
            return
        data = data[take:]
