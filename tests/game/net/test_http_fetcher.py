"""One GET in a thread: whatever the other end does, the answer is bounded, and nothing waits for it."""

import socket
import ssl
import subprocess
import sys
import time
from pathlib import Path

import pytest

from petard.game.net.fetch_result import FetchAnswer, FetchFailure, FetchResult, FetchTarget
from petard.game.net.http_fetcher import GRACE, LARGEST, PATIENCE, HttpFetcher
from tests.game.net.fake_http import FakeHttp, answer, fake_http

HERE = "127.0.0.1"
WAIT = 10.0  # seconds that a test waits for what must come
ETAG = '"7"'


def fetched(fetcher: HttpFetcher, path: str = "/rooms", etag: str = "") -> FetchResult:
    """Ask, and wait for the result."""
    fetcher.ask(path, etag, time.monotonic())
    return result_of(fetcher)


def result_of(fetcher: HttpFetcher) -> FetchResult:
    ends_at = time.monotonic() + WAIT
    while (result := fetcher.poll(time.monotonic())) is None:
        assert time.monotonic() < ends_at, "there is no result"
    return result


def fetcher_of(server: FakeHttp, patience: float = PATIENCE, secure: bool = False) -> HttpFetcher:
    return HttpFetcher(FetchTarget(secure, HERE, server.port), "Petard/test", patience)


def test_an_answer_comes_with_its_tag_and_the_address_of_the_other_end() -> None:
    with fake_http(lambda lines: [answer(b'{"rooms": []}', "200 OK", f"ETag: {ETAG}")]) as server:
        assert fetched(fetcher_of(server), "/rooms?limit=50", ETAG) == FetchAnswer(200, ETAG, b'{"rooms": []}', HERE)
        assert server.requests[0][0] == "GET /rooms?limit=50 HTTP/1.1"
        assert {f"If-None-Match: {ETAG}", "User-Agent: Petard/test", f"Host: {HERE}:{server.port}"} <= {
            *server.requests[0]
        }


def test_statuses_are_passed_on_and_no_redirect_is_followed() -> None:
    replies = {
        "/304": b"HTTP/1.1 304 Not Modified\r\n\r\n",
        "/302": answer(b"", "302 Found", "Location: /elsewhere"),
        "/503": answer(b"{}", "503 Service Unavailable"),
    }
    with fake_http(lambda lines: [replies[lines[0].split()[1]]]) as server:
        fetcher = fetcher_of(server)
        for path in replies:
            result = fetched(fetcher, path)
            assert isinstance(result, FetchAnswer)
            assert result.status == int(path[1:])
        assert len(server.requests) == len(replies)


def chunked(count: int) -> list[bytes]:
    head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    return [head + (b"10000\r\n" + b" " * 65536 + b"\r\n") * count]


