"""One stay on a server, seen from the client: bytes in, what the screens show out.

Rule 1: no socket, no clock, no pygame: the caller brings bytes and `now`, in seconds.
Rule 2: whatever goes wrong ends in `problem`, one sentence for a person; nothing is raised for what a server sent.
"""

from collections import deque
from typing import assert_never

from game.client.scene import view_of
from game.client.timeline import Timeline
from game.client.view import View
from shared.protocol.codec import Malformed
from shared.protocol.delta import patch, snapshot_in
from shared.protocol.link import End, Link
from shared.protocol.messages import (
    BUILD,
    PROTOCOL,
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
    Refused,
    Results,
    Roster,
    Round,
    Say,
    Seat,
    Setup,
    Watcher,
    Welcome,
)
from shared.protocol.snapshot import world_of
from shared.rules.events import Event
from shared.rules.ruleset import TICK_RATE
from shared.rules.world import World

PING_EVERY = 1.0  # seconds
SILENCE_MOST = 10.0  # seconds without a byte; the server says something every two
CHAT_KEPT = 50
NEWS_KEPT = 1024  # events that nobody asked for


class Session:
    """What this client knows of the room, and what it wants to say."""

    def __init__(self, name: str, players: int = 1, token: str = "") -> None:
        """`name` must be legal (shared.protocol.names); `players`: how many play at this computer, 1 to 4."""
        self._hello = Hello(PROTOCOL, BUILD, name, players, token)
        self._link = Link(End.CLIENT)
        self._out = bytearray()
        self._seq = 0
        self._heard = 0.0
        self._pinged = 0.0
        self._ping_id = 0
        self._timeline: Timeline | None = None
        self._news: deque[tuple[int, Event]] = deque(maxlen=NEWS_KEPT)
        self.problem: str | None = None
        self.welcome: Welcome | None = None
        self.lobby: Lobby | None = None
        self.seats: tuple[Seat, ...] = ()
        self.watchers: tuple[Watcher, ...] = ()
        self.round: Round | None = None
        self.results: Results | None = None
        self.chat: deque[Chat] = deque(maxlen=CHAT_KEPT)
        self.ping = 0  # ms

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
        return tuple(seat.slot for seat in self.seats if seat.member == self.member and self.welcomed)

    @property
    def is_host(self) -> bool:
        """True if we choose what is played."""
        return self.lobby is not None and self.welcomed and self.lobby.host == self.member

    # Bytes

    def open(self, now: float) -> None:
        """Say hello; call it once the line is open."""
        self._heard = self._pinged = now
        self._send(self._hello)

    def receive_data(self, data: bytes, now: float) -> None:
        """Take what arrived; call it in every picture, also with nothing, since it keeps the time."""
        if self.problem:
            return
        if data:
            self._heard = now
        for message in self._link.receive_data(data):
            try:
                self._take(message, now)
            except Malformed as error:
                self._end(f"The server sent what makes no sense ({error}).")
        if self._link.broken:
            self._end(f"The server sent what makes no sense ({self._link.broken}).")
        elif now - self._heard > SILENCE_MOST:
            self._end(f"The server has been silent for {SILENCE_MOST:.0f} seconds.")
        elif now - self._pinged >= PING_EVERY and self._link.may_send(Ping):
            self._ping_id += 1
            self._pinged = now
            self._send(Ping(self._ping_id))

    def data_to_send(self) -> bytes:
        """The bytes that are to go out, once."""
        data = bytes(self._out)
        self._out.clear()
        return data

    def _send(self, message: Message) -> None:
        """Queue a message, unless the conversation has ended meanwhile."""
        if self._link.may_send(type(message)):
            self._out += self._link.send(message)

    def _end(self, problem: str) -> None:
        self.problem = self.problem or problem

    # What we say

    def press(self, keys: tuple[int, ...]) -> None:
        """Tell, once a tick, the held keys of each local player, as bits of shared.rules.world.Keys."""
        if self.my_slots:
            self._seq += 1
            self._send(Command(self._seq, keys))

    def say(self, text: str) -> None:
        """Send a chat line; it must be legal (shared.protocol.names)."""
        self._send(Say(text))

    def look(self, player: int, colour: int, character: int) -> None:
        """Ask for another look of a local player."""
        self._send(Look(player, colour, character))

    def ready(self, ready: bool) -> None:
        """Say that we want to begin, or not yet."""
        self._send(Ready(ready))

    def setup(self, setup: Setup) -> None:
        """Choose, as the host, what is played."""
        self._send(setup)

    def bye(self) -> None:
        """Say that we leave."""
        self._send(Bye(""))

    # What we hear

    def _take(self, message: Message, now: float) -> None:
        match message:
            case Delta() | Keyframe() | Round() | Events():
                self._take_round(message, now)
            case Welcome() | Lobby() | Roster() | Results() | Chat():
                self._take_room(message)
            case Ping(number):
                self._send(Pong(number))
            case Pong(number):
                if number == self._ping_id:
                    self.ping = round((now - self._pinged) * 1000)
            case Refused(_, sentence):
                self._end(sentence)
            case Bye(reason):
                self._end(reason or "The server has closed the room.")
            case Hello() | Command() | Say() | Look() | Ready() | Setup() | Loaded():
                raise Malformed(f"{type(message).__name__} is not for a server to say")
            case _:
                assert_never(message)

    def _take_room(self, message: Welcome | Lobby | Roster | Results | Chat) -> None:
        match message:
            case Welcome():
                self.welcome = message
            case Lobby():
                self.lobby = message
            case Roster(seats, watchers):
                self.seats, self.watchers = seats, watchers
            case Results():
                self.results = message
            case Chat():
                self.chat.append(message)
            case _:
                assert_never(message)

    def _take_round(self, message: Delta | Keyframe | Round | Events, now: float) -> None:
        match message:
            case Delta():
                if not self._timeline:
                    raise Malformed("Delta before any Keyframe")
                self._timeline.add(patch(self._timeline.newest, message), now)
            case Keyframe():
                self._take_keyframe(message, now)
            case Round():
                self.round, self.results, self._timeline = message, None, None
                self._news.clear()
            case Events(tick, events):
                self._news += ((tick, event) for event in events)
            case _:
                assert_never(message)

    def _take_keyframe(self, keyframe: Keyframe, now: float) -> None:
        if not self.round or not self.welcome:
            raise Malformed("Keyframe before any Round")
        snapshot = snapshot_in(keyframe, self.round.width, self.round.height)
        if self._timeline:
            self._timeline.add(snapshot, now)
        else:
            self._timeline = Timeline(snapshot, now, TICK_RATE // self.welcome.snapshots)
            self._send(Loaded(self.round.number))

    # What is shown

    def view(self, now: float) -> View | None:
        """What to draw now; None before the first round."""
        if not self._timeline or not self.round:
            return None
        return view_of(*self._timeline.at(now), self.round)

    def world(self) -> World | None:
        """The round as far as it was told, for a bot on a person's seat; None before the first round."""
        if not self._timeline or not self.round:
            return None
        return world_of(self._timeline.newest, self.round.rules, self.round.width, self.round.height)

    def news(self) -> list[tuple[int, Event]]:
        """What has happened since the last call, each event with its tick."""
        news = list(self._news)
        self._news.clear()
        return news
