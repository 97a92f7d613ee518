"""The examination with fake checks: their order, checks that hang or fail, and that `poll` never waits."""

import threading
from collections.abc import Callable
from dataclasses import replace

import pytest

from petard.game.doctor.diagnosis.facts import CheckKind, Facts
from petard.game.doctor.diagnosis.steps import StepStatus, steps
from petard.game.doctor.examination import CHECK_MOST, OF_TARGET, PLANS, Check, CheckPlan, Examination, facts_of
from tests.game.doctor.example_facts import HEALTHY, OTHER, SERVER, THERE

FIELDS = {kind: kind.name.lower() for kind in CheckKind}
ENOUGH = 5.0  # seconds that a thread may take to start


def finds(kind: CheckKind, facts: Facts = HEALTHY) -> Check:
    """A check that returns at once what is in `facts`."""
    return lambda known: replace(known, **{FIELDS[kind]: getattr(facts, FIELDS[kind])})


def plans(facts: Facts = HEALTHY, **others: Check) -> dict[CheckKind, CheckPlan]:
    """All checks in the order of the real ones, some of them replaced."""
    return {kind: CheckPlan(others.get(FIELDS[kind], finds(kind, facts)), plan.after) for kind, plan in PLANS.items()}


def polled(examination: Examination, until: Callable[[], bool], now: float = 0.0) -> Examination:
    """Poll at one moment until a condition is true."""
    pause = threading.Event()
    for _ in range(round(ENOUGH / 0.002)):
        examination.poll(now)
        if until():
            return examination
        pause.wait(0.002)
    raise AssertionError(examination.facts)


def test_the_facts_of_all_checks_are_kept() -> None:
    examination = Examination(facts_of(THERE, 7777), 0.0, plans())
    polled(examination, lambda: examination.is_over)
    assert replace(examination.facts, system="linux", build=HEALTHY.build, protocol=HEALTHY.protocol) == HEALTHY


def test_without_a_target_it_is_the_first_server_that_can_be_joined() -> None:
    old = replace(SERVER, name="A", reason="needs Petard 9, you have 0.3")
    asked: list[tuple[str, int]] = []

    def check(known: Facts) -> Facts:
        asked.append((known.host, known.port))
        return replace(known, reach=HEALTHY.reach)

    examination = Examination(facts_of("", 7777), 0.0, plans(replace(HEALTHY, servers=(old, OTHER)), reach=check))
    polled(examination, lambda: examination.is_over)
    assert asked == [(OTHER.host, 7777)]


def test_without_a_target_and_servers_no_target_is_checked() -> None:
    examination = Examination(facts_of("", 7777), 0.0, plans(replace(HEALTHY, servers=())))
    polled(examination, lambda: examination.is_over)
    assert not examination.facts.done & set(OF_TARGET)
    assert {step.kind for step in steps(examination.facts)} == set(CheckKind) - set(OF_TARGET)


def test_a_check_that_hangs_delays_no_other_and_is_given_up() -> None:
    hangs = threading.Event()

    def check(known: Facts) -> Facts:
        hangs.wait(ENOUGH)
        return finds(CheckKind.REACH)(known)

    examination = Examination(facts_of(THERE, 7777), 0.0, plans(reach=check))
    polled(examination, lambda: examination.facts.done == set(CheckKind) - {CheckKind.REACH})
    waiting = [step.kind for step in steps(examination.facts) if step.status is StepStatus.WAITING]
    assert (waiting, examination.is_over) == ([CheckKind.REACH], False)
    examination.poll(CHECK_MOST)
    assert not examination.is_over
    examination.poll(CHECK_MOST + 0.1)
    assert (examination.is_over, examination.facts.reach) == (True, None)
    hangs.set()  # its facts are ignored now


def test_a_check_that_fails_stops_no_other() -> None:
    def check(known: Facts) -> Facts:
        raise RuntimeError("no such thing here")

    examination = Examination(facts_of(THERE, 7777), 0.0, plans(owner=check, mirror=check))
    polled(examination, lambda: examination.is_over)
    assert (examination.facts.owner, examination.facts.mirror, examination.facts.reach) == (None, None, HEALTHY.reach)
    marks = {step.kind: step.status for step in steps(examination.facts)}
    assert (marks[CheckKind.OWNER], marks[CheckKind.MIRROR]) == (StepStatus.ODD, StepStatus.BAD)


def test_checks_that_need_the_networks_start_after_them() -> None:
    known_now, seen = threading.Event(), []

    def nets(known: Facts) -> Facts:
        known_now.wait(ENOUGH)
        return finds(CheckKind.NETS)(known)

    def check(known: Facts) -> Facts:
        seen.append(known.nets)
        return known

    late = plans(nets=nets, listener=check, router=check, shouts=check, servers=check)
    examination = Examination(facts_of(THERE, 7777), 0.0, late)
    polled(examination, lambda: len(examination.facts.done) == len(CheckKind) - 5)
    assert seen == []
    known_now.set()
    polled(examination, lambda: examination.is_over)
    assert seen == [HEALTHY.nets] * 4


def test_without_threads_it_still_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(self: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(threading.Thread, "start", refuse)
    examination = Examination(facts_of(THERE, 7777), 0.0, plans())
    for _ in CheckKind:
        examination.poll(0.0)
    assert examination.is_over


def test_one_poll_starts_one_check_at_most() -> None:
    examination = Examination(facts_of(THERE, 7777), 0.0, plans())
    for count in range(1, 4):
        examination.poll(0.0)
        assert len(examination.started) == count
