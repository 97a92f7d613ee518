"""The title: Enter joins a game whenever it appears, but not one that has got the focus a moment before."""

from dataclasses import replace

import pytest

from petard.game.config.settings import Settings
from petard.game.ui.screen import JoinServer, NavigationRequest, SimpleRequest
from petard.game.ui.screens.menu import CONFIRM_DELAY
from petard.game.ui.screens.title import OFFERS_MOST, TitleScreen
from petard.game.ui.widgets.room_rows import OfferButton
from petard.game.ui.widgets.title_stage import PLACES, WAVE, pose_at
from petard.shared.protocol.beacon import FoundServer
from petard.shared.protocol.messages import Phase
from tests.game.ui.person import Person
from tests.game.ui.pictures import dummy_canvas, pixels
from tests.game.ui.screens.test_join import ATTIC, CELLAR, DEN, MUSEUM, JoinPerson

SETTLED = CONFIRM_DELAY + 0.1  # seconds
LONG = 5.0  # seconds that the title has been there
JOIN_DEN, JOIN_ATTIC = JoinServer("10.0.0.5"), JoinServer("10.0.0.6")


def at_title(*servers: FoundServer) -> JoinPerson:
    """A person at the title, for a while; these games are heard."""
    person = JoinPerson(*servers, request=SimpleRequest.TITLE)
    person.waits(LONG)
    return person


def hear(person: JoinPerson, *servers: FoundServer) -> None:
    """From now on these games are heard, and no others."""
    person.lan.servers = list(servers)
    person.waits()
    person.waits()


def title(person: JoinPerson) -> TitleScreen:
    assert isinstance(person.screen, TitleScreen)
    return person.screen


def confirm(person: JoinPerson, by: str) -> list[NavigationRequest]:
    """Press Enter, or A on a pad; return the requests that follow."""
    person.requests.clear()
    (person.keys if by == "keys" else person.pad)("enter" if by == "keys" else "confirm")
    return person.requests


@pytest.mark.parametrize("by", ["keys", "pad"])
def test_enter_joins_a_game_that_is_found_before_or_after_the_title_opens(by: str) -> None:
    assert confirm(at_title(DEN), by) == [JOIN_DEN]
    person = at_title()
    hear(person, DEN)
    person.waits(SETTLED)
    assert confirm(person, by) == [JOIN_DEN]


@pytest.mark.parametrize("by", ["keys", "pad"])
def test_enter_is_ignored_just_after_the_screen_moved_the_focus(by: str) -> None:
    person = at_title()
    hear(person, DEN)
    assert confirm(person, by) == []
    person.waits(SETTLED)
    hear(person)
    assert confirm(person, by) == [], "the game is gone, and Play was not what was meant"
    person.waits(SETTLED)
    assert confirm(person, by) == [SimpleRequest.PLAY]


def test_a_second_address_of_a_game_does_not_count_as_another_game() -> None:
    person = at_title(replace(DEN, host="fe80::1%eth0"))
    hear(person, DEN)
    assert confirm(person, "keys") == [JOIN_DEN]


def test_when_a_game_disappears_play_gets_the_focus_until_the_game_returns() -> None:
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


def test_a_mouse_over_play_counts_as_a_choice() -> None:
    person = at_title()
    x, y, wide, tall = person.widget("Play").box
    person.points(9, 9)
    person.points(x + wide / 2, y + tall / 2)
    hear(person, DEN)
    assert title(person).form.focus == "Play"


@pytest.mark.parametrize("by", ["keys", "pad"])
def test_left_moves_from_the_game_to_play_and_right_moves_back(by: str) -> None:
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


def test_the_focus_stays_while_a_name_is_typed_and_enter_then_moves_it_to_the_game() -> None:
    person = at_title()
    person.goes_to("name", "keys")
    person.types("x")
    hear(person, DEN)
    person.types("y")
    person.keys("enter")
    assert person.context.settings.name == "Adaxy"
    person.waits(SETTLED)
    assert confirm(person, "keys") == [JOIN_DEN]


def test_the_onscreen_keyboard_keeps_its_field_when_a_game_appears() -> None:
    person = at_title()
    person.goes_to("name", "pad")
    person.pad("confirm", "confirm")
    hear(person, DEN)
    person.pad("confirm", "back")
    assert person.widget("name").text == "Adaqq"  # type: ignore[attr-defined]


def test_the_first_game_keeps_the_focus_until_a_game_that_is_easier_to_join_appears() -> None:
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
def test_every_room_that_can_be_joined_is_offered_with_what_joining_means(
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


def test_of_many_rooms_the_easiest_to_join_are_offered_and_the_button_counts_all() -> None:
    rooms = [replace(CELLAR, id=str(number), host=f"10.0.1.{number}") for number in range(OFFERS_MOST)]
    person = at_title(*rooms, DEN)
    offers = [widget.key for widget in title(person).form.widgets if isinstance(widget, OfferButton)]
    assert (len(offers), offers[0]) == (OFFERS_MOST, "room:1")
    assert person.widget("Join a game").label == f"Join a game ({OFFERS_MOST + 1} here)"


def test_the_offer_to_rejoin_comes_first_and_ends_when_its_time_is_over() -> None:
    person = at_title(DEN)
    person.context.joinable.rejoin_until = person.now + 10
    person.waits(1.0)
    assert confirm(person, "keys") == [SimpleRequest.REJOIN]
    person.waits(10)
    assert confirm(person, "keys") == [JOIN_DEN]


def test_new_games_move_no_button_and_a_click_on_a_game_that_just_appeared_is_ignored() -> None:
    person = at_title()
    boxes = {widget.key: widget.box for widget in title(person).form.widgets}
    hear(person, DEN)
    assert {widget.key: widget.box for widget in title(person).form.widgets if widget.key in boxes} == boxes
    person.clicks("room:1")
    assert person.requests == []
    person.waits(SETTLED)
    person.clicks("room:1")
    assert person.requests == [JOIN_DEN]


def test_a_long_name_is_made_smaller_to_stay_on_its_card() -> None:
    person = JoinPerson(
        replace(DEN, name="W" * 32, locked=True), settings=Settings(name="Ada"), request=SimpleRequest.TITLE
    )
    x, _, wide, _ = person.widget("room:1").box
    _, text = person.canvas.fitted("Join " + "W" * 32, 32, wide - 88)
    assert x + wide <= 1280
    assert text.endswith("…")


@pytest.mark.parametrize("size", [(1280, 720), (800, 600), (600, 1000)])
def test_the_characters_of_the_title_move_unless_motion_is_reduced(size: tuple[int, int]) -> None:
    for is_calm in (False, True):
        context = Person(Settings(name="Ada", reduced_motion=is_calm)).context
        canvas, pictures = dummy_canvas(size), set()
        for now in (0.1, 0.4, 0.8):
            canvas.begin()
            TitleScreen(context).draw_background(canvas, now)
            pictures.add(pixels(canvas))
        assert len(pictures) == (1 if is_calm else 3)


def test_every_character_hops_once_in_each_wave() -> None:
    for place in range(len(PLACES)):
        highest = max((pose_at(now / 60, place)[0], now / 60) for now in range(round(WAVE * 60)))
        assert highest[0] > 40
        assert pose_at(highest[1] + WAVE, place)[0] == pytest.approx(highest[0])
