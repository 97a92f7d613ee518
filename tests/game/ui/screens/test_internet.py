"""The rooms on the Internet: asked for when a person opens them, filtered, joined, starred by keys, mouse or pad."""

from typing import Any

import pytest

from petard.game.config.settings import Settings
from petard.game.flow.directory_browser import DirectoryBrowser
from petard.game.net.fetch_result import FetchAnswer, FetchFailure, FetchResult
from petard.game.ui.screen import JoinServer, NavigationRequest, ShowJoin, SimpleRequest
from petard.game.ui.screens.internet import SHOWN, TYPED, InternetScreen
from petard.game.ui.screens.menu import CONFIRM_DELAY
from petard.game.view.internet_list import REFRESH, HostPort
from petard.game.view.listed_rooms import RoomQuery
from petard.shared.protocol.messages import PROTOCOL
from tests.game.ui.person import Person
from tests.game.view.listings import DIRECTORY, listing, page

URL = "http://example.org:7770/games"


class FakeFetcher:
    """Answers each request at once with `body`, or fails."""

    def __init__(self) -> None:
        self.body: bytes = page()
        self.failure: FetchFailure | None = None
        self.asked: list[str] = []
        self._is_due = False

    def ask(self, path: str, etag: str, now: float) -> None:
        self.asked.append(path)
        self._is_due = True

    def poll(self, now: float) -> FetchResult | None:
        is_due, self._is_due = self._is_due, False
        return (self.failure or FetchAnswer(200, "", self.body, DIRECTORY)) if is_due else None


class FakePings:
    """Notes which rooms were shown."""

    def __init__(self) -> None:
        self.results: dict[HostPort, Any] = {}
        self.shown: list[HostPort] = []

    def poll(self, shown: list[HostPort], now: float) -> None:
        self.shown = list(shown)


class InternetPerson(Person):
    """A person whose directory lists these rooms; the requests of the screens are recorded, not answered."""

    def __init__(self, *rooms: dict[str, Any], starred: tuple[str, ...] = (), opens: bool = True) -> None:
        super().__init__(Settings(name="Ada", tutorial_seen=True, directory=URL, starred=starred))
        self.fetcher, self.pings = FakeFetcher(), FakePings()
        self.fetcher.body = page(*rooms)
        browser = DirectoryBrowser(self.context, lambda target: self.fetcher)
        browser.pings = self.pings  # type: ignore[assignment]
        self.navigator.joiner.directory = browser
        self.requests: list[NavigationRequest] = []
        self.navigator.answer(SimpleRequest.INTERNET if opens else ShowJoin(), self.now)
        self._answer, self.navigator.answer = self.navigator.answer, self.note  # type: ignore[method-assign]
        self.waits(0.5)

    def note(self, request: NavigationRequest, now: float) -> None:
        """Change between the two lists, and only record what else is requested."""
        self.requests.append(request)
        if request == SimpleRequest.INTERNET or isinstance(request, ShowJoin):
            self._answer(request, now)

    def waits(self, seconds: float = 1 / 60) -> None:
        for _ in range(max(1, round(seconds * 10))):
            self.navigator.poll(self.now)
            super().waits(min(seconds, 0.1))

    @property
    def internet(self) -> InternetScreen:
        assert isinstance(self.screen, InternetScreen)
        return self.screen

    @property
    def names(self) -> list[str]:
        return [place.name for place in self.internet.places]


def test_nothing_is_asked_before_the_person_opens_the_list_nor_after_leaving_it(by: str) -> None:
    person = InternetPerson(listing(1), opens=False)
    person.waits(1.0)
    assert person.fetcher.asked == []
    person.pushes("internet", by)
    person.waits(0.5)
    assert person.fetcher.asked == ["/games" + RoomQuery().path]
    person.pushes("lan", by)
    person.waits(REFRESH + 1)
    assert len(person.fetcher.asked) == 1
    assert person.requests == [SimpleRequest.INTERNET, ShowJoin()]


def test_without_a_directory_there_is_no_such_list() -> None:
    person = Person(Settings(name="Ada", tutorial_seen=True))
    person.navigator.answer(ShowJoin(), person.now)
    person.waits()
    assert person.context.joinable.internet is None
    assert "internet" not in person.screen.form.keys  # type: ignore[attr-defined]


def test_enter_alone_joins_the_first_room_a_moment_after_it_was_listed() -> None:
    person = InternetPerson(listing(1), listing(2, port=7780))
    person.waits(CONFIRM_DELAY)
    person.keys("enter")
    assert person.requests == [JoinServer("8.8.8.1")]


def test_any_room_is_joined_by_keys_mouse_or_pad(by: str) -> None:
    person = InternetPerson(listing(1), listing(2, port=7780))
    person.waits(CONFIRM_DELAY)
    person.pushes("row:8.8.8.2:7780", by)
    if by == "mouse":
        person.clicks("row:8.8.8.2:7780")  # once more
    assert person.requests == [JoinServer("8.8.8.2:7780")]


