"""The listeners of a fake server, which fake wires connect to, and a selector that knows fake sockets."""

from collections import deque
from collections.abc import Iterator, Mapping
from selectors import EVENT_READ, BaseSelector, SelectorKey
from typing import Any

from petard.server.net.listeners import BACKLOG, Listeners
from tests.lan.fake_wire import FakeSocket, Wire


class Listener(FakeSocket):
    """A listening socket that is only ever a key in a selector."""

    def __init__(self, waiting: deque[FakeSocket]) -> None:
        self._waiting = waiting

    @property
    def is_readable(self) -> bool:
        """True when a client connects."""
        return bool(self._waiting)

    def close(self) -> None:
        """Nothing is held."""


class FakeListeners(Listeners):
    """Listeners with a queue of connections instead of a port."""

    def __init__(self) -> None:  # not super's: it would open a descriptor
        self._waiting: deque[FakeSocket] = deque()
        self.sockets = [Listener(self._waiting)]
        self.port = 7777
        self.is_out_of_descriptors = False
        self.is_open = True

    @property
    def is_connected_to(self) -> bool:
        """True when somebody waits to be let in."""
        return bool(self._waiting)

    def connect(self, wire: Wire, address: str) -> bool:
        """Let a connection queue; False when they are closed or the queue is full."""
        if not self.is_open or len(self._waiting) >= BACKLOG:
            return False
        self._waiting.append(FakeSocket(wire, address))
        return True

    def accept(self, listener: Any, most: int) -> Iterator[tuple[FakeSocket, str]]:
        """Yield up to `most` new connections, as real listeners do."""
        for _ in range(min(most, len(self._waiting))):
            sock = self._waiting.popleft()
            yield sock, sock.getpeername()[0]

    def close(self) -> None:
        """Stop listening; who still queues is reset."""
        self.is_open = False
        while self._waiting:
            self._waiting.popleft().close()


class FakeSelector(BaseSelector):
    """Tells which fake sockets have something to be read, now."""

    def __init__(self) -> None:
        self._keys: dict[FakeSocket, SelectorKey] = {}

    def register(self, fileobj: Any, events: int, data: Any = None) -> SelectorKey:
        """Heed a socket."""
        key = self._keys[fileobj] = SelectorKey(fileobj, -1, events, data)
        return key

    def unregister(self, fileobj: Any) -> SelectorKey:
        """Heed it no longer; KeyError for one that was not heeded."""
        return self._keys.pop(fileobj)

    def select(self, timeout: float | None = None) -> list[tuple[SelectorKey, int]]:
        """The sockets that would not block; never waits."""
        return [(key, EVENT_READ) for sock, key in self._keys.items() if sock.is_readable]

    def get_map(self) -> Mapping[Any, SelectorKey]:
        """What is heeded."""
        return self._keys
