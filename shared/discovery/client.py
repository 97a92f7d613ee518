"""The one who asks: on every interface, at hosts it knew before, and on this computer; never waits, never raises.

Rule 1: a question goes to the broadcast address of every network, to all-ones (which gets through where a netmask is
        wrong), to the multicast group on every interface with IPv6, to loopback, and singly to those who are known.
Rule 2: Notices are heard on a port of their own, shared by all games of this computer; who is heard so is asked too,
        if it is on a network of this computer: else anybody could have us send questions anywhere.
Rule 3: interfaces come and go while it runs, and so do the sockets on them.
"""

import queue
import secrets
import socket
import threading
from collections.abc import Iterable

from petard.shared.discovery.interfaces import Interface, InterfaceMonitor
from petard.shared.discovery.sockets import EVERYBODY, GROUP, address_of, join, leave, receive, send, try_udp
from petard.shared.protocol.beacon import LISTEN, PORT, FoundServer, Question, encode
from petard.shared.protocol.server_list import QueryPlan, ServerList

READS_MOST = 32  # datagrams from one socket in one poll
NAMES_MOST = 32
HERE = ("127.0.0.1", "::1")


class DiscoveryClient:
    """Looks for servers as long as it is polled. `known`: hosts and ports (TCP) that are asked singly, names or not."""

    def __init__(self, known: Iterable[tuple[str, int]], now: float, port: int = PORT, only_here: bool = False) -> None:
        """`port`: the discovery port, where the first server of each machine listens (UDP).

        `only_here`: nothing is asked on any network but at those who are known.
        """
        addresses, names = _sorted_out(known)
        self._listing = ServerList(now, addresses, port)
        self._survey = InterfaceMonitor(now, may_wait=False)
        self._only_here = only_here
        self._lines = _Lines(port)
        self._follow()
        self.unknown: tuple[str, ...] = tuple(names)  # names for which no address was found, so far
        self._names: queue.SimpleQueue[tuple[str, list[str]]] = queue.SimpleQueue()
        if names:
            _look_up(names, self._names)

    @property
    def interfaces(self) -> tuple[Interface, ...]:
        """The networks that are asked on."""
        return self._survey.current

    def sockets(self) -> list[socket.socket]:
        """Those on which something may arrive, for who wants to sleep until then; others may be there after a poll."""
        return self._lines.all()

    def poll(self, now: float) -> None:
        """Take what has come, and ask who is to be asked now. To be called once a picture."""
        for sock in self._lines.all():
            for arrived in receive(sock, READS_MOST):
                self._listing.take(arrived.data, arrived.host, arrived.port, now - arrived.age)
        if self._survey.poll(now):
            self._follow()
            self._listing.begin(now)
        while not self._names.empty():
            name, hosts = self._names.get_nowait()
            self.unknown = tuple(one for one in self.unknown if one != name)
            self._listing.known = tuple(dict.fromkeys((*self._listing.known, *hosts)))
        asks = self._listing.due(now)
        if asks:
            self._ask(asks, now)

    def _follow(self) -> None:
        around = () if self._only_here else self._survey.current
        self._lines.follow(around)
        self._listing.networks = tuple(address.network for one in around for address in one.addresses)

    def _ask(self, asks: QueryPlan, now: float) -> None:
        nonce = secrets.randbits(64)
        self._listing.sent(nonce, now)
        data = encode(Question(nonce))
        for host, port in asks.places:
            self._lines.send(data, host, port)
        if asks.broadcast:
            for port in self._listing.ports if asks.wide else self._listing.ports[:1]:
                self._lines.broadcast(data, port, asks.wide)
            for port in self._listing.ports:  # here they cost nothing
                for host in HERE:
                    if (host, port) not in asks.places:
                        self._lines.send(data, host, port)

    def found(self, now: float) -> list[FoundServer]:
        """Return who is there, by name: within 1.5 s all of them, and none that was silent for 6 s."""
        return self._listing.found(now)

    def close(self) -> None:
        """Stop asking."""
        self._lines.close()


def _sorted_out(known: Iterable[tuple[str, int]]) -> tuple[list[str], list[str]]:
    """Tell addresses from names."""
    addresses, names = [], []
    for host, port in known:
        try:
            address_of(host, port)
        except ValueError:
            names.append(host)
        else:
            addresses.append(host)
    return addresses, list(dict.fromkeys(names))[:NAMES_MOST]


def _look_up(names: Iterable[str], found: "queue.SimpleQueue[tuple[str, list[str]]]") -> None:
    """Look names up in a thread of its own, since that may take long."""

    def work() -> None:
        for name in names:
            try:
                places = socket.getaddrinfo(name, None, type=socket.SOCK_DGRAM)
            except (OSError, UnicodeError):
                continue
            found.put((name, [str(address[0]) for *_, address in places]))

    try:
        threading.Thread(target=work, daemon=True).start()
    except RuntimeError:  # no thread is left: then without the names
        return


class _Lines:
    """The sockets: one for each network to broadcast on, one for all else by family, and those that hear Notices."""

    def __init__(self, port: int) -> None:
        listen = min(port + LISTEN, 65535)
        self._single = {family: try_udp(family, host, 0) for family, host in _ANY}
        self._ears = {family: try_udp(family, host, listen, is_shared=True) for family, host in _ANY}
        self._casters: dict[tuple[str, str], socket.socket] = {}  # by own address and the one to broadcast to
        self._groups: set[int] = set()  # the numbers of the interfaces that have neighbours over IPv6

    def all(self) -> list[socket.socket]:
        """All sockets that are open."""
        return [sock for sock in (*self._single.values(), *self._ears.values(), *self._casters.values()) if sock]

    def follow(self, interfaces: Iterable[Interface]) -> None:
        """Have a socket on each of these networks, and none on any other."""
        wanted = {pair for one in interfaces for pair in one.broadcasts}
        for pair in self._casters.keys() - wanted:
            self._casters.pop(pair).close()
        for pair in wanted - self._casters.keys():
            sock = try_udp(socket.AF_INET, pair[0], 0)
            if sock:
                self._casters[pair] = sock
        before, self._groups = self._groups, {one.index for one in interfaces if one.has_link_local}
        ear = self._ears[socket.AF_INET6]
        if ear:
            for index in before - self._groups:
                leave(ear, index)
            for index in self._groups - before:
                join(ear, index)

    def send(self, data: bytes, host: str, port: int) -> None:
        """Send to one host, an address."""
        try:
            family, address = address_of(host, port)
        except ValueError:  # a zone that is gone
            return
        sock = self._single[family]
        if sock:
            send(sock, data, address)

    def broadcast(self, data: bytes, port: int, is_wide: bool) -> None:
        """Send to everybody on every network; `is_wide`: even to those who have the netmask wrong."""
        for (_, everybody), sock in self._casters.items():
            send(sock, data, (everybody, port))
            if is_wide:
                send(sock, data, (EVERYBODY, port))
        sock6 = self._single[socket.AF_INET6]
        if sock6:
            for index in self._groups:
                send(sock6, data, (GROUP, port, 0, index))

    def close(self) -> None:
        """Close them all."""
        for sock in self.all():
            sock.close()
        self._single = dict.fromkeys(self._single)
        self._ears = dict.fromkeys(self._ears)
        self._casters.clear()


_ANY = ((int(socket.AF_INET), "0.0.0.0"), (int(socket.AF_INET6), "::"))
