"""One turn of the server: take what has arrived, run the ticks that are due, send what is to be said.

Rule 1: nothing here waits, but `sleep`, and that only when nobody is connected.
Rule 2: a message is for the room if it is about the game; Ping, Pong and Bye are dealt with here, Hello in porch.py.
Rule 3: every end of a connection has a reason, in the log and, where something can still be said, at the other end.
Rule 4: no clock; `now` (seconds, monotonic) comes in. Time in which no turn came is nobody's silence but ours.
Rule 5: a line of chat that begins with a slash is a command: it is kept in `slashes` for who deals with those, and is
neither told nor recorded.
Rule 6: who says goodbye or breaks the rules is gone; a line that only falls silent or breaks is *lost*. It ends without
a last word, since that would be read as a goodbye by somebody who wakes up and only has to come back.
"""

import socket
from collections import deque
from collections.abc import Callable

from petard.server.net.broadcaster import Broadcaster, Lost
from petard.server.net.connections import Connections
from petard.server.net.handshake import AccessControl, Handshake
from petard.server.net.listeners import Listeners
from petard.server.net.peer import Peer, loss
from petard.server.policy.keepalive import Keepalive
from petard.server.policy.log import Log
from petard.server.policy.scram import ScramServer
from petard.server.room.outgoing import Outgoing
from petard.server.room.room import Room
from petard.shared.framing import frame
from petard.shared.protocol.codec import encode
from petard.shared.protocol.link import LinkState
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

READ_MOST = 1024  # bytes from one peer in one turn, some 50 small messages: a flood waits in the kernel, not here
WATCH_EVERY = 0.25  # seconds
HELD_UP = 1.0  # seconds between two turns; after more than that we were stopped, or the whole machine was
SLASHES_KEPT = 256
REASON_MOST = 120  # characters; with a name and a few words it must fit into a line of chat


