"""The console: lines of text over TCP, for `nc` and scripts. What they do is the desk's; this is the socket.

Rule 1: it never waits, and a tick never waits for it: few bytes and few lines in each turn, the rest later.
Rule 2: beyond loopback there is no console without a password. Wrong ones bar an address, for all its connections.
Rule 3: what one connection makes us keep is bounded: a line to come, UNSENT_MOST to go, or it is closed.
Rule 4: who ends their half still gets the answers, so `echo status | nc -N localhost 7776` works.
"""

import contextlib
import hmac
import socket
from collections.abc import Sequence
from hashlib import sha256
from ipaddress import ip_address
from math import ceil, inf

from server.config import Config
from server.console_line import BadLine, Lines, answer_of, error_of, event_of, said, told
from server.desk.clerk import Clerk
from server.desk.desk import Desk
from server.happenings import Happening
from server.homes import plain_address
from server.listen import listen, tune
from server.log import Log
from server.net import Net
from server.service import CannotServe
from server.settings.values import Endpoint

CONNECTIONS_MOST = 8
READ_MOST = 4096  # bytes in one turn
LINES_MOST = 8  # of one connection in one turn
UNSENT_MOST = 64 * 1024  # bytes
UNSENT_MANY = 16 * 1024  # bytes after which the next line waits
PASSWORD_WITHIN = 30.0  # seconds
WRONG_MOST = 5
BARRED_FOR = 300.0  # seconds
HOMES_MOST = 256
ASKS = "This is the console of a Petard server. Password?\n"
GREETS = "This is the console of a Petard server. Try help; an answer ends in `ok` or in `error: ...`.\n"


class Tries:
    """Wrong passwords by address: WRONG_MOST, then a pause."""

    def __init__(self) -> None:
        self._wrong: dict[str, tuple[int, float]] = {}  # how many, and when the last came

    def pause(self, address: str, now: float) -> float:
        """For how many seconds nobody from there is asked."""
        count, last = self._wrong.get(address, (0, -inf))
        if now - last >= BARRED_FOR:
            self._wrong.pop(address, None)
            return 0.0
        return BARRED_FOR - (now - last) if count >= WRONG_MOST else 0.0

    def add(self, address: str, now: float) -> int:
        """Note a wrong one; answers with how many are left."""
        count = self._wrong.pop(address, (0, now))[0] + 1
        self._wrong[address] = (count, now)  # the newest stands last
        if len(self._wrong) > HOMES_MOST:
            del self._wrong[next(iter(self._wrong))]
        return max(0, WRONG_MOST - count)


class Talk:
    """One connection. `clerk` is None until the password was right."""

    def __init__(self, sock: socket.socket, address: str, now: float) -> None:
        self.sock, self.address = sock, address
        self.since = now  # seconds
        self.lines = Lines()
        self.clerk: Clerk | None = None
        self.is_over = False  # the other end has ended its half
        self.is_last = False  # no line is heard any more: to be closed when all is sent
        self._unsent = bytearray()

    @property
    def is_due(self) -> bool:
        """True if a line can be answered now."""
        return not self.is_last and self.lines.has_line and len(self._unsent) <= UNSENT_MANY

    @property
    def is_done(self) -> bool:
        """True once the other end has said all, has its answers, and waits for nothing more."""
        return self.is_over and not self.lines.has_line and not (self.clerk and self.clerk.follows)

    def say(self, text: str) -> None:
        """Keep a text to be sent."""
        self._unsent += text.encode("utf-8", "backslashreplace")

    def read(self) -> None:
        """Take what has come. Raises OSError when the line is gone."""
        if self.lines.has_line:
            return  # first what is here
        try:
            data = self.sock.recv(READ_MOST)
        except BlockingIOError:
            return
        self.lines.receive_data(data)
        if not data:
            self.is_over = True
            self.lines.end()

    def flush(self) -> bool:
        """Send what is taken; True if all is. Raises OSError when the line is gone, or not read."""
        with contextlib.suppress(BlockingIOError):
            while self._unsent:
                del self._unsent[: self.sock.send(self._unsent[:UNSENT_MOST])]
        if len(self._unsent) > UNSENT_MOST:
            raise TimeoutError("does not read what it is told")
        return not self._unsent


