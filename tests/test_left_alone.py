"""A server that runs for months: what it needs while nobody is connected, and what each evening leaves in memory."""

import re
import sys
from itertools import cycle
from pathlib import Path
from random import Random
from statistics import median

import psutil  # type: ignore[import-untyped]
import pytest

from petard.shared.protocol.messages import Bye, Phase, Setup
from tests.lan.client import Client
from tests.lan.lan import Lan
from tests.lan.memory import size_of
from tests.server.loopback import HELLO, RawClient
from tests.server.server_process import ServerProcess
from tests.tools.links import ROOT

linux_only = pytest.mark.skipif(sys.platform != "linux", reason="the figures are those of Linux")

MEMORY_MOST = 40 << 20  # bytes
CPU_MOST = 0.01  # of one core
GROWN_MOST = 1 << 20  # bytes, after the warm-up
REJOIN_OVER = 130.0  # seconds after which nobody can rejoin
DUEL = Setup("small", "duel", 1, 1, 2)
EVENING = 4.0  # seconds
KEPT_MOST = 1200  # bytes by which two evenings may differ: numbers differ in length


@pytest.fixture
def busy_folder(tmp_path: Path) -> list[str]:
    """All services of a server, on free ports."""
    return [
        *("--console", "127.0.0.1:0", "--http", "127.0.0.1:0", "--discovery", "on", "--password", "sesame"),
        *("--results", str(tmp_path / "room.sqlite"), "--record", str(tmp_path / "demos")),
    ]


def settled(server: ServerProcess) -> psutil.Process:
    """The process, once all its services are open."""
    assert server.process.stderr
    assert any("shows itself" in line for line in server.process.stderr)
    return psutil.Process(server.process.pid)


@linux_only
def test_an_empty_server_with_all_services_needs_at_most_forty_mebibytes(busy_folder: list[str]) -> None:
    with ServerProcess(*busy_folder) as server:
        running = settled(server)
        RawClient(server.port).sock.close()
        assert running.memory_info().rss <= MEMORY_MOST


@linux_only
@pytest.mark.long
def test_an_empty_server_uses_less_than_a_hundredth_of_a_core(busy_folder: list[str]) -> None:
    with ServerProcess(*busy_folder) as server:
        running = psutil.Process(server.process.pid)
        spent = []
        for _ in range(3):  # the first has the rest of the start in it
            before = running.cpu_times()
            with pytest.raises(psutil.TimeoutExpired):
                running.wait(5)
            after = running.cpu_times()
            spent.append(after.user + after.system - before.user - before.system)
        assert min(spent) / 5 < CPU_MOST


@linux_only
@pytest.mark.long
def test_two_thousand_connections_leave_no_descriptor_and_no_memory(busy_folder: list[str]) -> None:
    ends = cycle(("goodbye", "reset", "close", "nothing said"))
    with ServerProcess(*busy_folder, "--password", "") as server:
        running = settled(server)
        descriptors, sizes = running.num_fds(), []
        for number in range(2000):
            come_and_go(server.port, next(ends))
            if number % 500 == 499:
                sizes.append(running.memory_info().rss)
        for _ in range(50):
            if running.num_fds() > descriptors:
                with pytest.raises(psutil.TimeoutExpired):
                    running.wait(0.3)
        assert running.num_fds() <= descriptors
        assert sizes[-1] - sizes[0] <= GROWN_MOST, sizes


def come_and_go(port: int, end: str) -> None:
    """Join, and leave in one of several ways."""
    guest = RawClient(port)
    guest.sock.settimeout(5)
    if end != "nothing said":
        guest.send(HELLO)
        guest.read()
    if end == "goodbye":
        guest.send(Bye(""))
    if end == "reset":
        guest.reset()
    guest.sock.close()


def evening(lan: Lan, chance: Random) -> int:
    """Let players join, play and leave in any way, until all are gone; return the bytes that the server still holds."""
    people = [lan.join(chance.choice(("lan", "wifi")), name=f"P{number}") for number in range(3)]
    lan.until(lambda: lan.room.people >= 3)
    for client in people:
        client.get_ready()
    lan.until(lambda: lan.room.phase is Phase.PLAYING)
    for _ in range(3):
        lan.run(EVENING / 4 * chance.random())
        people[0].session.send_chat(f"line {chance.randrange(1000)}")
        go(chance.choice(people), chance)
        people.append(lan.join("lan", name=f"L{len(people)}"))
    lan.run(EVENING / 4)
    for client in people:
        go(client, chance)
    net = lan.host.net
    assert net
    lan.until(lambda: net.is_quiet, REJOIN_OVER)
    visitor = lan.join("lan", name="Visitor")  # so the limits of chat are forgotten that those have left
    lan.until(lambda: lan.room.people == 1)
    visitor.leave()
    lan.until(lambda: net.is_quiet, REJOIN_OVER)
    net.room.events.take()  # as the loop does
    return size_of(net)


def go(client: Client, chance: Random) -> None:
    if not client.is_gone:
        chance.choice((client.leave, client.kill, client.lose_power))()


def check_evenings(seed: int, evenings: int) -> None:
    lan, chance = Lan(seed=seed, setup=DUEL), Random(seed)
    sizes = [evening(lan, chance) for _ in range(evenings)]
    some = max(1, evenings // 10)  # of many evenings the middle one of the first and last ten: each has other names
    assert median(sizes[-some:]) - median(sizes[:some]) <= KEPT_MOST, sizes


@pytest.mark.parametrize("folder", ["server", "shared"])
def test_no_cache_of_a_server_grows_without_end(folder: str) -> None:
    sizes = [
        (file.name, *found)
        for file in (ROOT / folder).rglob("*.py")
        for found in re.findall(r"(?:^@|= )(lru_cache|cache)\b(?:\((?:maxsize=)?(\w*))?", file.read_text("utf-8"), re.M)
    ]
    assert sizes
    assert [one for one in sizes if one[2] in ("", "None")] == []


def test_a_second_evening_leaves_no_more_than_the_first() -> None:
    check_evenings(1, 2)


@pytest.mark.long
def test_a_hundred_evenings_leave_no_more_than_the_first() -> None:
    check_evenings(2, 100)
