"""A game hosts a public room, a real directory lists it, and another game finds it there and joins it."""

import json
import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager

import pytest

from petard.game.config.settings import Settings
from petard.game.ui.screen import SimpleRequest
from petard.game.ui.screens.internet import InternetScreen
from petard.game.ui.screens.lobby import LobbyScreen
from petard.game.ui.screens.menu import CONFIRM_DELAY
from petard.shared.control_channel import ListingState
from tests.game.ui.person import Person
from tests.screens import running

DIRECTORY = (sys.executable, "-P", "-m", "petard.server.directory")
OPTIONS = ("--host", "127.0.0.1", "--port", "0", "--allow-private", "--ready", "json")
PATIENCE = 60.0  # seconds


class PersonOfNow(Person):
    """A person with a real network, whose clock is the real one."""

    def __init__(self, name: str, directory: str) -> None:
        super().__init__(Settings(name=name, tutorial_seen=True, directory=directory, bots=0))
        self.now = time.monotonic()

    def waits(self, seconds: float = 0.0) -> None:
        self.now = time.monotonic()
        self.navigator.poll(self.now)
        self.navigator.tick(self.now)
        self.canvas.begin()
        self.navigator.draw(self.now)

    @property
    def internet(self) -> InternetScreen:
        assert isinstance(self.screen, InternetScreen)
        return self.screen

    @property
    def rooms(self) -> list[tuple[str, str]]:
        return [(place.name, place.reason) for place in self.internet.places]


def until(is_so: Callable[[], object], *people: PersonOfNow) -> None:
    """Let these people play until something is so."""
    ends_at = time.monotonic() + PATIENCE
    while not is_so():
        for person in people:
            person.waits()
        assert time.monotonic() < ends_at, [type(person.screen).__name__ for person in people]


def listing_of(host: PersonOfNow) -> ListingState | None:
    """What the game of the host knows of its announcement."""
    control = host.context.own_server.control
    return control.listing if control else None


@contextmanager
def directory() -> Iterator[str]:
    """A directory; its URL."""
    with running([*DIRECTORY, *OPTIONS], {**os.environ, "PYTHONUNBUFFERED": "1"}) as child:
        assert child.stdout
        yield f"http://127.0.0.1:{json.loads(child.stdout.readline())['port']}"


def test_a_public_room_is_found_through_a_directory_and_joined(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PETARD_DISCOVERY", "off")
    monkeypatch.setenv("PETARD_WEB", "off")
    with directory() as url:
        host, guest = PersonOfNow("Ada", url), PersonOfNow("Bo", url)
        with closing(host.navigator), closing(guest.navigator):
            host.clicks("lock")
            host.clicks("public")
            host.clicks("enter")
            until(lambda: isinstance(host.screen, LobbyScreen), host)
            until(lambda: listing_of(host) is ListingState.LISTED, host)
            guest.navigator.answer(SimpleRequest.INTERNET, guest.now)
            until(lambda: guest.rooms == [("Ada's game", "")], host, guest)
            until(lambda: guest.internet.places[0].found.ping is not None, host, guest)  # type: ignore[union-attr]
            found = guest.internet.places[0].found
            assert found is not None
            assert (found.host, found.seats, found.locked) == ("127.0.0.1", 8, False)
            ready_at = time.monotonic() + 2 * CONFIRM_DELAY
            until(lambda: time.monotonic() > ready_at, host, guest)
            guest.keys("enter")
            until(lambda: isinstance(guest.screen, LobbyScreen), host, guest)
            session = guest.context.session
            assert session is not None
            until(lambda: {seat.name for seat in session.room.seats} >= {"Ada", "Bo"}, host, guest)
    late = PersonOfNow("Cy", url)
    late.navigator.answer(SimpleRequest.INTERNET, late.now)
    until(lambda: late.internet.internet.problem, late)
    assert late.internet.internet.problem == f"No directory runs at {url.removeprefix('http://')} now."
