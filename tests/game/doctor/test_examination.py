"""The examination with fake checks: their order, checks that hang or fail, the line of each, and `petard doctor`."""

import json
import threading
from collections.abc import Callable
from dataclasses import replace
from io import BytesIO, TextIOWrapper

import pytest

import petard.game.__main__ as program
from petard.game.doctor import examination as command
from petard.game.doctor.diagnosis import BEFORE
from petard.game.doctor.examination import (
    BAD,
    CHECK_MOST,
    CHECKS,
    GOOD,
    ODD,
    Check,
    Examination,
    StepStatus,
    facts_of,
    steps,
)
from petard.game.doctor.facts import (
    OF_TARGET,
    BroadcastResult,
    CheckKind,
    ConnectOutcome,
    Facts,
    Listener,
    LocalNetwork,
    PortOwner,
    Router,
    SelfTest,
    TcpResult,
)
from tests.game.doctor.example_facts import CASES, HEALTHY, MUTE, NOWHERE, OTHER, SERVER, THERE

ENOUGH = 5.0  # seconds that a thread may take to start


def finds(kind: CheckKind, facts: Facts = HEALTHY) -> Check:
    """A check that returns at once what is in `facts`."""
    return lambda known: getattr(facts, kind.field)


def checks(facts: Facts = HEALTHY, **others: Check) -> dict[CheckKind, Check]:
    """All checks in the order of the real ones, some of them replaced."""
    return {kind: others.get(kind.field, finds(kind, facts)) for kind in CHECKS}


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
    examination = Examination(facts_of(THERE, 7777), 0.0, checks())
    polled(examination, lambda: examination.is_over)
    assert replace(examination.facts, system="linux", build=HEALTHY.build, protocol=HEALTHY.protocol) == HEALTHY


def test_without_a_target_it_is_the_first_server_that_can_be_joined() -> None:
    old = replace(SERVER, name="A", reason="needs Petard 9, you have 0.3")
    asked: list[tuple[str, int]] = []

    def check(known: Facts) -> object:
        asked.append((known.host, known.port))
        return HEALTHY.reach

    examination = Examination(facts_of("", 7777), 0.0, checks(replace(HEALTHY, servers=(old, OTHER)), reach=check))
    polled(examination, lambda: examination.is_over)
    assert asked == [(OTHER.host, 7777)]


def test_without_a_target_and_servers_no_target_is_checked() -> None:
    examination = Examination(facts_of("", 7777), 0.0, checks(replace(HEALTHY, servers=())))
    polled(examination, lambda: examination.is_over)
    assert not examination.facts.done & set(OF_TARGET)
    assert {step.kind for step in steps(examination.facts)} == set(CheckKind) - set(OF_TARGET)


def test_a_check_that_hangs_delays_no_other_and_is_given_up() -> None:
    hangs = threading.Event()

    def check(known: Facts) -> object:
        hangs.wait(ENOUGH)
        return finds(CheckKind.REACH)(known)

    examination = Examination(facts_of(THERE, 7777), 0.0, checks(reach=check))
    polled(examination, lambda: examination.facts.done == set(CheckKind) - {CheckKind.REACH})
    waiting = [step.kind for step in steps(examination.facts) if step.status is StepStatus.WAITING]
    assert (waiting, examination.is_over) == ([CheckKind.REACH], False)
    examination.poll(CHECK_MOST)
    assert not examination.is_over
    examination.poll(CHECK_MOST + 0.1)
    assert (examination.is_over, examination.facts.reach) == (True, None)
    hangs.set()  # its facts are ignored now


def test_a_check_that_fails_stops_no_other() -> None:
    def check(known: Facts) -> object:
        raise RuntimeError("no such thing here")

    examination = Examination(facts_of(THERE, 7777), 0.0, checks(owner=check, mirror=check))
    polled(examination, lambda: examination.is_over)
    assert (examination.facts.owner, examination.facts.mirror, examination.facts.reach) == (None, None, HEALTHY.reach)
    marks = {step.kind: step.status for step in steps(examination.facts)}
    assert (marks[CheckKind.OWNER], marks[CheckKind.MIRROR]) == (StepStatus.ODD, StepStatus.BAD)


