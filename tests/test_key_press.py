"""The way of one key press in ARCHITECTURE.md is true: a key goes down in a real game, and every hop of the list runs.

A real App (dummy video driver) and a real Server talk over a socket of this machine, in one thread, on a clock that the
test moves. From the key press until its answer is drawn, `sys.setprofile` records which functions of ours were called.
"""

import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

import pygame
import pytest

from petard.game.config.arguments import Address, Arguments
from petard.game.flow.app import App
from petard.shared.protocol.messages import Phase, Ready
from petard.shared.rules.ruleset import TICK_RATE
from tests.game.ui.pictures import dummy_canvas
from tests.server.loopback import LoopbackServer
from tests.tools.way_picture import PICTURE, picture_of

ROOT = Path(__file__).parents[1]
ARCHITECTURE = (ROOT / "ARCHITECTURE.md").read_text("utf-8")
FOLDERS = tuple(str(ROOT / name) + "/" for name in ("assets", "game", "server", "shared"))
LINES_MOST = 4600  # a room may go on elsewhere, which the connection and the match have to bear
SETTLED = 4 * TICK_RATE  # ticks after which the countdown is over and the client clock keeps its distance
ANSWERED = 12  # ticks after which the server's answer is drawn


def part(name: str) -> str:
    """The text between two marks in ARCHITECTURE.md."""
    return ARCHITECTURE.partition(f"<!-- {name} -->\n")[2].partition("<!-- end -->")[0]


def hops() -> list[str]:
    """The functions on the way, in order, as `module:qualified name`."""
    found = []
    for dotted in re.findall(r"^\d+\. `petard\.([\w.]+)`", part("way"), re.MULTILINE):
        module = dotted.split(".")
        names: list[str] = []
        while not (ROOT / ("/".join(module) + ".py")).exists():
            names.insert(0, module.pop())
            assert module, f"{dotted} is in no file"
        found.append(f"{'/'.join(module)}.py:{'.'.join(names)}")
    return found


def beside() -> list[str]:
    """The files, or folders with all their files, that run in the same ticks and pictures but do not carry the key."""
    return re.findall(r"`([\w/]+(?:\.py|/))`", part("beside the way"))


class Both:
    """A game and its server, which run in turns."""

    def __init__(self, folder: Path) -> None:
        self.loopback = LoopbackServer(bots=1)
        address = Address("127.0.0.1", self.loopback.listeners.port)
        self.app = App(Arguments(address, name="Ada"), folder / "settings.toml", self.loopback.now)

    def turn(self, ticks: int = 1) -> None:
        """Let the game and then the server run for some ticks."""
        for _ in range(ticks):
            self.app.run_once(self.loopback.now)
            self.loopback.update()

    def into_the_match(self) -> None:
        """Join, get ready and wait until the round runs."""
        for _ in range(60 * TICK_RATE):
            self.turn()
            session = self.app.navigator.context.session
            if session and session.room.lobby:
                if session.room.lobby.phase is Phase.PLAYING:
                    break
                session.link.send(Ready(True))
        self.turn(SETTLED)

    def close(self) -> None:
        self.app.close()
        self.loopback.close()


@contextmanager
def calls_of_ours() -> Iterator[list[str]]:
    """Every call of a function of ours, in order, as `file:qualified name`."""
    calls: list[str] = []

    def note(frame: FrameType, event: str, _: object) -> None:
        code = frame.f_code
        if event == "call" and code.co_filename.startswith(FOLDERS):
            calls.append(f"{code.co_filename[len(str(ROOT)) + 1 :]}:{code.co_qualname}")

    sys.setprofile(note)
    try:
        yield calls
    finally:
        sys.setprofile(None)


@pytest.fixture(scope="module")
def calls(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """The calls from a key press until its answer was drawn."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SDL_AUDIODRIVER", "dummy")
        dummy_canvas()
        both = Both(tmp_path_factory.mktemp("way"))
        try:
            both.into_the_match()
            key = pygame.key.key_code("right")
            pygame.event.post(pygame.event.Event(pygame.KEYDOWN, key=key, scancode=79, mod=0, unicode=""))
            with calls_of_ours() as calls:
                both.turn(ANSWERED)
        finally:
            both.close()
    return calls


def test_each_hop_runs_in_the_order_of_the_list(calls: list[str]) -> None:
    at = 0
    for hop in hops():
        assert hop in calls[at:], f"{hop} is not called after the hop before it"
        at += calls[at:].index(hop) + 1


def test_each_file_that_runs_is_named(calls: list[str]) -> None:
    on_the_way = {hop.partition(":")[0] for hop in hops()}
    others = {call.partition(":")[0] for call in calls} - on_the_way
    assert [file for file in sorted(others) if not file.startswith(tuple(beside()))] == []
    assert [name for name in beside() if not any(file.startswith(name) for file in others)] == []


def test_a_student_can_read_the_way_in_an_evening() -> None:
    files = {hop.partition(":")[0] for hop in hops()}
    assert sum(len((ROOT / file).read_text("utf-8").splitlines()) for file in files) < LINES_MOST


def test_the_picture_of_the_way_shows_the_list() -> None:
    assert PICTURE.read_text("utf-8") == picture_of(ARCHITECTURE), "run `python -m tests.tools.way_picture`"
