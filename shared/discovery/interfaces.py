"""The network interfaces of this computer that are up, with their addresses and broadcast addresses.

Rule 1: what the system does not report (a netmask, the number of an interface) is left out; it is never an error.
Rule 2: reading takes long on some systems, so an InterfaceMonitor reads again in its own thread.
"""

import queue
import socket
import sys
import threading
from contextlib import suppress
from dataclasses import dataclass
from ipaddress import IPv4Interface, IPv6Address, IPv6Interface
from typing import Any

import psutil  # type: ignore[import-untyped]

AGAIN_AFTER = 5.0  # seconds; Wi-Fi comes up later, cables are unplugged
_POINT_TO_POINT = 31  # networks with this prefix length or more have no broadcast address


@dataclass(frozen=True, slots=True)
class Interface:
    """One interface that is up. `index` is its number for IPv6; 0 if the system does not report it."""

    name: str
    index: int
    v4: tuple[IPv4Interface, ...]
    v6: tuple[IPv6Interface, ...]  # without zones

    @property
    def addresses(self) -> tuple[IPv4Interface | IPv6Interface, ...]:
        """All addresses, each with its network."""
        return (*self.v4, *self.v6)

    @property
    def is_loopback(self) -> bool:
        return any(one.ip.is_loopback for one in self.addresses)

    @property
    def broadcasts(self) -> tuple[tuple[str, str], ...]:
        """Pairs of an own address and the broadcast address of its network."""
        wide = [one for one in self.v4 if one.network.prefixlen < _POINT_TO_POINT and not one.ip.is_loopback]
        return tuple((str(one.ip), str(one.network.broadcast_address)) for one in wide)

    @property
    def has_link_local(self) -> bool:
        """True if the interface has a link-local IPv6 address, so that multicasts reach its neighbours."""
        return self.index > 0 and any(one.ip.is_link_local for one in self.v6)


def interfaces() -> tuple[Interface, ...]:
    """Read the interfaces from the system; () if it reports none. May take some milliseconds."""
    try:
        up = {name for name, state in psutil.net_if_stats().items() if state.isup}
        rows = psutil.net_if_addrs()
    except (OSError, RuntimeError):
        return ()
    scopes = _scopes() if sys.platform == "win32" else {}
    found = [_interface(name, rows[name], scopes) for name in sorted(up & rows.keys())]
    return tuple(one for one in found if one.v4 or one.v6)


def _interface(name: str, rows: list[Any], scopes: dict[str, int]) -> Interface:
    found = [_address(row) for row in rows]
    v4 = tuple(one for one in found if isinstance(one, IPv4Interface))
    v6 = tuple(one for one in found if isinstance(one, IPv6Interface))
    index = next((scopes[str(one.ip)] for one in v6 if str(one.ip) in scopes), 0) or _index(name)
    return Interface(name, index, v4, v6)


def _address(row: Any) -> IPv4Interface | IPv6Interface | None:
    with suppress(ValueError):
        if row.family == socket.AF_INET:
            return IPv4Interface(f"{row.address}/{row.netmask or 32}")
        if row.family == socket.AF_INET6:
            prefix = int(IPv6Address(row.netmask)).bit_count() if row.netmask else 64
            return IPv6Interface(f"{row.address.partition('%')[0]}/{prefix}")
    return None


def _index(name: str) -> int:
    with suppress(OSError, UnicodeError):  # Windows uses other names here than those that it shows to people
        return socket.if_nametoindex(name)
    return 0


def _scopes() -> dict[str, int]:
    """Return the interface number of each link-local address of this computer, as Windows reports it."""
    try:
        found = socket.getaddrinfo(socket.gethostname(), None, socket.AF_INET6)
    except (OSError, UnicodeError):
        return {}
    scoped = [(str(address[0]).partition("%")[0], int(address[3])) for *_, address in found if len(address) > 3]
    return {host: scope for host, scope in scoped if scope}


class InterfaceMonitor:
    """Reads the interfaces again every few seconds. `current` is the last result."""

    def __init__(self, now: float, may_wait: bool) -> None:
        """`may_wait`: read now; otherwise a later poll brings the first result, because reading can take long."""
        self.current = interfaces() if may_wait else ()
        self._next_at = now + AGAIN_AFTER if may_wait else now
        self._answers: queue.SimpleQueue[tuple[Interface, ...]] = queue.SimpleQueue()

    def poll(self, now: float) -> bool:
        """Return whether the interfaces have changed. Never blocks."""
        if now >= self._next_at:
            self._next_at = now + AGAIN_AFTER
            try:
                threading.Thread(name="interfaces", target=lambda: self._answers.put(interfaces()), daemon=True).start()
            except RuntimeError:  # no thread is left: try again later
                return False
        try:
            before, self.current = self.current, self._answers.get_nowait()
        except queue.Empty:
            return False
        return self.current != before
