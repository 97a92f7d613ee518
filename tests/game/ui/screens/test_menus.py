"""Title, join, options and lost: each worked by keys alone, by the mouse alone, and by a pad alone."""

from collections.abc import Callable

import pygame
import pytest

from petard.game.config.settings import ARROWS, Settings
from petard.game.ui.screen import HostGame, JoinServer, Screen, ShowJoin, SimpleRequest
from petard.game.ui.screens.join import JoinScreen
from petard.game.ui.screens.lost import ConnectingScreen, DisconnectedScreen
from petard.game.ui.screens.options import OptionsScreen, pad_lines
from petard.game.ui.screens.pause import PauseScreen
from petard.game.ui.screens.take_over import TakeOverMenu
from petard.game.ui.screens.title import TitleScreen
from tests.game.ui.people import Person
from tests.game.view.test_playback import watched

KNOWN = Settings(name="Ada", addresses=("192.168.1.20", "games.example.org:7778"))


class Requester(Person):
    """Keeps what its screens request for, and stays where it is."""

    def __init__(self, settings: Settings | None = None) -> None:
        super().__init__(settings)
        self.requests: list[object] = []
        self.navigator.answer = lambda request, now: self.requests.append(request)  # type: ignore[method-assign]


def test_every_button_of_the_title_is_reached_and_pushed(by: str) -> None:
    for key, request in {
        "Play": SimpleRequest.PLAY,
        "Host for friends": HostGame(),
        "lock": SimpleRequest.CHOOSE_PASSWORD,
        "Quit": SimpleRequest.QUIT,
    }.items():
        person = Requester()
        person.pushes(key, by)
        assert person.requests == [request]


def test_options_and_join_are_reached_and_left_again(by: str) -> None:
    person = Person()
    for key, kind in {"Options": OptionsScreen, "Join a game": JoinScreen}.items():
        if by == "mouse":
            person.clicks(key, "back")
            assert isinstance(person.screen, TitleScreen)
            person.clicks(key)
        else:
            person.goes_to(key, by)
            (person.keys if by == "keys" else person.pad)("enter" if by == "keys" else "confirm")
        assert isinstance(person.screen, kind)
        {
            "keys": lambda: person.keys("escape"),
            "pad": lambda: person.pad("back"),
            "mouse": lambda: person.clicks_at(9, 9, 3),
        }[by]()
        assert isinstance(person.screen, TitleScreen)


@pytest.mark.parametrize("by", ["keys", "pad"])
def test_the_first_confirm_counts_on_every_screen_that_has_a_button_in_focus(by: str) -> None:
    begun: list[Callable[[Requester], Screen]] = [
        lambda person: TitleScreen(person.context),
        lambda person: ConnectingScreen(person.context),
        lambda person: DisconnectedScreen(person.context, "The line broke.", "10.0.0.5"),
        lambda person: PauseScreen(person.context),
        lambda person: TakeOverMenu(person.context, watched()),
        lambda person: JoinScreen(Person(KNOWN).context),
    ]
    for begin in begun:
        person = Requester()
        person.before(begin(person))
        person.waits()
        (person.keys if by == "keys" else person.pad)("enter" if by == "keys" else "confirm")
        assert len(person.requests) == 1, person.screen


def test_return_alone_plays() -> None:
    person = Requester()
    person.keys("enter")
    assert person.requests == [SimpleRequest.PLAY]


def test_escape_on_the_title_goes_to_quit_first_and_then_quits() -> None:
    person = Requester()
    person.keys("escape")
    assert person.requests == []
    person.keys("escape")
    assert person.requests == [SimpleRequest.QUIT]


def test_a_name_is_written_cleaned_and_kept() -> None:
    person = Person()
    person.goes_to("name", "keys")
    person.keys(*["backspace"] * 20)
    person.types("  Zoe   W ")
    person.keys("enter")
    assert person.context.settings.name == "Zoe W"


def test_an_empty_name_is_the_old_one_again() -> None:
    person = Person()
    person.goes_to("name", "keys")
    person.keys(*["backspace"] * 5, "up")
    assert person.context.settings.name == "Ada"
    assert person.widget("name").text == "Ada"  # type: ignore[attr-defined]


def test_the_address_is_typed_and_return_joins() -> None:
    person = Requester().before(JoinScreen(Person(Settings(name="Ada")).context))
    person.types("10.0.0.5")
    person.keys("enter")
    assert person.requests == [JoinServer("10.0.0.5")]  # type: ignore[attr-defined]


