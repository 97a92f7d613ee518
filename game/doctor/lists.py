"""Looks at how servers are found: the networks here, a question to itself, broadcasts, and who answers.

Rule: each blocks for a few seconds at most, so it is called in a thread of its own, and returns facts with one more.
"""

import errno
import secrets
import select
import socket
import time
from contextlib import closing
from dataclasses import replace
from typing import Any

from petard.game.doctor.facts import BroadcastResult, Facts, LocalNetwork, SeenServer, SelfTest, is_loopback, is_same
from petard.shared.discovery.client import DiscoveryClient
from petard.shared.discovery.interfaces import Interface, interfaces
from petard.shared.discovery.sockets import GROUP, join_group, open_udp, receive
from petard.shared.protocol.beacon import Answer, FoundServer, Question, ServerCard, decode, encode
from petard.shared.protocol.messages import BUILD, PROTOCOL, Phase

MIRROR_WAIT = 1.0  # seconds
SHOUT_WAIT = 0.7  # seconds
SEEK_FOR = 2.2  # seconds: all answer within 1.5, and who hears nothing announces itself every 2
SEEK_STEP = 0.02  # seconds
READS = 16  # datagrams in one go


def look_at_nets(facts: Facts) -> Facts:
    """Every address of this computer that another one could use."""
    found: list[LocalNetwork] = []
    for one in interfaces():
        if not one.is_loopback:
            found += [LocalNetwork(one.name, str(address.ip), str(address.network)) for address in one.v4]
            found += [LocalNetwork(one.name, str(address.ip), str(address.network)) for address in one.v6]
    return replace(facts, nets=tuple(found))


def look_at_mirror(facts: Facts) -> Facts:
    """Be a server and a game at once, over loopback: ask the list's question, and answer it."""
    try:
        with (
            closing(open_udp(socket.AF_INET, "127.0.0.1", 0)) as server,
            closing(open_udp(socket.AF_INET, "127.0.0.1", 0)) as game,
        ):
            nonce = secrets.randbits(64)
            game.sendto(encode(Question(nonce)), server.getsockname())
            return replace(facts, mirror=SelfTest(_is_answered(server, game, nonce)))
    except OSError as error:
        return replace(facts, mirror=SelfTest(False, why(error)))


def _is_answered(server: socket.socket, game: socket.socket, nonce: int) -> bool:
    until = time.monotonic() + MIRROR_WAIT
    while (left := until - time.monotonic()) > 0:
        ready, _, _ = select.select([server, game], [], [], left)
        if server in ready:
            for arrived in receive(server, READS):
                said = decode(arrived.data)
                if isinstance(said, Question):
                    server.sendto(
                        encode(Answer(nonce=said.nonce, clock=0, held=0, card=_card())), (arrived.host, arrived.port)
                    )
        if game in ready:
            answers = [decode(arrived.data) for arrived in receive(game, READS)]
            if any(isinstance(answer, Answer) and answer.nonce == nonce for answer in answers):
                return True
    return False


def _card() -> ServerCard:
    return ServerCard(
        id=0,
        protocol=PROTOCOL,
        build=BUILD,
        port=1,
        name="doctor",
        map="none",
        rules="none",
        phase=Phase.LOBBY,
        players=0,
        seats=0,
        watchers=0,
        locked=False,
    )


def look_at_shouts(facts: Facts) -> Facts:
    """Call into every network, and listen for one's own call with another socket."""
    calls = [shout for one in interfaces() if not one.is_loopback for shout in _shouts_over(one)]
    return replace(facts, shouts=tuple(calls))


def _shouts_over(one: Interface) -> list[BroadcastResult]:
    calls = [_shout(one.name, everybody, socket.AF_INET, own, 0) for own, everybody in one.broadcasts]
    if one.has_link_local:
        calls.append(_shout(one.name, GROUP, socket.AF_INET6, "::", one.index))
    return calls


def _shout(name: str, to: str, family: int, own: str, index: int) -> BroadcastResult:
    try:
        with (
            closing(open_udp(family, "::" if index else "", 0)) as ear,
            closing(open_udp(family, own, 0)) as mouth,
        ):
            if index:
                join_group(ear, index)
            words = secrets.token_bytes(16)
            target: Any = (to, ear.getsockname()[1], 0, index) if index else (to, ear.getsockname()[1])
            try:
                mouth.sendto(words, target)
            except OSError as error:
                return BroadcastResult(name, to, False, False, why(error))
            return BroadcastResult(name, to, True, _is_heard(ear, words))
    except OSError as error:
        return BroadcastResult(name, to, False, False, why(error))


def _is_heard(ear: socket.socket, words: bytes) -> bool:
    until = time.monotonic() + SHOUT_WAIT
    while (left := until - time.monotonic()) > 0:
        if select.select([ear], [], [], left)[0] and any(one.data == words for one in receive(ear, READS)):
            return True
    return False


def look_at_servers(facts: Facts) -> Facts:
    """Look for servers as the list of the game does, asking nobody singly."""
    seeker = DiscoveryClient((), time.monotonic())
    with closing(seeker):
        until = time.monotonic() + SEEK_FOR
        while time.monotonic() < until:
            seeker.poll(time.monotonic())
            time.sleep(SEEK_STEP)
        found = seeker.found(time.monotonic())
    own = [net.address for net in facts.nets]
    return replace(facts, servers=tuple(seen_of(one, own) for one in found))


def seen_of(found: FoundServer, own: list[str]) -> SeenServer:
    """What counts of a server for the doctor. `own`: the addresses of this computer."""
    ours = is_loopback(found.host) or any(is_same(found.host, address) for address in own)
    return SeenServer(found.id, found.name, found.host, found.port, found.protocol, found.build, found.reason, ours)


def why(error: OSError) -> str:
    """What the system says against it, in its own words."""
    return error.strerror or errno.errorcode.get(error.errno or 0, type(error).__name__)
