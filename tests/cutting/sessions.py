"""Sessions with right servers: how each is started, what its clients say, and which of its answers are compared."""

import asyncio
import re
import shutil
import socket
import time
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from petard.server.net.listeners import Listeners
from petard.server.net.server import Server
from petard.server.policy.log import Log
from petard.server.room.room import Room
from petard.server.room.settings import RoomSettings
from petard.shared.framing import HEADER, frame
from petard.shared.protocol.codec import decode, encode
from petard.shared.protocol.messages import BUILD, PROTOCOL, Bye, Hello, Message, Ping, Pings, Ready, Say, Setup
from petard.shared.ticker import Ticker
from tcpcut import Report, Target, check
from tests.cutting import right_servers
from tests.cutting.cases import FRAMES
from tests.server.loopback import maps

try:
    from aiosmtpd.smtp import SMTP
except ImportError:  # of the extra "test", which may be missing
    SMTP = None

REDIS = shutil.which("redis-server")
USUAL_WAYS = "whole glued bytes random silent half reset slow"  # all by default, but `every`: a run for each byte
SETUP = Setup("classic", "last-one-standing", 1, 0, 2)


def petard(listener: socket.socket) -> None:
    """Petard's own server, with a room that has always the same seed and tokens."""
    tokens = count(1)
    listeners = Listeners([listener])
    room = Room(RoomSettings(SETUP, "Test"), maps(), seed=1)
    listener.setblocking(False)
    server = Server(room, listeners, Log(print), lambda: f"{next(tokens):032x}", time.monotonic())
    ticker = Ticker(time.monotonic())
    while True:
        now = time.monotonic()
        server.update(ticker.due(now), now)
        time.sleep(0.0005)


def _said(*messages: Message) -> list[bytes]:
    return [frame(encode(message)) for message in messages]


def without_pings(answer: bytes) -> object:
    """A message of the server; the measurements of the network differ in each run."""
    message = decode(answer[HEADER:])
    return None if isinstance(message, (Ping, Pings)) else message


def _hello(name: str) -> Hello:
    return Hello(PROTOCOL, BUILD, name, 1, "")


PETARD = [
    _said(_hello("Ada"), Say("hello, all"), Setup("rooms", "last-one-standing", 3, 0, 2), Ping(7), Ready(True)),
    _said(_hello("Bo"), Say("Grüße"), Ping(1), Ping(2), Bye("enough")),
]


def _redis(*words: bytes) -> bytes:
    return b"*%d\r\n" % len(words) + b"".join(b"$%d\r\n%s\r\n" % (len(word), word) for word in words)


REDIS_SESSION = [
    _redis(b"SET", b"k", b"v\r\nwith"),
    _redis(b"GET", b"k"),
    _redis(b"INCR", b"n"),
    _redis(b"LPUSH", b"l", b"a", "ß".encode()),
    _redis(b"LRANGE", b"l", b"0", b"-1"),
    _redis(b"TIME"),
    b"PING\r\n",
]


def without_time(answer: bytes) -> bytes | None:
    """An answer of redis; that of TIME differs in each run."""
    return None if answer.startswith(b"*2\r\n$10\r\n") else answer


class _Box:
    async def handle_DATA(self, server: object, session: object, envelope: Any) -> str:  # noqa: N802
        """Say what came."""
        return f"250 took {len(envelope.content)} bytes for {len(envelope.rcpt_tos)}"


async def mail(listener: socket.socket) -> None:
    """aiosmtpd, an SMTP server on asyncio."""
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(_Box(), hostname="host"), sock=listener)
    await server.serve_forever()


MAIL = [
    b"EHLO me\r\n",
    b"MAIL FROM:<a@x>\r\n",
    b"RCPT TO:<b@x>\r\n",
    b"RCPT TO:<c@x>\r\n",
    b"DATA\r\n",
    "Subject: hé\r\n".encode(),
    b"\r\n",
    b"..dot\r\n",
    b"line\r\n",
    b".\r\n",
    b"QUIT\r\n",
]
PAGES = [
    b"GET /a HTTP/1.1\r\nHost: a\r\n\r\n",
    b"POST /b HTTP/1.1\r\nHost: a\r\nContent-Length: 12\r\n\r\nfour\r\n\r\nmore",
    b"GET /c?d=1 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
]


def http_messages(stream: bytes) -> tuple[list[bytes], bytes]:
    """A framing of our own: requests or answers with Content-Length."""
    frames = []
    while (head := stream.find(b"\r\n\r\n")) >= 0:
        length = re.search(rb"(?i)content-length: *(\d+)", stream[:head])
        end = head + 4 + (int(length[1]) if length else 0)
        if len(stream) < end:
            break
        frames.append(stream[:end])
        stream = stream[end:]
    return frames, stream


def without_date(answer: bytes) -> bytes:
    """An answer of an HTTP server, without its clock."""
    return re.sub(rb"Date: [^\r]*\r\n", b"", answer)


@dataclass(frozen=True)
class RightServer:
    """A server that reads its stream well, a session with it, and the options of `tcpcut.check`."""

    name: str
    target: Target
    session: Any
    options: dict[str, Any] = field(default_factory=dict)
    missing: str = ""  # why it cannot be started here

    def check(self, ways: str, **more: Any) -> Report:
        """Check it in these ways."""
        return check(self.session, self.target, **{**self.options, "ways": ways, **more})


_REDIS_COMMAND = [REDIS or "redis-server", "--port", "{port}", "--bind", "{host}", "--save", "", "--appendonly", "no"]
RIGHT = {
    server.name: server
    for server in (
        RightServer("echo", right_servers.echo, FRAMES, {"framing": "u32"}),
        RightServer("petard", petard, PETARD, {"framing": "u32", "keep": without_pings, "pipelining": False}),
        RightServer(
            "redis",
            _REDIS_COMMAND,
            REDIS_SESSION,
            {"framing": "resp", "keep": without_time},
            "" if REDIS else "redis-server is not installed",
        ),
        RightServer(
            "aiosmtpd",
            mail,
            MAIL,
            {"framing": "crlf", "pipelining": False},
            "" if SMTP else "aiosmtpd is not installed",
        ),
        RightServer("http.server", right_servers.pages, PAGES, {"framing": http_messages, "keep": without_date}),
    )
}
