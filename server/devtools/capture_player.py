"""Plays a capture: a real Room and Server, with sockets that give what was captured, on captured time.

Rule 1: turns, ticks and times are those of the capture, and sockets are ready in the captured order.
Rule 2: a socket accepts as many bytes as it did then in the same turn; where it accepted everything, it does again.
Rule 3: the server must send the same bytes in the same turns, and its room must be in the same state at the end. The
        first difference raises ReplayMismatch, one sentence with time, connection and message.
Rule 4: playing has a Budget, so much for each byte of the file: a capture that holds more work is refused.
Rule 5: sentences for people may have other words than then; the numbers in them, and all else, must be the same.
"""

import re
from dataclasses import replace
from ipaddress import IPv4Address
from itertools import count, zip_longest

from petard.server.devtools.capture_sockets import (
    CaptureListeners,
    CaptureSelector,
    CaptureSocket,
    FakeScramServer,
    handshake_answers,
    members_of,
    per_address_of,
)
from petard.server.net.connections import Connections
from petard.server.net.server import Server
from petard.server.policy.log import Log
from petard.server.recording.capture_tap import room_checksum
from petard.server.room.room import Room
from petard.server.room.settings import RoomSettings, ServerVersion
from petard.shared.demo.blocks import DemoError
from petard.shared.demo.budget import Budget, WorkRate
from petard.shared.demo.capture import (
    UNITS_PER_SECOND,
    Accepted,
    Capture,
    CaptureEnd,
    CaptureStart,
    CaptureStep,
    LoopTurn,
    Received,
    ServerStop,
    SocketCall,
    SocketFault,
)
from petard.shared.demo.redact import placeholder
from petard.shared.demo.rerun import work_of_tick
from petard.shared.framing import HEADER, LIMIT_SERVER, Decoder, FrameError
from petard.shared.protocol.codec import EncodeError, RemoteProtocolError, decode
from petard.shared.protocol.messages import Bye, Chat, Message, Refused
from petard.shared.rules.maps import BadMap, parse_map
from petard.shared.rules.modes.table import MODES
from petard.shared.rules.ruleset import PRESETS

MESSAGE_MOST = 300  # characters of one in a sentence
# Units of work (shared/demo/budget.py): of a step, and in it for each peer, record, byte that arrives, and pair of a
# new connection and a peer; of a tick, and in it for each player.
TURN, PEER, RECORD, BYTE, CROWD = 20_000, 1000, 5000, 1000, 300
TICK, PLAYER = 5000, 10_000
AFTER_COMMAND = " Before that, a player gave a command with a slash: what such a command does is in no capture."


class ReplayMismatch(AssertionError):
    """The server did something else than in the capture."""


