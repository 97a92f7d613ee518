"""Servers that are not there, and names with several addresses: real sockets, and a resolver of our own."""

import contextlib
import errno
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from petard.game.net import connector
from petard.game.net.connector import SocketAddress, connect_failure, interleaved
from petard.game.net.tcp_transport import TcpTransport
from petard.game.net.transport import TransportState
from tests.game.net.loopback import LONGEST_POLL, PATIENCE, TimedTransport, closed_port, listening, port_of, resolver

ROOT = Path(__file__).parents[3]


# Servers that are not there


def test_after_a_refused_connect_the_sentence_asks_whether_the_server_runs() -> None:
    port = closed_port()
    timed = TimedTransport(TcpTransport("127.0.0.1", port, time.monotonic()))
    assert timed.until_closed() == f"Nobody answers at 127.0.0.1 port {port}. Is the server running there?"


def test_an_unknown_host_name_has_its_own_sentence() -> None:
    def unknown(host: str, port: int) -> list[SocketAddress]:
        raise socket.gaierror(socket.EAI_NONAME, "not known")

    assert (
        TimedTransport(TcpTransport("no-such-name", 7777, time.monotonic(), unknown)).until_closed()
        == "That name is not known: no-such-name"
    )


def test_an_invalid_host_name_counts_as_unknown() -> None:
    for host in ("a" * 64 + ".example", "..", "\udc80", "a\0b"):
        timed = TimedTransport(TcpTransport(host, 7777, time.monotonic()))
        assert timed.until_closed() in (f"That name is not known: {host}", *away(host))


def away(host: str) -> tuple[str]:
    """What the system of a machine without a network may say instead."""
    return (f"{host} cannot be looked up. Is this computer on the network?",)


def test_a_lookup_without_a_network_has_its_own_sentence() -> None:
    def lonely(host: str, port: int) -> list[SocketAddress]:
        raise socket.gaierror(socket.EAI_AGAIN, "try again")

    assert (
        TimedTransport(TcpTransport("ada-laptop", 7777, time.monotonic(), lonely)).until_closed()
        == away("ada-laptop")[0]
    )


def test_a_lookup_that_hangs_ends_after_eight_seconds() -> None:
    hang = threading.Event()

    def hanging(host: str, port: int) -> list[SocketAddress]:
        hang.wait(PATIENCE)
        return []

    timed = TimedTransport(TcpTransport("slow", 7777, 100.0, hanging))
    timed.poll(107.9)
    assert timed.transport.state is TransportState.RESOLVING
    timed.poll(108.0)
    hang.set()
    assert timed.transport.problem == "Looking up slow takes too long. Is this computer on the network?"
    assert timed.longest < LONGEST_POLL


def test_a_lookup_that_hangs_does_not_keep_the_program_running() -> None:
    code = (
        "import threading; from petard.game.net.tcp_transport import TcpTransport\n"
        "connection = TcpTransport('slow', 7777, 0.0, lambda host, port: threading.Event().wait(600))\n"
        "connection.poll(0.1); connection.close()"
    )
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True, timeout=60)


def test_connecting_to_a_full_backlog_ends_after_eight_seconds() -> None:
    with listening(backlog=0) as server, contextlib.ExitStack() as stack:
        for _ in range(8):  # later connections find the queue full
            filler = stack.enter_context(socket.socket())
            filler.setblocking(False)
            filler.connect_ex(server.getsockname())
        started = time.monotonic()
        timed = TimedTransport(TcpTransport("127.0.0.1", port_of(server), started))
        timed.until(lambda: timed.transport.state is not TransportState.RESOLVING)
        timed.until(lambda: timed.polls > 100)
        if timed.transport.state is not TransportState.CONNECTING:
            pytest.skip("this system lets them in, or refuses, however long the queue is")
        timed.poll(started + connector.TIMEOUT)
        assert timed.until_closed().startswith(f"127.0.0.1 port {port_of(server)} does not answer.")
        assert timed.longest < LONGEST_POLL


# Names with several addresses


def test_a_dead_first_address_delays_the_second_by_the_head_start_only(server: socket.socket) -> None:
    with listening(backlog=0) as silent, contextlib.ExitStack() as stack:
        for _ in range(8):
            filler = stack.enter_context(socket.socket())
            filler.setblocking(False)
            filler.connect_ex(silent.getsockname())
        both = resolver(silent.getsockname(), server.getsockname())
        begun = time.monotonic()
        timed = TimedTransport(TcpTransport("two-faces", 7777, begun, both))
        timed.until_open()
        assert time.monotonic() - begun < connector.TIMEOUT / 2
        assert timed.transport.socket is not None
        assert timed.transport.socket.getpeername() == server.getsockname()
        timed.transport.close()


def test_after_a_refusal_the_next_address_is_tried_at_once(server: socket.socket) -> None:
    both = resolver(("127.0.0.1", closed_port()), server.getsockname())
    timed = TimedTransport(TcpTransport("two-faces", 7777, time.monotonic(), both))
    timed.until_open()
    timed.transport.close()


def test_without_a_route_the_next_address_is_tried_at_once(server: socket.socket) -> None:
    def both(host: str, port: int) -> list[SocketAddress]:
        return [
            SocketAddress(socket.AF_INET6, ("fe80::1", 1, 0, 0)),
            SocketAddress(socket.AF_INET, server.getsockname()),
        ]

    timed = TimedTransport(TcpTransport("two-faces", 7777, time.monotonic(), both))
    timed.until_open()
    timed.transport.close()


def test_when_all_addresses_fail_the_most_helpful_reason_is_shown() -> None:
    places = resolver(("127.0.0.1", closed_port()), ("127.0.0.1", closed_port()))
    timed = TimedTransport(TcpTransport("two-faces", 7777, time.monotonic(), places))
    assert timed.until_closed() == "Nobody answers at two-faces port 7777. Is the server running there?"


@pytest.mark.parametrize(
    ("failures", "sentence"),
    [
        ([errno.ECONNREFUSED, errno.ENETUNREACH], "Nobody answers at x port 1. Is the server running there?"),
        ([errno.ETIMEDOUT, errno.EHOSTUNREACH], "x port 1 does not answer. "),
        ([errno.EHOSTUNREACH], "There is no way from here to x. "),
        ([errno.EACCES], "This computer does not let the game reach x. "),
        ([], "Nobody answers at x port 1. "),
    ],
)
def test_of_several_failures_the_most_helpful_sentence_is_chosen(failures: list[int], sentence: str) -> None:
    assert connect_failure("x", 1, failures).startswith(sentence)


@pytest.mark.parametrize("code", [errno.EINVAL, errno.EHOSTUNREACH, errno.EADDRNOTAVAIL])
def test_a_link_local_address_without_an_interface_has_its_own_sentence(code: int) -> None:
    sentence = "fe80::1 needs the name of the network behind it, as in fe80::1%eth0."
    assert connect_failure("fe80::1", 7777, [code]) == sentence
    assert connect_failure("fe80::1%eth0", 7777, [code]) != sentence
    assert connect_failure("fe80::1", 7777, [errno.ECONNREFUSED]) != sentence


def test_addresses_of_both_families_alternate() -> None:
    places = [SocketAddress(6, 1), SocketAddress(6, 2), SocketAddress(6, 1), SocketAddress(4, 3)]
    assert interleaved(places) == [SocketAddress(6, 1), SocketAddress(4, 3), SocketAddress(6, 2)]
