"""The console over TCP, for `nc` and scripts: listens, asks for the password, limits connections.

Rule 1: it never waits, and no tick waits for it: each turn handles few bytes and few lines, later turns the rest.
Rule 2: beyond loopback a console needs a password. Wrong passwords block the address group, for all its connections.
Rule 3: connections are limited, those before the password separately. One too many closes the longest silent one of
its kind, followers last: so neither a stranger nor a forgotten tunnel keeps others out.
Rule 4: a client that closes its sending half still gets its answers, so `echo status | nc -N localhost 7776` works.
"""

import contextlib
import hmac
import socket
from collections.abc import Iterable, Sequence
from hashlib import sha256
from ipaddress import ip_address
from math import ceil, inf

from petard.server.admin.console_connection import PASSWORD_WITHIN, ConsoleConnection
from petard.server.admin.dispatcher import Dispatcher
from petard.server.config.config import Config
from petard.server.config.parsers import Endpoint
from petard.server.net.listeners import listen, tune
from petard.server.net.server import Server
from petard.server.policy.address_groups import group_of, plain_address
from petard.server.policy.console_protocol import BadLine, ConsoleSession, EventFeed, answer_of, error_of, event_line
from petard.server.policy.log import Log
from petard.server.policy.login_limiter import LoginLimiter
from petard.server.room.events import RoomEvent
from petard.server.runtime.service import CannotServe, Service

CONNECTIONS_MOST = 8  # and as many before the password
PER_GROUP = 4  # of those, from one address group
CLOSING_MOST = 16
LINES_MOST = 8  # of one connection in one turn
GROUPS_MOST = 256  # with wrong passwords, remembered
PASSWORD_PROMPT = "This is the console of a Petard server. Password?\n"
GREETING = "This is the console of a Petard server. Try help; an answer ends in `ok` or in `error: ...`.\n"


