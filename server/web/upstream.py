"""A relay for other machines: it joins a room, or another relay, by the port that games use.

Rule 1: it is a member of the room that takes no seat and is never host; it proves the password and counts for the
        limits, as everybody does.
Rule 2: what the room sends goes on unchanged, but for Welcome and the numbers of chat lines: those are the relay's own,
        so that its watchers stay while the line to the room is made again, after pauses that grow.
Rule 3: no token of the room, and no line for the relay alone, goes on.
"""

import asyncio
import math
import os
import secrets
import socket
import time
from collections.abc import Iterable, Iterator
from dataclasses import replace

from petard.server.config.values import Endpoint
from petard.server.policy.address_groups import plain
from petard.server.policy.log import Log
from petard.server.policy.state_pace import StatePace
from petard.server.web.relay import Relay, RelayLine
from petard.server.web.started_process import PAUSES, STEADY
from petard.shared.framing import frame
from petard.shared.host_port import split_host_port
from petard.shared.protocol import messages as m
from petard.shared.protocol.capability_words import RELAY_WORD
from petard.shared.protocol.codec import decode, encode
from petard.shared.protocol.link import LinkState
from petard.shared.protocol.names import clean_chat
from petard.shared.protocol.scram_client import Login

NAME = "Relay"  # in the room, and of the lines that it writes itself
WATCHER = 2**32 - 1  # the member that each game here is, in its Welcome; no room counts so far
WORDS_MOST = 8
JOIN_WITHIN = 5.0  # seconds
SILENCE_MOST = 10.0  # seconds; a room sends something at least every two
PAUSE_MOST = 15.0  # seconds between two tries
PINGS_KEPT = 8
READ = (m.Auth, m.Refused, m.Bye, m.Welcome, m.Chat, m.Ping, m.Roster)  # the rest is for the watchers alone
SENTENCE_MOST = 120  # characters of what a room says, in a line of chat


class CannotRelay(Exception):
    """The room lets no relay in, or cannot be reached at the start; one sentence."""


class PublicLine(RelayLine):
    """The line to the room's public port. `problem`: why it ends, one sentence; `is_final`: no other try."""

    def __init__(self, relay: "PublicRelay", hello: m.Hello | None, password: str) -> None:
        """`hello`: None where the room asks for none."""
        super().__init__(relay.watchers, relay.broadcast)
        self.problem, self.is_final = "", False
        self._relay, self._hello, self._login = relay, hello, Login(password)
        self._heard_at = time.monotonic()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        if self._hello:
            self.write(self._hello)

    def data_received(self, data: bytes) -> None:
        self._heard_at = time.monotonic()
        super().data_received(data)

    def take(self, payload: bytes, kind: type[m.Message]) -> bytes | None:
        match decode(payload) if kind in READ else None:
            case m.Auth(text):
                self._prove(text)
            case m.Refused(code, sentence):
                self.end(sentence, code in m.FINAL_REFUSALS)
            case m.Bye(reason):
                self.end(reason or "The room was closed.")
            case m.Welcome() if self._login.is_unfinished:
                self.end("What answers asks for a password that it does not know itself.", True)
            case m.Welcome() as welcome:
                super().take(encode(self._relay.welcomed(welcome)), kind)
            case m.Chat() as line:
                return self._relay.chat.numbered(line)
            case other:
                whole = super().take(payload, kind)
                self._relay.note(other)
                return whole
        return None

    def _prove(self, text: str) -> None:
        answer = self._login.answer(text)
        if self._login.problem:
            self.end(self._login.problem, True)
        elif answer:
            self.write(m.Auth(answer))

    def end(self, problem: str, is_final: bool = False) -> None:
        if not self.problem:
            self.problem, self.is_final = problem, is_final
        self.transport.abort()

    def confirm(self) -> None:
        silence = time.monotonic() - self._heard_at
        if silence > (SILENCE_MOST if self.phase is LinkState.OPEN else JOIN_WITHIN):
            self.end(f"Nothing was heard for {silence:.0f} seconds.")
        elif self.phase is LinkState.OPEN:
            super().confirm()

    def close(self) -> None:
        if not self.transport.is_closing():
            self.write(m.Bye(""))
        self.transport.close()


class ChatLines:
    """The lines of chat that go on: each gets the next number here, and none goes on twice."""

    def __init__(self) -> None:
        self.heard = 0  # the number of the room's last line
        self._last = 0

    def numbered(self, line: m.Chat) -> bytes | None:
        """Return a line of the room; None for one that has gone on before, or is for the relay alone."""
        if line.number <= self.heard:
            return None
        self.heard = line.number
        return self.own(line)

    def own(self, line: m.Chat) -> bytes:
        self._last += 1
        return encode(replace(line, number=self._last))


class RoomPlaces:
    """Where the room is, or may go on should its server be lost. `current`: the place to join now."""

    def __init__(self, room: Endpoint) -> None:
        self.current = self._room = room
        self._left: list[Endpoint] = []

    def enter(self) -> None:
        """The room is at `current`."""
        self._room, self._left = self.current, []

    def leave(self, was_open: bool, standbys: Iterable[str]) -> bool:
        """The line is lost, or could not be opened: choose the next place. Returns True for one without a pause before.

        After a loss the same room comes first; then, one after the other, its `standbys` (HOST:PORT, as in Lobby).
        """
        if was_open:
            self._left, self.current = list(_endpoints(standbys)), self._room
            return False
        is_next = bool(self._left)
        if is_next:
            self.current = self._left.pop(0)
        else:
            self._left, self.current = list(_endpoints(standbys)), self._room
        return is_next


