"""How visits begin: what is said before a server of our own asks the system for something."""

import pytest

from game.doctor.cases import BEFORE
from game.ui.screens import HostGame, Play, ToTitle
from game.ui.screens.lost import Waiting
from tests.game.ui.people import Person
from tests.game.ui.pictures import pixels


class NoChild:
    """A server that never starts, and what stood on the screen when it was to be."""

    prompts: list[str]

    def __init__(self, person: Person) -> None:
        self.person, self.prompts = person, []

    def __call__(self, *_: object) -> "NoChild":
        self.prompts.append(self.person.kit.prompt)
        return self

    port, problem = None, ""

    def poll(self, now: float) -> None:
        """Not yet."""

    def end(self) -> None:
        """Nothing to end."""


def host(monkeypatch: pytest.MonkeyPatch, system: str) -> tuple[Person, NoChild]:
    """Somebody with such a computer."""
    person = Person()
    person.kit.system = system
    child = NoChild(person)
    monkeypatch.setattr("game.trips.Child", child)
    return person, child


@pytest.mark.parametrize("system", BEFORE)
def test_what_to_tell_the_system_is_shown_before_our_server_makes_it_ask_and_only_once(
    monkeypatch: pytest.MonkeyPatch, system: str
) -> None:
    person, child = host(monkeypatch, system)
    pictures = []
    for _ in range(2):
        person.director.answer(HostGame(), 0.0)
        assert isinstance(person.director.screen, Waiting)
        person.now = 0.0
        person.waits()
        pictures.append(pixels(person.canvas))
        person.director.answer(ToTitle(), 0.0)
        assert person.kit.prompt == ""
    assert child.prompts == [BEFORE[system], ""]
    assert pictures[0] != pictures[1]


@pytest.mark.parametrize(("system", "wish"), [("linux", HostGame()), ("win32", Play()), ("darwin", Play())])
def test_where_nothing_is_asked_nothing_is_said(
    monkeypatch: pytest.MonkeyPatch, system: str, wish: HostGame | Play
) -> None:
    person, child = host(monkeypatch, system)
    person.director.answer(wish, 0.0)
    assert (child.prompts, person.kit.prompt) == ([""], "")
