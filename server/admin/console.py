"""The console: lines of text over TCP, for `nc` and scripts. What they do is the desk's; this is the socket.

Rule 1: it never waits, and a tick never waits for it: few bytes and few lines in each turn, the rest later.
Rule 2: beyond loopback there is no console without a password. Wrong ones bar an address, for all its connections.
Rule 3: the connections are counted, those that have not said the password apart. One more makes the longest silent of
its kind go, who follows last: so nobody, and no tunnel that somebody has lost, keeps others off.
Rule 4: who ends their half still gets the answers, so `echo status | nc -N localhost 7776` works.
"""

import contextlib
import hmac
import socket
from collections.abc import Sequence
from hashlib import sha256
from ipaddress import ip_address
from math import ceil, inf

from petard.server.admin.console_connection import PASSWORD_WITHIN, ConsoleConnection
from petard.server.admin.console_session import ConsoleSession
from petard.server.admin.dispatcher import Dispatcher
from petard.server.config.config import Config
from petard.server.config.parsers import Endpoint
from petard.server.net.listeners import listen, tune
from petard.server.net.server import Server
from petard.server.policy.address_groups import group_of, plain_address
from petard.server.policy.console_protocol import BadLine, answer_of, error_of, event_of, said, told
from petard.server.policy.login_limiter import LoginLimiter
from petard.server.room.events import Happening
from petard.server.runtime.log import Log
from petard.server.runtime.service import CannotServe

CONNECTIONS_MOST = 8  # and as many that have not said the password
PER_HOME = 4  # of those, from one address
PARTING_TALKS_MOST = 16
LINES_MOST = 8  # of one connection in one turn
HOMES_MOST = 256  # of which wrong passwords are remembered
ASKS = "This is the console of a Petard server. Password?\n"
GREETS = "This is the console of a Petard server. Try help; an answer ends in `ok` or in `error: ...`.\n"


