"""The room as a game server of Agones: a service, and the thread that speaks to the sidecar.

Rule 1: the thread is handed reports and hands back values; it touches neither the room nor the log.
Rule 2: a report is made in the turn that runs the ticks, and only a new report is followed by a sign of life: a loop
that hangs becomes unhealthy.
Rule 3: the sidecar is at the loopback address. Each request is a connection of its own with a time and a size, so a
sidecar that is slow, never ends or talks nonsense costs the thread a failed attempt, and the game nothing.
Rule 4: a server that stops says Shutdown, for SHUTDOWN_WITHIN at most, so that Agones ends it rather than starts it
again. After a fault of ours it does not: Agones shall see a crash.
"""

import threading
import time
from collections import deque
from collections.abc import Sequence
from http.client import HTTPException
from typing import NamedTuple

from petard.server.agones.conversation import Conversation
from petard.server.agones.messages import SHUTDOWN, Call, RoomReport, SidecarAnswer, label_value
from petard.server.config.values import Endpoint
from petard.server.net.server import Server
from petard.server.policy.log import Log, Trouble
from petard.server.room.status import RoomEvent
from petard.server.runtime.idle_stop import IdleStop
from petard.server.runtime.service import Service
from petard.server.runtime.signals import StopSignals
from petard.shared.http_exchange import exchange, request_bytes
from petard.shared.protocol.messages import BUILD

HOST = "127.0.0.1"
WITHIN = 2.0  # seconds for one request
BYTES_MOST = 1 << 18  # of one answer; a game server with all its labels and annotations has some kB
REPORT_EVERY = 1.0  # seconds
REPORT_SOON = 0.25  # seconds between two reports if something happens
LOOKS_EVERY = 0.5  # seconds until the thread looks whether something is due
SHUTDOWN_WITHIN = 2.0  # seconds
SHUTDOWN_PAUSE = 0.2  # seconds
SLACK = 0.5  # seconds that the last requests may take beyond their time


class Seen(NamedTuple):
    """What the thread hands back. `place`: where players connect; `failures`: of all requests so far."""

    is_up: bool = False
    state: str = ""
    allocated_at: str = ""
    failures: int = 0
    place: Endpoint | None = None


class SidecarThread:
    """Speaks to the sidecar at a port of this machine."""

    def __init__(self, port: int) -> None:
        """Raises RuntimeError if the system allows no more threads."""
        self._port = port
        self._report: RoomReport | None = None
        self._wakes = threading.Event()
        self._ending: bool | None = None  # True: with a Shutdown
        self.seen = Seen()
        self.news: deque[str] = deque(maxlen=20)  # lines for the log
        self._thread = threading.Thread(target=self._run, name="agones", daemon=True)
        self._thread.start()

    def hand(self, report: RoomReport) -> None:
        """Use this report from now on; never waits."""
        self._report = report
        self._wakes.set()

    def close(self, says_shutdown: bool) -> None:
        """End the thread, which may take until its last requests are over."""
        self._ending = says_shutdown
        self._wakes.set()
        self._thread.join(WITHIN + SHUTDOWN_WITHIN + SLACK)

    def _run(self) -> None:
        conversation = Conversation()
        while self._ending is None:
            try:
                self._speak(conversation)
            except Exception as fault:  # ours; the room goes on, and so does its sign of life
                self.news.append(f"a fault in the thread for Agones: {fault!r}")
                conversation = Conversation()
            self._wakes.wait(LOOKS_EVERY)
            self._wakes.clear()
        if self._ending:
            self._say_shutdown()

    def _speak(self, conversation: Conversation) -> None:
        """Say all that is due now."""
        while self._ending is None and (report := self._report):
            call = conversation.next_call(report, time.monotonic())
            if not call:
                return
            if line := conversation.receive(self._carry_out(call, WITHIN), time.monotonic()):
                self.news.append(line)
            server = conversation.game_server
            place = Endpoint(server.address, server.port) if server.address else None
            self.seen = Seen(conversation.is_up, server.state, server.allocated_at, conversation.failures, place)

    def _carry_out(self, call: Call, within: float) -> SidecarAnswer:
        request = request_bytes(call.method, call.path, HOST, self._port, call.body)
        try:
            found = exchange(HOST, self._port, request, within, BYTES_MOST)
        except TimeoutError:
            return SidecarAnswer(0, problem=f"no answer within {within:.0f} s")
        except HTTPException:
            return SidecarAnswer(0, problem="it speaks no HTTP")
        except OSError as problem:
            return SidecarAnswer(0, problem=(problem.strerror or str(problem)).lower())
        return SidecarAnswer(found.status, found.body)

    def _say_shutdown(self) -> None:
        until = time.monotonic() + SHUTDOWN_WITHIN
        while (left := until - time.monotonic()) > 0 and self._carry_out(SHUTDOWN, left).status != 200:
            time.sleep(min(SHUTDOWN_PAUSE, left))


