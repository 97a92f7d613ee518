"""Connections through a proxy that the owner names: the header tells the address, and nothing else is believed."""

import ipaddress
import socket

import pytest

from petard.server.net.proxied import WAITING_MOST, WITHIN
from petard.server.policy.proxy_header import encode_header
from petard.server.runtime.proxies import ProxyService
from petard.shared.protocol.messages import Welcome
from tests.server.loopback import HELLO, LoopbackServer, RawClient

PROXY = ipaddress.ip_network("127.0.0.0/8")


class Balanced:
    """A loopback server behind a proxy."""

    def __init__(self, loopback: LoopbackServer) -> None:
        self.loopback = loopback
        loopback.listeners.proxies.networks = [PROXY, ipaddress.ip_network("::1")]
        self.service = ProxyService(loopback.server, loopback.log)

    def client(self) -> RawClient:
        """A connection from the proxy."""
        client = RawClient(self.loopback.listeners.port, self.loopback.host)
        self.loopback.clients.append(client)
        return client

    def until(self, is_so: object) -> None:
        """Turn until something is so; the clock stands still."""
        assert callable(is_so)
        for _ in range(500):
            self.loopback.server.connections.poll(0.01)
            self.loopback.server.update(0, self.loopback.now)
            self.service.update(self.loopback.now)
            self.loopback.read()
            if is_so():
                return
        raise AssertionError(self.loopback.log_lines)


@pytest.mark.parametrize("address", ["203.0.113.9", "2001:db8::9"])
def test_a_client_is_known_by_the_address_in_the_header(either_loopback: LoopbackServer, address: str) -> None:
    balanced = Balanced(either_loopback)
    client = balanced.client()
    server = "10.0.0.1" if "." in address else "::1"
    client.send_bytes(encode_header((address, 4000), (server, 80)))
    client.send(HELLO)
    balanced.until(lambda: client.all_of(Welcome))
    assert either_loopback.log_lines[-1] == f"Ada ({address}) joined"
    (peer,) = either_loopback.server.connections.members.values()
    assert peer.identity.group in ("203.0.113.9", "2001:db8::/64")


def test_a_check_of_the_proxy_itself_counts_as_its_own(loopback: LoopbackServer) -> None:
    balanced = Balanced(loopback)
    client = balanced.client()
    client.send_bytes(encode_header(None))
    client.send(HELLO)
    balanced.until(lambda: client.all_of(Welcome))
    assert loopback.log_lines[-1] == "Ada (127.0.0.1) joined"


def test_a_proxy_that_sends_no_header_is_closed_with_a_line_in_the_log(loopback: LoopbackServer) -> None:
    balanced = Balanced(loopback)
    client = balanced.client()
    client.send(HELLO)
    balanced.until(lambda: client.is_over)
    said = "a connection from the proxy 127.0.0.1 is closed: it does not begin with the signature of PROXY version 2"
    assert said in loopback.log_lines


def test_a_proxy_that_dawdles_is_closed_and_many_make_room_for_each_other(loopback: LoopbackServer) -> None:
    balanced = Balanced(loopback)
    late = balanced.client()
    late.send_bytes(encode_header(("10.0.0.9", 1), ("10.0.0.1", 80))[:-1])
    balanced.until(lambda: balanced.service.next_due(0.0) < float("inf"))
    loopback.now += WITHIN + 0.1
    balanced.until(lambda: late.is_over)
    crowd = [balanced.client() for _ in range(WAITING_MOST + 3)]
    balanced.until(lambda: sum(client.is_over for client in crowd) == 3)
    honest = balanced.client()
    honest.send_bytes(encode_header(("10.0.0.9", 1), ("10.0.0.1", 80)))
    honest.send(HELLO)
    balanced.until(lambda: honest.all_of(Welcome))
    balanced.service.close()


def test_a_header_from_anybody_else_is_no_message(loopback: LoopbackServer) -> None:
    client = loopback.connect()
    client.send_bytes(encode_header(("10.0.0.9", 1), ("10.0.0.1", 80)))
    loopback.until(lambda: client.is_over)
    assert "broke the protocol" in loopback.log_lines[-1]
    assert isinstance(client.sock, socket.socket)
