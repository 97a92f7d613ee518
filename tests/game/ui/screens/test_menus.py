"""Title, join, options and lost: each worked by keys alone, by the mouse alone, and by a pad alone."""

from collections.abc import Callable

import pygame
import pytest

from petard.game.config.key_sets import LETTERS, USUAL_BUTTONS
from petard.game.config.settings import Settings
from petard.game.flow.navigator import Navigator
from petard.game.ui.input.actions import MenuAction, UiEvent
from petard.game.ui.screen import HostGame, JoinServer, Screen, ShowJoin, SimpleRequest
from petard.game.ui.screens.dialogs import ConnectingScreen, DisconnectedScreen, PauseScreen, TakeOverMenu
from petard.game.ui.screens.how_to_play import HowToPlayScreen
from petard.game.ui.screens.join import JoinScreen
from petard.game.ui.screens.menu import CONFIRM_DELAY, HELD_TIME
from petard.game.ui.screens.options import OptionsScreen, pad_lines
from petard.game.ui.screens.title import TitleScreen
from tests.game.ui.person import Person
from tests.game.ui.pictures import dummy_canvas
from tests.game.view.test_playback import watched

KNOWN = Settings(name="Ada", addresses=("192.168.1.20", "games.example.org:7778"))


class RequestRecorder(Person):
    """A person whose requests are recorded, not answered."""

    def __init__(self, settings: Settings | None = None) -> None:
        super().__init__(settings or Settings(name="Ada", tutorial_seen=True))
        self.requests: list[object] = []
        self.navigator.answer = lambda request, now: self.requests.append(request)  # type: ignore[method-assign]


def test_every_button_of_the_title_can_be_reached_and_pressed(by: str) -> None:
    for key, request in {
        "Play": SimpleRequest.PLAY,
        "Host for friends": HostGame(),
        "lock": SimpleRequest.CHOOSE_PASSWORD,
        "Quit": SimpleRequest.QUIT,
    }.items():
        person = RequestRecorder()
        person.pushes(key, by)
        assert person.requests == [request]


def test_options_how_to_play_and_join_open_from_the_title_and_lead_back_to_it(by: str) -> None:
    person = Person()
    for key, kind in {"Options": OptionsScreen, "How to play": HowToPlayScreen, "Join a game": JoinScreen}.items():
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
    begun: list[Callable[[RequestRecorder], Screen]] = [
        lambda person: TitleScreen(person.context),
        lambda person: DisconnectedScreen(person.context, "The line broke.", "10.0.0.5"),
        lambda person: PauseScreen(person.context),
        lambda person: TakeOverMenu(person.context, watched()),
        lambda person: JoinScreen(Person(KNOWN).context),
    ]
    for begin in begun:
        person = RequestRecorder()
        person.before(begin(person))
        person.waits()
        (person.keys if by == "keys" else person.pad)("enter" if by == "keys" else "confirm")
        assert len(person.requests) == 1, person.screen


def test_enter_alone_starts_a_game() -> None:
    person = RequestRecorder()
    person.keys("enter")
    assert person.requests == [SimpleRequest.PLAY]


def test_escape_on_the_title_first_focuses_quit_and_then_quits() -> None:
    person = RequestRecorder()
    person.keys("escape")
    assert person.requests == []
    person.keys("escape")
    assert person.requests == [SimpleRequest.QUIT]


def test_a_typed_name_is_cleaned_and_saved() -> None:
    person = Person()
    person.goes_to("name", "keys")
    person.keys(*["backspace"] * 20)
    person.types("  Zoe   W ")
    person.keys("enter")
    assert person.context.settings.name == "Zoe W"


def test_an_empty_name_restores_the_old_one() -> None:
    person = Person()
    person.goes_to("name", "keys")
    person.keys(*["backspace"] * 5, "up")
    assert person.context.settings.name == "Ada"
    assert person.widget("name").text == "Ada"  # type: ignore[attr-defined]


def test_enter_joins_the_typed_address() -> None:
    person = RequestRecorder().before(JoinScreen(Person(Settings(name="Ada")).context))
    person.types("10.0.0.5")
    person.keys("enter")
    assert person.requests == [JoinServer("10.0.0.5")]  # type: ignore[attr-defined]


def test_letters_that_move_the_focus_elsewhere_are_typed_in_the_address_field() -> None:
    person = Person(Settings(name="Ada"))
    person.before(JoinScreen(person.context))
    person.types("wasd t")
    assert person.widget("address").text == "wasd t"  # type: ignore[attr-defined]


