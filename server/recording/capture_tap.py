"""Captures every connection of a server, so that it can be played again (server/devtools/capture_player.py).

Off by default; `--capture FILE` turns it on. shared/demo/capture.py says what a file holds and what it does not.

Rule 1: a captured server does what any other does; only its clock is rounded to whole units, so that a capture holds
        it exactly.
Rule 2: all records pass through the Redactor (shared/demo/redact.py) before a thread writes them.
Rule 3: the game never waits for a disk. A disk error ends the capture, with a sentence, and nothing else.
"""

import selectors
import socket
from collections.abc import Callable, Iterable
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO, TypeVar
from zlib import crc32

from petard.server.net.connections import Connections, Peer
from petard.server.net.listeners import Listeners
from petard.server.net.server import Server
from petard.server.policy.log import Log
from petard.server.room.room import Room
from petard.server.room.settings import RoomSettings
from petard.shared.background_writer import BackgroundWriter
from petard.shared.demo.capture import (
    CAPTURE_FORMAT,
    UNITS_PER_SECOND,
    Accepted,
    Action,
    CaptureEncoder,
    CaptureEnd,
    CaptureMap,
    CaptureRecord,
    CaptureStart,
    Closed,
    FaultKind,
    LoopTurn,
    Received,
    Sent,
    ServerStop,
    SocketCall,
    SocketFault,
)
from petard.shared.demo.redact import Redactor
from petard.shared.demo.server_actions import ApplySettings, ServerAction
from petard.shared.protocol.codec import EncodeError, encode
from petard.shared.protocol.messages import BUILD, PROTOCOL
from petard.shared.rules.digest import digest
from petard.shared.rules.maps import Board
from petard.shared.rules.ruleset import RULES_VERSION

FILE_MOST = 256 << 20  # bytes; then a capture ends
PENDING_MOST = 500_000  # records that wait for the disk: about a minute of eight players
CLOSE_WITHIN = 2.0  # seconds to write the last records
_FAULT_KINDS = {ConnectionResetError: FaultKind.RESET, BrokenPipeError: FaultKind.PIPE, TimeoutError: FaultKind.TIMEOUT}
T = TypeVar("T")
Note = Callable[[CaptureRecord], None]


class CaptureWriter:
    """Writes to a file, or to `out`. `problem`: a sentence once nothing can be written any more, else ""."""

    def __init__(self, path: Path, start: CaptureStart, out: BinaryIO | None = None) -> None:
        """Raises OSError if the file cannot be created, or exists: no capture is overwritten."""
        self.problem, self._path = "", path
        if out is None:
            path.touch(0o600, exist_ok=False)  # chat is in it
        self._file = out or path.open("r+b", buffering=0)
        self._encoder = CaptureEncoder(start)
        self._records = BackgroundWriter("capture", self._add, PENDING_MOST, self._finish)
        self.enqueue((), is_pause=True)  # the beginning, so that what a killed server leaves is a capture

    def enqueue(self, records: Iterable[CaptureRecord], is_pause: bool = False) -> None:
        """Take records to be written; never waits. `is_pause`: no more follow for now, so the block is closed."""
        new = tuple(records)
        if not self.problem and not self._records.put((new, is_pause), len(new)):
            self.problem = "The disk does not keep up with the capture."

    @property
    def waiting(self) -> int:
        """How many records were taken and not written yet; those in a block that is not full count as written."""
        return self._records.waiting

    def close(self) -> None:
        """Write the rest, within CLOSE_WITHIN."""
        self._records.close(CLOSE_WITHIN)

    def _add(self, item: tuple[tuple[CaptureRecord, ...], bool]) -> None:
        records, is_pause = item
        if self.problem:
            return
        try:
            self._encoder.add(records)
        except EncodeError as problem:  # our bug, which must not end the thread
            self.problem = f"A record of the capture cannot be written: {problem}."
        if is_pause:
            self._encoder.close_block()
        self._write(self._encoder.data_to_write())

    def _finish(self) -> None:
        with self._file:
            self._encoder.close_block()
            self._write(self._encoder.data_to_write())

    def _write(self, data: bytes) -> None:
        """Write these blocks, or nothing of them; an empty file is removed, so that the next start can make it."""
        if self.problem:
            return
        start = self._file.tell()
        try:
            while data:
                data = data[self._file.write(data) or 0 :]
            if self._file.tell() > FILE_MOST:
                self.problem = f"The capture is {FILE_MOST >> 20} MiB long, which is enough."
        except OSError as problem:
            self.problem = f"The capture cannot be written: {problem.strerror or type(problem).__name__}."
            with suppress(OSError):
                self._file.truncate(start)
                if not start:
                    self._path.unlink(missing_ok=True)


