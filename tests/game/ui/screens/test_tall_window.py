"""Menus in a window that is higher than wide: one part of the page above the other, or a page of its own."""

import pygame
import pytest

from petard.game.config.languages import LANGUAGES, catalogue_of
from petard.game.ui.layout import is_inside
from petard.game.ui.render.canvas import TALL_WIDTH, Canvas
from petard.game.ui.screens.how_to_play import HowToPlayScreen
from petard.game.ui.screens.menu import Menu
from petard.game.ui.screens.options import OptionsScreen
from petard.game.ui.screens.title import TitleScreen
from petard.game.ui.widgets.room_rows import OfferButton
from petard.game.ui.widgets.widgets import Switch
from tests.game.ui.legible import LegibleCanvas, TextRules
from tests.game.ui.person import Person
from tests.game.ui.pictures import dummy_canvas
from tests.game.ui.screens.test_translated import doctors
from tests.game.ui.screens.usual_screens import NOW, players_here, usual_screens
from tests.sampled import sampled

SIZE = (600, 1000)
READ = 13  # pixels, the least height of a text; on a page of 1280 x 720 it was 9


def tall_canvas(language: str = "en", text_size: float = 1.0) -> LegibleCanvas:
    canvas = LegibleCanvas(dummy_canvas(SIZE).surface, TextRules(READ, contrast=0))
    canvas.fonts.catalogue, canvas.text_size = catalogue_of(language), text_size
    canvas.begin()
    return canvas


def pixel_in(canvas: Canvas, menu: Menu, key: str) -> tuple[int, int]:
    """A pixel that shows a widget."""
    box = menu.form[key].box
    places = ((x, y) for y in range(0, SIZE[1], 5) for x in range(0, SIZE[0], 5))
    return next(place for place in places if is_inside(box, canvas.to_logical(place)))


@pytest.mark.parametrize("language", sampled(["ru", "en", "fr"], 3))
def test_menus_can_be_read_in_a_tall_window(language: str) -> None:
    faults = []
    for name, menu in usual_screens().items():
        canvas = tall_canvas(language)
        menu.draw(canvas, NOW)
        if menu.is_tall or menu.is_folded:
            faults += [f"{name}: {fault}" for fault in canvas.faults]
    assert sorted(set(faults)) == []


def test_lobby_join_options_replays_and_how_to_play_fill_a_tall_window() -> None:
    menus = usual_screens()
    for name in ("lobby", "join, heard", "join, nothing heard", "options", "replays", "how to play", "items"):
        menu, canvas = menus[name], tall_canvas()
        menu.draw(canvas, NOW)
        assert menu.is_tall or menu.is_folded, name
        assert canvas.frame.scale > 0.66, name
        if menu.is_folded:
            crossing = [one.key for one in menu.form.widgets if one.box[0] < menu.fold_at < one.box[0] + one.box[2]]
            assert crossing == [], name


@pytest.mark.parametrize("language", sampled(["en", "ru", "fr"], 3))
def test_the_doctor_and_a_replay_fill_a_tall_window_and_nothing_of_them_is_cut(language: str) -> None:
    faults = []
    for name, screen in (*doctors(), ("replay", usual_screens()["replay"])):
        canvas = tall_canvas(language)
        canvas.rules = TextRules(READ, whole=True, contrast=0)
        screen.draw(canvas, NOW)
        assert isinstance(screen, Menu)
        assert screen.is_tall, name
        assert canvas.frame.scale > 0.8, name
        faults += [f"{name}: {fault}" for fault in canvas.faults]
        assert all(0 <= box[0] < box[0] + box[2] <= TALL_WIDTH for box in (one.box for one in screen.form.widgets))
    assert sorted(set(faults)) == []


def test_the_offers_of_the_title_are_below_its_buttons_in_a_tall_window() -> None:
    menu, canvas = usual_screens()["title"], tall_canvas()
    menu.draw(canvas, NOW)
    offers = [one for one in menu.form.widgets if isinstance(one, OfferButton)]
    assert len(offers) == 3
    assert min(one.box[1] for one in offers) > max(one.box[1] for one in menu.form.widgets if one not in offers)
    assert canvas.frame.scale > 0.8
    assert canvas.faults == []


def test_each_widget_of_a_folded_page_is_clicked_where_it_is_seen() -> None:
    person = Person()
    pygame.display.set_mode(SIZE)
    screen = OptionsScreen(person.context)
    person.before(screen).waits()
    person.waits()
    switch = screen.form["danger"]
    assert isinstance(switch, Switch)
    assert switch.on
    for key in ("danger", "back"):
        place = pixel_in(person.canvas, screen, key)
        assert (place[1] > SIZE[1] / 2) == (key == "back")
        person.sends(pygame.event.Event(pygame.MOUSEBUTTONDOWN, pos=place, button=1))
    assert not switch.on
    assert isinstance(person.screen, TitleScreen)


@pytest.mark.parametrize("name", ["lobby", "options", "join, heard"])
def test_keys_lead_from_the_upper_part_down_to_the_lower_one_and_back(name: str) -> None:
    menu = usual_screens()[name]
    person = Person(menu.context.settings, menu.context.session)
    pygame.display.set_mode(SIZE)
    person.before(menu).waits()
    person.waits()
    lower = {one.key for one in menu.form.widgets if one.box[0] >= menu.fold_at}
    seen = set()
    for way in ("down", "up"):
        for _ in range(40):
            person.pad(way)
            seen.add(menu.form.focus in lower)
    assert seen == {True, False}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_texts_of_how_to_play_and_of_the_players_here_are_whole_on_a_tall_page(language: str) -> None:
    canvas = LegibleCanvas(dummy_canvas((720, 1280)).surface, TextRules(whole=True))
    canvas.fonts.catalogue = catalogue_of(language)
    more = HowToPlayScreen(Person().context)
    more.press("more")
    for screen in (HowToPlayScreen(Person().context), more, players_here()):
        canvas.begin()
        screen.draw(canvas, NOW)
    assert canvas.faults == []
