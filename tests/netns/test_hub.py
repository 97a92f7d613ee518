"""The hub loses what it was told to lose, and nothing else."""

import socket
import struct

import pytest

from tests.netns.hub import IPV4, IPV6, KINDS, Hub

EVERYBODY, SOMEBODY = b"\xff" * 6, b"\x02\x00\x00\x00\x00\x01"
DEVICES = ("a", "b", "c")
WAYS = [(one, other) for one in DEVICES for other in DEVICES if one != other]


def frame(to: bytes, kind: str, version: int = 4) -> bytes:
    """A frame as the kernel makes it; `kind` "arp" is no IP at all."""
    if kind == "arp":
        return to + SOMEBODY + b"\x08\x06" + b"\x00" * 46
    number = KINDS[kind]
    if version == 6:
        return to + SOMEBODY + IPV6 + struct.pack("!IHBB32x", 6 << 28, 8, number, 64)
    return (
        to
        + SOMEBODY
        + IPV4
        + struct.pack("!BBHHHBBH4s4s", 0x45, 0, 20, 0, 0, 64, number, 0, *[socket.inet_aton("1.1.1.1")] * 2)
    )


FRAMES = {
    f"{kind}{version} to {name}": frame(to, kind, version)
    for kind in ("udp", "tcp", "arp")
    for version in (4, 6)
    for name, to in (("one", SOMEBODY), ("all", EVERYBODY))
}


def lost(*orders: str) -> set[tuple[str, str, str]]:
    """What no longer gets from where to where."""
    hub = Hub()
    for order in orders:
        hub.obey(order)
    return {(name, *way) for name, frame in FRAMES.items() for way in WAYS if not hub.carries(frame, *way)}


def test_a_hub_that_nobody_has_spoken_to_loses_nothing() -> None:
    assert lost() == set()


@pytest.mark.parametrize("kind", KINDS)
def test_a_firewall_loses_its_kind_both_ways_at_its_device(kind: str) -> None:
    assert lost(f"firewall b {kind}") == {
        (name, *way) for name in FRAMES if name.startswith(kind) for way in WAYS if "b" in way
    }


def test_without_broadcasts_what_is_meant_for_one_and_arp_still_gets_through() -> None:
    silent = {"udp4 to all", "udp6 to all"}
    assert lost("casts b") == {(name, *way) for name in silent for way in WAYS if "b" in way}


def test_what_is_kept_apart_hears_nothing_of_each_other_and_all_of_others() -> None:
    assert lost("apart a c") == {(name, *way) for name in FRAMES for way in (("a", "c"), ("c", "a"))}


def test_a_hub_gets_well_again_and_takes_no_order_that_it_does_not_know() -> None:
    assert lost("apart a c", "casts a", "firewall b udp", "reset") == set()
    with pytest.raises(ValueError, match="no order for a hub: 'drop all'"):
        lost("drop all")
