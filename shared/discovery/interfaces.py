"""The networks that this computer is on: every interface that is up, its addresses, and where its broadcasts go.

Rule 1: what a system does not tell (a netmask, the number of an interface) is left out, never an error.
Rule 2: reading takes some systems long, so a InterfaceMonitor reads again in a thread of its own.
"""

import ipaddress
import queue
import socket
import sys
import threading
from dataclasses import dataclass
from ipaddress import IPv4Interface, IPv6Interface
from typing import Any

import psutil  # type: ignore[import-untyped]

AGAIN_AFTER = 5.0  # seconds; Wi-Fi comes up later, cables are pulled
_POINT_TO_POINT = 31  # from this prefix length on there is nobody to broadcast to


@dataclass(frozen=True, slots=True)
class Interface:
    """One that is up. `index` is its number, by which IPv6 names it; 0 where the system does not tell."""

    name: str
    index: int
    v4: tuple[IPv4Interface, ...]
    v6: tuple[IPv6Interface, ...]  # without zones

    @property
    def addresses(self) -> tuple[IPv4Interface | IPv6Interface, ...]:
        """All of them, each with its network."""
        return (*self.v4, *self.v6)

    @property
    def is_loopback(self) -> bool:
        """True for the one that leads to this computer itself."""
        return any(one.ip.is_loopback for one in self.addresses)

    @property
    def broadcasts(self) -> tuple[tuple[str, str], ...]:
        """Own addresses, and the address that reaches everybody on the same network."""
        wide = [one for one in self.v4 if one.network.prefixlen < _POINT_TO_POINT and not one.ip.is_loopback]
        return tuple((str(one.ip), str(one.network.broadcast_address)) for one in wide)

    @property
    def has_link_local(self) -> bool:
        """True when IPv6 works here without anybody having set it up; so multicasts reach the neighbours."""
        return self.index > 0 and any(one.ip.is_link_local for one in self.v6)


def interfaces() -> tuple[Interface, ...]:
    """Read them from the system; () when it tells nothing. May take some milliseconds."""
    try:
        up = {name for name, state in psutil.net_if_stats().items() if state.isup}
        rows = psutil.net_if_addrs()
    except (OSError, RuntimeError):
        return ()
    scopes = _scopes() if sys.platform == "win32" else {}
    found = [_interface(name, rows[name], scopes) for name in sorted(up & rows.keys())]
    return tuple(one for one in found if one.v4 or one.v6)


def _interface(name: str, rows: list[Any], scopes: dict[str, int]) -> Interface:
    v4 = [_v4(row.address, row.netmask) for row in rows if row.family == socket.AF_INET]
    v6 = [_v6(row.address, row.netmask) for row in rows if row.family == socket.AF_INET6]
    plain = tuple(one for one in v6 if one)
    index = next((scopes[str(one.ip)] for one in plain if str(one.ip) in scopes), 0) or _index(name)
    return Interface(name, index, tuple(one for one in v4 if one), plain)


def _v4(address: str, netmask: str | None) -> IPv4Interface | None:
    try:
        return IPv4Interface(f"{address}/{netmask or 32}")
    except ValueError:
        return None


def _v6(address: str, netmask: str | None) -> IPv6Interface | None:
    try:
        prefix = int(ipaddress.IPv6Address(netmask)).bit_count() if netmask else 64
        return IPv6Interface(f"{address.partition('%')[0]}/{prefix}")
    except ValueError:
        return None


def _index(name: str) -> int:
    try:
        return socket.if_nametoindex(name)
    except (OSError, UnicodeError):  # Windows knows its interfaces by other names than it shows to people
        return 0


def _scopes() -> dict[str, int]:
    """The number of the interface behind each link-local address of this computer, as Windows tells it."""
    try:
        found = socket.getaddrinfo(socket.gethostname(), None, socket.AF_INET6)
    except (OSError, UnicodeError):
        return {}
    scoped = [(str(address[0]).partition("%")[0], int(address[3])) for *_, address in found if len(address) > 3]
    return {host: scope for host, scope in scoped if scope}


class InterfaceMonitor:
    """The interfaces, read again every few seconds. `current` is what was read last."""

    def __init__(self, now: float, may_wait: bool) -> None:
        """`may_wait`: the first reading is there at once; else it comes by a poll, since it can take many pictures."""
        self.current = interfaces() if may_wait else ()
        self._next_at = now + AGAIN_AFTER if may_wait else now
        self._answers: queue.SimpleQueue[tuple[Interface, ...]] = queue.SimpleQueue()

    def poll(self, now: float) -> bool:
        """Say whether they are others than before. Never waits."""
        if now >= self._next_at:
            self._next_at = now + AGAIN_AFTER
            try:
                threading.Thread(name="survey", target=lambda: self._answers.put(interfaces()), daemon=True).start()
            except RuntimeError:  # no thread is left: next time then
                return False
        try:
            before, self.current = self.current, self._answers.get_nowait()
        except queue.Empty:
            return False
        return self.current != before
