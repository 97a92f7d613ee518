"""One update of the server: read what has arrived, run the ticks that are due, send what is queued.

Rule 1: nothing here waits.
Rule 2: messages about the game go to the room; Ping, Pong and Bye are handled here, Hello and Auth in handshake.py.
Rule 3: no clock; `now` (seconds, monotonic) comes in.
Rule 4: a chat line that begins with a slash is an admin command: it is kept in `slash_commands`, and neither sent to
others nor recorded.
"""

import socket
from collections import deque
from collections.abc import Callable

from petard.server.net.actions import perform
from petard.server.net.broadcaster import Broadcaster
from petard.server.net.connection_ends import CHECK_EVERY, ConnectionEnds, PeerMonitor
from petard.server.net.connections import Connections, Peer, loss_reason
from petard.server.net.handshake import Handshake
from petard.server.net.listeners import Listeners
from petard.server.policy.log import Log
from petard.server.room.outgoing import Outgoing
from petard.server.room.room import Room
from petard.shared.demo.server_actions import ServerAction
from petard.shared.protocol.later_messages import CopyAck, StandbyAnswer
from petard.shared.protocol.link import LinkState
from petard.shared.protocol.messages import (
    Auth,
    Bye,
    Hello,
    Input,
    Message,
    Ping,
    Pong,
    RefusalCode,
    Refused,
    Say,
    Skipped,
)

HELD_MOST = 1_000_000  # µs
READ_MOST = 1024  # bytes from one peer in one update, some 50 small messages: a flood waits in the kernel, not here
SLASH_COMMANDS_KEPT = 256


class Server:
    """A room and its connections."""

    def __init__(
        self,
        room: Room,
        listeners: Listeners,
        log: Log,
        new_token: Callable[[], str],
        now: float,
        connections: Connections | None = None,
    ) -> None:
        """`new_token` makes a fresh secret for each Hello."""
        self.room = room
        self.connections = connections or Connections()
        self.handshake = Handshake(room, listeners, self.connections, log, new_token)
        self.broadcaster = Broadcaster(self.connections, lambda: room.feed, room.matches.settings.snapshots)
        self.slash_commands: deque[tuple[int, str]] = deque(maxlen=SLASH_COMMANDS_KEPT)  # peer, text after the slash
        self.ends = ConnectionEnds(self.connections, self.broadcaster, room.membership, log)
        self._log = log
        self._monitor = PeerMonitor(self.connections, self.ends, now)

    @property
    def is_quiet(self) -> bool:
        """True when nothing can happen until a client connects."""
        return self.connections.is_empty and self.room.is_idle

    def perform(self, action: ServerAction, now: float) -> bool:
        """Do what an admin or a service wants; False if there can be no match with such a Setup."""
        return perform(action, self.room, self.broadcaster, self.ends, now)

    def update(self, ticks: int, now: float) -> None:
        """Read, run so many ticks, send."""
        self._monitor.update(now)
        sources = self.connections.poll(0)
        for source in sources:
            if isinstance(source, Peer):
                self._receive(source, now)
        for source in sources:  # last, so that peers that have left make room
            if isinstance(source, socket.socket):
                for peer in self.handshake.accept(source, now):
                    self._receive(peer, now)  # its Hello is mostly there already
        self._close_excess(now)
        for _ in range(ticks):
            self.broadcaster.enqueue(self.room.tick(now))
        if now - self._monitor.checked_at >= CHECK_EVERY:
            self.broadcaster.enqueue(self._monitor.check(now))
            self._log.flush_due(now)
        self.broadcaster.show_newcomers(now)
        self.ends.send_queue(now)
        self.ends.disconnect(self.broadcaster.flush(now), now)
        for peer in list(self.connections.closing.values()):
            self.connections.continue_closing(peer, now)
        self.broadcaster.send_states(now)
        self.ends.send_queue(now)

    def close(self, reason: str, now: float) -> None:
        """Say Bye to all and accept nobody any more; update until there are no connections left."""
        self.handshake.close()
        self.broadcaster.enqueue(self.room.close(reason))
        self.ends.send_queue(now)
        for peer in list(self.connections.pending.values()):
            self.ends.close_after(peer, Refused(RefusalCode.CLOSING, reason), now)

    # Reading

    def _close_excess(self, now: float) -> None:
        """Close pending peers while there are too many; but first read, since the Hello may have arrived."""
        while peer := self.handshake.excess_pending(now):
            before = peer.exchange
            self._receive(peer, now)
            if peer.number in self.connections.pending and peer.exchange is before:
                missing = "did not prove the password" if peer.exchange else "sent no Hello"
                self.ends.remove_flooder(peer, f"{missing} while others waited", now, peer.link.state)

    def _receive(self, peer: Peer, now: float) -> None:
        try:
            data, age = peer.receive(READ_MOST)
        except BlockingIOError:
            return
        except OSError as problem:
            self.ends.disconnect([(peer, loss_reason(problem))], now)
            return
        if peer.closing:
            if not data:
                self.connections.close(peer)
            return
        if not data:
            self.ends.disconnect([(peer, "closed the connection")], now)
            return
        peer.limits.received_at = now
        state = peer.link.state
        messages = peer.link.receive_data(data)
        peer.limits.read_age = age
        self._handle_messages(peer, messages, now)
        if peer.link.protocol_error:
            self.ends.remove_for(peer, f"broke the protocol: {peer.link.protocol_error}", now, state)
        elif not peer.link.partial_bytes:
            peer.limits.frame_since = None
        elif messages or peer.limits.frame_since is None:
            peer.limits.frame_since = now

    def _handle_messages(self, peer: Peer, messages: list[Message], now: float) -> None:
        for message in messages:
            if type(message) is Input:
                self._handle_input(peer, message, now)
            else:
                self._handle_message(peer, message, now)

    def _handle_input(self, peer: Peer, message: Input, now: float) -> None:
        peer.limits.inputs.used += 1
        if not peer.limits.inputs.is_exceeded:  # else the monitor closes it
            peer.outbox.pace.note_seen(message.states, now)
            self.room.receive(peer.number, message, now)

    def _handle_message(self, peer: Peer, message: Message, now: float) -> None:
        peer.limits.others.used += 1
        if peer.limits.others.is_exceeded and type(message) is not Bye:
            return
        match message:
            case Hello() | Auth():
                self._shake_hands(peer, message, now)
            case Say(text) if text.startswith("/"):
                self.slash_commands.append((peer.number, text[1:]))
            case Ping(id):
                peer.limits.has_pinged = True
                self.room.confirm_welcome(peer.number)
                held = min(round(peer.limits.read_age * 1e6), HELD_MOST)
                pong = Pong(id, held, self.room.matches.settings.room_id)
                self.broadcaster.enqueue([Outgoing(peer.number, pong)])
            case Pong():
                if (ms := self._monitor.round_trip(message, now)) is not None:
                    peer.outbox.pace.note_ping(ms / 1000)
                    self.room.confirm_welcome(peer.number, ms)
            case StandbyAnswer() | CopyAck():
                self.handshake.standbys.messages.append((peer.number, message))
            case Skipped():
                return
            case Bye(reason):
                self.ends.leave(peer, f"left: {reason}" if reason else "left", now)
            case _:
                self.broadcaster.enqueue(self.room.receive(peer.number, message, now))

    def _shake_hands(self, peer: Peer, message: Hello | Auth, now: float) -> None:
        if peer.link.state is not LinkState.HANDSHAKE:
            return  # a message after the Hello has ended it already
        self.ends.disconnect(self.broadcaster.answer(peer, self.handshake.handle(peer, message, now), now), now)
