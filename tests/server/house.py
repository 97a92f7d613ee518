"""A real Net with real sockets on this machine, in one thread, with a clock that the test moves; and guests for it.

`House.until` waits for what the kernel still carries, without letting the house's own time pass.
"""

import random
import socket
import struct
from collections.abc import Callable
from functools import cache

from petard.server.config.schema import read_maps
from petard.server.net.listeners import open_listeners
from petard.server.net.server import Server
from petard.server.policy.log import Log
from petard.server.room.room import Room
from petard.server.room.settings import RoomSettings
from petard.shared.framing import frame
from petard.shared.protocol.codec import encode
from petard.shared.protocol.link import Link, LinkState, Role
from petard.shared.protocol.messages import BUILD, PROTOCOL, Hello, Loaded, Message, Ping, Pong, Ready, Round, Setup
from petard.shared.rules.maps import Board
from petard.shared.rules.ruleset import TICK_RATE

READ = 1 << 16
HELLO = Hello(PROTOCOL, BUILD, "Ada", 1, "")


@cache
def maps() -> dict[str, Board]:
    """The maps that are shipped."""
    return read_maps()


def words(message: Message) -> bytes:
    """A message as it travels."""
    return frame(encode(message))


class Guest:
    """A client with a real socket, that says only what it is told to say."""

    def __init__(self, port: int, host: str = "127.0.0.1", read_buffer: int = 0) -> None:
        self.sock = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM)
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
        self.heard: list[Message] = []
        self.is_over = False  # the server closed its end
        self.is_reset = False
        self.is_reading = True

    def say(self, message: Message) -> None:
        """Send a message that is legal now."""
        self.send(self.link.send(message))

    def send(self, data: bytes) -> None:
        """Send any bytes."""
        self.sock.sendall(data)

    def read(self) -> None:
        """Take what has arrived, unless this guest does not read, or has gone."""
        if not self.is_reading or self.is_over or self.sock.fileno() < 0:
            return
        try:
            data = self.sock.recv(READ)
        except BlockingIOError:
            return
        except ConnectionError:
            self.is_over = self.is_reset = True
            return
        self.is_over = self.is_over or not data
        self.heard += self.link.receive_data(data)

    def all_of(self, kind: type[Message]) -> list[Message]:
        """What was heard of one kind."""
        return [message for message in self.heard if type(message) is kind]

    def reset(self) -> None:
        """Break the connection with RST instead of FIN."""
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.sock.close()


class House:
    """A server that runs only while a test lets it."""

    def __init__(self, host: str = "127.0.0.1", bots: int = 0, rules: str = "last-one-standing") -> None:
        self.now = 1000.0
        self.lines: list[str] = []
        self.tokens = random.Random(1)
        self.host = host
        self.room = Room(RoomSettings(Setup("classic", rules, 3, bots, 2), "Test"), maps(), 1)
        self.door = open_listeners(host, 0)
        self.log = Log(self.lines.append)
        self.net = Server(self.room, self.door, self.log, self._token, self.now)
        self.guests: list[Guest] = []

    def _token(self) -> str:
        return f"{self.tokens.getrandbits(128):032x}"

    def guest(self, read_buffer: int = 0) -> Guest:
        """Somebody who connects, and says nothing yet."""
        guest = Guest(self.door.port, self.host or "127.0.0.1", read_buffer)
        self.guests.append(guest)
        strangers = len(self.net.connections.pending) + 1
        self.until(lambda: len(self.net.connections.pending) >= min(strangers, 64))
        return guest

    def member(self, name: str = "Ada", read_buffer: int = 0) -> Guest:
        """Somebody who is in, and was heard since."""
        guest = self.guest(read_buffer)
        guest.say(Hello(PROTOCOL, BUILD, name, 1, ""))
        people = self.room.people + 1
        self.until(lambda: self.room.people == people and bool(guest.heard))
        guest.say(Ping(0))
        self.until(lambda: Pong(0) in guest.heard)
        guest.heard.remove(Pong(0))
        return guest

    def turn(self, ticks: int = 1, seconds: float = 1 / TICK_RATE) -> None:
        """Let time pass, and one turn happen after it; then everybody reads."""
        self.now += seconds
        self.net.update(ticks, self.now)
        self.read()

    def read(self) -> None:
        """Let all guests take what has arrived."""
        for guest in self.guests:
            guest.read()

    def run(self, seconds: float, silent: tuple[Guest, ...] = ()) -> None:
        """Let so much time pass in turns of a quarter of a second; all but the `silent` give signs of life."""
        for _ in range(round(seconds * 4)):
            for guest in self.guests:
                if guest not in silent and guest.sock.fileno() >= 0 and guest.link.state is LinkState.OPEN:
                    guest.say(Ping(1))
            self.turn(1, 0.25)

    def until(self, is_so: Callable[[], bool]) -> None:
        """Take what the kernel brings until something is so; no time passes. Fails after about five real seconds."""
        for _ in range(500):
            self.net.connections.poll(0.01)
            self.net.update(0, self.now)
            self.read()
            if is_so():
                return
        raise AssertionError(f"it never came to that; the log: {self.lines}")

    def close(self) -> None:
        """Give all sockets back."""
        self.net.connections.close_all()
        self.door.close()
        for guest in self.guests:
            guest.sock.close()


def start_round(house: House, *guests: Guest) -> None:
    """Guests of the lobby are ready, and have loaded the map."""
    for guest in guests:
        guest.say(Ready(True))
    house.until(lambda: all(guest.all_of(Round) for guest in guests))
    for guest in guests:
        guest.say(Loaded(1))
    house.turn()
