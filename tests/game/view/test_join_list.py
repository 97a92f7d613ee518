"""The list of rooms: one entry for each address, those that can be joined first, in an order that holds still."""

from dataclasses import replace

from petard.game.view.join_list import JoinFilter, JoinSort, places_of
from petard.shared.protocol.beacon import FoundServer
from petard.shared.protocol.messages import Phase

DEN = FoundServer("1", "Den", "classic", "duel", Phase.LOBBY, 1, 8, 0, False, "0.1.0", 1, "10.0.0.5", 7777, 3)


def den(name: str, **fields: object) -> tuple[str, FoundServer]:
    found = replace(DEN, name=name, **fields)  # type: ignore[arg-type]
    return f"at-{name}", found


def test_a_room_that_is_heard_and_known_is_one_entry() -> None:
    (place,) = places_of([den("A")], ("at-A",), ("at-A",))
    assert (place.is_starred, place.was_there, place.name) == (True, True, "A")


def test_who_can_be_joined_comes_before_who_cannot_and_who_is_heard_before_who_is_not() -> None:
    places = places_of([den("old", reason="needs Petard 0.3", ping=1), den("far", ping=900)], ("home",), ("work",))
    assert [place.name for place in places] == ["far", "old", "work", "home"]


def test_a_ping_that_trembles_moves_nobody() -> None:
    for first, second in ((19, 1), (1, 19)):
        names = [place.name for place in places_of([den("b", ping=first), den("a", ping=second)], (), ())]
        assert names == ["a", "b"]


def test_where_one_was_last_comes_first_of_those_that_are_not_heard() -> None:
    assert [place.name for place in places_of([], (), ("b", "a"))] == ["b", "a"]


def test_sorted_by_people_or_by_name() -> None:
    rooms = [den("Bee", players=7, ping=50), den("ant", players=1, ping=1)]
    assert [place.name for place in places_of(rooms, (), (), JoinSort.FULLEST)] == ["Bee", "ant"]
    assert [place.name for place in places_of(rooms, (), (), JoinSort.NAME)] == ["ant", "Bee"]


def test_open_are_those_where_one_can_sit_down_at_once() -> None:
    rooms = [den("open"), den("full", players=8), den("locked", locked=True), den("old", reason="needs Petard 0.3")]
    assert [place.name for place in places_of(rooms, (), ("gone",), show=JoinFilter.OPEN)] == ["open"]
    assert [place.name for place in places_of(rooms, ("at-full",), (), show=JoinFilter.STARRED)] == ["full"]
