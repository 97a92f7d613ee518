"""The pytest plugin of Petard: recorded matches and captures as tests. It comes with Petard; nothing is to be set up.

    def test_first_blood(petard_replay):
        assert petard_replay("first_blood").moments(What.DIED)

    def test_glued_hello(petard_wire):
        petard_wire("glued_hello", cut="bytes")

Names are files in the folder `petard_sessions` of pytest's settings, without suffix, or paths with one.

Rule: every pytest beside which Petard is installed loads this module, so it imports nothing of Petard until a test asks
      for one of the fixtures, and what it adds to pytest is called petard_something.
"""

from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import pytest

if TYPE_CHECKING:
    from petard.server.devtools.capture_player import CapturePlayer
    from petard.server.devtools.playback import PlayResult

FOLDER = "tests/sessions"


class PetardReplay(Protocol):
    """The fixture `petard_replay`."""

    def __call__(self, name: str | Path, copy_every: int = 0, through_state: int = 0) -> "PlayResult":
        """Run a demo again and compare every digest, with the world copied, or turned into a record and back,
        every so many ticks."""


class PetardWire(Protocol):
    """The fixture `petard_wire`."""

    def __call__(self, name: str | Path, cut: str | int = "was") -> "CapturePlayer":
        """Play a capture against a real server: cut as it "was", to "whole" frames, to "bytes", or by a seed."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """Where the sessions are."""
    parser.addini(
        "petard_sessions", f"folder of *.petard and *.wire, from the root (default: {FOLDER})", default=FOLDER
    )


def _opener(config: pytest.Config, suffix: str) -> Callable[[str | Path], bytes]:
    folder = config.rootpath / str(config.getini("petard_sessions"))

    def read(name: str | Path) -> bytes:
        path = Path(name)
        return (path if path.suffix else folder / f"{name}{suffix}").read_bytes()

    return read


@pytest.fixture(scope="session")
def petard_replay(pytestconfig: pytest.Config) -> PetardReplay:
    """Re-runs a demo on virtual time, tick by tick; fails where the first differs."""
    read = _opener(pytestconfig, ".petard")
    reader, playing = import_module("petard.shared.demo.reader"), import_module("petard.server.devtools.playback")

    def play(name: str | Path, copy_every: int = 0, through_state: int = 0) -> "PlayResult":
        played: PlayResult = playing.play_demo(reader.read_demo(read(name)), copy_every, through_state)
        return played

    return play


@pytest.fixture(scope="session")
def petard_wire(pytestconfig: pytest.Config) -> PetardWire:
    """Plays a capture against a real server; fails where it says something else, or ends otherwise."""
    read = _opener(pytestconfig, ".wire")
    reader, playing = import_module("petard.shared.demo.wire"), import_module("petard.server.devtools.playback")

    def play(name: str | Path, cut: str | int = "was") -> "CapturePlayer":
        stage: CapturePlayer = playing.play_wire(reader.read_wire(read(name)), cut)
        return stage

    return play
