"""The doctor on the screen: steps, one diagnosis, and joining with one press; by keys, mouse and pad."""

from dataclasses import replace

import pytest

from petard.game.doctor.examination import Examination
from petard.game.doctor.facts import CheckKind, Facts
from petard.game.ui.screen import JoinServer, MatchMenuRequest, ShowJoin
from petard.game.ui.screens.doctor import DoctorScreen
from tests.game.doctor.example_facts import CASES, THERE
from tests.game.ui.pictures import pixels
from tests.game.ui.screens.test_menus import RequestRecorder


class StepwiseExamination(Examination):
    """An examination that ends one check with each poll, until it has the facts of `end`."""

    def __init__(self, asked: Facts, end: Facts) -> None:
        """`asked`: as the screen asked."""
        super().__init__(replace(end, done=frozenset()), 0.0)
        self.asked, self.end = asked, end
        self.polls = 0

    @property
    def is_over(self) -> bool:
        return self.facts.done == self.end.done

    def poll(self, now: float) -> None:
        self.polls += 1
        self.facts = replace(self.end, done=frozenset(list(CheckKind)[: self.polls]))


class DoctorPerson(RequestRecorder):
    """A person at the doctor, on a computer with the facts of one of the CASES."""

    def __init__(
        self, case: str, address: str = THERE, hosting: bool = False, back: MatchMenuRequest | None = None
    ) -> None:
        super().__init__()
        self.visits: list[StepwiseExamination] = []
        self._case = case
        self.before(DoctorScreen(self.context, address, hosting, back, self._begin))

    def _begin(self, asked: Facts, now: float) -> StepwiseExamination:
        self.visits.append(StepwiseExamination(asked, CASES[self._case]))
        return self.visits[-1]


def test_steps_appear_one_by_one_while_the_screen_is_drawn() -> None:
    person = DoctorPerson("isolation")
    pictures = []
    for _ in CheckKind:
        person.waits()
        pictures.append(pixels(person.canvas))
    assert len(set(pictures)) == len(CheckKind)
    assert person.visits[0].polls == len(CheckKind)
    person.waits(1.0)
    assert person.visits[0].polls == len(CheckKind)  # over is over


def test_one_press_joins_the_server_that_was_found(by: str) -> None:
    person = DoctorPerson("other port")
    person.waits(1.0)
    person.pushes("join", by)
    assert person.requests == [JoinServer(THERE)]


def test_enter_alone_joins_once_no_problem_is_left() -> None:
    person = DoctorPerson("healthy")
    person.waits()
    person.keys("enter")
    assert person.requests == [], "the focus has just come to the button by itself"
    person.waits(1.0)
    person.keys("enter")
    assert person.requests == [JoinServer(THERE)]


def test_if_nothing_can_be_joined_enter_examines_again(by: str) -> None:
    person = DoctorPerson("isolation")
    person.waits(0.5)
    person.pushes("examine", by)
    assert (person.requests, len(person.visits)) == ([], 2)


def test_a_typed_address_is_examined() -> None:
    person = DoctorPerson("isolation", "")
    assert (person.visits[0].asked.host, person.visits[0].asked.port) == ("", 0)
    person.widget("address").set_text("fd77::1")  # type: ignore[attr-defined]
    person.pushes("examine", "mouse")
    assert (person.visits[1].asked.host, person.visits[1].asked.port) == ("fd77::1", 7777)


def test_a_wrong_address_shows_a_sentence_and_examines_nothing() -> None:
    person = DoctorPerson("isolation")
    person.widget("address").set_text("10.0.0.5:")  # type: ignore[attr-defined]
    person.pushes("examine", "mouse")
    assert len(person.visits) == 1
    assert person.screen.typing
    assert person.screen.problem == "After the colon of 10.0.0.5: a port is missing."  # type: ignore[attr-defined]


@pytest.mark.parametrize("back", [None, MatchMenuRequest.RESUME])
def test_back_returns_to_the_screen_that_opened_the_doctor(by: str, back: MatchMenuRequest | None) -> None:
    person = DoctorPerson("isolation", back=back)
    person.pushes("back", by)
    person.before(person.screen)
    person.keys("escape")
    assert person.requests == [back or ShowJoin(THERE)] * 2


def test_a_host_sees_no_address_field() -> None:
    person = DoctorPerson("host", "10.77.0.3", hosting=True)
    assert person.visits[0].asked.hosting
    assert [widget.key for widget in person.screen.form.widgets] == ["examine", "back"]  # type: ignore[attr-defined]
