"""One client: a real Visit at its own computer, with a clock of its own, and somebody at the keys."""

from collections.abc import Callable

from petard.game.client.session import Session
from petard.game.config.arguments import Address
from petard.game.config.settings import Settings
from petard.game.flow.server_connection import ServerConnection
from petard.shared.protocol.messages import Phase
from petard.shared.ticker import Ticker
from tests.lan.computer import Computer, FakeConnection
from tests.lan.random_keys import RandomKeys

SERVER = Address("10.0.0.1", 7777)
IN_ROUND = (Phase.LOADING, Phase.PLAYING)
READY_EVERY = 30  # ticks


class Client:
    """A person with a game. `keys` is asked once a tick while a round runs; before `frozen_until` the game stands."""

    def __init__(self, station: Computer, settings: Settings, seed: int, starts_at: float, token: str = "") -> None:
        """`starts_at`: when its loop begins, in seconds; `token`: of an earlier stay."""
        self.station = station
        self.visit = ServerConnection(
            settings, SERVER, None, eager=True, connect=station.dial, token=token, random=station.chance.random
        )
        self.keys: Callable[[], tuple[int, ...]] = RandomKeys(settings.players, seed).keys
        self.is_gone = False
        self.frozen_until = 0.0
        self.before: Client | None = None  # whose ticket this one has
        self.settings = settings
        self._ticker = Ticker(starts_at + station.leap)

    @property
    def name(self) -> str:
        """What it calls itself."""
        return self.settings.name

    @property
    def session(self) -> Session:
        """What it knows of the room."""
        return self.visit.session

    @property
    def lines(self) -> list[FakeConnection]:
        """The lines of its computer."""
        return self.station.lines

    def wake(self, at: float) -> float:
        """One pass of the loop of the game; when the next one is due."""
        if at < self.frozen_until:
            return self.frozen_until
        now = at + self.station.leap
        visit, session = self.visit, self.visit.session
        for _ in range(self._ticker.due(now)):
            lobby = session.room.lobby
            if lobby is not None and lobby.phase in IN_ROUND and session.client_round is not None:
                session.send_keys(self.keys())
        visit.poll(now)
        self._ticker.set_pace(session.clock_rate, now)
        return at + self._ticker.until_next(now)

    def get_ready(self) -> None:
        """Be ready again, as after each match."""
        if not self.is_gone:
            self.visit.get_ready()

    def leave(self) -> None:
        """Say goodbye."""
        self.visit.close()
        self.is_gone = True

    def kill(self) -> None:
        """End as a process that was killed: nothing is said, the system closes the line."""
        for line in self.lines:
            line.break_off()
        self.is_gone = True

    def lose_power(self) -> None:
        """End as a computer whose plug was pulled: nobody says anything, and nobody answers any more."""
        self.station.vanish()
        self.is_gone = True
