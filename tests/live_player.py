"""A player with the connection and the session of the real game over a real socket, and random keys."""

import time
from random import Random

from petard.game.client.session import Session
from petard.game.config.arguments import Address
from petard.game.config.settings import Settings
from petard.game.flow.server_connection import ServerConnection
from petard.game.net.tcp_transport import TcpTransport
from petard.shared.protocol.messages import Phase
from petard.shared.ticker import Ticker
from tests.lan.random_keys import RandomKeys


class LivePlayer:
    """One game without a window. `poll` is one pass of its loop."""

    def __init__(self, name: str, port: int, seed: int, players: int = 1) -> None:
        """`port`: of a server at 127.0.0.1; `seed`: of the keys and of the pauses; `players`: at this computer."""
        self.chance = Random(seed)
        self.transport: TcpTransport | None = None  # the last one
        self._port, self._settings = port, Settings(name=name, players=players)
        self._keys = RandomKeys(players, seed)
        self._ticker = Ticker(time.monotonic())
        self.connection = self.new_connection()

    @property
    def session(self) -> Session:
        return self.connection.session

    def new_connection(self, token: str = "") -> ServerConnection:
        """Begin a new session; with the token of an earlier Welcome it may rejoin."""
        address = Address("127.0.0.1", self._port)
        return ServerConnection(self._settings, address, None, True, self._dial, token, self.chance.random)

    def _dial(self, host: str, port: int, now: float) -> TcpTransport:
        self.transport = TcpTransport(host, port, now)
        return self.transport

    def poll(self, now: float) -> None:
        """Hold keys for the ticks that are due, receive and send, and be ready in the lobby."""
        lobby = self.session.room.lobby
        for _ in range(self._ticker.due(now)):
            if lobby is not None and lobby.phase is Phase.PLAYING:
                self.session.send_keys(self._keys.keys())
        self.connection.poll(now)
        self.connection.get_ready()