def test_letters_that_are_steps_elsewhere_are_letters_in_an_address() -> None:
    person = Person(Settings(name="Ada"))
    person.before(JoinScreen(person.context))
    person.types("wasd t")
    assert person.widget("address").text == "wasd t"  # type: ignore[attr-defined]


@pytest.mark.parametrize("text", ["", "a:b:c", "10.0.0.1:99999", "[::1", "x" * 300, "not an address"])
def test_a_wrong_address_shows_a_sentence_and_nothing_is_joined(text: str) -> None:
    person = Requester(Settings(name="Ada"))
    person.before(JoinScreen(person.context))
    person.types(text)
    person.keys("enter")
    assert isinstance(person.screen, JoinScreen)
    assert person.requests == []
    assert person.screen.problem.endswith(".")


def test_text_is_pasted_by_button_and_by_shortcut(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("petard.game.ui.screens.join.clipboard_text", lambda: " 10.0.0.7:7779\n")
    monkeypatch.setattr("petard.game.ui.widgets.text_field.clipboard_text", lambda: "8")
    person = Requester(KNOWN)
    person.before(JoinScreen(person.context))
    person.clicks("paste")
    field = person.widget("address")
    assert field.text == "10.0.0.7:7779"  # type: ignore[attr-defined]
    person.clicks("address")
    person.sends(pygame.event.Event(pygame.KEYDOWN, key=pygame.K_v, scancode=25, mod=pygame.KMOD_LCTRL, unicode="v"))
    assert field.text == "10.0.0.7:77798"  # type: ignore[attr-defined]


def options(by: str) -> Requester:
    person = Requester()
    person.before(OptionsScreen(person.context))
    return person


def test_every_option_is_changed(by: str) -> None:
    person = options(by)
    before = person.context.settings
    for key in ("full_screen", "shake", "flashes", "particles", "danger"):
        person.pushes(key, by)
        assert getattr(person.context.settings, key) is not getattr(before, key)
    if by == "mouse":
        person.clicks("players", part=0.9)
        person.clicks("volume", part=0.5)
    else:
        for key in ("players", "volume"):
            person.goes_to(key, by)
            (person.keys if by == "keys" else person.pad)("right")
    assert person.context.settings.players == 2
    assert person.context.settings.volume != before.volume


def test_a_key_is_bound_and_the_usual_ones_come_back(by: str) -> None:
    person = options(by)
    person.pushes("0:bomb", by)
    person.keys("x")
    assert person.context.settings.keys[0].bomb == (pygame.KSCAN_X,)
    person.pushes("usual", by)
    assert person.context.settings.keys[0] == ARROWS


def test_a_key_that_opens_nothing_else_is_free_while_a_button_listens() -> None:
    person = options("keys")
    person.goes_to("full_screen", "keys")
    person.keys("right")
    person.goes_to("1:up", "keys")
    person.keys("enter", "escape")
    assert isinstance(person.screen, OptionsScreen)
    assert person.requests == []


def test_pads_are_named_and_many_are_counted() -> None:
    assert pad_lines(("A", "B", "C", "D"))[-1] == "and 2 more"


def test_a_lost_server_leads_back_or_to_another_try(by: str) -> None:
    for key, request in {
        "again": JoinServer("10.0.0.5"),
        "change": ShowJoin("10.0.0.5"),
        "title": SimpleRequest.TITLE,
    }.items():
        person = Requester()
        person.before(DisconnectedScreen(person.context, "The server closed the connection.", "10.0.0.5"))
        person.pushes(key, by)
        assert person.requests == [request]


def test_waiting_can_be_given_up(by: str) -> None:
    person = Requester()
    person.before(ConnectingScreen(person.context))
    person.pushes("title", by)
    assert person.requests == [SimpleRequest.TITLE]


def test_a_key_that_stays_down_pushes_once() -> None:
    person = Requester()
    enter = pygame.event.Event(pygame.KEYDOWN, key=pygame.K_RETURN, scancode=pygame.KSCAN_RETURN, mod=0, unicode="")
    for _ in range(5):
        person.sends(enter)
    assert len(person.requests) == 1


def test_a_direction_that_stays_down_goes_on() -> None:
    person = Person()
    down = pygame.event.Event(pygame.KEYDOWN, key=pygame.K_DOWN, scancode=pygame.KSCAN_DOWN, mod=0, unicode="")
    for _ in range(3):
        person.sends(down)
    assert isinstance(person.screen, TitleScreen)
    assert person.screen.form.focus == "Replays"
