"""The page of the lobby with items and the match as text, in a real room without a socket."""

from dataclasses import replace

import pytest

from petard.game.ui.screens.items import COPIED, HOST_ONLY, NO_ITEMS, NOTHING, ItemsPage
from petard.game.ui.screens.lobby import LobbyScreen
from petard.game.ui.widgets.item_field import ItemField
from petard.game.ui.widgets.text_field import TextField
from petard.shared.protocol.capability_words import MODES_WORD
from petard.shared.protocol.match_text import match_text
from petard.shared.protocol.messages import Lobby, Phase, Ready, Setup
from petard.shared.rules.items import Item
from tests.game.ui.screens.lobby_person import LobbyPerson

PAGE = "petard.game.ui.screens.items"
TEXT = "petard map=temple rules=duel mode=teams sides=3 rounds=5 items=kick:0,remote:5"


class ItemsPerson(LobbyPerson):
    """A person in the lobby who opens the page of items."""

    def opens(self, by: str = "keys") -> "ItemsPerson":
        """Open the page by its button."""
        if by == "mouse":
            self.clicks("items")
        else:
            self.goes_to("items", by)
            (self.keys if by == "keys" else self.pad)("enter" if by == "keys" else "confirm")
        self.waits(0.1)
        return self

    @property
    def page(self) -> ItemsPage | None:
        """The page that lies over the lobby, None without one."""
        assert isinstance(self.screen, LobbyScreen)
        page = self.screen.page
        return page if isinstance(page, ItemsPage) else None

    @property
    def opened(self) -> ItemsPage:
        """The page, which is open."""
        assert self.page is not None
        return self.page

    def goes_to(self, key: str, by: str) -> None:
        if self.page is None:
            super().goes_to(key, by)
            return
        names = [widget.key for widget in self.opened.form.widgets]
        for _ in range(40):
            here = self.opened.form.focus
            if here == key:
                return
            is_below = self.widget(key).box[1] - self.widget(here).box[1]
            step = "down" if is_below > 0 else "up" if is_below < 0 else "right"
            (self.keys if by == "keys" else self.pad)(step)
        raise AssertionError(f"{key} of {names} cannot be reached")

    @property
    def lobby(self) -> Lobby:
        """The match as Bo sees it."""
        lobby = self.ends.sessions[2].room.lobby
        assert lobby is not None
        return lobby


def press(person: ItemsPerson, key: str, by: str) -> None:
    if by == "mouse":
        person.clicks(key)
    else:
        person.goes_to(key, by)
        (person.keys if by == "keys" else person.pad)("enter" if by == "keys" else "confirm")
    person.waits(1)


def test_the_host_switches_items_off_and_on_and_changes_how_often_they_come(by: str) -> None:
    person = ItemsPerson().opens(by)
    press(person, f"item:{Item.KICK}", by)
    press(person, f"item:{Item.REMOTE}", by)
    person.changes(f"item:{Item.BOMB}", by)
    person.waits(1)
    assert person.lobby.mode.items == "bomb:12,kick:0,remote:5"
    assert person.context.settings.items == person.lobby.mode.items
    press(person, "usual", by)
    assert person.lobby.mode.items == ""
    press(person, "back", by)
    assert person.page is None


def test_the_match_is_played_with_these_items() -> None:
    person = ItemsPerson().opens()
    press(person, f"item:{Item.KICK}", "mouse")
    press(person, "back", "mouse")
    person.ends.sessions[2].link.send(Ready(True))
    person.clicks("ready")
    person.waits(0.2)
    world = person.ends.room.world
    assert person.ends.room.phase is Phase.LOADING
    assert world is not None
    assert world.rules.weights[Item.KICK] == 0
    assert world.rules.weights[Item.BOMB]


def test_a_guest_reads_the_items_and_copies_the_match(monkeypatch: pytest.MonkeyPatch) -> None:
    copied: list[str] = []

    def put(text: str) -> bool:
        copied.append(text)
        return True

    monkeypatch.setattr(f"{PAGE}.put_into_clipboard", put)
    person = ItemsPerson(host=False)
    person.types("i")
    assert [field.enabled for field in person.opened.form.widgets if isinstance(field, ItemField)] == [False] * len(
        Item
    )
    assert person.opened.line == HOST_ONLY
    press(person, "copy", "mouse")
    assert copied == ["petard map=classic rules=last-one-standing"]
    assert person.opened.line == COPIED


def test_a_match_is_pasted_into_the_room_of_another_host(monkeypatch: pytest.MonkeyPatch) -> None:
    clipboard: list[str] = [""]
    monkeypatch.setattr(f"{PAGE}.clipboard_text", lambda: clipboard[-1])
    person = ItemsPerson().opens("mouse")
    press(person, "paste", "mouse")
    assert person.opened.line == NOTHING
    for text in (
        "hello",
        TEXT.replace("temple", "moon"),
        TEXT.replace("duel", "chess"),
        TEXT.replace("sides=3", "sides=9"),
    ):
        clipboard.append(text)
        press(person, "paste", "mouse")
        assert (person.lobby.map, person.lobby.mode.items) == ("classic", ""), text
        assert "no m" in person.opened.line or "no rules" in person.opened.line
    clipboard.append(TEXT)
    press(person, "paste", "mouse")
    lobby = person.lobby
    assert (lobby.map, lobby.rules, lobby.rounds, lobby.bots) == ("temple", "duel", 5, 1)
    assert (lobby.mode.name, lobby.mode.sides, lobby.mode.items) == ("teams", 3, "kick:0,remote:5")
    assert match_text(Setup("temple", "duel", 5, 1, 2, mode="teams", sides=3, items=lobby.mode.items)) == TEXT


def test_a_match_can_be_typed_into_the_line_too() -> None:
    person = ItemsPerson().opens()
    person.clicks("text", part=0.3)
    line = person.widget("text")
    assert isinstance(line, TextField)
    line.set_text(TEXT)
    person.keys("enter")
    person.waits(1)
    assert person.lobby.map == "temple"


def test_with_all_items_off_the_page_says_so() -> None:
    person = ItemsPerson().opens()
    for item in Item:
        field = person.widget(f"item:{item}")
        assert isinstance(field, ItemField)
        if field.weight:
            press(person, f"item:{item}", "mouse")
    assert person.opened.line == NO_ITEMS


def test_a_server_of_yesterday_is_asked_for_no_items() -> None:
    person = ItemsPerson()
    welcome = person.ends.sessions[1].room.welcome
    assert welcome is not None
    person.ends.sessions[1].room.welcome = replace(welcome, words=(MODES_WORD,))
    person.waits(1)
    assert person.widget("items").hidden
    person.types("i")
    assert person.page is None