def test_checks_that_need_the_networks_start_after_them() -> None:
    known_now, seen = threading.Event(), []

    def nets(known: Facts) -> object:
        known_now.wait(ENOUGH)
        return finds(CheckKind.NETS)(known)

    def check(known: Facts) -> object:
        seen.append(known.nets)
        return None

    late = checks(nets=nets, listener=check, router=check, shouts=check, servers=check)
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
    examination = Examination(facts_of(THERE, 7777), 0.0, checks())
    for _ in CheckKind:
        examination.poll(0.0)
    assert examination.is_over


def test_one_poll_starts_one_check_at_most() -> None:
    examination = Examination(facts_of(THERE, 7777), 0.0, checks())
    for count in range(1, 4):
        examination.poll(0.0)
        assert len(examination.started) == count


# The line of each check: good, odd or bad

WIFI = BroadcastResult("wlan0", "10.0.0.255", True, False)


def test_all_checks_of_a_healthy_network_are_good() -> None:
    assert {step.status for step in steps(HEALTHY)} == {GOOD}
    assert [step.kind for step in steps(HEALTHY)] == list(CheckKind)


def test_without_a_target_its_steps_are_left_out() -> None:
    assert [step.kind for step in steps(NOWHERE)] == list(CheckKind)[:-2]


def test_a_running_check_has_a_line() -> None:
    (waiting, *_) = steps(replace(HEALTHY, done=frozenset()))
    assert (waiting.status, waiting.text) == (StepStatus.WAITING, "looking at the networks of this computer ...")


@pytest.mark.parametrize(
    ("kind", "facts", "status", "text"),
    [
        (CheckKind.NETS, replace(HEALTHY, nets=()), BAD, "none but this computer by itself"),
        (
            CheckKind.NETS,
            replace(HEALTHY, nets=(LocalNetwork("e", "a", "a"),) * 6),
            GOOD,
            "e a, e a, e a, e a and 2 more",
        ),
        (CheckKind.MIRROR, replace(HEALTHY, mirror=SelfTest(False, "denied")), BAD,
         "no answer over loopback (denied)"),
        (CheckKind.OWNER, replace(HEALTHY, owner=PortOwner("petard-server (pid 1)")), GOOD,
         "7777: TCP belongs to petard-server (pid 1)"),
        (CheckKind.OWNER, replace(HEALTHY, owner=PortOwner("petard-server (pid 1)", "nc (2)")), ODD,
         "7777: TCP belongs to petard-server (pid 1), UDP belongs to nc (2); a server here takes the next free one"),
        (CheckKind.OWNER, replace(HEALTHY, owner=PortOwner(hidden=True)), ODD,
         "this system does not tell who has port 7777"),
        (CheckKind.LISTENER, replace(HEALTHY, listener=Listener(0, False, "no")), BAD,
         "no port could be opened (no)"),
        (CheckKind.LISTENER, replace(HEALTHY, listener=Listener(7778, False)), BAD,
         "port 7778 opens, but its own address does not lead there"),
        (CheckKind.SHOUTS, replace(HEALTHY, shouts=MUTE), BAD, "eth0 to 10.77.0.255 (No route to host) was not sent"),
        (CheckKind.SHOUTS, replace(HEALTHY, shouts=(*HEALTHY.shouts, WIFI)), ODD,
         "wlan0 to 10.0.0.255 was not heard"),
        (CheckKind.SHOUTS, replace(HEALTHY, shouts=()), ODD, "no network to call into"),
        (CheckKind.SERVERS, NOWHERE, ODD, "none answers or announces itself"),
        (CheckKind.ROUTER, replace(HEALTHY, router=Router("10.0.0.1", False)), ODD, "10.0.0.1 does not answer"),
        (CheckKind.ROUTER, replace(HEALTHY, router=Router("", None)), ODD, "not known"),
        (CheckKind.REACH, replace(HEALTHY, reach=TcpResult(THERE, ConnectOutcome.REFUSED, others=(7778,))), BAD,
         "TCP to 10.77.0.1 port 7777: that computer answered: nobody listens there; there is one at port 7778"),
        (CheckKind.REACH, replace(HEALTHY, host="ada", reach=None), BAD,
         "TCP to ada port 7777: looking the name up takes too long"),
        (CheckKind.ASKED, CASES["no discovery"], ODD, "UDP to 10.77.0.1 port 7777: nobody listens there"),
        (CheckKind.ASKED, CASES["other version"], BAD,
         "UDP to 10.77.0.1 port 7777: Petard 0.4, protocol 2, port 7777, after 1 ms"),
    ],
)  # fmt: skip
def test_each_problem_has_its_status_and_its_line(kind: CheckKind, facts: Facts, status: StepStatus, text: str) -> None:
    (step,) = [step for step in steps(facts) if step.kind is kind]
    assert (step.status, step.text) == (status, text)


