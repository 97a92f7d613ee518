"""The pytest plugin of Petard: demos and captures as tests. It is installed with Petard and needs no setup.

    def test_first_blood(petard_replay):
        assert petard_replay("first_blood").moments(EventType.DIED)

    def test_glued_hello(petard_wire):
        petard_wire("glued_hello", cut="bytes", until=12.0)

A name is that of a file in the folder that pytest's setting `petard_sessions` names, with or without its suffix; an
absolute path is another file.

Rule: every pytest that runs where Petard is installed loads this module. So it imports nothing of Petard until a test
      asks for a fixture, and all that it adds to pytest is named petard_something.
"""

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
        """Run a demo again, compare every digest; every so many ticks copy the world, or encode and decode it."""


class PetardWire(Protocol):
    """The fixture `petard_wire`."""

    def __call__(self, name: str | Path, cut: str | int = "was", until: float | None = None) -> "CapturePlayer":
        """Play a capture against a real server, cut as it "was", to "whole" frames, to "bytes", or by a seed.

        `until`: seconds; what comes later is not played. A capture of a killed server needs it.
        """


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the setting that names the folder of demos and captures."""
    parser.addini(
        "petard_sessions", f"folder of *.petard and *.wire, from the root (default: {FOLDER})", default=FOLDER
    )


def _file(config: pytest.Config, name: str | Path, suffix: str) -> Path:
    path = Path(name)
    if path.suffix != suffix:
        path = path.with_name(f"{path.name}{suffix}")  # "v1.2" has no suffix of ours
    return config.rootpath / str(config.getini("petard_sessions")) / path


@pytest.fixture(scope="session")
def petard_replay(pytestconfig: pytest.Config) -> PetardReplay:
    """Runs a demo again, tick by tick; fails at the first tick that differs."""
    files, playback = (
        import_module("petard.server.devtools.demo_files"),
        import_module("petard.server.devtools.playback"),
    )

    def play(name: str | Path, copy_every: int = 0, through_state: int = 0) -> "PlayResult":
        demo = files.open_demo(_file(pytestconfig, name, ".petard"))
        result: PlayResult = playback.play_demo(demo, copy_every, through_state)
        return result

    return play


@pytest.fixture(scope="session")
def petard_wire(pytestconfig: pytest.Config) -> PetardWire:
    """Plays a capture against a real server; fails where it sends other bytes, or ends in another state."""
    wire = import_module("petard.server.devtools.wire")

    def play(name: str | Path, cut: str | int = "was", until: float | None = None) -> "CapturePlayer":
        player: CapturePlayer = wire.play_capture(wire.open_capture(_file(pytestconfig, name, ".wire")), cut, until)
        return player

    return play
