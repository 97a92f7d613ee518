"""Input methods, as for Chinese, Japanese or Korean: keys belong to what is composed; it is drawn, and becomes text.

A test sends what SDL sends on macOS: each key goes to us, too, before the input method says what it did with it. On
other systems the key is missing.
"""

from collections.abc import Callable

import pygame
import pytest

from petard.game.config.arguments import Arguments
from petard.game.flow.app import App
from petard.game.ui.layout import Box
from petard.game.ui.screens.dialogs import PasswordScreen
from petard.game.ui.screens.doctor import DoctorScreen
from petard.game.ui.screens.join import JoinScreen
from petard.game.ui.screens.options import OptionsScreen
from petard.game.ui.screens.title import TitleScreen
from petard.game.ui.widgets.text_field import TextField
from tests.game.flow.fake_connection import in_match
from tests.game.ui.person import Person
from tests.game.ui.pictures import dummy_canvas
from tests.game.ui.screens.lobby_person import LobbyPerson
from tests.game.ui.screens.test_menus import RequestRecorder

BOX = (100.0, 100.0, 400.0, 50.0)


def finishes(person: Person, text: str) -> None:
    """The input method has finished: the text comes, and nothing is composed any more."""
    person.sends(pygame.event.Event(pygame.TEXTINPUT, text=text))
    person.composes("")


def at_field(screen: Callable[[Person], object], key: str) -> Person:
    """A person whose keys go into a field of a screen."""
    person = RequestRecorder()
    person.before(screen(person))  # type: ignore[arg-type]
    person.goes_to(key, "keys")
    return person


def in_lobby() -> Person:
    person = LobbyPerson()
    person.keys("t")
    return person


def in_chat() -> Person:
    person = in_match()
    person.keys("enter")
    return person


def no_examination(person: Person) -> DoctorScreen:
    return DoctorScreen(person.context, begin=lambda facts, now: None)  # type: ignore[arg-type, return-value]


FIELDS: dict[str, Callable[[], Person]] = {
    "chat in the lobby": in_lobby,
    "chat in a match": in_chat,
    "name on the title": lambda: at_field(lambda person: TitleScreen(person.context), "name"),
    "name in the options": lambda: at_field(lambda person: OptionsScreen(person.context), "name"),
    "address": lambda: at_field(lambda person: JoinScreen(person.context), "address"),
    "address of the doctor": lambda: at_field(no_examination, "address"),
    "password": lambda: at_field(lambda person: PasswordScreen(person.context), "password"),
}


@pytest.fixture(params=FIELDS)
def writer(request: pytest.FixtureRequest) -> Person:
    return FIELDS[request.param]()


def field_of(person: Person) -> TextField:
    assert isinstance(person.screen.text_field, TextField)
    return person.screen.text_field


KEYS = ("enter", "escape", "up", "down", "left", "right", "backspace", "tab", "f11", "t")


@pytest.mark.parametrize("key", KEYS)
def test_a_key_belongs_to_the_composition_in_every_field(writer: Person, key: str) -> None:
    field, screen = field_of(writer), writer.screen
    field.set_text("ab")
    writer.composes("ni")
    writer.keys(key)
    assert (field.text, field.is_composing) == ("ab", True)
    assert (writer.screen, writer.screen.text_field) == (screen, field), "nothing was chosen, sent or left"
    assert not writer.input_events.wants_other_size
    writer.composes("")
    writer.keys("backspace")
    assert field.text == "a", "afterwards keys are keys again"


def test_what_is_composed_becomes_text_when_it_is_finished_and_enter_then_ends_the_line() -> None:
    person = LobbyPerson()
    person.keys("t")
    for pinyin, text in (("ni", "你"), ("hao", "好")):
        for end in range(len(pinyin)):
            person.composes(pinyin[: end + 1])
        person.keys("enter")
        finishes(person, text)
    person.waits(1)
    assert [chat.text for chat in person.ends.sessions[2].chat.lines] == []
    person.keys("enter")
    person.waits()
    assert [chat.text for chat in person.ends.sessions[2].chat.lines] == ["你好"]


