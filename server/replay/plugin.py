"""The pytest plugin of Petard: recorded matches and captures as tests. It comes with Petard; nothing is to be set up.

    def test_first_blood(replay):
        assert replay("first_blood").moments(What.DIED)

    def test_glued_hello(wire):
        wire("glued_hello", cut="bytes")

Names are files in the folder `petard_sessions` of pytest's settings, without suffix, or paths with one.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Protocol

import pytest

from petard.server.replay.playing import Played, play_demo, play_wire
from petard.server.replay.stage import Stage
from petard.shared.demo.reader import read_demo
from petard.shared.demo.wire import read_wire

FOLDER = "tests/sessions"


class Replay(Protocol):
    """The fixture `replay`."""

    def __call__(self, name: str | Path, copy_every: int = 0, through_state: int = 0) -> Played:
        """Run a demo again and compare every digest, with the world copied, or turned into a record and back,
        every so many ticks."""


class Wire(Protocol):
    """The fixture `wire`."""

    def __call__(self, name: str | Path, cut: str | int = "was") -> Stage:
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
def replay(pytestconfig: pytest.Config) -> Replay:
    """Re-runs a demo on virtual time, tick by tick; fails where the first differs."""
    read = _opener(pytestconfig, ".petard")

    def play(name: str | Path, copy_every: int = 0, through_state: int = 0) -> Played:
        return play_demo(read_demo(read(name)), copy_every, through_state)

    return play


@pytest.fixture(scope="session")
def wire(pytestconfig: pytest.Config) -> Wire:
    """Plays a capture against a real server; fails where it says something else, or ends otherwise."""
    read = _opener(pytestconfig, ".wire")

    def play(name: str | Path, cut: str | int = "was") -> Stage:
        return play_wire(read_wire(read(name)), cut)

    return play
