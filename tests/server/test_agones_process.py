"""A real petard-server beside a sidecar of Agones over real HTTP, from Ready to Shutdown."""

import threading
import time
from collections.abc import Callable
from itertools import count

import pytest

from petard.shared.protocol.messages import Bye, Delta, Loaded, Ping, Ready, Round, Welcome
from tests.server.agones.sidecar import ClusterSidecar, LocalSidecar, served
from tests.server.loopback import HELLO, RawClient
from tests.server.server_process import PATIENCE, ServerProcess, read_until, read_until_over

NO_PAGES = ("--web", "off")


def until(sidecar: ClusterSidecar, is_so: Callable[[], bool], guest: RawClient | None = None) -> None:
    """Let the cluster carry out what it is told until something is so; a guest shows meanwhile that it is there."""
    ends, never = time.monotonic() + PATIENCE, threading.Event()
    for turn in count():
        sidecar.carry_out()
        if is_so():
            return
        assert time.monotonic() < ends, (sidecar.asked, sidecar.failed)
        if guest and not turn % 50:
            guest.send(Ping(1))
        never.wait(0.02)


def test_a_room_is_ready_then_allocated_and_ends_when_the_last_has_left(monkeypatch: pytest.MonkeyPatch) -> None:
    sidecar = ClusterSidecar()
    with served(sidecar) as port:
        monkeypatch.setenv("AGONES_SDK_HTTP_PORT", str(port))
        with ServerProcess(*NO_PAGES, "--map", "small", "--idle-stop", "1") as room:
            until(sidecar, lambda: sidecar.state == "Ready" and "agones.dev/sdk-free-places" in sidecar.meta["labels"])
            assert sidecar.meta["labels"]["agones.dev/sdk-map"] == "small"
            guest = RawClient(room.port)
            guest.send(HELLO)
            read_until(guest, Welcome)
            until(sidecar, lambda: sidecar.lists["players"][1] == ["Ada"], guest)
            until(sidecar, lambda: sidecar.state == "Allocated" and sidecar.counters["players"] == [1, 4], guest)
            until(sidecar, lambda: sidecar.meta["labels"]["agones.dev/sdk-free-places"] == "3", guest)
            guest.send(Bye(""))
            read_until_over(guest)
            guest.sock.close()
            monkeypatch.delenv("AGONES_SDK_HTTP_PORT")
            assert room.end() == 0
        sidecar.carry_out()
    assert sidecar.state == "Shutdown"
    assert sidecar.failed == []
    assert f"is a game server of Agones, whose sidecar is at port {port}" in room.log
    assert "nobody has been here for 1 second: stops (idle-stop)" in room.log


def test_sigterm_ends_a_room_with_a_shutdown_so_that_its_sidecar_need_not_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    sidecar = LocalSidecar()
    with served(sidecar) as port:
        monkeypatch.setenv("AGONES_SDK_HTTP_PORT", str(port))
        with ServerProcess(*NO_PAGES) as room:
            assert room.stop() == 0
    assert sidecar.state == "Shutdown"


@pytest.mark.long
def test_while_the_last_round_is_played_out_the_room_stays_healthy_and_takes_nobody(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    sidecar = LocalSidecar()
    with served(sidecar) as port:
        monkeypatch.setenv("AGONES_SDK_HTTP_PORT", str(port))
        with ServerProcess(*NO_PAGES, "--map", "small", "--bots", "1", "--drain", "8") as room:
            guest = RawClient(room.port)
            guest.send(HELLO)
            read_until(guest, Welcome)
            guest.send(Ready(True))
            read_until(guest, Round)
            guest.send(Loaded(1))
            read_until(guest, Delta)
            room.process.terminate()
            asked = sidecar.count("/health")
            read_until_over(guest)  # when the round is over, or after eight seconds
            guest.sock.close()
            assert room.end() == 0
    assert sidecar.count("/health") >= asked + 2
    assert sidecar.meta["labels"]["agones.dev/sdk-free-places"] == "0"
    assert sidecar.asked[-1][1] == "/shutdown"
