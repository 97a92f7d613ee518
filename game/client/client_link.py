"""The client's end of one Link: bytes in, messages out, with pings, the login and the Inputs.

Rule 1: no socket, no clock: the caller brings bytes and `now`, in seconds.
Rule 2: every end is one sentence in `problem`, the first that there was; nothing is raised for what the server sent.
Rule 3: it handles Ping, Pong and Auth itself, and notes Welcome and Refused. Which silence is too long, and whether to
        connect again, is decided in petard.game.flow.server_connection.
"""

from petard.game.client.heartbeat import PING_EVERY, PING_RARELY, Heartbeat
from petard.game.client.input_timer import InputSender
from petard.game.client.net_stats import TrafficCounter
from petard.shared.protocol.link import Link, Role
from petard.shared.protocol.messages import (
    Auth,
    Delta,
    Hello,
    Keyframe,
    Message,
    Ping,
    Pong,
    RefusalCode,
    Refused,
    Skipped,
    Welcome,
)
from petard.shared.protocol.scram_client import Login


class ClientLink:
    """One connection, from the Hello on. After every `receive_data`, call `keep_alive` and `data_to_send`."""

    def __init__(self, hello: Hello, password: str = "", asks: bool = False) -> None:
        """Begin with `hello`. `password`: of the room, in case the server asks; "" if it is not known.

        `asks`: with a Ping before it, number 0, whose answer only shows that a program of ours is there.
        """
        self.hello = hello
        self.problem = ""
        self.inputs: InputSender | None = None  # from the Welcome on
        self.login = Login(password)
        self.traffic = TrafficCounter()
        self.heartbeat = Heartbeat()
        self._link = Link(Role.CLIENT)
        self._outgoing = bytearray(self._link.send(Ping(0)) if asks else b"") + self._link.send(hello)

    @property
    def is_admitted(self) -> bool:
        """True once the server has sent its Welcome."""
        return self.inputs is not None

    @property
    def half_bytes(self) -> int:
        """How many bytes have come of a message that is not complete."""
        return self._link.partial_bytes

    def receive_data(self, data: bytes, now: float) -> list[Message]:
        """Return the messages in the data, without those that are handled here: Ping, Pong, Auth, and unknown ones."""
        self.heartbeat.note_read(bool(data), now)
        messages = self._link.receive_data(data)
        self.traffic.received += len(data)
        self.traffic.messages += len(messages)
        for message in messages:
            self._handle_message(message, now)
        return [message for message in messages if not isinstance(message, Ping | Pong | Auth | Skipped)]

    def _handle_message(self, message: Message, now: float) -> None:
        match message:
            case Ping(number):
                self.send(Pong(number))
            case Pong(number, held):
                self.heartbeat.handle_pong(number, now - held / 1_000_000)
            case Auth(text):
                answer = self.login.answer(text)
                if self.login.problem:
                    self.end(self.login.problem)
                elif answer:
                    self.send(Auth(answer))
            case Welcome():
                self.inputs = InputSender(message.snapshots)
                if self.login.is_unfinished:
                    self.end("The server asks for a password that it does not know itself.")
            case Delta() | Keyframe() if self.inputs:
                self.inputs.timer.note_state(message)
                self.traffic.state_at = now
            case Refused(RefusalCode.PASSWORD):
                self.login.wants_password = True

    def keep_alive(self, now: float) -> None:
        """Send a Ping when it is due; end when the server broke the protocol."""
        if self._link.protocol_error:
            self.end_for(self._link.protocol_error)
            return
        pause = PING_RARELY if 0 <= now - self.traffic.state_at < PING_EVERY else PING_EVERY
        if self._link.may_send(Ping) and (ping := self.heartbeat.next_ping(now, pause)):
            self.send(ping)
        if self.inputs and (due := self.inputs.due(now)):
            self.send(due)

    def send(self, message: Message) -> None:
        """Queue a message; dropped if the protocol does not allow it now, as after a Bye."""
        if self._link.may_send(type(message)):
            self._outgoing += self._link.send(message)

    def hold_keys(self, keys: tuple[int, ...]) -> int:
        """Count a tick of the local players, who hold these keys; return our clock. Only after the Welcome."""
        assert self.inputs
        if changed := self.inputs.tick(keys):
            self.send(changed)
        return self.inputs.clock

    def data_to_send(self) -> bytes:
        data = bytes(self._outgoing)
        self.traffic.sent += len(data)
        self._outgoing.clear()
        return data

    def end_for(self, fault: str) -> None:
        """End because the server broke the protocol, and how; before its Welcome it is called no Petard server."""
        what = "The server sent what makes no sense" if self.is_admitted else "This is no Petard server"
        self.end(f"{what} ({fault}).")

    def end(self, problem: str) -> None:
        """Note why it is over; the first reason counts."""
        self.problem = self.problem or problem