BAD: dict[str, tuple[list[bytes], FetchFailure]] = {
    "too long": ([answer(b" " * (LARGEST + 1))], FetchFailure.TOO_LARGE),
    "too long in chunks": (chunked(5), FetchFailure.TOO_LARGE),
    "a length that is a lie": ([b"HTTP/1.1 200 OK\r\nContent-Length: 9999999999\r\n\r\n" + b" " * (LARGEST + 1)],
                               FetchFailure.TOO_LARGE),
    "no HTTP": ([b"SSH-2.0-OpenSSH_9.2\r\n\r\n"], FetchFailure.NO_HTTP),
    "nothing": ([b""], FetchFailure.NO_HTTP),
    "bytes": ([bytes(range(256)) * 300], FetchFailure.NO_HTTP),
    "endless head": ([b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 5000], FetchFailure.NO_HTTP),
    "one long line": ([b"HTTP/1.1 200 OK\r\nX: " + b"y" * 200_000], FetchFailure.NO_HTTP),
    "a broken chunk": ([b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"], FetchFailure.NO_HTTP),
}  # fmt: skip


@pytest.mark.parametrize("kind", BAD)
def test_a_bad_answer_is_a_failure_and_the_next_good_one_counts(kind: str) -> None:
    pieces, failure = BAD[kind]
    with fake_http(lambda lines: pieces if "/bad" in lines[0] else [answer()]) as server:
        fetcher = fetcher_of(server)
        assert fetched(fetcher, "/bad") is failure
        assert isinstance(fetched(fetcher), FetchAnswer)


@pytest.mark.parametrize("head", [b"", b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n"])
def test_an_answer_that_drips_in_is_given_up_after_its_time(head: bytes) -> None:
    drops = [head or b"H"] + [b" "] * 1000
    with fake_http(lambda lines: drops) as server:
        begun = time.monotonic()
        assert fetched(fetcher_of(server, patience=0.3)) is FetchFailure.NO_ANSWER
        assert time.monotonic() - begun < len(drops) * 0.02, "it was waited for to its end"


def test_polls_never_wait_and_a_stuck_answer_is_given_up_and_dropped() -> None:
    with fake_http(lambda lines: [answer(lines[0].split()[1].encode())]) as server:
        fetcher = fetcher_of(server)
        server.may_answer.clear()
        fetcher.ask("/first", "", 100.0)
        while not server.requests:
            assert fetcher.poll(100.0) is None
        assert fetcher.poll(100.0 + PATIENCE) is None
        assert fetcher.poll(100.1 + PATIENCE + GRACE) is FetchFailure.NO_ANSWER
        fetcher.ask("/second", "", 200.0)
        assert fetcher.poll(200.0) is None
        assert len(server.requests) == 1, "a second thread was started"
        server.may_answer.set()
        result = result_of_at(fetcher, 200.0)
        assert isinstance(result, FetchAnswer)
        assert result.body == b"/second"


def result_of_at(fetcher: HttpFetcher, now: float) -> FetchResult:
    ends_at = time.monotonic() + WAIT
    while (result := fetcher.poll(now)) is None:
        assert time.monotonic() < ends_at
    return result


def test_a_request_replaces_the_one_before() -> None:
    with fake_http(lambda lines: [answer(lines[0].split()[1].encode())]) as server:
        fetcher = fetcher_of(server)
        fetcher.ask("/first", "", time.monotonic())
        result = fetched(fetcher, "/second")
        assert isinstance(result, FetchAnswer)
        assert result.body == b"/second"
        assert fetcher.poll(time.monotonic()) is None


def test_nobody_there_and_a_name_that_is_none() -> None:
    with socket.create_server((HERE, 0)) as free:
        port = free.getsockname()[1]
    assert fetched(HttpFetcher(FetchTarget(False, HERE, port), "Petard")) is FetchFailure.REFUSED
    assert fetched(HttpFetcher(FetchTarget(False, "x" * 64 + ".invalid", 80), "Petard")) is FetchFailure.NO_NAME


def test_tls_trusts_only_who_can_prove_their_name() -> None:
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(Path(__file__).with_name("self_signed.pem"))
    with fake_http(lambda lines: [answer()], tls) as server:
        assert fetched(fetcher_of(server, secure=True)) is FetchFailure.UNTRUSTED
        assert server.requests == []
    with fake_http(lambda lines: [answer(b"", "400 Bad Request")]) as server:  # it speaks no TLS
        assert fetched(fetcher_of(server, secure=True)) is FetchFailure.NO_HTTP


SCRIPT = """
import sys, time
from petard.game.net.http_fetcher import HttpFetcher
from petard.game.net.fetch_result import FetchTarget
fetcher = HttpFetcher(FetchTarget(False, "127.0.0.1", int(sys.argv[1])), "Petard")
fetcher.ask("/rooms", "", time.monotonic())
sys.stdout.write("asked\\n")
sys.stdout.flush()
sys.stdin.readline()
"""


def test_the_game_ends_while_an_answer_is_awaited() -> None:
    with fake_http(lambda lines: [answer()]) as server:
        server.may_answer.clear()
        child = subprocess.Popen(
            [sys.executable, "-c", SCRIPT, str(server.port)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        with child:
            assert child.stdin
            ends_at = time.monotonic() + WAIT
            while not server.requests and time.monotonic() < ends_at:
                server.is_over.wait(0.01)
            assert server.requests
            child.stdin.write(b"\n")
            child.stdin.close()
            assert child.wait(PATIENCE / 2) == 0
