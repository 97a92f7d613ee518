"""What a case is: a rule, the section of the document that has it, and a function that tries it."""

import secrets
import socket
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Generic, Self, TypeVar

from petard.game.devtools.conform.probe import ANSWER, Probe, WireLog
from petard.shared.protocol.messages import PROTOCOL, Hello, Loaded, Ready, Round, Welcome

S = TypeVar("S")


class CheckedServer:
    """The server that is checked, as a case sees it: a place to connect to."""

    def __init__(self, address: tuple[str, int]) -> None:
        self.log = WireLog()
        self.probes: list[Probe] = []
        self._address = address

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        for probe in self.probes:
            with suppress(OSError):
                probe.close()

    def stop(self) -> None:
        """Let a case that runs in another thread end: its connections are over."""
        for probe in list(self.probes):
            with suppress(OSError):
                probe.sock.shutdown(socket.SHUT_RDWR)

    def log_lines(self) -> list[str]:
        """Return the lines of the wire."""
        return self.log.lines

    def connect(self) -> Probe:
        """Return a new connection. OSError: the server cannot be reached."""
        sock = socket.create_connection(self._address, timeout=ANSWER)
        probe = Probe(sock, f"client {len(self.probes) + 1}", self.log)
        self.probes.append(probe)
        return probe

    def join(self, name: str = "", token: str = "", players: int = 1) -> Probe:
        """Connect, say Hello, and wait for the Welcome."""
        probe = self.connect()
        probe.say(hello(name, token=token, players=players))
        probe.welcome, probe.is_member = probe.expect(Welcome), True
        return probe

    @staticmethod
    def pause() -> None:
        """Give the server time to read what was sent, as a part of its own. A right server needs no pause."""
        time.sleep(0.03)

    def start_round(self) -> tuple[Probe, Probe, Round]:
        """Let two clients join, be ready, and load the round that begins."""
        ada, bo = self.join("Ada"), self.join("Bo")
        for probe in (ada, bo):
            probe.say(Ready(True))
        announced = ada.expect(Round, 5)
        bo.expect(Round, 5)
        for probe in (ada, bo):
            probe.say(Loaded(announced.number))
        return ada, bo, announced


def hello(name: str = "", protocol: int = PROTOCOL, token: str = "", players: int = 1) -> Hello:
    """Return a Hello; without a name, with one that nobody else has."""
    return Hello(protocol, "conform", name or f"C{secrets.token_hex(3)}", players, token)


@dataclass(frozen=True, slots=True)
class Case(Generic[S]):
    """One case, of a server (S is CheckedServer) or of a client (S is Visit).

    `waits`: it takes seconds in which little happens, so it runs beside others that wait.
    """

    group: str
    name: str
    section: str  # the heading in the document of the level
    rule: str  # one sentence
    run: Callable[[S], None]  # CaseFailed: the program breaks the rule
    waits: bool = False
