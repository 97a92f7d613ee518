"""The order of the looks, what hangs, what fails, and that nobody waits. The looks are pretended."""

import threading
from collections.abc import Callable
from dataclasses import replace

import pytest

from petard.game.doctor.examine import OF_A_PLACE, PATIENCE, PLANS, Examination, ExaminationPlan, Look, facts_of
from petard.game.doctor.facts import AddressKind, Facts
from petard.game.doctor.steps import StepStatus, steps
from tests.game.doctor.cases import HEALTHY, OTHER, SERVER, THERE

FIELDS = {sort: sort.name.lower() for sort in AddressKind}
ENOUGH = 5.0  # seconds that a thread may take to start


def finds(sort: AddressKind, facts: Facts = HEALTHY) -> Look:
    """A look that finds at once what is in `facts`."""
    return lambda known: replace(known, **{FIELDS[sort]: getattr(facts, FIELDS[sort])})


def plans(facts: Facts = HEALTHY, **others: Look) -> dict[AddressKind, ExaminationPlan]:
    """All looks, in the order of the real ones, some of them others."""
    return {
        sort: ExaminationPlan(others.get(FIELDS[sort], finds(sort, facts)), plan.after) for sort, plan in PLANS.items()
    }


def polled(examination: Examination, until: Callable[[], bool], now: float = 0.0) -> Examination:
    """Poll at a moment that stands still, until something is so."""
    pause = threading.Event()
    for _ in range(round(ENOUGH / 0.002)):
        examination.poll(now)
        if until():
            return examination
        pause.wait(0.002)
    raise AssertionError(examination.facts)


def test_everything_is_looked_at_and_kept() -> None:
    examination = Examination(facts_of(THERE, 7777), 0.0, plans())
    polled(examination, lambda: examination.is_over)
    assert replace(examination.facts, system="linux", build=HEALTHY.build, protocol=HEALTHY.protocol) == HEALTHY


def test_without_a_place_the_first_server_that_can_be_joined_is_it() -> None:
    old = replace(SERVER, name="A", reason="needs Petard 9, you have 0.3")
    asked: list[tuple[str, int]] = []

    def look(known: Facts) -> Facts:
        asked.append((known.host, known.port))
        return replace(known, reach=HEALTHY.reach)

    examination = Examination(facts_of("", 7777), 0.0, plans(replace(HEALTHY, servers=(old, OTHER)), reach=look))
    polled(examination, lambda: examination.is_over)
    assert asked == [(OTHER.host, 7777)]


def test_without_a_place_and_without_servers_no_place_is_looked_at() -> None:
    examination = Examination(facts_of("", 7777), 0.0, plans(replace(HEALTHY, servers=())))
    polled(examination, lambda: examination.is_over)
    assert not examination.facts.done & set(OF_A_PLACE)
    assert {step.sort for step in steps(examination.facts)} == set(AddressKind) - set(OF_A_PLACE)


def test_a_look_that_hangs_holds_up_nobody_and_is_given_up() -> None:
    hangs = threading.Event()

    def look(known: Facts) -> Facts:
        hangs.wait(ENOUGH)
        return finds(AddressKind.REACH)(known)

    examination = Examination(facts_of(THERE, 7777), 0.0, plans(reach=look))
    polled(examination, lambda: examination.facts.done == set(AddressKind) - {AddressKind.REACH})
    waiting = [step.sort for step in steps(examination.facts) if step.mark is StepStatus.WAITING]
    assert (waiting, examination.is_over) == ([AddressKind.REACH], False)
    examination.poll(PATIENCE)
    assert not examination.is_over
    examination.poll(PATIENCE + 0.1)
    assert (examination.is_over, examination.facts.reach) == (True, None)
    hangs.set()  # what comes after that is not heard


def test_a_look_that_fails_leaves_the_others() -> None:
    def look(known: Facts) -> Facts:
        raise RuntimeError("no such thing here")

    examination = Examination(facts_of(THERE, 7777), 0.0, plans(owner=look, mirror=look))
    polled(examination, lambda: examination.is_over)
    assert (examination.facts.owner, examination.facts.mirror, examination.facts.reach) == (None, None, HEALTHY.reach)
    marks = {step.sort: step.mark for step in steps(examination.facts)}
    assert (marks[AddressKind.OWNER], marks[AddressKind.MIRROR]) == (StepStatus.ODD, StepStatus.BAD)


def test_the_doors_are_looked_at_once_the_networks_are_known() -> None:
    known_now, seen = threading.Event(), []

    def nets(known: Facts) -> Facts:
        known_now.wait(ENOUGH)
        return finds(AddressKind.NETS)(known)

    def look(known: Facts) -> Facts:
        seen.append(known.nets)
        return known

    late = plans(nets=nets, listener=look, router=look, shouts=look, servers=look)
    examination = Examination(facts_of(THERE, 7777), 0.0, late)
    polled(examination, lambda: len(examination.facts.done) == len(AddressKind) - 5)
    assert seen == []
    known_now.set()
    polled(examination, lambda: examination.is_over)
    assert seen == [HEALTHY.nets] * 4


def test_without_threads_it_still_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(self: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(threading.Thread, "start", refuse)
    examination = Examination(facts_of(THERE, 7777), 0.0, plans())
    for _ in AddressKind:
        examination.poll(0.0)
    assert examination.is_over


def test_a_picture_never_pays_for_two_starts() -> None:
    examination = Examination(facts_of(THERE, 7777), 0.0, plans())
    for count in range(1, 4):
        examination.poll(0.0)
        assert len(examination._started) == count
