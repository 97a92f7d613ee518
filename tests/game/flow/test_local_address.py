"""The address to tell friends."""

import ipaddress
import socket

import pytest

from petard.game.flow.local_server import own_address


class FakeSocket:
    """A UDP socket of a machine whose addresses the test chooses."""

    own: dict[int, str] = {}  # noqa: RUF012 (filled by each test)

    def __init__(self, family: int, kind: int) -> None:
        self.family = family

    def close(self) -> None:
        pass

    def connect(self, address: tuple[str, int]) -> None:
        if self.family not in self.own:
            raise OSError(101, "Network is unreachable")

    def getsockname(self) -> tuple[str, int]:
        return self.own[self.family], 4711


@pytest.mark.parametrize(
    ("own", "address"),
    [
        ({socket.AF_INET: "192.168.1.20", socket.AF_INET6: "fd00::20"}, "192.168.1.20"),
        ({socket.AF_INET6: "fd00::20"}, "fd00::20"),
        ({socket.AF_INET: "127.0.0.1", socket.AF_INET6: "fd00::20"}, "fd00::20"),
        ({socket.AF_INET: "0.0.0.0", socket.AF_INET6: "fe80::20"}, ""),
        ({}, ""),
    ],
)
def test_the_invitation_is_an_address_of_this_computer(
    own: dict[int, str], address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(FakeSocket, "own", own)
    monkeypatch.setattr("socket.socket", FakeSocket)
    assert own_address() == address


def test_the_local_address_is_valid_or_empty() -> None:
    address = own_address()
    assert address == "" or not ipaddress.ip_address(address).is_loopback


def test_without_a_default_route_the_address_of_an_interface_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(FakeSocket, "own", {})
    monkeypatch.setattr("socket.socket", FakeSocket)
    assert own_address(["127.0.0.1", "fe80::20", "192.168.77.17", "fd00::20"]) == "192.168.77.17"
    assert own_address(["127.0.0.1", "::1"]) == ""
