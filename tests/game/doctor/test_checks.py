"""The checks of this computer and its networks, over loopback only."""

import socket
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import psutil  # type: ignore[import-untyped]
import pytest

from petard.game.doctor import checks
from petard.game.doctor.checks import check_broadcasts, check_servers
from petard.game.doctor.connecting import SERVER_PORTS
from petard.game.doctor.examination import facts_of
from petard.game.doctor.facts import ConnectOutcome, Listener, LocalNetwork, PortOwner, Router, SelfTest

LOOPBACK = "127.0.0.1"


def test_the_self_test_is_answered_over_loopback() -> None:
    assert checks.check_self_test(facts_of("", 0)) == SelfTest(True)


def test_the_listener_is_reached_at_an_address_of_this_computer() -> None:
    facts = replace(facts_of("", 0), nets=(LocalNetwork("lo", LOOPBACK, "127.0.0.0/8"),))
    listener = checks.check_listener(facts)
    assert listener.reached
    assert 7777 <= listener.port < 7777 + len(SERVER_PORTS)


def test_a_listener_that_cannot_be_reached_is_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*words: object, **more: object) -> None:
        raise TimeoutError

    monkeypatch.setattr(socket, "create_connection", fail)
    listener = checks.check_listener(facts_of("", 0))
    assert listener == Listener(listener.port, False, "TimeoutError")


def held(port: int, kind: socket.SocketKind, pid: int | None, status: str = "LISTEN") -> SimpleNamespace:
    """A row of the socket table of the system."""
    return SimpleNamespace(laddr=SimpleNamespace(port=port), type=kind, pid=pid, status=status)


PROGRAMS = {1: ("nc", []), 2: ("python3", ["python3", "-I", "/opt/bin/petard-server", "--port", "1"])}


class Program:
    """A process, as psutil reports it."""

    def __init__(self, pid: int) -> None:
        if pid not in PROGRAMS:
            raise psutil.NoSuchProcess(pid)
        self._pid = pid

    def name(self) -> str:
        return PROGRAMS[self._pid][0]

    def cmdline(self) -> list[str]:
        return PROGRAMS[self._pid][1]


STREAM, DATAGRAM = socket.SOCK_STREAM, socket.SOCK_DGRAM


@pytest.mark.parametrize(
    ("lines", "owner"),
    [
        ([], PortOwner()),
        ([held(7776, STREAM, 1), held(7777, STREAM, 1, "ESTABLISHED")], PortOwner()),
        ([held(7777, STREAM, 1)], PortOwner("nc (pid 1)")),
        (
            [held(7777, STREAM, 2), held(7777, DATAGRAM, 2, "NONE")],
            PortOwner("petard-server (pid 2)", "petard-server (pid 2)"),
        ),
        ([held(7777, DATAGRAM, None, "NONE")], PortOwner("", "another user's program")),
        ([held(7777, STREAM, 3)], PortOwner("pid 3")),
    ],
)
def test_the_owner_of_the_port_is_named(
    lines: list[SimpleNamespace], owner: PortOwner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(psutil, "net_connections", lambda kind: lines)
    monkeypatch.setattr(psutil, "Process", Program)
    assert checks.check_owner(facts_of("", 0)) == owner


def test_a_system_that_hides_the_owner_of_the_port_is_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    def deny(kind: str) -> None:
        raise psutil.AccessDenied

    monkeypatch.setattr(psutil, "net_connections", deny)
    assert checks.check_owner(facts_of("", 0)) == PortOwner(hidden=True)


HOME = (LocalNetwork("eth0", "10.0.0.5", "10.0.0.0/24"),)
HEAD = "Iface\tDestination\tGateway\tFlags\n"


@pytest.mark.parametrize(
    ("table", "outcome", "router"),
    [
        (HEAD + "eth0\t0000000A\t00000000\t1\neth0\t00000000\tFE00000A\t3\n", ConnectOutcome.REFUSED,
         Router("10.0.0.254", True)),
        (HEAD + "eth0\t00000000\t0500000A\t3\n", ConnectOutcome.REFUSED,
         Router("10.0.0.5", None)),  # it is this computer
        (HEAD + "eth0\t00000000\tFE00000A\t3\n", ConnectOutcome.SILENT, Router("10.0.0.254", False)),
        (HEAD, ConnectOutcome.SILENT, Router("10.0.0.1", None)),
        ("", ConnectOutcome.OTHER, Router("10.0.0.1", True)),
    ],
    ids=["by the table", "itself", "silent", "a guess that is silent", "a guess"],
)  # fmt: skip
def test_the_router_is_found_and_tried(
    table: str, outcome: ConnectOutcome, router: Router, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    if table:
        (tmp_path / "route").write_text(table)
    monkeypatch.setattr(checks, "ROUTES", tmp_path / "route")
    monkeypatch.setattr(checks, "try_connect", lambda address, wait: outcome)
    assert checks.check_router(replace(facts_of("", 0), nets=HOME)) == router


def test_without_a_network_there_is_no_router(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(checks, "ROUTES", tmp_path / "nothing")
    assert checks.check_router(facts_of("", 0)) == Router("", None)


def test_nothing_is_sent_into_a_network_while_discovery_is_off(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise AssertionError("it was searched")

    monkeypatch.setattr("petard.game.doctor.checks.DiscoveryClient", fail)
    monkeypatch.setattr("petard.game.doctor.checks.interfaces", fail)
    off = facts_of("", 0, searches=False)
    assert (check_servers(off), check_broadcasts(off)) == ((), ())
