"""The line of each check: good, odd or bad."""

from dataclasses import replace

import pytest

from petard.game.doctor.diagnosis.facts import (
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
from petard.game.doctor.diagnosis.steps import StepStatus, steps
from tests.game.doctor.example_facts import CASES, HEALTHY, MUTE, NOWHERE, THERE

GOOD, ODD, BAD = StepStatus.GOOD, StepStatus.ODD, StepStatus.BAD
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
