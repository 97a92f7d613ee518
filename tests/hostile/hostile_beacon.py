"""Answers to searches that no honest server sends: UDP sockets on this machine at every port where servers may be.

Rule 1: it sends nothing before a Question has arrived, and then only to the address that has asked.
Rule 2: equal seeds make equal datagrams, but for the nonce of the Question.
"""

import select
import socket
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from random import Random
from typing import Any

import msgpack  # type: ignore[import-untyped]

from petard.shared.framing import frame
from petard.shared.protocol.beacon import (
    MAGIC,
    PORTS,
    Answer,
    Datagram,
    Farewell,
    Notice,
    Question,
    ServerCard,
    decode,
    encode,
)
from petard.shared.protocol.messages import BUILD, PROTOCOL, Phase
from tests.hostile.field_values import FieldValues

CARD = ServerCard(7, PROTOCOL, BUILD, 7777, "Den", "classic", "duel", Phase.LOBBY, 1, 8, 0, False)
WRONG: tuple[object, ...] = (
    None, -1, 2**64 - 1, 1.5, float("nan"), True, "", "x" * 200, "\x1b[2J\x1b[H", "a\nb", "a\tb", "\u202eneD", "\0",
    "\ud800", (), (1,) * 99, {}, {"a": 1}, b"Den", "e\u0301" * 40, "\u200b", "{name}", "%s",
)  # fmt: skip
# What a beacon sends after a Question with this nonce.
Script = Callable[[Random, int], Sequence[bytes]]


def at_limits(random: Random, nonce: int) -> list[bytes]:
    """Legal answers with every field at its limits."""
    answers = [replace(FieldValues(random).message(Answer), nonce=nonce) for _ in range(4)]
    return [encode(answer) for answer in answers]


def of_wrong_types(random: Random, nonce: int) -> list[bytes]:
    """Answers with one value of another type, or text that would control a terminal."""
    sent = []
    for _ in range(8):
        card: list[Any] = [7, PROTOCOL, BUILD, 7777, "Den", "classic", "duel", 1, 1, 8, 0, False]
        card[random.randrange(len(card))] = random.choice(WRONG)
        row: list[Any] = [2, nonce, 0, 0, card]
        if random.random() < 0.3:
            row[random.randrange(len(row))] = random.choice(WRONG)
        sent.append(MAGIC + frame(msgpack.packb(row, unicode_errors="surrogatepass")))
    return sent


def damaged(random: Random, nonce: int) -> list[bytes]:
    """Answers with other bytes, with a part missing, with more behind them, and none at all."""
    sent = []
    for _ in range(8):
        data = bytearray(encode(Answer(nonce, 0, 0, CARD)))
        for _ in range(random.randrange(1, 4)):
            data[random.randrange(len(data))] = random.randrange(256)
        sent.append(bytes(data[: random.randrange(len(data))]) if random.random() < 0.3 else bytes(data))
    return [*sent, b"", random.randbytes(400), bytes(2048), b"\x91" * 9000]


def lying(random: Random, nonce: int) -> list[bytes]:
    """Answers to other questions, from the far future, of a server that held them for long; news of other servers."""
    other = replace(CARD, id=random.getrandbits(64))
    sent: list[Datagram] = [
        Answer(nonce ^ 1, 0, 0, CARD),
        Answer(nonce, 2**53 - 1, 10**6, other),
        Notice(other),
        Farewell(7),
    ]
    return [encode(one) for one in sent]


SCRIPTS: dict[str, Script] = {one.__name__: one for one in (at_limits, of_wrong_types, damaged, lying)}


@contextmanager
def hostile_beacon(
    script: Script, seed: int, hosts: Sequence[str] = ("127.0.0.1", "::1"), never_ends: bool = False
) -> Iterator[int]:
    """Yields its first port. `hosts`: where it is; `never_ends`: it goes on sending, as fast as it can."""
    sockets, port = _bound(hosts)
    stop = threading.Event()
    random = Random(seed)

    def serve() -> None:
        asked: list[tuple[socket.socket, Any, int]] = []
        while not stop.is_set():
            for sock in select.select(sockets, [], [], 0.0 if asked else 0.02)[0]:
                with suppress(OSError):
                    data, address = sock.recvfrom(2048)
                    if isinstance(question := decode(data), Question):
                        asked.append((sock, address, question.nonce))
            for sock, address, nonce in asked:
                for datagram in script(random, nonce):
                    with suppress(OSError):
                        sock.sendto(datagram, address)
            asked = asked[-len(sockets) :] if never_ends else []

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield port
    finally:
        stop.set()
        thread.join()
        for sock in sockets:
            sock.close()


def _bound(hosts: Sequence[str]) -> tuple[list[socket.socket], int]:
    """Sockets at ten ports in a row of each host, and the first of these ports."""
    while True:
        sockets = [_socket(hosts[0], 0)]
        port = int(sockets[0].getsockname()[1])
        try:
            for host in hosts:
                for one in range(port if host != hosts[0] else port + 1, port + PORTS):
                    sockets.append(_socket(host, one))  # one by one, so that each is closed below if the next fails
            return sockets, port
        except (OSError, OverflowError):  # another program has one of them
            for sock in sockets:
                sock.close()


def _socket(host: str, port: int) -> socket.socket:
    sock = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_DGRAM)
    try:
        sock.bind((host, port))
        sock.setblocking(False)
    except (OSError, OverflowError):
        sock.close()
        raise
    return sock
