"""Games that watch through a relay, over TCP: the relay answers as the room would, and all of them watch.

Rule 1: the messages are those of the room (petard.shared.protocol.link), and so are the limits for a client.
Rule 2: nobody plays here: the answer to a client that wants to is where it can.
Rule 3: a room with a password is behind the same one here.
Rule 4: what a game sends is handled in pieces, so that a flood is cut before it takes time from the others.
"""

import asyncio
import secrets
import time
from collections.abc import Callable
from contextlib import suppress

from petard.server.net.connection_ends import HELD_UP, REASON_MOST
from petard.server.net.listeners import tune
from petard.server.net.server import READ_MOST
from petard.server.policy.limits import PeerLimits
from petard.server.policy.outbox import STUCK
from petard.server.policy.scram import ScramExchange, ScramServer
from petard.server.policy.state_pace import StatePace
from petard.server.room.chat import private_message
from petard.server.room.membership import other_protocol
from petard.server.web.browsers import HEAD_WITHIN, BrowserConnection, Browsers, Use
from petard.server.web.upstream import PublicRelay
from petard.shared.framing import frame
from petard.shared.protocol import messages as m
from petard.shared.protocol.codec import encode
from petard.shared.protocol.link import Link, LinkState, Role
from petard.shared.protocol.names import clean_chat

LATE = f"You did not join within {HEAD_WITHIN:.0f} seconds."
FULL = m.Refused(m.RefusalCode.FULL, "Too many watch here, or from your address. Try again later.")


class GameWatchers:
    """All games that watch. `lock`: asks for the password; `room_id`: random for each start, as that of a room.

    `refusal`: returns why nobody may watch now, or None.
    """

    def __init__(self, relay: PublicRelay, browsers: Browsers, lock: ScramServer, now: float) -> None:
        self.refusal: Callable[[], m.Refused | None] = lambda: None
        self.relay, self.browsers, self.lock = relay, browsers, lock
        self.room_id = secrets.randbits(64)
        where = "the room itself" if relay.places.current.is_loopback else relay.places.current
        self.notice = private_message(clean_chat(f"This is a relay: to play, join {where}."))
        self.admitted: set[GameWatcher] = set()
        self._checked_at = now

    def check(self, now: float) -> None:
        """Close those that are silent; call it about once a second."""
        passed, self._checked_at = now - self._checked_at, now
        for one in [*self.admitted]:
            one.check(passed, now)


class GameWatcher(BrowserConnection):
    """One connection of a game, or of another relay."""

    late = frame(encode(m.Refused(m.RefusalCode.BAD, LATE)))

    def __init__(self, games: GameWatchers) -> None:
        super().__init__(games.browsers)
        now = time.monotonic()
        self._games, self._link, self._limits = games, Link(Role.SERVER), PeerLimits(now, now)
        self._exchange: ScramExchange | None = None
        self._pace = StatePace()

    def new_inner(self) -> asyncio.Protocol:
        return asyncio.Protocol()  # does nothing: all is here

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        with suppress(OSError):  # the other end has reset it
            tune(transport.get_extra_info("socket"))

    def data_received(self, data: bytes) -> None:
        now = time.monotonic()
        self._limits.received_at = now
        for start in range(0, len(data), READ_MOST):
            for message in self._link.receive_data(data[start : start + READ_MOST]):
                self._handle(message, now)
            error, excess = self._link.protocol_error, self._limits.excess()
            if (error or excess) and not self.transport.is_closing():
                self._end(f"broke the protocol: {error}" if error else excess)
            if self.transport.is_closing():
                return
        begun = self._limits.frame_since or now
        self._limits.frame_since = begun if self._link.partial_bytes else None

    def _handle(self, message: m.Message, now: float) -> None:
        games = self._games
        if isinstance(message, m.Input):
            self._limits.inputs.used += 1
            self._pace.note_seen(message.states, now)
            return
        self._limits.others.used += 1
        match message:
            case m.Hello() | m.Auth() if self._link.state is not LinkState.HANDSHAKE:
                return  # what follows it has ended the connection already
            case m.Hello():
                self._greet(message, now)
            case m.Auth(text) if self._exchange:
                self._prove(self._exchange, text, now)
            case m.Ping(number):
                self._send(m.Pong(number, room=games.room_id))
            case m.Pong(number) if sent_at := games.relay.pings.get(number):
                self._pace.note_ping(now - sent_at)
            case m.Say():
                self._send(games.notice)
            case m.Bye():
                self.close_within(STUCK)

    def _greet(self, hello: m.Hello, now: float) -> None:
        if hello.protocol != m.PROTOCOL:
            self._send(other_protocol(hello, m.BUILD))
        elif refused := self._games.refusal():
            self._send(refused)
        elif self._games.lock.keys:
            self._exchange, question = self._games.lock.start(hello, self.group or self.client[0], now)
            self._send(question)
        else:
            self._admit(hello)

    def _prove(self, exchange: ScramExchange, text: str, now: float) -> None:
        self._send(self._games.lock.step(exchange, text, now))
        if exchange.is_passed:
            self._exchange = None
            self._admit(exchange.hello)

    def _admit(self, hello: m.Hello) -> None:
        games = self._games
        if not games.browsers.take(self, Use.WATCHER):
            self._send(FULL)
            return
        welcome = games.relay.welcome_for(hello.token)
        self._pace = StatePace(welcome.snapshots)
        self._send(welcome)
        games.relay.admit_game(self.transport, self._pace)
        games.admitted.add(self)
        if hello.players:
            self._send(games.notice)

    def _send(self, message: m.Message) -> None:
        """Send a message that is for this game alone; a refusal is the last one."""
        if self._link.may_send(type(message)):
            self._games.relay.watchers.write(self.transport, self._link.send(message))
        if isinstance(message, m.Refused):
            self.close_within(STUCK)

    def _end(self, fault: str) -> None:
        sentence = f"You {clean_chat(fault, REASON_MOST)}."
        # Not through the link: it may be closed by what the game did, but the other end waits for the reason.
        last = m.Bye(sentence) if self in self._games.admitted else m.Refused(m.RefusalCode.BAD, sentence)
        self.transport.write(frame(encode(last)))
        self.close_within(STUCK)

    def check(self, passed: float, now: float) -> None:
        """Close it if it is silent. `passed`: seconds since the last call; many if this process stood still."""
        if passed > 2 * HELD_UP:
            self._limits.forgive(passed)
        if self._limits.missed_deadline(now, is_open=True, is_asked=False):
            self.transport.abort()
        self._limits.inputs.leak(passed)
        self._limits.others.leak(passed)

    def connection_lost(self, error: Exception | None) -> None:
        self._games.admitted.discard(self)
        self._games.relay.watchers.remove(self.transport)
        super().connection_lost(error)
