"""One stay on a server, seen from the client: bytes in, what the screens show out.

A stay may take several lines, one after the other: `renew` begins a new talk, and what the room showed stays.

Rule 1: no socket, no clock, no pygame: the caller brings bytes and `now`, in seconds.
Rule 2: whatever goes wrong ends in `problem`, one sentence for a person; nothing is raised for what a server sent.
Rule 3: `Conversation` sends, receives and measures the ping; `ClientRound` knows what a round looks like. A Session
        knows what the room shows, and passes each message to the part that needs it.
"""

from collections import deque
from dataclasses import replace
from typing import assert_never

from petard.game.client.client_round import ClientRound
from petard.game.client.conversation import Conversation
from petard.game.client.netcode_options import NetcodeOptions
from petard.game.client.unacked_chat import UnackedChat
from petard.game.view.clip import Clip
from petard.game.view.view import View
from petard.shared.control_channel import Pace
from petard.shared.protocol.codec import RemoteProtocolError
from petard.shared.protocol.messages import (
    BUILD,
    PROTOCOL,
    Auth,
    Bye,
    Chat,
    Command,
    Delta,
    Events,
    Hello,
    Keyframe,
    Loaded,
    Lobby,
    Look,
    Message,
    Ping,
    Pong,
    Ready,
    RefusalCode,
    Refused,
    Results,
    Roster,
    Round,
    Say,
    Seat,
    Setup,
    Spectator,
    Welcome,
)
from petard.shared.rules.events import Event
from petard.shared.rules.world import World

CHAT_KEPT = 50
# By how early Commands come. One that was late has left one more waiting, so there is no hurry; and 1 % is not felt.
PACES = {None: 1.0, 0: 1.01, 1: 1.0}
SLOWER = 0.99
PLAYERS_MOST = 4  # at one computer
# Another try of the same would change nothing.
FOR_GOOD = (RefusalCode.PROTOCOL, RefusalCode.NAME, RefusalCode.BANNED, RefusalCode.PASSWORD)
ANEW = "The server was started anew, or your chair is taken: you begin afresh."


