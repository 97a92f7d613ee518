"""A room behind a published port, such as one in a container: asked every second, and announced on the network.

Rule 1: only what answers now is announced. After LOST seconds without an answer nothing is said on the network until
        the room answers again.
Rule 2: the network hears of the published port, never of the port that the room itself listens on.
Rule 3: a room is announced only after the published TCP port has led to it, too: a player who finds it can join it.
Rule 4: an update never waits; TCP is asked by a thread.
"""

import socket
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any, TypeAlias

from petard.server.discovery.responder import Responder
from petard.server.policy.log import Log
from petard.shared.discovery.client import Questioner
from petard.shared.discovery.network import LARGEST
from petard.shared.host_port import join_host_port
from petard.shared.protocol.beacon import Farewell, ServerCard
from petard.shared.protocol.link import Link, Role
from petard.shared.protocol.messages import Ping, Pong

ASK_EVERY = 1.0  # seconds; a room answers ten questions a second from one address
LOST = 2.5  # seconds without an answer: two were lost
CHECK_EVERY = 2.0  # seconds between two questions by TCP while no room is announced
CHECK_AGAIN = 0.5  # seconds, when a room has answered by UDP
CHECK_WITHIN = 1.0  # seconds for each address
CHECKING = 0.05  # seconds between two looks at the thread
ADDRESSES_MOST = 8  # of this machine that are tried

FamilyAddress: TypeAlias = tuple[int, Any]  # address family and socket address


class PortCheck:
    """Asks by TCP which room players reach. `room`: its number, 0 if it names none; None: no room, as far as known."""

    def __init__(self, places: Callable[[], Sequence[FamilyAddress]]) -> None:
        """`places`: where players connect now, called in a thread; the first that leads to a room counts."""
        self.room: int | None = None
        self.is_running = False
        self.count = 0  # checks that have ended
        self._places = places
        self._started_at = float("-inf")

    def start(self, now: float, pause: float) -> None:
        """Ask in a thread, unless one asks already or the last one started less than `pause` seconds ago."""
        if self.is_running or now < self._started_at + pause:
            return
        self._started_at, self.is_running = now, True
        try:
            threading.Thread(name="port check", target=self._run, daemon=True).start()
        except RuntimeError:  # no thread is left: try again later
            self.is_running = False

    def _run(self) -> None:
        rooms = (room_at(family, address) for family, address in self._places()[:ADDRESSES_MOST])
        self.room = next((room for room in rooms if room is not None), None)
        self.count += 1
        self.is_running = False


def room_at(family: int, address: Any) -> int | None:
    """Ping a TCP port; returns the number of the room, 0 if it names none, None if no room answers. Waits."""
    link, ends = Link(Role.CLIENT), time.monotonic() + CHECK_WITHIN
    with suppress(OSError), socket.socket(family, socket.SOCK_STREAM) as sock:
        sock.settimeout(CHECK_WITHIN)
        sock.connect(address)
        sock.sendall(link.send(Ping(1)))
        while (left := ends - time.monotonic()) > 0 and not link.protocol_error:
            sock.settimeout(left)
            data = sock.recv(LARGEST)
            for message in link.receive_data(data):
                if isinstance(message, Pong):
                    return message.room
            if not data:
                break
    return None


class PublishedRoom:
    """Announces the room at one port of this machine while it answers. `card`: what is announced; None: nothing."""

    def __init__(self, place: FamilyAddress, responder: Responder, check: PortCheck, log: Log) -> None:
        """`place`: where the room is asked by UDP, with the published port. Raises OSError."""
        self.card: ServerCard | None = None
        family, address = place
        self._questioner = Questioner(family, address, [address[1]])
        self._responder, self._check, self._log = responder, check, log
        self._answer: tuple[float, ServerCard] | None = None  # the last one, and when it came
        self._next_ask_at = float("-inf")
        self._problem = (0, "")  # the number of the last check, and what was wrong then

    @property
    def where(self) -> str:
        """Host and published port, for people."""
        host, port = self._questioner.addresses[0][:2]
        return join_host_port(host, port)

    @property
    def discovery_port(self) -> int:
        """The UDP port at which the network is answered."""
        return self._responder.sockets.port

    @property
    def sockets(self) -> list[socket.socket]:
        """To wait on."""
        return [*self._responder.sockets.by_family.values(), self._questioner.sock]

    def next_due(self, now: float) -> float:
        """Return when `update` is needed though nothing has arrived."""
        soon = now + CHECKING if self._check.is_running else now + ASK_EVERY
        return min(soon, self._next_ask_at, self._responder.next_notice_at)

    def update(self, now: float) -> None:
        """Ask the room if that is due, take its answers, and answer the network."""
        if now >= self._next_ask_at:
            self._next_ask_at = now + ASK_EVERY
            with suppress(OSError):
                self._questioner.ask()
        for answer, address in self._questioner.answers():
            self._answer = now, replace(answer.card, port=address[1])
        if self._answer and now - self._answer[0] >= LOST:
            self._answer = None
        self._choose_card(self._answer[1] if self._answer else None, now)
        card = self.card
        self._responder.update(None if card is None else lambda: card, now)

    def _choose_card(self, answered: ServerCard | None, now: float) -> None:
        """Announce the room that has answered, if it is the one that players reach."""
        if self.card and (answered is None or answered.id != self.card.id):
            self._say_farewell(self.card)
            self._check.room = self.card = None
            self._log.write(f"the room at {self.where} does not answer any more, so it is not announced", now)
        if answered and (self.card or self._check.room in (0, answered.id)):
            if self.card is None:
                self._log.write(f"announces the room {answered.name!r} at {self.where}", now)
            self.card = answered
        else:
            self._log_problem(answered, now)
            self._check.start(now, CHECK_AGAIN if answered else CHECK_EVERY)

    def _log_problem(self, answered: ServerCard | None, now: float) -> None:
        """Say why a room is not announced if two checks in turn have found the same: it may just be starting."""
        room, (count, before) = self._check.room, self._problem
        if self._check.is_running or self._check.count == count:
            return
        problem = ""
        if answered and room is None:
            problem = "answers by UDP, but its TCP port cannot be reached in the network: publish TCP on every address"
        elif answered:
            problem = "is another one by UDP than by TCP: publish both ports of one room under one number"
        elif room is not None:
            problem = "answers by TCP, but not by UDP: publish its UDP port 7777, too, under the number of its TCP port"
        self._problem = self._check.count, problem
        if problem and problem == before:
            self._log.write(f"does not announce the room at {self.where}: it {problem}", now)

    def _say_farewell(self, card: ServerCard) -> None:
        self._responder.sockets.broadcast(Farewell(card.id))

    def close(self) -> None:
        """Tell the network that the room is not announced any more, and close the sockets."""
        if self.card:
            self._say_farewell(self.card)
        self._responder.close()
        self._questioner.close()
