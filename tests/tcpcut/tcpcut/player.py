"""Plays a session against a server, from one thread: uncut to learn the answers, then cut.

Rule 1: uncut, nothing is sent before the server has read everything and has been quiet for `quiet` seconds.
Rule 2: cut, each frame waits until all answers have come that came before it in the uncut run, so clients and server
        take turns as they did then. Inside a frame nobody waits for answers.
Rule 3: each piece is sent when the server has read the one before (tcpcut.delivery).
Rule 4: a server that waits for a processor is neither quiet nor late: a busy machine changes no result.
"""

import selectors
import socket
import struct
import time
from contextlib import suppress
from typing import NamedTuple

from tcpcut.capture import TcpcutError
from tcpcut.delivery import Delivery
from tcpcut.framing import Protocol
from tcpcut.session import Neighbour, Session
from tcpcut.targets import Server, Target

AT_ONCE = 1 / 20  # of the usual time of quiet: for what a server does without being asked again
BUSY = 4  # times the usual patience, for a server that waits for a processor; one may also spin
SMALL_BUFFER = 2048  # bytes; the kernel rounds it up to its minimum
RESET = struct.pack("ii", 1, 0)  # SO_LINGER: close with a reset


class Timing(NamedTuple):
    """Seconds: `quiet` without an answer mean that there is none; an answer that is due may take `patience`."""

    quiet: float = 0.02
    patience: float = 0.5


class Heard(NamedTuple):
    """What came on one connection: answers, bytes of one that was not complete, and whether the server closed it."""

    answers: tuple[object, ...] = ()
    tail: bytes = b""
    closed: bool = False


class Outcome(NamedTuple):
    """What a server answered in one run, by connection.

    `counts`: how many answers there were before each step of an uncut run; the end of a connection counts as one.
    `late`: the connection on which an answer was due that did not come; 0 for none.
    """

    heard: dict[int, Heard]
    counts: tuple[dict[int, int], ...] = ()
    late: int = 0


class _Connection:
    """One client's connection, and the answers that came on it."""

    def __init__(self, address: tuple[str, int], slow: bool, forgiving: bool) -> None:
        """Connect. A forgiving one is closed from the beginning if it cannot: neighbours may have ended the server."""
        self.answers, self.tail, self.closed, self.sent = list[object](), b"", False, 0
        self.sock = socket.socket(socket.AF_INET6 if ":" in address[0] else socket.AF_INET)
        self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if slow:
            self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, SMALL_BUFFER)
        self.sock.settimeout(5)
        try:
            self.sock.connect(address)
            self.sock.setblocking(False)
        except OSError as error:
            self.sock.close()
            self.closed = True
            if not forgiving:
                raise TcpcutError(f"cannot connect to {address[0]} port {address[1]}: {error}") from None

    def receive(self, protocol: Protocol, forgiving: bool, most: int = 65536) -> None:
        """Read answers. A forgiving one keeps whole what `keep` cannot read: the server may have been led astray."""
        try:
            data = self.sock.recv(most)
        except BlockingIOError:
            return
        except OSError:
            data = b""  # a reset ends a connection, as its end does
        self.closed = not data
        frames, self.tail = protocol.answers.split(self.tail + data)
        for frame in frames:
            try:
                answer = protocol.keep(frame)
            except Exception:
                if not forgiving:
                    raise
                answer = frame
            self.answers += [] if answer is None else [answer]

    def end(self) -> None:
        """Say that the client sends no more."""
        with suppress(OSError):
            self.sock.shutdown(socket.SHUT_WR)

    def lacks(self, count: int, end: Heard) -> bool:
        """True if answers are to come: fewer than `count` are here, or less than `end`, the last of an uncut run."""
        due = len(self.answers) < count or len(self.tail) < len(end.tail) or end.closed
        return due and not self.closed


class Player:
    """Plays sessions against one target, and counts its `runs`. With `fresh`, each run has a new server."""

    def __init__(self, target: Target, protocol: Protocol, delivery: Delivery, fresh: bool = True) -> None:
        self.protocol, self.delivery, self.runs = protocol, delivery, 0
        self._target, self._fresh, self._ipv6 = target, fresh, False
        self._server: Server | None = None

    def play(self, session: Session, timing: Timing, wanted: Outcome | None = None) -> Outcome:
        """Without `wanted`, play it uncut. With it, as it is cut, and wait for the answers that came then."""
        self.runs += 1
        if self._server is None or self._fresh or self._ipv6 != session.ipv6:
            self.close()
            self._server, self._ipv6 = Server(self._target, self.delivery, session.ipv6), session.ipv6
        run = _Run(self._server, self, timing, forgiving=wanted is not None)
        try:
            return run.cut(session, wanted) if wanted else run.uncut(session)
        finally:
            run.close()

    def output(self, seconds: float) -> str:
        """What the server of the last run wrote; it has so many seconds to write it, more if it is busy."""
        for _ in range(50):
            time.sleep(seconds)
            if not (self._server and self._server.is_busy()):
                break
        return self._server.output() if self._server else ""

    def close(self) -> None:
        """End the server."""
        if self._server:
            self._server.close()
            self._server = None


