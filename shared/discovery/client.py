"""Searches for servers on all networks, at known hosts, and on this computer (DiscoveryClient), or asks a single one.

Rule 1: a Question goes to the broadcast address of each network, to 255.255.255.255 (which works even if a netmask is
        wrong), to the multicast group on each interface with IPv6, to loopback, and singly to known addresses.
Rule 2: Notices arrive at a port of their own, which all games on this computer share. Their senders are queried too,
        but only on networks of this computer: otherwise anybody could make us send Questions anywhere.
Rule 3: interfaces appear and disappear at any time, and the sockets on them follow.
Rule 4: a search never blocks and never raises.
"""

import secrets
import socket
from collections import deque
from collections.abc import Iterable, Mapping
from contextlib import suppress
from itertools import islice
from threading import Thread
from typing import Any

from petard.shared.discovery import network
from petard.shared.host_port import is_ambiguous_ipv4
from petard.shared.protocol.beacon import LISTEN, PORT, Answer, FoundServer, Question, decode, encode
from petard.shared.protocol.server_list import NONCES_KEPT, QueryPlan, ServerList

READS_MOST = 32  # datagrams from one socket in one poll
ANSWERS_MOST = 64  # datagrams that a Questioner reads in one call
NAMES_MOST = 32
ADDRESSES_OF_NAME_MOST = 8  # that get Questions, or an answer of DNS could send them to many
LOOPBACK = ("127.0.0.1", "::1")


def may_search(environ: Mapping[str, str]) -> bool:
    """Return False if PETARD_DISCOVERY switches discovery off; the servers' setting has the same words.

    >>> may_search({}), may_search({"PETARD_DISCOVERY": "on"}), may_search({"PETARD_DISCOVERY": "off"})
    (True, True, False)
    """
    return environ.get("PETARD_DISCOVERY") not in ("off", "false")


class DiscoveryClient:
    """Searches for servers as long as it is polled. `known`: more hosts to query (name or address, TCP port).

    `sockets`: to wait on; a poll may open and close some.
    """

    def __init__(self, known: Iterable[tuple[str, int]], now: float, port: int = PORT, only_here: bool = False) -> None:
        """`port`: the discovery port, where the first server of each machine listens (UDP).

        `only_here`: query only loopback and the known hosts.
        """
        hosts = dict.fromkeys(host for host, _ in known)
        self._servers = ServerList(now, list(filter(_is_address, hosts)), port)
        self.monitor = network.InterfaceMonitor(now, may_wait=False)
        self._only_here = only_here
        self.sockets = _Sockets(port)
        self._follow_interfaces()
        names = (host for host in hosts if not _is_address(host))
        self.unknown = tuple(islice(names, NAMES_MOST))  # names that are not resolved yet
        self._resolved: deque[tuple[str, list[str]]] = deque()
        if self.unknown:
            with suppress(RuntimeError):  # no thread is left: continue without the names
                Thread(target=_resolve, args=(self.unknown, self._resolved), daemon=True).start()

    def poll(self, now: float) -> None:
        """Handle what has arrived and send the queries that are due. To be called once per picture."""
        for sock in self.sockets.all():
            for arrived in network.receive(sock, READS_MOST):
                self._servers.receive_datagram(arrived.data, arrived.host, arrived.port, now - arrived.age)
        if self.monitor.poll(now):
            self._follow_interfaces()
            self._servers.restart(now)
        while self._resolved:
            name, hosts = self._resolved.popleft()
            self.unknown = tuple(one for one in self.unknown if one != name)
            self._servers.known = tuple(dict.fromkeys((*self._servers.known, *hosts)))
        if plan := self._servers.next_queries(now):
            self.send_queries(plan, now)

    def _follow_interfaces(self) -> None:
        interfaces = () if self._only_here else self.monitor.current
        self.sockets.follow(interfaces)
        self._servers.networks = tuple(address.network for one in interfaces for address in one.addresses)

    def send_queries(self, plan: QueryPlan, now: float) -> None:
        """Send one Question to all addresses of the plan."""
        nonce = secrets.randbits(64)
        self._servers.add_nonce(nonce, now)
        data = encode(Question(nonce))
        for host, port in plan.addresses:
            self.sockets.send(data, host, port)
        if plan.broadcast:
            for port in self._servers.ports if plan.wide else self._servers.ports[:1]:
                self.sockets.broadcast(data, port, plan.wide)
            for port in self._servers.ports:  # on loopback they cost nothing
                for host in LOOPBACK:
                    if (host, port) not in plan.addresses:
                        self.sockets.send(data, host, port)

    def found(self, now: float) -> list[FoundServer]:
        """Return the servers, sorted by name: all within 1.5 s, none that was silent for 6 s."""
        return self._servers.found(now)

    def close(self) -> None:
        self.sockets.close()


