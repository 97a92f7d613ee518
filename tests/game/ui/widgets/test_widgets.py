"""Widgets under keys, mouse and pad, one by one."""

import pygame
import pytest

from petard.game.ui.input.actions import MenuAction, UiEvent
from petard.game.ui.widgets.form import Form
from petard.game.ui.widgets.rebind_button import RebindButton
from petard.game.ui.widgets.text_field import OnscreenKeyboard, TextField
from petard.game.ui.widgets.widgets import Button, ChoiceField, EventResult, Slider, Switch
from tests.game.ui.pictures import dummy_canvas

BOX = (100.0, 100.0, 400.0, 50.0)
NOTHING = pygame.event.Event(pygame.NOEVENT)


def act(name: str) -> UiEvent:
    return UiEvent(NOTHING, MenuAction(name))


def click(x: float, y: float = 120.0) -> UiEvent:
    return UiEvent(pygame.event.Event(pygame.MOUSEBUTTONDOWN, button=1, pos=(0, 0)), None, (x, y))


def key(code: int, scancode: int = 0, action: MenuAction | None = None, mod: int = 0) -> UiEvent:
    event = pygame.event.Event(pygame.KEYDOWN, key=code, scancode=scancode, mod=mod, unicode="")
    return UiEvent(event, action)


def typed(text: str) -> UiEvent:
    return UiEvent(pygame.event.Event(pygame.TEXTINPUT, text=text))


def test_a_button_is_pushed_by_confirm_and_by_a_click_and_by_nothing_else() -> None:
    button = Button("go", BOX, "Go")
    assert [button.handle_event(event) for event in (act("confirm"), click(120))] == [EventResult.CHANGED] * 2
    assert button.handle_event(act("left")) is EventResult.IGNORED


def test_a_choice_goes_both_ways_and_around() -> None:
    choice = ChoiceField("map", BOX, "Map", ("a", "b", "c"))
    for event, value in ((act("left"), "c"), (act("right"), "a"), (act("confirm"), "b"), (click(480), "c")):
        assert choice.handle_event(event) is EventResult.CHANGED
        assert choice.value == value
    choice.handle_event(click(270))
    assert choice.value == "b"


def test_a_long_choice_stops_at_its_ends() -> None:
    choice = ChoiceField("bots", BOX, "Bots", [str(number) for number in range(64)])
    assert choice.handle_event(act("left")) is EventResult.HANDLED
    assert choice.value == "0"


def test_the_wheel_turns_a_choice() -> None:
    choice = ChoiceField("map", BOX, "Map", ("a", "b", "c"))
    choice.handle_event(UiEvent(pygame.event.Event(pygame.MOUSEWHEEL, y=1, x=0), None, (120, 120)))
    assert choice.value == "b"


def test_a_slider_steps_is_dragged_and_stays_within_its_ends() -> None:
    slider = Slider("volume", BOX, "Sound", 95)
    assert slider.handle_event(act("right")) is EventResult.CHANGED
    assert slider.value == 100
    assert slider.handle_event(act("right")) is EventResult.HANDLED
    drag = pygame.event.Event(pygame.MOUSEMOTION, buttons=(1, 0, 0), pos=(0, 0), rel=(1, 0))
    slider.handle_event(UiEvent(drag, None, (-500, 120)))
    assert slider.value == 0
    slider.handle_event(click(BOX[0] + BOX[2] * (0.42 + 0.21)))
    assert slider.value == 50


def test_a_switch_turns_over() -> None:
    switch = Switch("shake", BOX, "Shake", True)
    switch.handle_event(click(110))
    assert not switch.on
    switch.handle_event(act("confirm"))
    assert switch.on
    assert switch.handle_event(act("right")) is EventResult.IGNORED


def test_a_field_takes_letters_up_to_its_length_and_nothing_that_cannot_be_shown() -> None:
    field = TextField("name", BOX, "", 5)
    field.handle_event(typed("a\u202eb\x00c"))
    field.handle_event(typed("defg"))
    assert field.text == "abcde"


def test_a_field_is_edited_in_the_middle() -> None:
    field = TextField("name", BOX, "Ada", 16)
    for code in (pygame.K_LEFT, pygame.K_BACKSPACE, pygame.K_HOME):
        field.handle_event(key(code))
    field.handle_event(typed("M"))
    for code in (pygame.K_END, pygame.K_LEFT, pygame.K_DELETE):
        field.handle_event(key(code))
    assert field.text == "MA"


def test_accents_that_come_apart_are_put_together() -> None:
    field = TextField("name", BOX, "", 3)
    field.handle_event(typed("e\u0301"))
    assert field.text == "é"


def test_enter_on_keys_is_done_but_confirm_on_a_pad_asks_for_letters() -> None:
    field = TextField("name", BOX, "Ada", 16)
    assert field.handle_event(key(pygame.K_RETURN, pygame.KSCAN_RETURN, MenuAction.CONFIRM)) is EventResult.CHANGED
    form = Form([field])
    assert form.handle_event(act("confirm")) is None
    assert form.keyboard is not None


