"""10,000 bad peers at a live server while two honest people play: it lives, each is cut with a reason, no tick is lost.

Half of the strings are random, half are messages with changed bytes; some come before the Hello, some from members.
"""

import random
import re
import time
from dataclasses import dataclass, field

import pytest

from petard.shared.framing import frame
from petard.shared.protocol.codec import encode
from petard.shared.protocol.messages import (
    BUILD,
    PROTOCOL,
    Bye,
    Delta,
    Hello,
    Input,
    Loaded,
    Look,
    Message,
    Ping,
    Pong,
    Ready,
    Refused,
    Round,
    Say,
    Setup,
    Welcome,
)
from petard.shared.ticker import Ticker
from tests.server.loopback import HELLO, RawClient, framed
from tests.server.server_process import PATIENCE, ServerProcess, read_until

AT_ONCE = 32  # half of the places for pending clients, so that none is removed for another
LATE = 0.25  # seconds; a player of ours who was kept from reading for longer may miss states, as any slow reader does
MEMBERS = 12  # one string in so many comes from somebody who was let in
SAYABLE: list[Message] = [
    HELLO,
    Hello(PROTOCOL, BUILD, "Zoë 東京", 4, "0" * 32),
    Input(2**31 - 1, (31, 0, 16, 1), 0),
    Say("good game, 東京"),
    Look(3, 15, 7),
    Ready(True),
    Setup("classic", "last-one-standing", 9, 63, 3),
    Loaded(65535),
    Ping(2**32 - 1),
    Pong(0),
]
GONE = r" ((?:broke|left|lost the|closed the|stood) .*?|left)(?: \(and (\d+) more like this\))?$"
COUNTED = re.compile(GONE, re.MULTILINE)


def garbage(chance: random.Random) -> bytes:
    """A string that nobody honest would send, or hardly."""
    kind = chance.randrange(6)
    if kind == 0:
        return chance.randbytes(chance.randrange(1, 200))
    if kind == 1:
        return frame(chance.randbytes(chance.randrange(1, 200)))
    if kind == 2:
        return frame(
            bytes([0x90 + chance.randrange(16), chance.randrange(48)]) + chance.randbytes(chance.randrange(40))
        )
    said = bytearray(b"".join(framed(message) for message in chance.sample(SAYABLE, chance.randrange(1, 4))))
    for _ in range(chance.randrange(1, 4)):
        at = chance.randrange(len(said))
        said[at : at + chance.randrange(3)] = chance.randbytes(chance.randrange(3))
    return bytes(said[: chance.randrange(1, len(said) + 1)]) if kind == 3 else bytes(said)


class Bad:
    """One bad peer: it sends its string before the Hello or as a member, and waits for the end."""

    def __init__(self, port: int, string: bytes, is_member: bool) -> None:
        self.guest = RawClient(port)
        self._string: bytes | None = string
        if is_member:
            self.guest.send(HELLO)
        else:
            self._throw()

    def _throw(self) -> None:
        assert self._string is not None
        try:
            self.guest.send_bytes(self._string)
            self.guest.sock.shutdown(1)  # so that half a frame is not waited for
        except OSError:
            self.guest.is_over = True  # cut before all of it was said
        self._string = None

    def goes_on(self) -> bool:
        """Take a look; False once the server has hung up."""
        self.guest.read()
        if self._string is not None and self.guest.all_of(Welcome):
            self._throw()
        if self.guest.is_over:
            self.guest.sock.close()
        return not self.guest.is_over


@dataclass
class Honest:
    """One of the two who play: holds no key, so that the walls end the round and nothing else."""

    guest: RawClient
    ticks: list[int] = field(default_factory=list)
    clock: int = 0
    played_at: float = field(default_factory=time.monotonic)
    longest: float = 0.0  # seconds between two of its ticks: this process may have to wait for a processor, too

    def play(self) -> None:
        """One tick of an honest client."""
        now = time.monotonic()
        self.longest, self.played_at = max(self.longest, now - self.played_at), now
        self.guest.read()
        assert not self.guest.is_over, self.guest.received[-1:]
        for message in self.guest.received:
            match message:
                case Ping(number):
                    self.guest.send(Pong(number))
                case Round(number):
                    self.guest.send(Loaded(number))
                case Delta(ticks):
                    self.ticks.append(ticks)
        self.guest.received.clear()
        self.clock += 1
        self.guest.send(Input(self.clock, (0,), self.guest.states))


def start_round(server: ServerProcess) -> list[Honest]:
    guests = [RawClient(server.port), RawClient(server.port)]
    for guest in guests:
        guest.send(HELLO)
        read_until(guest, Welcome)
    for guest in guests:
        guest.send(Ready(True))
    for guest in guests:
        read_until(guest, Round)
        guest.sock.setblocking(False)
    return [Honest(guest) for guest in guests]


def throw_all(server: ServerProcess, honest: list[Honest], strings: int) -> None:
    """Throw all strings, a few dozen at a time, while the honest play at their pace."""
    chance = random.Random(20)
    bad: list[Bad] = []
    thrown = 0
    ticker = Ticker(time.monotonic())
    until = time.monotonic() + PATIENCE
    while thrown < strings or bad:
        assert time.monotonic() < until, "no peer has come to its end for a while"
        if ticker.due(time.monotonic()):
            for player in honest:
                player.play()
        left = [peer for peer in bad if peer.goes_on()]
        if len(left) < len(bad):
            until = time.monotonic() + PATIENCE
        bad = left
        if thrown < strings and len(bad) < AT_ONCE:
            bad.append(Bad(server.port, garbage(chance), chance.randrange(MEMBERS) == 0))
            thrown += 1


@pytest.mark.parametrize("strings", [2_000, pytest.param(10_000, marks=pytest.mark.long)])
def test_thousands_of_bad_peers_stop_nothing_and_cost_honest_players_no_tick(strings: int) -> None:
    with ServerProcess("--map", "small", "--seed", "1") as server:
        honest = start_round(server)
        throw_all(server, honest, strings)
        assert server.process.poll() is None
        joined = RawClient(server.port)
        joined.send(HELLO)
        read_until(joined, Welcome)
        for guest in (joined, *(player.guest for player in honest)):
            guest.sock.close()
        server.stop()
    gone = [(reason, 1 + int(more or 0)) for reason, more in COUNTED.findall(server.log)]
    assert "Traceback" not in server.log
    assert "were lost)" not in server.log
    assert sum(count for _, count in gone) >= 0.99 * strings  # of who sent only a Ping, and left, there is no line
    assert any("no message has the number" in reason for reason, _ in gone)
    assert any("is over the limit of 4096" in reason for reason, _ in gone)
    for player in honest:
        assert len(player.ticks) > 60
        assert set(player.ticks) == {1} or player.longest > LATE, player.longest


def test_every_kind_of_garbage_is_answered_where_a_message_is_legal() -> None:
    with ServerProcess() as server:
        for string in (
            b"\0\0\0\0",
            b"GET / HTTP/1.0\r\n\r\n",
            frame(b"\xc1"),
            framed(Say("hi")),
            frame(encode(HELLO)[:-1]),
        ):
            bad = Bad(server.port, string, is_member=False)
            bad.guest.sock.settimeout(PATIENCE)
            while bad.goes_on():
                pass
            assert [type(message) for message in bad.guest.received] == [Refused]
        cut = Bad(server.port, framed(Bye("")) + b"more", is_member=True)
        cut.guest.sock.settimeout(PATIENCE)
        while cut.goes_on():
            pass
        server.stop()
