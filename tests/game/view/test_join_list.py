"""The list of rooms: one entry for each address, those that can be joined first, in an order that holds still."""

from dataclasses import replace

from petard.game.view.join_list import JoinFilter, JoinSort, places_of
from petard.shared.protocol.beacon import FoundServer
from petard.shared.protocol.messages import Phase

DEN = FoundServer("1", "Den", "classic", "duel", Phase.LOBBY, 1, 8, 0, False, "0.1.0", 1, "10.0.0.5", 7777, 3)


def den(name: str, **fields: object) -> tuple[str, FoundServer]:
    found = replace(DEN, name=name, **fields)  # type: ignore[arg-type]
    return f"at-{name}", found


def test_a_room_that_is_found_and_known_is_one_entry() -> None:
    (place,) = places_of([den("A")], ("at-A",), ("at-A",))
    assert (place.is_starred, place.was_there, place.name) == (True, True, "A")


def test_joinable_rooms_come_first_and_found_rooms_before_known_ones() -> None:
    places = places_of([den("old", reason="needs Petard 0.3", ping=1), den("far", ping=900)], ("home",), ("work",))
    assert [place.name for place in places] == ["far", "old", "work", "home"]


def test_a_small_change_of_a_ping_moves_no_room() -> None:
    for first, second in ((19, 1), (1, 19)):
        names = [place.name for place in places_of([den("b", ping=first), den("a", ping=second)], (), ())]
        assert names == ["a", "b"]


def test_of_the_rooms_that_are_not_found_the_last_visited_comes_first() -> None:
    assert [place.name for place in places_of([], (), ("b", "a"))] == ["b", "a"]


def test_rooms_can_be_sorted_by_people_or_by_name() -> None:
    rooms = [den("Bee", players=7, ping=50), den("ant", players=1, ping=1)]
    assert [place.name for place in places_of(rooms, (), (), JoinSort.FULLEST)] == ["Bee", "ant"]
    assert [place.name for place in places_of(rooms, (), (), JoinSort.NAME)] == ["ant", "Bee"]


def test_open_rooms_have_a_free_seat_now() -> None:
    rooms = [den("open"), den("full", players=8), den("locked", locked=True), den("old", reason="needs Petard 0.3")]
    assert [place.name for place in places_of(rooms, (), ("gone",), show=JoinFilter.OPEN)] == ["open"]
    assert [place.name for place in places_of(rooms, ("at-full",), (), show=JoinFilter.STARRED)] == ["full"]