@pytest.mark.parametrize("text", ["", "a:b:c", "10.0.0.1:99999", "[::1", "x" * 300, "not an address"])
def test_a_wrong_address_shows_a_sentence_and_joins_nothing(text: str) -> None:
    person = RequestRecorder(Settings(name="Ada"))
    person.before(JoinScreen(person.context))
    person.types(text)
    person.keys("enter")
    assert isinstance(person.screen, JoinScreen)
    assert person.requests == []
    assert person.screen.problem.endswith(".")


def test_text_is_pasted_by_button_and_by_shortcut(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("petard.game.ui.screens.join.clipboard_text", lambda: " 10.0.0.7:7779\n")
    monkeypatch.setattr("petard.game.ui.widgets.text_field.clipboard_text", lambda: "8")
    person = RequestRecorder(KNOWN)
    person.before(JoinScreen(person.context))
    person.clicks("paste")
    field = person.widget("address")
    assert field.text == "10.0.0.7:7779"  # type: ignore[attr-defined]
    person.clicks("address")
    person.sends(pygame.event.Event(pygame.KEYDOWN, key=pygame.K_v, scancode=25, mod=pygame.KMOD_LCTRL, unicode="v"))
    assert field.text == "10.0.0.7:77798"  # type: ignore[attr-defined]


def options(by: str) -> RequestRecorder:
    person = RequestRecorder()
    person.before(OptionsScreen(person.context))
    return person


def test_every_option_can_be_changed(by: str) -> None:
    person = options(by)
    before = person.context.settings
    for key in ("muted", "full_screen", "large_text", "reduced_motion", "danger"):
        person.pushes(key, by)
        assert getattr(person.context.settings, key) is not getattr(before, key)
    if by == "mouse":
        person.clicks("players", part=0.9)
        person.clicks("volume", "music", part=0.6)
    else:
        for key in ("players", "volume", "music"):
            person.goes_to(key, by)
            (person.keys if by == "keys" else person.pad)("right")
    assert person.context.settings.players == 2
    assert person.context.settings.volume != before.volume
    assert person.context.settings.music != before.music


def test_a_key_can_be_bound_and_the_default_keys_restored(by: str) -> None:
    person = options(by)
    person.pushes("0:bomb", by)
    person.keys("x")
    assert person.context.settings.keys[0].bomb == (pygame.KSCAN_X,)
    person.pushes("usual", by)
    assert person.context.settings.keys[0] == LETTERS


def button(code: int, action: MenuAction | None = None) -> UiEvent:
    """A press of a button of a pad that SDL has a map for."""
    return UiEvent(pygame.event.Event(pygame.CONTROLLERBUTTONDOWN, instance_id=0, button=code), action)


def test_a_button_of_a_pad_can_be_bound_and_the_default_buttons_restored(by: str) -> None:
    person = options(by)
    person.pushes("pads", by)
    person.pushes("pad:bomb", by)
    person.navigator.handle_events([button(pygame.CONTROLLER_BUTTON_A, MenuAction.CONFIRM)], person.now)
    assert person.context.settings.pads.bomb[0] == pygame.CONTROLLER_BUTTON_A
    assert not person.widget("pad:bomb").listening
    person.pushes("pad:left", by)
    person.navigator.handle_events([button(pygame.CONTROLLER_BUTTON_LEFTSHOULDER)], person.now)
    assert person.context.settings.pads.left == (pygame.CONTROLLER_BUTTON_LEFTSHOULDER,)
    assert person.widget("pad:left").label == "L1"
    person.pushes("usual", by)
    assert person.context.settings.pads == USUAL_BUTTONS
    person.pushes("pads", by)
    assert person.widget("0:bomb").label == "Space / left Shift"


@pytest.mark.parametrize("press", ["escape", "start"])
def test_what_menus_need_leaves_the_button_of_a_pad_as_it_is(press: str) -> None:
    person = options("keys")
    person.pushes("pads", "keys")
    person.pushes("pad:bomb", "keys")
    assert person.widget("pad:bomb").listening
    if press == "escape":
        person.keys("escape")
    else:
        person.navigator.handle_events([button(pygame.CONTROLLER_BUTTON_START, MenuAction.CONFIRM)], person.now)
    assert not person.widget("pad:bomb").listening
    assert person.context.settings.pads == USUAL_BUTTONS
    assert person.requests == []


def test_escape_while_a_button_listens_does_not_leave_the_options() -> None:
    person = options("keys")
    person.goes_to("full_screen", "keys")
    person.keys("right")
    person.goes_to("1:up", "keys")
    person.keys("enter", "escape")
    assert isinstance(person.screen, OptionsScreen)
    assert person.requests == []


def test_a_few_pads_are_listed_by_name_and_the_rest_are_counted() -> None:
    assert pad_lines(("A", "B", "C", "D"))[-1] == "and 2 more"


def test_after_a_disconnect_the_person_can_try_again_or_go_back(by: str) -> None:
    for key, request in {
        "again": JoinServer("10.0.0.5"),
        "change": ShowJoin("10.0.0.5"),
        "title": SimpleRequest.TITLE,
    }.items():
        person = RequestRecorder()
        person.before(DisconnectedScreen(person.context, "The server closed the connection.", "10.0.0.5"))
        person.pushes(key, by)
        assert person.requests == [request]


def test_connecting_can_be_cancelled(by: str) -> None:
    person = RequestRecorder()
    person.before(ConnectingScreen(person.context))
    person.waits(2.1)  # a press before may be one for a bomb
    person.pushes("title", by)
    assert person.requests == [SimpleRequest.TITLE]


def test_who_still_presses_the_bomb_key_while_the_game_connects_cancels_nothing() -> None:
    person = RequestRecorder()
    person.before(ConnectingScreen(person.context))
    for _ in range(6):  # Space, the bomb key, is Confirm as well
        person.waits(1.0)
        person.keys("enter")
    assert person.requests == []
    person.keys("escape")
    assert person.requests == [SimpleRequest.TITLE]


def test_what_confirm_waits_for_begins_with_the_first_tick() -> None:
    person = RequestRecorder()
    person.now = 100.0
    person.before(ConnectingScreen(person.context))
    person.keys("enter")
    screen = DisconnectedScreen(person.context, "The line broke.", "10.0.0.5")
    screen.move_focus("title")
    person.before(screen).waits()
    person.keys("enter")
    assert person.requests == []
    person.waits(CONFIRM_DELAY)
    person.keys("enter")
    assert person.requests == [SimpleRequest.TITLE]


def test_how_to_play_has_three_pages_with_every_device(by: str) -> None:
    person = Person()
    person.navigator.answer(SimpleRequest.HOW_TO_PLAY, 0.0)
    labels = []
    for _ in range(3):
        person.pushes("more", by)
        labels.append(person.widget("more").label)
    assert labels == ["More", "The basics", "More"]


def test_a_held_confirm_key_presses_once() -> None:
    person = RequestRecorder()
    enter = pygame.event.Event(pygame.KEYDOWN, key=pygame.K_RETURN, scancode=pygame.KSCAN_RETURN, mod=0, unicode="")
    for _ in range(5):
        person.sends(enter)
    assert len(person.requests) == 1


def test_a_held_direction_key_repeats() -> None:
    person = Person()
    down = pygame.event.Event(pygame.KEYDOWN, key=pygame.K_DOWN, scancode=pygame.KSCAN_DOWN, mod=0, unicode="")
    person.waits(2 * HELD_TIME)
    for _ in range(3):
        person.sends(down)
    assert isinstance(person.screen, TitleScreen)
    assert person.screen.form.focus == "Replays"


@pytest.mark.parametrize("size", [(800, 600), (600, 1000)])
def test_what_needs_little_of_the_page_is_larger_in_a_narrow_window(size: tuple[int, int]) -> None:
    context = Person().context
    screens = (TitleScreen(context), PauseScreen(context), DisconnectedScreen(context, "Nobody answers."))
    canvas = dummy_canvas(size)
    for screen in screens:
        canvas.begin()
        page = canvas.scale
        screen.tick(1.0)
        screen.draw(canvas, 1.0)
        assert canvas.scale > 1.3 * page
        for widget in screen.form.widgets:
            assert canvas.surface.get_rect().contains(canvas.pixels(*widget.box)), widget.key


def test_a_click_finds_its_button_in_a_narrow_window() -> None:
    person = Person()
    person.canvas = dummy_canvas((600, 1000))
    person.navigator = Navigator(person.context, person.canvas)
    person.before(TitleScreen(person.context)).waits(1.0)
    person.clicks("Options")
    assert isinstance(person.screen, OptionsScreen)
