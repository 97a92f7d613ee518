"""The title: Enter joins a game whenever it appears, but not one that has got the focus a moment before."""

from dataclasses import replace

import pytest

from petard.game.config.settings import Settings
from petard.game.ui.screen import JoinServer, NavigationRequest, SimpleRequest
from petard.game.ui.screens.menu import CONFIRM_DELAY
from petard.game.ui.screens.title import OFFERS_MOST, TitleScreen
from petard.game.ui.widgets.room_rows import OfferButton
from petard.shared.protocol.beacon import FoundServer
from petard.shared.protocol.messages import Phase
from tests.game.ui.screens.test_join import ATTIC, CELLAR, DEN, MUSEUM, Seeking

SETTLED = CONFIRM_DELAY + 0.1  # seconds
LONG = 5.0  # seconds that the title has been there
JOIN_DEN, JOIN_ATTIC = JoinServer("10.0.0.5"), JoinServer("10.0.0.6")


def at_title(*servers: FoundServer) -> Seeking:
    """A person at the title, for a while; these games are heard."""
    person = Seeking(*servers, request=SimpleRequest.TITLE)
    person.waits(LONG)
    return person


def hear(person: Seeking, *servers: FoundServer) -> None:
    """From now on these games are heard, and no others."""
    person.lan.servers = list(servers)
    person.waits()
    person.waits()


def title(person: Seeking) -> TitleScreen:
    assert isinstance(person.screen, TitleScreen)
    return person.screen


def confirm(person: Seeking, by: str) -> list[NavigationRequest]:
    """Press Enter, or A on a pad; return the requests that follow."""
    person.requests.clear()
    (person.keys if by == "keys" else person.pad)("enter" if by == "keys" else "confirm")
    return person.requests


@pytest.mark.parametrize("by", ["keys", "pad"])
def test_enter_joins_a_game_that_was_there_before_the_title_and_one_that_comes_later(by: str) -> None:
    assert confirm(at_title(DEN), by) == [JOIN_DEN]
    person = at_title()
    hear(person, DEN)
    person.waits(SETTLED)
    assert confirm(person, by) == [JOIN_DEN]


@pytest.mark.parametrize("by", ["keys", "pad"])
def test_enter_counts_for_nothing_just_after_the_focus_has_moved_by_itself(by: str) -> None:
    person = at_title()
    hear(person, DEN)
    assert confirm(person, by) == []
    person.waits(SETTLED)
    hear(person)
    assert confirm(person, by) == [], "the game is gone, and Play was not what was meant"
    person.waits(SETTLED)
    assert confirm(person, by) == [SimpleRequest.PLAY]


def test_another_way_to_the_same_game_is_no_other_game() -> None:
    person = at_title(replace(DEN, host="fe80::1%eth0"))
    hear(person, DEN)
    assert confirm(person, "keys") == [JOIN_DEN]


def test_a_game_that_goes_gives_the_focus_back_and_takes_it_again_when_it_returns() -> None:
    person = at_title(DEN)
    hear(person)
    assert title(person).form.focus == "Play"
    hear(person, DEN)
    person.waits(SETTLED)
    assert confirm(person, "keys") == [JOIN_DEN]


def test_once_a_person_has_moved_the_focus_no_game_takes_it(by: str) -> None:
    person = at_title()
    if by == "mouse":
        x, y, wide, tall = person.widget("Options").box
        person.points(9, 9)
        person.points(x + wide / 2, y + tall / 2)
    else:
        person.goes_to("Options", by)
    hear(person, DEN)
    assert title(person).form.focus == "Options"


def test_moving_away_from_play_and_back_counts_as_a_choice() -> None:
    person = at_title()
    person.keys("down", "up")
    hear(person, DEN)
    assert confirm(person, "keys") == [SimpleRequest.PLAY]


def test_a_mouse_that_lies_on_play_has_chosen_it() -> None:
    person = at_title()
    x, y, wide, tall = person.widget("Play").box
    person.points(9, 9)
    person.points(x + wide / 2, y + tall / 2)
    hear(person, DEN)
    assert title(person).form.focus == "Play"


@pytest.mark.parametrize("by", ["keys", "pad"])
def test_a_step_to_the_left_leads_from_the_game_to_play_and_one_to_the_right_back(by: str) -> None:
    person = at_title(DEN)
    step = person.keys if by == "keys" else person.pad
    step("left")
    assert title(person).form.focus == "Play"
    step("right")
    assert title(person).form.focus == "room:1"


