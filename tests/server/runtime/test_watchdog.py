"""The service manager hears that the server is ready, alive, and about to stop; and hears nothing when it hangs."""

import math
import os
import signal
import socket
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from petard.server.room.events import MemberJoined
from petard.server.runtime.drain import Drain
from petard.server.runtime.signals import StopSignals
from petard.server.runtime.watchdog import AGAIN, Watchdog, alive_interval, open_watchdog
from tests.server.house import House
from tests.server.process import Server

pytestmark = pytest.mark.skipif(not hasattr(socket, "AF_UNIX"), reason="no service manager of this kind")

PID = 4711


class Manager:
    """The end of the service manager: a datagram socket at an address."""

    def __init__(self, address: str) -> None:
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.sock.bind(address)
        self.sock.setblocking(False)

    def heard(self) -> list[list[str]]:
        """What was said since the last call."""
        told = []
        try:
            while True:
                told.append(self.sock.recv(4096).decode().splitlines())
        except BlockingIOError:
            return told

    def await_word(self, word: str, seconds: float = 10.0) -> bool:
        """True if a datagram with this word comes in time."""
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
def manager(tmp_path: Path) -> Iterator[Manager]:
    manager = Manager(str(tmp_path / "notify"))
    yield manager
    manager.sock.close()


def dog(house: House, **environ: str) -> Watchdog | None:
    wake = StopSignals()
    wake.close()
    drain = Drain(house.net, wake, house.log, 120)
    return open_watchdog(house.room, drain, environ, PID, house.now)


def fed(house: House, address: str, usec: str = "2000000") -> Watchdog:
    watchdog = dog(house, NOTIFY_SOCKET=address, WATCHDOG_USEC=usec, WATCHDOG_PID=str(PID))
    assert watchdog
    return watchdog


def test_it_says_ready_once_and_then_a_sign_of_life_in_half_of_the_time_that_it_has(
    house: House, manager: Manager, tmp_path: Path
) -> None:
    watchdog = fed(house, str(tmp_path / "notify"))
    status = "STATUS=0 connected, classic, lobby"
    for after in (0.0, 0.5, 0.99, 1.0, 1.5, 2.0):
        watchdog.update(house.now + after)
    assert manager.heard() == [["READY=1", "WATCHDOG=1", status], *[["WATCHDOG=1", status]] * 2]
    assert watchdog.next_due(house.now) == house.now + 3.0
    watchdog.close()
    assert manager.heard() == [["STOPPING=1", "STATUS=stopped"]]


def test_without_a_limit_it_speaks_only_of_what_has_changed(house: House, manager: Manager, tmp_path: Path) -> None:
    watchdog = dog(house, NOTIFY_SOCKET=str(tmp_path / "notify"), WATCHDOG_USEC="2000000", WATCHDOG_PID="1")
    assert watchdog
    watchdog.update(house.now)
    assert watchdog.next_due(house.now) == math.inf
    house.member()
    for after in (0.1, 0.2, 0.9, 1.1):
        watchdog.handle_events([MemberJoined(1, "Ada")], house.now + after)
        watchdog.update(house.now + after)
    assert manager.heard() == [
        ["READY=1", "STATUS=0 connected, classic, lobby"],
        ["STATUS=1 connected, classic, lobby"],
    ]
    watchdog.close()


def test_what_cannot_be_sent_is_sent_later_and_nothing_waits(house: House, tmp_path: Path) -> None:
    watchdog = fed(house, str(tmp_path / "notify"))
    watchdog.update(house.now)  # nobody is there yet
    assert watchdog.next_due(house.now) == house.now + AGAIN
    manager = Manager(str(tmp_path / "notify"))
    watchdog.update(house.now + AGAIN)
    assert manager.heard()[0][0] == "READY=1"
    for turn in range(2000):  # until nothing more fits into the manager's queue
        watchdog.update(house.now + 1 + turn)
    manager.sock.close()
    watchdog.close()


@pytest.mark.skipif(sys.platform != "linux", reason="addresses without a file are Linux's")
def test_an_address_may_be_without_a_file(house: House) -> None:
    manager = Manager(f"\0petard-test-{os.getpid()}")
    watchdog = fed(house, f"@petard-test-{os.getpid()}")
    watchdog.update(house.now)
    assert manager.heard()[0][0] == "READY=1"
    watchdog.close()
    manager.sock.close()


def test_where_nobody_wants_to_know_there_is_none(house: House) -> None:
    assert dog(house) is None
    assert dog(house, NOTIFY_SOCKET="") is None
    assert dog(house, NOTIFY_SOCKET="vsock:2:1234") is None
    for odd in ("soon", "-1", "0"):
        watchdog = dog(house, NOTIFY_SOCKET="/nowhere", WATCHDOG_USEC=odd)
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


def test_a_server_that_sleeps_or_hangs_is_given_up_within_three_seconds(
    manager: Manager, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "notify"))
    monkeypatch.setenv("WATCHDOG_USEC", "600000")
    with Server(start=("-c", HANGS)) as server:
        assert manager.await_word("READY=1")
        assert manager.await_word("WATCHDOG=1", 3.0)
        server.process.send_signal(signal.SIGSTOP)
        manager.await_word("WATCHDOG=1", 0.2)  # one may be on its way
        assert not manager.await_word("WATCHDOG=1", 0.6)
        server.process.send_signal(signal.SIGCONT)
        assert manager.await_word("WATCHDOG=1", 3.0)
        server.process.send_signal(signal.SIGUSR1)
        manager.await_word("WATCHDOG=1", 0.2)
        assert not manager.await_word("WATCHDOG=1", 0.6)
        server.process.kill()


def test_a_server_that_is_stopped_says_so(manager: Manager, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "notify"))
    with Server() as server:
        assert manager.await_word("READY=1")
        assert server.stop() == 0
        assert manager.await_word("STOPPING=1")
