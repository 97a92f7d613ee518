"""Reading the interfaces, whatever the system reports."""

import socket
import threading
from ipaddress import ip_interface
from types import SimpleNamespace
from typing import Any

import psutil  # type: ignore[import-untyped]
import pytest

from petard.shared.discovery.network import AGAIN_AFTER, Interface, InterfaceMonitor, interfaces

V4, V6 = socket.AF_INET, socket.AF_INET6


def row(family: int, address: str, netmask: str | None) -> Any:
    """One row of what the system reports."""
    return SimpleNamespace(family=family, address=address, netmask=netmask)


def told(monkeypatch: pytest.MonkeyPatch, rows: dict[str, list[Any]], down: str = "") -> None:
    """Make the system report this."""
    states = {name: SimpleNamespace(isup=name != down) for name in rows}
    monkeypatch.setattr(psutil, "net_if_addrs", lambda: rows)
    monkeypatch.setattr(psutil, "net_if_stats", lambda: states)
    monkeypatch.setattr(socket, "if_nametoindex", _number)


def _number(name: str) -> int:
    if name not in ("eth0", "tun0"):
        raise OSError(name)  # as on Windows, which shows people other names than it numbers
    return 2


def surveyed() -> None:
    """Wait for the current reading."""
    for thread in threading.enumerate():
        if thread.name == "interfaces":
            thread.join()


def test_an_interface_has_its_addresses_and_broadcasts(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [
        row(V4, "10.1.2.3", "255.255.240.0"),
        row(V6, "fe80::1%eth0", "ffff:ffff:ffff:ffff::"),
        row(17, "02:00", None),
    ]
    told(monkeypatch, {"eth0": rows, "wlan0": [row(V4, "10.9.9.9", "255.0.0.0")]}, down="wlan0")
    (one,) = interfaces()
    assert one == Interface("eth0", 2, (ip_interface("10.1.2.3/20"),), (ip_interface("fe80::1/64"),))  # type: ignore[arg-type]
    assert one.broadcasts == (("10.1.2.3", "10.1.15.255"),)
    assert one.has_link_local
    assert not one.is_loopback


def test_a_point_to_point_tunnel_has_no_broadcast_and_odd_rows_are_left_out(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    odd = [row(V4, "10.8.0.2", None), row(V4, "nonsense", "255.0.0.0"), row(V6, "fd00::1", None), row(V6, "x", "y")]
    told(monkeypatch, {"tun0": odd, "none0": []})
    (one,) = interfaces()
    assert (one.broadcasts, one.has_link_local) == ((), False)
    assert [str(address) for address in one.addresses] == ["10.8.0.2/32", "fd00::1/64"]


def test_windows_numbers_its_interfaces_by_their_addresses(monkeypatch: pytest.MonkeyPatch) -> None:
    told(monkeypatch, {"Ethernet 2": [row(V6, "fe80::7", "ffff:ffff:ffff:ffff::")]})
    assert interfaces()[0].index == 0
    monkeypatch.setattr("sys.platform", "win32")
    places = [(V6, 0, 0, "", ("fe80::7%12", 0, 0, 12)), (V6, 0, 0, "", ("fd00::1", 0, 0, 0))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_: places)
    assert interfaces()[0].index == 12


def test_a_system_that_reports_nothing_has_no_interfaces(monkeypatch: pytest.MonkeyPatch) -> None:
    def forbidden() -> None:
        raise PermissionError

    monkeypatch.setattr(psutil, "net_if_addrs", forbidden)
    assert interfaces() == ()


def test_this_computer_has_a_loopback() -> None:
    assert any(one.is_loopback and not one.broadcasts for one in interfaces())


def test_a_monitor_that_may_not_wait_has_its_first_result_later(monkeypatch: pytest.MonkeyPatch) -> None:
    told(monkeypatch, {"eth0": [row(V4, "10.1.2.3", "255.255.255.0")]})
    survey = InterfaceMonitor(0.0, may_wait=False)
    assert not survey.current
    has_changed = survey.poll(0.0)
    surveyed()
    assert has_changed or survey.poll(0.1)
    assert survey.current[0].name == "eth0"


def test_a_change_is_noticed_after_a_while_without_blocking(monkeypatch: pytest.MonkeyPatch) -> None:
    told(monkeypatch, {})
    survey = InterfaceMonitor(0.0, may_wait=True)
    assert not survey.current
    told(monkeypatch, {"eth0": [row(V4, "10.1.2.3", "255.255.255.0")]})
    assert not survey.poll(AGAIN_AFTER - 0.1)
    has_changed = survey.poll(AGAIN_AFTER)
    surveyed()
    assert has_changed or survey.poll(AGAIN_AFTER + 0.1)
    assert survey.current[0].name == "eth0"
    assert not survey.poll(AGAIN_AFTER + 0.2)
