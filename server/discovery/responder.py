"""Answers the questions on the network about one room, and sends a Notice of it every two seconds.

Rule 1: an update reads a bounded number of datagrams and never waits; the rest of a flood is left to the kernel.
Rule 2: no two rooms of a machine share a port: systems differ in which of them gets a datagram for one address. The
        first room takes the discovery port, the next one the port after it, and clients ask all of them.
Rule 3: a room that is reached at one address only is announced on that network only, and one on loopback to this
        machine.
"""

import socket
import time
from collections.abc import Callable, Collection, Iterable, Sequence
from ipaddress import ip_address

from petard.server.policy.discovery_answers import Answerer, Asked
from petard.server.runtime.service import CannotServe
from petard.shared.discovery import network
from petard.shared.protocol import beacon as datagrams

READS_MOST = 128  # datagrams from one socket in one update; there are two sockets
NOTICE_EVERY = 2.0  # seconds


class Responder:
    """Lets one room be found. `sockets`: announce it, and get questions; `next_notice_at`: seconds."""

    def __init__(
        self, addresses: Sequence[tuple[int, str, int]], port: int, now: float, taken: Collection[int] = ()
    ) -> None:
        """`addresses`: family and host where the room is reached; `port`: UDP, the first to try. Raises CannotServe.

        `taken`: UDP ports that are left to others, though they may be free.
        """
        self._interfaces = network.InterfaceMonitor(now, may_wait=True)
        self.sockets = BeaconSockets(addresses, port, taken)
        self._answerer = Answerer()
        self.next_notice_at = now
        self._use_interfaces()

    def update(self, card: Callable[[], datagrams.ServerCard] | None, now: float) -> None:
        """Answer what has come, and send the Notice that is due; without a card, read it and say nothing."""
        answers: datagrams.AnswerEncoder | None = None
        for sock in self.sockets.by_family.values():
            for arrived in network.receive(sock, READS_MOST):
                if card is None:
                    continue
                answers = answers or datagrams.AnswerEncoder(card())
                asked = Asked(arrived.data, arrived.host, arrived.port, arrived.age)
                if answer := self._answerer.answer(asked, answers, round(1000 * time.time()), now):
                    network.send(sock, answer, arrived.address)
        if now >= self.next_notice_at:
            self.next_notice_at = now + NOTICE_EVERY
            if self._interfaces.poll(now):
                self._use_interfaces()
            if card:
                self.sockets.broadcast(datagrams.Notice(card()))

    def close(self) -> None:
        for sock in self.sockets.by_family.values():
            sock.close()

    def _use_interfaces(self) -> None:
        """Announce on the interfaces as they are now, and answer their networks."""
        near = self.sockets.use_interfaces(self._interfaces.current)
        self._answerer.networks = tuple(address.network for one in near for address in one.addresses)
        # Where the system does not list its interfaces everybody is answered.
        self._answerer.only_these = bool(near) and not self.sockets.is_everywhere


class BeaconSockets:
    """One UDP socket for each family that the room listens on, and the targets of its broadcasts."""

    def __init__(self, addresses: Sequence[tuple[int, str, int]], port: int, taken: Collection[int] = ()) -> None:
        """`addresses`: family and host of each; `port`: the first to try, but for those `taken`. Raises CannotServe."""
        self._hosts = {family: host for family, host, _ in addresses}
        self.by_family, self.port = _open(self._hosts, port, taken)
        self._notice_port = port + datagrams.LISTEN  # where games listen for Notices
        self._broadcasts: list[str] = []  # IPv4 addresses
        self._groups: set[int] = set()  # indices of IPv6 interfaces

    @property
    def is_everywhere(self) -> bool:
        """True when the room listens on every address."""
        return all(host in network.EVERY_ADDRESS.values() for host in self._hosts.values())

    def use_interfaces(self, interfaces: Iterable[network.Interface]) -> list[network.Interface]:
        """Broadcast on those of the interfaces on which the room can be reached; returns them."""
        ours = {ip_address(host.partition("%")[0]) for host in self._hosts.values()}
        near = [one for one in interfaces if self.is_everywhere or any(address.ip in ours for address in one.addresses)]
        self._broadcasts = [address for one in near for _, address in one.broadcasts]
        groups = {one.index for one in near if one.has_link_local}
        if sock := self.by_family.get(socket.AF_INET6):
            network.move_groups(sock, self._groups, groups)
        self._groups = groups
        return near

    def broadcast(self, datagram: datagrams.Datagram) -> None:
        """Send to everybody on all of these networks."""
        data = datagrams.encode(datagram)
        if sock4 := self.by_family.get(socket.AF_INET):
            for address in self._broadcasts:
                network.send(sock4, data, (address, self._notice_port))
        if sock6 := self.by_family.get(socket.AF_INET6):
            for index in self._groups:
                network.send(sock6, data, (network.GROUP, self._notice_port, 0, index))


def _open(hosts: dict[int, str], port: int, taken: Collection[int]) -> tuple[dict[int, socket.socket], int]:
    """Sockets for every family on the first port that is free for all of them. Raises CannotServe."""
    candidates = datagrams.ports_from(port)
    problem = "nothing there is free"
    for candidate in (one for one in candidates if one not in taken):
        sockets: dict[int, socket.socket] = {}
        try:
            for family, host in hosts.items():
                # A socket on one address would get no broadcasts; on loopback there are none.
                is_loopback = ip_address(host.partition("%")[0]).is_loopback
                where = host if is_loopback else network.EVERY_ADDRESS[family]
                sockets[family] = network.open_udp(family, where, candidate)
        except OSError as this:
            problem = this.strerror or problem
            for sock in sockets.values():
                sock.close()
        else:
            return sockets, candidate
    raise CannotServe(f"cannot be found by others: UDP ports {port} to {candidates[-1]}: {problem}")