class _Run:
    """One run: its connections and neighbours."""

    def __init__(self, server: Server, player: Player, timing: Timing, forgiving: bool) -> None:
        self._server, self._player, self._timing, self._forgiving = server, player, timing, forgiving
        self._connections: dict[int, _Connection] = {}
        self._neighbours: list[_Connection] = []
        self._selector = selectors.DefaultSelector()
        self._reads = True  # until a piece is not read in time: such a server is not waited for twice

    def uncut(self, session: Session) -> Outcome:
        counts = []
        for step in session.steps:
            self._until_quiet()
            counts.append({conn: len(line.answers) + line.closed for conn, line in self._connections.items()})
            connection = self._connection(step.conn, slow=False)
            self._send(connection, step.data)
            if step.ends:
                connection.end()
        self._until_quiet()
        return self._outcome(counts=tuple(counts))

    def cut(self, session: Session, wanted: Outcome) -> Outcome:
        for neighbour in session.neighbours:
            self._disturb(neighbour)
        held, place, previous = b"", 0, None
        for step in session.steps:
            if not held and (late := self._late(wanted.counts[min(place, len(wanted.counts) - 1)], session.slow)):
                return self._outcome(late=late)
            connection = self._connection(step.conn, step.conn == session.slow)
            if previous not in (None, connection):  # TCP keeps no order between connections: we do
                self._until_quiet(AT_ONCE)
            previous = connection
            before = len(connection.answers)
            pieces, held = step.pieces(held)
            for piece in pieces:
                self._send(connection, piece)
            if step.ends:
                connection.end()
            if step.extra:
                self._until_quiet()
                del connection.answers[before:]
            place += 0 if step.extra else 2 if step.data and step.ends else 1
        if session.slow in self._connections:
            self._watch(self._connections[session.slow])
        late = self._late({conn: len(heard.answers) for conn, heard in wanted.heard.items()}, 0, wanted.heard)
        if not late:
            self._until_quiet(AT_ONCE)  # anything more?
        return self._outcome(late=late)

    def close(self) -> None:
        self._selector.close()
        for connection in [*self._connections.values(), *self._neighbours]:
            connection.sock.close()

    def _outcome(self, counts: tuple[dict[int, int], ...] = (), late: int = 0) -> Outcome:
        lines = self._connections.items()
        return Outcome({conn: Heard(tuple(one.answers), one.tail, one.closed) for conn, one in lines}, counts, late)

    def _connection(self, conn: int, slow: bool) -> _Connection:
        if conn not in self._connections:
            self._connections[conn] = _Connection(self._server.address, slow, self._forgiving)
            if not slow:
                self._watch(self._connections[conn])
        return self._connections[conn]

    def _watch(self, connection: _Connection) -> None:
        if not connection.closed:
            self._selector.register(connection.sock, selectors.EVENT_READ, connection)

    def _disturb(self, neighbour: Neighbour) -> None:
        connection = _Connection(self._server.address, slow=False, forgiving=True)
        self._neighbours.append(connection)
        self._send(connection, neighbour.data)
        self._until_read(connection)
        if neighbour.resets and not connection.closed:
            connection.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
            connection.sock.close()

    def _send(self, connection: _Connection, piece: bytes) -> None:
        """Send a piece as soon as the one before was read."""
        self._until_read(connection)
        until = time.monotonic() + self._timing.patience
        while piece and time.monotonic() < until:
            try:
                count = connection.sock.send(piece)
            except BlockingIOError:  # both ends may wait for each other to read
                connection.receive(self._player.protocol, self._forgiving, most=512)
                self._pump(0.002)
            except OSError:
                return  # the server has closed it; what it said until then counts
            else:
                connection.sent += count
                piece = piece[count:]

    def _until_read(self, connection: _Connection) -> None:
        begun = time.monotonic()
        while self._reads and self._unread(connection):
            self._reads = not self._had_time(begun)
            self._pump(0)
            time.sleep(0.0001)

    def _unread(self, connection: _Connection) -> bool:
        with suppress(OSError):  # it is closed
            return self._player.delivery.unread(connection.sock, connection.sent)
        return False

    def _pump(self, seconds: float) -> bool:
        """Receive what has come, and wait at most so long for something; False if nothing came."""
        if not self._selector.get_map():
            time.sleep(seconds)
            return False
        ready = self._selector.select(seconds)
        for key, _ in ready:
            key.data.receive(self._player.protocol, self._forgiving)
            if key.data.closed:
                self._selector.unregister(key.fileobj)
        return bool(ready)

    def _had_time(self, begun: float) -> bool:
        """True if the server had `patience` since then; more while it waits for a processor."""
        waited, patience = time.monotonic() - begun, self._timing.patience
        return waited > BUSY * patience or (waited > patience and not self._server.is_busy())

    def _until_quiet(self, share: float = 1.0) -> None:
        """Wait until the server has read everything, does nothing, and was quiet for (a share of) the usual time."""
        begun, quiet = time.monotonic(), share * self._timing.quiet
        now = last = begun
        while now < last + quiet and not self._had_time(begun):
            came = self._pump(quiet / 4)
            now = time.monotonic()
            if came or self._server.is_busy() or any(self._unread(line) for line in self._connections.values()):
                last = now

    def _late(self, counts: dict[int, int], slow: int, end: dict[int, Heard] | None = None) -> int:
        """Wait for so many answers, and for the `end` of an uncut run; the connection on which they are late, or 0."""
        begun = time.monotonic()
        while True:
            had_time = self._had_time(begun)
            self._pump(0)  # after the look at the clock: if we had no processor, the answer may be here
            lines = self._connections.items()
            lacking = [c for c, one in lines if c != slow and one.lacks(counts.get(c, 0), (end or {}).get(c, Heard()))]
            if not lacking or had_time:
                return lacking[0] if lacking else 0
            self._pump(0.02)