def _endpoints(texts: Iterable[str]) -> Iterator[Endpoint]:
    for text in texts:
        host, port = split_host_port(text)
        if plain(host) is not None and port:
            yield Endpoint(host, int(port))


class PublicRelay(Relay):
    """A relay by itself. `places`: where it joins; `welcome`: the last one of the room.

    `ready`: set while the line is there, and all is known that a watcher needs first. `pings`: the room's last ones, by
    id: when they went on.
    """

    def __init__(self, room: Endpoint, password: str, log: Log) -> None:
        super().__init__()
        self.places, self.chat = RoomPlaces(room), ChatLines()
        self.welcome: m.Welcome | None = None
        self.ready = asyncio.Event()
        self.pings: dict[int, float] = {}
        self._token = secrets.token_hex(16)  # of every game here
        self._password, self._log = password, log

    async def run(self) -> None:
        """Keep the line; raises CannotRelay."""
        ends = 0
        while True:
            began = time.monotonic()
            line = await self._stay()
            self.ready.clear()
            if line.is_final or not self.welcome:
                raise CannotRelay(f"{self.places.current}: {line.problem}")
            if line.phase is LinkState.OPEN:
                self._say(f"{clean_chat(line.problem, SENTENCE_MOST)} Trying again.")
            ends = 1 if time.monotonic() - began >= STEADY else ends + 1
            lost, lobby = self.places.current, self.broadcast.last(m.Lobby)
            may_hurry = self.places.leave(line.phase is LinkState.OPEN, lobby.addresses if lobby else ())
            pause = 0.0 if may_hurry else min(PAUSES[min(ends, len(PAUSES)) - 1], PAUSE_MOST)
            next_try = f"in {pause:g} s, at {self.places.current}"
            self._log.write(f"{lost}: {line.problem} The next try is {next_try}.", time.monotonic())
            await asyncio.sleep(pause)

    async def _stay(self) -> PublicLine:
        """Join, and stay until the line has ended; returns it."""
        line = PublicLine(self, self.hello(), self._password)
        try:
            async with asyncio.timeout(JOIN_WITHIN):
                await self.connect(line)
        except TimeoutError:
            line.problem = f"Nothing answered within {JOIN_WITHIN:.0f} seconds."
        except UnicodeError:
            line.problem = "That is no name of a machine."
        except OSError as problem:
            line.problem = _reason(problem)
        else:
            await self.serve(line, math.inf)
            line.problem = line.problem or "The connection was lost."
        return line

    def hello(self) -> m.Hello | None:
        """What it joins with."""
        token = self.welcome.token if self.welcome else ""
        return m.Hello(m.PROTOCOL, m.BUILD, NAME, 0, token, (RELAY_WORD,))

    async def connect(self, line: PublicLine) -> None:
        """Open the line; raises OSError."""
        place = self.places.current
        await asyncio.get_running_loop().create_connection(lambda: line, place.host, place.port)

    def for_browsers(self, welcome: m.Welcome) -> m.Welcome:
        """Return the Welcome of a browser."""
        return _for_watchers(welcome)

    def welcomed(self, welcome: m.Welcome) -> m.Welcome:
        """Note the Welcome of the room; return that of browsers. Watchers of another one go, and come again."""
        last, self.welcome = self.welcome, welcome
        self.places.enter()
        self.chat.heard = self.chat.heard if welcome.returned else 0
        shown = self.for_browsers(welcome)
        if last and self.for_browsers(last) != shown:
            self.watchers.close()
        return shown

    def note(self, message: m.Message | None) -> None:
        """Note a Ping, and a Roster: after a Lobby it is the last of what a watcher needs first."""
        if isinstance(message, m.Ping):
            self.pings[message.id] = time.monotonic()
            self.pings.pop(message.id - PINGS_KEPT, None)
        elif isinstance(message, m.Roster) and self.broadcast.last(m.Lobby):
            self.ready.set()

    def welcome_for(self, token: str) -> m.Welcome:
        """Return the Welcome of a game. `token`: of its Hello."""
        assert self.welcome
        is_known = token == self._token
        return replace(_for_watchers(self.welcome), member=WATCHER, token=self._token, returned=is_known)

    def admit_game(self, transport: asyncio.Transport, pace: StatePace) -> None:
        """Serve a new game, after its Welcome."""
        payloads = [one for one in self.broadcast.payloads() if one[1] is not m.Welcome]
        self.watchers.add(transport, payloads, time.monotonic(), frame, pace)

    def _say(self, text: str) -> None:
        """Let all watchers read a line of our own."""
        self.watchers.send([(self.chat.own(m.Chat(-1, NAME, text)), m.Chat)], time.monotonic())

    def end(self, reason: str) -> None:
        """Tell all watchers that it is over, and close."""
        self.watchers.send([(encode(m.Bye(reason)), m.Bye)], time.monotonic())
        self.watchers.close()


def _reason(problem: OSError) -> str:
    """Why a connection cannot be made; asyncio words it for programmers."""
    if isinstance(problem, socket.gaierror):
        return "There is no machine of that name."
    return f"{os.strerror(problem.errno)}." if problem.errno else "Nothing answers there."  # at any of its addresses


def _for_watchers(welcome: m.Welcome) -> m.Welcome:
    words = [word for word in welcome.words if word != RELAY_WORD][: WORDS_MOST - 1]
    return replace(welcome, member=0, token="", returned=False, words=(*words, RELAY_WORD))
