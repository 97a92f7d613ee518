"""The console over TCP, for `nc` and scripts: listens, asks for the password, limits connections.

Rule 1: it never waits, and no tick waits for it: each turn handles few bytes and few lines, later turns the rest.
Rule 2: beyond loopback a console needs a password. After five wrong passwords an address group has one try
every 30 s, with all its connections together.
Rule 3: connections are limited, those before the password separately. One too many closes the longest silent one of
its kind, followers last: so neither a connection without the password nor a forgotten tunnel keeps others out.
Rule 4: a client that closes its sending half still gets its answers, so `echo status | nc -N localhost 7776` works.
Rule 5: the memory of a connection is bounded: one line of input, UNSENT_MOST bytes of output, or it is closed.
Rule 6: closing a socket over unread input would discard what was sent last, so the server waits for the other end to
close first, but not for long.
"""

import contextlib
import hmac
import socket
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import partial
from hashlib import sha256
from ipaddress import ip_address
from math import ceil, inf

from petard.server.config.config import Config
from petard.server.config.values import Endpoint
from petard.server.net.listeners import listen, new_connections
from petard.server.net.server import Server
from petard.server.policy import console_protocol as protocol
from petard.server.policy.address_groups import group_of, plain_address
from petard.server.policy.limits import LoginLimiter
from petard.server.policy.log import Log
from petard.server.room.status import RoomEvent
from petard.server.runtime.service import CannotServe, Service

CONNECTIONS_MOST = 8  # and as many before the password
PER_GROUP = 4  # of those, from one address group
CLOSING_MOST = 16
LINES_MOST = 8  # of one connection in one turn
GROUPS_MOST = 256  # with wrong passwords, remembered
READ_MOST = 4096  # bytes in one turn
UNSENT_MOST = 64 * 1024  # bytes
UNSENT_MANY = 16 * 1024  # bytes after which the next line waits
CLOSE_WAIT = 1.0  # seconds for the other end to notice the end
UNTAKEN_MOST = 5.0  # seconds before that, in which the other end reads nothing
AGAIN_AFTER = 0.05  # seconds until the rest is sent to an end that did not take all
PASSWORD_WITHIN = 30.0  # seconds

RunLine = Callable[[str, float], list[str]]  # carries out a command, as a ConsoleSession needs it


@dataclass(eq=False)
class ConsoleConnection:
    """One TCP connection. `active_at`: the time of the last input; before the password: when it was made.

    `group`: its address group. `unsent`: the bytes that wait to be sent. `closing_since`: no more lines are answered.
    """

    sock: socket.socket
    address: str
    group: str
    session: protocol.ConsoleSession
    active_at: float  # seconds, as all times
    closing_since: float = inf
    unsent: bytearray = field(default_factory=bytearray)

    @property
    def is_closing(self) -> bool:
        return self.closing_since < inf

    @property
    def is_due(self) -> bool:
        """True if a line can be answered now."""
        return not self.is_closing and self.session.lines.has_line and len(self.unsent) <= UNSENT_MANY

    def next_due(self, now: float) -> float:
        """Return when it needs a turn though no input arrives."""
        if self.is_due:
            return now
        if self.unsent:
            return now + AGAIN_AFTER
        if self.is_closing:
            return self.closing_since + CLOSE_WAIT
        return inf if self.session.is_open else self.active_at + PASSWORD_WITHIN

    def send(self, text: str) -> None:
        self.unsent += text.encode("utf-8", "backslashreplace")

    def receive(self, now: float) -> None:
        """Read what has arrived; while closing, discard it. Raises OSError when the connection is lost."""
        if self.session.lines.is_ended or (self.session.lines.has_line and not self.is_closing):
            return  # first what is here
        with contextlib.suppress(BlockingIOError):
            data = self.sock.recv(READ_MOST)
            if data and not self.is_closing and self.session.is_open:
                self.active_at = now
            if not data or not self.is_closing:
                self.session.lines.receive_data(data)

    def flush(self) -> bool:
        """Send what the socket takes; returns True if that is all. Raises OSError when it is lost, or too full."""
        with contextlib.suppress(BlockingIOError):
            while self.unsent:
                del self.unsent[: self.sock.send(self.unsent[:UNSENT_MOST])]
        if len(self.unsent) > UNSENT_MOST:
            raise TimeoutError("does not read what it is sent")
        return not self.unsent

    def begin_close(self, now: float, why: str = "") -> None:
        """Stop answering; what is enqueued is still sent, and then an error that says why."""
        self.send(protocol.error_of(why) if why else "")
        self.closing_since = min(self.closing_since, now)

    def finish_close(self, now: float) -> bool:
        """Send what is left; returns True once the socket can be closed. Raises OSError when the connection is lost."""
        before = len(self.unsent)
        is_sent = self.flush()
        if not self.is_closing:
            return False
        if len(self.unsent) < before:
            self.closing_since = now
        if is_sent and not self.session.lines.is_ended:
            with contextlib.suppress(OSError):  # macOS answers a second shutdown with an error
                self.sock.shutdown(socket.SHUT_WR)
        most = CLOSE_WAIT if is_sent else UNTAKEN_MOST
        return (is_sent and self.session.lines.is_ended) or now - self.closing_since > most


