"""How visits begin: what is said before a server of our own asks the system for something."""

from dataclasses import replace

import pytest

from petard.assets import path
from petard.game.client.server_control import ServerControl
from petard.game.config.settings import Settings
from petard.game.doctor.diagnosis import BEFORE
from petard.game.flow.local_server import LocalServerOptions, command_line_of
from petard.game.ui.screen import HostGame, JoinServer, SimpleRequest
from petard.game.ui.screens.dialogs import ConnectingScreen
from petard.server.config.schema import settings_of
from petard.shared.bots.traits import SKILL_NAMES
from tests.game.ui.person import Person
from tests.game.ui.pictures import pixels


class NoChild:
    """A server that never starts, and what stood on the screen when it was to be."""

    prompts: list[str]

    def __init__(self, person: Person) -> None:
        self.person, self.prompts, self.options = person, [], LocalServerOptions()
        self.control = ServerControl()

    def __call__(self, options: LocalServerOptions, now: float) -> "NoChild":
        self.prompts.append(self.person.context.own_server.prompt)
        self.options = options
        return self

    port, problem, invitation = None, "", ""

    def poll(self, now: float) -> None:
        """Not yet."""

    def send_orders(self) -> None:
        """There are none."""

    def end(self) -> None:
        """Nothing to end."""


def host(monkeypatch: pytest.MonkeyPatch, system: str) -> tuple[Person, NoChild]:
    """Somebody with such a computer."""
    person = Person()
    person.context.own_server.system = system
    child = NoChild(person)
    monkeypatch.setattr("petard.game.flow.server_joiner.LocalServer", child)
    return person, child


@pytest.mark.parametrize("system", BEFORE)
def test_the_answer_for_the_system_is_shown_once_before_the_server_starts(
    monkeypatch: pytest.MonkeyPatch, system: str
) -> None:
    person, child = host(monkeypatch, system)
    pictures = []
    for _ in range(2):
        person.navigator.answer(HostGame(), 0.0)
        assert isinstance(person.navigator.screen, ConnectingScreen)
        person.now = 0.0
        person.waits()
        pictures.append(pixels(person.canvas))
        person.navigator.answer(SimpleRequest.TITLE, 0.0)
        assert person.context.own_server.prompt == ""
    assert child.prompts == [BEFORE[system], ""]
    assert pictures[0] != pictures[1]


@pytest.mark.parametrize(
    ("system", "wish"), [("linux", HostGame()), ("win32", SimpleRequest.PLAY), ("darwin", SimpleRequest.PLAY)]
)
def test_a_system_that_does_not_ask_gets_no_hint(
    monkeypatch: pytest.MonkeyPatch, system: str, wish: HostGame | SimpleRequest
) -> None:
    person, child = host(monkeypatch, system)
    person.navigator.answer(wish, 0.0)
    assert (child.prompts, person.context.own_server.prompt) == ([""], "")


def test_the_host_of_a_room_with_a_password_joins_with_that_password(monkeypatch: pytest.MonkeyPatch) -> None:
    person, child = host(monkeypatch, "linux")
    person.goes_to("lock", "keys")
    person.keys("enter")
    person.types("wasd")
    person.keys("enter")
    assert isinstance(person.navigator.screen, ConnectingScreen)
    assert (child.options.for_friends, child.options.password) == (True, "wasd")
    assert person.navigator.connection is not None
    assert person.navigator.connection.session.link.login.password == "wasd"
    assert "wasd" not in repr((HostGame("wasd"), child.options))
    person.navigator.answer(SimpleRequest.TITLE, 0.0)
    person.navigator.answer(HostGame(), 0.0)
    assert child.options.password == ""


def test_play_starts_three_easy_bots_and_the_default_match(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    person, child = host(monkeypatch, "linux")
    hosted = replace(person.context.settings, map="arena", rules="duel", rounds=9, bots=15, skill=3, away=2)
    person.context.settings = hosted
    person.navigator.answer(SimpleRequest.PLAY, 0.0)
    played = child.options
    usual = {one.key: one.parse(one.default) for one in settings_of([file.stem for file in path("maps").glob("*.txt")])}
    assert (played.bots, SKILL_NAMES[played.skill]) == (3, "easy")
    assert (played.map, played.rules, played.rounds) == (usual["map"], usual["rules"], usual["rounds"])
    assert (played.for_friends, played.away) == (False, 0)
    assert person.context.own_server.is_solo
    person.navigator.answer(HostGame(), 0.0)
    assert person.context.settings == hosted
    assert (child.options.map, child.options.bots, child.options.skill) == ("arena", 15, 3)
    assert not person.context.own_server.is_solo
    for wish, is_solo in ((SimpleRequest.PLAY, True), (JoinServer("10.0.0.5"), False)):
        person.navigator.answer(wish, 0.0)
        assert person.context.own_server.is_solo is is_solo


URL = "http://127.0.0.1:7770"


@pytest.mark.parametrize("public", [False, True])
@pytest.mark.parametrize("password", ["", "wasd"])
@pytest.mark.parametrize("by", ["keys", "mouse", "pad"])
def test_a_room_is_announced_at_the_directory_only_where_the_host_says_so(
    monkeypatch: pytest.MonkeyPatch, public: bool, password: str, by: str
) -> None:
    person = Person(Settings(name="Ada", tutorial_seen=True, directory=URL))
    child = NoChild(person)
    monkeypatch.setattr("petard.game.flow.server_joiner.LocalServer", child)
    person.navigator.answer(HostGame(), 0.0)
    assert child.options.directory == ""
    person.navigator.answer(SimpleRequest.TITLE, 0.0)
    person.pushes("lock", by)
    if public:
        person.pushes("public", by)
    if password:
        person.clicks("password")
        person.types(password)
    person.pushes("enter", by)
    assert isinstance(person.navigator.screen, ConnectingScreen)
    assert (child.options.for_friends, child.options.password) == (True, password)
    assert child.options.directory == (URL if public else "")
    assert ("--public" in command_line_of(child.options)) is public
    assert (URL in command_line_of(child.options)) is public
    assert child.options.standby == ("off" if public else "on"), "strangers get a copy of a room unasked"
    person.navigator.answer(SimpleRequest.TITLE, 0.0)
    person.navigator.answer(HostGame(), 0.0)
    assert child.options.directory == "", "the next room is public, and nobody has said so"
