"""Who comes: takes connections in as strangers, and answers those who knock.

Rule 1: first the gate is asked, then the password, then the room. Who was asked for the password has to pass the gate
once more after it: they may have been put out meanwhile.
Rule 2: who was let in before and comes back is not asked for the password, but the gate is.
Rule 3: what comes of it is in the log, and the mail is returned.
"""

import socket
from collections.abc import Callable, Iterator
from typing import Protocol

from petard.server.net.connections import Connections
from petard.server.net.listeners import Listeners
from petard.server.net.peer import Peer
from petard.server.policy.log import Log
from petard.server.policy.scram import ScramServer
from petard.server.room.outgoing import Outgoing
from petard.server.room.room import Room
from petard.shared.protocol.messages import PROTOCOL, Hello, RefusalCode, Refused, Welcome

ACCEPTS_MOST = 32  # in one turn


class AccessControl(Protocol):
    """Decides who may knock."""

    def refusal(self, address: str, name: str, now: float) -> str:
        """Why nobody of this name may come in from this address; "" if they may."""
        ...


class Handshake:
    """What stands before a room. `gate` and `lock` may be set later; without them everybody comes in."""

    def __init__(self, room: Room, door: Listeners, crowd: Connections, log: Log, new_token: Callable[[], str]) -> None:
        """`new_token` gives a fresh secret for each who knocks."""
        self.gate: AccessControl | None = None
        self.lock = ScramServer(None, new_token)  # which is open
        self.door = door
        self._room, self._crowd, self._log, self._new_token = room, crowd, log, new_token
        for listener in door.sockets:
            crowd.heed(listener, listener)

    def admit(self, listener: socket.socket, now: float) -> Iterator[Peer]:
        """Take in who has connected; yields each stranger who has to be sent away before the next may come."""
        for sock, address in self.door.accept(listener, ACCEPTS_MOST):
            self._crowd.admit(sock, address, now)
            excess = self._crowd.one_too_many()
            if excess:
                yield excess
        if self.door.is_crowded:
            self.door.is_crowded = False
            self._log.write("no descriptor is left for more connections; visitors are sent away", now)

    def greet(self, peer: Peer, hello: Hello, now: float) -> list[Outgoing]:
        """Answer a Hello: with what the room says, with the question for the password, or with a refusal."""
        peer.name = hello.name
        mail = self._barred(peer, now)
        if not mail and self.lock.is_shut and hello.protocol == PROTOCOL and not self._room.knows(hello.token):
            peer.trial, asked = self.lock.ask(hello, peer.home or peer.address, now)
            mail = [Outgoing(peer.number, asked, closes=peer.trial is None)]
        return self._told(peer, mail or self._join(peer, hello, now), hello, now)

    def prove(self, peer: Peer, text: str, now: float) -> list[Outgoing]:
        """Take a step of a proof. Who was not asked for it is in already, or not any more."""
        if peer.trial is None:
            return []
        judged = self.lock.hear(peer.trial, text, now)
        mail = [Outgoing(peer.number, judged, closes=isinstance(judged, Refused))]
        hello = peer.trial.hello
        if peer.trial.is_passed:
            mail = self._barred(peer, now) or [*mail, *self._join(peer, hello, now)]
        return self._told(peer, mail, hello, now)

    def _join(self, peer: Peer, hello: Hello, now: float) -> list[Outgoing]:
        return self._room.join(peer.number, hello, self._new_token(), now, peer.home or peer.address)

    def _barred(self, peer: Peer, now: float) -> list[Outgoing]:
        """What the gate says to somebody whom it keeps out."""
        sentence = self.gate.refusal(peer.address, peer.name, now) if self.gate else ""
        return [Outgoing(peer.number, Refused(RefusalCode.BANNED, sentence), closes=True)] if sentence else []

    def _told(self, peer: Peer, mail: list[Outgoing], hello: Hello, now: float) -> list[Outgoing]:
        """Write down whether somebody who knocked may come in."""
        for item in mail:
            if isinstance(item.message, Welcome):
                known = "came back" if hello.token else "plays on where somebody else stopped"
                self._log.write(f"{peer} {known if item.message.returned else 'joined'}", now, fields=peer.named)
            elif isinstance(item.message, Refused):
                code, sentence = item.message.code, item.message.sentence
                kind = sentence if code is RefusalCode.PASSWORD else ""  # or a guesser with many names fills the log
                self._log.write(f"{peer} was refused: {sentence}", now, kind, fields=peer.named)
        return mail

    def close(self) -> None:
        """Let nobody in any more."""
        for listener in self.door.sockets:
            self._crowd.ignore(listener)
        self.door.close()