class TappedSocket(socket.socket):
    """Wraps the socket of a peer, and notes under its number what is received and sent."""

    def __init__(self, sock: socket.socket, number: int, note: Note) -> None:  # no super(): it would open a descriptor
        self._sock, self._number, self._note = sock, number, note

    def __getattr__(self, name: str) -> Any:  # what only a socket of a test has
        return getattr(self._sock, name)

    def recv(self, most: int, flags: int = 0) -> bytes:
        data = self._call(SocketCall.RECV, self._sock.recv, most, flags)
        self._note(Received(self._number, data))
        return data

    def send(self, data: Any, flags: int = 0) -> int:
        try:
            count = self._call(SocketCall.SEND, self._sock.send, data, flags)
        except BlockingIOError:
            self._note(Sent(self._number, b""))
            raise
        self._note(Sent(self._number, bytes(data[:count])))
        if count < len(data):
            self._note(Sent(self._number, b""))
        return count

    def shutdown(self, how: int) -> None:
        self._call(SocketCall.SHUTDOWN, self._sock.shutdown, how)
        self._note(Closed(self._number, 1))

    def _call(self, call: SocketCall, method: Callable[..., T], *arguments: object) -> T:
        """Call a method of the wrapped socket, and note how it fails."""
        try:
            return method(*arguments)
        except BlockingIOError:
            raise
        except OSError as problem:
            kind = _FAULT_KINDS.get(type(problem), FaultKind.OTHER)
            self._note(SocketFault(self._number, call, kind))
            raise

    def fileno(self) -> int:
        return self._sock.fileno()

    def close(self) -> None:
        self._sock.close()


class TappedConnections(Connections):
    """Connections that are captured."""

    def __init__(self, note: Note, selector: selectors.BaseSelector | None = None) -> None:
        super().__init__(selector)
        self._note = note
        self._groups = {"": 0}  # the number of each address group

    def close(self, peer: Peer) -> None:
        self._note(Closed(peer.number, 0))
        super().close(peer)

    def close_all(self) -> None:
        """Close all at the end of the server; this is not captured, since no turn does it."""
        self._note = lambda record: None
        super().close_all()

    def add(self, sock: socket.socket, address: str, now: float) -> Peer:
        peer = super().add(TappedSocket(sock, self._next, self._note), address, now)
        group = self._groups.setdefault(peer.identity.group, len(self._groups))
        self._note(Accepted(peer.number, group))
        return peer


class TappedServer(Server):
    """A server that is captured: what happens at its sockets is passed on to the writer once a turn."""

    def __init__(
        self,
        room: Room,
        listeners: Listeners,
        log: Log,
        new_token: Callable[[], str],
        now: float,
        writer: CaptureWriter,
        selector: selectors.BaseSelector | None = None,
    ) -> None:
        self._writer, self._redactor, self._logged = writer, Redactor(), ""
        self._settings: ApplySettings | None = None  # as they were noted last
        self._units = int(now * UNITS_PER_SECOND)
        connections = TappedConnections(self._note, selector)
        super().__init__(room, listeners, log, partial(self._secret, new_token), _rounded(now), connections)

    def _secret(self, new_token: Callable[[], str]) -> str:
        token = new_token()
        self._redactor.add_token(token)
        return token

    def _note(self, record: CaptureRecord) -> None:
        if not self._writer.problem:
            self._redactor.add(record)

    def _elapsed(self, now: float) -> int:
        """The units since the last call."""
        units = int(now * UNITS_PER_SECOND)
        elapsed, self._units = max(0, units - self._units), max(units, self._units)
        return elapsed

    def update(self, ticks: int, now: float) -> None:
        if (settings := self._current_settings()) != self._settings:
            self._settings = settings
            self._note(Action(self._elapsed(now), settings))
        self._note(LoopTurn(self._elapsed(now), ticks))
        super().update(ticks, _rounded(now))
        self._writer.enqueue(self._redactor.take(), self.is_quiet)
        if self._writer.problem != self._logged:
            self._logged = self._writer.problem
            self._log.write(f"the capture has ended: {self._logged}", now)

    def _current_settings(self) -> ApplySettings:
        room = self.room.matches.settings
        has_password = self.handshake.scram.keys is not None
        return ApplySettings(room.name, room.idle_to_bot, room.members, room.per_address, has_password)

    def perform(self, action: ServerAction, now: float) -> bool:
        self._note(Action(self._elapsed(now), action))
        return super().perform(action, _rounded(now))

    def close(self, reason: str, now: float) -> None:
        self._note(ServerStop(self._elapsed(now), reason))
        super().close(reason, _rounded(now))

    def finish(self) -> None:
        """Note the end, and write all that is left; no turn follows."""
        self._writer.enqueue([*self._redactor.finish(), CaptureEnd(room_checksum(self.room))])
        self._writer.close()


def _rounded(now: float) -> float:
    """A time in whole units."""
    return int(now * UNITS_PER_SECOND) / UNITS_PER_SECOND


def start_of(settings: RoomSettings, boards: Iterable[Board], seed: int, started: int = 0) -> CaptureStart:
    """Return the first record of a capture of a room with these settings, boards and seed.

    `started`: seconds since 1970.
    """
    maps = tuple(CaptureMap(board.name, board.rows) for board in boards)
    versions = (CAPTURE_FORMAT, PROTOCOL, RULES_VERSION, BUILD)
    return CaptureStart(
        *versions, settings.setup, settings.name, settings.snapshots, seed, maps, settings.version.words, started
    )


def room_checksum(room: Room) -> int:
    """Return a number that rooms in the same state share."""
    keyframe = encode(room.feed.keyframe()) if room.feed else b""
    hidden = digest(room.world) if room.world else 0
    return crc32(keyframe, crc32(b"%d %d %d" % (room.phase, room.people, hidden)))