class AgonesService(Service):
    """Hands the thread what the room is, and uses what it hands back."""

    def __init__(self, server: Server, signals: StopSignals, idle_stop: IdleStop, log: Log, port: int) -> None:
        """`port`: of the sidecar. Raises RuntimeError if the system allows no more threads."""
        self._server, self._signals, self._idle_stop, self._log = server, signals, idle_stop, log
        self._thread = SidecarThread(port)
        self._seen = Seen()
        self._beat, self._due = 0, 0.0

    @property
    def state(self) -> str:
        """The state that Agones has of this room, such as Ready; "no answer" while the sidecar is away."""
        return self._seen.state if self._seen.is_up else "no answer"

    @property
    def place(self) -> Endpoint | None:
        """Where players connect: an address and a port of the node. None until the sidecar has said it."""
        return self._seen.place

    def update(self, now: float) -> None:
        if now >= self._due:
            self._beat += 1
            self._due = now + REPORT_EVERY
            self._thread.hand(report_of(self._server, self._beat))
        seen, before = self._thread.seen, self._seen
        if seen != before:
            self._seen = seen
            new = seen.failures - before.failures  # after a fault of the thread it counts from 0 again
            self._log.troubles[Trouble.AGONES] += max(0, new)
            if seen.state == "Allocated" and (seen.state, seen.allocated_at) != (before.state, before.allocated_at):
                self._idle_stop.expect(now)
        while self._thread.news:
            self._log.write(self._thread.news.popleft(), now)

    def handle_events(self, events: Sequence[RoomEvent], now: float) -> None:
        self._due = min(self._due, max(now, self._due - REPORT_EVERY + REPORT_SOON))

    def next_due(self, now: float) -> float:
        """A server without people has to look alive, too."""
        return self._due

    def close(self) -> None:
        self._thread.close(says_shutdown=bool(self._signals.reason))


def report_of(server: Server, beat: int) -> RoomReport:
    """Return the report about a room that the thread sends to the sidecar."""
    room = server.room
    status, setup = room.status(), room.matches.choice.current
    players = tuple(seat.name for seat in status.seats if not seat.is_bot)
    free = 0 if room.is_draining else max(0, status.places - len(players))
    labels = {"map": setup.map, "mode": setup.mode, "free-places": str(free), "version": BUILD}
    people = sum(not member.is_relay for member in room.seats.by_peer.values())
    return RoomReport(
        beat, people, players, status.places, tuple((key, label_value(text)) for key, text in labels.items())
    )


def open_agones(
    server: Server, signals: StopSignals, idle_stop: IdleStop, log: Log, port: int, now: float
) -> AgonesService | None:
    """Return the service; None if the system allows no more threads."""
    try:
        service = AgonesService(server, signals, idle_stop, log, port)
    except RuntimeError as problem:
        log.write(f"says nothing to the sidecar of Agones: {problem}", now)
        return None
    log.write(f"is a game server of Agones, whose sidecar is at port {port}", now)
    return service
