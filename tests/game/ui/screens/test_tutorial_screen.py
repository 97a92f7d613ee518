"""The first Play of a person is the first round; it is skipped with one key, and comes again only when asked for."""

import pygame
import pytest

from petard.game.client.server_control import ServerControl
from petard.game.config.settings import Settings
from petard.game.ui.screen import SimpleRequest
from petard.game.ui.screens.dialogs import ConnectingScreen
from petard.game.ui.screens.how_to_play import HowToPlayScreen
from petard.game.ui.screens.tutorial import TutorialScreen
from petard.game.view.tutorial import TutorialStep
from tests.game.ui.person import Person


class NoServer:
    """A server of our own that never gets ready."""

    port, problem, invitation = None, "", ""

    def __init__(self, *_: object) -> None:
        self.control = ServerControl()

    def poll(self, now: float) -> None: ...

    def send_orders(self) -> None: ...

    def end(self) -> None: ...


@pytest.fixture
def person(monkeypatch: pytest.MonkeyPatch) -> Person:
    """A new player on the title."""
    monkeypatch.setattr("petard.game.flow.server_joiner.LocalServer", NoServer)
    return Person()


def test_the_first_play_is_the_first_round_and_escape_goes_on_to_the_match(person: Person) -> None:
    person.keys("enter")
    assert isinstance(person.screen, TutorialScreen)
    assert person.navigator.playing
    assert person.context.settings.tutorial_seen
    person.keys("escape")
    assert isinstance(person.screen, ConnectingScreen)


def test_it_never_comes_again_by_itself(person: Person) -> None:
    person.context.settings = Settings(name="Ada", tutorial_seen=True)
    person.navigator.answer(SimpleRequest.TITLE, 0.0)
    person.keys("enter")
    assert isinstance(person.screen, ConnectingScreen)


def test_a_match_from_the_command_line_is_not_delayed(person: Person) -> None:
    person.navigator.answer(SimpleRequest.PLAY, 0.0)  # as `--play` does
    assert isinstance(person.screen, ConnectingScreen)
    assert not person.context.settings.tutorial_seen


@pytest.mark.parametrize("by", ["keys", "mouse", "pad"])
def test_how_to_play_has_it_and_one_press_leads_back(person: Person, by: str) -> None:
    person.navigator.answer(SimpleRequest.HOW_TO_PLAY, 0.0)
    person.clicks("try")
    assert isinstance(person.screen, TutorialScreen)
    match by:
        case "keys":
            person.keys("escape")
        case "mouse":
            person.clicks_at(person.canvas.wide - 100, person.canvas.tall - 40)
        case _:
            person.pad("back")
    assert isinstance(person.screen, HowToPlayScreen)


def test_the_keys_of_a_player_move_the_body(person: Person) -> None:
    person.keys("enter")
    screen = person.screen
    assert isinstance(screen, TutorialScreen)
    right = pygame.event.Event(pygame.KEYDOWN, key=pygame.K_RIGHT, scancode=pygame.KSCAN_RIGHT, mod=0, unicode="")
    person.sends(right)
    person.waits(1.0)
    assert screen.tutorial.step is TutorialStep.BOMB


def test_it_ends_by_itself(person: Person) -> None:
    person.keys("enter")
    screen = person.screen
    assert isinstance(screen, TutorialScreen)
    while not screen.tutorial.is_over:
        screen.tutorial.tick(0)
    person.waits()
    assert isinstance(person.screen, ConnectingScreen)
