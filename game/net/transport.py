"""What a visit talks over: a line to a server, whatever it is made of. The real one is `petard.game.net.connection`.

Rule 1: nothing waits: `poll` is called once per picture, with `now` in seconds, monotonic.
Rule 2: a line is used once. Who wants to try again dials again.
Rule 3: whoever bends a line (a test, a bad network that was asked for) puts one around another: a Dial of a Dial.
"""

from collections.abc import Callable
from typing import Protocol

from petard.game.net.connection import State


class Transport(Protocol):
    """One way to a server: it dials, carries bytes both ways, and closes, once each."""

    @property
    def state(self) -> State:
        """Where it stands; it only ever moves down the list of states."""
        ...

    @property
    def problem(self) -> str:
        """One sentence that says why it is closed, "" while it is not, or when we hung up ourselves."""
        ...

    def poll(self, now: float) -> bytes:
        """Do what can be done at once; answer with the bytes that arrived. The last ones may come with CLOSED."""
        ...

    def send(self, data: bytes) -> None:
        """Send now or with the next polls; works before the line is open. Dropped once it is closed."""

    def close(self) -> None:
        """Hang up. What was sent still leaves."""


Dial = Callable[[str, int, float], Transport]  # host, port, now
