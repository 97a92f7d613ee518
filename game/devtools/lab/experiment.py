"""What a lab is, and a client whose parts can be swapped."""

import socket
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Protocol, Self

from petard.shared.framing import LIMIT_SERVER, Decoder, FrameError, frame
from petard.shared.protocol.codec import RemoteProtocolError, decode, encode
from petard.shared.protocol.messages import (
    PROTOCOL,
    Bye,
    Delta,
    Hello,
    Input,
    Keyframe,
    Loaded,
    Message,
    Ping,
    Pong,
    Ready,
    Refused,
    Round,
    Welcome,
)

PICTURE = 1 / 60  # seconds
Show = Callable[[str], None]  # writes a line
# What a lab runs; its note begins with one of these.
REAL_SERVER = "The real server, and a small client of this lab in place of the window."
OWN_PROGRAM = "A small program beside the game, with a server and clients of its own."


@dataclass(frozen=True, slots=True)
class Lab:
    """One lab. `run` shows what it measures, line by line, and returns the sentence with the symptom."""

    name: str
    wrong: str  # what is done wrong, one sentence
    run: Callable[[Show], str]
    question: str
    answer: str
    right: str  # the file of ours that does it right
    stage: str  # of the tutorial: the name of its page, without .md
    note: str  # what runs, and where it is true: on this computer only, as root only


class StreamDecoder(Protocol):
    """What cuts a stream into payloads, right or wrong."""

    def receive_data(self, data: bytes) -> list[bytes]: ...


class LabClient:
    """A client of a real server. What it reads goes through a decoder that may be wrong."""

    def __init__(
        self, port: int, decoder: StreamDecoder | None = None, name: str = "Ada", nodelay: bool = True
    ) -> None:
        self.sock = socket.create_connection(("127.0.0.1", port), timeout=5)
        self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, int(nodelay))
        self.decoder = decoder or Decoder(LIMIT_SERVER)
        self.received, self.clock = 0, 0  # bytes, ticks of its own
        self.tick, self.deltas = 0, list[float]()  # of the last state; when each Delta came
        self.trouble = ""  # why it cannot go on, one sentence
        self.seen: set[type[Message]] = set()
        self.send(Hello(PROTOCOL, "lab", "Ada", 1, ""))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.sock.close()

    def send(self, *messages: Message) -> None:
        """Send messages, waiting until the system has taken them."""
        self.sock.settimeout(5)
        with suppress(OSError):
            self.sock.sendall(b"".join(frame(encode(message)) for message in messages))

    def read(self, most: int = 65536, wait: float = 0.0) -> None:
        """Read once, waiting for at most `wait` seconds, and do what the messages ask for."""
        self.sock.settimeout(wait)
        try:
            data = self.sock.recv(most)
        except (BlockingIOError, TimeoutError):
            return
        except OSError:
            data = b""
        if not data:
            self.trouble = self.trouble or "The server has closed the connection."
            return
        before, self.received = self.received, self.received + len(data)
        try:
            for payload in self.decoder.receive_data(data):
                self.handle(decode(payload))
        except (RemoteProtocolError, FrameError) as problem:
            self.trouble = f"in the {len(data)} bytes from byte {before} on: {problem}"

    def handle(self, message: Message) -> None:
        """Answer a message, and remember what the lab measures."""
        self.seen.add(type(message))
        if isinstance(message, Ping):
            self.send(Pong(message.id))
        elif isinstance(message, Welcome):
            self.send(Ready(True))
        elif isinstance(message, Round):
            self.send(Loaded(message.number))
        elif isinstance(message, Keyframe):
            self.tick = message.tick
        elif isinstance(message, Delta):
            self.tick += message.ticks
            self.deltas.append(time.monotonic())
        elif isinstance(message, Bye | Refused):
            self.trouble = (
                self.trouble or f"the server said: {message.reason if isinstance(message, Bye) else message.sentence}"
            )

    def play(self, seconds: float, most: int = 65536) -> None:
        """Read once for each picture, and send the keys every 200 ms, until something is wrong."""
        end, due = time.monotonic() + seconds, time.monotonic()
        while time.monotonic() < end and not self.trouble:
            self.read(most)
            self.clock += 1
            if self.clock % 12 == 0 and Welcome in self.seen:
                self.send(Input(self.clock, (0,), len(self.deltas) + (Keyframe in self.seen)))
            due += PICTURE
            time.sleep(max(0.0, due - time.monotonic()))


def percentile(numbers: Sequence[float], share: float) -> float:
    """Return the number that `share` of them do not exceed; 0 if there are none."""
    return sorted(numbers)[min(len(numbers) - 1, int(share * len(numbers)))] if numbers else 0.0
