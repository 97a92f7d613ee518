"""The password screen: hidden unless one wants to see it, worked by keys, mouse and pad, and asked for again."""

import pygame
import pytest

from petard.game.ui.screen import HostGame, JoinServer, ShowJoin, SimpleRequest
from petard.game.ui.screens.dialogs import PasswordScreen
from tests.game.ui.pictures import pixels
from tests.game.ui.screens.test_menus import RequestRecorder


def asked(sentence: str = "") -> RequestRecorder:
    """A person who is asked for the password of a room."""
    person = RequestRecorder()
    person.before(PasswordScreen(person.context, "10.0.0.5", sentence))
    return person


def test_return_joins_with_the_typed_password() -> None:
    person = asked()
    person.types("wasd")
    person.keys("enter")
    assert person.requests == [JoinServer("10.0.0.5", "wasd")]
    assert "wasd" not in repr(person.requests)


def test_every_button_of_the_password_screen_works(by: str) -> None:
    person = asked()
    person.pushes("back", by)
    assert person.requests == [ShowJoin("10.0.0.5")]
    person = asked()
    person.widget("password").set_text("fuse")  # type: ignore[attr-defined]
    person.pushes("enter", by)
    assert person.requests == [JoinServer("10.0.0.5", "fuse")]


def test_hosting_uses_the_typed_password_and_refuses_an_invalid_one(by: str) -> None:
    person = RequestRecorder()
    person.before(PasswordScreen(person.context))
    person.pushes("enter", by)
    person.pushes("back", by)
    person.widget("password").set_text("fuse")  # type: ignore[attr-defined]
    person.pushes("enter", by)
    assert person.requests == [SimpleRequest.TITLE, HostGame("fuse")]


def test_the_password_is_hidden_until_the_switch_shows_it(by: str) -> None:
    pictures = []
    for text in ("fuse", "bomb"):
        person = asked()
        person.widget("password").set_text(text)  # type: ignore[attr-defined]
        person.goes_to("show", "keys")
        person.waits()
        hidden = pixels(person.canvas)
        person.pushes("show", by)
        pictures.append((hidden, pixels(person.canvas)))
    (hidden, shown), (other_hidden, other_shown) = pictures
    assert hidden == other_hidden
    assert len({hidden, shown, other_shown}) == 3


def test_the_onscreen_keyboard_hides_the_password_too() -> None:
    person = asked()
    person.pad("confirm")
    person.pad("confirm", "right", "confirm")
    assert person.widget("password").text == "qw"  # type: ignore[attr-defined]
    assert person.widget("password").shown == "\u2022\u2022"  # type: ignore[attr-defined]


@pytest.mark.parametrize("text", ["", "🎉", "\u00ad", "abcא"])
def test_an_impossible_password_shows_a_sentence(text: str) -> None:
    person = asked()
    person.widget("password").set_text(text)  # type: ignore[attr-defined]
    person.keys("enter")
    assert person.requests == []
    assert person.screen.problem.endswith(".")  # type: ignore[attr-defined]
    assert person.screen.typing


def test_a_wrong_password_shows_a_sentence_and_its_length_is_limited() -> None:
    person = asked("That is not the password of this room.")
    assert person.screen.problem.startswith("That is not")  # type: ignore[attr-defined]
    person.sends(pygame.event.Event(pygame.TEXTINPUT, text="x" * 400))
    person.keys("enter")
    assert person.requests == [JoinServer("10.0.0.5", "x" * 128)]
