"""A stream of bytes to a server, as the rest of the client uses it. The real one is TcpTransport.

Rule 1: nothing waits. `poll` is called once per picture, with `now` in seconds, monotonic.
Rule 2: a transport is used once: it connects, carries bytes and closes. To try again, make another one.
Rule 3: a transport can wrap another one (LaggedTransport; tests), so a TransportFactory can wrap a TransportFactory.
"""

from collections.abc import Callable
from enum import Enum
from typing import Protocol


class TransportState(Enum):
    """The states of a transport, in order; it never goes back. A value says to a person what we wait for."""

    RESOLVING = "Looking for {}"
    CONNECTING = "Connecting to {}"
    OPEN = "Waiting for {} to answer"
    CLOSED = "{} has closed the connection"


class Transport(Protocol):
    state: TransportState  # only moves down the list of states
    problem: str  # one sentence that says why it is CLOSED; "" before that, or if our side called `close`

    @property
    def was_open(self) -> bool:
        """True once it has been OPEN, perhaps only within the poll in which it became CLOSED."""

    def poll(self, now: float) -> bytes:
        """Do what can be done without waiting; return the bytes that arrived. The last ones may come with CLOSED."""

    def send(self, data: bytes) -> None:
        """Send now or in the next polls; works before the state is OPEN. Dropped once it is CLOSED."""

    def close(self) -> None:
        """Close the connection. Data that was sent before still leaves."""


TransportFactory = Callable[[str, int, float], Transport]  # of host, port, now