class Server:
    """The room's connections. `new_token` gives a fresh secret for each who knocks."""

    def __init__(
        self,
        room: Room,
        door: Listeners,
        log: Log,
        new_token: Callable[[], str],
        now: float,
        crowd: Connections | None = None,
    ) -> None:
        self.room = room
        self.crowd = crowd or Connections()
        self.slashes: deque[tuple[int, str]] = deque(maxlen=SLASHES_KEPT)  # who said it, and what stood after the slash
        self._log, self._porch = log, Handshake(room, door, self.crowd, log, new_token)
        self._post = Broadcaster(self.crowd)
        self._mail: list[Outgoing] = []  # what is to be said in this turn
        self._left: list[tuple[int, str]] = []  # whom the room was not told of yet; "": only the line is gone
        self._turned = self._watched = now
        self._heartbeats = Keepalive(now)

    @property
    def addresses(self) -> list[tuple[int, str, int]]:
        """Family, address and port (TCP) of all that is listened on."""
        return self._porch.door.addresses

    @property
    def gate(self) -> AccessControl | None:
        """Who decides who may knock; may be set."""
        return self._porch.gate

    @gate.setter
    def gate(self, gate: AccessControl | None) -> None:
        self._porch.gate = gate

    @property
    def lock(self) -> ScramServer:
        """What asks newcomers for the password; may be set."""
        return self._porch.lock

    @lock.setter
    def lock(self, lock: ScramServer) -> None:
        self._porch.lock = lock

    @property
    def is_quiet(self) -> bool:
        """True when nothing can happen until somebody connects."""
        return self.crowd.is_empty and self.room.is_idle

    def sleep(self, seconds: float | None = None) -> None:
        """Wait for somebody to connect, or for another socket that the crowd heeds; None: as long as it takes."""
        self.crowd.ready(seconds)

    def say(self, mail: list[Outgoing]) -> None:
        """Let something be said in the next turn."""
        self._mail += mail

    def remove(self, number: int, sentence: str, reason: str, now: float) -> None:
        """Put somebody out for good, at once. They get the sentence; the others, after their name, the reason."""
        peer = self.crowd.members.get(number)
        if peer:
            self._note(peer, reason, now, _short(reason))
            self._part(peer, Bye(sentence), now)
            self._settle(now)  # or whoever asks next who is here is told that they are away

    def turn(self, ticks: int, now: float) -> None:
        """Take, run so many ticks, send."""
        if now - self._turned > HELD_UP:
            self._forgive(now - self._turned)
        self._turned = now
        ready = self.crowd.ready(0)
        for what in ready:
            if isinstance(what, Peer):
                self._hear(what, now)
        for what in ready:  # last, so that who has left makes room
            if isinstance(what, socket.socket):
                self._open(what, now)
        for _ in range(ticks):
            self._mail += self.room.tick(now)
        if now - self._watched >= WATCH_EVERY:
            self._watch(now)
        self._settle(now)
        self._flush(now)
        self._settle(now)

    def close(self, reason: str, now: float) -> None:
        """Say goodbye to everybody and let nobody in any more; turns go on until the crowd is empty."""
        self._porch.close()
        self._mail += self.room.close(reason)
        self._settle(now)
        for stranger in list(self.crowd.strangers.values()):
            self._part(stranger, Refused(RefusalCode.CLOSING, reason), now)

    # Who comes

    def _open(self, listener: socket.socket, now: float) -> None:
        for excess in self._porch.admit(listener, now):
            self._cut(excess, "stood in the way of others without a Hello", now, LinkState.SILENT)

    def _knock(self, peer: Peer, message: Hello | Auth, now: float) -> None:
        if peer.link.state is not LinkState.KNOCKING:
            return  # whatever followed the Hello has ended it already
        if isinstance(message, Hello):
            self._mail += self._porch.greet(peer, message, now)
        else:
            self._mail += self._porch.prove(peer, message.text, now)
        self._deliver(now)  # at once: the next words of this peer may be those of a member

    def _forgive(self, seconds: float) -> None:
        """We were stopped for so long: what was sent meanwhile is still unread, so nobody was silent or too loud."""
        for peer in self.crowd.everybody():
            peer.forgive(seconds)

    # What they say

    def _hear(self, peer: Peer, now: float) -> None:
        try:
            received = peer.sock.recv(READ_MOST)
        except BlockingIOError:
            return
        except OSError as problem:
            self._lose([(peer, loss(problem))], now)
            return
        if peer.parting_since is not None:
            if not received:
                self.crowd.close(peer)
            return
        if not received:
            self._lose([(peer, "closed the connection")], now)
            return
        peer.heard = now
        state = peer.link.state
        messages = peer.link.receive_data(received)
        for message in messages:
            self._take(peer, message, now)
        if peer.link.partial_bytes or peer.link.protocol_error or peer.frame_since is not None:
            self._look_after(peer, state, bool(messages), now)

    def _look_after(self, peer: Peer, state: LinkState, is_further: bool, now: float) -> None:
        """Deal with a peer that broke the rules, or stopped in the middle of a frame."""
        if peer.link.protocol_error:
            self._cut(peer, f"broke the protocol: {peer.link.protocol_error}", now, state)
        elif not peer.link.partial_bytes:
            peer.frame_since = None
        elif is_further or peer.frame_since is None:
            peer.frame_since = now

    def _take(self, peer: Peer, message: Message, now: float) -> None:
        if type(message) is Command:
            peer.commands.spent += 1
            if not peer.commands.is_overdrawn:  # else _watch will say so
                self.room.receive(peer.number, message, now)
            return
        peer.others.spent += 1
        if peer.others.is_overdrawn and type(message) is not Bye:
            return  # _watch will say so
        match message:
            case Hello() | Auth():
                self._knock(peer, message, now)
            case Say(text) if text.startswith("/"):
                self.slashes.append((peer.number, text[1:]))
            case Ping() | Pong():
                self._beat(peer, message, now)
            case Bye(reason):
                self._leave(peer, f"left: {reason}" if reason else "left", now)
            case _:
                self._mail += self.room.receive(peer.number, message, now)

    def _beat(self, peer: Peer, message: Ping | Pong, now: float) -> None:
        if isinstance(message, Ping):
            self.room.hear(peer.number)
            self._mail.append(Outgoing(peer.number, Pong(message.id)))
        elif (ms := self._heartbeats.measure(message, now)) is not None:
            self.room.measured(peer.number, ms)

    # Who goes

    def _cut(self, peer: Peer, reason: str, now: float, state: LinkState) -> None:
        """End a connection from our side, with words that are legal in `state`, the last one both ends agreed on."""
        self._note(peer, reason, now, _short(reason))
        sentence = f"You {_short(reason)}."
        self._part(peer, Bye(sentence) if state is LinkState.OPEN else Refused(RefusalCode.BAD, sentence), now)

    def _part(self, peer: Peer, last_word: Message, now: float) -> None:
        # Not by the link: it may be closed by what the peer did, but the other end waits to be told.
        peer.outbox.put(frame(encode(last_word)), now)
        self.crowd.part(peer, now)

    def _leave(self, peer: Peer, reason: str, now: float) -> None:
        self._note(peer, reason, now, _short(reason))
        self.crowd.close(peer)

    def _lose(self, lost: Lost, now: float) -> None:
        """Note that lines have ended without a word, or must be dead."""
        for peer, reason in lost:
            self._note(peer, reason, now, "")
            self.crowd.close(peer)

    def _note(self, peer: Peer, reason: str, now: float, farewell: str) -> None:
        """Write an end down; `farewell`: how the others are told that somebody is gone for good."""
        if peer.number in self.crowd.members:
            self._left.append((peer.number, farewell))
            self._log.write(f"{peer} {reason}", now, fields=peer.named)
        elif peer.number in self.crowd.strangers:
            asked = "was asked for the password and " if peer.trial else ""
            self._log.write(f"{peer} {asked}{reason}", now, kind=reason, fields=peer.named)

    # What they are told, and how long we wait

    def _settle(self, now: float) -> None:
        """Send the mail and tell the room who has gone, which makes more mail, which may lose more of them."""
        while self._mail or self._left:
            self._deliver(now)
            left, self._left = self._left, []
            for number, farewell in left:
                self._mail += self.room.leave(number, farewell) if farewell else self.room.lose(number)

    def _deliver(self, now: float) -> None:
        mail, self._mail = self._mail, []
        self._lose(self._post.deliver(mail, now), now)

    def _flush(self, now: float) -> None:
        self._lose(self._post.flush(now), now)
        for peer in list(self.crowd.parting.values()):
            self.crowd.see_off(peer, now)
        spared = self._post.spared()
        if spared:
            self._post.catch_up(spared, self.room.keyframe(), now)

    def _watch(self, now: float) -> None:
        """Ask for a sign of life, and see whose time is up."""
        passed = min(now - self._watched, HELD_UP)  # what is over that we were stopped, and it is forgiven
        for peer in [*self.crowd.strangers.values(), *self.crowd.members.values()]:
            fault, stall = peer.overdraft(), peer.stall(now)  # before the budgets leak: who was not heard is told why
            if fault or (stall and peer.link.state is not LinkState.OPEN):
                self._cut(peer, fault or stall, now, peer.link.state)
            elif stall:
                self._lose([(peer, stall)], now)
            peer.commands.leak(passed)
            peer.others.leak(passed)
        self._watched = now
        self._mail += [Outgoing(None, ping) for ping in self._heartbeats.due(now)]
        self._log.flush_due(now)


def _short(reason: str) -> str:
    """A reason that fits into a sentence for others, wherever it came from."""
    return clean_line(reason)[:REASON_MOST].strip()