class Session:
    """What this client knows of the room, and what it wants to say."""

    def __init__(self, name: str, players: int = 1, token: str = "", password: str = "") -> None:
        """`name` must be legal (petard.shared.protocol.names); `players`: how many play at this computer, 1 to 4.

        `token`: of an earlier Welcome, of somebody who comes back. `password`: of the room, as far as it is known.
        """
        self.talk = Conversation(Hello(PROTOCOL, BUILD, name, players, token), password)
        self.switches = NetcodeOptions()
        self.played: ClientRound | None = None  # the round that was announced last
        self.welcome: Welcome | None = None
        self.lobby: Lobby | None = None
        self.seats: tuple[Seat, ...] = ()
        self.watchers: tuple[Spectator, ...] = ()
        self.results: Results | None = None  # of that round
        self.chat: deque[Chat] = deque(maxlen=CHAT_KEPT)
        self.clip = Clip()
        self.server_pace = Pace.NORMAL  # how time passes on the server; only one of our own is ever steered
        self._spoken = UnackedChat()
        self._last_line = 0  # the number of the last line of chat

    @property
    def problem(self) -> str | None:
        """Why the stay is over, one sentence; None while it goes on."""
        return self.talk.problem

    @property
    def round(self) -> Round | None:
        """The round that was announced last."""
        return self.played.board if self.played else None

    @property
    def welcomed(self) -> bool:
        """True once the server has let us in."""
        return self.welcome is not None

    @property
    def member(self) -> int:
        """Our number in the room; 0 before the welcome."""
        return self.welcome.member if self.welcome else 0

    @property
    def my_slots(self) -> tuple[int, ...]:
        """The slots that we steer, in the order of the local players; none while we watch."""
        member = self.member  # 0 before the welcome, and on every chair of a bot
        return tuple([seat.slot for seat in self.seats if seat.member == member]) if member else ()

    @property
    def idle_slots(self) -> frozenset[int]:
        """Of these, those for which a bot plays since nobody presses a key."""
        member = self.member or -1
        return frozenset([seat.slot for seat in self.seats if seat.away and seat.member == member])

    @property
    def is_alone(self) -> bool:
        """True if nobody else is in the room, as far as we were told; whose line is lost still counts."""
        people = {seat.member for seat in self.seats} | {watcher.member for watcher in self.watchers}
        return self.talk.is_in and self.welcomed and people - {0} == {self.member}

    @property
    def is_host(self) -> bool:
        """True if we choose what is played."""
        return self.lobby is not None and self.welcomed and self.lobby.host == self.member

    def quiet(self, now: float) -> float:
        """For how many seconds the server was not heard."""
        return self.talk.quiet(now)

    # Bytes

    def renew(self) -> None:
        """The line is gone: begin a new talk for the next one. Who was let in before comes back, with the token."""
        self._spoken.lose()
        hello = self.talk.hello
        token = self.welcome.token if self.welcome else hello.token
        self.talk = Conversation(replace(hello, token=token), self.talk.password)

    def open(self, now: float) -> None:
        """Say hello; call it once the line is open."""
        self.talk.open(now)

    def receive_data(self, data: bytes, now: float) -> str:
        """Take what arrived; call it in every picture, also with nothing, since it keeps the time.

        Answers with why we are not let in just now, though we were before, and may try again; "" as a rule.
        """
        refusal = ""
        if self.problem:
            return refusal
        for message in self.talk.receive_data(data, now):
            if isinstance(message, Refused) and self.welcomed and message.code not in FOR_GOOD:
                refusal = message.sentence
                continue
            try:
                self._take(message, now)
            except RemoteProtocolError as error:
                self.talk.end(f"The server sent what makes no sense ({error}).")
        for text in self._spoken.due(self.talk.ponged):
            self.say(text)
        self.talk.keep_up(now)
        return refusal

    def data_to_send(self) -> bytes:
        """The bytes that are to go out, once."""
        return self.talk.data_to_send()

    # What we say

    def press(self, keys: tuple[int, ...]) -> None:
        """Tell, once a tick, the held keys of each local player, as bits of petard.shared.rules.world.Keys.

        A server that is paused uses no Command, and the own clock must not run ahead of it.
        """
        slots = self.my_slots
        if slots and self.talk.is_in and self.server_pace is not Pace.PAUSED:
            seq = self.talk.press(keys)
            if self.played:
                self.played.press(seq, keys, slots, self.idle_slots)

    def say(self, text: str) -> None:
        """Send a chat line, and once more if it may be lost; it must be legal (petard.shared.protocol.names).

        A command is sent once: nobody tells it to us again, and what it was about may have changed meanwhile.
        """
        if self.talk.is_in and not text.startswith("/"):
            self._spoken.say(text, self.talk.pinged)
        self.talk.send(Say(text))

    def look(self, player: int, colour: int, character: int) -> None:
        """Ask for another look of a local player."""
        self.talk.send(Look(player, colour, character))

    def ready(self, ready: bool) -> None:
        """Say that we want to begin, or not yet."""
        self.talk.send(Ready(ready))

    def setup(self, setup: Setup) -> None:
        """Choose, as the host, what is played."""
        self.talk.send(setup)

    def bye(self) -> None:
        """Say that we leave."""
        self.talk.send(Bye(""))

    # What we hear

    def _take(self, message: Message, now: float) -> None:
        match message:
            case Delta() | Keyframe() | Round() | Events():
                self._take_round(message, now)
            case Welcome() | Lobby() | Roster() | Results() | Chat():
                self._take_room(message)
            case Refused(_, sentence):
                self.talk.end(sentence)
            case Bye(reason):
                self.talk.end(reason or "The server has closed the room.")
            case Ping() | Pong() | Auth():
                pass  # the talk has dealt with them
            case Hello() | Command() | Say() | Look() | Ready() | Setup() | Loaded():
                raise RemoteProtocolError(f"{type(message).__name__} is not for a server to say")
            case _:
                assert_never(message)

    def _take_room(self, message: Welcome | Lobby | Roster | Results | Chat) -> None:
        match message:
            case Welcome():
                if self.talk.hello.token and not message.returned:
                    self._begin_anew()
                self.welcome = message
            case Lobby():
                self.lobby = message
            case Roster(seats, watchers):
                if sum(seat.member == self.member for seat in seats) > PLAYERS_MOST:
                    raise RemoteProtocolError("Roster seats more of us than may sit at one computer")
                self.seats, self.watchers = seats, watchers
            case Results():
                self.results = message
            case Chat():
                self._hear_line(message)
            case _:
                assert_never(message)

    def _begin_anew(self) -> None:
        """We came back and are nobody there: forget what was, but for the chat, which is worth reading still."""
        self._spoken.forget()
        self.played = self.results = None
        self.seats, self.watchers = (), ()
        self._last_line = 0
        self.chat.append(Chat(-1, "", ANEW))

    def _hear_line(self, line: Chat) -> None:
        """Take a line of chat, unless it is one that was told before: on return they come again."""
        if not line.number:
            self.chat.append(line)
        elif line.number > self._last_line:
            self._last_line = line.number
            self.chat.append(line)
            if line.name in self._my_names:
                self._spoken.hear(line.text)

    @property
    def _my_names(self) -> list[str]:
        watching = [watcher.name for watcher in self.watchers if watcher.member == self.member]
        return [seat.name for seat in self.seats if seat.member == self.member] + watching

    def _take_round(self, message: Delta | Keyframe | Round | Events, now: float) -> None:
        if not self.welcome:
            raise RemoteProtocolError(f"{type(message).__name__} before the Welcome")
        if isinstance(message, Round):
            self.played, self.results = ClientRound(message, self.welcome.snapshots, self.switches), None
        elif not self.played:
            raise RemoteProtocolError(f"{type(message).__name__} before any Round")
        else:
            was_loaded = self.played.is_loaded
            self.played.take(message, now)
            self._note(message, self.played)
            if self.played.is_loaded and not was_loaded:
                self.talk.send(Loaded(self.played.board.number))

    def _note(self, message: Delta | Keyframe | Events, played: ClientRound) -> None:
        """Keep what was told, should somebody want to see it again."""
        if isinstance(message, Events):
            self.clip.happen(message.events)
        elif played.told:
            self.clip.hear(played.board, played.told, self.seats)

    # What is shown

    def view(self, now: float) -> View | None:
        """What to draw now; None before the first round."""
        if not self.played:
            return None
        self.played.run_at(self.server_pace, now)
        return self.played.view(now)

    def world(self) -> World | None:
        """The round as far as it was told, for a bot on a person's seat; None before the first round."""
        return self.played.world() if self.played else None

    @property
    def early(self) -> int | None:
        """How early our Commands come, in ticks: 0, one was missing lately; 1, just in time. None while unknown."""
        slots = self.my_slots
        return self.played.early(slots[0]) if self.played and slots else None

    @property
    def pace(self) -> float:
        """How fast our ticks should come, 1 being the usual, so that Commands come just in time: 0.99 to 1.01."""
        return PACES.get(self.early, SLOWER) if self.server_pace is Pace.NORMAL else 1.0

    def refused(self) -> list[int]:
        """The tiles of own bombs that the server turned out not to know of, since the last call."""
        return self.played.refused() if self.played else []

    def news(self) -> list[tuple[int, Event]]:
        """What has happened since the last call, each event once, with its tick."""
        return self.played.news() if self.played else []