def _is_address(host: str) -> bool:
    try:
        network.address_of(host, 0)
    except ValueError:
        return False
    return True


def _resolve(names: Iterable[str], results: deque[tuple[str, list[str]]]) -> None:
    """Look names up, in a thread because that can take long."""
    for name in names:
        with suppress(OSError, UnicodeError):
            if is_ambiguous_ipv4(name):
                continue
            found = socket.getaddrinfo(name, None, type=socket.SOCK_DGRAM)
            results.append((name, [network.host_of(address) for *_, address in found[:ADDRESSES_OF_NAME_MOST]]))


class Questioner:
    """Asks the server at one address, on each of `ports` (UDP) until `addresses` says which. `sock`: for select.

    An answer counts only if it has the nonce of a question that this object has sent.
    """

    def __init__(self, family: int, address: Any, ports: Iterable[int]) -> None:
        """Raises OSError if there is no socket."""
        self.addresses = [(address[0], port, *address[2:]) for port in ports]
        self.sock = network.open_udp(family, network.EVERY_ADDRESS[family], 0)
        self.close = self.sock.close
        self._nonces = deque[int](maxlen=NONCES_KEPT)

    def ask(self) -> int:
        """Send one question to each address; returns its nonce. Raises OSError."""
        nonce = secrets.randbits(64)
        self._nonces.append(nonce)
        data = encode(Question(nonce))
        for address in self.addresses:
            with suppress(ConnectionError):  # the error of an earlier datagram: nobody listens there
                self.sock.sendto(data, address)
        return nonce

    def answers(self) -> list[tuple[Answer, Any]]:
        """Return the answers that have arrived, each with the address that it came from; never waits."""
        found = [(decode(one.data), one.address) for one in network.receive(self.sock, ANSWERS_MOST)]
        return [(one, address) for one, address in found if isinstance(one, Answer) and one.nonce in self._nonces]


class _Sockets:
    """One socket per network for broadcasts, one per address family for all else, and one each to receive Notices."""

    def __init__(self, port: int) -> None:
        every, listen = network.EVERY_ADDRESS.items(), min(port + LISTEN, 65535)
        self._single = {family: network.try_udp(family, host, 0) for family, host in every}
        self._notices = {family: network.try_udp(family, host, listen, is_shared=True) for family, host in every}
        self._broadcasts: dict[tuple[str, str], socket.socket] = {}  # by own address and broadcast address
        self._groups: set[int] = set()  # the numbers of the interfaces where the multicast group is joined

    def all(self) -> list[socket.socket]:
        sockets = (*self._single.values(), *self._notices.values(), *self._broadcasts.values())
        return [sock for sock in sockets if sock]

    def follow(self, interfaces: Iterable[network.Interface]) -> None:
        """Open a socket for each new network, and close those of networks that are gone."""
        wanted = {pair for one in interfaces for pair in one.broadcasts}
        for pair in self._broadcasts.keys() - wanted:
            self._broadcasts.pop(pair).close()
        for pair in wanted - self._broadcasts.keys():
            if sock := network.try_udp(socket.AF_INET, pair[0], 0):
                self._broadcasts[pair] = sock
        before, self._groups = self._groups, {one.index for one in interfaces if one.has_link_local}
        if notices := self._notices[socket.AF_INET6]:
            network.move_groups(notices, before, self._groups)

    def send(self, data: bytes, host: str, port: int) -> None:
        with suppress(ValueError):  # an IPv6 zone that has disappeared
            family, address = network.address_of(host, port)
            if sock := self._single[family]:
                network.send(sock, data, address)

    def broadcast(self, data: bytes, port: int, is_wide: bool) -> None:
        """Send to all hosts on every network; `is_wide`: also to those with a wrong netmask."""
        for (_, everybody), sock in self._broadcasts.items():
            network.send(sock, data, (everybody, port))
            if is_wide:
                network.send(sock, data, (network.EVERYBODY, port))
        if sock6 := self._single[socket.AF_INET6]:
            for index in self._groups:
                network.send(sock6, data, (network.GROUP, port, 0, index))

    def close(self) -> None:
        for sock in self.all():
            sock.close()
