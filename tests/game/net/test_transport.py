"""Real sockets on loopback: whatever a server does, the client's poll comes back at once and says what happened."""

import contextlib
import errno
import select
import socket
import sys
import threading
import time

import pytest

from petard.game.net.connector import SocketAddress
from petard.game.net.graceful_close import LINGER
from petard.game.net.tcp_transport import SEND_LIMIT, TcpTransport, disconnect_reason
from petard.game.net.transport import TransportState
from tests.game.net.watched import PATIENCE, Watched, accepted, hard_close, listening, port_of, to

# Talking


def test_bytes_go_both_ways_and_nothing_waits_in_the_system(server: socket.socket) -> None:
    watched = to(server)
    watched.until_open()
    with accepted(server) as peer:
        watched.transport.send(b"hello")
        assert peer.recv(100) == b"hello"
        peer.sendall(b"welcome")
        watched.until(lambda: watched.arrived == b"welcome")
    line = watched.transport.socket
    assert line is not None
    assert line.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
    assert watched.until_closed() == "The server closed the connection."


def test_what_is_sent_before_the_line_is_open_leaves_when_it_opens(server: socket.socket) -> None:
    watched = to(server)
    watched.transport.send(b"early")
    assert watched.transport.state is TransportState.RESOLVING
    watched.until_open()
    with accepted(server) as peer:
        assert peer.recv(100) == b"early"
    watched.transport.close()


def test_a_server_on_ipv6_is_reached() -> None:
    with listening(socket.AF_INET6, "::1") as server:
        watched = to(server)
        watched.until_open()
        with accepted(server) as peer:
            peer.sendall(b"six")
            watched.until(lambda: watched.arrived == b"six")
        watched.transport.close()


def test_localhost_is_reached_whichever_family_the_server_took(server: socket.socket) -> None:
    watched = Watched(TcpTransport("localhost", port_of(server), time.monotonic()))
    watched.until_open()
    watched.transport.close()


def test_close_sends_the_last_words_and_is_no_problem(server: socket.socket) -> None:
    watched = to(server)
    watched.until_open()
    with accepted(server) as peer:
        peer.sendall(b"unread")
        line = watched.transport.socket
        assert line is not None
        select.select([line], [], [], PATIENCE)
        watched.transport.send(b"bye")
        watched.transport.close()
        watched.transport.close()
        assert peer.recv(100) == b"bye"
        assert peer.recv(100) == b""
    assert (watched.transport.state, watched.transport.problem) == (TransportState.CLOSED, "")
    watched.transport.send(b"too late")
    assert watched.poll() == b""


def test_who_hangs_up_hears_the_other_end_out_so_that_no_reset_overtakes_the_goodbye(server: socket.socket) -> None:
    watched = to(server)
    watched.until_open()
    with accepted(server) as peer:
        watched.transport.send(b"bye")
        watched.transport.close()
        for _ in range(20):
            peer.sendall(b"on its way when they hung up")
        assert (peer.recv(100), peer.recv(100)) == (b"bye", b"")
        peer.sendall(b"and on")
        assert [thread.name for thread in threading.enumerate()].count("goodbye") == 1
    see_off()


def test_nobody_is_heard_out_for_longer_than_a_second(server: socket.socket) -> None:
    watched = to(server)
    watched.until_open()
    with accepted(server) as peer:
        watched.transport.close()
        since = time.monotonic()
        while any(thread.name == "goodbye" for thread in threading.enumerate()):
            with contextlib.suppress(ConnectionError):
                peer.sendall(b"who never stops")
            assert time.monotonic() - since < PATIENCE
        assert time.monotonic() - since < 3 * LINGER


def see_off() -> None:
    """Wait for all lines that were hung up."""
    for thread in threading.enumerate():
        if thread.name == "goodbye":
            thread.join(PATIENCE)
            assert not thread.is_alive()


def test_closing_while_the_name_is_looked_up_forgets_the_answer() -> None:
    asked = threading.Event()
    answer = threading.Event()

    def slow(host: str, port: int) -> list[SocketAddress]:
        asked.set()
        answer.wait(PATIENCE)
        return [SocketAddress(socket.AF_INET, ("127.0.0.1", port))]

    watched = Watched(TcpTransport("slow", 1, time.monotonic(), slow))
    assert asked.wait(PATIENCE)
    watched.transport.close()
    answer.set()
    assert watched.poll() == b""
    assert (watched.transport.state, watched.transport.problem) == (TransportState.CLOSED, "")