# `petard doctor` in a terminal: each step, then the diagnosis; as JSON; and the exit status


class FakeExamination:
    """An examination whose checks end in another order than they are shown in."""

    def __init__(self, asked: Facts, now: float) -> None:
        self.facts = replace(CASES["isolation"] if asked.host else CASES["alone"], done=frozenset())
        self._left = sorted(CheckKind, key=lambda kind: kind.title)

    @property
    def is_over(self) -> bool:
        return not self._left

    def poll(self, now: float) -> None:
        self.facts = replace(self.facts, done=self.facts.done | {self._left.pop(0)})


@pytest.fixture
def _fake_examination(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(command, "Examination", FakeExamination)
    monkeypatch.setattr(command, "STEP", 0.0)


OUTPUT = """\
  ok   Networks       eth0 10.77.0.3, eth0 fd77::3
  ok   Asking itself  a question over loopback was answered
  ok   The port       7777 is free
  ok   Being a server port 7777 opens, and can be reached at the address of this computer
  ok   Broadcasts     sent and heard: eth0 to 10.77.0.255
  odd  Servers        none answers or announces itself
  ok   The router     10.77.0.254 answers
  bad  Connection     TCP to 10.77.0.1 port 7777: nothing came back
  odd  The question   UDP to 10.77.0.1 port 7777: no answer

10.77.0.1 is in your network, but nothing gets there or back: the network keeps its computers apart.
Switch client isolation (guest network, AP isolation) off in the router, or use a cable or a phone's hotspot.
"""


@pytest.mark.usefixtures("_fake_examination")
def test_a_terminal_shows_each_step_once_in_order_and_ends_in_a_sentence_and_an_action(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert program.main(["doctor", THERE]) == 1
    assert capsys.readouterr().out == OUTPUT


@pytest.mark.usefixtures("_fake_examination")
@pytest.mark.parametrize("system", ["win32", "darwin"])
def test_the_answer_to_the_prompt_of_the_system_is_printed_first(
    system: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(CASES, "isolation", replace(CASES["isolation"], system=system))
    command.main([THERE])
    assert capsys.readouterr().out == f"{BEFORE[system]}\n\n{OUTPUT}"


@pytest.mark.usefixtures("_fake_examination")
def test_json_has_the_diagnosis_the_steps_and_the_facts(capsys: pytest.CaptureFixture[str]) -> None:
    assert program.main(["doctor", "--json"]) == 1
    output = json.loads(capsys.readouterr().out)
    assert output["verdict"]["case"] == "alone"
    assert [step["mark"] for step in output["steps"]] == ["ok", "ok", "ok", "ok", "ok", "odd", "ok"]
    assert output["facts"]["nets"][0] == {"name": "eth0", "address": "10.77.0.3", "network": "10.77.0.0/24"}
    assert output["facts"]["done"] == sorted(kind.field for kind in CheckKind)


@pytest.mark.usefixtures("_fake_examination")
def test_only_good_health_is_status_0(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setitem(CASES, "isolation", HEALTHY)
    assert command.main([THERE]) == 0
    assert capsys.readouterr().out.endswith("Join it, from the list or with: petard 10.77.0.1\n")


@pytest.mark.usefixtures("_fake_examination")
def test_a_wrong_address_is_one_sentence_and_status_2(capsys: pytest.CaptureFixture[str]) -> None:
    assert command.main(["host:0"]) == 2
    assert capsys.readouterr().err == "petard doctor: 0 is no port. A port is a number from 1 to 65535.\n"


@pytest.mark.usefixtures("_fake_examination")
def test_a_name_with_letters_that_the_terminal_lacks_is_escaped(monkeypatch: pytest.MonkeyPatch) -> None:
    raw = BytesIO()
    monkeypatch.setattr("sys.stdout", TextIOWrapper(raw, "ascii", write_through=True))
    monkeypatch.setitem(CASES, "isolation", replace(HEALTHY, servers=(replace(SERVER, name="D\u00e9n"),)))
    assert program.main(["doctor", THERE]) == 0
    assert b"All is well: D\\xe9n at 10.77.0.1 is in the list" in raw.getvalue()
