"""A real Server with sockets on this machine, in one thread, with a clock that the test moves; and raw clients.

`LoopbackServer.until` waits for bytes that are still in the kernel, without moving that clock.
"""

import contextlib
import random
import socket
import struct
from collections.abc import Callable, Iterator
from functools import cache

from petard.server.config.schema import read_maps
from petard.server.net.listeners import Listeners, listen
from petard.server.net.server import Server
from petard.server.policy.log import Log
from petard.server.room.room import Room
from petard.server.room.settings import RoomSettings
from petard.shared.framing import frame
from petard.shared.protocol.codec import encode
from petard.shared.protocol.link import Link, LinkState, Role
from petard.shared.protocol.messages import (
    BUILD,
    PROTOCOL,
    Delta,
    Hello,
    Input,
    Keyframe,
    Loaded,
    Message,
    Ping,
    Pong,
    Ready,
    Round,
    Setup,
)
from petard.shared.rules.maps import Board
from petard.shared.rules.ruleset import TICK_RATE

READ = 1 << 16
CONFIRMED_EVERY = 8  # states
HELLO = Hello(PROTOCOL, BUILD, "Ada", 1, "")


@cache
def maps() -> dict[str, Board]:
    """The maps that are shipped."""
    return read_maps()


def framed(message: Message) -> bytes:
    """A message as it travels."""
    return frame(encode(message))


class RawClient:
    """A client with a real socket that sends what the test sends, and says how many states it has received."""

    def __init__(self, port: int, host: str = "127.0.0.1", read_buffer: int = 0) -> None:
        self.sock = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM)
        # As PROTOCOL.md says: else an Input waits for up to 40 ms in the kernel, in which a hundred ticks of ours pass.
        self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if read_buffer:
            self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, read_buffer)
        self.sock.settimeout(5.0)
        try:
            self.sock.connect((host, port))
        except OSError:
            self.sock.close()
            raise
        self.sock.setblocking(False)
        self.link = Link(Role.CLIENT)
        self.received: list[Message] = []
        self.is_over = False  # the server closed its end
        self.is_reset = False
        self.is_reading = True
        self.read_most = READ  # bytes at once
        self.states = 0  # Keyframes and Deltas that it has received
        self._confirmed = 0  # of these

    def send(self, message: Message) -> None:
        """Send a message that is legal now."""
        self.send_bytes(self.link.send(message))

    def send_bytes(self, data: bytes) -> None:
        """Send any bytes."""
        self.sock.sendall(data)

    def read(self) -> None:
        """Read what has arrived, unless this client does not read or is closed."""
        if not self.is_reading or self.is_over or self.sock.fileno() < 0:
            return
        try:
            data = self.sock.recv(self.read_most)
        except BlockingIOError:
            self.confirm(1)
            return
        except ConnectionError:
            self.is_over = self.is_reset = True
            return
        self.is_over = self.is_over or not data
        messages = self.link.receive_data(data)
        self.received += messages
        self.states += sum(isinstance(message, Keyframe | Delta) for message in messages)
        self.confirm()

    def confirm(self, least: int = CONFIRMED_EVERY) -> None:
        """Say how many states were received, if they are at least so many, or the last was for this client alone."""
        new = self.states - self._confirmed
        last = next((one for one in reversed(self.received) if isinstance(one, Keyframe | Delta)), None)
        is_single = new > 0 and isinstance(last, Delta) and last.ticks > 1
        if self.link.may_send(Input) and not self.is_over and (is_single or new >= least):
            self._confirmed = self.states
            with contextlib.suppress(OSError):
                self.send(Input(1, (), self.states))

    def all_of(self, kind: type[Message]) -> list[Message]:
        """The received messages of one type."""
        return [message for message in self.received if type(message) is kind]

    def reset(self) -> None:
        """Break the connection with RST instead of FIN."""
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.sock.close()


