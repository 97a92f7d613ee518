"""The service manager gets ready, alive and stopping messages; and nothing from a server that hangs."""

import math
import os
import signal
import socket
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from petard.server.room.status import MemberChange, MemberEvent
from petard.server.runtime.drain import Drain
from petard.server.runtime.signals import StopSignals
from petard.server.runtime.watchdog import AGAIN, Watchdog, alive_interval, open_watchdog
from tests.server.loopback import LoopbackServer
from tests.server.server_process import ServerProcess

pytestmark = pytest.mark.skipif(not hasattr(socket, "AF_UNIX"), reason="no service manager of this kind")

PID = 4711


class FakeServiceManager:
    """The datagram socket of a service manager."""

    def __init__(self, address: str) -> None:
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.sock.bind(address)
        self.sock.setblocking(False)

    def received(self) -> list[list[str]]:
        """Return the messages since the last call."""
        messages = []
        try:
            while True:
                messages.append(self.sock.recv(4096).decode().splitlines())
        except BlockingIOError:
            return messages

    def wait_for(self, word: str, seconds: float = 10.0) -> bool:
        """Return True if a message with this word arrives in time."""
        ends = time.monotonic() + seconds
        while (left := ends - time.monotonic()) > 0:
            self.sock.settimeout(left)
            try:
                if word in self.sock.recv(4096).decode().splitlines():
                    return True
            except TimeoutError:
                return False
        return False


@pytest.fixture
def manager(tmp_path: Path) -> Iterator[FakeServiceManager]:
    manager = FakeServiceManager(str(tmp_path / "notify"))
    yield manager
    manager.sock.close()


def watchdog_of(loopback: LoopbackServer, **environ: str) -> Watchdog | None:
    wake = StopSignals()
    wake.close()
    drain = Drain(loopback.server, wake, loopback.log, 120)
    return open_watchdog(loopback.room, drain, environ, PID, loopback.now)


def running_watchdog(loopback: LoopbackServer, address: str, usec: str = "2000000") -> Watchdog:
    watchdog = watchdog_of(loopback, NOTIFY_SOCKET=address, WATCHDOG_USEC=usec, WATCHDOG_PID=str(PID))
    assert watchdog
    return watchdog


def test_it_reports_ready_once_and_then_alive_at_half_the_limit(
    loopback: LoopbackServer, manager: FakeServiceManager, tmp_path: Path
) -> None:
    watchdog = running_watchdog(loopback, str(tmp_path / "notify"))
    status = "STATUS=0 connected, classic, lobby"
    for after in (0.0, 0.5, 0.99, 1.0, 1.5, 2.0):
        watchdog.update(loopback.now + after)
    assert manager.received() == [["READY=1", "WATCHDOG=1", status], *[["WATCHDOG=1", status]] * 2]
    assert watchdog.next_due(loopback.now) == loopback.now + 3.0
    watchdog.close()
    assert manager.received() == [["STOPPING=1", "STATUS=stopped"]]


def test_without_a_limit_it_reports_only_changes(
    loopback: LoopbackServer, manager: FakeServiceManager, tmp_path: Path
) -> None:
    watchdog = watchdog_of(loopback, NOTIFY_SOCKET=str(tmp_path / "notify"), WATCHDOG_USEC="2000000", WATCHDOG_PID="1")
    assert watchdog
    watchdog.update(loopback.now)
    assert watchdog.next_due(loopback.now) == math.inf
    loopback.member()
    for after in (0.1, 0.2, 0.9, 1.1):
        watchdog.handle_events([MemberEvent(MemberChange.JOINED, 1, "Ada")], loopback.now + after)
        watchdog.update(loopback.now + after)
    assert manager.received() == [
        ["READY=1", "STATUS=0 connected, classic, lobby"],
        ["STATUS=1 connected, classic, lobby"],
    ]
    watchdog.close()


def test_a_failed_send_is_repeated_and_nothing_blocks(loopback: LoopbackServer, tmp_path: Path) -> None:
    watchdog = running_watchdog(loopback, str(tmp_path / "notify"))
    watchdog.update(loopback.now)  # nobody is there yet
    assert watchdog.next_due(loopback.now) == loopback.now + AGAIN
    manager = FakeServiceManager(str(tmp_path / "notify"))
    watchdog.update(loopback.now + AGAIN)
    assert manager.received()[0][0] == "READY=1"
    for turn in range(2000):  # until nothing more fits into the manager's queue
        watchdog.update(loopback.now + 1 + turn)
    manager.sock.close()
    watchdog.close()


@pytest.mark.skipif(sys.platform != "linux", reason="addresses without a file are Linux's")
def test_an_abstract_address_works(loopback: LoopbackServer) -> None:
    manager = FakeServiceManager(f"\0petard-test-{os.getpid()}")
    watchdog = running_watchdog(loopback, f"@petard-test-{os.getpid()}")
    watchdog.update(loopback.now)
    assert manager.received()[0][0] == "READY=1"
    watchdog.close()
    manager.sock.close()


def test_without_a_service_manager_there_is_no_watchdog(loopback: LoopbackServer) -> None:
    assert watchdog_of(loopback) is None
    assert watchdog_of(loopback, NOTIFY_SOCKET="") is None
    assert watchdog_of(loopback, NOTIFY_SOCKET="vsock:2:1234") is None
    for odd in ("soon", "-1", "0"):
        watchdog = watchdog_of(loopback, NOTIFY_SOCKET="/nowhere", WATCHDOG_USEC=odd)
        assert watchdog
        assert alive_interval({"WATCHDOG_USEC": odd}, PID) == math.inf
        watchdog.close()


HANGS = (  # a handler runs in the thread of the loop, wherever that is
    "import signal, sys\n"
    "def spin(*_):\n"
    "    while True: pass\n"
    "signal.signal(signal.SIGUSR1, spin)\n"
    "from petard.server.__main__ import main\n"
    "sys.exit(main())"
)


def test_a_stopped_or_hanging_server_falls_silent_within_three_seconds(
    manager: FakeServiceManager, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "notify"))
    monkeypatch.setenv("WATCHDOG_USEC", "600000")
    with ServerProcess(start=("-c", HANGS)) as server:
        assert manager.wait_for("READY=1")
        assert manager.wait_for("WATCHDOG=1", 3.0)
        server.process.send_signal(signal.SIGSTOP)
        manager.wait_for("WATCHDOG=1", 0.2)  # one may be on its way
        assert not manager.wait_for("WATCHDOG=1", 0.6)
        server.process.send_signal(signal.SIGCONT)
        assert manager.wait_for("WATCHDOG=1", 3.0)
        server.process.send_signal(signal.SIGUSR1)
        manager.wait_for("WATCHDOG=1", 0.2)
        assert not manager.wait_for("WATCHDOG=1", 0.6)
        server.process.kill()


def test_a_server_reports_its_stop(
    manager: FakeServiceManager, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "notify"))
    with ServerProcess() as server:
        assert manager.wait_for("READY=1")
        assert server.stop() == 0
        assert manager.wait_for("STOPPING=1")
