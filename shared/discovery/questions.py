"""Asks single servers over UDP and matches their answers: for `petard-server ping` and the doctor.

Rule: an answer counts only if it has the nonce of a question that this object has sent.
"""

import secrets
import socket
from collections.abc import Iterable
from contextlib import suppress
from typing import Any

from petard.shared.discovery.sockets import open_udp, receive
from petard.shared.protocol.beacon import Answer, Question, decode, encode

READS_MOST = 64  # datagrams in one call


class Questioner:
    """Sends questions from one socket. `sock`: for select."""

    def __init__(self, family: int) -> None:
        """Raises OSError if there is no socket."""
        self.sock = open_udp(family, "::" if family == socket.AF_INET6 else "", 0)
        self._nonces: set[int] = set()

    def ask(self, addresses: Iterable[Any]) -> int:
        """Send one question to each address; returns its nonce. Raises OSError."""
        nonce = secrets.randbits(64)
        self._nonces.add(nonce)
        data = encode(Question(nonce))
        for address in addresses:
            with suppress(ConnectionError):  # the error of an earlier datagram: nobody listens there
                self.sock.sendto(data, address)
        return nonce

    def answers(self) -> list[tuple[Answer, Any]]:
        """Return the answers that have arrived, each with the address that it came from; never waits."""
        found = [(decode(one.data), one.address) for one in receive(self.sock, READS_MOST)]
        return [(one, address) for one, address in found if isinstance(one, Answer) and one.nonce in self._nonces]

    def close(self) -> None:
        """Close the socket."""
        self.sock.close()