# Servers that misbehave


def test_a_server_that_accepts_and_says_nothing_costs_no_time(server: socket.socket) -> None:
    watched = to(server)
    watched.until_open()
    with accepted(server):
        watched.until(lambda: watched.polls > 300)
        assert watched.transport.state is TransportState.OPEN
        assert not watched.arrived
    watched.transport.close()


def test_a_server_that_stalls_in_the_middle_of_a_frame_costs_no_time(server: socket.socket) -> None:
    watched = to(server)
    watched.until_open()
    with accepted(server) as peer:
        peer.sendall(b"\x00\x00\x10\x00half")
        watched.until(lambda: len(watched.arrived) == 8)
        polls = watched.polls
        watched.until(lambda: watched.polls > polls + 300)
        assert watched.transport.state is TransportState.OPEN
    watched.transport.close()


def test_a_reset_is_one_sentence(server: socket.socket) -> None:
    watched = to(server)
    watched.until_open()
    hard_close(accepted(server))
    assert watched.until_closed() == "The connection to the server broke."


def test_a_goodbye_is_another_sentence_and_the_last_words_are_heard(server: socket.socket) -> None:
    watched = to(server)
    watched.until_open()
    with accepted(server) as peer:
        peer.sendall(b"refused: full")
    assert watched.until_closed() == "The server closed the connection."
    assert watched.arrived == b"refused: full"


def test_the_last_words_are_heard_even_when_our_writing_meets_a_closed_line(server: socket.socket) -> None:
    watched = to(server)
    watched.until_open()
    with accepted(server) as peer:
        peer.sendall(b"refused: banned")
    for _ in range(100_000):  # the first send meets a closed door, and one after it the reset
        watched.transport.send(b"knock")
        if watched.transport.write_error:
            break
    assert watched.transport.state is TransportState.OPEN
    watched.transport.send(b"dropped")
    assert watched.until_closed() != ""
    heard = bytes(watched.arrived)
    assert heard == b"refused: banned" or (sys.platform == "win32" and not heard)  # a reset wipes it there


def test_a_line_that_takes_nothing_and_says_nothing_any_more_is_closed(server: socket.socket) -> None:
    watched = to(server)
    watched.until_open()
    with accepted(server):
        watched.transport.write_error = disconnect_reason(OSError(errno.EHOSTUNREACH, "no route"))
        assert (
            watched.until_closed() == "There is no way to the server any more. Was a cable pulled, or the Wi-Fi lost?"
        )


def test_garbage_without_end_is_taken_in_bounded_bites(server: socket.socket) -> None:
    watched = to(server)
    watched.until_open()
    with accepted(server) as peer:
        stop = threading.Event()
        thread = threading.Thread(target=_pour, args=(peer, stop), daemon=True)
        thread.start()
        biggest = 0

        def enough() -> bool:
            nonlocal biggest
            biggest = max(biggest, len(watched.poll()))
            return len(watched.arrived) > 20_000_000

        watched.until(enough)
        stop.set()
        watched.transport.close()
        thread.join(PATIENCE)
    assert 0 < biggest <= 256 * 1024


def _pour(peer: socket.socket, stop: threading.Event) -> None:
    garbage = bytes(range(256)) * 1024
    with contextlib.suppress(OSError):
        while not stop.is_set():
            peer.sendall(garbage)


def test_a_server_that_takes_nothing_is_given_up_at_the_limit(server: socket.socket) -> None:
    watched = to(server)
    watched.until_open()
    with accepted(server):
        kept = 0
        for _ in range(10_000):
            begun = time.perf_counter()
            watched.transport.send(bytes(4096))
            watched.longest = max(watched.longest, time.perf_counter() - begun)
            kept = max(kept, len(watched.transport.unsent))
            if watched.transport.state is TransportState.CLOSED:
                break
            watched.poll()
        assert watched.until_closed() == "The server does not take data any more. The connection seems to be dead."
    assert kept <= SEND_LIMIT


@pytest.mark.parametrize(
    ("code", "sentence"),
    [
        (errno.ETIMEDOUT, "The server does not answer any more. "),
        (errno.EHOSTUNREACH, "There is no way to the server any more. "),
        (errno.ECONNRESET, "The connection to the server broke."),
    ],
)
def test_a_line_that_breaks_is_one_sentence(code: int, sentence: str) -> None:
    assert disconnect_reason(OSError(code, "system's words")).startswith(sentence)