def test_when_the_chosen_game_disappears_the_screen_moves_the_focus_again() -> None:
    person = at_title(DEN)
    person.keys("left", "right")
    assert title(person).form.focus == "room:1"
    hear(person)
    assert confirm(person, "keys") == [], "Play was not what was meant"
    hear(person, ATTIC)
    person.waits(SETTLED)
    assert confirm(person, "keys") == [JOIN_ATTIC]


def test_the_name_is_written_in_peace_and_enter_then_leads_to_the_game() -> None:
    person = at_title()
    person.goes_to("name", "keys")
    person.types("x")
    hear(person, DEN)
    person.types("y")
    person.keys("enter")
    assert person.context.settings.name == "Adaxy"
    person.waits(SETTLED)
    assert confirm(person, "keys") == [JOIN_DEN]


def test_letters_on_the_screen_go_on_into_the_same_field_when_a_game_comes() -> None:
    person = at_title()
    person.goes_to("name", "pad")
    person.pad("confirm", "confirm")
    hear(person, DEN)
    person.pad("confirm", "back")
    assert person.widget("name").text == "Adaqq"  # type: ignore[attr-defined]


def test_the_first_game_keeps_the_focus_until_there_is_one_that_is_easier_to_come_into() -> None:
    locked, busy = replace(DEN, locked=True), replace(ATTIC, phase=Phase.PLAYING)
    person = at_title(locked)
    assert title(person).form.focus == "room:1"
    hear(person, locked, replace(CELLAR, name="A cellar"))
    assert title(person).form.focus == "room:1"
    hear(person, locked, busy)
    assert title(person).form.focus == "room:2"
    assert confirm(person, "keys") == [], "it was another one a moment before"


@pytest.mark.parametrize(
    ("found", "label", "below"),
    [
        (DEN, "Join Den", "in the lobby, 1/8"),
        (replace(DEN, phase=Phase.PLAYING), "Join Den", "playing, 1/8: you watch first"),
        (replace(DEN, phase=Phase.RESULTS), "Join Den", "playing, 1/8: you watch first"),
        (replace(DEN, locked=True), "Join Den", "asks for a password"),
        (replace(DEN, players=8), "Watch Den", "full, 8/8: you watch"),
    ],
)
def test_every_room_that_can_be_joined_is_offered_and_says_how(
    found: FoundServer, label: str, below: str, by: str
) -> None:
    person = at_title(found)
    offer = person.widget("room:1")
    assert isinstance(offer, OfferButton)
    assert (offer.label, offer.below) == (label, below)
    person.pushes("room:1", by)
    assert person.requests == [JOIN_DEN]


def test_a_room_of_another_version_is_not_offered() -> None:
    assert confirm(at_title(MUSEUM), "keys") == [SimpleRequest.PLAY]


def test_of_many_rooms_the_easiest_are_offered_and_the_list_says_how_many_there_are() -> None:
    rooms = [replace(CELLAR, id=str(number), host=f"10.0.1.{number}") for number in range(OFFERS_MOST)]
    person = at_title(*rooms, DEN)
    offers = [widget.key for widget in title(person).form.widgets if isinstance(widget, OfferButton)]
    assert (len(offers), offers[0]) == (OFFERS_MOST, "room:1")
    assert person.widget("Join a game").label == f"Join a game ({OFFERS_MOST + 1} here)"


def test_the_way_back_comes_before_any_other_game_and_ends_when_its_time_is_up() -> None:
    person = at_title(DEN)
    person.context.joinable.rejoin_until = person.now + 10
    person.waits(1.0)
    assert confirm(person, "keys") == [SimpleRequest.REJOIN]
    person.waits(10)
    assert confirm(person, "keys") == [JOIN_DEN]


def test_games_that_come_and_go_move_no_button_and_a_click_on_one_that_has_just_come_does_nothing() -> None:
    person = at_title()
    boxes = {widget.key: widget.box for widget in title(person).form.widgets}
    hear(person, DEN)
    assert {widget.key: widget.box for widget in title(person).form.widgets if widget.key in boxes} == boxes
    person.clicks("room:1")
    assert person.requests == []
    person.waits(SETTLED)
    person.clicks("room:1")
    assert person.requests == [JOIN_DEN]


def test_a_name_that_is_too_long_for_a_card_is_made_smaller_and_stays_on_it() -> None:
    person = Seeking(
        replace(DEN, name="W" * 32, locked=True), settings=Settings(name="Ada"), request=SimpleRequest.TITLE
    )
    x, _, wide, _ = person.widget("room:1").box
    _, text = person.canvas.fitted("Join " + "W" * 32, 32, wide - 88)
    assert x + wide <= 1280
    assert text.endswith("…")
