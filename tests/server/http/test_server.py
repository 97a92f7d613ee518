"""Real sockets: pages over IPv4 and IPv6, bad requests, crowds, slow clients, and a stop that waits for nobody."""

import contextlib
import socket
import threading
import time
from collections.abc import Callable

import pytest

from petard.server.http import server
from petard.server.http.figures import SharedFigures
from petard.server.http.server import CONNECTIONS
from petard.server.http.site import PATHS
from tests.server.http.sample import ask, figures, open_site, say
from tests.server.http.test_request import ODD

LINE = b"HTTP/1.1 "


@pytest.mark.parametrize("host", ["127.0.0.1", "::1"])
def test_all_paths_are_answered_and_head_gives_the_same_without_the_body(host: str) -> None:
    with open_site(host) as (port, _):
        for path in PATHS:
            status, headers, body = ask(port, path, host=host)
            assert (status, headers["content-length"]) == (200, str(len(body)))
            head, _, nothing = say(port, f"HEAD {path} HTTP/1.0\r\n\r\n".encode(), host).partition(b"\r\n\r\n")
            assert nothing == b""
            lines = head.decode().split("\r\n")
            assert {LINE.decode() + "200 OK", f"Content-Type: {headers['content-type']}"} <= set(lines)


def test_every_bad_request_gets_a_short_response_of_4xx_and_the_next_one_its_page(
    capfd: pytest.CaptureFixture[str],
) -> None:
    with open_site() as (port, answering):
        for words, status in ODD.items():
            answer = say(port, words)
            assert answer.startswith(LINE + str(status).encode()), words[:60]
            assert len(answer) < 500
            assert b"Traceback" not in answer
            assert ask(port, "/healthz")[0] == 200
        assert not answering.faults
    assert capfd.readouterr() == ("", "")


def test_half_a_request_and_a_reset_get_nothing() -> None:
    with open_site() as (port, answering):
        assert say(port, b"GET / HT", ends=True) == b""
        assert say(port, b"", ends=True) == b""
        with socket.create_connection(("127.0.0.1", port)) as sock:
            sock.sendall(b"GET / HTTP/1.0\r\n\r\n")
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        assert ask(port)[0] == 200
        assert not answering.faults


def test_a_client_that_sends_a_byte_now_and_then_is_closed_when_the_time_is_over(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(server, "WITHIN", 0.4)
    with open_site() as (port, _), socket.create_connection(("127.0.0.1", port), 5.0) as sock:
        began = time.monotonic()
        sock.settimeout(0.05)
        answer = b""
        for byte in b"GET / HTTP/1.1\r\nHost: localhost\r\nX: " + b"y" * 200:
            with contextlib.suppress(OSError):
                sock.sendall(bytes([byte]))
            with contextlib.suppress(TimeoutError):
                answer = sock.recv(1000)
                break
        assert answer.startswith(LINE + b"408")
        assert 0.4 <= time.monotonic() - began < 2.0


def test_a_connection_too_many_gets_a_503_without_a_thread_and_is_served_later() -> None:
    before = threading.active_count()
    with open_site() as (port, _), contextlib.ExitStack() as crowd:
        idle = [crowd.enter_context(socket.create_connection(("127.0.0.1", port))) for _ in range(CONNECTIONS)]
        threads = [_until(threading.active_count, lambda count: count >= before + 1 + CONNECTIONS)]
        for _ in range(20):
            assert say(port, b"GET / HTTP/1.0\r\n\r\n").startswith(LINE + b"503")
        threads.append(threading.active_count())
        assert threads[1] <= threads[0]
        for sock in idle:
            sock.close()
        _until(lambda: ask(port, "/healthz")[0], lambda status: status == 200)


def _until(look: Callable[[], int], is_so: Callable[[int], bool]) -> int:
    end, pause = time.monotonic() + 10.0, threading.Event()
    while not is_so(seen := look()):
        assert time.monotonic() < end, seen
        pause.wait(0.01)
    return seen


def test_one_address_gets_half_of_the_connections_and_this_machine_always_some() -> None:
    places = server.OpenConnections()
    with contextlib.ExitStack() as stack:
        socks = iter([stack.enter_context(sock) for _ in range(CONNECTIONS) for sock in socket.socketpair()])

        def taken(home: str, tries: int) -> int:
            return sum(places.take(next(socks), home) for _ in range(tries))

        first = next(socks)
        assert places.take(first, "10.0.0.5")
        assert taken("10.0.0.5", 9) == server.PER_GROUP - 1
        assert taken("10.0.0.6", 6) == server.REMOTE_MOST - server.PER_GROUP
        assert taken("", 6) == CONNECTIONS - server.REMOTE_MOST
        places.leave(first)
        assert taken("10.0.0.7", 1) == 1


def test_stopping_waits_for_no_client_and_leaves_no_thread_and_no_port() -> None:
    before = threading.active_count()
    with contextlib.ExitStack() as crowd:
        with open_site() as (port, _):
            for _ in range(5):
                crowd.enter_context(socket.create_connection(("127.0.0.1", port))).sendall(b"GET / HT")
            _until(threading.active_count, lambda count: count >= before + 6)
            began = time.monotonic()
        _until(threading.active_count, lambda count: count <= before)
        assert time.monotonic() - began < 1.5
    with pytest.raises(ConnectionRefusedError):
        say(port, b"")


def test_a_fault_of_ours_is_logged_and_not_shown_to_the_client(capfd: pytest.CaptureFixture[str]) -> None:
    shared = SharedFigures(figures(), 1e12)
    shared.figures = None  # type: ignore[assignment]
    with open_site(shared=shared) as (port, answering):
        status, _, body = ask(port)
        assert (status, body) == (500, b"Something is wrong here; the log of the server says what.\n")
        assert "AttributeError" in answering.faults[0]
    assert capfd.readouterr() == ("", "")


def test_a_foreign_host_name_on_loopback_is_refused() -> None:
    with open_site() as (port, _):
        assert ask(port, Host="rebound.example")[0] == 421
        assert ask(port, Host=f"localhost:{port}")[0] == 200
    with open_site(is_local=False) as (port, _):
        assert ask(port, Host="den.local")[0] == 200