class Console:
    """A service. Raises CannotServe when there can be none."""

    def __init__(self, endpoint: Endpoint, password: str, desk: Desk, net: Net, log: Log) -> None:
        try:
            self._listeners = listen(endpoint.host, endpoint.port)
        except OSError as problem:
            raise CannotServe(f"no console at {endpoint}: {problem.strerror or problem}") from problem
        if not password and not self._is_private:
            for listener in self._listeners:
                listener.close()
            raise CannotServe(f"no console at {endpoint}: others could reach it, so it needs a console-password")
        self.talks: list[Talk] = []
        self._password = password
        self._desk, self._net, self._log = desk, net, log
        self._tries = Tries()
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
                self._close(talk, now, "" if isinstance(problem, ConnectionError) else str(problem))

    def heard(self, happenings: Sequence[Happening], now: float) -> None:
        """Tell those who follow."""
        for happening in happenings:
            self._tell(event_of(told(happening)))

    def next_at(self, now: float) -> float:
        """At once while lines wait or a talk has to end, or when a password is overdue."""
        if any(talk.is_due or talk.is_last for talk in self.talks):
            return now
        return min((talk.since + PASSWORD_WITHIN for talk in self.talks if not talk.clerk), default=inf)

    def renew(self, config: Config, now: float) -> None:
        """Ask for another password from now on; but where others can reach us, never for none."""
        if config.console_password or self._is_private:
            self._password = config.console_password

    def close(self) -> None:
        """Say the last words and hang up on everybody."""
        for talk in self.talks:
            talk.say(event_of("the server has stopped") if talk.clerk and talk.clerk.follows else "")
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
            talk = Talk(sock, plain_address(str(address[0])), now)
            self.talks.append(talk)
            self._net.crowd.heed(sock, self)
            self._greet(talk, now)

    def _greet(self, talk: Talk, now: float) -> None:
        pause = self._tries.pause(talk.address, now)
        if self._password and pause:
            self._refuse(talk, f"too many wrong passwords came from there; try again in {ceil(pause / 60)} min")
        elif len(self.talks) > CONNECTIONS_MOST:
            stranger = next((one for one in self.talks[:-1] if not one.clerk and not one.is_last), None)
            self._refuse(stranger or talk, f"{CONNECTIONS_MOST} are connected already")
        if talk.is_last:
            return
        if not self._password:
            talk.clerk = Clerk(self._desk)
        talk.say(GREETS if talk.clerk else ASKS)

    def _refuse(self, talk: Talk, sentence: str) -> None:
        talk.say(error_of(sentence))
        self._end(talk)

    def _end(self, talk: Talk) -> None:
        """Hear no more; what was said is still sent."""
        talk.is_last = True
        self._ignore(talk)

    def _ignore(self, talk: Talk) -> None:
        with contextlib.suppress(KeyError):
            self._net.crowd.ignore(talk.sock)

    def _close(self, talk: Talk, now: float, why: str) -> None:
        self._ignore(talk)
        talk.sock.close()
        self.talks.remove(talk)
        if why:
            self._log.say(f"the console hung up on {talk.address}: {why}", now)

    # What they say

    def _serve(self, talk: Talk, now: float) -> None:
        if not talk.is_last and not talk.is_over:
            talk.read()
            if talk.is_over:
                self._ignore(talk)  # an end can be read for ever
        self._hear(talk, now)
        if talk.is_done:
            talk.is_last = True
        if not talk.clerk and not talk.is_last and now - talk.since > PASSWORD_WITHIN:
            self._refuse(talk, "no password was said")
        if talk.flush() and talk.is_last:
            self._close(talk, now, "")

    def _hear(self, talk: Talk, now: float) -> None:
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
        if talk.lines.broken and not talk.is_last:
            self._log.say(f"the console hung up on {talk.address}: {talk.lines.broken}", now)
            self._refuse(talk, talk.lines.broken)

    def _answer(self, talk: Talk, line: str, now: float) -> None:
        if talk.clerk:
            talk.say(talk.clerk.answer(line, now))
        elif self._tries.pause(talk.address, now):
            self._refuse(talk, "too many wrong passwords")
        elif _is_same(line, self._password):
            talk.clerk = Clerk(self._desk)
            talk.say(answer_of([]))
            self._log.say(f"somebody at {talk.address} is at the console", now)
        else:
            self._blame(talk, now)

    def _blame(self, talk: Talk, now: float) -> None:
        left = self._tries.add(talk.address, now)
        self._log.say(f"a wrong password for the console came from {talk.address}", now)
        if left:
            talk.say(error_of(f"that is not the password; {left} {'try is' if left == 1 else 'tries are'} left"))
        else:
            self._refuse(talk, "that is not the password; no try is left")

    # What they are told

    def _tell_chat(self) -> None:
        for line in self._net.room.lines_after(self._line):
            self._line = line.number
            if line.name:
                self._tell(event_of(said(line)))

    def _tell(self, text: str) -> None:
        for talk in self.talks:
            if talk.clerk and talk.clerk.follows:
                talk.say(text)


def _is_same(one: str, other: str) -> bool:
    """Compare secrets in a time that tells nothing of them."""
    return hmac.compare_digest(sha256(one.encode()).digest(), sha256(other.encode()).digest())
