"""The service and its thread, with a sidecar over real HTTP: one that is well, and many that are not."""

import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, replace

import pytest

from petard.server.config.config import UNSET
from petard.server.policy.log import Trouble
from petard.server.runtime import agones
from petard.server.runtime.agones import AgonesService, SidecarThread, report_of
from petard.server.runtime.drain import Drain
from petard.server.runtime.idle_stop import IdleStop
from petard.server.runtime.signals import StopSignals
from petard.shared.demo.server_actions import BeginDrain, ChooseSetup
from petard.shared.protocol.messages import BUILD
from tests.server.agones.sidecar import LocalSidecar, served
from tests.server.loopback import HELLO, LoopbackServer

PATIENCE = 20.0  # real seconds until a test gives up
OK = b"HTTP/1.1 200 OK\r\n"


@dataclass
class Served:
    """A loopback server with the service, whose sidecar is at `port`."""

    loopback: LoopbackServer
    signals: StopSignals
    idle_stop: IdleStop
    service: AgonesService

    def until(self, is_so: Callable[[], bool], moves: float = 0.0) -> None:
        """Run turns of the room until something is so; the clock of the room moves so far in each."""
        ends = time.monotonic() + PATIENCE
        while not is_so():
            assert time.monotonic() < ends, self.loopback.log_lines
            self.loopback.now += moves
            self.loopback.server.connections.poll(0.005)
            self.loopback.server.update(0, self.loopback.now)
            events = self.loopback.room.events.take()
            if events:
                self.service.handle_events(events, self.loopback.now)
            self.service.update(self.loopback.now)
            self.idle_stop.update(self.loopback.now)
            self.loopback.read()


@contextmanager
def with_sidecar(loopback: LoopbackServer, port: int) -> Iterator[Served]:
    """A room that reports to a port."""
    signals = StopSignals()
    drain = Drain(loopback.server, signals, loopback.log, 0)
    idle_stop = IdleStop(loopback.room, drain, replace(UNSET, sidecar=port), loopback.log)
    service = AgonesService(loopback.server, signals, idle_stop, loopback.log, port)
    try:
        yield Served(loopback, signals, idle_stop, service)
    finally:
        service.close()
        signals.close()


def test_the_room_becomes_ready_is_allocated_and_ends_with_a_shutdown(loopback: LoopbackServer) -> None:
    sidecar = LocalSidecar()
    with served(sidecar) as port, with_sidecar(loopback, port) as room:
        assert room.service.state == "no answer"
        room.until(lambda: sidecar.count("/ready") == 1 and room.service.state == "Ready")
        ada = loopback.connect()
        ada.send(replace(HELLO, players=2))
        room.until(lambda: sidecar.lists["players"][1] == ["Ada", "Ada 2"], moves=0.01)
        room.until(lambda: room.service.state == "Allocated")
        assert sidecar.count("/shutdown") == 0
        room.signals.stop()
    assert sidecar.state == "Shutdown"
    failed = loopback.log.troubles[Trouble.AGONES]
    assert failed == len(sidecar.failed)  # it has no counter of players


def test_a_room_that_ends_by_a_fault_says_no_shutdown(loopback: LoopbackServer) -> None:
    sidecar = LocalSidecar()
    with served(sidecar) as port, with_sidecar(loopback, port) as room:
        room.until(lambda: sidecar.count("/ready") == 1)
    assert sidecar.count("/shutdown") == 0


def test_a_room_that_was_given_away_and_stays_empty_stops(loopback: LoopbackServer) -> None:
    sidecar = LocalSidecar()
    sidecar.allocate("2026-11-30T20:00:00Z")
    with served(sidecar) as port, with_sidecar(loopback, port) as room:
        assert room.idle_stop.next_due(0.0) == float("inf")
        room.until(lambda: room.service.state == "Allocated")
        room.until(lambda: loopback.room.is_draining, moves=1.0)
    assert loopback.log_lines[-1] == "nobody has been here for 60 seconds: stops (idle-stop)"


