"""Admits a relay: a connection of our own web process, which passes on what all members see to its watchers."""

import socket

from petard.server.net.connections import Peer
from petard.server.net.server import Server
from petard.shared.framing import frame
from petard.shared.protocol.codec import encode
from petard.shared.protocol.messages import BUILD, PROTOCOL, Hello

NAME = "Relay"  # in the log
_HELLO = frame(encode(Hello(PROTOCOL, BUILD, NAME, 0, "")))  # what it would have said: it is admitted without


def admit_relay(server: Server, sock: socket.socket, address: str, now: float) -> Peer:
    """Send a new connection the Welcome and the room, and from then on all that everybody is sent.

    It is a peer and no member of the room: it takes no seat and no place, is never host, and needs no password.
    """
    peer = server.connections.add(sock, address, now)
    peer.identity.name = NAME
    peer.link.receive_data(_HELLO)
    answer = server.room.membership.show(peer.number)
    server.ends.disconnect(server.broadcaster.answer(peer, answer, now), now)
    return peer
