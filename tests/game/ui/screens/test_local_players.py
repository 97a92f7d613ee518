"""People join in at one machine by pressing a button, in the lobby of a real room without a socket."""

import pytest

from petard.game.ui.input.gamepads import Gamepads
from petard.game.ui.input.local_players import Devices
from petard.game.ui.screens.lobby import LobbyScreen
from petard.game.ui.screens.local_players import LocalPlayersPage
from petard.game.ui.widgets.text_field import TextField
from petard.shared.protocol.messages import Seat, Setup
from tests.game.ui.screens.lobby_person import LobbyPerson


class SomePads(Gamepads):
    """Pads that are plugged in, and on which somebody presses Y."""

    def __init__(self, count: int) -> None:
        super().__init__()
        self.count = count
        self.pressed: list[int] = []

    @property
    def numbers(self) -> tuple[int, ...]:
        return tuple(range(self.count))

    def take_joining(self) -> list[int]:
        pressed, self.pressed = self.pressed, []
        return pressed


class SofaPerson(LobbyPerson):
    """The person at the keyboard of a machine with pads."""

    def __init__(self, pads: int = 0) -> None:
        super().__init__()
        self.ends.deliver(self.ends.room.choose(Setup("large", "last-one-standing", 3, 1, 2)) or [])
        self.pads = self.context.devices.gamepads = SomePads(pads)
        self.waits(0.1)

    @property
    def page(self) -> LocalPlayersPage | None:
        assert isinstance(self.screen, LobbyScreen)
        page = self.screen.page
        return page if isinstance(page, LocalPlayersPage) else None

    @property
    def seats(self) -> list[Seat]:
        """The seats of this machine, as Bo sees them."""
        return [seat for seat in self.ends.sessions[2].room.seats if seat.member == 1]

    def presses_y(self, pad: int) -> None:
        self.pads.pressed.append(pad)
        self.waits(0.1)
        self.waits(0.1)  # for the answer


def test_four_people_join_in_by_a_button_each_with_devices_of_their_own() -> None:
    person = SofaPerson(pads=2)
    person.presses_y(0)
    person.presses_y(1)
    person.types("j")
    person.waits(0.1)
    assert [seat.name for seat in person.seats] == ["Ada", "Ada 2", "Ada 3", "Ada 4"]
    first, *others = person.context.devices.chosen
    assert first == Devices((0,), ())
    assert others == [Devices((), (0,)), Devices((), (1,)), Devices((1,), ())]
    person.presses_y(0)
    assert len(person.seats) == 3
    assert person.context.devices.chosen == (Devices((0,), (0,)), Devices((), (1,)), Devices((1,), ()))
    person.types("j")
    person.waits(0.1)
    person.presses_y(1)
    assert [seat.name for seat in person.seats] == ["Ada"]
    assert not person.context.devices.chosen


def test_once_two_share_the_keyboard_the_page_says_that_the_key_takes_the_second_out() -> None:
    person = SofaPerson()
    person.clicks("people")
    person.waits(0.1)
    add = person.widget("add")
    assert "One more" in add.label
    person.clicks("add")
    person.waits(0.1)
    assert "leaves" in person.widget("add").label
    person.clicks("add")
    person.waits(0.1)
    assert "One more" in person.widget("add").label


def test_a_fifth_person_does_not_join_in() -> None:
    person = SofaPerson(pads=5)
    for pad in range(5):
        person.presses_y(pad)
    assert len(person.seats) == 4


def test_where_the_map_has_no_place_devices_stay_and_a_line_of_chat_says_why() -> None:
    person = SofaPerson(pads=3)
    person.ends.deliver(person.ends.room.choose(Setup("hedge", "duel", 3, 0, 0)) or [])
    for pad in range(3):
        person.presses_y(pad)
    person.waits(1.5)
    assert len(person.seats) == 3
    assert len(person.context.devices.chosen) == 3
    assert person.context.session is not None
    assert person.context.session.chat.lines[-1].text == "This map has no place for one more player."


def test_each_has_a_name_and_a_look_and_names_are_kept_for_the_next_game(by: str) -> None:
    person = SofaPerson()
    person.types("j")
    person.waits(0.1)
    if by == "mouse":
        person.clicks("people")
    else:
        person.goes_to("people", by)
        (person.keys if by == "keys" else person.pad)("enter" if by == "keys" else "confirm")
    person.waits(0.1)
    name = person.widget("name:1")
    assert isinstance(name, TextField)
    person.clicks("name:1", part=0.3)
    name.set_text("Cy")
    person.keys("enter")
    person.waits(0.6)
    assert [seat.name for seat in person.seats] == ["Ada", "Cy"]
    assert person.context.settings.guests[0] == "Cy"
    before = person.seats[1]
    for key in ("character:1", "colour:1"):
        person.clicks(key, part=0.92)
        person.waits(0.2)
    assert person.seats[1].character != before.character
    assert person.seats[1].colour != before.colour
    person.clicks("leave:1")
    person.waits(0.1)
    person.clicks("add")
    person.waits(0.1)
    assert [seat.name for seat in person.seats] == ["Ada", "Cy"]
    person.keys("escape")
    assert person.page is None


@pytest.mark.parametrize("pad", [0, 1])
def test_who_joined_in_with_a_pad_walks_with_it_alone(pad: int) -> None:
    person = SofaPerson(pads=2)
    person.presses_y(pad)
    held = [0, 0]
    held[pad] = 8
    person.pads.poll = lambda: tuple(held)  # type: ignore[method-assign]
    assert person.context.devices.poll(2, None) == (0, 8)
