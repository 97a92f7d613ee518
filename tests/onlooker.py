"""Real games without a screen, and somebody who sits among them and watches: real processes, real sockets.

The onlooker is the game's own code, a `Visit` with nothing to draw, so it comes back to a lost server as a game does.
It stands still; with `bombs` it stands on its own bombs, and so it loses whenever a test wants a round to end.
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

NAME, COLOUR, CHARACTER = "Onlooker", 5, 3
posix_only = pytest.mark.skipif(sys.platform == "win32", reason="Windows cannot stop and kill processes by signals")


class Onlooker:
    """One more person in the room. `where`: entered whenever sockets are made, as for a network of its own."""

    def __init__(self, address: Address, where: Callable[[], AbstractContextManager[None]] = nullcontext) -> None:
        self.visit = ServerConnection(
            Settings(name=NAME, colour=COLOUR, character=CHARACTER), address, None, eager=False
        )
        self.bombs = False
        self.phases: list[Phase] = []  # that the room went through
        self.games: list[subprocess.Popen[str]] = []  # they must stay alive
        self._where = where
        self._looks = 0

    @property
    def session(self) -> Session:
        """What it knows."""
        return self.visit.session

    def seat(self, name: str) -> Seat | None:
        """The chair of somebody."""
        return next((seat for seat in self.session.room.seats if seat.name == name), None)

    def chair(self, name: str) -> Seat:
        """The chair of somebody who must have one."""
        seat = self.seat(name)
        assert seat, f"{name} has no chair: {self.session.room.seats}"
        return seat

    def place(self, name: str) -> tuple[float, float] | None:
        """Where on the board somebody's body is; None without one that lives."""
        seat, view = self.seat(name), self.session.view(time.monotonic())
        if seat is None or view is None:
            return None
        return next(((body.x, body.y) for body in view.players if body.slot == seat.slot and body.alive), None)

    def are_here(self, *names: str) -> bool:
        """True when they all have a chair and sit on it."""
        seats = [self.seat(name) for name in names]
        return all(seat is not None and not seat.away for seat in seats)

    def are_away(self, *names: str) -> bool:
        """True when none of them sits on the chair that is kept."""
        return all(self.chair(name).away for name in names)

    def is_running(self) -> bool:
        """True while a round runs and bodies may move."""
        view = self.session.view(time.monotonic())
        return self.phases[-1:] == [Phase.PLAYING] and view is not None and view.go_in == 0

    def is_over(self) -> bool:
        """True while the results of a match are shown."""
        results = self.session.room.results
        return results is not None and results.match_over

    def look(self) -> None:
        """Be there for a tick."""
        self._looks += 1
        now = time.monotonic()
        with self._where():
            self.visit.poll(now)
        assert not self.visit.problem, self.visit.problem
        self.session.send_keys((Keys.BOMB * (self.bombs and self._looks % 2),))
        lobby = self.session.room.lobby
        if lobby is not None and self.phases[-1:] != [lobby.phase]:
            self.phases.append(lobby.phase)
        for game in self.games:
            assert game.poll() is None, game.communicate()[1]
        threading.Event().wait(1 / TICK_RATE)

    def look_until(self, done: Callable[[], object], patience: float, what: str) -> float:
        """Be there until it is true; answers with the seconds that it took, and fails after `patience` seconds."""
        begun = time.monotonic()
        while not done():
            assert time.monotonic() < begun + patience, f"waited {patience} s until {what}; {self.session.room.seats}"
            self.look()
        return time.monotonic() - begun

    def look_for(self, seconds: float) -> None:
        """Be there for so long."""
        until = time.monotonic() + seconds
        self.look_until(lambda: time.monotonic() >= until, seconds + 1, "time has passed")


def is_same(one: Seat, other: Seat) -> bool:
    """True when it is the same chair with the same person on it, looking the same and with as many rounds won."""
    told = (one.slot, one.member, one.name, one.colour, one.character, one.wins)
    return told == (other.slot, other.member, other.name, other.colour, other.character, other.wins)


def home_of(folder: Path) -> dict[str, str]:
    """The environment of a person whose home is this folder, at a computer without screen and sound."""
    env = {name: value for name, value in os.environ.items() if not name.startswith(("SDL_", "WAYLAND"))}
    env |= {"SDL_VIDEODRIVER": "dummy", "SDL_AUDIODRIVER": "dummy", "HOME": str(folder)}
    return env | {f"XDG_{kind}_HOME": str(folder / kind.lower()) for kind in ("CONFIG", "DATA", "STATE", "CACHE")}


def dress(env: dict[str, str], name: str, colour: int, character: int) -> None:
    """Write the settings of the person who lives there."""
    with pytest.MonkeyPatch.context() as here:
        for variable, value in env.items():
            here.setenv(variable, value)
        assert save(settings_path(), Settings(name=name, colour=colour, character=character)) == ""


@contextmanager
def petard(address: str, env: dict[str, str], prefix: Sequence[str] = ()) -> Iterator[subprocess.Popen[str]]:
    """The installed game with a bot on the seat, on its way to a server; whatever is left of it is ended."""
    with running([*prefix, str(PETARD), address, "--bot", "--windowed", "--seconds", "300"], env) as game:
        yield game
