"""The checks of the doctor that examine the target: does a server answer there, by TCP and to the server list?

Each blocks for a few seconds at most, so it runs in a thread of its own.
"""

import select
import socket
import time
from contextlib import closing, suppress
from dataclasses import replace
from typing import Any

from petard.game.doctor.connecting import SERVER_PORTS, reason_of, seconds_left, try_connect
from petard.game.doctor.facts import ConnectOutcome, Facts, QueryResult, SeenServer, TcpResult
from petard.shared.discovery.client import Questioner
from petard.shared.discovery.network import host_of, open_udp
from petard.shared.protocol import beacon

REACH_WAIT = 7.0  # seconds in which addresses and ports of the target are tried, after the name was looked up
CONNECT_WAIT = 2.5  # seconds to connect: a lost first packet is sent again after one
ANSWER_WAIT = 1.5  # seconds for an answer on an open connection
NEAR_WAIT = 0.5  # seconds to connect to another port of a computer that has answered, and for an answer there
ASK_WAIT = 1.6  # seconds for an answer to a question
ASK_EVERY = 0.5  # seconds between two questions
ADDRESSES_MOST = 3  # of one name that are tried


def _resolve(host: str, port: int, kind: socket.SocketKind) -> list[tuple[int, Any]]:
    """Families and addresses of a name. Blocks, perhaps for long; raises OSError or UnicodeError."""
    found = socket.getaddrinfo(host, port, type=kind)
    return list(dict.fromkeys((int(family), address) for family, _, _, _, address in found))[:ADDRESSES_MOST]


def check_tcp(facts: Facts) -> TcpResult:
    """Connect to the target; if no server answers there, try the ports beside it."""
    try:
        addresses = _resolve(facts.host, facts.port, socket.SOCK_STREAM)
    except (OSError, ValueError):
        return TcpResult("", ConnectOutcome.UNKNOWN)
    found, ends_at = [], time.monotonic() + REACH_WAIT
    for (_, address), left in zip(addresses, seconds_left(REACH_WAIT), strict=False):
        begun = time.monotonic()
        outcome = try_connect(address, min(CONNECT_WAIT, left), ANSWER_WAIT)
        found.append(TcpResult(host_of(address), outcome, round(1000 * (time.monotonic() - begun), 1)))
    best = min(found, key=lambda one: list(ConnectOutcome).index(one.way))
    if best.way in (ConnectOutcome.REFUSED, ConnectOutcome.OTHER):
        return replace(best, others=_others(best.address, facts.port, ends_at))
    return best


def _others(host: str, port: int, ends_at: float) -> tuple[int, ...]:
    """The ports beside it with a Petard server. The first silent port ends the search: a firewall drops them.

    `ends_at`: when the search ends at the latest; every port may be open and say nothing.
    """
    found = []
    for other in SERVER_PORTS:
        outcome = ConnectOutcome.OTHER if other == port else try_connect((host, other), NEAR_WAIT, NEAR_WAIT)
        if outcome in (ConnectOutcome.SILENT, ConnectOutcome.NO_WAY) or time.monotonic() > ends_at:
            break
        found += [other] if outcome is ConnectOutcome.PETARD else []
    return tuple(found)


def check_query(facts: Facts) -> QueryResult:
    """Send the question of the server list to the target's computer, to every port where a server may listen."""
    asked = QueryResult(None)
    with suppress(OSError, ValueError):  # nobody knows that name
        for family, address in _resolve(facts.host, beacon.PORT, socket.SOCK_DGRAM):
            asked = _ask(family, address, facts.port)
            if asked.answer:
                break
    return asked


def _ask(family: int, address: Any, wanted: int) -> QueryResult:
    """Ask again and again until the server at the wanted port has answered, or time is up.

    The system reports a refusal to a connected socket only, so one is connected to the first port. The answers come to
    the other socket: a computer with many addresses may answer from any of them.
    """
    ports = beacon.ports_from(beacon.PORT)
    best, is_refused, asked_at = QueryResult(None), False, float("-inf")
    try:
        with closing(Questioner(family, address, ports)) as questioner, closing(open_udp(family, "", 0)) as connected:
            connected.connect(questioner.addresses[0])
            connected.send(b"")  # no question: a server limits the answers a second
            for left in seconds_left(ASK_WAIT):
                if time.monotonic() - asked_at >= ASK_EVERY:
                    asked_at = time.monotonic()
                    questioner.ask()
                until = min(left, asked_at + ASK_EVERY - time.monotonic())
                select.select([questioner.sock, connected], [], [], max(0.0, until))
                try:
                    connected.recv(beacon.SIZE)
                except ConnectionError:
                    is_refused = True
                except OSError:  # nothing has arrived, or another error, as firewalls cause it
                    pass
                for card in (answer.card for answer, _ in questioner.answers()):
                    reason = card.incompatibility()
                    seen = SeenServer(
                        f"{card.id:016x}", card.name, address[0], card.port, card.protocol, card.build, reason
                    )
                    best = QueryResult(seen, round(1000 * (time.monotonic() - asked_at), 1))
                    if card.port == wanted:
                        return best
            return best if best.answer else QueryResult(None, refused=is_refused)
    except OSError as error:
        return QueryResult(None, problem=reason_of(error))
