"""A client of the tests that plays with random keys, keeps copies where it is asked to, and finds its room again.

It uses the wire (shared/protocol) and nothing of the game, so it shows what any client can do. Its standby is a real
`petard-server standby` in a process of its own.
"""

import json
import select
import socket
import subprocess
import sys
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from random import Random

from petard.shared.host_port import join_host_port, split_host_port
from petard.shared.protocol.later_messages import GoesOn, StandbyAnswer, StandbyOffer, Standbys
from petard.shared.protocol.link import Link, LinkState, Role
from petard.shared.protocol.messages import (
    BUILD,
    PROTOCOL,
    Bye,
    Chat,
    Delta,
    Hello,
    Input,
    Keyframe,
    Loaded,
    Lobby,
    Message,
    Phase,
    Ping,
    Pong,
    Ready,
    Refused,
    Results,
    Roster,
    Round,
    Say,
    Welcome,
)
from tests.netns.machines import Machine

START = (sys.executable, "-m", "petard.server", "standby")
ALONE = ("--config", "off", "--discovery", "off", "--console", "off", "--results", "off", "--drain", "0")
SILENCE = 3.0  # seconds without a byte until a line counts as lost
PONG_WITHIN = 1.0  # seconds to the first Pong
HELD = 10.0  # seconds from a Hello to the Welcome
STEP = 1 / 60
KEYS = (0, 1, 2, 4, 8, 16)


class StandbyChild:
    """The standby at a guest's computer. `port`: where it listens; `said`: its lines of JSON."""

    def __init__(self, where: str, ticket: str, flags: Sequence[str], prefix: Sequence[str] = ()) -> None:
        pipe = subprocess.PIPE
        command = [*prefix, *START, where, "--port", "0", "--parent-stdin", "--ready", "json", *ALONE, *flags]
        self.process = subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe)
        assert self.process.stdin
        self.process.stdin.write(f"ticket {ticket}\n".encode())
        self.process.stdin.flush()
        self.said: list[dict[str, object]] = []
        self._rest = b""

    @property
    def port(self) -> int:
        """0 until it listens."""
        return next((int(str(line["port"])) for line in self.said if line.get("ready")), 0)

    @property
    def states(self) -> list[str]:
        """What has become of it: copies, promoted, ended."""
        return [str(line["standby"]) for line in self.said if "standby" in line]

    def poll(self) -> None:
        assert self.process.stdout
        while select.select([self.process.stdout], (), (), 0)[0]:
            data = self.process.stdout.read1(4096)  # type: ignore[attr-defined]
            if not data:
                return
            *lines, self._rest = (self._rest + data).split(b"\n")
            self.said += [json.loads(line) for line in lines]

    def drop(self) -> None:
        """End it, unless it is the server by now."""
        if "promoted" not in self.states and self.process.stdin:
            self.process.stdin.close()
            self.process.stdin = None

    def end(self) -> str:
        """End it as a game does, and return its log."""
        try:
            return self.process.communicate(timeout=10)[1].decode()
        except subprocess.TimeoutExpired:
            self.process.kill()
            return self.process.communicate()[1].decode()


