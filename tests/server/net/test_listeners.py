"""The listeners: which sockets are opened, and what is set on each connection."""

import errno
import re
import socket
import sys

import pytest

from petard.server.net import listeners
from petard.server.net.listeners import CannotListen, open_listeners, tune


def test_everywhere_is_both_families_on_one_port() -> None:
    opened = open_listeners("", 0)
    try:
        assert {sock.getsockname()[1] for sock in opened.sockets} == {opened.port}
        for family, host in ((socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1")):
            with socket.socket(family) as client:
                client.settimeout(5.0)
                client.connect((host, opened.port))
    finally:
        opened.close()


def test_where_one_socket_cannot_take_both_families_there_are_two(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "has_dualstack_ipv6", lambda: False)
    opened = open_listeners("", 0)
    try:
        assert [sock.family for sock in opened.sockets] == [socket.AF_INET, socket.AF_INET6]
        assert {sock.getsockname()[1] for sock in opened.sockets} == {opened.port}
    finally:
        opened.close()


def test_a_machine_without_ipv6_listens_on_ipv4(monkeypatch: pytest.MonkeyPatch) -> None:
    real = socket.socket

    def without_ipv6(family: int = socket.AF_INET, *rest: int) -> socket.socket:
        if family == socket.AF_INET6:
            raise OSError(errno.EAFNOSUPPORT, "Address family not supported by protocol")
        return real(family, *rest)

    monkeypatch.setattr(socket, "socket", without_ipv6)
    opened = open_listeners("", 0)
    try:
        assert [sock.family for sock in opened.sockets] == [socket.AF_INET]
    finally:
        opened.close()


def test_a_name_is_listened_on_at_all_its_addresses() -> None:
    opened = open_listeners("localhost", 0)
    try:
        assert {sock.getsockname()[0] for sock in opened.sockets} <= {"127.0.0.1", "::1"}
    finally:
        opened.close()


@pytest.mark.parametrize("host", ["127.0.0.1", "::1"])
def test_a_taken_port_is_left_to_who_has_it(host: str) -> None:
    first = open_listeners(host, 0)
    second = open_listeners(host, first.port)
    try:
        assert first.port < second.port < first.port + listeners.PORTS_TRIED
    finally:
        first.close()
        second.close()


def test_a_port_that_only_ipv4_has_taken_is_taken_for_both() -> None:
    with socket.create_server(("0.0.0.0", 0)) as other:
        opened = open_listeners("", other.getsockname()[1])
        try:
            assert opened.port > other.getsockname()[1]
        finally:
            opened.close()


@pytest.mark.parametrize("host", ["nowhere.invalid", "a..b", "x" * 64 + ".b", "\udcff", "a\0b"])
def test_an_address_that_does_not_exist_is_a_sentence(host: str) -> None:
    with pytest.raises(CannotListen, match=f"There is no address {re.escape(repr(host))} to listen on\\."):
        open_listeners(host, 0)
    with pytest.raises(OSError, match=r"."):  # as console and page take it
        listeners.listen(host, 0)


def test_a_connection_is_quick_to_send_and_small_in_the_kernel() -> None:
    near, far = socket.create_server(("127.0.0.1", 0)), socket.socket()
    with near, far:
        far.connect(near.getsockname())
        tune(far)
        assert not far.getblocking()
        assert far.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
        assert far.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE)
        assert far.getsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF) <= 2 * listeners.SEND_BUFFER


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has all of these")
def test_a_dead_line_is_noticed_within_ten_seconds_on_linux() -> None:
    with socket.socket() as sock:
        tune(sock)
        tcp = {
            name: sock.getsockopt(socket.IPPROTO_TCP, getattr(socket, name))
            for name in listeners.KEEPALIVE
            if hasattr(socket, name)
        }
        assert tcp == {"TCP_KEEPIDLE": 2, "TCP_KEEPINTVL": 1, "TCP_KEEPCNT": 3}
        assert sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT) == 8000


def test_without_descriptors_a_visitor_is_sent_away_and_the_door_stays_open() -> None:
    class Full:
        """A listener that has no descriptor for the first of its visitors."""

        def __init__(self) -> None:
            self.inner = socket.create_server(("127.0.0.1", 0))
            self.tries = 0

        def accept(self) -> tuple[socket.socket, tuple[str, int]]:
            self.tries += 1
            if self.tries == 1:
                raise OSError(errno.EMFILE, "Too many open files")
            return self.inner.accept()

    full = Full()
    opened = open_listeners("127.0.0.1", 0)
    with full.inner, socket.create_connection(full.inner.getsockname()) as visitor:
        assert list(opened.accept(full, 32)) == []  # type: ignore[arg-type]
        assert opened.is_out_of_descriptors
        visitor.settimeout(5.0)
        assert b"no room for more connections" in visitor.recv(1000)
    opened.close()