def test_a_report_holds_who_has_a_seat_and_what_an_allocation_asks_for(loopback: LoopbackServer) -> None:
    report = report_of(loopback.server, 7)
    assert (report.beat, report.people, report.players) == (7, 0, ())
    setup = replace(loopback.room.matches.choice.current, map="small", mode="teams", bots=2)
    assert loopback.server.perform(ChooseSetup(setup), loopback.now)
    loopback.member("Ada", players=2)
    loopback.member("Zoë", players=0)
    report = report_of(loopback.server, 8)
    assert (report.people, report.players, report.places) == (2, ("Ada", "Ada 2"), 4)
    assert dict(report.labels) == {"map": "small", "mode": "teams", "free-places": "2", "version": BUILD}
    loopback.server.perform(BeginDrain("It stops."), loopback.now)
    assert dict(report_of(loopback.server, 9).labels)["free-places"] == "0"


# Sidecars that are not well


def answering(*pieces: bytes, pause: float = 0.0, ends: str = "close") -> Callable[[socket.socket], None]:
    """Return what answers one connection with these pieces and then closes it, resets it, or leaves it open."""

    never = threading.Event()

    def answer(sock: socket.socket) -> None:
        sock.recv(4096)
        for piece in pieces:
            sock.sendall(piece)
            never.wait(pause)
        if ends == "reset":
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        elif ends == "open":
            sock.recv(1)  # until the other end has given up

    return answer


HOSTILE = {
    "never answers": (answering(ends="open"), "no answer within"),
    "drips": (answering(*[b"H"] * 400, pause=0.01), "no answer within"),
    "drips a body": (answering(OK + b"Content-Length: 9999\r\n\r\n", *[b" "] * 400, pause=0.01), "no answer within"),
    "closes": (answering(), "it speaks no http"),
    "resets": (answering(ends="reset"), "connection reset"),
    "half an answer": (answering(OK + b"Content-Length: 90\r\n\r\n{"), "it speaks no http"),
    "no HTTP": (answering(b"SSH-2.0-OpenSSH\r\n"), "it speaks no http"),
    "chunks without an end": (
        answering(OK + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\na\r\n"),
        "it speaks no http",
    ),
    "wrong chunks": (answering(OK + b"Transfer-Encoding: chunked\r\n\r\n", b"-5\r\nzz\r\n"), "it speaks no http"),
    "a huge chunk": (answering(OK + b"Transfer-Encoding: chunked\r\n\r\nfffffffffff\r\n", b"a"), "it speaks no http"),
    "a huge length": (answering(OK + b"Content-Length: 99999999999999\r\n\r\n", b"{}"), "it speaks no http"),
    "a length of 30 digits": (answering(OK + b"Content-Length: " + b"9" * 30 + b"\r\n\r\n{}"), "it speaks no http"),
    "a huge body": (answering(OK + b"\r\n", *[b" " * 65536] * 9), "the answer has more than"),
    "many headers": (answering(OK + b"A: b\r\n" * 2000 + b"\r\n"), "it speaks no http"),
    "goes on for ever": (answering(b"HTTP/1.1 100 Continue\r\n\r\n" * 9000), "it speaks no http"),
    "redirects": (answering(b"HTTP/1.1 301 Moved\r\nLocation: http://127.0.0.1:1/\r\n\r\n"), "it answers 301"),
    "fails": (answering(b"HTTP/1.1 500 No\r\n\r\n"), "it answers 500"),
}
HANGING = {"never answers", "drips", "drips a body"}


@contextmanager
def hostile(answer: Callable[[socket.socket], None]) -> Iterator[int]:
    """A server that answers every connection so, one after the other; yields its port."""
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        with suppress(OSError):
            while True:
                with listener.accept()[0] as sock, suppress(OSError):
                    sock.settimeout(PATIENCE)
                    answer(sock)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield listener.getsockname()[1]
    finally:
        with suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)  # which ends the accept
        listener.close()
        thread.join(PATIENCE)


