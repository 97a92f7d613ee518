"""The open port of a standby that waits: answers Pings, and keeps the connections of members until it is promoted.

Rule 1: what a member has sent stays in the socket, so that the server that follows reads its Hello as any other.
Rule 2: only a Hello with the token of a member is kept. Everything else is closed, also a connection that sends no
        Hello for SILENT_MOST.
Rule 3: a Pong has 0 as `room`: nothing runs here.
Rule 4: who comes while the standby still has its server is closed after KNOCK_MOST, and counts for no later loss.
"""

import contextlib
import math
import socket
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from petard.server.net.handshake import ACCEPTS_MOST, PENDING_MOST
from petard.server.net.listeners import Listeners
from petard.shared.framing import HEADER, LIMIT_PENDING, frame
from petard.shared.protocol.codec import RemoteProtocolError, decode, encode
from petard.shared.protocol.messages import Hello, Message, Ping, Pong

SILENT_MOST = 5.0  # seconds without a Hello
KNOCK_MOST = 12.0  # seconds that a connection of a member stays while the server is there; clients wait for 10 s
PER_MEMBER = 2  # connections; a client that tries again opens a new one


@dataclass(slots=True)
class Knock:
    """One connection. `member`: the member whose token it has sent; 0: none yet. `since`: in seconds, monotonic."""

    sock: socket.socket
    address: str
    since: float
    member: int = 0
    is_partial: bool = False  # the first message has not arrived completely


class Knocks:
    """`listeners`: the open port. `member_of`: the member for whom a token is valid, 0 for nobody."""

    def __init__(self, listeners: Listeners, member_of: Callable[[str], int]) -> None:
        self._listeners, self._member_of = listeners, member_of
        self._all: list[Knock] = []

    @property
    def sockets(self) -> list[socket.socket]:
        """The listeners, and the connections whose first message has not been read: data of others changes nothing."""
        asked = [one.sock for one in self._all if not one.member and not one.is_partial]
        return [*self._listeners.sockets, *asked]  # what is partial would wake us again and again

    def poll(self, now: float) -> set[int]:
        """Accept and read; returns the members who are here."""
        for listener in self._listeners.sockets:
            for sock, address in self._listeners.accept(listener, ACCEPTS_MOST):
                self._all.append(Knock(sock, address, now))
        for knock in self._all[:]:
            if not knock.member and not self._read(knock, now):
                self._close(knock)
        waiting = [knock for knock in self._all if not knock.member]
        for knock in [*waiting[:-PENDING_MOST], *self._older()]:
            self._close(knock)
        return {knock.member for knock in self._all if knock.member}

    def _older(self) -> list[Knock]:
        """Return the connections of members that have PER_MEMBER newer ones."""
        counts, older = Counter[int](), list[Knock]()
        for knock in reversed(self._all):
            counts[knock.member] += 1
            if knock.member and counts[knock.member] > PER_MEMBER:
                older.append(knock)
        return older

    def _read(self, knock: Knock, now: float) -> bool:
        """Look at the first message; False if the connection is to be closed."""
        if now - knock.since >= SILENT_MOST:  # also after Pings
            return False
        try:
            data = knock.sock.recv(HEADER + LIMIT_PENDING, socket.MSG_PEEK)
        except BlockingIOError:
            return True
        except OSError:
            return False
        size = HEADER + int.from_bytes(data[:HEADER], "big")
        if not data or (len(data) >= HEADER and size > HEADER + LIMIT_PENDING):
            return False
        knock.is_partial = len(data) < HEADER or len(data) < size
        if knock.is_partial:
            return True
        with contextlib.suppress(RemoteProtocolError, OSError):
            return self._answer(knock, decode(data[HEADER:size]), size)
        return False

    def _answer(self, knock: Knock, message: Message, size: int) -> bool:
        if isinstance(message, Ping):
            knock.sock.recv(size)
            knock.sock.send(frame(encode(Pong(message.id))))
            return True
        if isinstance(message, Hello):
            knock.member = self._member_of(message.token)
        return bool(knock.member)

    def _close(self, knock: Knock) -> None:
        self._all.remove(knock)
        knock.sock.close()

    def send_away(self, before: float = math.inf) -> None:
        """Close the connections of members from before this time: the server is there, and they shall go there."""
        for knock in self._all[:]:
            if knock.member and knock.since < before:
                self._close(knock)

    def take(self) -> list[tuple[socket.socket, str]]:
        """Give all connections away, with their addresses; those of members come first."""
        taken, self._all = sorted(self._all, key=lambda one: not one.member), []
        return [(knock.sock, knock.address) for knock in taken]

    def close(self) -> None:
        for sock, _ in self.take():
            sock.close()
        self._listeners.close()
