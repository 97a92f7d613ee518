"""The client's end of one Link: bytes in, messages out, with pings, the login and the numbers of Commands.

Rule 1: no socket, no clock: the caller brings bytes and `now`, in seconds.
Rule 2: every end is one sentence in `problem`, the first that there was; nothing is raised for what the server sent.
Rule 3: it handles Ping, Pong and Auth itself, and notes Welcome and Refused. Which silence is too long, and whether to
        connect again, is decided in petard.game.flow.server_connection.
Rule 4: silence is counted between two reads, and a pause of our own counts for STALL at most: after a minute of sleep
        we have not listened for a minute, so we first read what waits.
Rule 5: every Ping is known by its id, so that a slow connection, with several on the way, is measured right, too.
"""

from petard.game.client.net_stats import TrafficCounter
from petard.game.client.scram_client import Login
from petard.shared.protocol.link import Link, Role
from petard.shared.protocol.messages import Auth, Command, Hello, Message, Ping, Pong, RefusalCode, Refused, Welcome

PING_EVERY = 0.5  # seconds; so a server that runs sends something twice a second, whatever the room does
STALL = 0.25  # seconds; between two reads no more than this counts as silence
PINGS_MOST = 64  # without an answer that are remembered


class Heartbeat:
    """The round trip time and the silence of one connection. All times are `now`, in seconds."""

    def __init__(self) -> None:
        self.opened_at: float | None = None
        self.ping = 0  # ms there and back, by the newest Ping that was answered
        self.last_ping = 0  # the id of the last Ping that was sent; 0 before the first
        self.last_pong = 0  # the id of the last Ping that was answered; 0 before the first
        self._unanswered: dict[int, float] = {}  # when each Ping was sent, by id
        self._pinged_at = 0.0
        self._read_at = 0.0
        self._silence = 0.0

    def open(self, now: float) -> None:
        self.opened_at = self._read_at = self._pinged_at = now
        self._silence = 0.0

    def note_read(self, has_data: bool, now: float) -> None:
        self._silence = 0.0 if has_data else self.silence(now)
        self._read_at = now

    def silence(self, now: float) -> float:
        """For how many seconds no data has arrived, as far as we have read."""
        return self._silence + min(STALL, max(0.0, now - self._read_at))

    def next_ping(self, now: float) -> Ping | None:
        """The Ping that is due now; None if it is not time yet."""
        if 0 <= now - self._pinged_at < PING_EVERY:
            return None
        self.last_ping += 1
        self._pinged_at = self._unanswered[self.last_ping] = now
        if len(self._unanswered) > PINGS_MOST:
            del self._unanswered[next(iter(self._unanswered))]
        return Ping(self.last_ping)

    def handle_pong(self, number: int, now: float) -> None:
        """Measure the round trip. A Pong without its Ping measures nothing."""
        sent_at = self._unanswered.pop(number, None)
        if sent_at is not None:
            self.last_pong = max(self.last_pong, number)
            self.ping = max(0, round((now - sent_at) * 1000))


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
            self._handle_message(message, now)
        return [message for message in messages if not isinstance(message, Ping | Pong | Auth)]

    def _handle_message(self, message: Message, now: float) -> None:
        match message:
            case Ping(number):
                self.send(Pong(number))
            case Pong(number):
                self.heartbeat.handle_pong(number, now)
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
        data = bytes(self._outgoing)
        self.traffic.sent += len(data)
        self._outgoing.clear()
        return data

    def end(self, problem: str) -> None:
        """Note why it is over; the first reason counts."""
        self.problem = self.problem or problem
