"""The chat line of the lobby."""

import pygame

from petard.game.ui.screens.menu import CONFIRM_DELAY
from petard.game.ui.screens.title import TitleScreen
from tests.game.ui.legible import LegibleCanvas, TextRules
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


def test_arrows_never_lead_into_the_chat_line() -> None:
    person = LobbyPerson()
    for way in ("down", "left", "up", "right") * 2 + ("left",) * 3 + ("down",) * 8 + ("left", "down", "down", "left"):
        person.keys(way)
        assert not person.screen.typing, way


def test_keys_that_are_held_since_the_match_do_nothing_at_first() -> None:
    person = LobbyPerson()
    down = pygame.event.Event(pygame.KEYDOWN, key=pygame.K_DOWN, scancode=pygame.KSCAN_DOWN, mod=0, unicode="")
    screen = person.screen
    person.before(TitleScreen(person.context)).sends(down)
    person.before(screen)
    focus = person.screen.form.focus  # type: ignore[attr-defined]
    for _ in range(4):
        person.sends(down)
        person.waits(0.1)
    assert person.screen.form.focus == focus  # type: ignore[attr-defined]
    person.waits(0.2)
    person.keys("up")
    assert person.screen.form.focus != focus  # type: ignore[attr-defined]


def test_a_line_of_spaces_still_says_what_it_is_for() -> None:
    person = LobbyPerson()
    person.keys("t")
    person.types("  ")
    canvas = LegibleCanvas(person.canvas.surface, TextRules())
    canvas.begin()
    person.screen.draw(canvas, person.now)
    assert any("Enter says it" in text for text in canvas.texts)
