"""`petard-server announce`: one process that announces rooms behind published ports until a signal stops it.

Rule 1: each room needs a UDP port of its own, as the rooms of one machine do; those that the rooms are published at are
        left free, or the container of a room that starts later could not publish its port.
Rule 2: a room that is away is no error: it is announced once it answers.
"""

import select
import socket
import time
from collections.abc import Collection, Sequence
from contextlib import ExitStack
from functools import partial
from ipaddress import ip_address

from petard.server.discovery.published_room import FamilyAddress, PortCheck, PublishedRoom
from petard.server.discovery.responder import Responder
from petard.server.policy.log import Log
from petard.server.runtime.log_writer import LogWriter
from petard.server.runtime.service import CannotServe
from petard.server.runtime.signals import StopSignals
from petard.shared.discovery import network
from petard.shared.host_port import join_host_port
from petard.shared.protocol.beacon import PORTS
from petard.shared.standard_streams import STDERR

ROOMS_MOST = PORTS  # clients ask at so many ports


class CannotAnnounce(Exception):
    """The process cannot start; the text says why."""


def main(rooms: Sequence[tuple[str, int]], discovery: str, port: int) -> int:
    """Announce until a stop; returns 0. Raises CannotAnnounce.

    `rooms`: host and published port of each; `discovery`: the address on whose network alone to announce, or "";
    `port`: UDP, the first to answer at.
    """
    signals = StopSignals()
    signals.catch_signals()
    log_writer = LogWriter(STDERR)
    log = Log(log_writer.write)
    try:
        with ExitStack() as stack:
            published = open_rooms(rooms, discovery, port, log, time.monotonic())
            for room in published:
                stack.callback(room.close)
            run(published, signals, log)
    finally:
        log.close()
        log_writer.close()
        signals.close()
    return 0


def run(rooms: Sequence[PublishedRoom], signals: StopSignals, log: Log) -> None:
    """Update the rooms when something has arrived or is due, until a stop is requested."""
    sockets = [signals.sock, *(sock for room in rooms for sock in room.sockets)]
    while not signals.is_requested:
        now = time.monotonic()
        for room in rooms:
            room.update(now)
        log.flush_due(now)
        due = min(room.next_due(now) for room in rooms)
        select.select(sockets, [], [], max(0.0, due - time.monotonic()))
        signals.clear_wakeups()


def open_rooms(
    rooms: Sequence[tuple[str, int]], discovery: str, port: int, log: Log, now: float
) -> list[PublishedRoom]:
    """Open the sockets for each room; raises CannotAnnounce, and then leaves none open."""
    if len(rooms) > ROOMS_MOST:
        raise CannotAnnounce(f"games find {ROOMS_MOST} rooms on one machine, and these are {len(rooms)}")
    taken = {published for _, published in rooms}
    if len(taken) < len(rooms):
        raise CannotAnnounce("each room is published at a port of its own, and two of these have the same")
    with ExitStack() as stack:
        opened = []
        for host, published in rooms:
            family, address = place_of(host, published)
            near = discovery or ("" if ip_address(address[0]).is_loopback else str(address[0]))
            opened.append(_open_room((family, address), near, port, taken, log, now))
            stack.callback(opened[-1].close)
        stack.pop_all()
    where = ", ".join(f"{room.where} (at UDP port {room.discovery_port})" for room in opened)
    log.write(f"announces these while they answer: {where}", now)
    return opened


def place_of(host: str, port: int) -> FamilyAddress:
    """Return an address of this machine, of a name the IPv4 one if there is one; raises CannotAnnounce."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_DGRAM)
    except (OSError, UnicodeError):
        raise CannotAnnounce(f"that name is not known: {host[:60]!r}") from None
    own = {str(address.ip) for one in network.interfaces() for address in one.addresses}
    places: list[FamilyAddress] = [
        (int(family), address)
        for family, _, _, _, address in found
        if not own or str(address[0]).partition("%")[0] in own
    ]
    if not places:
        raise CannotAnnounce(
            f"{host} is no address of this machine, so games would look for the room in the wrong place: "
            "run announce where its port is published"
        )
    return min(places, key=lambda place: place[0] != socket.AF_INET)


def _open_room(
    place: FamilyAddress, near: str, port: int, taken: Collection[int], log: Log, now: float
) -> PublishedRoom:
    """`near`: the address on whose network alone the room is announced, or "". Raises CannotAnnounce."""
    family, address = place
    try:
        hosts = [(family, near or network.EVERY_ADDRESS[family], port)]
        responder = Responder(hosts, port, now, taken)
        room = PublishedRoom(place, responder, PortCheck(partial(_places_of_players, place, near)), log)
    except (CannotServe, OSError) as problem:
        raise CannotAnnounce(f"{join_host_port(address[0], address[1])} {problem}") from problem
    return room


def _places_of_players(place: FamilyAddress, near: str) -> list[FamilyAddress]:
    """Return where players in the network connect: at the addresses of this machine, or at `near` alone."""
    family, address = place
    if near:
        return [network.address_of(near, address[1])]
    addresses = [ip for one in network.interfaces() for ip in (one.v4 if family == socket.AF_INET else one.v6)]
    outer = [str(one.ip) for one in addresses if not (one.ip.is_loopback or one.ip.is_link_local)]
    return [network.address_of(host, address[1]) for host in outer] or [place]