class Console(Service):
    """A service. Raises CannotServe when it cannot listen, or must not."""

    def __init__(self, endpoint: Endpoint, password: str, run: RunLine, server: Server, log: Log) -> None:
        try:
            self._listeners = listen(endpoint.host, endpoint.port)
        except OSError as problem:
            raise CannotServe(f"no console at {endpoint}: {problem.strerror or problem}") from problem
        if not password and not self._is_private:
            for listener in self._listeners:
                listener.close()
            raise CannotServe(f"no console at {endpoint}: others could reach it, so it needs a console-password")
        self.connections: list[ConsoleConnection] = []
        self._password, self._run = password, run
        self._server, self._log = server, log
        self.logins = LoginLimiter(GROUPS_MOST)
        self._feed = protocol.ChatFeed(server.room.chat.lines_after)
        for listener in self._listeners:
            server.connections.register(listener, self)

    @property
    def _is_private(self) -> bool:
        """True if only this machine can connect; checked on the sockets, because a name can mean any address."""
        return all(ip_address(one.getsockname()[0].partition("%")[0]).is_loopback for one in self._listeners)

    @property
    def port(self) -> int:
        return int(self._listeners[0].getsockname()[1])

    def update(self, now: float) -> None:
        """Accept connections, answer lines, send what waits."""
        for listener in self._listeners:
            self._accept(listener, now)
        self._send_events(self._feed.lines())
        for connection in list(self.connections):
            if connection in self.connections:  # else it was closed for another
                self._try_serve(connection, now)

    def handle_events(self, events: Sequence[RoomEvent], now: float) -> None:
        self._send_events(protocol.event_line(protocol.event_text(event)) for event in events)

    def _send_events(self, lines: Iterable[str]) -> None:
        for line in lines:
            for connection in self.connections:
                if connection.session.follows and not connection.is_closing:
                    connection.send(line)

    def next_due(self, now: float) -> float:
        """At once while lines wait, soon while a connection closes, or when a password is overdue."""
        return min((connection.next_due(now) for connection in self.connections), default=inf)

    def apply_config(self, config: Config, now: float) -> None:
        """Use another password from now on; but never none where other machines can connect."""
        if config.console_password or self._is_private:
            self._password = config.console_password

    def close(self) -> None:
        """Tell followers that the server stops."""
        for connection in self.connections:
            connection.send(protocol.event_line("the server has stopped") if connection.session.follows else "")
            with contextlib.suppress(OSError):
                connection.flush()
            connection.sock.close()
        for listener in self._listeners:
            listener.close()

    def _accept(self, listener: socket.socket, now: float) -> None:
        for sock, address in new_connections(listener, CONNECTIONS_MOST, lambda _: None):
            group = group_of(plain_address(address), self._server.connections.own_addresses)
            connection = ConsoleConnection(sock, plain_address(address), group, protocol.ConsoleSession(self._run), now)
            if self._password:
                connection.session.check_password = partial(self._check_password, connection)
            self.connections.append(connection)
            self._server.connections.register(sock, self)
            pause = self.logins.blocked_for(group, now)
            if self._password and pause:
                again = f"try again in {ceil(pause)} s"
                connection.begin_close(now, f"too many wrong passwords from your address; {again}")
                continue
            connection.send(protocol.PASSWORD_PROMPT if self._password else protocol.GREETING)
            self._make_room(connection, now)
            closing = [one for one in self.connections if one.is_closing]
            if len(closing) > CLOSING_MOST:
                self._close(closing[0], now)

    def _make_room(self, newest: ConsoleConnection, now: float) -> None:
        """Close one connection if there are too many of the newest's kind, but first answer what it has sent."""
        served: list[ConsoleConnection] = []
        while excess := self._excess(newest):
            connection, why = excess
            if connection in served:
                connection.begin_close(now, why)
                return
            served.append(connection)
            self._try_serve(connection, now)

    def _excess(self, newest: ConsoleConnection) -> tuple[ConsoleConnection, str] | None:
        """Return which connection of the newest's kind, before or after the password, is one too many, and why."""
        is_open = newest.session.is_open
        alike = [one for one in self.connections if one.session.is_open == is_open and not one.is_closing]
        neighbours = [one for one in alike if one.group == newest.group]
        if not is_open and len(neighbours) > PER_GROUP:
            return neighbours[0], "others wait to give the password"
        if len(alike) > CONNECTIONS_MOST:
            alike.remove(newest)
            longest = min(alike, key=lambda one: (one.session.follows, one.active_at))
            return longest, f"more than {CONNECTIONS_MOST} are connected, and you were silent longest"
        return None

    def _unregister(self, connection: ConsoleConnection) -> None:
        with contextlib.suppress(KeyError):
            self._server.connections.unregister(connection.sock)

    def _close(self, connection: ConsoleConnection, now: float, why: str = "") -> None:
        self._unregister(connection)
        connection.sock.close()
        self.connections.remove(connection)
        if why:
            self._log.write(f"the console closed the connection of {connection.address}: {why}", now)

    def _try_serve(self, connection: ConsoleConnection, now: float) -> None:
        """Serve a connection; one that is lost is closed."""
        try:
            self._serve(connection, now)
        except OSError as problem:
            is_usual = isinstance(problem, ConnectionError)
            self._close(connection, now, "" if is_usual else problem.strerror or str(problem))

    def _serve(self, connection: ConsoleConnection, now: float) -> None:
        session = connection.session
        connection.receive(now)
        if session.lines.is_ended:
            self._unregister(connection)  # an ended input stays readable for ever
        for _ in range(LINES_MOST):
            if connection.is_due:
                connection.send(session.answer_next(now))
        if session.lines.broken and not connection.is_closing:
            self._log.write(f"the console closed the connection of {connection.address}: {session.lines.broken}", now)
            connection.begin_close(now)
        if session.is_done:
            connection.begin_close(now)
        if not session.is_open and not connection.is_closing and now - connection.active_at > PASSWORD_WITHIN:
            connection.begin_close(now, "no password was given")
        if connection.finish_close(now):
            self._close(connection, now)

    def _check_password(self, connection: ConsoleConnection, line: str, now: float) -> str:
        """Return the answer to a try; the right password opens the session, and one too many ends the connection."""
        if pause := self.logins.blocked_for(connection.group, now):
            connection.begin_close(now)
            return protocol.error_of(f"too many wrong passwords from your address; try again in {ceil(pause)} s")
        tried, right = (sha256(text.encode()).digest() for text in (line, self._password))
        if hmac.compare_digest(tried, right):  # which takes the same time whatever they are
            connection.session.check_password = None
            connection.active_at = now
            self._make_room(connection, now)
            self._log.write(f"the console is open at {connection.address}", now)
            return protocol.answer_of([])
        left = self.logins.add_failure(connection.group, now)
        self._log.write(f"a wrong password for the console came from {connection.address}", now)
        if left:
            return protocol.error_of(f"wrong password; {left} {'try is' if left == 1 else 'tries are'} left")
        connection.begin_close(now)
        return protocol.error_of("wrong password; no try is left")
