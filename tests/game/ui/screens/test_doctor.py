"""The doctor on the screen: steps, one diagnosis, and joining with one press; by keys, mouse and pad."""

from dataclasses import dataclass, replace

import pytest

from petard.game.doctor.diagnosis.facts import CheckKind, Facts
from petard.game.ui.screen import JoinServer, MatchMenuRequest, ShowJoin
from petard.game.ui.screens.doctor import DoctorScreen
from tests.game.doctor.example_facts import CASES, THERE
from tests.game.ui.pictures import pixels
from tests.game.ui.screens.test_menus import Requester


@dataclass
class Slow:
    """An examination that finds out one thing with every poll, and ends at `facts`."""

    asked: Facts  # as the screen asked
    end: Facts
    facts: Facts
    polls: int = 0

    @property
    def is_over(self) -> bool:
        return self.facts.done == self.end.done

    def poll(self, now: float) -> None:
        self.polls += 1
        self.facts = replace(self.end, done=frozenset(list(CheckKind)[: self.polls]))


class Ill(Requester):
    """A person whose computer has one of the CASES."""

    def __init__(
        self, case: str, address: str = THERE, hosting: bool = False, back: MatchMenuRequest | None = None
    ) -> None:
        super().__init__()
        self.visits: list[Slow] = []
        self._case = case
        self.before(DoctorScreen(self.context, address, hosting, back, self._begin))

    def _begin(self, asked: Facts, now: float) -> Slow:
        self.visits.append(Slow(asked, CASES[self._case], replace(CASES[self._case], done=frozenset())))
        return self.visits[-1]


def test_steps_come_one_by_one_while_the_picture_goes_on() -> None:
    person = Ill("isolation")
    pictures = []
    for _ in CheckKind:
        person.waits()
        pictures.append(pixels(person.canvas))
    assert len(set(pictures)) == len(CheckKind)
    assert person.visits[0].polls == len(CheckKind)
    person.waits(1.0)
    assert person.visits[0].polls == len(CheckKind)  # over is over


def test_one_press_joins_the_server_that_was_found(by: str) -> None:
    person = Ill("other port")
    person.waits(1.0)
    person.pushes("join", by)
    assert person.requests == [JoinServer(THERE)]


def test_return_alone_joins_once_all_is_well() -> None:
    person = Ill("healthy")
    person.waits()
    person.keys("enter")
    assert person.requests == [], "the focus has just come to the button by itself"
    person.waits(1.0)
    person.keys("enter")
    assert person.requests == [JoinServer(THERE)]


def test_where_nothing_can_be_joined_return_examines_again(by: str) -> None:
    person = Ill("isolation")
    person.waits(0.5)
    person.pushes("examine", by)
    assert (person.requests, len(person.visits)) == ([], 2)


def test_another_address_is_examined_as_it_is_typed() -> None:
    person = Ill("isolation", "")
    assert (person.visits[0].asked.host, person.visits[0].asked.port) == ("", 0)
    person.widget("address").set_text("fd77::1")  # type: ignore[attr-defined]
    person.pushes("examine", "mouse")
    assert (person.visits[1].asked.host, person.visits[1].asked.port) == ("fd77::1", 7777)


def test_a_wrong_address_shows_a_sentence_and_nothing_is_examined() -> None:
    person = Ill("isolation")
    person.widget("address").set_text("10.0.0.5:")  # type: ignore[attr-defined]
    person.pushes("examine", "mouse")
    assert len(person.visits) == 1
    assert person.screen.typing
    assert person.screen.problem == "After the colon of 10.0.0.5: a port is missing."  # type: ignore[attr-defined]


@pytest.mark.parametrize("back", [None, MatchMenuRequest.RESUME])
def test_the_way_back_is_the_way_in(by: str, back: MatchMenuRequest | None) -> None:
    person = Ill("isolation", back=back)
    person.pushes("back", by)
    person.before(person.screen)
    person.keys("escape")
    assert person.requests == [back or ShowJoin(THERE)] * 2


def test_a_host_is_asked_for_no_address() -> None:
    person = Ill("host", "10.77.0.3", hosting=True)
    assert person.visits[0].asked.hosting
    assert [widget.key for widget in person.screen.form.widgets] == ["examine", "back"]  # type: ignore[attr-defined]
