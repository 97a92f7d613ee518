"""Any bytes are a request or one sentence with a status of 4xx, however the stream is cut."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from petard.server.http.request import HEAD_MOST, HEADERS_MOST, LINE_MOST, BadRequest, HttpRequest, head_of, parse

HOST = b"Host: localhost:7780\r\n"


def read(data: bytes) -> HttpRequest | int | None:
    """What comes of bytes: a request, the status of a refusal, or None where more has to come."""
    try:
        head = head_of(data)
        return parse(head) if head is not None else None
    except BadRequest as odd:
        return odd.status if str(odd).endswith(".") else -1


HONEST = {
    b"GET / HTTP/1.1\r\n" + HOST + b"\r\n": HttpRequest("GET", "/", "localhost"),
    b"HEAD /time HTTP/1.0\r\n\r\n": HttpRequest("HEAD", "/time", ""),
    b"GET /healthz HTTP/1.0\n\n": HttpRequest("GET", "/healthz", ""),  # as printf and netcat say it
    b"\r\nGET / HTTP/1.0\r\n\r\n": HttpRequest("GET", "/", ""),
    b"GET /?x=1 HTTP/1.1\r\nHOST:[::1]:80\r\nAccept: */*\r\n\r\n": HttpRequest("GET", "/", "::1"),
    b"GET http://Petard.Local:80/time?a HTTP/1.1\r\nHost: other\r\n\r\n": HttpRequest("GET", "/time", "petard.local"),
    b"GET http://localhost HTTP/1.1\r\nHost: x\r\n\r\n": HttpRequest("GET", "/", "localhost"),
    b"GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n": HttpRequest("GET", "/", "a"),
    b"GET / HTTP/1.1\r\nHost:\r\n\r\n": HttpRequest("GET", "/", ""),
}
ODD = {
    b"GET /\r\n": 400,  # HTTP/0.9
    b"GET /\r\n\r\n": 400,
    b"GET / HTTP/2.0\r\n\r\n": 400,
    b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n": 400,
    b"GET  / HTTP/1.1\r\n": 400,
    b"GET / HTTP/1.1 \r\n": 400,
    b"GET /\xc3\xbc HTTP/1.1\r\n": 400,
    b" GET / HTTP/1.1\r\n": 400,
    b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc": 400,  # TLS
    b"\x00": 400,
    b"\n\n": 400,
    b"\r\n\r\n": 400,
    b"G\x00T / HTTP/1.1\r\n": 400,
    b"get / http/1.1\r\n": 400,
    b"POST / HTTP/1.1\r\n" + HOST + b"Content-Length: 5\r\n\r\nhello": 405,
    b"DELETE / HTTP/1.1\r\n" + HOST + b"\r\n": 405,
    b"OPTIONS * HTTP/1.1\r\n" + HOST + b"\r\n": 405,
    b"CONNECT x:80 HTTP/1.1\r\n" + HOST + b"\r\n": 405,
    b"GET / HTTP/1.1\r\n" + HOST + b"Content-Length: 5\r\n\r\nhello": 413,
    b"GET / HTTP/1.1\r\n" + HOST + b"Transfer-Encoding: chunked\r\n\r\n": 413,
    b"GET / HTTP/1.1\r\n" + HOST + b"Content-Length: -1\r\n\r\n": 400,
    b"GET / HTTP/1.1\r\n" + HOST + b"Content-Length: 0\r\nContent-Length: 7\r\n\r\n": 400,
    b"GET / HTTP/1.1\r\n\r\n": 400,  # no Host
    b"GET / HTTP/1.1\r\n" + HOST + HOST + b"\r\n": 400,
    b"GET / HTTP/1.1\r\nno colon\r\n\r\n": 400,
    b"GET / HTTP/1.1\r\nHost : x\r\n\r\n": 400,
    b"GET / HTTP/1.1\r\nHost: x\r\n folded\r\n\r\n": 400,
    b"GET / HTTP/1.1\r\nHost: x\x00y\r\n\r\n": 400,
    b"GET / HTTP/1.1\r\nHost: x\rInjected: y\r\n\r\n": 400,
    b"GET / HTTP/1.1\r\n: x\r\n\r\n": 400,
    b"GET /" + b"a" * LINE_MOST: 414,
    b"GET /" + b"a" * LINE_MOST + b" HTTP/1.1\r\n\r\n": 414,
    b"A" * (LINE_MOST + 1): 414,
    b"GET / HTTP/1.1\r\nX: " + b"a" * HEAD_MOST: 431,
    b"GET / HTTP/1.1\r\n" + b"X: y\r\n" * (HEADERS_MOST + 1) + b"\r\n": 431,
}


@pytest.mark.parametrize(("data", "request_"), HONEST.items())
def test_a_valid_request_is_parsed(data: bytes, request_: HttpRequest) -> None:
    assert read(data) == request_
    assert read(data + b"whatever follows") == request_


@pytest.mark.parametrize(("data", "status"), ODD.items(), ids=lambda value: repr(value)[:60])
def test_an_invalid_request_gets_its_status(data: bytes, status: int) -> None:
    assert read(data) == status


@pytest.mark.parametrize(
    "data", [*HONEST, *(data for data in ODD if len(data) < 200)], ids=lambda data: repr(data)[:60]
)
def test_a_part_of_a_request_gives_no_other_result_than_the_whole(data: bytes) -> None:
    for end in range(len(data)):
        assert read(data[:end]) in (None, read(data))


@pytest.mark.parametrize("end", [b"\n\n", b"\r\n\r\n"])
@pytest.mark.parametrize("more", [-1, 0, 1])
def test_the_limit_of_the_head_is_the_same_at_any_cut(more: int, end: bytes) -> None:
    head = b"GET / HTTP/1.0\r\nX: "
    data = head + b"a" * (HEAD_MOST + more - len(head)) + end
    found = {read(data[:cut]) for cut in range(HEAD_MOST - 2, len(data) + 1)} - {None}
    assert found == ({431} if more > 0 else {HttpRequest("GET", "/", "")})


@given(
    st.binary(max_size=300)
    | st.lists(
        st.sampled_from([b"GET", b" ", b"/", b"HTTP/1.1", b"\r\n", b"\n", b"\r", b":", b"Host", b"\x00", b"9"])
    ).map(b"".join)
)
def test_any_bytes_are_a_request_or_a_bad_request(data: bytes) -> None:
    found = read(data)
    assert found is None or isinstance(found, HttpRequest) or 400 <= found < 500