class Console(Service):
    """A service. Raises CannotServe when it cannot listen, or must not."""

    def __init__(self, endpoint: Endpoint, password: str, dispatcher: Dispatcher, server: Server, log: Log) -> None:
        try:
            self._listeners = listen(endpoint.host, endpoint.port)
        except OSError as problem:
            raise CannotServe(f"no console at {endpoint}: {problem.strerror or problem}") from problem
        if not password and not self._is_private:
            for listener in self._listeners:
                listener.close()
            raise CannotServe(f"no console at {endpoint}: others could reach it, so it needs a console-password")
        self.connections: list[ConsoleConnection] = []
        self._password = password
        self._dispatcher, self._server, self._log = dispatcher, server, log
        self.logins = LoginLimiter(GROUPS_MOST)
        self._feed = EventFeed(server.room.chat.lines_after)
        for listener in self._listeners:
            server.connections.register(listener, self)

    @property
    def _is_private(self) -> bool:
        """True if only this machine can connect; checked on the sockets, because a name can mean any address."""
        return all(ip_address(one.getsockname()[0].partition("%")[0]).is_loopback for one in self._listeners)

    @property
    def port(self) -> int:
        """The TCP port."""
        port: int = self._listeners[0].getsockname()[1]
        return port

    def update(self, now: float) -> None:
        """Accept connections, answer lines, send what waits."""
        for listener in self._listeners:
            self._accept(listener, now)
        self._send_events(self._feed.chat())
        for connection in list(self.connections):
            try:
                self._serve(connection, now)
            except OSError as problem:
                is_usual = isinstance(problem, ConnectionError)
                self._close(connection, now, "" if is_usual else problem.strerror or str(problem))

    def handle_events(self, events: Sequence[RoomEvent], now: float) -> None:
        """Send events to followers."""
        self._send_events(self._feed.events(events))

    def _send_events(self, lines: Iterable[str]) -> None:
        for line in lines:
            for connection in self.connections:
                if connection.follows and not connection.is_closing:
                    connection.send(line)

    def next_due(self, now: float) -> float:
        """At once while lines wait, soon while a connection closes, or when a password is overdue."""
        return min((connection.next_due(now) for connection in self.connections), default=inf)

    def apply_config(self, config: Config, now: float) -> None:
        """Use another password from now on; but never none where other machines can connect."""
        if config.console_password or self._is_private:
            self._password = config.console_password

    def close(self) -> None:
        """Tell followers that the server stops, and close all sockets."""
        for connection in self.connections:
            connection.send(event_line("the server has stopped") if connection.follows else "")
            with contextlib.suppress(OSError):
                connection.flush()
            connection.sock.close()
        for listener in self._listeners:
            listener.close()

    # Connections

    def _accept(self, listener: socket.socket, now: float) -> None:
        for _ in range(CONNECTIONS_MOST):
            try:
                sock, address = listener.accept()
                tune(sock)
            except OSError:  # nothing waits, or it is gone already, or no descriptor is left
                return
            where = plain_address(str(address[0]))
            connection = ConsoleConnection(sock, where, group_of(where, self._server.connections.own_addresses), now)
            self.connections.append(connection)
            self._server.connections.register(sock, self)
            self._greet(connection, now)

    def _greet(self, connection: ConsoleConnection, now: float) -> None:
        pause = self.logins.blocked_for(connection.group, now)
        if self._password and pause:
            minutes = ceil(pause / 60)
            self._refuse(connection, f"too many wrong passwords from your address; try again in {minutes} min", now)
            return
        if not self._password:
            self._open(connection)
        connection.send(GREETING if connection.session else PASSWORD_PROMPT)
        self._make_room(connection, now)
        closing = [one for one in self.connections if one.is_closing]
        if len(closing) > CLOSING_MOST:
            self._close(closing[0], now, "")

    def _open(self, connection: ConsoleConnection) -> None:
        connection.session = ConsoleSession(self._dispatcher.run_console)

    def _make_room(self, newest: ConsoleConnection, now: float) -> None:
        """Close one connection if there are too many of the newest's kind: before or after the password."""
        alike = [one for one in self.connections if bool(one.session) == bool(newest.session) and not one.is_closing]
        neighbours = [one for one in alike if one.group == newest.group]
        if not newest.session and len(neighbours) > PER_GROUP:
            self._refuse(neighbours[0], "others wait to give the password", now)
        elif len(alike) > CONNECTIONS_MOST:
            longest = min((one for one in alike if one is not newest), key=lambda one: (one.follows, one.active_at))
            self._refuse(longest, f"more than {CONNECTIONS_MOST} are connected, and you were silent longest", now)

    def _refuse(self, connection: ConsoleConnection, sentence: str, now: float) -> None:
        connection.send(error_of(sentence))
        connection.begin_close(now)

    def _unregister(self, connection: ConsoleConnection) -> None:
        with contextlib.suppress(KeyError):
            self._server.connections.unregister(connection.sock)

    def _close(self, connection: ConsoleConnection, now: float, why: str) -> None:
        self._unregister(connection)
        connection.sock.close()
        self.connections.remove(connection)
        if why:
            self._log.write(f"the console closed the connection of {connection.address}: {why}", now)

    # Lines

    def _serve(self, connection: ConsoleConnection, now: float) -> None:
        connection.receive(now)
        if connection.lines.is_ended:
            self._unregister(connection)  # an ended input stays readable for ever
        self._handle_lines(connection, now)
        if connection.is_done:
            connection.begin_close(now)
        if not connection.session and not connection.is_closing and now - connection.active_at > PASSWORD_WITHIN:
            self._refuse(connection, "no password was given", now)
        if connection.finish_close(now):
            self._close(connection, now, "")

    def _handle_lines(self, connection: ConsoleConnection, now: float) -> None:
        for _ in range(LINES_MOST):
            if not connection.is_due:
                break
            try:
                line = connection.lines.next_line()
            except BadLine as problem:
                connection.send(error_of(problem))
                continue
            if line is not None:
                self._answer(connection, line, now)
        broken = connection.lines.broken
        if broken and not connection.is_closing:
            self._log.write(f"the console closed the connection of {connection.address}: {broken}", now)
            self._refuse(connection, broken, now)

    def _answer(self, connection: ConsoleConnection, line: str, now: float) -> None:
        if connection.session:
            connection.send(connection.session.answer(line, now))
        elif self.logins.blocked_for(connection.group, now):
            self._refuse(connection, "too many wrong passwords", now)
        elif _is_same(line, self._password):
            self._open(connection)
            connection.active_at = now
            connection.send(answer_of([]))
            self._make_room(connection, now)
            self._log.write(f"somebody at {connection.address} is at the console", now)
        else:
            self._handle_wrong_password(connection, now)

    def _handle_wrong_password(self, connection: ConsoleConnection, now: float) -> None:
        left = self.logins.add_failure(connection.group, now)
        self._log.write(f"a wrong password for the console came from {connection.address}", now)
        if left:
            connection.send(error_of(f"wrong password; {left} {'try is' if left == 1 else 'tries are'} left"))
        else:
            self._refuse(connection, "wrong password; no try is left", now)


def _is_same(one: str, other: str) -> bool:
    """Compare secrets in constant time."""
    return hmac.compare_digest(sha256(one.encode()).digest(), sha256(other.encode()).digest())
