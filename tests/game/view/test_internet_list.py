"""The list of a directory: asked when it is due, kept when an answer fails, and never moved under the cursor."""

from typing import Any

from petard.game.view.internet_list import REFRESH, RETRY, InternetList, RoomPing
from petard.game.view.listed_rooms import RoomQuery
from tests.game.view.listings import DIRECTORY, listing, page

ETAG = '"1"'


class Asked:
    """A list with a directory that answers what a test says, and a clock."""

    def __init__(self) -> None:
        self.list = InternetList("example.org", lambda host, port: f"{host}:{port}")
        self.now = 100.0
        self.requests: list[tuple[str, str]] = []

    def answer(self, *rooms: object, after: str | None = None, etag: str = "", status: int = 200) -> None:
        """Wait until the directory is asked, and answer."""
        self.now += REFRESH + RETRY
        request = self.list.next_request(self.now)
        assert request, "nothing was asked"
        self.requests.append(request)
        self.list.receive(status, etag, page(*rooms, after=after), DIRECTORY, self.now)

    @property
    def names(self) -> list[str]:
        return [place.name for place in self.list.places((), ())]

    @property
    def reasons(self) -> list[str]:
        return [place.reason for place in self.list.places((), ())]


def test_it_is_asked_at_once_then_when_the_time_has_passed_and_never_twice_at_a_time() -> None:
    internet = InternetList("example.org", str)  # type: ignore[arg-type]
    assert internet.next_request(1.0)
    assert internet.next_request(1.0) is None
    internet.receive(200, "", page(), DIRECTORY, 2.0)
    assert internet.next_request(2.0 + REFRESH - 0.1) is None
    assert internet.next_request(2.0 + REFRESH)
    internet.fail("It does not answer.", 20.0)
    assert internet.next_request(20.0 + RETRY - 0.1) is None
    assert internet.next_request(20.0 + RETRY)


def test_a_list_that_is_asked_again_by_itself_does_not_move() -> None:
    asked = Asked()
    asked.answer(listing(1), listing(2), listing(3))
    asked.answer(listing(4), listing(3, players=7), listing(1))
    assert asked.names == ["Room 1", "Room 2", "Room 3", "Room 4"]
    assert asked.reasons == ["", "is not on this page any more", "", ""]
    assert [place.found.players for place in asked.list.places((), ()) if place.found] == [1, 1, 7, 1]
    asked.answer(listing(2), listing(1))
    assert asked.reasons == ["", "", "is not on this page any more", "is not on this page any more"]
    assert not asked.list.is_refreshing
    asked.list.refresh()
    assert asked.list.is_refreshing
    asked.answer(listing(2), listing(1))
    assert not asked.list.is_refreshing
    assert asked.names == ["Room 2", "Room 1"]


def test_what_has_not_changed_is_not_sent_again_and_can_be_put_in_order() -> None:
    asked = Asked()
    asked.answer(listing(1), listing(2), etag=ETAG)
    asked.answer(status=304)
    assert asked.requests == [(RoomQuery().path, ""), (RoomQuery().path, ETAG)]
    assert asked.names == ["Room 1", "Room 2"]
    asked.list.ask(RoomQuery(free=True))
    asked.answer(listing(2))
    assert asked.requests[-1] == (RoomQuery(free=True).path, ""), "the tag of another question was sent"
    asked.answer(status=304)
    assert "sent no list" in asked.list.problem


def test_an_answer_that_fails_leaves_the_rooms_but_not_those_of_another_question() -> None:
    asked = Asked()
    asked.answer(listing(1))
    for status, words in ((500, "problem of its own"), (429, "too often"), (302, "new address"), (404, "no list")):
        asked.answer(status=status)
        assert words in asked.list.problem
        assert asked.names == ["Room 1"]
    asked.answer(listing(1))
    assert asked.list.problem == ""
    asked.list.refresh()
    asked.list.fail("It does not answer.", asked.now)
    assert asked.names == ["Room 1"]
    asked.list.ask(RoomQuery(mode="teams"))
    asked.list.fail("It does not answer.", asked.now)
    assert asked.names == []


def test_nonsense_is_one_sentence() -> None:
    asked = Asked()
    asked.list.next_request(asked.now)
    asked.list.receive(200, "", b"<html>", DIRECTORY, asked.now)
    assert asked.list.problem == "example.org sent no list of rooms. Is it a directory of Petard?"


def test_pages_are_turned_forth_and_back() -> None:
    asked = Asked()
    asked.answer(listing(1), after="second")
    assert asked.list.pages.cursors == ["", "second"]
    asked.list.turn_to(1)
    asked.answer(listing(2), after="third")
    assert asked.requests[-1][0] == RoomQuery(after="second").path
    asked.list.turn_to(2)
    asked.answer(listing(3))
    assert (asked.names, asked.list.pages.cursors) == (["Room 3"], ["", "second", "third"])
    asked.list.turn_to(0)
    asked.answer(listing(1))
    assert (asked.names, asked.list.pages.cursors) == (["Room 1"], [""]), "the next page is gone, and may not be asked"
    asked.list.turn_to(1)
    assert asked.list.next_request(asked.now) is None


def test_a_late_answer_to_another_question_cannot_come() -> None:
    asked = Asked()
    asked.list.next_request(asked.now)
    asked.list.ask(RoomQuery(free=True))
    assert asked.list.next_request(asked.now) == (RoomQuery(free=True).path, "")


def test_a_ping_says_how_far_a_room_is_or_that_it_is_not_there() -> None:
    asked = Asked()
    asked.answer(listing(1), listing(2), listing(3), listing(4))
    there = [("8.8.8.1", 12, 1), ("8.8.8.2", None, 0), ("8.8.8.3", 9, 77), ("8.8.8.4", 9, 0)]
    asked.list.sight.pings = {(host, 7777): RoomPing(ms, f"{room:016x}", 0.0) for host, ms, room in there}
    assert asked.reasons == ["", "does not answer", "is somewhere else now", ""]
    assert [place.found.ping for place in asked.list.places((), ()) if place.found] == [12, None, None, 9]


def test_what_happens_in_a_room_is_said_in_words() -> None:
    rooms: dict[str, dict[str, Any]] = {
        "in the lobby": {},
        "in a match: you watch first": {"phase": "playing"},
        "full: you watch": {"players": 8},
        "about to stop": {"draining": True},
        "in a match": {"phase": "results", "locked": True},
    }
    asked = Asked()
    asked.answer(*(listing(number, **changed) for number, changed in enumerate(rooms.values(), 1)))
    assert [place.now for place in asked.list.places((), ())] == [*rooms]
    asked.answer(listing(1, mode="crown"), listing(2, rules="duel"), listing(3, mode="moon-walk"))
    assert [place.game for place in asked.list.places((), ())][:3] == [
        "Classic, crown",
        "Classic, duel",
        "Classic, moon walk",
    ]
    assert [place.is_starred for place in asked.list.places(("8.8.8.2:7777",), ())][:3] == [False, True, False]


def test_a_list_does_not_grow_for_ever() -> None:
    asked = Asked()
    for start in range(1, 1000, 50):
        asked.answer(*(listing(1, id=f"{number:016x}", port=1024 + number) for number in range(start, start + 50)))
    assert len(asked.names) == 300
