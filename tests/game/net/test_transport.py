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
from petard.game.net.socket_ends import LINGER, disconnect_reason
from petard.game.net.tcp_transport import READ_SIZE, SEND_LIMIT, TcpTransport
from petard.game.net.transport import TransportState
from tests.game.net.loopback import PATIENCE, TimedTransport, accepted, connected_to, hard_close, listening, port_of

# Talking


def test_bytes_are_sent_both_ways_without_nagle_delay(server: socket.socket) -> None:
    timed = connected_to(server)
    timed.until_open()
    with accepted(server) as peer:
        timed.transport.send(b"hello")
        assert peer.recv(100) == b"hello"
        peer.sendall(b"welcome")
        timed.until(lambda: timed.arrived == b"welcome")
    line = timed.transport.socket
    assert line is not None
    assert line.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
    assert timed.until_closed() == "The server closed the connection."


def test_bytes_sent_before_the_connection_is_open_leave_when_it_opens(server: socket.socket) -> None:
    timed = connected_to(server)
    timed.transport.send(b"early")
    assert timed.transport.state is TransportState.RESOLVING
    timed.until_open()
    with accepted(server) as peer:
        assert peer.recv(100) == b"early"
    timed.transport.close()


def test_a_server_on_ipv6_can_be_reached() -> None:
    with listening(socket.AF_INET6, "::1") as server:
        timed = connected_to(server)
        timed.until_open()
        with accepted(server) as peer:
            peer.sendall(b"six")
            timed.until(lambda: timed.arrived == b"six")
        timed.transport.close()


def test_localhost_can_be_reached_over_ipv4_and_ipv6(server: socket.socket) -> None:
    timed = TimedTransport(TcpTransport("localhost", port_of(server), time.monotonic()))
    timed.until_open()
    timed.transport.close()


def test_close_sends_the_last_bytes_and_sets_no_problem(server: socket.socket) -> None:
    timed = connected_to(server)
    timed.until_open()
    with accepted(server) as peer:
        peer.sendall(b"unread")
        line = timed.transport.socket
        assert line is not None
        select.select([line], [], [], PATIENCE)
        timed.transport.send(b"bye")
        timed.transport.close()
        timed.transport.close()
        assert peer.recv(100) == b"bye"
        assert peer.recv(100) == b""
    assert (timed.transport.state, timed.transport.problem) == (TransportState.CLOSED, "")
    timed.transport.send(b"too late")
    assert timed.poll() == b""


def test_after_close_the_transport_reads_on_so_that_no_reset_overtakes_the_goodbye(server: socket.socket) -> None:
    timed = connected_to(server)
    timed.until_open()
    with accepted(server) as peer:
        timed.transport.send(b"bye")
        timed.transport.close()
        for _ in range(20):
            peer.sendall(b"on its way when they hung up")
        assert (peer.recv(100), peer.recv(100)) == (b"bye", b"")
        peer.sendall(b"and on")
        assert [thread.name for thread in threading.enumerate()].count("goodbye") == 1
    see_off()


def test_after_close_the_transport_reads_on_for_a_second_at_most(server: socket.socket) -> None:
    timed = connected_to(server)
    timed.until_open()
    with accepted(server) as peer:
        timed.transport.close()
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


def test_closing_during_the_lookup_ignores_its_result() -> None:
    asked = threading.Event()
    answer = threading.Event()

    def slow(host: str, port: int) -> list[SocketAddress]:
        asked.set()
        answer.wait(PATIENCE)
        return [SocketAddress(socket.AF_INET, ("127.0.0.1", port))]

    timed = TimedTransport(TcpTransport("slow", 1, time.monotonic(), slow))
    assert asked.wait(PATIENCE)
    timed.transport.close()
    answer.set()
    assert timed.poll() == b""
    assert (timed.transport.state, timed.transport.problem) == (TransportState.CLOSED, "")


# Servers that misbehave


def test_a_silent_server_does_not_block_polling(server: socket.socket) -> None:
    timed = connected_to(server)
    timed.until_open()
    with accepted(server):
        timed.until(lambda: timed.polls > 300)
        assert timed.transport.state is TransportState.OPEN
        assert not timed.arrived
    timed.transport.close()