class Guest:
    """One member. `now` is seconds, monotonic, in every call."""

    def __init__(
        self, name: str, address: str, seed: int, flags: Sequence[str] = (), machine: Machine | None = None
    ) -> None:
        """`address`: HOST:PORT; `flags`: of its standby; `machine`: where it is, None: here."""
        self.name, self.address, self.keeps = name, address, True  # keeps: it agrees to keep copies
        self.token, self.member, self.tick, self.round = "", 0, -1, 0
        self.lobby: Lobby | None = None
        self.roster: Roster | None = None
        self.standbys = Standbys(())
        self.chat: list[Chat] = []
        self.results: list[Results] = []
        self.child: StandbyChild | None = None
        self.children: list[StandbyChild] = []
        self.lost_at: list[float] = []  # when it noticed that its line was lost
        self.begun: list[tuple[float, int, int]] = []  # when it got a whole state: time, round, tick
        self.played: list[float] = []  # when it got a tick after that
        self.answered: bool | None = None
        self.problem = ""
        self.is_ready = True  # for each match
        self._flags, self._chance, self._machine = flags, Random(seed), machine
        self._addresses: list[str] = []  # to try, the next first
        self.sock: socket.socket | None = None
        self._link = Link(Role.CLIENT)
        self._out = b""
        self._clock = self._states = 0
        self._since = self._heard_at = self._stepped_at = self._next_try = 0.0
        self._seats = 1

    @property
    def is_in(self) -> bool:
        return self._link.state is LinkState.OPEN

    @property
    def phase(self) -> Phase | None:
        return self.lobby.phase if self.lobby else None

    def poll(self, now: float) -> None:
        """One pass of its loop; never waits, but for the name of the server."""
        if self.problem:
            return
        if not self.sock:
            if now >= self._next_try:
                self._connect(now)
            return
        self._read(now)
        if self.is_in and now - self._stepped_at >= STEP:
            self._stepped_at = now
            self._hold_keys()
        self._flush()
        self._look_after_child()

    # The line

    def _connect(self, now: float) -> None:
        if not self._addresses:
            known = [*self.lobby.addresses] if self.lobby else []
            self._addresses = list(dict.fromkeys([self.address, *known]))
        where = self._addresses.pop(0)
        host, port = split_host_port(where)
        with self._machine.entered() if self._machine else nullcontext():
            sock = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM)
        sock.settimeout(0.3)
        try:
            sock.connect((host, int(port or 0)))
        except OSError:
            sock.close()
            self._next_try = now + (0.02 if self._addresses else 0.1)
            return
        sock.setblocking(False)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.sock, self._link, self._out = sock, Link(Role.CLIENT), b""
        self._since = self._heard_at = now
        self._clock = self._states = 0
        self._trying = where
        self._send(Ping(1))  # a machine that is stopped takes a connection, too, but gives no Pong
        self._flush()

    def _read(self, now: float) -> None:
        assert self.sock
        try:
            while data := self.sock.recv(1 << 16):
                self._heard_at = now
                for message in self._link.receive_data(data):
                    self._take(message, now)
                if self.problem or not self.sock:
                    return
            self._lose(now)
            return
        except BlockingIOError:
            pass
        except OSError:
            self._lose(now)
            return
        assert not self._link.protocol_error, self._link.protocol_error
        limit = {LinkState.OPEN: SILENCE, LinkState.SILENT: PONG_WITHIN}.get(self._link.state, HELD)
        if now - self._heard_at > limit:
            self._lose(now)

    def _lose(self, now: float) -> None:
        if self.is_in:
            self.lost_at.append(now)
            self._addresses = []
        if self.sock:
            self.sock.close()
        self.sock, self._link = None, Link(Role.CLIENT)
        self._next_try = now + (0.02 if self._addresses else 0.1)

    def _send(self, message: Message) -> None:
        if self._link.may_send(type(message)):
            self._out += self._link.send(message)

    def _flush(self) -> None:
        try:
            while self._out and self.sock:
                self._out = self._out[self.sock.send(self._out) :]
        except OSError:
            pass  # it is noticed when it reads

    # What the server sends

    def _take(self, message: Message, now: float) -> None:
        match message:
            case Welcome():
                self.member, self.token, self.address = message.member, message.token or self.token, self._trying
            case Ping(id):
                self._send(Pong(id))
            case Pong():
                self._send(Hello(PROTOCOL, BUILD, self.name, self._seats, self.token))
            case Lobby():
                self.lobby = message
            case Roster():
                self.roster = message
                self._get_ready()
            case Round(number):
                self.round = number
                self._send(Loaded(number))
            case Keyframe(tick):
                self.tick, self._states = tick, self._states + 1
                self.begun.append((now, self.round, tick))
            case Delta(ticks):
                self.tick, self._states = self.tick + ticks, self._states + 1
                self.played.append(now)
            case Bye(reason) | Refused(_, reason):
                self._end(reason, now)
            case _:
                self._take_later(message)

    def _take_later(self, message: Message) -> None:
        match message:
            case Chat():
                self.chat.append(message)
            case Results():
                self.results.append(message)
            case Standbys():
                self.standbys = message
            case StandbyOffer(ticket):
                self._take_offer(ticket)
            case GoesOn(addresses):
                self._addresses = list(addresses)
            case _:
                pass

    def _end(self, reason: str, now: float) -> None:
        if not self._addresses:
            self.problem = reason or "the server said goodbye"
            return
        waiting = self._addresses
        self.lost_at.append(now)
        self._lose(now)
        self._addresses = waiting

    def _get_ready(self) -> None:
        mine = [seat for seat in self.roster.seats if seat.member == self.member] if self.roster else []
        if self.is_ready and self.phase is Phase.LOBBY and mine and not all(seat.ready for seat in mine):
            self._send(Ready(True))

    def _hold_keys(self) -> None:
        self._clock += 1
        if not self._clock % 6 and self.phase is Phase.PLAYING:
            self._send(Input(self._clock, (self._chance.choice(KEYS),), self._states))
        elif not self._clock % 12:
            self._send(Input(self._clock, (0,), self._states))

    def say(self, text: str) -> None:
        self._send(Say(text))
        self._flush()

    def leave(self) -> None:
        """Say goodbye and end the standby."""
        self._send(Bye(""))
        self._flush()
        self.problem = "left"
        self.close()

    def close(self) -> None:
        """Close everything without a goodbye, as a game that is killed."""
        if self.sock:
            self.sock.close()
        self.sock = None
        for child in self.children:
            child.end()

    # Its standby

    def _take_offer(self, ticket: str) -> None:
        if self.child:
            self.child.poll()
            self.child.drop()
        self.child, self.answered = None, None
        if ticket and not self.keeps:
            self._send(StandbyAnswer(False, (), 0))
        elif ticket:
            prefix = self._machine.command() if self._machine else ()
            self.child = StandbyChild(self.address, ticket, self._flags, prefix)
            self.children.append(self.child)

    def _look_after_child(self) -> None:
        if not (child := self.child):
            return
        child.poll()
        if child.port and self.answered is None and self.sock:
            self.answered = True
            own = self.sock.getsockname()[0]
            self._send(StandbyAnswer(True, (join_host_port(own, child.port),), 0))


def play_until(
    guests: Sequence[Guest], clock: Callable[[], float], is_so: Callable[[], bool], most: float = 30.0
) -> None:
    """Poll all guests until something is so; fails after `most` seconds."""
    until = clock() + most
    while not is_so():
        now = clock()
        if now > until:
            lines = [f"{one.name}: {one.phase}, in {one.is_in}, {one.problem!r}, {one.standbys}" for one in guests]
            raise AssertionError("this did not happen: " + "; ".join(lines))
        for guest in guests:
            guest.poll(now)
        select.select([one.sock for one in guests if one.sock], (), (), 0.004)
