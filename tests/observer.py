"""Real games without a screen, and an observer among them: real processes, real sockets.

The observer has a seat and looks at the room. It is the game's own code without drawing, so it reconnects to a
server as a game does. It stands still; with `bombs` it drops bombs and stays on them, so it loses when a test wants a
round to end.
"""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path

import pytest

from petard.game.client.session import Session
from petard.game.config.arguments import Address
from petard.game.config.settings import Settings, save, settings_path
from petard.game.flow.server_connection import ServerConnection
from petard.shared.protocol.messages import Phase, Seat
from petard.shared.rules.ruleset import TICK_RATE
from petard.shared.rules.world import Keys
from tests.screens import PETARD, running

NAME, COLOUR, CHARACTER = "Observer", 5, 3
posix_only = pytest.mark.skipif(sys.platform == "win32", reason="Windows cannot stop and kill processes by signals")


class Observer:
    """One more player in the room. `where`: entered whenever sockets are made, as for a network namespace."""

    def __init__(self, address: Address, where: Callable[[], AbstractContextManager[None]] = nullcontext) -> None:
        self.connection = ServerConnection(
            Settings(name=NAME, colour=COLOUR, character=CHARACTER), address, None, eager=False
        )
        self.bombs = False
        self.phases: list[Phase] = []  # of the room so far
        self.games: list[subprocess.Popen[str]] = []  # processes that must stay alive
        self._where = where
        self._polls = 0

    @property
    def session(self) -> Session:
        """What the observer knows of the room."""
        return self.connection.session

    def seat(self, name: str) -> Seat | None:
        """The seat of a player, None without one."""
        return next((seat for seat in self.session.room.seats if seat.name == name), None)

    def seat_of(self, name: str) -> Seat:
        """The seat of a player who must have one."""
        seat = self.seat(name)
        assert seat, f"{name} has no seat: {self.session.room.seats}"
        return seat

    def position_of(self, name: str) -> tuple[float, float] | None:
        """Where the body of a player is, in tiles; None if it is not alive."""
        seat, view = self.seat(name), self.session.view(time.monotonic())
        if seat is None or view is None:
            return None
        return next(((body.x, body.y) for body in view.players if body.slot == seat.slot and body.alive), None)

    def are_here(self, *names: str) -> bool:
        """True when all of them have a seat and are not away."""
        seats = [self.seat(name) for name in names]
        return all(seat is not None and not seat.away for seat in seats)

    def are_away(self, *names: str) -> bool:
        """True when all of them are away and their seats are kept."""
        return all(self.seat_of(name).away for name in names)

    def is_running(self) -> bool:
        """True while a round runs and bodies may move."""
        view = self.session.view(time.monotonic())
        return self.phases[-1:] == [Phase.PLAYING] and view is not None and view.go_in == 0

    def is_over(self) -> bool:
        """True while the results of a match are shown."""
        results = self.session.room.results
        return results is not None and results.match_over

    def poll(self) -> None:
        """Poll the connection, and wait for a tick."""
        self._polls += 1
        now = time.monotonic()
        with self._where():
            self.connection.poll(now)
        assert not self.connection.problem, self.connection.problem
        self.session.send_keys((Keys.BOMB * (self.bombs and self._polls % 2),))
        lobby = self.session.room.lobby
        if lobby is not None and self.phases[-1:] != [lobby.phase]:
            self.phases.append(lobby.phase)
        for game in self.games:
            assert game.poll() is None, game.communicate()[1]
        threading.Event().wait(1 / TICK_RATE)

    def wait_until(self, done: Callable[[], object], patience: float, what: str) -> float:
        """Poll until `done()` is true; return the seconds that it took. Fails after `patience` seconds."""
        begun = time.monotonic()
        while not done():
            assert time.monotonic() < begun + patience, f"waited {patience} s until {what}; {self.session.room.seats}"
            self.poll()
        return time.monotonic() - begun

    def wait(self, seconds: float) -> None:
        """Poll for so many seconds."""
        until = time.monotonic() + seconds
        self.wait_until(lambda: time.monotonic() >= until, seconds + 1, "time has passed")


def is_same_seat(one: Seat, other: Seat) -> bool:
    """True when slot, member, name, look and wins are the same."""
    known = (one.slot, one.member, one.name, one.colour, one.character, one.wins)
    return known == (other.slot, other.member, other.name, other.colour, other.character, other.wins)


def environment_of(folder: Path) -> dict[str, str]:
    """The environment variables of a player whose home is this folder, without screen and sound."""
    env = {name: value for name, value in os.environ.items() if not name.startswith(("SDL_", "WAYLAND"))}
    env |= {"SDL_VIDEODRIVER": "dummy", "SDL_AUDIODRIVER": "dummy", "HOME": str(folder)}
    return env | {f"XDG_{kind}_HOME": str(folder / kind.lower()) for kind in ("CONFIG", "DATA", "STATE", "CACHE")}


def write_settings(env: dict[str, str], name: str, colour: int, character: int) -> None:
    """Write the settings of the player with this environment."""
    with pytest.MonkeyPatch.context() as here:
        for variable, value in env.items():
            here.setenv(variable, value)
        assert save(settings_path(), Settings(name=name, colour=colour, character=character)) == ""


@contextmanager
def bot_game(address: str, env: dict[str, str], prefix: Sequence[str] = ()) -> Iterator[subprocess.Popen[str]]:
    """Run the installed game with a bot that plays, and let it join a server; it is ended after the block."""
    with running([*prefix, str(PETARD), address, "--bot", "--windowed", "--seconds", "300"], env) as game:
        yield game
