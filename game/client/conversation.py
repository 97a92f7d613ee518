"""The conversation with a server over one line: bytes in, messages out, and a heartbeat.

Rule 1: no socket, no clock: the caller brings bytes and `now`, in seconds.
Rule 2: whatever ends it is one sentence in `problem`, the first that there was; nothing is raised for what came in.
Rule 3: it knows of a message only when it may be said, and Ping, Pong and the steps of Auth. How long silence is borne,
        and whether there is another line after this one, is for others to say.
"""

from petard.game.client.heartbeat import Heartbeat
from petard.game.client.net_stats import TrafficCounter
from petard.game.client.scram_client import ScramFailure, ScramLogin
from petard.shared.protocol.link import Link, Role
from petard.shared.protocol.messages import Auth, Command, Hello, Message, Ping, Pong, RefusalCode, Refused, Welcome

LOCKED = "This room has a password."


class Conversation:
    """From the hello on. Every `receive_data` is followed by `keep_up` and `data_to_send`."""

    def __init__(self, hello: Hello, password: str = "") -> None:
        """`hello` is what we say first. `password`: in case that it is asked for; "": we know none."""
        self.hello, self.password = hello, password
        self.problem: str | None = None
        self.wants_password = False  # it ended since a person has to say the password, or another one
        self.is_in = False  # the server has let us in, so it is one of ours
        self.traffic = TrafficCounter()
        self._heartbeat = Heartbeat()
        self._link = Link(Role.CLIENT)
        self._out = bytearray(self._link.send(hello))
        self._seq = 0  # of the last Command
        self._proving: ScramLogin | None = None  # once we were asked

    @property
    def has_proved(self) -> bool:
        """True if the server has asked for the password of the room, and ours was the right one."""
        return self._proving is not None and self._proving.is_done

    @property
    def ping(self) -> int:
        """Milliseconds there and back, by the newest Ping that was answered."""
        return self._heartbeat.ping

    @property
    def pinged(self) -> int:
        """The id of the last Ping that we sent; 0 before the first."""
        return self._heartbeat.pinged

    @property
    def ponged(self) -> int:
        """The id of the last Ping that was answered; 0 before the first."""
        return self._heartbeat.ponged

    def quiet(self, now: float) -> float:
        """For how many seconds the server was not heard."""
        return self._heartbeat.quiet(now)

    def open(self, now: float) -> None:
        """The line is open: time begins to count."""
        self._heartbeat.open(now)

    def receive_data(self, data: bytes, now: float) -> list[Message]:
        """What the server says, but for Ping and Pong, which are dealt with here."""
        self.traffic.received += len(data)
        self._heartbeat.look(bool(data), now)
        messages = self._link.receive_data(data)
        for message in messages:
            self._pass_the_door(message)
        return [message for message in messages if not self._is_ours(message, now)]

    def _pass_the_door(self, message: Message) -> None:
        """Take note of how we come in, or that we do not."""
        match message:
            case Auth(text):
                self._prove(text)
            case Welcome():
                self.is_in = True
                if self._proving and not self._proving.is_done:
                    self.end("The server asks for a password that it does not know itself.")
            case Refused(RefusalCode.PASSWORD):
                self.wants_password = True
            case _:
                pass

    def _prove(self, text: str) -> None:
        if not self.password:
            self.wants_password = True
            self.end(LOCKED)
            return
        try:
            self._proving = self._proving or ScramLogin(self.password)
            answer = self._proving.answer(text)
        except ScramFailure as problem:
            self.wants_password = True
            self.end(str(problem))
            return
        if answer:
            self.send(Auth(answer))

    def keep_up(self, now: float) -> None:
        """Ping when it is time; give up when the server makes no sense."""
        if self._link.protocol_error:
            what = "The server sent what makes no sense" if self.is_in else "This is no Petard server"
            self.end(f"{what} ({self._link.protocol_error}).")
        elif self._link.may_send(Ping):
            number = self._heartbeat.ask(now)
            if number is not None:
                self.send(Ping(number))

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
        self.traffic.sent += len(data)
        self._out.clear()
        return data

    def end(self, problem: str) -> None:
        """It is over, for this reason if there was none before."""
        self.problem = self.problem or problem

    def _is_ours(self, message: Message, now: float) -> bool:
        match message:
            case Auth():
                pass
            case Ping(number):
                self.send(Pong(number))
            case Pong(number):
                self._heartbeat.answered(number, now)
            case _:
                return False
        return True
