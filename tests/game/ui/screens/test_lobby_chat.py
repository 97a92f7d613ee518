"""The chat line of the lobby."""

from petard.game.ui.screens.menu import CONFIRM_DELAY
from tests.game.ui.screens.lobby_person import LobbyPerson


def test_t_opens_the_chat_line_enter_sends_it_and_escape_closes_it() -> None:
    person = LobbyPerson()
    person.keys("t")
    assert person.screen.typing
    person.types("hello Bo")
    person.keys("enter")
    person.waits()
    assert [chat.text for chat in person.ends.sessions[2].chat.lines][-1] == "hello Bo"
    assert not person.screen.typing, "the keys work again"
    person.keys("t", "escape")
    assert not person.screen.typing
    assert person.requests == []


def test_enter_pressed_twice_sends_the_chat_line_and_does_not_start_the_match() -> None:
    person = LobbyPerson()
    person.keys("t")
    person.types("go")
    person.keys("enter", "enter")
    person.waits(CONFIRM_DELAY + 0.1)
    assert not person.seat().ready
    person.keys("enter")
    person.waits()
    assert person.seat().ready


def test_typed_text_stays_in_its_field_while_disconnected() -> None:
    person = LobbyPerson()
    person.keys("t")
    person.types("go")
    assert person.context.session is not None
    person.context.session.renew_link()
    person.keys("enter")
    assert (person.screen.typing, person.widget("chat").text) == (True, "go")  # type: ignore[attr-defined]


def test_a_chat_line_can_be_written_with_a_pad_alone() -> None:
    person = LobbyPerson()
    person.goes_to("chat", "pad")
    person.pad("confirm", "confirm", "down", "down", "down", *["right"] * 5, "confirm")
    person.waits()
    assert person.ends.sessions[2].chat.lines[-1].text == "q"


def test_an_empty_line_sends_nothing() -> None:
    person = LobbyPerson()
    said = len(person.ends.sessions[2].chat.lines)
    person.keys("t", "enter")
    assert len(person.ends.sessions[2].chat.lines) == said
