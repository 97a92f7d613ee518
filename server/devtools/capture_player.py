"""Plays a capture: a real Room and Server, with sockets that give what was captured, on captured time.

Rule 1: turns, ticks and times are those of the capture, and sockets are ready in the captured order.
Rule 2: a socket accepts as many bytes as it did then in the same turn; where it accepted everything, it does again.
Rule 3: the server must send the same bytes and close the same connections in the same turns, and its room must be in
        the same state at the end. The first difference raises ReplayMismatch, one sentence with time, tick,
        connection, message and field (capture_difference.py).
Rule 4: playing has a Budget, so much for each byte of the file: a capture that holds more work is refused.
Rule 5: who is refused for a ban, and by which sentence, is as captured: a capture holds no bans.
"""

from ipaddress import IPv4Address
from itertools import count
from math import inf

from petard.server.devtools.capture_difference import ReplayMismatch, stream_difference
from petard.server.devtools.capture_sockets import (
    NO_KEYS,
    CaptureListeners,
    CaptureSelector,
    CaptureSocket,
    FakeAccessControl,
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
    Action,
    Capture,
    CaptureEnd,
    CaptureStart,
    CaptureStep,
    Closed,
    LoopTurn,
    Received,
    Sent,
    ServerStop,
    SocketCall,
    SocketFault,
    SocketRecord,
    StepCause,
)
from petard.shared.demo.redact import placeholder
from petard.shared.demo.rerun import work_of_tick
from petard.shared.demo.server_actions import ApplySettings
from petard.shared.protocol.codec import EncodeError
from petard.shared.rules.maps import BadMap, parse_map
from petard.shared.rules.modes.table import MODES
from petard.shared.rules.ruleset import PRESETS

CLOSINGS = {1: "is told the end", 0: "is closed"}  # by `Closed.is_half`
# Units of work (shared/demo/budget.py): of a step, and in it for each peer, record, byte that arrives, and pair of a
# new connection and a peer; of a tick, and in it for each player.
TURN, PEER, RECORD, BYTE, CROWD = 20_000, 1000, 5000, 1000, 300
TICK, PLAYER = 5000, 10_000


class CapturePlayer:
    """Plays one capture.

    `room`: a real one; `connections`: the sockets by number; `log`: the lines for the log; `seconds`: how far it has
    come.
    """

    def __init__(self, capture: Capture) -> None:
        """Raises DemoError for a capture whose room cannot be made."""
        self._budget = Budget(capture.size, WorkRate.SERVE)
        answers = list(handshake_answers(capture, self._budget.spend))
        messages = [answer for _, answer in answers]
        self.room = _room_of(capture.start, members_of(messages), per_address_of(messages))
        self.connections: dict[int, CaptureSocket] = {}
        self.log: list[str] = []
        self.seconds = 0.0
        self._capture, self._selector = capture, CaptureSelector(CaptureListeners())
        tokens = (placeholder(number) for number in count(1))
        connections, log = Connections(self._selector), Log(self.log.append)
        self._server = Server(self.room, self._selector.listeners, log, lambda: next(tokens), 0.0, connections)
        self._server.handshake.scram = FakeScramServer(messages)
        self._server.handshake.access_control = FakeAccessControl(answers, connections).refusal

    def play(self, until: float = inf) -> None:
        """Play it to its end, or for so many seconds; raises ReplayMismatch at the first difference."""
        for step in self._capture.steps:
            if step.at > until * UNITS_PER_SECOND:
                return
            self.step(step)

    def step(self, step: CaptureStep) -> None:
        """Play one step; raises DemoError for more work than the capture has bytes for, before it is done."""
        for number, sock in self._play_step(step):
            if difference := self._difference(sock):
                raise ReplayMismatch(f"{self._moment(step)} connection {number} {difference}.")
            sock.end_step()
        self._selector.used.clear()
        self.seconds = step.at / UNITS_PER_SECOND

    def answer(self, step: CaptureStep) -> list[SocketRecord]:
        """Play one step, compare nothing, and return what the server sent and closed in it."""
        records: list[SocketRecord] = []
        for number, sock in self._play_step(step):
            records += [Sent(number, bytes(sock.step.sent))] if sock.step.sent else []
            records += [Closed(number, is_half) for is_half in sock.step.closed]
            sock.end_step()
        self._selector.used.clear()
        return records

    def _play_step(self, step: CaptureStep) -> list[tuple[int, CaptureSocket]]:
        """Play one step; returns the sockets that were used in it, by number."""
        self._spend(step)
        self._begin_step(step)
        try:
            self._run(step.cause, step.at / UNITS_PER_SECOND)
        except EncodeError:
            raise DemoError("The server of this capture says something that cannot be sent.") from None
        return sorted(self._selector.used.items())

    def _run(self, cause: StepCause, now: float) -> None:
        match cause:
            case LoopTurn(_, ticks):
                self._server.update(ticks, now)
            case Action(_, what):
                self._server.perform(what, now)
                if isinstance(what, ApplySettings):
                    self._server.handshake.scram.keys = NO_KEYS if what.has_password else None
            case ServerStop(_, reason):
                self._server.close(reason, now)
            case CaptureEnd(state):
                if room_checksum(self.room) != state:
                    raise ReplayMismatch("The server sent the same bytes, but its room is in another state at the end.")

    def _difference(self, sock: CaptureSocket) -> str:
        """Say what differs at a socket in this step; "" if nothing does."""
        step = sock.step
        if step.sent != step.wanted:
            found = stream_difference(sock.unfinished, bytes(step.sent), bytes(step.wanted))
            if found:
                return f"is sent {found}"
        if self._capture.start.format > 1 and step.closed != step.wanted_closed:
            return f"{_closing_text(step.closed)}; in the capture it {_closing_text(step.wanted_closed)}"
        return ""

    def _moment(self, step: CaptureStep) -> str:
        world, match = self.room.world, self.room.matches.match
        tick = f", tick {world.tick} of round {match.score.round}," if world and match else ""
        return f"At {step.at / UNITS_PER_SECOND:.3f} s{tick}"

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
                self._selector.listeners.pending.append((sock, address))
                continue
            if record.connection not in self.connections:
                raise DemoError(f"In this capture connection {record.connection} is used before it was accepted.")
            sock = self.connections[record.connection]
            sock.add(record)
            if isinstance(record, Received) or (isinstance(record, SocketFault) and record.call is SocketCall.RECV):
                ready.append(sock)
        if self._selector.listeners.pending:
            ready += self._selector.listeners.sockets


def _closing_text(closed: list[int]) -> str:
    words = [CLOSINGS[is_half] for is_half in closed if is_half in CLOSINGS]
    return " and ".join(words) or "stays open"


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