class AddressedListeners(Listeners):
    """Listening sockets whose new connections come from `address`, for all that the server can see; "": as they do."""

    address = ""

    def accept(self, listener: socket.socket, most: int) -> Iterator[tuple[socket.socket, str]]:
        for sock, address in super().accept(listener, most):
            yield sock, self.address or address


class LoopbackServer:
    """A server that runs only while a test lets it."""

    def __init__(self, host: str = "127.0.0.1", bots: int = 0, rules: str = "last-one-standing", port: int = 0) -> None:
        self.now = 1000.0
        self.log_lines: list[str] = []
        self.tokens = random.Random(1)
        self.host = host
        self.room = Room(RoomSettings(Setup("classic", rules, 3, bots, 2), "Test"), maps(), 1)
        self.listeners = AddressedListeners(listen(host, port))
        self.log = Log(self.log_lines.append)
        self.server = Server(self.room, self.listeners, self.log, self._token, self.now)
        self.clients: list[RawClient] = []

    def _token(self) -> str:
        return f"{self.tokens.getrandbits(128):032x}"

    def crowd(self, count: int, address: str, *messages: Message) -> list[RawClient]:
        """So many clients from one address that have connected and sent this before the server looks at any of them."""
        self.listeners.address = address
        clients = []
        for _ in range(count):
            clients.append(RawClient(self.listeners.port, self.host or "127.0.0.1"))
            clients[-1].send_bytes(b"".join(clients[-1].link.send(message) for message in messages))
        self.clients += clients
        return clients

    def connect(self, read_buffer: int = 0) -> RawClient:
        """A client that has connected and sent nothing yet."""
        client = RawClient(self.listeners.port, self.host or "127.0.0.1", read_buffer)
        self.clients.append(client)
        pending = len(self.server.connections.pending) + 1
        self.until(lambda: len(self.server.connections.pending) >= min(pending, 64))
        return client

    def member(self, name: str = "Ada", read_buffer: int = 0, players: int = 1) -> RawClient:
        """A client that has joined and sent a message since."""
        client = self.connect(read_buffer)
        client.send(Hello(PROTOCOL, BUILD, name, players, ""))
        people = self.room.people + 1
        self.until(lambda: self.room.people == people and bool(client.received))
        client.send(Ping(0))
        self.until(lambda: Pong(0) in client.received)
        client.received.remove(Pong(0))
        return client

    def update(self, ticks: int = 1, seconds: float = 1 / TICK_RATE) -> None:
        """Let time pass, then update the server once; then all clients read."""
        self.now += seconds
        self.server.update(ticks, self.now)
        self.read()

    def read(self) -> None:
        """Let all clients read."""
        for client in self.clients:
            client.read()

    def run(self, seconds: float, silent: tuple[RawClient, ...] = ()) -> None:
        """Let so much time pass in updates of a quarter of a second; all but the `silent` clients send Pings."""
        for _ in range(round(seconds * 4)):
            for client in self.clients:
                if client not in silent and client.sock.fileno() >= 0 and client.link.state is LinkState.OPEN:
                    client.send(Ping(1))
            self.update(1, 0.25)

    def until(self, is_so: Callable[[], bool]) -> None:
        """Update until something is so; the clock stands still. Fails after about five real seconds."""
        for _ in range(500):
            self.server.connections.poll(0.01)
            self.server.update(0, self.now)
            self.read()
            if is_so():
                return
        raise AssertionError(f"this did not happen; the log: {self.log_lines}")

    def close(self) -> None:
        """Close all sockets."""
        self.server.connections.close_all()
        self.listeners.close()
        for client in self.clients:
            client.sock.close()


def start_round(loopback: LoopbackServer, *clients: RawClient) -> None:
    """The clients in the lobby are ready, and then have loaded the map."""
    for client in clients:
        client.send(Ready(True))
    loopback.until(lambda: all(client.all_of(Round) for client in clients))
    for client in clients:
        client.send(Loaded(1))
    loopback.update()