class Console:
    """A service. Raises CannotServe when there can be none."""

    def __init__(self, endpoint: Endpoint, password: str, desk: Dispatcher, net: Server, log: Log) -> None:
        try:
            self._listeners = listen(endpoint.host, endpoint.port)
        except OSError as problem:
            raise CannotServe(f"no console at {endpoint}: {problem.strerror or problem}") from problem
        if not password and not self._is_private:
            for listener in self._listeners:
                listener.close()
            raise CannotServe(f"no console at {endpoint}: others could reach it, so it needs a console-password")
        self.talks: list[ConsoleConnection] = []
        self._password = password
        self._desk, self._net, self._log = desk, net, log
        self._tries = LoginLimiter(HOMES_MOST)
        self._line = 0  # of chat, the last that was told
        for listener in self._listeners:
            net.crowd.heed(listener, self)

    @property
    def _is_private(self) -> bool:
        """True if only this machine gets here; asked of the sockets, since a name can stand for any address."""
        return all(ip_address(one.getsockname()[0].partition("%")[0]).is_loopback for one in self._listeners)

    @property
    def port(self) -> int:
        """Where it listens."""
        port: int = self._listeners[0].getsockname()[1]
        return port

    def turn(self, now: float) -> None:
        """Take who comes, answer who asks, send what there is."""
        for listener in self._listeners:
            self._accept(listener, now)
        self._tell_chat()
        for talk in list(self.talks):
            try:
                self._serve(talk, now)
            except OSError as problem:
                is_usual = isinstance(problem, ConnectionError)
                self._close(talk, now, "" if is_usual else problem.strerror or str(problem))

    def heard(self, happenings: Sequence[Happening], now: float) -> None:
        """Tell those who follow."""
        for happening in happenings:
            self._tell(event_of(told(happening)))

    def next_at(self, now: float) -> float:
        """At once while lines wait, soon while a talk ends, or when a password is overdue."""
        return min((talk.next_at(now) for talk in self.talks), default=inf)

    def renew(self, config: Config, now: float) -> None:
        """Ask for another password from now on; but where others can reach us, never for none."""
        if config.console_password or self._is_private:
            self._password = config.console_password

    def close(self) -> None:
        """Say the last words and hang up on everybody."""
        for talk in self.talks:
            talk.say(event_of("the server has stopped") if talk.follows else "")
            with contextlib.suppress(OSError):
                talk.flush()
            talk.sock.close()
        for listener in self._listeners:
            listener.close()

    # Who comes and goes

    def _accept(self, listener: socket.socket, now: float) -> None:
        for _ in range(CONNECTIONS_MOST):
            try:
                sock, address = listener.accept()
                tune(sock)
            except OSError:  # nobody, or nobody any more, or no descriptor is left
                return
            where = plain_address(str(address[0]))
            talk = ConsoleConnection(sock, where, group_of(where, self._net.crowd.own), now)
            self.talks.append(talk)
            self._net.crowd.heed(sock, self)
            self._greet(talk, now)

    def _greet(self, talk: ConsoleConnection, now: float) -> None:
        pause = self._tries.pause(talk.home, now)
        if self._password and pause:
            self._refuse(talk, f"too many wrong passwords came from there; try again in {ceil(pause / 60)} min", now)
            return
        if not self._password:
            talk.clerk = ConsoleSession(self._desk)
        talk.say(GREETS if talk.clerk else ASKS)
        self._make_room(talk, now)
        parting = [one for one in self.talks if one.is_parting]
        if len(parting) > PARTING_TALKS_MOST:
            self._close(parting[0], now, "")

    def _make_room(self, newest: ConsoleConnection, now: float) -> None:
        """Let one go if there are too many of the kind of the newest: with the password said, or without."""
        alike = [one for one in self.talks if bool(one.clerk) == bool(newest.clerk) and not one.is_parting]
        beside = [one for one in alike if one.home == newest.home]
        if not newest.clerk and len(beside) > PER_HOME:
            self._refuse(beside[0], "others wait to say the password", now)
        elif len(alike) > CONNECTIONS_MOST:
            longest = min((one for one in alike if one is not newest), key=lambda one: (one.follows, one.heard))
            self._refuse(longest, f"more than {CONNECTIONS_MOST} are connected, and you were silent longest", now)

    def _refuse(self, talk: ConsoleConnection, sentence: str, now: float) -> None:
        talk.say(error_of(sentence))
        talk.part(now)

    def _ignore(self, talk: ConsoleConnection) -> None:
        with contextlib.suppress(KeyError):
            self._net.crowd.ignore(talk.sock)

    def _close(self, talk: ConsoleConnection, now: float, why: str) -> None:
        self._ignore(talk)
        talk.sock.close()
        self.talks.remove(talk)
        if why:
            self._log.say(f"the console hung up on {talk.address}: {why}", now)

    # What they say

    def _serve(self, talk: ConsoleConnection, now: float) -> None:
        talk.read(now)
        if talk.is_over:
            self._ignore(talk)  # an end can be read for ever
        self._hear(talk, now)
        if talk.is_done:
            talk.part(now)
        if not talk.clerk and not talk.is_parting and now - talk.heard > PASSWORD_WITHIN:
            self._refuse(talk, "no password was said", now)
        if talk.has_parted(now):
            self._close(talk, now, "")

    def _hear(self, talk: ConsoleConnection, now: float) -> None:
        for _ in range(LINES_MOST):
            if not talk.is_due:
                break
            try:
                line = talk.lines.take()
            except BadLine as problem:
                talk.say(error_of(problem))
                continue
            if line is not None:
                self._answer(talk, line, now)
        if talk.lines.broken and not talk.is_parting:
            self._log.say(f"the console hung up on {talk.address}: {talk.lines.broken}", now)
            self._refuse(talk, talk.lines.broken, now)

    def _answer(self, talk: ConsoleConnection, line: str, now: float) -> None:
        if talk.clerk:
            talk.say(talk.clerk.answer(line, now))
        elif self._tries.pause(talk.home, now):
            self._refuse(talk, "too many wrong passwords", now)
        elif _is_same(line, self._password):
            talk.clerk, talk.heard = ConsoleSession(self._desk), now
            talk.say(answer_of([]))
            self._make_room(talk, now)
            self._log.say(f"somebody at {talk.address} is at the console", now)
        else:
            self._blame(talk, now)

    def _blame(self, talk: ConsoleConnection, now: float) -> None:
        left = self._tries.add(talk.home, now)
        self._log.say(f"a wrong password for the console came from {talk.address}", now)
        if left:
            talk.say(error_of(f"that is not the password; {left} {'try is' if left == 1 else 'tries are'} left"))
        else:
            self._refuse(talk, "that is not the password; no try is left", now)

    # What they are told

    def _tell_chat(self) -> None:
        for line in self._net.room.lines_after(self._line):
            self._line = line.number
            if line.name:
                self._tell(event_of(said(line)))

    def _tell(self, text: str) -> None:
        for talk in self.talks:
            if talk.follows and not talk.is_parting:
                talk.say(text)


def _is_same(one: str, other: str) -> bool:
    """Compare secrets in a time that tells nothing of them."""
    return hmac.compare_digest(sha256(one.encode()).digest(), sha256(other.encode()).digest())
