"""One update of the server: read what has arrived, run the ticks that are due, send what is queued.

Rule 1: nothing here waits.
Rule 2: messages about the game go to the room; Ping, Pong and Bye are handled here, Hello and Auth in handshake.py.
Rule 3: every end of a connection has a reason, in the log and, where a message can still be sent, at the other end.
Rule 4: no clock; `now` (seconds, monotonic) comes in.
Rule 5: a chat line that begins with a slash is an admin command: it is kept in `slash_commands`, and neither sent to
others nor recorded.
Rule 6: no Bye is sent on a connection that is lost: a client that wakes up would not rejoin after a Bye.

How a connection ends, and the same verb in the code of connections, members and seats:

| verb | when | the last message | the member |
|---|---|---|---|
| disconnect | the connection breaks or falls silent | none | keeps its seat for 90 s, and may rejoin |
| leave | the client sends Bye | its Bye | is forgotten |
| remove | the peer breaks a rule, or is kicked | Bye or Refused, with the reason | is forgotten |
| forget | the time to rejoin is over, or an admin removes a disconnected member | none | its seat is free |
| close | after any of these: the socket is closed, at once or when the last message is sent | | |
"""

import socket
from collections import deque
from collections.abc import Callable

from petard.server.net.broadcaster import Broadcaster, Lost
from petard.server.net.connections import Connections
from petard.server.net.handshake import Handshake
from petard.server.net.listeners import Listeners
from petard.server.net.peer import Peer, loss_reason
from petard.server.net.peer_monitor import PeerMonitor
from petard.server.policy.log import Log
from petard.server.room.outgoing import Outgoing
from petard.server.room.room import Room
from petard.shared.framing import frame
from petard.shared.protocol.codec import encode
from petard.shared.protocol.messages import (
    Auth,
    Bye,
    Command,
    Hello,
    Message,
    Ping,
    Pong,
    RefusalCode,
    Refused,
    Say,
)
from petard.shared.protocol.names import clean_line
from petard.shared.protocol.transitions import LinkState