def test_a_server_that_stalls_in_mid_frame_does_not_block_polling(server: socket.socket) -> None:
    timed = connected_to(server)
    timed.until_open()
    with accepted(server) as peer:
        peer.sendall(b"\x00\x00\x10\x00half")
        timed.until(lambda: len(timed.arrived) == 8)
        polls = timed.polls
        timed.until(lambda: timed.polls > polls + 300)
        assert timed.transport.state is TransportState.OPEN
    timed.transport.close()


def test_a_reset_is_one_sentence(server: socket.socket) -> None:
    timed = connected_to(server)
    timed.until_open()
    hard_close(accepted(server))
    assert timed.until_closed() == "The connection to the server broke."


def test_after_a_clean_close_the_sentence_differs_and_the_last_bytes_are_received(server: socket.socket) -> None:
    timed = connected_to(server)
    timed.until_open()
    with accepted(server) as peer:
        peer.sendall(b"refused: full")
    assert timed.until_closed() == "The server closed the connection."
    assert timed.arrived == b"refused: full"


def test_the_last_bytes_are_received_even_if_our_send_fails(server: socket.socket) -> None:
    timed = connected_to(server)
    timed.until_open()
    with accepted(server) as peer:
        peer.sendall(b"refused: banned")
    for _ in range(100_000):  # the first send finds the port closed, and one after it gets the reset
        timed.transport.send(b"data")
        if timed.transport.write_error:
            break
    assert timed.transport.state is TransportState.OPEN
    timed.transport.send(b"dropped")
    assert timed.until_closed() != ""
    heard = bytes(timed.arrived)
    assert heard == b"refused: banned" or (sys.platform == "win32" and not heard)  # a reset wipes it there


def test_a_connection_that_neither_sends_nor_accepts_bytes_is_closed(server: socket.socket) -> None:
    timed = connected_to(server)
    timed.until_open()
    with accepted(server):
        timed.transport.write_error = disconnect_reason(OSError(errno.EHOSTUNREACH, "no route"))
        assert timed.until_closed() == "There is no way to the server any more. Was a cable pulled, or the Wi-Fi lost?"


def test_one_poll_reads_a_bounded_number_of_bytes(server: socket.socket) -> None:
    timed = connected_to(server)
    timed.until_open()
    with accepted(server) as peer:
        stop = threading.Event()
        thread = threading.Thread(target=_pour, args=(peer, stop), daemon=True)
        thread.start()
        biggest = 0

        def enough() -> bool:
            nonlocal biggest
            biggest = max(biggest, len(timed.poll()))
            return len(timed.arrived) > 20_000_000

        timed.until(enough)
        stop.set()
        timed.transport.close()
        thread.join(PATIENCE)
    assert 0 < biggest <= READ_SIZE


def _pour(peer: socket.socket, stop: threading.Event) -> None:
    garbage = bytes(range(256)) * 1024
    with contextlib.suppress(OSError):
        while not stop.is_set():
            peer.sendall(garbage)


def test_a_server_that_reads_nothing_is_closed_at_the_limit(server: socket.socket) -> None:
    timed = connected_to(server)
    timed.until_open()
    with accepted(server):
        kept = 0
        for _ in range(10_000):
            begun = time.perf_counter()
            timed.transport.send(bytes(4096))
            timed.longest = max(timed.longest, time.perf_counter() - begun)
            kept = max(kept, len(timed.transport.unsent))
            if timed.transport.state is TransportState.CLOSED:
                break
            timed.poll()
        assert timed.until_closed() == "The server does not take data any more. The connection seems to be dead."
    assert kept <= SEND_LIMIT


@pytest.mark.parametrize(
    ("code", "sentence"),
    [
        (errno.ETIMEDOUT, "The server does not answer any more. "),
        (errno.EHOSTUNREACH, "There is no way to the server any more. "),
        (errno.ECONNRESET, "The connection to the server broke."),
    ],
)
def test_a_broken_connection_is_one_sentence(code: int, sentence: str) -> None:
    assert disconnect_reason(OSError(code, "system's words")).startswith(sentence)
