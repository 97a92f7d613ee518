"""The session on one server, seen from the client: bytes in, what the screens show out.

It begins with the first Hello and goes on over several connections: `renew_link` begins a new ClientLink, and what is
known of the room stays.

Rule 1: no socket, no clock, no pygame: the caller brings bytes and `now`, in seconds.
Rule 2: every failure ends in `problem`, one sentence for a person; nothing is raised for what a server sent.
Rule 3: it only hands out the messages: the link (client_link), the room and its chat (room_state), the round
        (client_round) and the clip (petard.game.view.clip) each keep their part.
"""

from dataclasses import replace

from petard.game.client.client_link import ClientLink
from petard.game.client.client_round import ClientRound
from petard.game.client.joining_in import change_players, follow_seats
from petard.game.client.net_stats import NetcodeOptions
from petard.game.client.room_state import Audience, ChatHistory, RoomState, Wishes
from petard.game.client.server_checks import (
    WorkBudget,
    check_items,
    check_results,
    check_roster,
    check_round,
    check_welcome,
    may_try_again,
    refusal_of,
)
from petard.game.view.clip import Clip
from petard.game.view.view import View
from petard.shared.control_channel import Pace
from petard.shared.protocol import messages as m
from petard.shared.protocol.codec import RemoteProtocolError
from petard.shared.protocol.later_messages import GoesOn, MapVotes, Sides, StandbyOffer, Standbys
from petard.shared.rules.events import Event

# The rate of our clock by the input lead. 1 % is not felt,
# and is fast enough: after a late Input, the server uses all that follows as much later.
CLOCK_RATES = {None: 1.0, 0: 1.01, 1: 1.0}
SLOWER = 0.99
GONE_ON = "The game goes on at another computer."
RESTARTED = "The server was restarted, or your seat is taken: you start again."