@pytest.mark.parametrize(
    ("within", "kinds"), [(0.3, HANGING), (PATIENCE, HOSTILE.keys() - HANGING)], ids=["hangs", "lies"]
)
def test_a_sidecar_that_is_not_well_is_one_line_in_the_log_whatever_it_does(
    within: float, kinds: set[str], loopback: LoopbackServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(agones, "WITHIN", within)
    report = report_of(loopback.server, 1)
    with ExitStack() as stack:
        threads = {
            name: SidecarThread(stack.enter_context(hostile(answer)))
            for name, (answer, _) in HOSTILE.items()
            if name in kinds
        }  # all at once, since each takes its time
        threads["refuses"] = SidecarThread(unused_port())
        for thread in threads.values():
            stack.callback(thread.close, says_shutdown=False)
        ends, beat, never = time.monotonic() + PATIENCE, 1, threading.Event()
        while any(thread.seen.failures < 2 for thread in threads.values()):
            assert time.monotonic() < ends, {name: thread.seen for name, thread in threads.items()}
            beat += 1
            for thread in threads.values():
                thread.hand(replace(report, beat=beat))
            never.wait(0.02)
        lines = {name: list(thread.news) for name, thread in threads.items()}
        expected = {name: words for name, (_, words) in HOSTILE.items() if name in kinds} | {
            "refuses": "connection refused"
        }
        for name, words in expected.items():
            assert [words in line.lower() for line in lines[name]] == [True], (name, lines[name])
            assert not threads[name].seen.is_up


def unused_port() -> int:
    """A port at which nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as sock:
        return int(sock.getsockname()[1])


def test_no_turn_waits_for_a_sidecar_that_hangs(loopback: LoopbackServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(agones, "WITHIN", PATIENCE)
    monkeypatch.setattr(agones, "SHUTDOWN_WITHIN", 0.1)
    has_turned = threading.Event()
    with (
        hostile(lambda sock: sock.sendall(b"x" * has_turned.wait(PATIENCE))) as port,
        with_sidecar(loopback, port) as room,
    ):
        for _ in range(3 * 60):
            loopback.now += 1.0
            room.service.update(loopback.now)
        assert room.service.state == "no answer"
        assert loopback.log.troubles[Trouble.AGONES] == 0
        has_turned.set()
        room.until(lambda: loopback.log.troubles[Trouble.AGONES] > 0, moves=0.01)
        room.signals.stop()
    assert not threads_for_agones()


def threads_for_agones() -> list[str]:
    """The threads that are left."""
    return [one.name for one in threading.enumerate() if one.name == "agones"]


def test_a_loop_that_hangs_gives_no_sign_of_life_and_one_that_sleeps_does(
    loopback: LoopbackServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("petard.server.agones.parts.HEALTH_EVERY", 0.0)
    monkeypatch.setattr(agones, "LOOKS_EVERY", 0.005)
    sidecar = LocalSidecar()
    with served(sidecar) as port, with_sidecar(loopback, port) as room:
        room.until(lambda: room.service.state == "Ready")
        before = sidecar.count("/health")
        threading.Event().wait(0.2)  # in which the thread looks some forty times
        assert sidecar.count("/health") <= before + 1
        assert room.service.next_due(loopback.now) <= loopback.now + agones.REPORT_EVERY  # a sleeping loop wakes up
        room.until(lambda: sidecar.count("/health") > before + 2, moves=0.1)


def test_no_thread_is_left_behind(loopback: LoopbackServer) -> None:
    sidecar = LocalSidecar()
    with served(sidecar) as port, with_sidecar(loopback, port) as room:
        room.until(lambda: room.service.state == "Ready")
    assert not threads_for_agones()
