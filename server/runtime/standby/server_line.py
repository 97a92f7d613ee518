"""The connection of a standby to the server: says the ticket, takes the copy, acknowledges it."""

import contextlib
import socket
import time

from petard.server.net.connections import loss_reason
from petard.server.net.listeners import tune
from petard.shared.host_port import join_host_port
from petard.shared.protocol.capability_words import STANDBY_WORD
from petard.shared.protocol.link import Link, Role
from petard.shared.protocol.messages import BUILD, PROTOCOL, Bye, Hello, Message, Ping, Pong, Refused

NAME = "Standby"  # in the log of the server
CONNECT_MOST = 3.0  # seconds
READ_MOST = 1 << 17  # bytes at once
READS_MOST = 4  # in one poll; the rest of a flood waits in the kernel
SILENCE = 3.0  # seconds; a server that runs sends something twice a second


class ServerLine:
    """`lost`: why the line is lost, "" while it holds; `goodbye`: the last words of the server, None until then."""

    def __init__(self, host: str, port: int, ticket: str) -> None:
        """Connects, for CONNECT_MOST at most; raises OSError."""
        self.sock = socket.create_connection((host, port), CONNECT_MOST)
        tune(self.sock)
        self.lost = ""
        self.goodbye: str | None = None
        self.address = join_host_port(*self.sock.getpeername()[:2])
        self._link = Link(Role.CLIENT)
        self._unsent = self._link.send(Hello(PROTOCOL, BUILD, NAME, 0, ticket, (STANDBY_WORD,)))
        self._heard_at = time.monotonic()

    def poll(self, now: float) -> list[Message]:
        """Return what has arrived but Pings, which are answered; notes how the line ends."""
        messages: list[Message] = []
        try:
            for _ in range(READS_MOST):
                if not (data := self.sock.recv(READ_MOST)):
                    self.lost = "the server closed the connection"
                    break
                self._heard_at = now
                messages += self._link.receive_data(data)
        except BlockingIOError:
            pass
        except OSError as problem:
            self.lost = loss_reason(problem)
        if self._link.protocol_error:
            self.lost = f"the server broke the protocol: {self._link.protocol_error}"
        elif now - self._heard_at > SILENCE:
            self.lost = "the server is silent"
        return [message for message in messages if not self._is_handled(message)]

    def _is_handled(self, message: Message) -> bool:
        match message:
            case Ping(id):
                self.send(Pong(id))
            case Bye(reason) | Refused(_, reason):
                self.goodbye = reason
            case _:
                return False
        return True

    def send(self, message: Message) -> None:
        """Send a message; what the socket does not take now goes with the next."""
        if self._link.may_send(type(message)):
            self._unsent += self._link.send(message)
        self.flush()

    def flush(self) -> None:
        """Send what waits. A line that is gone is noticed when it is read."""
        with contextlib.suppress(OSError):
            while self._unsent:
                self._unsent = self._unsent[self.sock.send(self._unsent) :]

    def close(self) -> None:
        self.sock.close()
