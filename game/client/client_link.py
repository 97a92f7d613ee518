"""The client's end of one Link: bytes in, messages out, with pings, the login and the numbers of Commands.

Rule 1: no socket, no clock: the caller brings bytes and `now`, in seconds.
Rule 2: every end is one sentence in `problem`, the first that there was; nothing is raised for what the server sent.
Rule 3: it handles Ping, Pong and Auth itself, and notes Welcome and Refused. Which silence is too long, and whether to
        connect again, is decided in petard.game.flow.server_connection.
"""

from petard.game.client.heartbeat import Heartbeat
from petard.game.client.net_stats import TrafficCounter
from petard.game.client.scram_client import Login
from petard.shared.protocol.link import Link, Role
from petard.shared.protocol.messages import Auth, Command, Hello, Message, Ping, Pong, RefusalCode, Refused, Welcome


class ClientLink:
    """One connection, from the Hello on. After every `receive_data`, call `keep_alive` and `data_to_send`."""

    def __init__(self, hello: Hello, password: str = "") -> None:
        """`hello` is the first message. `password`: of the room, in case the server asks; "" if it is not known."""
        self.hello = hello
        self.problem = ""
        self.is_admitted = False  # the server has sent its Welcome
        self.login = Login(password)
        self.traffic = TrafficCounter()
        self.heartbeat = Heartbeat()
        self._link = Link(Role.CLIENT)
        self._outgoing = bytearray(self._link.send(hello))

    def receive_data(self, data: bytes, now: float) -> list[Message]:
        """Return the messages in the data, without those that are handled here: Ping, Pong, Auth."""
        self.traffic.received += len(data)
        self.heartbeat.note_read(bool(data), now)
        messages = self._link.receive_data(data)
        for message in messages:
            self._handle_login(message)
        return [message for message in messages if not self._handle_heartbeat(message, now)]

    def _handle_login(self, message: Message) -> None:
        match message:
            case Auth(text):
                answer = self.login.answer(text)
                if self.login.problem:
                    self.end(self.login.problem)
                elif answer:
                    self.send(Auth(answer))
            case Welcome():
                self.is_admitted = True
                if self.login.is_unfinished:
                    self.end("The server asks for a password that it does not know itself.")
            case Refused(RefusalCode.PASSWORD):
                self.login.wants_password = True
            case _:
                pass

    def _handle_heartbeat(self, message: Message, now: float) -> bool:
        """Answer a Ping, measure a Pong; True for messages that nobody else needs."""
        match message:
            case Ping(number):
                self.send(Pong(number))
            case Pong(number):
                self.heartbeat.handle_pong(number, now)
        return isinstance(message, Ping | Pong | Auth)

    def keep_alive(self, now: float) -> None:
        """Send a Ping when it is due; end when the server broke the protocol."""
        if self._link.protocol_error:
            what = "The server sent what makes no sense" if self.is_admitted else "This is no Petard server"
            self.end(f"{what} ({self._link.protocol_error}).")
        elif self._link.may_send(Ping) and (ping := self.heartbeat.next_ping(now)):
            self.send(ping)

    def send(self, message: Message) -> None:
        """Queue a message; dropped if the protocol does not allow it now, as after a Bye."""
        if self._link.may_send(type(message)):
            self._outgoing += self._link.send(message)

    def send_command(self, keys: tuple[int, ...]) -> int:
        """Queue the next Command; return its seq."""
        self.traffic.commands += 1
        self.send(Command(self.traffic.commands, keys))
        return self.traffic.commands

    def data_to_send(self) -> bytes:
        """Return the bytes to send, once."""
        data = bytes(self._outgoing)
        self.traffic.sent += len(data)
        self._outgoing.clear()
        return data

    def end(self, problem: str) -> None:
        """Note why it is over, unless a reason is known already."""
        self.problem = self.problem or problem