def test_a_name_is_written_with_a_pad_alone() -> None:
    field = TextField("name", BOX, "", 16)
    form = Form([field])
    for name in ("confirm", "down", "confirm", "up", "right", "confirm"):  # a, then w
        form.handle_event(act(name))
    assert field.text == "aw"
    for name in ("down", "down", "down", "confirm"):
        form.handle_event(act(name))
    assert form.keyboard is not None
    assert form.handle_event(act("right")) is None
    while form.keyboard is not None and form.keyboard.focus[1] < 5:
        form.handle_event(act("right"))
    assert form.handle_event(act("confirm")) == "name"
    assert form.keyboard is None


def test_every_letter_and_sign_can_be_clicked() -> None:
    field = TextField("name", BOX, "", 300)
    letters = OnscreenKeyboard(field)
    for _ in range(3):
        for row, keys in enumerate(letters.keys[:4]):
            for column in range(len(keys)):
                x, y, w, h = letters.box_of(row, column)
                letters.handle_event(click(x + w / 2, y + h / 2))
        x, y, w, h = letters.box_of(4, 0 if len(field.text) == 40 else 1)
        letters.handle_event(click(x + w / 2, y + h / 2))
    assert set("abcxyzABCXYZ0189.:-[]%@") <= set(field.text)
    assert len(field.text) == 120


def test_back_and_a_click_beside_close_the_letters_but_not_the_field() -> None:
    for away in (act("back"), click(5, 5)):
        form = Form([TextField("name", BOX, "Ada", 16)])
        form.handle_event(act("confirm"))
        assert form.handle_event(away) is None
        assert form.keyboard is None


def test_a_key_button_learns_the_next_key_but_not_enter_f11_or_escape() -> None:
    dummy_canvas()
    button = RebindButton("0:up", BOX, "up")
    assert button.handle_event(act("confirm")) is EventResult.HANDLED
    assert button.listening
    enter = key(pygame.K_RETURN, pygame.KSCAN_RETURN, MenuAction.CONFIRM)
    for reserved in (enter, key(pygame.K_F11, pygame.KSCAN_F11)):
        assert button.handle_event(reserved) is EventResult.HANDLED
        assert button.listening
    assert button.handle_event(key(pygame.K_TAB, pygame.KSCAN_TAB)) is EventResult.CHANGED
    assert button.new_code == pygame.KSCAN_TAB
    button.handle_event(act("confirm"))
    assert button.handle_event(key(pygame.K_ESCAPE, pygame.KSCAN_ESCAPE, MenuAction.BACK)) is EventResult.HANDLED
    assert not button.listening
    assert button.new_code == pygame.KSCAN_TAB


def grid() -> Form:
    return Form(
        Button(f"{column}{row}", (column * 200.0, row * 100.0, 150.0, 60.0), "") for row in (0, 1) for column in (0, 1)
    )


def test_the_focus_goes_where_the_eye_expects() -> None:
    form = grid()
    seen = []
    for name in ("right", "down", "left", "up", "up", "left"):
        form.handle_event(act(name))
        seen.append(form.focus)
    assert seen == ["10", "11", "01", "00", "00", "00"]


def test_a_disabled_widget_gets_neither_focus_nor_clicks() -> None:
    form = grid()
    form.widgets[1].enabled = False
    form.handle_event(act("right"))
    assert form.focus != "10"
    assert form.handle_event(click(220, 20)) is None


def test_the_mouse_gives_the_focus_without_a_click() -> None:
    form = grid()
    form.handle_event(
        UiEvent(pygame.event.Event(pygame.MOUSEMOTION, buttons=(0, 0, 0), pos=(0, 0), rel=(1, 1)), None, (220, 120))
    )
    assert form.focus == "11"


@pytest.mark.parametrize("letter", ["é", "ä", "ж", "ё", "ł", "É", "Ж", "ß"])
def test_the_onscreen_keyboard_has_letters_of_other_languages(letter: str) -> None:
    field = TextField("f", (0, 0, 10, 10), "", 4)
    keyboard = OnscreenKeyboard(field)

    def press(label: str) -> None:
        row, keys = next((row, keys) for row, keys in enumerate(keyboard.keys) if label in keys)
        x, y, w, h = keyboard.box_of(row, keys.index(label))
        keyboard.handle_event(click(x + w / 2, y + h / 2))

    if letter.isupper():
        press("Aa")
    while not any(letter in keys for keys in keyboard.keys):
        press("éж")
    press(letter)
    assert field.text == letter
    press("Delete")
    assert field.text == ""


def test_every_key_of_the_onscreen_keyboard_is_reached_by_steps() -> None:
    keyboard = OnscreenKeyboard(TextField("f", (0, 0, 10, 10), "", 4))
    seen = set()
    for _ in keyboard.keys:
        for _ in keyboard.keys[keyboard.focus[0]]:
            seen.add(keyboard.focus)
            keyboard.handle_event(act("right"))
        keyboard.handle_event(act("down"))
    assert seen == {(row, column) for row, keys in enumerate(keyboard.keys) for column in range(len(keys))}
