"""The list of games: joined with one press, sorted, starred; a game that just appeared is not joined by accident."""

from dataclasses import replace

from petard.game.config.arguments import Address
from petard.game.config.settings import Settings
from petard.game.flow.server_joiner import ENDING, ServerBrowser
from petard.game.ui.screen import JoinServer, NavigationRequest, ShowDoctor, ShowJoin, SimpleRequest
from petard.game.ui.screens.dialogs import MISTYPED, DisconnectedScreen
from petard.game.ui.screens.join import WAIT, JoinScreen
from petard.game.ui.screens.menu import CONFIRM_DELAY
from petard.game.view.rooms import JoinFilter, JoinSort
from petard.shared.protocol.beacon import FoundServer
from petard.shared.protocol.joincode import encode_join_code
from petard.shared.protocol.messages import Phase
from tests.game.flow.fake_connection import ConnectedPerson
from tests.game.ui.person import Person

DEN = FoundServer("1", "Den", "classic", "duel", Phase.LOBBY, 1, 8, 0, False, "0.1.0", 1, "10.0.0.5", 7777, 3)
ATTIC = replace(DEN, id="2", name="Attic", host="10.0.0.6", ping=80, players=7)
CELLAR = replace(DEN, id="3", name="Cellar", host="fe80::1%eth0", ping=30, locked=True)
MUSEUM = replace(DEN, id="4", name="Museum", host="10.0.0.9", reason="needs Petard 0.3, you have 0.1.0")


class FakeDiscovery:
    """A fake discovery client: the servers that it finds."""

    def __init__(self) -> None:
        self.servers: list[FoundServer] = []
        self.known: list[tuple[str, int]] = []
        self.is_open = False

    def seek(self, known: object, now: float) -> "FakeDiscovery":
        self.known, self.is_open = list(known), True  # type: ignore[call-overload]
        return self

    def poll(self, now: float) -> None:
        assert self.is_open

    def found(self, now: float) -> list[FoundServer]:
        return self.servers

    def close(self) -> None:
        self.is_open = False


class JoinPerson(Person):
    """A person in a network with these servers; the requests of the screens are recorded, not answered."""

    def __init__(
        self, *servers: FoundServer, settings: Settings | None = None, request: NavigationRequest | None = None
    ) -> None:
        super().__init__(settings or Settings(name="Ada", tutorial_seen=True))
        self.lan = FakeDiscovery()
        self.lan.servers = list(servers)
        self.navigator.joiner.browser = ServerBrowser(self.context, self.lan.seek)  # type: ignore[arg-type]
        self.requests: list[NavigationRequest] = []
        self.navigator.answer(request or ShowJoin(), self.now)
        self.navigator.answer = lambda request, now: self.requests.append(request)  # type: ignore[method-assign]
        self.waits()

    def waits(self, seconds: float = 1 / 60) -> None:
        self.navigator.poll(self.now)
        super().waits(seconds)

    @property
    def join(self) -> JoinScreen:
        assert isinstance(self.screen, JoinScreen)
        return self.screen


def test_enter_alone_joins_the_nearest_game() -> None:
    person = JoinPerson(ATTIC, CELLAR, DEN)
    person.keys("enter")
    assert person.requests == [JoinServer("10.0.0.5")]


def test_any_game_can_be_joined_with_keys_mouse_or_pad(by: str) -> None:
    person = JoinPerson(ATTIC, DEN)
    person.pushes("row:10.0.0.6", by)
    if by == "mouse":
        person.clicks("row:10.0.0.6")  # once more
    assert person.requests == [JoinServer("10.0.0.6")]


def test_enter_is_ignored_just_after_another_game_got_the_focus() -> None:
    person = JoinPerson(ATTIC)
    person.lan.servers = [DEN, ATTIC]
    person.waits()
    person.keys("enter")
    assert person.requests == []
    person.waits(CONFIRM_DELAY + 0.1)
    person.keys("enter")
    assert person.requests == [JoinServer("10.0.0.5")]


def test_the_selected_game_stays_selected_while_others_appear_and_disappear() -> None:
    person = JoinPerson(DEN, ATTIC)
    person.keys("down")
    person.lan.servers = [replace(CELLAR, name="A new one", ping=1), DEN, ATTIC]
    person.waits()
    person.keys("enter")
    assert person.requests == [JoinServer("10.0.0.6")]


def test_a_new_game_takes_the_focus_from_an_untouched_field() -> None:
    person = JoinPerson()
    assert person.join.form.focus == "address"
    person.lan.servers = [DEN]
    person.waits()
    assert person.join.form.focus == "row:10.0.0.5"


def test_a_new_game_does_not_take_the_focus_while_the_person_types() -> None:
    person = JoinPerson()
    person.types("b")
    person.lan.servers = [DEN]
    person.waits()
    person.types("dz")
    assert person.widget("address").text == "bdz"  # type: ignore[attr-defined]