READ_MOST = 1024  # bytes from one peer in one update, some 50 small messages: a flood waits in the kernel, not here
SLASH_COMMANDS_KEPT = 256
REASON_MOST = 120  # characters; with a name and a few words it must fit into a line of chat


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
        self.broadcaster = Broadcaster(self.connections)
        self.slash_commands: deque[tuple[int, str]] = deque(maxlen=SLASH_COMMANDS_KEPT)  # peer, text after the slash
        self._log = log
        self._monitor = PeerMonitor(self.connections, now)
        self._ended: list[tuple[int, str]] = []  # members for the room to remove; "": disconnected

    @property
    def is_quiet(self) -> bool:
        """True when nothing can happen until a client connects."""
        return self.connections.is_empty and self.room.is_idle

    def announce(self, text: str) -> None:
        """Show everybody a line of chat that comes from the server."""
        self.broadcaster.enqueue(self.room.chat.announce(text))

    def kick(self, number: int, sentence: str, reason: str, now: float) -> None:
        """Remove a member for good, at once. It gets the sentence; the others, after its name, the reason."""
        if peer := self.connections.members.get(number):
            self._note_end(peer, reason, now, _short(reason))
            self._close_after(peer, Bye(sentence), now)
            self._send_queue(now)  # so that the room no longer lists it

    def update(self, ticks: int, now: float) -> None:
        """Read, run so many ticks, send."""
        self._monitor.update(now)
        sources = self.connections.poll(0)
        for source in sources:
            if isinstance(source, Peer):
                self._receive(source, now)
        for source in sources:  # last, so that peers that have left make room
            if isinstance(source, socket.socket):
                self._accept(source, now)
        for _ in range(ticks):
            self.broadcaster.enqueue(self.room.tick(now))
        if self._monitor.is_due(now):
            self._check_peers(now)
        self._send_queue(now)
        self._flush(now)
        self._send_queue(now)

    def close(self, reason: str, now: float) -> None:
        """Say Bye to all and accept nobody any more; update until there are no connections left."""
        self.handshake.close()
        self.broadcaster.enqueue(self.room.close(reason))
        self._send_queue(now)
        for peer in list(self.connections.pending.values()):
            self._close_after(peer, Refused(RefusalCode.CLOSING, reason), now)

    # Reading

    def _accept(self, listener: socket.socket, now: float) -> None:
        for excess in self.handshake.accept(listener, now):
            self._remove(excess, "sent no Hello while others waited", now, LinkState.SILENT)

    def _receive(self, peer: Peer, now: float) -> None:
        try:
            data = peer.sock.recv(READ_MOST)
        except BlockingIOError:
            return
        except OSError as problem:
            self._disconnect([(peer, loss_reason(problem))], now)
            return
        if peer.closing_since is not None:
            if not data:
                self.connections.close(peer)
            return
        if not data:
            self._disconnect([(peer, "closed the connection")], now)
            return
        peer.received_at = now
        state = peer.link.state
        messages = peer.link.receive_data(data)
        for message in messages:
            self._handle_message(peer, message, now)
        if peer.link.protocol_error:
            self._remove(peer, f"broke the protocol: {peer.link.protocol_error}", now, state)
        elif not peer.link.partial_bytes:
            peer.frame_since = None
        elif messages or peer.frame_since is None:
            peer.frame_since = now

    def _handle_message(self, peer: Peer, message: Message, now: float) -> None:
        if type(message) is Command:
            peer.commands.used += 1
            if not peer.commands.is_exceeded:  # else _check_peers closes it
                self.room.receive(peer.number, message, now)
            return
        peer.others.used += 1
        if peer.others.is_exceeded and type(message) is not Bye:
            return
        match message:
            case Hello() | Auth():
                self._shake_hands(peer, message, now)
            case Say(text) if text.startswith("/"):
                self.slash_commands.append((peer.number, text[1:]))
            case Ping(id):
                self.room.confirm_welcome(peer.number)
                self.broadcaster.enqueue([Outgoing(peer.number, Pong(id))])
            case Pong():
                if (ms := self._monitor.round_trip(message, now)) is not None:
                    self.room.note_ping(peer.number, ms)
            case Bye(reason):
                reason = f"left: {reason}" if reason else "left"
                self._note_end(peer, reason, now, _short(reason))
                self.connections.close(peer)
            case _:
                self.broadcaster.enqueue(self.room.receive(peer.number, message, now))

    def _shake_hands(self, peer: Peer, message: Hello | Auth, now: float) -> None:
        if peer.link.state is not LinkState.KNOCKING:
            return  # a message after the Hello has ended it already
        if isinstance(message, Hello):
            self.broadcaster.enqueue(self.handshake.handle_hello(peer, message, now))
        else:
            self.broadcaster.enqueue(self.handshake.handle_auth(peer, message, now))
        self._disconnect(self.broadcaster.deliver(now), now)  # at once: the next message of this peer may be a member's

    # The end of a connection

    def _check_peers(self, now: float) -> None:
        """Close peers that exceed a limit or miss a deadline; send the Ping that is due."""
        for peer, reason, is_told in self._monitor.faults(now):
            if is_told:
                self._remove(peer, reason, now, peer.link.state)
            else:
                self._disconnect([(peer, reason)], now)
        self.broadcaster.enqueue(Outgoing(None, ping) for ping in self._monitor.pings(now))
        self._log.flush_due(now)

    def _remove(self, peer: Peer, reason: str, now: float, state: LinkState) -> None:
        """Close a connection from our side, with a message that is legal in `state`, which both ends agreed on."""
        self._note_end(peer, reason, now, _short(reason))
        sentence = f"You {_short(reason)}."
        self._close_after(peer, Bye(sentence) if state is LinkState.OPEN else Refused(RefusalCode.BAD, sentence), now)

    def _close_after(self, peer: Peer, message: Bye | Refused, now: float) -> None:
        # Not through the link: it may be closed by what the peer did, but the other end waits for the reason.
        peer.outbox.put(frame(encode(message)), now)
        self.connections.start_closing(peer, now)

    def _disconnect(self, lost: Lost, now: float) -> None:
        """Close connections that broke or are dead: their members are disconnected and may rejoin."""
        for peer, reason in lost:
            self._note_end(peer, reason, now, "")
            self.connections.close(peer)

    def _note_end(self, peer: Peer, reason: str, now: float, farewell: str) -> None:
        """Log an end. `farewell`: what the others read after the name; "" if the member may rejoin."""
        if peer.number in self.connections.members:
            self._ended.append((peer.number, farewell))
            self._log.write(f"{peer} {reason}", now, fields=peer.log_fields)
        elif peer.number in self.connections.pending:
            asked = "was asked for the password and " if peer.exchange else ""
            self._log.write(f"{peer} {asked}{reason}", now, kind=reason, fields=peer.log_fields)

    # Sending

    def _send_queue(self, now: float) -> None:
        """Send the queue and pass the ends of members to the room; each may cause more of the other."""
        while self.broadcaster.queue or self._ended:
            self._disconnect(self.broadcaster.deliver(now), now)
            ended, self._ended = self._ended, []
            for number, farewell in ended:
                membership = self.room.membership
                self.broadcaster.enqueue(
                    membership.leave(number, farewell) if farewell else membership.disconnect(number)
                )

    def _flush(self, now: float) -> None:
        self._disconnect(self.broadcaster.flush(now), now)
        for peer in list(self.connections.closing.values()):
            self.connections.continue_closing(peer, now)
        if peers := self.broadcaster.awaiting_keyframe():
            self.broadcaster.send_keyframe(peers, self.room.keyframe(), now)


def _short(reason: str) -> str:
    """A reason that fits into a sentence for others, wherever it came from."""
    return clean_line(reason)[:REASON_MOST].strip()
