"""The beacon: the service that lets the room of this server be found on the network.

Rule: a problem here is one line in the log, and the game goes on.
"""

import contextlib
import socket

from petard.server.discovery.responder import Responder
from petard.server.net.server import Server
from petard.server.policy.log import Log
from petard.server.runtime.service import Service
from petard.shared.protocol import beacon as datagrams
from petard.shared.protocol.messages import BUILD, PROTOCOL


class Beacon(Service):
    """The service that lets this room be found. `sockets`: announce it, and get questions."""

    def __init__(self, net: Server, log: Log, id: int, port: int, now: float, host: str = "") -> None:
        """`id`: 64 random bits; `port`: UDP, the first to try. Raises CannotServe.

        `host`: the address on whose network the room is announced; "": wherever it listens.
        """
        self._net, self._id = net, id
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        addresses = [(int(family), host, port)] if host else net.handshake.listeners.addresses
        self._responder = Responder(addresses, port, now)
        self.sockets = self._responder.sockets
        for sock in self.sockets.by_family.values():
            net.connections.register(sock, self)
        if self.sockets.port != port:
            log.write(f"UDP port {port} is taken, so this room is found at {self.sockets.port}", now)

    def update(self, now: float) -> None:
        self._responder.update(self.card, now)

    def card(self) -> datagrams.ServerCard:
        """What is announced of the room now."""
        status = self._net.room.status()
        return datagrams.ServerCard(
            self._id,
            PROTOCOL,
            BUILD,
            self._net.handshake.listeners.addresses[0][2],
            status.name,
            status.map,
            status.rules,
            status.phase,
            sum(not seat.is_bot for seat in status.seats),
            status.places,
            len(status.watchers),
            self._net.handshake.scram.keys is not None,
        )

    def next_due(self, now: float) -> float:
        return self._responder.next_notice_at

    def close(self) -> None:
        """Announce that this room is gone, and close the sockets."""
        self.sockets.broadcast(datagrams.Farewell(self._id))
        for sock in self.sockets.by_family.values():
            with contextlib.suppress(KeyError, ValueError, RuntimeError):  # the selector may be closed already
                self._net.connections.unregister(sock)
        self._responder.close()
