"""The handshake: accepts connections, answers Hello and Auth with Auth, Welcome or Refused.

Rule 1: the order is: access control, password, room. After the password access control is asked once more, since the
peer may have been banned meanwhile.
Rule 2: a member that rejoins needs no password, but access control is asked.
Rule 3: every answer is in the log.
Rule 4: pending peers are few, of each address group, too: those that send no Hello make room for others.
"""

import socket
from collections.abc import Callable, Collection

from petard.server.net.connections import Connections, Peer
from petard.server.net.listeners import Listeners
from petard.server.net.standby_door import StandbyDoor
from petard.server.policy.log import Log
from petard.server.policy.scram import ScramServer
from petard.server.room.outgoing import Outgoing
from petard.server.room.room import Room
from petard.shared.protocol.messages import PROTOCOL, Auth, Hello, RefusalCode, Refused, Welcome

ACCEPTS_MOST = 32  # in one update
PENDING_MOST = 64  # peers
PENDING_PER_GROUP = 4  # of those older than HELLO_GRACE
HELLO_GRACE = 0.5  # seconds; an honest Hello that was sent at once has arrived by then


class Handshake:
    """Leads from a new socket to the room. `access_control`: why a name may not join from an address; "": it may."""

    def __init__(
        self, room: Room, listeners: Listeners, connections: Connections, log: Log, new_token: Callable[[], str]
    ) -> None:
        self.access_control: Callable[[str, str, float], str] = lambda address, name, now: ""
        self.scram = ScramServer(None, new_token)
        self.standbys = StandbyDoor()
        self.listeners = listeners
        self._room, self._connections, self._log, self._new_token = room, connections, log, new_token
        for listener in listeners.sockets:
            connections.register(listener, listener)

    def accept(self, listener: socket.socket, now: float) -> list[Peer]:
        """Make pending peers of new connections, and return them."""
        accepted = self.listeners.accept(listener, ACCEPTS_MOST)
        peers = [self._connections.add(sock, address, now) for sock, address in accepted]
        if self.listeners.is_out_of_descriptors:
            self.listeners.is_out_of_descriptors = False
            self._log.write("no descriptor is left for more connections; new ones are closed", now)
        return peers

    def excess_pending(self, now: float) -> Peer | None:
        """The pending peer to close next, unless its Hello has arrived; None while there is room."""
        pending = self._connections.pending
        if len(pending) <= PENDING_PER_GROUP:
            return None
        groups: dict[str, list[Peer]] = {}
        for peer in pending.values():
            groups.setdefault(peer.identity.group, []).append(peer)
        if len(pending) > PENDING_MOST:  # of the largest group, so a flood closes its own connections first
            return _first_to_close(max(groups.values(), key=len))
        crowds = [peers for group, peers in groups.items() if group and len(peers) > PENDING_PER_GROUP]
        found = map(_first_to_close, crowds)
        return next((peer for peer in found if now - peer.limits.connected_at > HELLO_GRACE), None)

    def handle(self, peer: Peer, message: Hello | Auth, now: float) -> list[Outgoing]:
        """Answer a message of the handshake."""
        if isinstance(message, Hello):
            return self.handle_hello(peer, message, now)
        return self.handle_auth(peer, message, now)

    def handle_hello(self, peer: Peer, hello: Hello, now: float) -> list[Outgoing]:
        """Answer with what the room sends, with the question for the password, or with a refusal."""
        peer.identity.name = hello.name
        outgoing = self._refusal(peer, now)
        if not outgoing and self.standbys.is_standby(hello):
            return self._logged(peer, hello, self.standbys.answer(peer.number, hello), now)
        may_ask = not outgoing and self.scram.keys and hello.protocol == PROTOCOL  # the room refuses other protocols
        if may_ask and not self._room.seats.owner_of(hello.token):
            peer.exchange, question = self.scram.start(hello, peer.identity.group or peer.identity.address, now)
            outgoing = [Outgoing(peer.number, question, closes=peer.exchange is None)]
        return self._logged(peer, hello, outgoing or self._join(peer, hello, now), now)

    def handle_auth(self, peer: Peer, auth: Auth, now: float) -> list[Outgoing]:
        """Answer a step of the password exchange. A peer that was not asked for the password gets no answer."""
        if peer.exchange is None:
            return []
        answer = self.scram.step(peer.exchange, auth.text, now)
        outgoing = [Outgoing(peer.number, answer, closes=isinstance(answer, Refused))]
        if peer.exchange.is_passed:
            outgoing = self._refusal(peer, now) or [*outgoing, *self._join(peer, peer.exchange.hello, now)]
        return self._logged(peer, peer.exchange.hello, outgoing, now)

    def _join(self, peer: Peer, hello: Hello, now: float) -> list[Outgoing]:
        identity = peer.identity
        group, is_limited = identity.group or identity.address, bool(identity.group)
        return self._room.membership.join(peer.number, hello, self._new_token(), now, group, is_limited)

    def _refusal(self, peer: Peer, now: float) -> list[Outgoing]:
        sentence = self.access_control(peer.identity.address, peer.identity.name, now)
        return [Outgoing(peer.number, Refused(RefusalCode.BANNED, sentence), closes=True)] if sentence else []

    def _logged(self, peer: Peer, hello: Hello, outgoing: list[Outgoing], now: float) -> list[Outgoing]:
        for item in outgoing:
            if isinstance(item.message, Welcome):
                returned = "came back" if hello.token else "plays on in a recorded match"
                line = f"{peer} {returned if item.message.returned else 'joined'}"
                self._log.write(line, now, fields=peer.identity.log_fields)
            elif isinstance(item.message, Refused):
                code, sentence = item.message.code, item.message.sentence
                kind = sentence if code is RefusalCode.PASSWORD else ""  # or guesses with many names fill the log
                self._log.write(f"{peer} was refused: {sentence}", now, kind, fields=peer.identity.log_fields)
        return outgoing

    def close(self) -> None:
        for listener in self.listeners.sockets:
            self._connections.unregister(listener)
        self.listeners.close()


def _first_to_close(peers: Collection[Peer]) -> Peer:
    """Of those without a Hello the oldest, since an honest client sends it at once; else the oldest of all."""
    return min(peers, key=lambda peer: peer.exchange is not None)