def test_the_selected_room_stays_selected_on_its_line_when_the_list_is_asked_again() -> None:
    rooms = [listing(number) for number in range(1, 20)]
    person = InternetPerson(*rooms)
    person.keys(*["down"] * 9)
    line, first = person.widget("row:8.8.8.10").box, person.internet.first_shown
    person.fetcher.body = page(*(listing(number) for number in range(30, 40)), *rooms[12:], *rooms[5:11])
    person.waits(REFRESH + 1)
    assert len(person.fetcher.asked) == 2
    assert (person.internet.selected, person.internet.form.focus) == ("8.8.8.10", "row:8.8.8.10")
    assert (person.widget("row:8.8.8.10").box, person.internet.first_shown) == (line, first)
    person.clicks("refresh")
    person.waits(0.5)
    assert person.names[0] == "Room 30"
    assert person.internet.selected == "8.8.8.10"


def test_only_rooms_on_the_screen_get_pings() -> None:
    person = InternetPerson(*(listing(number) for number in range(1, 20)))
    assert person.pings.shown == [(f"8.8.8.{number}", 7777) for number in range(1, 1 + SHOWN)]
    person.keys(*["down"] * 6)
    person.waits(0.5)
    assert person.pings.shown == [(f"8.8.8.{number}", 7777) for number in range(3, 3 + SHOWN)]


def last(person: InternetPerson) -> str:
    person.waits(0.5)
    return person.fetcher.asked[-1].removeprefix("/games")


def test_filters_are_asked_of_the_directory(by: str) -> None:
    person = InternetPerson(listing(1))
    person.pushes("free", by)
    assert last(person) == RoomQuery(free=True).path
    person.pushes("open", by)
    assert last(person) == RoomQuery(free=True, open=True).path
    person.pushes("free", by)
    if by == "mouse":
        person.clicks("mode", part=0.95)
    else:
        person.goes_to("mode", by)
        (person.keys if by == "keys" else person.pad)("right")
    assert last(person) == RoomQuery(mode="last-one-standing", open=True).path


def test_a_name_is_searched_once_the_person_stops_typing() -> None:
    person = InternetPerson(listing(1))
    person.clicks("name")
    person.types("mia")
    count = len(person.fetcher.asked)
    person.waits(TYPED + 0.3)
    assert person.fetcher.asked[count:] == ["/games" + RoomQuery("mia").path]
    assert person.internet.form.focus == "name"
    person.keys("backspace", "enter")
    assert last(person) == RoomQuery("mi").path


def test_pages_are_turned(by: str) -> None:
    person = InternetPerson()
    person.fetcher.body = page(listing(1), after="second")
    person.internet.internet.refresh()
    person.waits(0.3)
    person.fetcher.body = page(listing(2))
    if by == "mouse":
        person.clicks("page", part=0.95)
    else:
        (person.keys if by == "keys" else person.pad)("down", "down", "right")
    assert last(person) == RoomQuery(after="second").path
    assert person.names == ["Room 2"]


def test_a_star_is_saved_and_shown(by: str) -> None:
    person = InternetPerson(listing(1), listing(2))
    if by == "mouse":
        person.clicks("star")
    else:
        (person.keys if by == "keys" else person.pad)("right", "right", "enter" if by == "keys" else "confirm")
    assert person.context.settings.starred == ("8.8.8.1",)
    assert [place.is_starred for place in person.internet.places] == [True, False]
    person.pushes("star", by)
    assert not any(place.is_starred for place in person.internet.places)


def test_a_room_of_another_version_says_what_is_needed_and_is_not_joined() -> None:
    person = InternetPerson(listing(1, protocol=PROTOCOL + 1, build="9.0"))
    person.clicks("join")
    assert person.requests == []
    assert person.internet.problem.startswith("Room 1 needs Petard 9.0, you have")


@pytest.mark.parametrize("failure", FetchFailure)
def test_a_directory_that_fails_is_one_sentence_and_what_was_known_stays(failure: FetchFailure) -> None:
    person = InternetPerson(listing(1))
    person.fetcher.failure = failure
    person.clicks("refresh")
    person.waits(0.5)
    assert "example.org:7770/games" in person.internet.internet.problem
    assert person.internet.internet.problem.count(".") - 2 <= 2
    assert person.names == ["Room 1"]
    person.fetcher.failure = None
    person.clicks("refresh")
    person.waits(0.5)
    assert person.internet.internet.problem == ""


def test_escape_leads_to_the_title() -> None:
    person = InternetPerson(listing(1))
    person.keys("escape")
    assert person.requests == [SimpleRequest.TITLE]
