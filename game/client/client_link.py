"""The client's end of one Link: bytes in, messages out, with pings, the login and the Inputs.

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
from petard.shared.protocol.messages import (
    Auth,
    Delta,
    Hello,
    Input,
    Keyframe,
    Message,
    Ping,
    Pong,
    RefusalCode,
    Refused,
    Skipped,
    Welcome,
)
from petard.shared.rules.ruleset import TICK_RATE

PING_EVERY = 0.5  # seconds; so a server that runs is never silent for long, whatever the room does
PING_RARELY = 2.0  # seconds; while states come, they show that the server runs
STALL = 0.25  # seconds; between two reads no more than this counts as silence
PINGS_MOST = 64  # without an answer that are remembered
INPUT_EVERY = 0.25  # seconds between two Inputs at most
# The same in the first seconds of states, when the server does not know our line yet, and after a pause of states.
OFTEN_EVERY, OFTEN_AT_FIRST, OFTEN_AFTER_PAUSE = 0.125, 3.0, 60.0
TICK_MOST = 0.05  # seconds that an Input waits for the next tick


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

    def next_ping(self, now: float, pause: float = PING_EVERY) -> Ping | None:
        """The Ping that is due now; None if the last one was sent less than `pause` seconds ago."""
        if 0 <= now - self._pinged_at < pause:
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


class InputSender:
    """Makes the Inputs: one when keys change, and else every INPUT_EVERY seconds, or sooner while states come in a row.

    `clock` counts the ticks of this client. While they pass, an Input is sent at the beginning of one, or it would come
    later than a change of keys in the same tick, and the server would take us to be late.
    """

    def __init__(self, snapshots: int) -> None:
        """`snapshots`: how many states the server sends in a second."""
        self.clock = 0
        self.states = 0  # that have come
        self.keys: tuple[int, ...] = ()  # of the last tick
        self.changes = 0  # of keys, as the server counts them
        self._unseen = 0  # states that no Input has named
        self._snapshots = snapshots
        self._often_until = OFTEN_AT_FIRST * snapshots  # states
        self._sent_at: float | None = 0.0  # None: since the last look at the time
        self._due_at: float | None = None  # since when one waits for the next tick; None: none does

    def tick(self, keys: tuple[int, ...]) -> Input | None:
        """The local players hold these keys in the next tick; return the Input to send, None if there is none."""
        self.clock += 1
        if keys == self.keys and self._due_at is None:
            return None
        self.changes += keys != (self.keys or (0,) * len(keys))
        self.keys, self._sent_at = keys, None
        return self._input()

    def note_state(self, state: Keyframe | Delta) -> None:
        """A state came. After one that the server made for us alone, it waits for our answer."""
        self.states += 1
        is_single = isinstance(state, Keyframe) or state.ticks > TICK_RATE // self._snapshots
        self._unseen += self._snapshots if is_single else 1
        if is_single and isinstance(state, Delta):  # a Keyframe begins a round, too
            self._often_until = self.states + OFTEN_AFTER_PAUSE * self._snapshots

    def due(self, now: float) -> Input | None:
        """The Input that is due by the time, or because of the states that have come; None if none is."""
        if self._sent_at is None:
            self._sent_at = now
        every = OFTEN_EVERY if 0 < self.states <= self._often_until else INPUT_EVERY
        if self._unseen < every * self._snapshots and 0 <= now - self._sent_at < every:
            return None
        if self._due_at is None:
            self._due_at = now
        if self.clock and 0 <= now - self._due_at < TICK_MOST:
            return None
        self._sent_at = now
        return self._input()

    def _input(self) -> Input:
        self._unseen, self._due_at = 0, None
        return Input(max(1, self.clock), self.keys, self.states)


class ClientLink:
    """One connection, from the Hello on. After every `receive_data`, call `keep_alive` and `data_to_send`."""

    def __init__(self, hello: Hello, password: str = "") -> None:
        """`hello` is the first message. `password`: of the room, in case the server asks; "" if it is not known."""
        self.hello = hello
        self.problem = ""
        self.inputs: InputSender | None = None  # from the Welcome on
        self.login = Login(password)
        self.traffic = TrafficCounter()
        self.heartbeat = Heartbeat()
        self._link = Link(Role.CLIENT)
        self._outgoing = bytearray(self._link.send(hello))

    @property
    def is_admitted(self) -> bool:
        """True once the server has sent its Welcome."""
        return self.inputs is not None

    def receive_data(self, data: bytes, now: float) -> list[Message]:
        """Return the messages in the data, without those that are handled here: Ping, Pong, Auth, and unknown ones."""
        self.traffic.received += len(data)
        self.heartbeat.note_read(bool(data), now)
        messages = self._link.receive_data(data)
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
                self.inputs.note_state(message)
                self.traffic.state_at = now
            case Refused(RefusalCode.PASSWORD):
                self.login.wants_password = True

    def keep_alive(self, now: float) -> None:
        """Send a Ping when it is due; end when the server broke the protocol."""
        if self._link.protocol_error:
            what = "The server sent what makes no sense" if self.is_admitted else "This is no Petard server"
            self.end(f"{what} ({self._link.protocol_error}).")
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

    def end(self, problem: str) -> None:
        """Note why it is over; the first reason counts."""
        self.problem = self.problem or problem
