"""Lets this room be found: answers who asks on the network, and tells about itself every two seconds.

Rule 1: a turn reads and answers a bounded number of datagrams and never waits; a flood is left to the kernel.
Rule 2: what goes wrong here is one line in the log, and the game goes on.
Rule 3: no two servers of a machine share a port: systems differ in who of them would get what is sent to one address
        only. The first takes the discovery port, the next one the port after it, and who asks, asks at all of them.
Rule 4: a room that listens on one address only is told of on that network only, and one on loopback to nobody else.
"""

import contextlib
import socket
import time
from collections.abc import Iterable, Sequence
from ipaddress import ip_address

from petard.server.net.server import Server
from petard.server.policy.discovery_answers import Answerer, Asked
from petard.server.policy.log import Log
from petard.server.room.events import RoomEvent
from petard.server.runtime.service import CannotServe
from petard.shared.discovery.interfaces import Interface, InterfaceMonitor
from petard.shared.discovery.sockets import GROUP, join_group, leave_group, open_udp, receive, send
from petard.shared.protocol.beacon import (
    LISTEN,
    AnswerEncoder,
    Datagram,
    Farewell,
    Notice,
    ServerCard,
    encode,
    ports_from,
)
from petard.shared.protocol.messages import BUILD, PROTOCOL

READS_MOST = 128  # datagrams from one socket in one turn; there are two of them
NOTICE_EVERY = 2.0  # seconds
NOBODY = ("0.0.0.0", "::")  # what a socket is bound to that listens on all addresses
ANYWHERE = {int(socket.AF_INET): NOBODY[0], int(socket.AF_INET6): NOBODY[1]}


class Beacon:
    """A service beside the game."""

    def __init__(self, net: Server, log: Log, id: int, port: int, now: float, host: str = "") -> None:
        """`id`: 64 random bits; `port`: UDP, the first that may be taken. Raises CannotServe.

        `host`: the address on whose network the room is told of; "": wherever it listens.
        """
        self._net = net
        self._id = id
        self._survey = InterfaceMonitor(now, may_wait=True)
        self._voice = _Voice([(_family_of(host), host, port)] if host else net.handshake.listeners.addresses, port)
        self._answerer = Answerer()
        self._next_at = now
        self._follow()
        for sock in self._voice.sockets.values():
            net.connections.register(sock, self)
        if self._voice.port != port:
            log.write(f"UDP port {port} is taken, so this room is found at {self._voice.port}", now)

    @property
    def port(self) -> int:
        """The UDP port where it listens for questions."""
        return self._voice.port

    def update(self, now: float) -> None:
        """Answer what has come, and say what is due."""
        answers: AnswerEncoder | None = None
        for sock in self._voice.sockets.values():
            for arrived in receive(sock, READS_MOST):
                answers = answers or AnswerEncoder(self.card())
                clock = round(1000 * time.time())
                asked = Asked(arrived.data, arrived.host, arrived.port, arrived.age)
                answer = self._answerer.answer(asked, answers, clock, now)
                if answer:
                    send(sock, answer, arrived.address)
        if now >= self._next_at:
            self._next_at = now + NOTICE_EVERY
            if self._survey.poll(now):
                self._follow()
            self._voice.tell(Notice(self.card()))

    def card(self) -> ServerCard:
        """What is told of the room now."""
        status = self._net.room.status()
        players = sum(not seat.is_bot for seat in status.seats)
        return ServerCard(
            self._id,
            PROTOCOL,
            BUILD,
            self._net.handshake.listeners.addresses[0][2],
            status.name,
            status.map,
            status.rules,
            status.phase,
            players,
            status.places,
            len(status.watchers),
            self._net.handshake.scram.has_password,
        )

    def handle_events(self, events: Sequence[RoomEvent], now: float) -> None:
        """Nothing that happens is news for the network before the next Notice."""

    def next_due(self, now: float) -> float:
        """When the next Notice is due, though nobody is connected."""
        return self._next_at

    def close(self) -> None:
        """Say that this room is gone, and fall silent."""
        self._voice.tell(Farewell(self._id))
        for sock in self._voice.sockets.values():
            with contextlib.suppress(KeyError, ValueError, RuntimeError):  # the crowd may have closed already
                self._net.connections.unregister(sock)
        self._voice.close()

    def _follow(self) -> None:
        """Take the interfaces as they are now."""
        near = self._voice.follow(self._survey.current)
        networks = [address.network for one in near for address in one.addresses]
        self._answerer.networks = tuple(networks)
        # A system that does not tell its interfaces is no reason to answer nobody.
        self._answerer.only_these = bool(near) and not self._voice.is_everywhere


def _family_of(host: str) -> int:
    return socket.AF_INET6 if ":" in host else socket.AF_INET


class _Voice:
    """The sockets, one for each family that the room listens on, and where its Notices go."""

    def __init__(self, addresses: Sequence[tuple[int, str, int]], port: int) -> None:
        self.hosts = {family: host for family, host, _ in addresses}
        self.sockets, self.port = _open(self.hosts, port)
        self._listen = port + LISTEN  # where games listen for Notices
        self._casts: list[str] = []
        self._groups: set[int] = set()

    @property
    def is_everywhere(self) -> bool:
        return all(host in NOBODY for host in self.hosts.values())

    def follow(self, interfaces: Iterable[Interface]) -> list[Interface]:
        """Tell about the room on those of the interfaces where it can be reached, and return them."""
        near = [one for one in interfaces if self.is_everywhere or self._has_our_address(one)]
        self._casts = [everybody for one in near for _, everybody in one.broadcasts]
        groups = {one.index for one in near if one.has_link_local}
        sock = self.sockets.get(socket.AF_INET6)
        if sock:
            for index in self._groups - groups:
                leave_group(sock, index)
            for index in groups - self._groups:
                join_group(sock, index)
        self._groups = groups
        return near

    def _has_our_address(self, interface: Interface) -> bool:
        ours = {ip_address(host.partition("%")[0]) for host in self.hosts.values()}
        return any(one.ip in ours for one in interface.addresses)

    def tell(self, datagram: Datagram) -> None:
        """Send to everybody on all of these networks."""
        data = encode(datagram)
        sock4, sock6 = self.sockets.get(socket.AF_INET), self.sockets.get(socket.AF_INET6)
        for everybody in self._casts if sock4 else ():
            assert sock4
            send(sock4, data, (everybody, self._listen))
        for index in self._groups if sock6 else ():
            assert sock6
            send(sock6, data, (GROUP, self._listen, 0, index))

    def close(self) -> None:
        for sock in self.sockets.values():
            sock.close()


def _open(hosts: dict[int, str], port: int) -> tuple[dict[int, socket.socket], int]:
    """Sockets for every family on the first port that is free for all of them. Raises CannotServe."""
    candidates = ports_from(port)
    problem = "nothing there is free"
    for candidate in candidates:
        sockets: dict[int, socket.socket] = {}
        try:
            for family, host in hosts.items():
                # A socket on one address would not hear broadcasts; on loopback there are none.
                place = host if ip_address(host.partition("%")[0]).is_loopback else ANYWHERE[family]
                sockets[family] = open_udp(family, place, candidate)
        except OSError as this:
            problem = this.strerror or problem
            for sock in sockets.values():
                sock.close()
        else:
            return sockets, candidate
    raise CannotServe(f"cannot be found by others: UDP ports {port} to {candidates[-1]}: {problem}")
