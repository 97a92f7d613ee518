"""The list of rooms: one entry for each address, in a stable order; and the players that the lobby waits for."""

from dataclasses import replace

from petard.game.view.rooms import ALONE, JoinFilter, JoinSort, button_words, places_of, waiting_words
from petard.shared.protocol.beacon import FoundServer
from petard.shared.protocol.messages import Phase, Seat

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


# The texts of the lobby


def seat(slot: int, name: str, ready: bool = False, bot: bool = False) -> Seat:
    return Seat(slot, 0 if bot else slot + 1, name, slot, 0, ready or bot, False, 0, 0)


ADA, BO, BOT = seat(0, "Ada"), seat(1, "Bo"), seat(2, "Fizz", bot=True)
READY_ADA, READY_BO = seat(0, "Ada", True), seat(1, "Bo", True)


def test_the_lobby_names_the_players_who_are_not_ready() -> None:
    assert waiting_words([ADA, BOT], [0]) == "Start when you like."
    assert waiting_words([ADA, READY_BO], [0]) == "Everybody waits for you."
    assert waiting_words([ADA, BO], [0]) == "Waiting for you and Bo."
    assert waiting_words([READY_ADA, BO, BOT], [0]) == "Waiting for Bo."
    assert waiting_words([READY_ADA, READY_BO], [0]) == "Here we go!"
    assert waiting_words([ADA], [0]) == ALONE


def test_nobody_waits_for_away_players() -> None:
    gone = replace(BO, away=True)
    assert waiting_words([ADA, gone], [0]) == "Start when you like."
    assert waiting_words([READY_ADA, gone], [0]) == "Here we go!"
    assert button_words([ADA, gone], [0]) == "Start"


def test_a_spectator_reads_that_they_watch() -> None:
    assert waiting_words([READY_BO], []).startswith("All seats are taken")
    assert waiting_words([BO], []).endswith("Waiting for Bo.")


def test_the_big_button_says_what_a_press_does() -> None:
    assert button_words([ADA, BOT], [0]) == "Start"
    assert button_words([ADA, BO], [0]) == "Ready!"
    assert button_words([READY_ADA, BO], [0]) == "Not yet!"
    assert button_words([BO], []) == "Watching"
