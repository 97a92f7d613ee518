"""Writes down what comes and goes on every connection of a server, so that it can be played again (server/devtools/).

Off by default; `--capture FILE` asks for it. What is in a file, and what is not, is said in shared/demo/wire.py.

Rule 1: a captured server does what any other does; only its clock is rounded to whole units, so that a capture holds
        it exactly.
Rule 2: what is noted passes the veil (shared/demo/redact.py) before it is written by a thread (spool.py).
"""

import selectors
import socket
from collections.abc import Callable, Iterable
from typing import Any
from zlib import crc32

from petard.server.net.connections import Connections
from petard.server.net.listeners import Listeners
from petard.server.net.peer import Peer
from petard.server.net.server import Server
from petard.server.recording.capture_writer import CaptureWriter
from petard.server.room.room import Room, RoomSettings
from petard.server.runtime.log import Log
from petard.shared.demo.redact import Redactor
from petard.shared.demo.wire import (
    FORMAT_WIRE,
    UNIT,
    Came,
    Doing,
    Fault,
    Finish,
    Heard,
    Item,
    Plan,
    Start,
    Stop,
    Took,
    Trouble,
    Turn,
)
from petard.shared.protocol.codec import encode
from petard.shared.protocol.messages import BUILD, PROTOCOL
from petard.shared.rules.digest import digest
from petard.shared.rules.maps import Board
from petard.shared.rules.ruleset import RULES_VERSION

_TROUBLES = {ConnectionResetError: Trouble.RESET, BrokenPipeError: Trouble.PIPE, TimeoutError: Trouble.TIMEOUT}


class Tap:
    """Notes what happens at the sockets of one server; `flush` gives it to the spool once a turn."""

    def __init__(self, spool: CaptureWriter, now: float) -> None:
        self._spool = spool
        self._veil = Redactor()
        self._units = int(now * UNIT)
        self._lines = 0
        self._homes = {"": 0}

    @property
    def problem(self) -> str:
        """Why nothing is written any more, or ""."""
        return self._spool.problem

    def note(self, item: Item) -> None:
        """Note one thing."""
        if not self._spool.problem:
            self._veil.put(item)

    def flush(self) -> None:
        """Give away what may be written."""
        self._spool.put(self._veil.take())

    def round_off(self, now: float) -> float:
        """A time in whole units."""
        return int(now * UNIT) / UNIT

    def passed(self, now: float) -> int:
        """The units since the last call."""
        units = int(now * UNIT)
        passed, self._units = max(0, units - self._units), max(units, self._units)
        return passed

    def new_line(self) -> int:
        """A number for a line."""
        self._lines += 1
        return self._lines

    def came(self, line: int, home: str) -> None:
        """Note that a line was let in."""
        self.note(Came(line, self._homes.setdefault(home, len(self._homes))))

    def tokens(self, new_token: Callable[[], str]) -> Callable[[], str]:
        """The same tokens, each of them noted as a secret."""

        def token() -> str:
            secret = new_token()
            self._veil.issue(secret)
            return secret

        return token

    def finish(self, state: int) -> None:
        """Note the end, and write all that is left."""
        self._spool.put([*self._veil.finish(), Finish(state)])
        self._spool.close()


class TappedSocket(socket.socket):
    """Another socket, of which is noted what goes in and out."""

    def __init__(self, sock: socket.socket, line: int, tap: Tap) -> None:  # not super's: that would be one more
        self._sock, self._line, self._tap = sock, line, tap

    def __getattr__(self, name: str) -> Any:
        return getattr(self._sock, name)

    def recv(self, most: int, flags: int = 0) -> bytes:
        """What the other socket gives."""
        try:
            data = self._sock.recv(most, flags)
        except BlockingIOError:
            raise
        except OSError as problem:
            self._fault(Doing.RECV, problem)
            raise
        self._tap.note(Heard(self._line, data))
        return data

    def send(self, data: Any, flags: int = 0) -> int:
        """As much as the other socket takes."""
        try:
            count = self._sock.send(data, flags)
        except BlockingIOError:
            self._tap.note(Took(self._line, b""))
            raise
        except OSError as problem:
            self._fault(Doing.SEND, problem)
            raise
        self._tap.note(Took(self._line, bytes(data[:count])))
        if count < len(data):
            self._tap.note(Took(self._line, b""))
        return count

    def shutdown(self, how: int) -> None:
        """Say that nothing follows."""
        try:
            self._sock.shutdown(how)
        except OSError as problem:
            self._fault(Doing.SHUTDOWN, problem)
            raise

    def _fault(self, doing: Doing, problem: OSError) -> None:
        self._tap.note(Fault(self._line, doing, _TROUBLES.get(type(problem), Trouble.OTHER)))

    def fileno(self) -> int:
        """The descriptor of the other socket."""
        return self._sock.fileno()

    def close(self) -> None:
        """Close the other socket."""
        self._sock.close()


class TappedConnections(Connections):
    """A crowd all of whose lines are noted."""

    def __init__(self, tap: Tap, selector: selectors.BaseSelector | None = None) -> None:
        super().__init__(selector)
        self._tap = tap

    def admit(self, sock: socket.socket, address: str, now: float) -> Peer:
        """Take a new connection as a stranger."""
        line = self._tap.new_line()
        peer = super().admit(TappedSocket(sock, line, self._tap), address, now)
        self._tap.came(line, peer.home)
        return peer


class TappedServer(Server):
    """A server that is captured."""

    def __init__(
        self,
        room: Room,
        door: Listeners,
        log: Log,
        new_token: Callable[[], str],
        now: float,
        tap: Tap,
        selector: selectors.BaseSelector | None = None,
    ) -> None:
        crowd = TappedConnections(tap, selector)
        super().__init__(room, door, log, tap.tokens(new_token), tap.round_off(now), crowd)
        self._tap, self._said = tap, ""

    def turn(self, ticks: int, now: float) -> None:
        """Take, run so many ticks, send, note it all."""
        self._tap.note(Turn(self._tap.passed(now), ticks))
        super().turn(ticks, self._tap.round_off(now))
        self._tap.flush()
        if self._tap.problem != self._said:
            self._said = self._tap.problem
            self._log.say(f"the capture has ended: {self._said}", now)

    def close(self, reason: str, now: float) -> None:
        """Say goodbye to everybody."""
        self._tap.note(Stop(self._tap.passed(now), reason))
        super().close(reason, self._tap.round_off(now))

    def finish(self) -> None:
        """End the capture; no turn follows."""
        self._tap.finish(state_of(self.room))


def start_of(settings: RoomSettings, maps: Iterable[Board], seed: int) -> Start:
    """The first record of a capture of a room with these settings, these maps and this seed."""
    plans = tuple(Plan(board.name, board.rows) for board in maps)
    kind = (FORMAT_WIRE, PROTOCOL, RULES_VERSION, BUILD)
    return Start(*kind, settings.setup, settings.name, settings.snapshots, seed, plans)


def state_of(room: Room) -> int:
    """A number that rooms share in which the same is true."""
    keyframe = room.keyframe()
    hidden = digest(room.world) if room.world else 0
    return crc32(encode(keyframe) if keyframe else b"", crc32(b"%d %d %d" % (room.phase, room.people, hidden)))