def test_a_syllable_may_be_finished_while_the_next_one_is_composed() -> None:
    person = in_lobby()
    person.composes("한")
    person.sends(pygame.event.Event(pygame.TEXTINPUT, text="한"))
    person.composes("ㄱ")
    person.keys("enter")
    assert (field_of(person).text, field_of(person).is_composing) == ("한", True)


def test_what_is_composed_is_drawn_in_every_field_and_gone_when_it_is_given_up(writer: Person) -> None:
    box = field_of(writer).box
    before = cut(writer, box)
    writer.composes("ni")
    composed = cut(writer, box)
    writer.composes("")
    assert composed != before == cut(writer, box)


def cut(person: Person, box: Box) -> bytes:
    """The pixels of a field, at a moment in which its caret is on."""
    person.now = 0.0
    person.canvas.begin()
    person.navigator.draw(0.0)
    return pygame.image.tobytes(person.canvas.surface.subsurface(person.canvas.pixels(*box)), "RGB")


def test_a_composed_password_is_not_shown() -> None:
    looks = []
    for text in ("ni", "ha"):
        person = FIELDS["password"]()
        person.composes(text)
        looks.append(cut(person, field_of(person).box))
    assert looks[0] == looks[1]


def test_the_caret_stands_in_the_composition_and_the_composition_at_the_cursor() -> None:
    canvas, field = dummy_canvas(), TextField("name", BOX, "ab", 40)
    field.draw(canvas, True, 0.0)
    places = [field.caret[0]]
    for caret in (0, 1, 2, 99, -5):
        field.compose("ni", caret)
        field.draw(canvas, True, 0.0)
        places.append(field.caret[0])
    assert places[0] == places[1] == places[5] < places[2] < places[3] == places[4]


@pytest.mark.parametrize("text", ["w" * 60, "ni" + "w" * 200, "\n\x00\u202e", "👩\u200d🚀"])
def test_the_caret_never_leaves_the_field(text: str) -> None:
    canvas, field = dummy_canvas(), TextField("name", BOX, "w" * 60, 80)
    for caret in (0, 30, 300):
        field.compose(text, caret)
        field.draw(canvas, True, 0.0)
        assert BOX[0] <= field.caret[0] <= BOX[0] + BOX[2]


def test_a_composition_is_dropped_with_the_field_that_is_left() -> None:
    person = FIELDS["name on the title"]()
    field = field_of(person)
    person.composes("ni")
    person.pad("up")
    person.waits()
    person.sends(pygame.event.Event(pygame.KEYUP, key=0, scancode=0, mod=0, unicode=""))
    assert person.screen.text_field is None
    assert not field.is_composing
    person.pad("down")
    person.keys("left")
    assert field_of(person) is field
    assert field.text == "Ada"


def test_back_on_a_pad_leaves_a_line_that_is_composed_and_enter_then_starts_an_empty_one() -> None:
    person = in_chat()
    person.composes("ni")
    person.pad("back")
    person.waits()
    assert not person.screen.typing
    person.keys("enter")
    assert (field_of(person).text, field_of(person).is_composing) == ("", False)


def test_a_window_without_the_focus_composes_nothing() -> None:
    person = in_lobby()
    person.composes("ni")
    person.sends(pygame.event.Event(pygame.WINDOWFOCUSLOST))
    assert not field_of(person).is_composing


def test_the_list_of_candidates_opens_at_the_caret(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    places: list[pygame.Rect] = []
    monkeypatch.setattr(pygame.key, "set_text_input_rect", places.append)
    app = App(Arguments(), tmp_path_factory.mktemp("home") / "settings.toml", 0.0)
    try:
        screen = app.navigator.screen
        assert isinstance(screen, TitleScreen)
        screen.form.focus_on("name")
        for text in ("", "n", "ni"):
            pygame.event.post(pygame.event.Event(pygame.TEXTEDITING, text=text, start=len(text), length=0))
            app.run_once(0.0)
    finally:
        app.close()
    box = app.canvas.pixels(*screen.form["name"].box)
    assert len(places) == 3, "each picture in which the caret has moved"
    assert places[0].x < places[1].x < places[2].x
    assert all(box.contains(place) for place in places)
