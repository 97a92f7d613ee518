"""Phones in the lobby: who hosts sees a QR code and a page about it, and may shut phones out."""

from itertools import product
from pathlib import Path

import pytest

from petard.game.client.server_control import ServerControl
from petard.game.config.languages import LANGUAGES, catalogue_of
from petard.game.ui.screens.lobby import LobbyScreen
from petard.game.ui.screens.phones import PhonesPage
from petard.game.ui.widgets.phone_card import EDGE, LEAST, PITCH, PhoneCard, card_parts
from petard.shared.control_channel import ControlOrder, ControlVerb
from tests.game.ui.legible import LegibleCanvas, TextRules
from tests.game.ui.pictures import dummy_canvas
from tests.game.ui.screens.lobby_person import LobbyPerson, seats
from tests.sampled import sampled
from tests.server.web.test_join_picture import ZBARIMG, decoded

SIZES = [(800, 600), (1280, 720), (600, 1000)]
INVITATION, LINK = "192.168.178.120:7777", "http://192.168.178.120:7780/j"


def host(
    invitation: str = INVITATION, web_port: int | None = 7780, window: tuple[int, int] = (1280, 720)
) -> LobbyPerson:
    """A person whose game has started a server. `window`: in pixels; a camera needs two for each module of the code."""
    person = LobbyPerson(window=window)
    own = person.context.own_server
    own.control, own.invitation = ServerControl(), invitation
    own.control.web_port = web_port
    person.waits(1.0)
    return person


def card(person: LobbyPerson) -> PhoneCard:
    found = person.widget("phones")
    assert isinstance(found, PhoneCard)
    return found


def press(person: LobbyPerson, key: str, by: str) -> None:
    """Push a button of the lobby or of the page, which has two, by keys, mouse or pad."""
    assert isinstance(person.screen, LobbyScreen)
    page = person.screen.page
    if by == "mouse":
        person.clicks(key)
        return
    step = person.keys if by == "keys" else person.pad
    if page is None and person.screen.form.focus != key:
        person.goes_to("leave", by)
        step(*(("left", "up") if by == "keys" else ("left", "up", "up")))  # a pad passes the line of chat
        assert person.screen.form.focus == key
    if page is not None and page.form.focus != key:
        step("up" if key == "pads" else "down")
    step("enter" if by == "keys" else "confirm")


@pytest.mark.skipif(not ZBARIMG, reason="zbarimg is not installed")
@pytest.mark.parametrize("count", [3, 16])
def test_the_lobby_of_the_host_shows_a_code_that_a_camera_reads(count: int, tmp_path: Path) -> None:
    person = host()
    assert person.context.session
    person.context.session.room.seats = seats(count)
    person.screen.tick(person.now + 1.0)
    person.canvas.begin()
    person.screen.draw(person.canvas, person.now)
    assert decoded(person.canvas.surface, tmp_path / "lobby.png") == LINK
    person.clicks("phones")
    person.waits()
    assert decoded(person.canvas.surface, tmp_path / "page.png") == LINK


@pytest.mark.parametrize(
    ("invitation", "web_port"), [("", 7780), (INVITATION, None), ("127.0.0.1:7777", 7780)], ids=str
)
def test_without_pages_that_others_can_reach_there_is_no_code(invitation: str, web_port: int | None) -> None:
    person = host(invitation, web_port)
    assert (card(person).enabled, card(person).hidden) == (False, True)


@pytest.mark.parametrize("tall", [110.0, 176.0, 200.0, 260.0])
@pytest.mark.parametrize("wide", [172.0, 250.0, 380.0])
def test_the_code_and_its_text_lie_in_the_card_apart_from_each_other(wide: float, tall: float) -> None:
    code, text, count = card_parts((10.0, 20.0, wide, tall))
    assert text[3] >= count * PITCH
    for x, y, w, h in (code, text):
        assert 10 <= x <= x + w <= 10 + wide
        assert 20 <= y <= y + h <= 20 + tall
    assert text[0] >= code[0] + code[2] or text[1] >= code[1] + code[3]
    assert code[2] >= min(LEAST, wide - 2 * EDGE, tall - 2 * EDGE)


def test_a_guest_sees_no_code() -> None:
    person = LobbyPerson(host=False)
    person.waits()
    assert card(person).hidden


@pytest.mark.parametrize("by", ["keys", "pad", "mouse"])
def test_the_host_shuts_phones_out_and_lets_them_in_again(by: str) -> None:
    person = host()
    control = person.context.own_server.control
    assert control
    press(person, "phones", by)
    press(person, "pads", by)
    assert control.take_orders() == [ControlOrder(ControlVerb.PADS_OFF)]
    person.waits(1.0)
    press(person, "back", by)
    person.waits(1.0)
    assert isinstance(person.screen, LobbyScreen)
    assert person.screen.page is None
    assert not card(person).is_open
    press(person, "phones", by)
    press(person, "pads", by)
    assert control.take_orders() == [ControlOrder(ControlVerb.PADS_ON)]


@pytest.mark.parametrize(("language", "size"), sampled([*product(LANGUAGES, SIZES)], 9))
def test_all_of_it_can_be_read(language: str, size: tuple[int, int]) -> None:
    faults: list[str] = []
    for count, is_open in ((3, True), (16, True), (3, False), (16, False)):
        person = host()
        assert person.context.own_server.control
        assert person.context.session
        person.context.own_server.control.take_pads(is_open)
        person.context.session.room.seats = seats(count)
        person.screen.tick(person.now + 1.0)
        for menu in (person.screen, PhonesPage(person.context)):
            canvas = LegibleCanvas(dummy_canvas(size).surface, TextRules(inside=True, contrast=0))
            canvas.fonts.catalogue = catalogue_of(language)
            canvas.begin()
            menu.draw(canvas, person.now)
            faults += [f"{type(menu).__name__} {count} {is_open}: {fault}" for fault in canvas.faults]
    assert sorted(set(faults)) == []