class CapturePlayer:
    """Plays one capture. `room`: a real one; `connections`: the sockets by number; `log`: the lines for the log."""

    def __init__(self, capture: Capture) -> None:
        """Raises DemoError for a capture whose room cannot be made."""
        self._budget = Budget(capture.size, WorkRate.SERVE)
        answers = list(handshake_answers(capture, self._budget.spend))
        self.room = _room_of(capture.start, members_of(answers), per_address_of(answers))
        self.connections: dict[int, CaptureSocket] = {}
        self.log: list[str] = []
        self._capture = capture
        self._listeners, self._selector = CaptureListeners(), CaptureSelector()
        tokens = (placeholder(number) for number in count(1))
        connections, log = Connections(self._selector), Log(self.log.append)
        self._server = Server(self.room, self._listeners, log, lambda: next(tokens), 0.0, connections)
        self._server.handshake.scram = FakeScramServer(answers)

    def play(self) -> None:
        """Play it to the end; raises ReplayMismatch at the first difference, DemoError if the capture has no end."""
        for step in self._capture.steps:
            self.step(step)
        if not self._capture.steps or not isinstance(self._capture.steps[-1].cause, CaptureEnd):
            raise DemoError(self._capture.damage or "The capture stops before its server did.")

    def step(self, step: CaptureStep) -> None:
        """Play one step; raises DemoError for more work than the capture has bytes for, before it is done."""
        self._spend(step)
        self._begin_step(step)
        match step.cause:
            case LoopTurn(_, ticks):
                self._server.update(ticks, step.at / UNITS_PER_SECOND)
            case ServerStop(_, reason):
                try:
                    self._server.close(reason, step.at / UNITS_PER_SECOND)
                except EncodeError:
                    raise DemoError("The server of this capture stops for a reason that cannot be sent.") from None
            case CaptureEnd(state):
                if room_checksum(self.room) != state:
                    raise ReplayMismatch("The server sent the same bytes, but its room is in another state at the end.")
        for number, sock in sorted(self._selector.used.items()):
            if sock.step.sent != sock.step.wanted and (difference := _difference(step, number, sock)):
                raise ReplayMismatch(f"{difference}{AFTER_COMMAND if self._server.slash_commands else ''}")
            sock.end_step()
        self._selector.used.clear()

    def _spend(self, step: CaptureStep) -> None:
        """Count the work of a step. Only peers, players and what has arrived cost something, not all connections."""
        accepted = sum(isinstance(record, Accepted) for record in step.records)
        received = sum(len(record.data) for record in step.records if isinstance(record, Received))
        peers = len(self._server.connections.peers) + accepted
        units = TURN + PEER * peers + RECORD * len(step.records) + BYTE * received + CROWD * accepted * peers
        if isinstance(step.cause, LoopTurn):
            world = self.room.world
            tick = TICK + (PLAYER * len(world.players) + work_of_tick(world, world.players) if world else 0)
            units += step.cause.ticks * tick
        self._budget.spend(units)

    def _begin_step(self, step: CaptureStep) -> None:
        """Give each socket its part of the step."""
        ready = self._selector.ready = []
        for record in step.records:
            if isinstance(record, Accepted):
                address = str(IPv4Address("10.0.0.0") + record.group % 2**24) if record.group else "127.0.0.1"
                sock = self.connections[record.connection] = CaptureSocket(record.connection, self._selector.used)
                self._listeners.pending.append((sock, address))
                continue
            if record.connection not in self.connections:
                raise DemoError(f"In this capture connection {record.connection} is used before it was accepted.")
            sock = self.connections[record.connection]
            sock.add(record)
            if isinstance(record, Received) or (isinstance(record, SocketFault) and record.call is SocketCall.RECV):
                ready.append(sock)
        if self._listeners.pending:
            ready += self._listeners.sockets


def _room_of(start: CaptureStart, members: int, per_address: int) -> Room:
    setup = start.setup
    try:
        boards = {one.name: parse_map("\n".join(one.rows), one.name) for one in start.maps}
    except BadMap as problem:
        raise DemoError(f"A map in this capture cannot be used: {problem}.") from None
    if (
        setup.map not in boards
        or setup.rules not in PRESETS
        or setup.mode not in MODES
        or start.snapshots not in (20, 30, 60)
    ):
        raise DemoError("This capture is of a room that this Petard cannot make.")
    settings = RoomSettings(
        setup,
        start.name,
        start.snapshots,
        members=members,
        per_address=per_address,
        version=ServerVersion(start.build, start.words),
    )
    return Room(settings, boards, start.seed)


def messages_in(stream: bytes) -> list[Message | bytes]:
    """Return the messages in a stream; a payload that is none stays bytes, and so does the rest that is no frame."""
    try:
        payloads = Decoder(LIMIT_SERVER).receive_data(stream)
    except FrameError as problem:
        payloads = list(problem.payloads)
    parts: list[Message | bytes] = []
    for payload in payloads:
        try:
            parts.append(decode(payload))
        except RemoteProtocolError:
            parts.append(payload)
    rest = stream[sum(HEADER + len(payload) for payload in payloads) :]
    return [*parts, rest] if rest else parts


def without_prose(part: Message | bytes | None) -> Message | bytes | None:
    """Return a message with only the numbers of what the server words for people: its own lines of chat, and the
    sentence of a refusal or goodbye. What players wrote, and every code, number and name, stays.

    So a capture of an older server still plays when a sentence was worded anew.
    """
    match part:
        case Chat(name="", text=text):
            return replace(part, text=_numbers_in(text))
        case Refused(code, sentence):
            return Refused(code, _numbers_in(sentence))
        case Bye(reason):
            return Bye(_numbers_in(reason))
    return part


def _numbers_in(sentence: str) -> str:
    return " ".join(re.findall(r"\d+", sentence))


def _difference(step: CaptureStep, connection: int, sock: CaptureSocket) -> str:
    """Say which message is the first that differs; "" if only their prose does."""
    before = sock.unfinished
    for now, then in zip_longest(messages_in(before + sock.step.sent), messages_in(before + sock.step.wanted)):
        if without_prose(now) != without_prose(then):
            shown = ["nothing more" if part is None else repr(part)[:MESSAGE_MOST] for part in (now, then)]
            time = f"At {step.at / UNITS_PER_SECOND:.3f} s"
            return f"{time} connection {connection} is sent {shown[0]}; in the capture it is sent {shown[1]}."
    return ""