def test_a_game_of_another_version_says_what_is_needed_and_is_not_joined() -> None:
    person = JoinPerson(MUSEUM)
    person.keys("enter")
    assert person.requests == []
    assert person.join.problem == "Museum needs Petard 0.3, you have 0.1.0."


def turn(person: JoinPerson, key: str, by: str) -> None:
    """Take the next value of a choice. The one for the order is reached by going down through the list."""
    if by == "mouse":
        person.clicks(key, part=0.95)
    elif key == "sort":
        step = person.keys if by == "keys" else person.pad
        step(*["down"] * len(person.join.rooms.places), "right")
    else:
        step = person.keys if by == "keys" else person.pad
        if person.join.form.focus == "sort":
            step("down")
        step("right")


def test_the_list_is_sorted_and_filtered_as_chosen(by: str) -> None:
    person = JoinPerson(DEN, ATTIC, CELLAR, MUSEUM, settings=Settings(name="Ada", starred=("10.0.0.6",)))
    names = [place.name for place in person.join.rooms.places]
    assert names == ["Den", "Cellar", "Attic", "Museum"]
    turn(person, "sort", by)
    assert person.join.rooms.sort is JoinSort.FULLEST
    assert [place.name for place in person.join.rooms.places] == ["Attic", "Cellar", "Den", "Museum"]
    turn(person, "show", by)
    assert person.join.rooms.show is JoinFilter.OPEN
    assert [place.name for place in person.join.rooms.places] == ["Attic", "Den"]
    turn(person, "show", by)
    assert [place.name for place in person.join.rooms.places] == ["Attic"]


def test_a_star_is_saved_and_a_starred_game_stays_listed_when_it_disappears() -> None:
    person = JoinPerson(DEN)
    person.clicks("star")
    assert person.context.settings.starred == ("10.0.0.5",)
    person.lan.servers = []
    person.waits()
    assert [(place.name, place.reason) for place in person.join.rooms.places] == [("10.0.0.5", "does not answer")]
    person.clicks("star")
    assert person.join.rooms.places == []


def test_a_visited_address_can_be_joined_or_forgotten() -> None:
    person = JoinPerson(settings=Settings(name="Ada", addresses=("den:7778", "attic")))
    assert person.lan.known == [("den", 7778), ("attic", 7777)]
    person.clicks("star")
    assert person.context.settings.addresses == ("attic",)
    person.clicks("join")
    assert person.requests == [JoinServer("attic")]


def test_a_join_code_is_an_address() -> None:
    person = JoinPerson()
    person.types(encode_join_code("192.168.178.20", 7778).lower())
    person.keys("enter")
    assert person.requests == [JoinServer("192.168.178.20:7778")]


def test_an_empty_list_says_so_after_a_while_and_offers_the_doctor() -> None:
    person = JoinPerson()
    person.waits(WAIT + 1)
    assert person.join.is_quiet(person.now)
    person.clicks("can't see")
    assert person.requests == [ShowDoctor("")]


def test_no_server_is_queried_after_leaving_the_screen() -> None:
    person = JoinPerson(DEN)
    assert person.lan.is_open
    person.navigator.screen = Person().screen
    guest = ConnectedPerson()
    person.navigator.connection, person.context.session = guest.navigator.connection, guest.context.session
    person.navigator.poll(person.now)
    assert not person.lan.is_open
    assert person.context.joinable.found == ()


def test_a_mistyped_join_code_gets_a_hint_if_no_computer_has_that_name() -> None:
    person = Person()
    for address, was_in, is_asked in (("brgvy", False, True), ("brgvy", True, False), ("attic-pc", False, False)):
        lost = DisconnectedScreen(person.context, "Nobody knows it.", address, was_in)
        assert lost.sentence.endswith(MISTYPED) is is_asked


def test_the_problem_of_an_address_is_shown_until_the_address_changes() -> None:
    person = JoinPerson()
    person.keys("enter")
    assert person.join.problem
    person.types("b")
    assert not person.join.problem


def test_our_own_server_that_is_about_to_end_is_not_offered() -> None:
    person = JoinPerson(DEN, request=SimpleRequest.TITLE)
    person.navigator.joiner.browser.leaving = Address("192.168.1.2", 7777)
    own = replace(DEN, id="9", name="Mine", host="127.0.0.1")
    person.lan.servers = [own, DEN]
    person.waits()
    assert [found.name for _, found in person.context.joinable.found] == ["Den"]
    person.waits(ENDING + 1)
    person.lan.servers = [own, replace(own, id="10", name="A new one")]
    person.waits()
    assert [found.name for _, found in person.context.joinable.found] == ["A new one"]


def test_after_a_kick_enter_alone_does_not_join_again() -> None:
    person = Person()
    assert DisconnectedScreen(person.context, "You were put out.", "10.0.0.5", True, True).form.focus == "title"
    assert DisconnectedScreen(person.context, "The line broke.", "10.0.0.5", True).form.focus == "again"
