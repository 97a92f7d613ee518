"""Our own server without the game: connections, frames, messages and rights are those of every match.

    python -m tests.bench.peers.petard_relay RATE

The room keeps the newest input of each member, and sends everybody one Delta with a row for each, so often a second.
"""

import json
import secrets
import sys
import time
from itertools import chain

from petard.server.net.listeners import open_listeners
from petard.server.net.server import Server
from petard.server.policy.log import Log
from petard.server.room.outgoing import Outgoing
from petard.server.room.room import Room
from petard.server.room.settings import RoomSettings
from petard.shared.protocol.messages import Delta, Message, Setup
from petard.shared.protocol.state import WIRE_TABLES
from petard.shared.rules.ruleset import TICK_RATE
from petard.shared.ticker import Ticker
from tests.ends import boards

PLAYERS = WIRE_TABLES.index("players")


class RelayRoom(Room):
    """Members, and no match."""

    def __init__(self, rate: int) -> None:
        super().__init__(RoomSettings(Setup("battle", "last-one-standing", 1, 0, 2), "Relay", rate), boards(), 1)
        self._counts: dict[int, int] = {}
        self._every, self._tick = TICK_RATE // rate, 0

    def receive(self, peer: int, message: Message, now: float) -> list[Outgoing]:
        self._counts[peer] = self._counts.get(peer, 0) + 1
        return []

    def tick(self, now: float) -> list[Outgoing]:
        self._tick += 1
        if self._tick % self._every or not self._counts:
            return []
        rows = [(slot, 7, count, 1000 + slot, 500) for slot, count in enumerate(self._counts.values())]
        return [Outgoing(None, Delta(self._every, ((PLAYERS, *chain.from_iterable(rows)),)))]


def main() -> None:
    """Serve until the process is ended."""
    listeners = open_listeners("127.0.0.1", 0)
    now = time.monotonic()
    server = Server(RelayRoom(int(sys.argv[1])), listeners, Log(str), lambda: secrets.token_hex(16), now)
    sys.stdout.write(json.dumps({"port": listeners.port}) + "\n")
    sys.stdout.flush()
    ticker = Ticker(now)
    while True:
        time.sleep(ticker.until_next(time.monotonic()))
        now = time.monotonic()
        server.update(ticker.due(now), now)


if __name__ == "__main__":
    main()