class Session:
    """What this client knows of the room, and what it sends."""

    def __init__(self, name: str, players: int = 1, token: str = "", password: str = "") -> None:
        """`name` must be legal (petard.shared.protocol.names); `players`: how many play at this computer, 1 to 4.

        `token`: the rejoin token of an earlier Welcome. `password`: of the room, as far as it is known.
        """
        self.link = ClientLink(m.Hello(m.PROTOCOL, m.BUILD, name, players, token), password)
        self.room = RoomState(wishes=Wishes((name,)))
        self.chat = ChatHistory()
        self.client_round: ClientRound | None = None  # the round that was announced last
        self.options = NetcodeOptions()
        self.clip = Clip()
        self.work = WorkBudget()
        self.server_pace = Pace.NORMAL  # how time passes on the server; differs only on a server of our own

    @property
    def problem(self) -> str:
        """Why the session is over, one sentence; "" while it goes on."""
        return self.link.problem

    @property
    def announcement(self) -> m.Round | None:
        """What announced the current round."""
        return self.client_round.announcement if self.client_round else None

    @property
    def is_alone(self) -> bool:
        """True if nobody else is in the room, as far as we know; a disconnected player still counts."""
        return self.link.is_admitted and self.room.members - {0} == {self.room.member}

    def renew_link(self, asks: bool = False) -> None:
        """The connection is gone: begin a ClientLink for the next one, with the rejoin token if we were let in.

        `asks`: send a Ping before the Hello: a standby that waits answers it, and the Hello only later.
        """
        self.chat.disconnect()
        self.work.drop_waiting()
        if self.link.is_admitted:
            self.room.note_loss()
        welcome, hello = self.room.welcome, self.link.hello
        hello = replace(hello, token=welcome.token) if welcome else hello
        self.link = ClientLink(hello, self.link.login.password, asks)

    def receive_data(self, data: bytes, now: float) -> str:
        """Handle what arrived; call it in every picture, also with b"", since it keeps the time, and since what is too
        much for one picture is handled in the next.

        Returns a sentence if the server refuses to let us in for now, or has said Bye to a room that goes on
        elsewhere, so that we may try again; "" otherwise.
        """
        refusal = ""
        if self.problem:
            return refusal
        try:
            for piece in self.work.pieces(data, now, self.server_pace):
                before, messages = self.link.traffic.messages, self.link.receive_data(piece, now)
                self.work.spend_piece(len(piece), self.link.traffic.messages - before)
                for message in messages:
                    if self.problem:
                        break  # what follows a mistake counts no more
                    if isinstance(message, m.Refused) and may_try_again(message, self.room.welcomed):
                        refusal = message.sentence
                    elif isinstance(message, m.Bye) and self.room.copies.goes_on:
                        refusal = message.reason or GONE_ON
                    else:
                        self._handle_message(message, now)
        except RemoteProtocolError as error:
            self.link.end_for(str(error))
        for text in self.chat.lines_to_resend(self.link.heartbeat.last_pong):
            self.send_chat(text)
        self.link.keep_alive(now)
        return refusal

    # Messages to the server

    def send_keys(self, keys: tuple[int, ...]) -> None:
        """Count a tick with the held keys of each local player, as bits of petard.shared.rules.world.Keys.

        They are sent when they change. A paused server makes no tick, and our clock must not run ahead of it.
        """
        slots = self.room.my_slots
        if slots and self.link.is_admitted and self.server_pace is not Pace.PAUSED:
            clock = self.link.hold_keys(keys)
            if self.client_round:
                self.client_round.predicted_view.predictor.keys.add(clock, keys, slots, self.room.idle_slots)

    def send_chat(self, text: str) -> None:
        """Send a chat line, and once more if it may be lost; it must be legal (petard.shared.protocol.names).

        A command is sent once: the room does not show it, and its target may have changed meanwhile.
        """
        if self.link.is_admitted and not text.startswith("/"):
            self.chat.sent(text, self.link.heartbeat.last_ping)
        self.link.send(m.Say(text))

    # Messages from the server

    def _handle_message(self, message: m.Message, now: float) -> None:
        match message:
            case m.Delta() | m.Keyframe() | m.Events() | m.Digest() | m.Round():
                self._handle_round_message(message, now)
            case m.Welcome():
                self._enter(message)
            case m.Lobby():
                self.work.spend_lobby(self.room.lobby, message)
                self.room.enter_phase(message)
            case m.Roster(seats, spectators, unlisted):
                check_roster(message, self.room.member, max(self.link.hello.players, len(self.room.wishes.names)))
                self.room.seats, self.room.audience = seats, Audience(spectators, unlisted)
                follow_seats(self.link, self.room)
            case m.Pings() | MapVotes() | Sides() | StandbyOffer() | Standbys() | GoesOn():
                self.room.update(message)
            case m.Results():
                check_results(message, self.announcement)
                self.room.results = message
                self.room.tally.add_results(message, self.room.seats)
            case m.Chat():
                self.chat.receive(message, is_ours=message.name in self.room.my_names)
            case m.Refused():
                self.link.end(refusal_of(message))
            case m.Bye(reason):
                self.link.end(reason or "The server has closed the room.")

    def _enter(self, welcome: m.Welcome) -> None:
        """If the server does not know our token, forget all but the chat, which people may still read."""
        check_welcome(welcome)
        self.room.welcome = welcome
        self.room.copies.begin()
        if len(self.room.wishes.names) > 1 and not welcome.returned:
            change_players(self.link, self.room, self.room.wishes.names)
        self._begin_keys()
        if self.link.hello.token and not welcome.returned:
            self.client_round = self.room.results = None
            self.room.seats, self.room.audience = (), Audience()
            self.chat.start_over(RESTARTED)

    def _begin_keys(self) -> None:
        """The server counts the changes of our keys for each connection, over all rounds."""
        if self.client_round and self.link.inputs:
            inputs = self.link.inputs
            self.client_round.predicted_view.predictor.keys.begin(inputs.changes, inputs.keys)

    def _handle_round_message(self, message: m.Delta | m.Keyframe | m.Events | m.Digest | m.Round, now: float) -> None:
        assert self.room.welcome  # else the link allows none of these
        if isinstance(message, m.Round):
            check_round(message)
            self.work.spend_round()
            self.client_round = ClientRound(message, self.room.welcome.snapshots, self.options)
            self._begin_keys()
            self.room.results = None
            self.room.tally.begin_round()
            return
        client_round = self.client_round
        if not client_round:
            raise RemoteProtocolError(f"{type(message).__name__} before any Round")
        before = client_round.server_snapshot
        if before and isinstance(message, m.Digest) and not self.work.spend_digest(message, before):
            return
        client_round.handle_message(message, now)
        if isinstance(message, m.Events):
            self.work.spend_events(message)
            self.clip.add_events(message.events)
            self.room.tally.add_events(message, self.room.seats, client_round.announcement.width)
        elif client_round.server_snapshot and not isinstance(message, m.Digest):
            check_items(client_round.server_snapshot, self.room.welcome)
            self.work.spend_snapshot(client_round.server_snapshot)
            self.clip.add_snapshot(client_round.announcement, client_round.server_snapshot, self.room.seats)
            if not before:
                self.link.send(m.Loaded(client_round.announcement.number))

    # What is shown

    def view(self, now: float) -> View | None:
        """What to draw now; None before the first round."""
        return self.client_round.view(now, self.server_pace) if self.client_round else None

    @property
    def input_lead(self) -> int | None:
        """How many ticks before their use our Inputs arrive: 0, one was late; 1, just in time. None while unknown."""
        slots = self.room.my_slots
        return self.client_round.input_lead(slots[0]) if self.client_round and slots else None

    @property
    def clock_rate(self) -> float:
        """How fast our ticks should run, 1 being normal, so that Inputs arrive just in time: 0.99 to 1.01."""
        return CLOCK_RATES.get(self.input_lead, SLOWER) if self.server_pace is Pace.NORMAL else 1.0

    def new_events(self) -> list[tuple[int, Event]]:
        """The events since the last call, each once, with its tick."""
        return self.client_round.events.take() if self.client_round else []

    def rejected_bombs(self) -> list[int]:
        """The tiles of predicted bombs that the server did not confirm, since the last call."""
        return self.client_round.predicted_view.take_rejected_bombs() if self.client_round else []
