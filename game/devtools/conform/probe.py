"""A connection to the program that is checked: sends any bytes, reads messages, and keeps a log of both.

Rule 1: bytes are sent as they are given, legal or not; what comes back is decoded as strictly as the game does.
Rule 2: each wait has a limit, and ends early when the connection does.
"""

import socket
import struct
import time
from collections import deque
from contextlib import suppress
from typing import TypeVar

from petard.shared.framing import HEADER, LIMIT_SERVER, Decoder, FrameError, frame
from petard.shared.protocol.codec import RemoteProtocolError, decode, encode
from petard.shared.protocol.messages import Bye, Delta, Events, Message, Ping, Pong, Refused, Welcome

M = TypeVar("M", bound=Message)

SHOWN_BYTES, SHOWN_TEXT = 24, 100  # of one line of the log
ANSWER = 3.0  # seconds in which a program on the same computer has answered
BUSY = (Delta, Events)  # so many that they would fill the log


class CaseFailed(Exception):
    """The program did not do what a case expects; the text is one sentence."""


def framed(*messages: Message) -> bytes:
    """Return the bytes of legal messages, each in its frame."""
    return b"".join(frame(encode(message)) for message in messages)


class WireLog:
    """The lines of the wire in one case, of all its connections: when, which one, direction, hex, meaning."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self._begin = time.monotonic()

    def add(self, who: str, arrow: str, data: bytes, meaning: str) -> None:
        """Add a line; long data is cut."""
        shown = data[:SHOWN_BYTES].hex(" ") + (f" … {len(data)} bytes" if len(data) > SHOWN_BYTES else "")
        short = meaning if len(meaning) <= SHOWN_TEXT else meaning[: SHOWN_TEXT - 1] + "…"
        self.lines.append(f"{time.monotonic() - self._begin:6.3f} s  {who} {arrow} {shown}  {short}".rstrip())


class Probe:
    """One TCP connection. `is_over`: the other end has closed it, or reset it. `welcome`: of a member."""

    welcome: Welcome

    def __init__(self, sock: socket.socket, who: str, log: WireLog) -> None:
        self.sock = sock
        self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.who, self.log, self.is_over, self.is_member = who, log, False, False
        self.payloads: deque[bytes] = deque()
        self._decoder = Decoder(LIMIT_SERVER)
        log.add(who, "··", b"", "connected")

    def send(self, data: bytes, meaning: str = "") -> None:
        """Send bytes. An error is not one of ours: whether the other end closed is seen by reading."""
        self.log.add(self.who, "->", data, meaning)
        with suppress(OSError):
            self.sock.sendall(data)

    def say(self, *messages: Message) -> None:
        """Send legal messages in one piece."""
        self.send(framed(*messages), ", ".join(map(str, messages)))

    def next_payload(self, seconds: float) -> bytes | None:
        """Return the payload of the next frame; None when none came in `seconds`, or the connection is over."""
        end = time.monotonic() + seconds
        while not self.payloads and not self.is_over and (left := end - time.monotonic()) > 0:
            self.sock.settimeout(left)
            try:
                data = self.sock.recv(65536)
                self.payloads += self._decoder.receive_data(data)
                self.is_over = not data
            except TimeoutError:
                break
            except FrameError as problem:
                raise CaseFailed(f"{problem} came.".capitalize()) from None
            except OSError:
                self.is_over = True
            if self.is_over:
                self.log.add(self.who, "<-", b"", "connection closed")
        return self.payloads.popleft() if self.payloads else None

    def next_message(self, seconds: float) -> Message | None:
        """Return the next message, as `next_payload`. CaseFailed: it is no legal message."""
        payload = self.next_payload(seconds)
        if payload is None:
            return None
        try:
            message = decode(payload)
        except RemoteProtocolError as problem:
            self.log.add(self.who, "<-", frame(payload), "?")
            raise CaseFailed(f"What came is no legal message: {problem}.") from None
        if not isinstance(message, BUSY):
            self.log.add(self.who, "<-", len(payload).to_bytes(HEADER, "big") + payload, str(message))
        return message

    def expect(self, kind: type[M], seconds: float = ANSWER) -> M:
        """Skip messages until one of this kind, and answer Pings. CaseFailed: it did not come in time."""
        end = time.monotonic() + seconds
        while (message := self.next_message(max(0.0, end - time.monotonic()))) is not None:
            if isinstance(message, kind):
                return message
            if isinstance(message, Ping):
                self.say(Pong(message.id))
            elif isinstance(message, Bye | Refused):
                raise CaseFailed(f"{kind.__name__} was expected, and {type(message).__name__} came.")
        after = "and the connection was closed" if self.is_over else f"in {seconds:g} s"
        raise CaseFailed(f"{kind.__name__} was expected, and did not come {after}.")

    def expect_end(self, *kinds: type[Message], seconds: float = ANSWER) -> Message | None:
        """Read until the connection is closed. Return the last message, which is one of `kinds` if any are given.

        CaseFailed: the connection stays open, or ends with something else.
        """
        last, end = None, time.monotonic() + seconds
        while (message := self.next_message(max(0.0, end - time.monotonic()))) is not None:
            last = message
        if not self.is_over:
            raise CaseFailed(f"The connection is still open after {seconds:g} s.")
        if kinds and not isinstance(last, kinds):
            names, came = " or ".join(kind.__name__ for kind in kinds), type(last).__name__ if last else "nothing"
            raise CaseFailed(f"{names} was expected before the end, and {came} came.")
        return last

    def expect_pong(self, number: int = 77, seconds: float = ANSWER) -> None:
        """Send a Ping, and wait for the Pong with its number."""
        self.say(Ping(number))
        self.wait_for_pong(number, seconds)

    def wait_for_pong(self, number: int, seconds: float = ANSWER) -> None:
        """Skip messages until the Pong with this number."""
        while self.expect(Pong, seconds).id != number:
            pass

    def reset(self) -> None:
        """End the connection at once, with a reset in place of the usual end."""
        self.log.add(self.who, "->", b"", "reset")
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.sock.close()

    def close(self) -> None:
        """Say goodbye if it is a member, read until the server has closed, for at most a second, and close."""
        end = time.monotonic() + 1
        with suppress(OSError):
            if self.is_member:
                self.sock.sendall(framed(Bye("")))
            self.sock.shutdown(socket.SHUT_WR)
            while (left := end - time.monotonic()) > 0:
                self.sock.settimeout(left)
                if not self.sock.recv(65536):
                    break
        self.sock.close()
