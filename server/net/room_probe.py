"""Asks addresses which room runs there: one connection, one Ping, and what `room` is in the Pong.

Rule 1: only addresses are asked, never names: they come from other computers, and a name would have to be looked up.
Rule 2: nothing waits but `ask_all`, and that for so long as it is told.
"""

import contextlib
import errno
import socket
import time
from collections.abc import Iterable
from ipaddress import ip_address

from petard.shared.framing import LIMIT_PENDING, Decoder, FrameError, frame
from petard.shared.host_port import split_host_port
from petard.shared.protocol.codec import RemoteProtocolError, decode, encode
from petard.shared.protocol.messages import Ping, Pong

PROBE_MOST = 1.0  # seconds for one answer
_PING = frame(encode(Ping(1)))
_UNDER_WAY = frozenset({errno.EINPROGRESS, errno.EWOULDBLOCK, getattr(errno, "WSAEWOULDBLOCK", errno.EINPROGRESS)})
_NOT_YET = frozenset({errno.ENOTCONN, getattr(errno, "WSAENOTCONN", errno.ENOTCONN)})


class RoomProbe:
    """One question. `room`: of the Pong, None while there is none; `is_over`: no answer can come any more."""

    def __init__(self, address: str, now: float) -> None:
        """`address`: HOST:PORT, HOST an IP address; of any other text the probe is over at once."""
        self.room: int | None = None
        self.is_over = False
        self._since, self._is_sent = now, False
        self._decoder = Decoder(LIMIT_PENDING)
        self._sock: socket.socket | None = None
        try:
            self._sock = _connect(address)
        except (OSError, ValueError):
            self.is_over = True

    def poll(self, now: float) -> None:
        """Send or read what can be; never waits."""
        if self.is_over or not self._sock:
            return
        try:
            self._step(self._sock)
        except BlockingIOError:
            pass
        except (OSError, FrameError, RemoteProtocolError):
            self.close()
        if self.room is not None or now - self._since > PROBE_MOST:
            self.close()

    def _step(self, sock: socket.socket) -> None:
        if not self._is_sent:
            if problem := sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR):
                raise OSError(problem, "no connection")
            self._is_sent = _is_taken(sock)
        data = sock.recv(LIMIT_PENDING) if self._is_sent else None
        if data is None:
            return
        if not data:
            raise ConnectionError("closed")
        for payload in self._decoder.receive_data(data):
            if isinstance(pong := decode(payload), Pong):
                self.room = pong.room

    def close(self) -> None:
        """Give up, if it is not over."""
        self.is_over = True
        if self._sock:
            self._sock.close()
            self._sock = None


def _is_taken(sock: socket.socket) -> bool:
    """Send the Ping; False while there is no connection yet. Not by select: a full server has descriptors over 1024."""
    try:
        return sock.send(_PING) > 0
    except OSError as problem:
        if problem.errno not in _UNDER_WAY | _NOT_YET:
            raise
        return False


def _connect(address: str) -> socket.socket:
    """Raises OSError, and ValueError for what is no address with a port."""
    host, port = split_host_port(address)
    ip = ip_address(host)
    sock = socket.socket(socket.AF_INET if ip.version == 4 else socket.AF_INET6, socket.SOCK_STREAM)
    try:
        sock.setblocking(False)
        problem = sock.connect_ex((host, int(port or "")))
        if problem and problem not in _UNDER_WAY:
            raise OSError(problem, "no connection")
    except (OSError, ValueError, OverflowError) as problem:
        sock.close()
        raise ValueError(str(problem)) from problem
    return sock


def ask_all(addresses: Iterable[str], most: float, step: float = 0.01) -> dict[str, int]:
    """Return by address which room runs there (0: a standby waits there), of those that answer in `most` seconds."""
    until = time.monotonic() + most
    probes = {address: RoomProbe(address, time.monotonic()) for address in addresses}
    while (now := time.monotonic()) < until and not all(probe.is_over for probe in probes.values()):
        for probe in probes.values():
            probe.poll(now)
        time.sleep(step)
    for probe in probes.values():
        with contextlib.suppress(OSError):
            probe.close()
    return {address: probe.room for address, probe in probes.items() if probe.room is not None}


class LostStandbys:
    """The addresses of standbys that were lost without a goodbye, the newest KEPT: each is asked again and again.

    First every ASK_EVERY. A standby decides within SOON after its loss; after that every ASK_SELDOM. No address is
    forgotten for its age: it may have gone on with the room behind a cable that is mended hours later.
    """

    KEPT = 8
    ASK_EVERY, ASK_SELDOM = 2.0, 30.0  # seconds
    SOON = 90.0  # seconds; petard.server.policy.promotion.GIVE_UP

    def __init__(self) -> None:
        self._probes: dict[str, RoomProbe | None] = {}
        self._asked_at = -self.ASK_SELDOM
        self._since: float | None = None  # when the newest was asked first

    @property
    def addresses(self) -> list[str]:
        return list(self._probes)

    def watch(self, addresses: Iterable[str]) -> None:
        for address in addresses:
            if address not in self._probes:
                self._probes[address], self._since = None, None
        for address in self.addresses[: -self.KEPT]:
            if probe := self._probes.pop(address):
                probe.close()

    def forget(self, addresses: Iterable[str]) -> None:
        """These have a line again, or have ended well."""
        for address in addresses:
            if probe := self._probes.pop(address, None):
                probe.close()

    def is_due(self, now: float) -> bool:
        """True if there is somebody to be asked now."""
        is_soon = self._since is None or now - self._since < self.SOON
        return bool(self._probes) and now - self._asked_at >= (self.ASK_EVERY if is_soon else self.ASK_SELDOM)

    def ask(self, now: float) -> dict[str, int]:
        """Ask those that are due; returns the answers that have come, by address."""
        if self.is_due(now):
            self._asked_at, self._since = now, now if self._since is None else self._since
            self.close()
            self._probes = {address: RoomProbe(address, now) for address in self._probes}
        for probe in self._probes.values():
            if probe:
                probe.poll(now)
        return {address: probe.room for address, probe in self._probes.items() if probe and probe.room is not None}

    def close(self) -> None:
        for probe in self._probes.values():
            if probe:
                probe.close()
