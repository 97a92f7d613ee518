"""The conversation with a server: bytes in, messages out, and a heartbeat that tells how far away the server is.

Rule 1: no socket, no clock: the caller brings bytes and `now`, in seconds.
Rule 2: whatever ends it is one sentence in `problem`, the first that there was; nothing is raised for what came in.
Rule 3: it knows of a message only when it may be said, and Ping and Pong.
"""

from shared.protocol.link import End, Link
from shared.protocol.messages import Command, Hello, Message, Ping, Pong, Welcome

PING_EVERY = 1.0  # seconds
SILENCE_MOST = 10.0  # seconds without a byte; the server says something every two


class Talk:
    """From the hello on. Every `receive_data` is followed by `keep_up` and `data_to_send`."""

    def __init__(self, hello: Hello) -> None:
        """`hello` is what we say first."""
        self.problem: str | None = None
        self.ping = 0  # ms there and back, by the last Ping that was answered
        self._link = Link(End.CLIENT)
        self._out = bytearray(self._link.send(hello))
        self._seq = 0  # of the last Command
        self._is_in = False  # the server has let us in, so it is one of ours
        self._heard = 0.0
        self._pinged = 0.0
        self._ping_id = 0

    def open(self, now: float) -> None:
        """The line is open: time begins to count."""
        self._heard = self._pinged = now

    def receive_data(self, data: bytes, now: float) -> list[Message]:
        """What the server says, but for Ping and Pong, which are dealt with here."""
        if data:
            self._heard = now
        messages = self._link.receive_data(data)
        self._is_in = self._is_in or any(isinstance(message, Welcome) for message in messages)
        return [message for message in messages if not self._is_heartbeat(message, now)]

    def keep_up(self, now: float) -> None:
        """Ping when it is time; give up when the server makes no sense or none is heard."""
        if self._link.broken:
            what = "The server sent what makes no sense" if self._is_in else "This is no Petard server"
            self.end(f"{what} ({self._link.broken}).")
        elif now - self._heard > SILENCE_MOST:
            self.end(f"The server has been silent for {SILENCE_MOST:.0f} seconds.")
        elif now - self._pinged >= PING_EVERY and self._link.may_send(Ping):
            self._ping_id += 1
            self._pinged = now
            self.send(Ping(self._ping_id))

    def send(self, message: Message) -> None:
        """Queue a message, unless the conversation has ended meanwhile."""
        if self._link.may_send(type(message)):
            self._out += self._link.send(message)

    def press(self, keys: tuple[int, ...]) -> int:
        """Queue the next Command; answer with its seq."""
        self._seq += 1
        self.send(Command(self._seq, keys))
        return self._seq

    def data_to_send(self) -> bytes:
        """The bytes that are to go out, once."""
        data = bytes(self._out)
        self._out.clear()
        return data

    def end(self, problem: str) -> None:
        """It is over, for this reason if there was none before."""
        self.problem = self.problem or problem

    def _is_heartbeat(self, message: Message, now: float) -> bool:
        match message:
            case Ping(number):
                self.send(Pong(number))
            case Pong(number):
                if number == self._ping_id:
                    self.ping = round((now - self._pinged) * 1000)
            case _:
                return False
        return True
